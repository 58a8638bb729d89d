"""The files of a collection as a person chooses among them: whose they are, and what was chosen."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from artsim.collection import lance_io
from artsim.collection.edits.choices import State, state_of
from artsim.collection.pictures import PRIMARY
from artsim.collection.quality import choices
from artsim.core.errors import InvalidInput, NotFound

if TYPE_CHECKING:
    from artsim.collection.store import Collection

States = dict[str, State]


class CollectionFiles:
    """Files by their key; each method returns what is chosen of the files that it changes."""

    def __init__(self, collection: "Collection") -> None:
        self._name = collection.name
        self._chosen = choices.load(collection)
        files = _rows(collection, "files", ["file", "artwork_id", "error"])
        self._files = {row["file"]: row for row in files}
        decided = _rows(collection, "decisions", ["file", "work", "role", "duplicate_group"])
        self._decided = {row["file"]: row for row in decided}
        shown = lance_io.opened(collection.uri).to_table(columns=["id", "file"])
        self._shown = dict(zip(*(shown.column(n).to_pylist() for n in ("id", "file")), strict=True))

    def state(self, file: str) -> State:
        """What is chosen of a file now."""
        return state_of(self._chosen, file)

    def kept(self, files: Sequence[str]) -> States:
        """Files kept whatever was measured; raises InvalidInput for one that cannot be shown."""
        for file in files:
            error = self._row(file)["error"]
            if error:
                raise InvalidInput(f"{file} cannot be kept: {error.rstrip('.')}.")
        return {f: self._with(f, keep=True, reject=None) for f in dict.fromkeys(files)}

    def rejected(self, files: Sequence[str]) -> States:
        """Files left out."""
        for file in files:
            self._row(file)
        return {f: self._with(f, reject=True, keep=None, best=None) for f in dict.fromkeys(files)}

    def merged(self, artwork_id: str, others: Sequence[str]) -> States:
        """The pictures of other works as those of a work."""
        main = self._file_of(artwork_id)
        found: States = {}
        for other in dict.fromkeys(others):
            if other == artwork_id:
                raise InvalidInput(f"{artwork_id!r} cannot be merged with itself: name another.")
            if self._is_picture_of(other, artwork_id):
                continue
            self._file_of(other)
            for file in self._of_work(other):
                apart = [f for f in self.state(file).get("apart", ()) if f != main]
                found[file] = self._with(file, of=main, apart=apart, keep=None, reject=None)
        parted = self.state(main).get("apart", ())
        if found.keys() & set(parted):
            found[main] = self._with(main, apart=[f for f in parted if f not in found])
        return found

    def split(self, artwork_id: str, file: str) -> States:
        """A file as a work of its own, apart from all others of its work or its group."""
        self._file_of(artwork_id)
        self._row(file)
        others = [f for f in self._together(file) if f != file]
        if not others and self.state(file).get("apart"):
            return {}
        if not others or artwork_id not in {self._work(f) for f in (file, *others)}:
            raise InvalidInput(f"{file} is shown with no other file of {artwork_id!r}.")
        if file == self._shown.get(self._work(file)) and self._of_work(self._work(file)) != [file]:
            raise InvalidInput(
                f"{file} is the picture that {artwork_id!r} is shown by: choose another best "
                "picture first, or split the others."
            )
        apart = sorted({*self.state(file).get("apart", ()), *others})
        further = self._decided.get(file, {}).get("role") != PRIMARY and not self.state(file)
        return {file: self._with(file, apart=apart, of=None, keep=further or None)}

    def best(self, file: str) -> States:
        """A file before all others of its work or its group."""
        self._row(file)
        others = [f for f in self._together(file) if self.state(f).get("best") and f != file]
        return {f: self._with(f, best=None) for f in others} | {file: self._with(file, best=True)}

    def _with(self, file: str, **changes: Any) -> State:
        return {name: v for name, v in (self.state(file) | changes).items() if v}

    def _row(self, file: str) -> dict[str, Any]:
        if file not in self._files:
            raise NotFound(
                f"There is no file {file[:200]!r} in {self._name!r}: 'artsim quality {self._name} "
                "--all' lists them."
            )
        return self._files[file]

    def _work(self, file: str) -> str:
        """The work that a file is a picture of, "" for none."""
        owner = self._files.get(file, {}).get("artwork_id")
        return str(self._decided.get(file, {}).get("work") or owner or "")

    def _is_picture_of(self, other: str, artwork_id: str) -> bool:
        """Whether the work ``other`` was merged into another one already."""
        own = [f for f, row in self._files.items() if row["artwork_id"] == other]
        merged = [f for f in own if self.state(f).get("of")]
        return bool(merged) and all(self._work(f) == artwork_id for f in own)

    def _of_work(self, artwork_id: str) -> list[str]:
        return [file for file in self._files if self._work(file) == artwork_id]

    def _file_of(self, artwork_id: str) -> str:
        """The file that a work is shown by."""
        file = str(self._shown.get(artwork_id) or "")
        if file not in self._files:
            known = "has no file" if artwork_id in self._shown else "is not there"
            raise NotFound(f"The artwork {artwork_id[:80]!r} {known} in {self._name!r}.")
        return file

    def _together(self, file: str) -> list[str]:
        """The files of a file's work and of its group of copies."""
        mine, work = self._decided.get(file, {}), self._work(file)
        group = mine.get("duplicate_group")
        return [
            other
            for other, row in self._decided.items()
            if (work and self._work(other) == work) or (group and row["duplicate_group"] == group)
        ]


def _rows(collection: "Collection", table: str, columns: list[str]) -> list[dict[str, Any]]:
    found = lance_io.opened_or_none(collection.folder.table(table))
    rows: list[dict[str, Any]] = (
        [] if found is None else found.to_table(columns=columns).to_pylist()
    )
    return rows
