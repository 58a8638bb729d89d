"""All metadata of one version of a collection in memory, ready to be filtered and paged."""

from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artsim.collection.columns import FACETS
from artsim.collection.natural import natural_key, natural_order
from artsim.collection.pictures import COPY, PICTURE_SCHEMA, PRIMARY, REJECTED, ROLES
from artsim.collection.store import Collection
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from scipy import sparse
    from scipy.sparse import csgraph
else:
    sparse = lazy("scipy.sparse")
    csgraph = lazy("scipy.sparse.csgraph")

LABEL = ("id", "title", "artist", "year", "duplicate_group")  # columns of a found work
# Columns of a picture that is not the primary one of its work.
PICTURE = ("file", "id", "work", "role", "state", "of", "reason", "width", "height")
NO_PICTURES = pa.schema([PICTURE_SCHEMA.field(n) for n in PICTURE]).empty_table()
WORK_GROUP = "work_group"
_NO_GROUP = -1
_MOST_VALUES = 500  # of a column that works are chosen by
# Letters that no Unicode decomposition makes plain.
_LETTERS = {
    "ß": "ss",
    "ς": "σ",
    "ø": "o",
    "ł": "l",
    "đð": "d",
    "æ": "ae",
    "œ": "oe",
    "ı": "i",
    "þ": "th",
}


class Catalog:
    """Metadata of every artwork, in order of artwork id; read-only, shared by threads."""

    hidden = frozenset(("id", "title", "url", "duplicate_group", "quality", "has_image"))

    def __init__(
        self, name: str, version: int, table: pa.Table, pictures: pa.Table = NO_PICTURES
    ) -> None:
        self.name = name
        self.version = version
        self.table = table
        self.pictures = pictures  # of works, but those that they are shown by: columns of PICTURE

    @classmethod
    def load(cls, collection: Collection) -> "Catalog":
        """Read the metadata of one version of ``collection``."""
        pinned = collection.pinned()
        # In one piece: rows scattered over many are gathered slowly.
        table = pinned.metadata().combine_chunks()
        return cls(pinned.name, pinned.version, table, pinned.pictures.table(PICTURE))

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def nbytes(self) -> int:
        return int(self.table.nbytes) + int(self.pictures.nbytes)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each artwork id stands."""
        return {name: i for i, name in enumerate(self.table.column("id").to_pylist())}

    @cached_property
    def natural(self) -> npt.NDArray[np.intp]:
        """Positions in the order in which people count: w2 before w10; intp [N]."""
        return natural_order(self.table.column("id"))

    def in_order(self, rows: npt.NDArray[np.intp]) -> npt.NDArray[np.intp]:
        """Positions ``rows`` in the order of ``natural``."""
        if len(rows) == len(self):
            return self.natural
        kept = np.zeros(len(self), bool)
        kept[rows] = True
        return self.natural[kept[self.natural]]

    def listed(self, *columns: str) -> pa.Table:
        """The metadata, or some columns of them, in the order of ``natural``."""
        table = self.table.select(columns) if columns else self.table
        return table.take(pa.array(self.natural))

    def position(self, artwork_id: str) -> int | None:
        """Where an artwork stands; for the id of a file that is a picture of one, where that does.

        None where there is neither.
        """
        found = self.positions.get(artwork_id)
        if found is None and len(self.pictures):
            found = self.positions.get(self._owners.get(artwork_id, ""))
        return found

    def pictures_of(self, artwork_id: str) -> list[dict[str, Any]]:
        """The pictures of an artwork except its primary one: copies last."""
        if not len(self.pictures):
            return []
        rows = self.pictures.filter(pc.equal(self.pictures.column("work"), artwork_id)).to_pylist()
        shown = [row for row in rows if row["role"] != PRIMARY and row["state"] != REJECTED]
        return sorted(
            shown,
            key=lambda row: (
                row["state"] == COPY,
                ROLES.index(row["role"]),
                natural_key(row["file"]),
            ),
        )

    def copies_of(self, position: int) -> list[str]:
        """Ids of the other artworks that show the same picture as the one at a position."""
        others = [i for i in self.members(position).tolist() if i != position]
        return [str(self.table.column("id")[i].as_py()) for i in others]

    @cached_property
    def _owners(self) -> dict[str, str]:
        ids, works = (self.pictures.column(n).to_pylist() for n in ("id", "work"))
        return {i: work for i, work in zip(ids, works, strict=True) if i and work}

    @cached_property
    def same_work(self) -> npt.NDArray[np.int32]:
        """A number for each artwork, shared by those that may be one work; -1 for none; int32 [N].

        They share a duplicate group, or a value of the column work_group, or both with a third.
        """
        if WORK_GROUP not in self.table.column_names:
            return self.groups
        named = self.table.column(WORK_GROUP).cast(pa.string()).combine_chunks()
        named = named.dictionary_encode().indices.cast(pa.int32())
        codes = np.asarray(pc.fill_null(named, _NO_GROUP).to_numpy(zero_copy_only=False))
        return joined_codes(self.groups, codes)

    @cached_property
    def groups(self) -> npt.NDArray[np.int32]:
        """Duplicate group of each artwork as a number, -1 where it has none; int32 [N]."""
        codes = self.table.column("duplicate_group").combine_chunks().dictionary_encode().indices
        filled = pc.fill_null(codes.cast(pa.int32()), _NO_GROUP)
        return np.asarray(filled.to_numpy(zero_copy_only=False))

    @cached_property
    def facets(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Values of each facet over the whole collection: most frequent first, then by name."""
        return {name: self._counted(name) for name in FACETS}

    @cached_property
    def other_facets(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Values of the other columns of texts that several works share, as ``facets``."""
        texts = [f.name for f in self.table.schema if pa.types.is_string(f.type)]
        counted = {n: self._counted(n) for n in texts if n not in FACETS and n not in self.hidden}
        return {
            name: values
            for name, values in counted.items()
            if 0 < len(values) <= _MOST_VALUES and values[0][1] > 1
        }

    @property
    def undated(self) -> int:
        """How many works have no known year."""
        return int(self.table.column("year").null_count)

    @cached_property
    def years(self) -> tuple[int, int] | None:
        """First and last year of any artwork, None where no year is known."""
        last = pc.coalesce(self.table.column("year_end"), self.table.column("year"))
        first = pc.min(self.table.column("year")).as_py()
        return None if first is None else (first, pc.max(last).as_py())

    def members(self, position: int) -> npt.NDArray[np.intp]:
        """Positions of an artwork and of all copies in its duplicate group."""
        group = self.groups[position]
        if group == _NO_GROUP:
            return np.array([position], np.intp)
        return np.flatnonzero(self.groups == group)

    def group_members(self, group: str) -> npt.NDArray[np.intp]:
        """Positions of the artworks of one duplicate group."""
        same = pc.fill_null(pc.equal(self.table.column("duplicate_group"), group), False)
        return np.flatnonzero(same.to_numpy(zero_copy_only=False))

    def rows(self, positions: npt.NDArray[np.intp]) -> list[dict[str, Any]]:
        """All metadata at ``positions``, one dict an artwork."""
        return list(self.table.take(pa.array(positions)).to_pylist())

    def labels(self, positions: npt.NDArray[np.intp]) -> list[dict[str, Any]]:
        """Of the metadata at ``positions`` what LABEL names, one dict an artwork."""
        return list(self.table.select(LABEL).take(pa.array(positions)).to_pylist())

    def _counted(self, name: str) -> tuple[tuple[str, int], ...]:
        counts = [
            (str(pair["values"]), int(pair["counts"]))
            for pair in pc.value_counts(self.table.column(name)).to_pylist()
            if pair["values"]
        ]
        return tuple(sorted(counts, key=lambda pair: (-pair[1], pair[0])))


def joined_codes(
    first: npt.NDArray[np.int32], second: npt.NDArray[np.int32]
) -> npt.NDArray[np.int32]:
    """One number for all that are linked by a shared number of either kind; -1 for those alone.

    >>> first, second = np.array([[0, 0, -1, -1], [-1, 5, 5, -1]], np.int32)
    >>> joined_codes(first, second).tolist()
    [0, 0, 0, -1]
    """
    count = len(first)
    wide = int(first.max(initial=-1)) + 1
    places = [np.flatnonzero(codes >= 0) for codes in (first, second)]
    nodes = np.concatenate([first[places[0]], second[places[1]] + wide]) + count
    works = np.concatenate(places)
    side = count + wide + int(second.max(initial=-1)) + 1
    links = sparse.coo_array((np.ones(len(works), bool), (works, nodes)), shape=(side, side))
    labels = csgraph.connected_components(links, directed=False)[1][:count]
    alone = np.bincount(labels, minlength=int(labels.max(initial=-1)) + 1)[labels] < 2
    labels = np.unique(np.where(alone, -1, labels), return_inverse=True)[1]
    return (labels - int(alone.any())).astype(np.int32)


def fold(texts: Any) -> pa.Array:
    """Arrow strings without case, accents, vowel points and invisible marks."""
    if isinstance(texts, pa.ChunkedArray):
        texts = texts.combine_chunks()
    foreign = pc.invert(pc.string_is_ascii(texts))
    return pc.replace_with_mask(
        pc.ascii_lower(texts), foreign, _fold_foreign(texts.filter(foreign))
    )


def _fold_foreign(texts: pa.Array) -> pa.Array:
    folded = pc.utf8_normalize(texts, form="NFKD")
    folded = pc.replace_substring_regex(folded, r"[\p{Mn}\p{Cf}]", "")
    folded = pc.utf8_lower(folded)
    for letters, plain in _LETTERS.items():
        folded = pc.replace_substring_regex(folded, f"[{letters}]", plain)
    return folded
