"""What an evaluation found, as plain values: pages, reports and the command line read these."""

from dataclasses import asdict, dataclass
from typing import Any, Literal

import pyarrow as pa

from artsim.evaluation.fitted_words import fitted_line

PART_FIGURES = ("precision_at_k", "recall_at_k", "map_at_k", "hit_at_k")  # those of a Part
OVER_QUERIES, OVER_CLUSTERS = "bootstrap over queries", "cluster bootstrap"


@dataclass(frozen=True)
class Figure:
    """A mean over queries and its 95 % interval; None where there is none."""

    value: float | None
    ci95: tuple[float, float] | None = None


@dataclass(frozen=True)
class FeaturePrecision:
    """Share of the top K above a cosine: a fixed one, and the 99th percentile of random pairs."""

    value: float | None
    ci95: tuple[float, float] | None
    threshold: float
    above_random: Figure
    percentile: float
    percentile_cosine: float
    random_pairs: int


@dataclass(frozen=True)
class Combined:
    """Title precision and mean similarity, weighted, over the queries that titles can judge."""

    value: float | None
    ci95: tuple[float, float] | None
    title_weight: float
    visual_weight: float
    title: float | None
    visual: float | None
    queries: int


@dataclass(frozen=True)
class QualityMetric:
    """k / (n * k_approximate) averaged over queries, and the means of its parts."""

    value: float | None
    ci95: tuple[float, float] | None
    k: float
    n: float
    k_approximate: float
    precision: float
    k_share: float
    note: str


@dataclass(frozen=True)
class Part:
    """The figures over the queries of one class, century or group of artists."""

    value: str
    queries: int
    precision_at_k: Figure
    recall_at_k: Figure
    map_at_k: Figure
    hit_at_k: Figure
    chance_precision: float


@dataclass(frozen=True)
class Case:
    """One query with what it retrieved, best first; ``relevant`` says which of it is."""

    id: str
    value: str
    n_relevant: int
    average_precision: float
    retrieved: tuple[str, ...]
    relevant: tuple[bool, ...]


@dataclass(frozen=True)
class Curve:
    """Means over queries at each cut-off 1..K."""

    k: tuple[int, ...]
    precision: tuple[float, ...]
    recall: tuple[float, ...]
    map: tuple[float, ...]


@dataclass(frozen=True)
class TitlePair:
    """Two different titles that count as the same, and how similar they are."""

    one: str
    other: str
    similarity: float


@dataclass(frozen=True)
class TitleFacts:
    """Counts of titles: works without one, distinct ones, and the commonest.

    ``similar_pairs`` different titles count as the same; ``similar`` are the least alike of them.
    """

    works: int
    untitled: int
    distinct: int
    queries_left: int
    commonest: tuple[tuple[str, int], ...]
    commonest_share: float
    similar_pairs: int = 0
    similar: tuple[TitlePair, ...] = ()


@dataclass(frozen=True)
class Fitted:
    """How many works the backbone, or one that it builds on, is known to have seen.

    ``queries`` and ``gallery`` count works, ``same_artist`` queries by artists of whom it saw
    works. ``record`` is works, labels (only artists are known) or none (nothing is). ``by_picture``
    of the queries were recognised by their picture alone, having another id in the record.
    ``not_known`` names the backbones that it builds on and whose own fitted works are not known.
    """

    queries: int = 0
    gallery: int = 0
    same_artist: int = 0
    record: Literal["works", "labels", "none"] = "none"
    by_picture: int = 0
    not_known: tuple[str, ...] = ()


@dataclass(frozen=True)
class Copies:
    """``left_out`` copies could not be found; ``suspected`` queries found a work that may be one.

    A suspected copy is a hit with a cosine near 1 that nothing marks as a copy.
    """

    left_out: int = 0
    suspected: int = 0


@dataclass(frozen=True)
class OtherArtists:
    """Figures among works by other artists, over the ``queries`` that have a relevant one there."""

    queries: int
    map_at_k: Figure
    precision_at_k: Figure


@dataclass(frozen=True)
class Interval:
    """How intervals were made: ``clusters`` drawn whole, of queries that share ``clustered_by``."""

    method: str
    clustered_by: str
    clusters: int


@dataclass(frozen=True)
class Run:
    """One backbone by one relevance.

    Every figure is a mean over the same ``queries`` (only ``combined`` has its own count), which
    have a relevant work; ``skipped`` have none. ``gallery`` works can be found. ``parts`` are
    named classes, centuries, and what the backbone was fitted on.
    """

    backbone: str
    digest: str
    relevance: str
    metric: str
    index: str
    k: int
    queries: int
    skipped: int
    gallery: int
    fitted: Fitted
    interval: Interval
    copies: Copies
    other_artists: OtherArtists | None
    figures: dict[str, Figure]
    chance_precision: Figure
    mean_similarity: Figure
    feature_precision: FeaturePrecision
    combined: Combined
    quality_metric: QualityMetric
    curve: Curve
    parts: dict[str, tuple[Part, ...]]
    worst: tuple[Case, ...]
    best: tuple[Case, ...]

    def to_json(self) -> dict[str, Any]:
        """One element of ``runs`` of the contract; figures stand beside the facts."""
        document = asdict(self)
        figures = document.pop("figures")
        at = list(document).index("chance_precision")
        items = list(document.items())
        return dict([*items[:at], *figures.items(), *items[at:]])


@dataclass(frozen=True)
class Comparison:
    """Backbone ``a`` against ``b`` on the same queries: difference = mean of a - b.

    ``p`` is two-sided, of a permutation test that flips the signs of whole ``clusters``;
    ``p_holm`` is corrected for all comparisons of this metric in the evaluation. ``better``,
    ``worse`` and ``same`` count queries.
    """

    relevance: str
    metric: str
    a: str
    b: str
    queries: int
    clusters: int
    difference: float
    ci95: tuple[float, float] | None
    effect: float | None
    better: int
    worse: int
    same: int
    p: float
    p_holm: float


@dataclass(frozen=True)
class Evaluation:
    """All that one evaluation found.

    ``per_query`` has a row for each query with a relevant work and each run (see runs.py for
    its columns). ``config`` is the EvaluateConfig as JSON. ``policy`` names what happens to
    queries without a relevant work.
    """

    id: str
    date: str
    collection: str
    queries_collection: str
    collection_version: int
    code_version: str
    config: dict[str, Any]
    command: str
    policy: str
    resamples: int
    seconds: float
    definitions: dict[str, str]
    notes: tuple[str, ...]
    titles: TitleFacts | None
    runs: tuple[Run, ...]
    comparisons: tuple[Comparison, ...]
    per_query: pa.Table

    @property
    def figures(self) -> tuple[str, ...]:
        """The names of the figures of METRICS that its runs have."""
        return tuple(self.runs[0].figures) if self.runs else ()

    def to_json(self) -> dict[str, Any]:
        """The evaluate document of the contract, with more fields; numbers rounded to 6 places.

        It begins with what is known of the works that the backbones were fitted on.
        """
        names = [n for n in self.__dataclass_fields__ if n not in ("per_query", "runs")]
        document = {n: getattr(self, n) for n in names}
        document["titles"] = asdict(self.titles) if self.titles else None
        document["comparisons"] = [asdict(c) for c in self.comparisons]
        document["runs"] = [run.to_json() for run in self.runs]
        first = ("collection", "queries_collection", "code_version", "runs")
        ordered = {n: document[n] for n in first} | document
        return dict(_rounded({"fitted_on": fitted_line(self.runs)} | ordered))


def _rounded(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, 6)
    if isinstance(value, dict):
        return {k: _rounded(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_rounded(v) for v in value]
    return value
