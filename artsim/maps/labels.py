"""What is known of the works of a map, column by column, in the map's rows."""

from collections import Counter

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artsim.collection.artists import value_keys
from artsim.collection.columns import LABELS, century_name, century_of
from artsim.maps.model import Map
from artsim.search.catalog import Catalog
from artsim.search.galleries import Galleries
from artsim.search.neighbours import Rows

# Columns that say nothing of what a work is.
HIDDEN = ("id", "file", "url", "accession", "duplicate_group", "has_image", "licence", "credit")


def positions_of(catalog: Catalog, found: Map) -> Rows:
    """Where each work of a map stands in the catalog, -1 where it is gone; intp [N]."""
    places = catalog.positions
    return np.fromiter((places.get(i, -1) for i in found.ids), np.intp, len(found.ids))


def positions(galleries: Galleries, found: Map) -> tuple[Catalog, Rows]:
    """The catalog of a map's collection, and ``positions_of`` its works."""
    catalog = galleries.catalog(found.info.config.collection)
    return catalog, positions_of(catalog, found)


def words(catalog: Catalog, places: Rows, column: str) -> list[str]:
    """The text of a column at each of ``places``; "" where nothing, or nobody, is known."""
    values = _taken(catalog, places, column).cast(pa.string())
    found = [" ".join(text.split()) for text in pc.fill_null(values, "").to_pylist()]
    if column in LABELS:
        says = {text: bool(value_keys(column, text)) for text in set(found)}
        found = [text if says[text] else "" for text in found]
    return found


def numbers(catalog: Catalog, places: Rows, column: str) -> npt.NDArray[np.float32]:
    """The numbers of a column at each of ``places``, NaN where none is known; float32."""
    values = pc.fill_null(_taken(catalog, places, column).cast(pa.float64()), float("nan"))
    return np.asarray(values.to_numpy(zero_copy_only=False), np.float32)


def is_number(catalog: Catalog, column: str) -> bool:
    """Whether a column holds numbers."""
    kind = catalog.table.schema.field(column).type
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind))


def tells_apart(catalog: Catalog, places: Rows, column: str) -> bool:
    """Whether the works at ``places`` have two different known values in a column."""
    seen: set[str] = set()
    for text in pc.unique(_taken(catalog, places, column)).cast(pa.string()).to_pylist():
        value = " ".join((text or "").split())
        if value and (column not in LABELS or value_keys(column, value)):
            seen.add(value)
        if len(seen) > 1:
            return True
    return False


def centuries(years: npt.NDArray[np.floating]) -> list[str]:
    """'17th century' for each year, '2nd century BC' before our era, "" for NaN."""
    return ["" if np.isnan(year) else century_name(century_of(int(year))) for year in years]


def commonest(values: list[str]) -> list[tuple[str, int]]:
    """Values that say something with how often they occur, most frequent first, then by name.

    >>> commonest(["b", "a", "", "b", "c"])
    [('b', 2), ('a', 1), ('c', 1)]
    """
    counts = Counter(values)
    counts.pop("", None)
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def _taken(catalog: Catalog, places: Rows, column: str) -> pa.Array:
    """A column at ``places``, null for -1."""
    index = pa.array(places, mask=places < 0)
    taken = catalog.table.column(column).take(index)
    return taken.combine_chunks() if isinstance(taken, pa.ChunkedArray) else taken
