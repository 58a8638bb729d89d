"""What is searched: one embedding column of a collection as one array, beside its metadata."""

from functools import cached_property

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artsim.collection.embedding_column import EmbeddingColumn
from artsim.collection.store import Collection
from artsim.core.cache import LoadingCache
from artsim.search.catalog import Catalog
from artsim.search.further import Further
from artsim.search.index import Index
from artsim.search.neighbours import ExactIndex, Floats, Rows


class Gallery:
    """The artworks of a catalog that have an embedding, in order of artwork id; read-only.

    ``ids`` [N], ``matrix`` float32 [N, D] read-only, ``positions`` intp [N]: where row i stands
    in ``catalog``, which holds all artworks, with and without an embedding. ``index`` is the exact
    one; other ``indexes`` over the same rows, by metric and key, are loaded when they are asked.
    ``further`` has the embeddings of the works' further pictures, None where there are none.
    """

    def __init__(
        self, catalog: Catalog, column: EmbeddingColumn, ids: list[str], matrix: Floats
    ) -> None:
        places = pc.index_in(pa.array(ids, pa.string()), value_set=catalog.table.column("id"))
        known = np.asarray(places.is_valid().to_numpy(zero_copy_only=False))
        if not known.all():  # the catalog is of another version: keep what both hold
            matrix = np.ascontiguousarray(matrix[known])
            ids = [name for name, there in zip(ids, known, strict=True) if there]
        matrix.flags.writeable = False
        self.catalog = catalog
        self.column = column
        self.ids = ids
        self.matrix = matrix
        self.positions: Rows = places.drop_null().to_numpy().astype(np.intp)
        self.index = ExactIndex(matrix)
        self.further: Further | None = None
        self.indexes: LoadingCache[tuple[str, str], Index | None] = LoadingCache(4)

    @classmethod
    def load(cls, collection: Collection, column: EmbeddingColumn, catalog: Catalog) -> "Gallery":
        """Read one embedding column of ``collection``; ``catalog`` is of the same version."""
        ids, matrix = collection.embedding(column.column)
        gallery = cls(catalog, column, ids, matrix)
        if len(catalog.pictures):
            gallery._add_further(*collection.pictures.embedding(column.column))
        return gallery

    def _add_further(self, files: list[str], works: list[str], matrix: Floats) -> None:
        places = [self.catalog.positions.get(work) for work in works]
        rows = [None if place is None else self.row_of(place) for place in places]
        there = [i for i, row in enumerate(rows) if row is not None]
        if there:
            rows_of = np.array([rows[i] for i in there], np.intp)
            self.further = Further(matrix[there], rows_of, [files[i] for i in there])

    def __len__(self) -> int:
        return len(self.ids)

    @property
    def nbytes(self) -> int:
        further = self.further.nbytes if self.further else 0
        return self.index.nbytes + self.catalog.nbytes + further

    @cached_property
    def groups(self) -> npt.NDArray[np.int32] | None:
        """Duplicate group of each row as a number, -1 for none; None where no row has one."""
        groups = self.catalog.groups[self.positions]
        return groups if (groups >= 0).any() else None

    def row_of(self, position: int) -> int | None:
        """Row of the artwork at a position of the catalog; None where it has no embedding."""
        row = int(np.searchsorted(self.positions, position))
        found = row < len(self.positions) and self.positions[row] == position
        return row if found else None

    def rows_at(self, positions: Rows) -> Rows:
        """Rows of the artworks at ``positions`` (any order) that have an embedding."""
        rows = [self.row_of(int(position)) for position in positions]
        return np.array([row for row in rows if row is not None], np.intp)

    def rows_where(self, mask: npt.NDArray[np.bool_] | None) -> Rows | None:
        """Rows whose artworks pass a mask over the catalog; None for all."""
        return None if mask is None else np.flatnonzero(mask[self.positions])
