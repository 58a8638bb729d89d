"""The cleaning desk: a person's corrections of a collection, each one step of its history."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from artsim.collection import lance_io
from artsim.collection.edits import choices, overlay, removal, values
from artsim.collection.edits.files import CollectionFiles
from artsim.collection.edits.history import EDIT, REMOVE, RENAME, RESTORE, UNDO, History, Step
from artsim.collection.edits.undoing import undone
from artsim.collection.import_log import ImportLog
from artsim.collection.quality import Thresholds
from artsim.collection.reconcile import reconcile
from artsim.collection.store import Collection
from artsim.core.errors import NotFound
from artsim.core.progress import NULL, Progress
from artsim.core.workspace import Workspace
from artsim.people import policy
from artsim.people.roles import Action


class Desk:
    """What ``who`` does to a collection. Each method is one step, or none where nothing changes.

    A process that is killed leaves the step either not made or made: what follows from it is then
    finished by the next call, whichever that is, or by the next import. Every method waits for the
    collection's lock ``import`` and raises NotFound and InvalidInput with one sentence.
    """

    def __init__(
        self, workspace: Workspace, collection: Collection, who: str, progress: Progress = NULL
    ) -> None:
        self._workspace, self._collection, self._who = workspace, collection, who
        self._progress = progress
        self._finished: Step | None = None  # the step of a killed process that was finished last

    def edit(
        self, ids: Sequence[str], changes: Mapping[str, Any], add_columns: bool = False
    ) -> Step | None:
        """Give works other values: text by column, "" for none; years follow a changed date."""
        with self._changing(EDIT) as history:
            table = self._collection.metadata()
            wanted = values.checked(table.schema, changes, add_columns)
            rows = {row["id"]: row for row in table.to_pylist()} if len(ids) > 1 else {}
            rows = rows or {i: self._collection.artwork(i) for i in ids}
            before: dict[str, Any] = {}
            after: dict[str, Any] = {}
            for artwork_id in dict.fromkeys(ids):
                row = rows.get(artwork_id)
                if row is None:
                    name = self._collection.name
                    raise NotFound(f"There is no artwork {artwork_id[:80]!r} in {name!r}.")
                told = values.for_work(row, wanted)
                new = {c: v for c, v in told.items() if row.get(c) != v}
                if new:
                    # A column that is new is not in it: undone, the step takes that away too.
                    before[artwork_id] = {c: row[c] for c in new if c in row}
                    after[artwork_id] = new
            return self._step(history, EDIT, before, after)

    def remove(self, ids: Sequence[str], reason: str = "") -> Step | None:
        """Take works down for good, with every picture of theirs in this workspace.

        They stay away from later imports, by id, file and content; ``restore`` lets them come back
        from their source.
        """
        with self._changing(REMOVE, Action.DELETE) as history:
            gone = removal.records(history)
            wanted = [i for i in dict.fromkeys(ids) if i not in gone]
            record = removal.record_of(self._collection, wanted) if wanted else {}
            for artwork_id in record:
                record[artwork_id]["reason"] = " ".join(reason.split())[:500]
            return self._step(history, REMOVE, dict.fromkeys(record), record)

    def restore(self, ids: Sequence[str]) -> Step | None:
        """Let works that were taken down come back with the next import or sync."""
        with self._changing(RESTORE, Action.DELETE) as history:
            gone = removal.records(history)
            for artwork_id in ids:
                if artwork_id not in gone and not self._has(artwork_id):
                    raise NotFound(
                        f"No artwork {artwork_id[:80]!r} was taken down from "
                        f"{self._collection.name!r}: 'artsim collection history' names those that "
                        "were."
                    )
            before = {i: gone[i][1] for i in dict.fromkeys(ids) if i in gone}
            return self._step(history, RESTORE, before, dict.fromkeys(before))

    def keep(self, files: Sequence[str]) -> Step | None:
        """Keep files as works of their own, whatever was measured."""
        return self._choose(choices.KEEP, lambda known: known.kept(files))

    def reject(self, files: Sequence[str]) -> Step | None:
        """Leave files out of the collection; they can be kept again."""
        return self._choose(choices.REJECT, lambda known: known.rejected(files))

    def merge(self, artwork_id: str, others: Sequence[str]) -> Step | None:
        """Put the pictures of other works to those of a work."""
        return self._choose(choices.MERGE, lambda known: known.merged(artwork_id, others))

    def split(self, artwork_id: str, file: str) -> Step | None:
        """Take a file out of a work, or out of its group of copies."""
        return self._choose(choices.SPLIT, lambda known: known.split(artwork_id, file))

    def best(self, file: str) -> Step | None:
        """Show a work, or a group of copies, by this file."""
        return self._choose(choices.BEST, lambda known: known.best(file))

    def undo(self, number: int | None = None) -> Step:
        """Undo a step, the latest one by default; to undo an ``undo`` does the step again.

        Raises Conflict where a later step has changed the same.
        """
        with self._changing(UNDO) as history:
            if self._finished is not None and self._finished.what == UNDO:
                turned = self._finished.after["step"]
                if number in (None, turned):  # what a process was killed in: it is done now
                    return self._finished
            step, target = undone(history, number)
            if target.what in (REMOVE, RESTORE):
                policy.ask(Action.DELETE, self._collection.name, UNDO)
            before, after = target.before, target.after
            if target.undone:
                before, after = after, before
            about = {"step": target.step, "what": target.what}
            changed = [step] if step is target else [step, target]
            made = history.add(
                self._who, UNDO, {**about, "values": before}, {**about, "values": after}, changed
            )
            self._settle(history)
            return made

    def recover(self) -> None:
        """Finish what a killed process has left; the caller holds the lock ``import``."""
        self._settle(History(self._collection))

    @contextmanager
    def _changing(self, what: str, action: Action = Action.CLEAN) -> Iterator[History]:
        policy.ask(action, self._collection.name, what)
        with self._collection.lock("import", self._progress):
            history = History(self._collection)
            self._finished = next(iter(reversed(history.unsettled())), None)
            self._settle(history)
            yield history

    def _step(
        self, history: History, what: str, before: Mapping[str, Any], after: Mapping[str, Any]
    ) -> Step | None:
        if not after:
            return None
        step = history.add(self._who, what, dict(before), dict(after))
        self._settle(history)
        return step

    def _choose(
        self, what: str, chosen: Callable[[CollectionFiles], Mapping[str, Any]]
    ) -> Step | None:
        with self._changing(what) as history:
            known = CollectionFiles(self._collection)
            after = chosen(known)
            changed = {f: s for f, s in after.items() if s != known.state(f)}
            return self._step(history, what, {f: known.state(f) for f in changed}, changed)

    def _has(self, artwork_id: str) -> bool:
        named = f"id = {lance_io.quoted(artwork_id)}"
        return bool(lance_io.opened(self._collection.uri).count_rows(named))

    def _settle(self, history: History) -> None:
        """Do what follows from the steps that are not settled; a rename is finished by itself."""
        steps = [s for s in history.unsettled() if s.what != RENAME]
        if not steps:
            return
        touched = {thing for step in steps for thing in _subject(history, step).touched}
        cells = sorted((t[1], t[2]) for t in touched if t[0] == EDIT)
        overlay.settle(self._collection, history, cells)
        choices.settle(self._collection, history, sorted(t[1] for t in touched if t[0] == "file"))
        self._take_down_or_allow(history, sorted(t[1] for t in touched if t[0] == REMOVE))
        if any(thing[0] in ("file", REMOVE) for thing in touched):
            log = ImportLog(self._collection)
            reconcile(self._collection, log, log.thresholds() or Thresholds())
            overlay.reassert(self._collection)
        history.settle(steps)

    def _take_down_or_allow(self, history: History, ids: Iterable[str]) -> None:
        gone = removal.records(history)
        known = {i: r for s in history.steps if s.what == REMOVE for i, r in s.after.items()}
        ids = list(ids)
        taken = [known[i] for i in ids if i in gone]
        if taken:
            removal.purge(self._workspace, self._collection, taken)
        removal.allow(self._collection, [known[i] for i in ids if i in known and i not in gone])


def _subject(history: History, step: Step) -> Step:
    """The step that a step is about: of an undo the one that was undone or done again."""
    if step.what != UNDO:
        return step
    return history.numbered(step.after["step"]) or step
