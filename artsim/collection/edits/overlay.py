"""Edited values over those of the source: both are known, and the edited one is what counts."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from artsim.collection import lance_io
from artsim.collection.artwork import METADATA_NAMES, Artwork, column_name, to_row
from artsim.collection.edits.history import EDIT, History

if TYPE_CHECKING:
    from artsim.collection.store import Collection

TABLE = "edits"
_SCHEMA = pa.schema([pa.field(n, pa.string()) for n in ("id", "column", "value", "source")])
Cell = tuple[str, str]


@dataclass(frozen=True)
class Edited:
    """An edited value of a work, and what its source says there now."""

    id: str
    column: str
    value: Any
    source: Any

    @property
    def differs(self) -> bool:
        """Whether the source says something else."""
        return bool(self.value != self.source)


def edited(collection: "Collection") -> dict[Cell, Edited]:
    """Every edited value by artwork id and column."""
    table = lance_io.opened_or_none(collection.folder.table(TABLE))
    rows = [] if table is None else table.to_table().to_pylist()
    return {
        (row["id"], row["column"]): Edited(
            row["id"], row["column"], json.loads(row["value"]), json.loads(row["source"])
        )
        for row in rows
    }


class Edits:
    """The edits of a collection while a source is read: what it says goes beneath them.

    ``save`` keeps what the source says now; it is called before works are written.
    """

    def __init__(self, collection: "Collection") -> None:
        self._collection = collection
        self._known = edited(collection)
        self._saved = dict(self._known)
        self._by_id: dict[str, list[str]] = defaultdict(list)
        for artwork_id, column in self._known:
            self._by_id[artwork_id].append(column)

    def under(self, artwork_id: str, said: dict[str, Any]) -> dict[str, Any]:
        """What a source now says of a work; of edited columns it is remembered and left out."""
        for column in self._by_id.get(artwork_id, ()):
            if column in said:
                self._note(artwork_id, column, said[column])
        edits = self._by_id.get(artwork_id, ())
        return {column: value for column, value in said.items() if column not in edits}

    def over(self, artwork: Artwork) -> Artwork:
        """A work that is stored anew, with its edits over what its source says."""
        columns = self._by_id.get(artwork.id)
        if not columns:
            return artwork
        row = to_row(artwork)
        edits = [self._known[artwork.id, column] for column in columns]
        for one in edits:
            if row.get(one.column) != one.value:
                self._note(artwork.id, one.column, row.get(one.column))
        return _edited(artwork, edits)

    def follow(self, ids: Mapping[str, str]) -> None:
        """Let the edits of works that have another id now follow them; ``ids`` from old to new."""
        for old, new in ids.items():
            for column in self._by_id.pop(old, ()):
                one = replace(self._known.pop((old, column)), id=new)
                self._known[new, column] = one
                self._by_id[new].append(column)

    def save(self) -> None:
        """Keep what the source says of what was edited."""
        if self._known != self._saved:
            _write(self._collection, self._known)
            self._saved = dict(self._known)

    def _note(self, artwork_id: str, column: str, source: Any) -> None:
        self._known[artwork_id, column] = replace(self._known[artwork_id, column], source=source)


def reassert(collection: "Collection") -> None:
    """Put edited values back where something else was written over them."""
    known = edited(collection)
    _put(collection, {cell: one.value for cell, one in known.items()})


def settle(collection: "Collection", history: History, cells: Sequence[Cell]) -> None:
    """Make ``cells`` say what the history does: the latest edit that holds, else the source.

    Interrupted, a second call finishes it.
    """
    wanted: dict[Cell, Any] = {}
    for step in history.live([EDIT]):
        wanted |= {(i, c): v for i, values in step.after.items() for c, v in values.items()}
    known = edited(collection)
    now = _values(collection, cells)
    over = dict(known)
    for cell in cells:
        if cell in wanted and cell in now:
            source = known[cell].source if cell in known else now[cell]
            over[cell] = Edited(*cell, wanted[cell], source)
    if over != known:
        _write(collection, over)  # first, so that the source's value is never lost
    back = [cell for cell in cells if cell not in wanted and cell in known]
    edits = {cell: wanted[cell] for cell in cells if cell in wanted}
    _put(collection, edits | {cell: known[cell].source for cell in back})
    if back:
        left = {cell: one for cell, one in over.items() if cell not in back}
        _drop(collection, _made(history, back) - {column for _, column in left})
        _write(collection, left)


def _made(history: History, cells: Iterable[Cell]) -> set[str]:
    """Those columns of ``cells`` that edits have made."""
    made = {
        column
        for step in history.steps
        if step.what == EDIT
        for artwork_id, values in step.after.items()
        for column in values.keys() - step.before[artwork_id].keys()
    }
    return made & {column for _, column in cells}


def _drop(collection: "Collection", columns: set[str]) -> None:
    """Take columns away that hold nothing."""
    names = sorted(columns & set(lance_io.opened(collection.uri).schema.names))
    if not names:
        return
    rows = _rows(collection, names).values()
    empty = [name for name in names if all(row[name] is None for row in rows)]
    if empty:
        lance_io.retried(lambda: lance_io.opened(collection.uri).drop_columns(empty))


def _edited(artwork: Artwork, edits: list[Edited]) -> Artwork:
    values = {one.column: one.value for one in edits}
    own = {name: value for name, value in values.items() if name in METADATA_NAMES}
    own = {n: "" if v is None and n not in ("year", "year_end") else v for n, v in own.items()}
    extra = {key: v for key, v in artwork.extra.items() if column_name(key) not in values}
    extra |= {name: value for name, value in values.items() if name not in METADATA_NAMES}
    return replace(artwork, extra=extra, **own)


def _values(collection: "Collection", cells: Iterable[Cell]) -> dict[Cell, Any]:
    """What the works that are there say at ``cells`` now."""
    columns = sorted({column for _, column in cells})
    if not columns:
        return {}
    # A work that was merged into another is a picture, and remembers what was said of it.
    aside = collection.pictures.metadata({artwork_id for artwork_id, _ in cells})
    rows = {**aside, **_rows(collection, columns)}
    return {cell: rows[cell[0]].get(cell[1]) for cell in cells if cell[0] in rows}


def _rows(collection: "Collection", columns: list[str]) -> dict[str, dict[str, Any]]:
    there = lance_io.opened(collection.uri)
    names = [name for name in columns if name in there.schema.names]
    return {row["id"]: row for row in there.to_table(columns=["id", *names]).to_pylist()}


def _put(collection: "Collection", values: dict[Cell, Any]) -> None:
    """Write values into the artworks, in one commit; works that are not there are left out."""
    columns = sorted({column for _, column in values})
    if not columns:
        return
    schema = lance_io.opened(collection.uri).schema
    new = [pa.field(c, pa.string()) for c in columns if c not in schema.names]
    lance_io.add_columns(collection.uri, pa.schema(new))
    now = _rows(collection, columns)
    by_id: dict[str, dict[str, Any]] = defaultdict(dict)
    for (artwork_id, column), value in values.items():
        by_id[artwork_id][column] = value
    changed = [
        now[i] | given
        for i, given in by_id.items()
        if i in now and any(now[i].get(column) != value for column, value in given.items())
    ]
    collection.pictures.change_metadata({i: g for i, g in by_id.items() if i not in now})
    if changed:
        fields = [lance_io.opened(collection.uri).schema.field(c) for c in ("id", *columns)]
        table = pa.Table.from_pylist(changed, schema=pa.schema(fields))
        lance_io.update_columns(collection.uri, table, "id")


def _write(collection: "Collection", known: dict[Cell, Edited]) -> None:
    rows = [
        {
            "id": one.id,
            "column": one.column,
            "value": json.dumps(one.value, ensure_ascii=False),
            "source": json.dumps(one.source, ensure_ascii=False),
        }
        for one in known.values()
    ]
    table = pa.Table.from_pylist(rows, schema=_SCHEMA)
    lance_io.replace(collection.folder.table(TABLE), table)
