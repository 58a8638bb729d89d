"""Which works of a gallery are the query's own work: they are neither retrieved nor relevant."""

from collections import defaultdict

import numpy as np
import numpy.typing as npt

from artsim.collection.artists import artist_key
from artsim.collection.labels import label_key
from artsim.evaluation.judgement import Rows
from artsim.evaluation.relevance import texts
from artsim.search.catalog import WORK_GROUP, Catalog

Codes = npt.NDArray[np.int32]


def excluded(gallery: tuple[Catalog, Rows], queries: tuple[Catalog, Rows]) -> list[Rows]:
    """For each query the gallery rows of its own work and of every work that may be the same.

    Both arguments are a catalog and positions in it. A query of another collection is the same as
    the works with its id or the id of one of its copies; two work groups of one name are the same
    where the artist is the same too.
    """
    catalog, works = gallery
    codes = catalog.same_work[works]
    members = defaultdict(list)
    for row, code in enumerate(codes):
        if code >= 0:
            members[int(code)].append(row)
    joined = {code: np.array(rows, np.intp) for code, rows in members.items()}
    row_of = {int(position): row for row, position in enumerate(works)}
    named = _named(gallery, queries)
    found = []
    for query in named:
        rows = {row_of[p] for p in query if p in row_of}
        groups = {int(codes[row]) for row in rows} - {-1}
        every = [joined[group] for group in groups]
        every.append(np.array(sorted(rows), np.intp))
        found.append(np.unique(np.concatenate(every)))
    return found


def _named(gallery: tuple[Catalog, Rows], queries: tuple[Catalog, Rows]) -> list[set[int]]:
    """For each query the positions in the gallery's catalog of works that are surely the same."""
    (catalog, works), (asking, asked) = gallery, queries
    if asking is catalog:
        return [{int(position)} for position in asked]
    names = texts(asking, np.arange(len(asking)), "id")
    alike = defaultdict(list)
    for position, code in enumerate(asking.same_work):
        if code >= 0:
            alike[int(code)].append(position)
    of_group = defaultdict(set)
    for position, key in zip(works, _group_keys(catalog, works), strict=True):
        if key:
            of_group[key].add(int(position))
    found = []
    for position, key in zip(asked, _group_keys(asking, asked), strict=True):
        copies = [int(position), *alike.get(int(asking.same_work[position]), ())]
        there = (catalog.positions.get(names[copy]) for copy in copies)
        found.append({p for p in there if p is not None} | of_group.get(key, set()))
    return found


def _group_keys(catalog: Catalog, positions: Rows) -> list[str]:
    groups, artists = (texts(catalog, positions, name) for name in (WORK_GROUP, "artist"))
    pairs = zip(groups, artists, strict=True)
    return [f"{label_key(g)}\0{artist_key(a)}" if label_key(g) else "" for g, a in pairs]
