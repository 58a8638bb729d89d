"""Whether an embedding space is fit to be searched: hubs, dimensions, same-artist separation."""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.core.errors import InvalidInput
from artsim.search.gallery import Gallery
from artsim.search.neighbours import ExactIndex, Floats, Metric, Rows, checked_metric
from artsim.search.pairs import Codes, sample_pairs

SAMPLE = 10_000  # works that stand for a larger gallery
WORST = 12
BINS = 60
_SHARE = 0.9

Array = npt.NDArray[np.floating]
Counts = npt.NDArray[np.int64]


@dataclass(frozen=True)
class Hubness:
    """How unevenly works appear among the K nearest of the others.

    ``skewness`` of the k-occurrence N_k: 0 where every work is as often a neighbour, above 1
    where some hubs are everybody's neighbour. ``worst`` are (id, N_k) of the largest hubs;
    ``never`` is the share of works that are nobody's neighbour, ``largest_share`` the share of
    all lists in which the largest hub stands.
    """

    k: int
    works: int
    skewness: float
    worst: tuple[tuple[str, int], ...]
    never: float
    largest_share: float


@dataclass(frozen=True)
class Dimensions:
    """How many of ``available`` dimensions the embeddings use.

    ``participation`` is the participation ratio, ``for_90_percent`` the number of principal
    components that hold 90 % of the variance.
    """

    available: int
    participation: float
    for_90_percent: int


@dataclass(frozen=True)
class Separation:
    """Scores of pairs by one artist against random pairs, as shares in equal bins.

    ``edges`` [BINS + 1]; ``same_artist`` and ``random`` [BINS] each sum to 1. ``auc`` is the
    probability that a pair by one artist scores above a random one (ties half).
    """

    edges: tuple[float, ...]
    same_artist: tuple[float, ...]
    random: tuple[float, ...]
    same_artist_pairs: int
    random_pairs: int
    auc: float


@dataclass(frozen=True)
class Health:
    """The state of one embedding space under one metric; ``separation`` is None without artists.

    ``works`` were looked at, out of ``of``; ``seed`` drew them where there are more than 10,000.
    """

    collection: str
    backbone: str
    digest: str
    metric: str
    works: int
    of: int
    seed: int
    hubness: Hubness
    dimensions: Dimensions
    separation: Separation | None

    def to_json(self) -> dict[str, Any]:
        """A document of plain values."""
        return asdict(self)


def health(gallery: Gallery, metric: str = "cosine", k: int = 10, seed: int = 0) -> Health:
    """Look at a gallery, or at a seeded sample of 10,000 of its works.

    Works with a zero or unusable embedding are left out. Raises InvalidInput for an unknown
    metric, and where there are not two works.
    """
    kind = checked_metric(metric)
    pairs = sample_pairs(gallery, seed, works=SAMPLE)
    rows = pairs.works
    if len(rows) < 2:
        raise InvalidInput("The health of a space needs at least two works with an embedding.")
    matrix, groups = gallery.matrix[rows], pairs.groups[rows]
    if kind == "cosine":
        matrix = matrix / gallery.index.norms[rows][:, None]
    k = min(k, len(rows) - 1)
    counts = occurrences(matrix, k, kind, groups)
    same = pairs.shared("artist")
    scores = pairs.scores(kind) if same.any() else None
    return Health(
        collection=gallery.catalog.name,
        backbone=gallery.column.backbone,
        digest=gallery.column.digest,
        metric=kind,
        works=len(rows),
        of=len(gallery),
        seed=seed,
        hubness=hubness(counts, k, [gallery.ids[row] for row in rows]),
        dimensions=dimensions(matrix),
        separation=None if scores is None else separation(scores[same], scores[pairs.allowed]),
    )


def occurrences(matrix: Floats, k: int, metric: Metric, groups: Codes | None = None) -> Counts:
    """k-occurrence N_k [N]: in how many other works' K nearest each work stands.

    ``matrix`` is float32 [N, D]; rows of equal ``groups`` (-1 for none) never count for each
    other. Exact, equal scores by lower row. One block of scores at a time.
    """
    groups = np.full(len(matrix), -1, np.int32) if groups is None else groups
    counts = np.zeros(len(matrix), np.int64)
    barred = [
        np.flatnonzero(groups == group) if group >= 0 else np.array([row])
        for row, group in enumerate(groups)
    ]
    for keys in ExactIndex(matrix, copies=False).keys(matrix, metric, exclude=barred):
        for found in keys.nearest(k):
            counts[found.rows] += 1
    return counts


def hubness(counts: Counts, k: int, ids: list[str]) -> Hubness:
    """Skewness of N_k, E[(N_k - mean)^3] / sd^3, and its extremes.

    Radovanovic, Nanopoulos, Ivanovic: Hubs in Space, JMLR 11 (2010).
    """
    order: Rows = np.lexsort((np.arange(len(counts)), -counts))[:WORST]
    return Hubness(
        k=k,
        works=len(counts),
        skewness=skewness(counts.astype(np.float64)),
        worst=tuple((ids[row], int(counts[row])) for row in order),
        never=float((counts == 0).mean()),
        largest_share=float(counts.max() / max(1, len(counts) - 1)),
    )


def skewness(values: Array) -> float:
    """Third standardised moment of the whole population; 0 where all values are equal."""
    apart = values - values.mean()
    spread = float(np.sqrt(np.square(apart).mean()))
    return float((apart**3).mean() / spread**3) if spread > 0 else 0.0


def dimensions(matrix: Floats) -> Dimensions:
    """Effective dimension of float32 [N, D] from the eigenvalues l of its covariance.

    Participation ratio (sum l)^2 / sum l^2: D for a ball, 1 for a line, 0 where all are equal.
    Gao et al.: A theory of multineuronal dimensionality, bioRxiv 214262 (2017).
    """
    centred = matrix - matrix.mean(axis=0, dtype=np.float64).astype(np.float32)
    wide = centred.shape[1] > centred.shape[0]  # the smaller of the two has the same eigenvalues
    gram = centred @ centred.T if wide else centred.T @ centred
    values = np.clip(np.linalg.eigvalsh(gram.astype(np.float64))[::-1], 0, None)
    total = float(values.sum())
    noise = float(np.square(matrix, dtype=np.float64).sum()) * 1e-12
    if total <= noise:
        return Dimensions(matrix.shape[1], 0.0, 0)
    held = np.cumsum(values) / total
    return Dimensions(
        available=matrix.shape[1],
        participation=float(total**2 / np.square(values).sum()),
        for_90_percent=int(np.searchsorted(held, _SHARE) + 1),
    )


def separation(same_artist: Array, random: Array) -> Separation:
    """Histograms of two samples of scores over their common range, and the AUC between them."""
    low = float(min(same_artist.min(), random.min()))
    high = float(max(same_artist.max(), random.max()))
    edges = np.linspace(low, high if high > low else low + 1e-6, BINS + 1)
    return Separation(
        edges=tuple(float(edge) for edge in edges),
        same_artist=_shares(same_artist, edges),
        random=_shares(random, edges),
        same_artist_pairs=len(same_artist),
        random_pairs=len(random),
        auc=auc(same_artist, random),
    )


def auc(higher: Array, lower: Array) -> float:
    """P(a > b) + P(a = b) / 2 for a from ``higher`` and b from ``lower`` (Mann-Whitney U)."""
    ordered = np.sort(lower)
    below = np.searchsorted(ordered, higher, "left")
    upto = np.searchsorted(ordered, higher, "right")
    return float((below + upto).mean() / 2 / len(ordered))


def _shares(values: Array, edges: Array) -> tuple[float, ...]:
    counts = np.histogram(values, edges)[0]
    return tuple(float(count) for count in counts / max(1, counts.sum()))
