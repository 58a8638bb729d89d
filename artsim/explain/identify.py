"""Which work of a collection a photograph shows, or none: likely works, then their geometry."""

import math
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.collection.embedding_column import EmbeddingColumn
from artsim.core.blas import single_threaded
from artsim.core.counts import count
from artsim.core.errors import Conflict, InvalidInput
from artsim.explain.alignment import Alignment, align
from artsim.explain.confidence import confidence, is_match
from artsim.explain.keypoints import Keypoints, keypoints
from artsim.explain.views import views
from artsim.images.canonical import decode_canonical
from artsim.images.query_pictures import QueryPicture
from artsim.search.comparing import comparable
from artsim.search.gallery import Gallery
from artsim.search.neighbours import Floats
from artsim.search.service import SearchService

SMALLEST = 96  # pixels of a photograph's longest side
PHOTO_SIDE, PHOTO_POINTS, PHOTO_CELLS = 800, 1500, 8
WORK_SIDE, WORK_POINTS = 320, 500
# First a look at each picture so small that it takes a quarter of the time. Of wrong ones none had
# more than 4 inliers there, of right ones 97 % more than 11.
SMALL_SIDE, SMALL_POINTS = 128, 170
SMALL_PHOTO, SMALL_PHOTO_POINTS = 400, 1000  # its fine places are in no small picture
PROMISING = 6  # inliers of a small picture, from which on it is looked at whole
CHECKED = 150  # pictures whose geometry is looked at, at most
TOLD = 10
_LEAST_POINTS = 12
_THREADS = 2
_WAVES = (8, 24)  # pictures that are read at a time; the last number repeats
_NEAREST = 200  # pictures that each part of the photograph names
_FUSED = 2  # constant of reciprocal rank fusion: the larger, the less the first ranks count
_CLEAR = 60  # inliers that no other picture will better

Outline = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Candidate:
    """A work that the photograph may show; ``score`` is the best cosine of any part of it.

    ``inliers`` is None where its geometry was not looked at.
    """

    id: str
    score: float
    inliers: int | None


@dataclass(frozen=True)
class Identification:
    """The work in a photograph, or the nearest ``candidates`` where it is of none.

    ``outline`` are the corners of the work's picture in fractions of the photograph, clockwise from
    its upper left one; a work that is cut off has corners beyond 0 and 1. ``image`` is the file of
    the picture that matched, None for the one that the work is shown by. ``confidence`` is how
    often claims like this one were right on simulated photographs, None where that was not
    measured.
    """

    found: bool
    id: str | None
    title: str | None
    artist: str | None
    confidence: float | None
    inliers: int
    outline: Outline | None
    candidates: tuple[Candidate, ...]
    took_ms: float
    image: str | None
    backbone: str

    @property
    def in_words(self) -> str:
        """How sure the answer is, in a sentence."""
        if not self.found:
            return "This work is not in this collection."
        matching = f"{count(self.inliers, 'place matches', 'places match')}."
        if self.confidence is None:
            return matching
        return (
            f"{matching} Of such answers to simulated photographs, at least "
            f"{math.floor(1000 * self.confidence) / 10:g} % were right."
        )

    def to_json(self) -> dict[str, Any]:
        """The document of the contract, with ``image`` and ``backbone``."""
        return {
            "found": self.found,
            "id": self.id,
            "title": self.title,
            "artist": self.artist,
            "confidence": self.confidence,
            "inliers": self.inliers,
            "outline": None if self.outline is None else [list(corner) for corner in self.outline],
            "candidates": [
                {"id": one.id, "score": round(one.score, 4), "inliers": one.inliers}
                for one in self.candidates
            ],
            "took_ms": round(self.took_ms, 1),
            "image": self.image,
            "backbone": self.backbone,
        }


@dataclass(frozen=True)
class _Picture:
    """A picture of a work: ``file`` is None for the one that the work is shown by."""

    work: str
    file: str | None
    score: float
    alignment: Alignment | None = None
    looked_at: bool = False

    @property
    def inliers(self) -> int:
        return self.alignment.inliers if self.alignment else 0


def identify(
    service: SearchService, name: str, photo: QueryPicture, backbone: str | None = None
) -> Identification:
    """The work of the collection ``name`` that ``photo`` shows.

    Parts of the photograph are embedded with ``backbone`` (any that the collection is embedded
    with where None) to find likely works, and SIFT keypoints of these are matched with those of the
    photograph. Raises InvalidInput for a photograph with nothing on it, Conflict for a collection
    without embeddings, NotFound.

        found = identify(library, "paintings", query_picture(data))
        found.id if found.found else "not here"
    """
    began = time.perf_counter()
    column = _searchable(service, name, backbone)
    pixels = decode_canonical(photo.jpeg)
    height, width = pixels.shape[:2]
    if max(height, width) < SMALLEST:
        raise InvalidInput(
            f"The photograph has {width} x {height} pixels, too few to recognise a work: "
            f"take one with at least {SMALLEST} pixels a side."
        )
    seen = keypoints(pixels, SMALL_PHOTO, SMALL_PHOTO_POINTS, PHOTO_CELLS)
    if len(seen) < _LEAST_POINTS:
        raise InvalidInput(
            "There is nothing to recognise in this photograph, it is blank or blurred: "
            "take another one, nearer to the work."
        )
    vectors = service.embed_parts(name, column.backbone, views(pixels))
    gallery = service.gallery(name, column.backbone, column.digest)
    likely = _likely(gallery, vectors)
    # Products so small cost more in waking and waiting for threads than in arithmetic.
    with single_threaded():
        looked = list(_looked_at(service, name, seen, pixels, likely))
    rest = likely[len(looked) :]
    ranked = sorted(looked, key=lambda one: -one.inliers) + rest
    best = ranked[0] if ranked else None
    found = best is not None and best.alignment is not None and is_match(best.alignment)
    told = gallery.catalog.labels(
        np.array([gallery.catalog.positions[best.work]] if best and found else [], np.intp)
    )
    return Identification(
        found=found,
        id=told[0]["id"] if told else None,
        title=(told[0]["title"] or "") if told else None,
        artist=(told[0]["artist"] or "") if told else None,
        confidence=confidence(best.inliers, column.backbone, len(gallery))
        if best and told
        else None,
        inliers=best.inliers if best else 0,
        outline=_rounded(best.alignment) if best and best.alignment and told else None,
        candidates=_told(ranked),
        took_ms=(time.perf_counter() - began) * 1000,
        image=best.file if best and told else None,
        backbone=column.backbone,
    )


def _searchable(service: SearchService, name: str, backbone: str | None) -> EmbeddingColumn:
    """The embeddings to find likely works with: those of most works where no backbone is named.

    Raises Conflict where there are none that a photograph can be compared with.
    """
    if backbone is not None:
        return service.column(name, backbone)
    if not service.info(name).with_image:
        raise Conflict(f"{name!r} has no pictures to recognise yet: import some first.")
    if found := comparable(service, name):
        return found
    raise Conflict(
        f"{name!r} is not embedded with a backbone that is here, which recognising a work needs: "
        "embed it first."
    )


def _likely(gallery: Gallery, vectors: Floats) -> list[_Picture]:
    """Pictures that parts of the photograph are like, the likeliest first.

    Their ranks for each part are fused (Cormack, Clarke, Buettcher: Reciprocal rank fusion, SIGIR
    2009): the right picture is named by several parts, others by one.
    """
    best: dict[tuple[str, str | None], tuple[float, float]] = {}
    indexes: list[tuple[Any, list[str], list[str] | None]] = [(gallery.index, gallery.ids, None)]
    if gallery.further is not None and len(gallery.further):
        works = [gallery.ids[row] for row in gallery.further.rows.tolist()]
        indexes.append((gallery.further.index, works, gallery.further.files))
    for index, works, files in indexes:
        for found in index.search_many(vectors, _NEAREST):
            for rank, (row, score) in enumerate(
                zip(found.rows.tolist(), found.scores.tolist(), strict=True)
            ):
                key = works[row], files[row] if files else None
                fused, known = best.get(key, (0.0, score))
                best[key] = fused + 1 / (_FUSED + rank), max(score, known)
    order = sorted(best, key=lambda key: (-best[key][0], -best[key][1], key[0]))
    return [_Picture(work, file, best[work, file][1]) for work, file in order[:CHECKED]]


def _looked_at(
    service: SearchService,
    name: str,
    seen: Keypoints,
    photo: npt.NDArray[np.uint8],
    likely: list[_Picture],
) -> Iterator[_Picture]:
    """The pictures with their geometry, in order, no further than the first clear match.

    ``seen`` are the keypoints of ``photo`` made small; those of the whole are computed only if a
    picture needs them.
    """
    collection = service.collection(name)
    place, wave = 0, 0
    whole = cache(lambda: keypoints(photo, PHOTO_SIDE, PHOTO_POINTS, PHOTO_CELLS))

    def look(one: _Picture, jpeg: bytes | None) -> _Picture:
        if jpeg is None:
            return replace(one, looked_at=True)
        pixels = decode_canonical(jpeg, WORK_SIDE)
        found = align(seen, keypoints(pixels, SMALL_SIDE, SMALL_POINTS))
        if found is not None and found.inliers >= PROMISING:
            found = align(whole(), keypoints(pixels, WORK_SIDE, WORK_POINTS)) or found
        return replace(one, alignment=found, looked_at=True)

    with ThreadPoolExecutor(_THREADS, thread_name_prefix="identify") as pool:
        while place < len(likely):
            some = likely[place : place + _WAVES[min(wave, len(_WAVES) - 1)]]
            primary = collection.images([one.work for one in some if one.file is None])
            jpegs = [
                primary.get(one.work)
                if one.file is None
                else collection.pictures.blob(one.file, "image")
                for one in some
            ]
            done = list(pool.map(look, some, jpegs))
            yield from done
            if any(
                one.alignment and one.inliers >= _CLEAR and is_match(one.alignment) for one in done
            ):
                return
            place, wave = place + len(some), wave + 1


def _told(ranked: list[_Picture]) -> tuple[Candidate, ...]:
    """The first works, each by its best picture."""
    works: dict[str, Candidate] = {}
    for one in ranked:
        inliers = one.inliers if one.looked_at else None
        works.setdefault(one.work, Candidate(one.work, one.score, inliers))
    return tuple(works.values())[:TOLD]


def _rounded(alignment: Alignment) -> Outline:
    return tuple((round(float(x), 5), round(float(y), 5)) for x, y in alignment.outline)
