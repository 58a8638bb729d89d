"""Which file a row of metadata means: what is written exactly before what is only alike.

Rows claim files in rounds, all rows in each: by the image column with and without the extension,
then by the id; each first as it is written, then composed (NFC), then without regard to case; at
last ids whose signs or digits a spreadsheet or a file system changed. Of several files with one
name the one whose folders agree best is meant. What stays undecided is told, never guessed.
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from artsim.collection.sources.damaged_ids import (
    damage_of,
    grouped_key,
    lost_digits,
    may_be,
    number_key,
)
from artsim.collection.sources.files import FoundFile
from artsim.collection.sources.metadata import MetadataRow
from artsim.collection.sources.naming import first_of, safe_id
from artsim.collection.sources.places import paths_of, without_extension
from artsim.core.counts import count

_SHOWN = 5
Fold = Callable[[str], str]
_FOLDS: tuple[Fold, ...] = (
    str,
    lambda name: unicodedata.normalize("NFC", name),
    lambda name: unicodedata.normalize("NFKC", name).casefold(),
)


@dataclass(frozen=True)
class Join:
    """``rows`` by the file that shows them, and the rows that no file shows.

    ``notes`` say what was joined by another spelling, and what was left out. ``undecided`` maps the
    id of a row, as written, to what it may mean.
    """

    rows: dict[str, MetadataRow]
    imageless: list[MetadataRow]
    notes: list[str]
    undecided: dict[str, str]

    def doubts(self) -> list[str]:
        """Notes on rows without an image that another spelling of a name or id would join."""
        alone = [row.original_id for row in self.imageless]
        notes = []
        if doubts := [said for one in alone if (said := self.undecided.get(one))]:
            notes.append(
                f"{count(len(doubts), 'metadata row')} joined to no file, because several files "
                f"fit, or other rows fit the same one: {first_of(doubts, _SHOWN)}. Name the file "
                "with its folder in a column image."
            )
        damaged = [
            f"{one} ({d})" for one in alone if one not in self.undecided and (d := damage_of(one))
        ]
        if damaged:
            notes.append(
                f"{count(len(damaged), 'id')} without a file, perhaps because a spreadsheet "
                f"changed the id: {first_of(damaged, _SHOWN)}. Format the column as text, enter "
                "the ids again, and import the table again."
            )
        return notes


def join(rows: Sequence[MetadataRow], files: Sequence[FoundFile]) -> Join:
    """Give each row at most one file and each file at most one row."""
    table = _Claims(rows)
    by_name, by_stem = (_indexes(files, key) for key in (_path, _stem_path))
    images = [paths_of(row.image) for row in rows]
    stems = [[without_extension(path) for path in paths] for paths in images]
    ids = [[row.original_id.strip("/")] for row in rows]
    for names, indexes in ((images, by_name), (stems, by_stem)):
        for index in indexes:
            table.claim(names, index)
    for index in (*by_stem, *by_name):
        table.claim(ids, index, whole=True)
    respelt = _respelt(table, files)
    damaged = _mended(table, {file.file: file for file in files}, respelt)
    return Join(
        rows={file: table.rows[number] for number, file in table.file_of.items()},
        imageless=[row for number, row in enumerate(table.rows) if number not in table.file_of],
        notes=_notes(rows, table, respelt, damaged),
        undecided={
            rows[i].original_id: "" if i in table.late else said
            for i, said in sorted(table.doubts.items())
        },
    )


class _Claims:
    """What has been decided: the file of each row, rows that came late, rows in doubt."""

    def __init__(self, rows: Sequence[MetadataRow]) -> None:
        self.rows = list(rows)
        self.file_of: dict[int, str] = {}
        self.late: set[int] = set()
        self.doubts: dict[int, str] = {}
        self.taken: set[str] = set()
        self.ids = {row.artwork.id for row in rows}

    def claim(self, names: list[list[str]], index: "_Index", whole: bool = False) -> None:
        """One round: the rows without a file claim those that ``names`` lead to.

        With ``whole`` all parts of a name must agree: the id 1934/12 does not mean 12.jpg.
        """
        claims: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for number, paths in enumerate(names):
            if number in self.file_of or number in self.late:
                continue
            for path in paths:
                found, agreeing = index.find(path)
                if whole and agreeing <= path.count("/"):
                    continue
                if len(found) == 1:
                    claims[found[0].file].append((-agreeing, number))
                    break
                if found:
                    told = ", ".join(f.file for f in found[:3])
                    self.doubts.setdefault(number, f"{path} ({told})")
        for file, claiming in claims.items():
            self._give(file, sorted(claiming), names)

    def _give(self, file: str, claiming: list[tuple[int, int]], names: list[list[str]]) -> None:
        numbers = [number for _, number in claiming]
        if file in self.taken:
            self.late.update(numbers)
            return
        agreeing = claiming[0][0]
        first = [number for agrees, number in claiming if agrees == agreeing]
        if len({tuple(names[number]) for number in first}) > 1:
            for number in first:
                self.doubts.setdefault(number, f"{names[number][0]} (like other rows {file})")
            return
        self.give(first[0], file)
        self.late.update(first[1:])

    def give(self, number: int, file: str) -> None:
        self.file_of[number] = file
        self.taken.add(file)
        self.doubts.pop(number, None)


class _Index:
    """Files by the last part of their path, as ``fold`` writes it."""

    def __init__(self, paths: Iterable[tuple[str, FoundFile]], fold: Fold) -> None:
        self._fold = fold
        self._paths = paths

    @cached_property
    def _by_name(self) -> dict[str, list[tuple[list[str], FoundFile]]]:
        """Made when it is first asked: most tables need one index of six."""
        held: dict[str, list[tuple[list[str], FoundFile]]] = defaultdict(list)
        for path, found in self._paths:
            parts = self._fold(path).split("/")
            held[parts[-1]].append((parts, found))
        return held

    def find(self, path: str) -> tuple[list[FoundFile], int]:
        """The files that ``path`` may mean, and how many parts of the path agree."""
        parts = self._fold(path).split("/")
        held = self._by_name.get(parts[-1])
        if held is None:
            return [], 0
        agreeing = [_agreeing(parts, other) for other, _ in held]
        most = max(agreeing, default=0)
        best = [one for one, agrees in zip(held, agreeing, strict=True) if agrees == most]
        whole = [one for one in best if one[0] == parts]
        found = [file for _, file in whole or best]
        # a.jpg and a.tif side by side are one picture in two formats
        alike = len({without_extension(file.file) for file in found}) == 1
        return (found[:1] if alike else found), most


def _indexes(files: Sequence[FoundFile], key: Callable[[FoundFile], str]) -> list[_Index]:
    return [_Index(((key(file), file) for file in files), fold) for fold in _FOLDS]


def _path(found: FoundFile) -> str:
    return found.file


def _stem_path(found: FoundFile) -> str:
    folder, slash, _ = found.file.rpartition("/")
    return f"{folder}{slash}{found.stem}"


def _agreeing(parts: list[str], other: list[str]) -> int:
    count = 0
    for a, b in zip(reversed(parts), reversed(other), strict=False):
        if a != b:
            break
        count += 1
    return count


def _respelt(table: _Claims, files: Sequence[FoundFile]) -> dict[int, FoundFile]:
    """Join rows whose id is another spelling of one file's name and of no other."""
    found: dict[int, FoundFile] = {}
    if len(table.file_of) == len(table.rows):
        return found
    for key, of_file in ((number_key, None), (_loose, None), (grouped_key, number_key)):
        count = Counter(map(key, (row.original_id for row in table.rows)))
        held: dict[str, list[FoundFile]] = defaultdict(list)
        for file in files:
            held[(of_file or key)(file.stem)].append(file)
        for number, row in enumerate(table.rows):
            same = key(row.original_id)
            if same and number not in table.file_of:
                _try(table, number, held.get(same, []), count[same], found)
    whole = [f for f in files if f.file not in table.taken and f.stem.isdigit()]
    like = {
        number: [file for file in whole if may_be(row.original_id, file.stem)]
        for number, row in enumerate(table.rows)
        if number not in table.file_of and lost_digits(row.original_id)
    }
    claimed = Counter(file.file for some in like.values() for file in some)
    for number, some in like.items():
        rivals = max((claimed[file.file] for file in some), default=0)
        _try(table, number, some, rivals, found)
    return found


def _mended(
    table: _Claims, files: Mapping[str, FoundFile], respelt: Mapping[int, FoundFile]
) -> list[str]:
    """Give rows that an image column joined the id that their file has kept whole; return the ids
    that stay as a spreadsheet left them."""
    left = []
    for number, file in table.file_of.items():
        written, stem = table.rows[number].original_id, files[file].stem
        if number in respelt or not damage_of(written):
            continue
        same = number_key(written) == number_key(stem) != "" or may_be(written, stem)
        if same and safe_id(stem) not in table.ids:
            table.rows[number] = _restored(table.rows[number], stem, table.ids)
            table.ids.add(safe_id(stem))
        else:
            left.append(f"{written} ({damage_of(written)})")
    return left


def _try(
    table: _Claims,
    number: int,
    files: list[FoundFile],
    rows: int,
    found: dict[int, FoundFile],
) -> None:
    """Join a row that alone of ``rows`` is like the one file, else remember the doubt."""
    row = table.rows[number]
    free = [file for file in files if file.file not in table.taken]
    if len(files) == 1 and free and rows == 1:
        found[number] = files[0]
        table.give(number, files[0].file)
        table.late.discard(number)
        table.rows[number] = _restored(row, files[0].stem, table.ids)
    elif free:
        told = ", ".join(file.file for file in files[:3])
        table.doubts.setdefault(number, f"{row.original_id} ({told})")


def _restored(row: MetadataRow, stem: str, ids: set[str]) -> MetadataRow:
    """A row with the id that its file kept, where a spreadsheet took digits of it."""
    written, work = row.original_id, row.artwork
    lost = bool(damage_of(written)) or (written.isdigit() and len(written) <= len(stem))
    restored = safe_id(stem)
    if not lost or restored in ids:
        return row
    accession = stem if work.accession == written else work.accession
    extra = {**work.extra, "original_id": written}
    return replace(row, artwork=replace(work, id=restored, accession=accession, extra=extra))


def _loose(name: str) -> str:
    """Letters and digits of a name, what parts them left out: ``Inv. 1934/12 a``."""
    plain = unicodedata.normalize("NFKC", name).casefold()
    return "-".join(re.findall(r"[^\W_]+", plain))


def _notes(
    rows: Sequence[MetadataRow],
    table: _Claims,
    respelt: Mapping[int, FoundFile],
    damaged: Sequence[str],
) -> list[str]:
    notes = []
    if damaged:
        notes.append(
            f"{count(len(damaged), 'id')} perhaps changed by a spreadsheet: "
            f"{first_of(damaged, _SHOWN)}. The image column names the files all the same. For the "
            "right ids, format the column as text, enter the ids again, and import the table again."
        )
    if respelt:
        pairs = [f"{rows[i].original_id} = {file.file}" for i, file in respelt.items()]
        notes.append(
            f"{count(len(respelt), 'id')} spelled differently from the name of its file, as "
            "happens where a spreadsheet takes ids for numbers. Only one file fits, so that row "
            f"and file were joined: {first_of(pairs, _SHOWN)}. Where digits had been lost, the "
            "file's name is the id again."
        )
    if table.late:
        notes.append(
            f"{count(len(table.late), 'metadata row')} left out, because another row has the same "
            f"image ({first_of([rows[i].original_id for i in sorted(table.late)])})."
        )
    return notes
