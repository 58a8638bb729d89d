"""All metadata of one version of a collection in memory, ready to be filtered and paged."""

from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artsim.collection.columns import FACETS
from artsim.collection.store import Collection

LABEL = ("id", "title", "artist", "year", "duplicate_group")  # what is told of a work that is found
_NO_GROUP = -1
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

    def __init__(self, name: str, version: int, table: pa.Table) -> None:
        self.name = name
        self.version = version
        self.table = table

    @classmethod
    def load(cls, collection: Collection) -> "Catalog":
        """Read the metadata of one version of ``collection``."""
        pinned = collection.pinned()
        # In one piece: rows scattered over many are gathered slowly.
        return cls(pinned.name, pinned.version, pinned.metadata().combine_chunks())

    def __len__(self) -> int:
        return int(self.table.num_rows)

    @property
    def nbytes(self) -> int:
        return int(self.table.nbytes)

    @cached_property
    def positions(self) -> dict[str, int]:
        """Where each artwork id stands."""
        return {name: i for i, name in enumerate(self.table.column("id").to_pylist())}

    @cached_property
    def groups(self) -> npt.NDArray[np.int32]:
        """Duplicate group of each artwork as a number, -1 where it has none; int32 [N]."""
        codes = self.table.column("duplicate_group").combine_chunks().dictionary_encode().indices
        filled = pc.fill_null(codes.cast(pa.int32()), _NO_GROUP)
        return np.asarray(filled.to_numpy(zero_copy_only=False))

    @cached_property
    def folded(self) -> pa.Array:
        """Title and artist of each artwork as one text without case and accents."""
        columns = [pc.fill_null(self.table.column(n), "") for n in ("title", "artist")]
        return fold(pc.binary_join_element_wise(*columns, "\n"))

    @cached_property
    def facets(self) -> dict[str, tuple[tuple[str, int], ...]]:
        """Values of each facet over the whole collection: most frequent first, then by name."""
        return {name: self._counted(name) for name in FACETS}

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
