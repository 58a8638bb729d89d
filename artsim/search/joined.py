"""Embeddings of a backbone beside those of descriptors (colour, composition), as parts of one."""

from collections.abc import Mapping, Sequence
from typing import cast

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artsim.core.counts import count
from artsim.core.per_object import PerObject
from artsim.search.dials import EVERY, EXTRAS
from artsim.search.further import Further
from artsim.search.gallery import Gallery
from artsim.search.neighbours import SMALLEST_NORM, Floats, Rows
from artsim.search.parts import Layout

GENERAL = "general"  # the one part of embeddings that have none
_JOINED: PerObject[Gallery] = PerObject(1)  # beside the gallery whose rows it has


def layout_with(
    wanted: Mapping[str, float], layout: Layout, dimension: int, extras: Mapping[str, int]
) -> Layout:
    """The parts that ``wanted`` may weigh: those of the embedding, then ``extras``.

    Embeddings of ``dimension`` numbers without parts have the one that is called general.
    """
    if not layout and wanted.keys() <= {EVERY, GENERAL, *EXTRAS}:
        layout = {GENERAL: dimension}
    return {**layout, **extras}


def joined(gallery: Gallery, others: Mapping[str, Gallery]) -> Gallery:
    """A gallery of the same works whose embeddings, at length 1, go on with those of ``others``.

    Works without an embedding there have zeros in its place. Made once for each version.
    """
    key = tuple((name, other.catalog.version, len(other)) for name, other in others.items())
    return _JOINED.get(gallery, key, lambda: _made(gallery, list(others.values())))


def joined_vector(
    vector: npt.ArrayLike, dimensions: Sequence[int], others: Sequence[npt.ArrayLike] = ()
) -> Floats:
    """A vector [D] at length 1, then ``others``, else as many zeros as ``dimensions`` say."""
    parts = [_unit(np.asarray(vector)[None])[0]]
    if others:
        parts += [_unit(np.asarray(other)[None])[0] for other in others]
    else:
        parts += [np.zeros(dimension, np.float32) for dimension in dimensions]
    return np.concatenate(parts)


def without(gallery: Gallery, other: Gallery) -> int:
    """How many works of ``gallery`` have no embedding in ``other``."""
    return int((_places(gallery.ids, other.ids) < 0).sum())


def _made(gallery: Gallery, others: Sequence[Gallery]) -> Gallery:
    blocks = [_unit(gallery.matrix)]
    blocks += [_taken(_unit(o.matrix), _places(gallery.ids, o.ids)) for o in others]
    made = Gallery(
        gallery.catalog, gallery.column, gallery.ids, np.ascontiguousarray(np.hstack(blocks))
    )
    if gallery.further is not None:
        own = gallery.further
        blocks = [_unit(own.index.matrix)]
        for other in others:
            files = [] if other.further is None else other.further.files
            matrix = other.matrix[:0] if other.further is None else other.further.index.matrix
            blocks.append(_taken(_unit(matrix), _places(own.files, files)))
        made.further = Further(np.hstack(blocks), own.rows, own.files)
    return made


def _places(names: Sequence[str], known: Sequence[str]) -> Rows:
    """Where each of ``names`` stands in ``known``, -1 for those that do not; intp [n]."""
    found = pc.index_in(pa.array(names, pa.string()), value_set=pa.array(known, pa.string()))
    return np.asarray(pc.fill_null(found, -1).to_numpy(zero_copy_only=False)).astype(np.intp)


def _taken(matrix: Floats, places: Rows) -> Floats:
    found = np.zeros((len(places), matrix.shape[1]), np.float32)
    found[places >= 0] = matrix[places[places >= 0]]
    return found


def _unit(matrix: npt.NDArray[np.floating]) -> Floats:
    """Rows at length 1, float32; zero where they have none or are not finite."""
    with np.errstate(all="ignore"):
        lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix, dtype=np.float64))[:, None]
        usable = np.isfinite(lengths) & (lengths > SMALLEST_NORM)
        scaled = np.divide(matrix, lengths, out=np.zeros(matrix.shape), where=usable)
    return cast(Floats, scaled.astype(np.float32))


def lacking(gallery: Gallery, others: Mapping[str, Gallery]) -> str:
    """A sentence where works have no colour or composition yet, "" where all have."""
    counts = {extra: without(gallery, other) for extra, other in others.items()}
    told = [
        f"{count(number, 'work has', 'works have')} no {extra} yet: run 'artsim embed "
        f"{gallery.catalog.name} --backbone {extra}'."
        for extra, number in counts.items()
        if number
    ]
    return " ".join(told)
