"""The steps of a collection's history: who changed what and when, from what to what.

The history is the truth: edited values, choices of files and removals are worked out of its steps
that are not undone, as often as wanted. A step is one commit; what follows from it is done
afterwards, by another process where this one is killed.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from artsim.collection import lance_io

if TYPE_CHECKING:
    from artsim.collection.store import Collection

TABLE = "history"
EDIT, REMOVE, RESTORE, RENAME, UNDO = "edit", "remove", "restore", "rename", "undo"
Values = dict[str, Any]
_SCHEMA = pa.schema(
    [
        pa.field("step", pa.int64()),
        pa.field("when", pa.string()),
        pa.field("who", pa.string()),
        pa.field("what", pa.string()),
        pa.field("before", pa.string()),
        pa.field("after", pa.string()),
        pa.field("undone", pa.bool_()),
        pa.field("settled", pa.bool_()),
    ]
)


@dataclass(frozen=True)
class Step:
    """One change by a person, ``when`` in UTC.

    ``before`` and ``after`` hold for each thing that was changed what was and is said of it: for
    an edit, columns by artwork id; for a choice, what was chosen by file; for a removal, what is
    known of a work by its id. A step is ``settled`` once all that follows from it is done.
    """

    step: int
    when: str
    who: str
    what: str
    before: Values
    after: Values
    undone: bool = False
    settled: bool = False

    @property
    def touched(self) -> frozenset[tuple[str, ...]]:
        """The things that it changes; two steps that share one follow each other."""
        if self.what == EDIT:
            return frozenset((EDIT, i, c) for i, values in self.after.items() for c in values)
        if self.what in (REMOVE, RESTORE):
            return frozenset((REMOVE, i) for i in self.after)
        if self.what == RENAME:
            return frozenset({(RENAME,)})
        if self.what == UNDO:
            return frozenset()
        return frozenset(("file", file) for file in self.after)

    def to_json(self) -> Values:
        """The step as the contract has it."""
        return {name: value for name, value in asdict(self).items() if name != "settled"}


class History:
    """The steps of a collection, the first one first, as they were when this was made.

    Whoever adds to it holds the collection's lock ``import``.
    """

    def __init__(self, collection: "Collection") -> None:
        self._uri = collection.folder.table(TABLE)
        table = lance_io.opened_or_none(self._uri)
        rows = [] if table is None else table.to_table().to_pylist()
        self._made = table is not None
        self.steps = sorted((_step(row) for row in rows), key=lambda step: step.step)

    def live(self, what: Iterable[str] | None = None) -> list[Step]:
        """The steps that hold, of some kinds or of all."""
        kinds = None if what is None else set(what)
        return [s for s in self.steps if not s.undone and (kinds is None or s.what in kinds)]

    def unsettled(self) -> list[Step]:
        """The steps from which something still has to follow."""
        return [step for step in self.steps if not step.settled]

    def numbered(self, step: int) -> Step | None:
        """A step by its number."""
        return next((s for s in self.steps if s.step == step), None)

    def add(
        self,
        who: str,
        what: str,
        before: Values,
        after: Values,
        changed: Iterable[Step] = (),
    ) -> Step:
        """Add a step, and put ``changed`` in the place of earlier ones, in one commit."""
        step = Step(
            step=1 + max((s.step for s in self.steps), default=0),
            when=datetime.now(UTC).isoformat(timespec="seconds"),
            who=" ".join(who.split())[:100] or "unknown",
            what=what,
            before=before,
            after=after,
        )
        self._write([*changed, step])
        return step

    def settle(self, steps: Iterable[Step]) -> None:
        """Note that all that follows from these steps is done."""
        self._write([replace(step, settled=True) for step in steps])

    def _write(self, steps: list[Step]) -> None:
        if not steps:
            return
        rows = [_row(step) for step in steps]
        table = pa.Table.from_pylist(rows, schema=_SCHEMA)
        if not self._made:
            lance_io.create(self._uri, _SCHEMA)
            self._made = True
        lance_io.upsert(self._uri, table, "step")
        written = {step.step: step for step in steps}
        kept = {step.step: step for step in self.steps} | written
        self.steps = [kept[number] for number in sorted(kept)]


def _step(row: Values) -> Step:
    documents = {name: json.loads(row[name]) for name in ("before", "after")}
    return Step(**{**row, **documents})


def _row(step: Step) -> Values:
    documents = {
        name: json.dumps(getattr(step, name), ensure_ascii=False) for name in ("before", "after")
    }
    return {**asdict(step), **documents}
