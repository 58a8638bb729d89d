"""What is ranked: the queries and the gallery that every backbone of an evaluation has."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.copies_excluded import excluded
from artsim.evaluation.judgement import Counts, Judgement
from artsim.search.catalog import Catalog
from artsim.search.galleries import Galleries
from artsim.search.gallery import Gallery
from artsim.search.neighbours import SMALLEST_NORM, ExactIndex, Rows

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]

RANDOM_PAIRS = 20_000
PERCENTILE = 99.0
_NAMED = 5
_MOST_CELLS = 200_000_000  # retrieved works of all queries, held at once
_PAIRS_AT_ONCE = 2_048


@dataclass(frozen=True)
class Space:
    """One backbone's embeddings: ``index`` over the gallery [G], ``queries`` float32 [Q, D]."""

    backbone: str
    digest: str
    index: ExactIndex
    queries: Floats


@dataclass(frozen=True)
class EvaluationSet:
    """Queries [Q] and gallery works [G], the same for every space; positions in the catalogs.

    ``exclude`` names for each query the gallery rows that never appear: the work itself, its
    duplicate group, and works of the same ``work_group``. Across collections these are the works
    with its id or the id of one of its copies, and works of one artist with the same
    ``work_group``.
    """

    catalog: Catalog
    works: Rows
    work_ids: list[str]
    query_catalog: Catalog
    queries: Rows
    query_ids: list[str]
    exclude: list[Rows]
    spaces: tuple[Space, ...]
    notes: tuple[str, ...]

    @property
    def candidates(self) -> Counts:
        """How many works can be found for each query; int64 [Q]."""
        return len(self.works) - np.array([len(rows) for rows in self.exclude], np.int64)

    def n_relevant(self, judgement: Judgement) -> Counts:
        """Relevant works of the gallery for each query, its copies left out; int64 [Q]."""
        owners = np.repeat(np.arange(len(self.queries)), [len(rows) for rows in self.exclude])
        rows = np.concatenate([*self.exclude, np.empty(0, np.intp)])
        own = owners[judgement.relevant(owners, rows)]
        return judgement.totals() - np.bincount(own, minlength=len(self.queries))


def gather(held: Galleries, config: EvaluateConfig) -> EvaluationSet:
    """Load what ``config`` names. Raises ArtsimError with one sentence for a person.

    Works that one of the backbones lacks, or whose embedding is zero or not finite, are left
    out for all, with a note that names them.
    """
    notes: list[str] = []
    galleries = [held.gallery(config.collection, name) for name in config.backbones]
    works = _common(galleries, config.collection, notes)
    if len(works) < 2:
        raise InvalidInput(
            f"{config.collection!r} has {count(len(works), 'work')} with a "
            "usable embedding from every backbone asked for, and an evaluation needs at least 2."
        )
    if config.k > len(works):
        notes.append(
            f"K is {config.k:,}, but {config.collection!r} has "
            f"{count(len(works), 'embedded work')}: lists are shorter than K, and figures that "
            "divide by K still divide by K."
        )
    asking, queries = galleries, works
    if config.queries:
        asking = [
            held.gallery(config.queries, gallery.column.backbone, gallery.column.digest)
            for gallery in galleries
        ]
        queries = _common(asking, config.queries, notes)
        if not queries:
            raise InvalidInput(
                f"{config.queries!r} has no work with a usable embedding to ask with."
            )
    queries = _sampled(queries, config, notes)
    if len(queries) * config.k > _MOST_CELLS:
        raise InvalidInput(
            f"{len(queries):,} queries of {config.k:,} works each are more than fit into memory: "
            "choose a smaller K, or a sample of the queries."
        )
    catalog, query_catalog = galleries[0].catalog, asking[0].catalog
    positions = _positions(galleries[0], works)
    return EvaluationSet(
        catalog=catalog,
        works=positions,
        work_ids=works,
        query_catalog=query_catalog,
        queries=_positions(asking[0], queries),
        query_ids=queries,
        exclude=excluded((catalog, positions), (query_catalog, _positions(asking[0], queries))),
        spaces=tuple(
            _space(gallery, works, other, queries)
            for gallery, other in zip(galleries, asking, strict=True)
        ),
        notes=tuple(notes),
    )


def random_cosines(
    space: Space, exclude: list[Rows], pairs: int = RANDOM_PAIRS, seed: int = 0
) -> Doubles:
    """Cosines of up to ``pairs`` random pairs of a query and a work that it may find; float64."""
    rng = np.random.default_rng(seed)
    asked = rng.integers(0, len(space.queries), pairs)
    found = rng.integers(0, len(space.index), pairs)
    allowed = np.array([w not in exclude[q] for q, w in zip(asked, found, strict=True)], np.bool_)
    asked, found = asked[allowed], found[allowed]
    result = np.empty(len(asked))
    for start in range(0, len(asked), _PAIRS_AT_ONCE):
        part = slice(start, start + _PAIRS_AT_ONCE)
        a = space.queries[asked[part]].astype(np.float64)
        b = space.index.matrix[found[part]].astype(np.float64)
        lengths = np.sqrt(np.square(a).sum(axis=1) * np.square(b).sum(axis=1))
        result[part] = (a * b).sum(axis=1) / lengths
    return result


def _common(galleries: list[Gallery], name: str, notes: list[str]) -> list[str]:
    """Ids, in order, of the works that every gallery has with a usable embedding."""
    kept = set(galleries[0].ids)
    for gallery in galleries:
        bad = np.flatnonzero(gallery.index.norms <= SMALLEST_NORM)
        if len(bad):
            ids = [gallery.ids[i] for i in bad]
            notes.append(
                f"Left out of {name!r}: {_listed(ids)}, whose embedding from "
                f"{gallery.column.backbone!r} is zero or not finite."
            )
            kept -= set(ids)
    everywhere = kept.intersection(*(gallery.ids for gallery in galleries))
    if len(everywhere) < max(len(gallery) for gallery in galleries) and len(galleries) > 1:
        lacking = {i for gallery in galleries for i in gallery.ids} - everywhere
        notes.append(
            f"Only the {count(len(everywhere), 'work')} of {name!r} that every backbone has "
            f"embedded count; left out: {len(lacking):,}."
        )
    without = len(galleries[0].catalog) - len(galleries[0])
    if without > 0:
        notes.append(f"{count(without, 'work')} of {name!r} without an embedding left out.")
    return [i for i in galleries[0].ids if i in everywhere]


def _sampled(ids: list[str], config: EvaluateConfig, notes: list[str]) -> list[str]:
    if config.sample is None or config.sample >= len(ids):
        return ids
    rng = np.random.default_rng(config.seed)
    chosen = np.sort(rng.choice(len(ids), config.sample, replace=False))
    notes.append(
        f"{config.sample:,} of {len(ids):,} works are queries, drawn with seed {config.seed}."
    )
    return [ids[i] for i in chosen]


def _positions(gallery: Gallery, ids: list[str]) -> Rows:
    places = gallery.catalog.positions
    return np.array([places[i] for i in ids], np.intp)


def _space(gallery: Gallery, works: list[str], asking: Gallery, queries: list[str]) -> Space:
    index = gallery.index
    if works != gallery.ids:
        index = ExactIndex(np.ascontiguousarray(gallery.matrix[_rows(gallery, works)]))
    matrix = asking.matrix if queries == asking.ids else asking.matrix[_rows(asking, queries)]
    return Space(gallery.column.backbone, gallery.column.digest, index, matrix)


def _rows(gallery: Gallery, ids: list[str]) -> Rows:
    places = {i: row for row, i in enumerate(gallery.ids)}
    return np.array([places[i] for i in ids], np.intp)


def _listed(ids: list[str]) -> str:
    shown = ", ".join(ids[:_NAMED])
    return f"{shown} and {len(ids) - _NAMED:,} more" if len(ids) > _NAMED else shown
