"""Which artworks a person wants to see: free text, facets, years, and SQL for the rest."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artsim.collection.columns import FACETS, FacetValues
from artsim.core.errors import InvalidInput
from artsim.search.catalog import Catalog
from artsim.search.fulltext import found_by_text

Mask = npt.NDArray[np.bool_]
Pairs = tuple[tuple[str, str], ...]
MAX_TEXT = 500


@dataclass(frozen=True)
class Filters(FacetValues):
    """All of these must hold; within one facet any of its values. Empty means everything.

    ``text``: every word occurs in the metadata, whatever its case and accents, or one that is
    spelled much like it (see ``fulltext``). Years: the artwork's years overlap
    [year_from, year_to]; works of unknown year are left out then, unless ``undated``.
    ``having`` and ``without`` are pairs of a column and a value: one of the values of each column
    must be there, none of the others.
    ``where``: a SQL expression over the metadata columns.
    """

    text: str = ""
    year_from: int | None = None
    year_to: int | None = None
    has_image: bool | None = None
    where: str = ""
    undated: bool = False
    having: Pairs = ()
    without: Pairs = ()

    def __post_init__(self) -> None:
        if len(self.text) > MAX_TEXT:
            raise InvalidInput(f"The text to look for is longer than {MAX_TEXT} characters.")
        if None not in (self.year_from, self.year_to) and self.year_from > self.year_to:  # type: ignore[operator]
            raise InvalidInput(
                f"The years run backwards: {self.year_from} is after {self.year_to}."
            )

    @property
    def facets(self) -> dict[str, tuple[str, ...]]:
        """The values wanted of each column of FACETS."""
        return {column: getattr(self, field) for column, field in FACETS.items()}

    def mask(self, catalog: Catalog, matching: Callable[[str], Iterable[str]]) -> Mask | None:
        """Which artworks of ``catalog`` pass, bool [N]; None where every one does.

        ``matching`` gives the ids for which a SQL expression holds; it raises InvalidInput.
        """
        masks = [*self._facets(catalog), *self._values(catalog), *self._years(catalog)]
        if self.has_image is not None:
            masks.append(pc.equal(catalog.table.column("has_image"), self.has_image))
        if self.where.strip():
            ids = pa.array(list(matching(self.where)), pa.string())
            masks.append(pc.is_in(catalog.table.column("id"), value_set=ids))
        flags = [_flags(mask) for mask in masks]
        if self.text.strip():
            has_words = np.zeros(len(catalog), bool)
            has_words[found_by_text(catalog, self.text).rows] = True
            flags.append(has_words)
        if not flags:
            return None
        passing: Mask | None = np.logical_and.reduce(flags)
        return passing

    def _facets(self, catalog: Catalog) -> list[pa.ChunkedArray]:
        return [
            pc.is_in(catalog.table.column(name), value_set=pa.array(values, pa.string()))
            for name, values in self.facets.items()
            if values
        ]

    def _values(self, catalog: Catalog) -> list[pa.ChunkedArray]:
        masks = [_is_one_of(catalog, name, values) for name, values in _by_column(self.having)]
        for name, values in _by_column(self.without):
            found = pc.fill_null(_is_one_of(catalog, name, values), False)
            masks.append(pc.invert(found))  # what has no value has not that one
        return masks

    def _years(self, catalog: Catalog) -> list[pa.ChunkedArray]:
        first = catalog.table.column("year")
        masks = []
        if self.year_from is not None:
            last = pc.coalesce(catalog.table.column("year_end"), first)
            masks.append(pc.greater_equal(last, self.year_from))
        if self.year_to is not None:
            masks.append(pc.less_equal(first, self.year_to))
        if self.undated:
            return [pc.or_kleene(mask, pc.is_null(first)) for mask in masks]
        return masks


def _by_column(pairs: Pairs) -> list[tuple[str, list[str]]]:
    found: dict[str, list[str]] = {}
    for name, value in pairs:
        found.setdefault(name, []).append(value)
    return list(found.items())


def _is_one_of(catalog: Catalog, name: str, values: list[str]) -> pa.ChunkedArray:
    if name not in catalog.table.column_names or name in catalog.hidden:
        raise InvalidInput(f"Works of {catalog.name!r} have no column {name[:60]!r}.")
    texts = catalog.table.column(name).cast(pa.string())
    return pc.is_in(texts, value_set=pa.array(values, pa.string()))


def _flags(mask: pa.ChunkedArray) -> Mask:
    return np.asarray(pc.fill_null(mask, False).to_numpy(zero_copy_only=False), dtype=np.bool_)
