"""What a score means in one collection with one backbone: measured shares and bands in words.

A cosine is no percentage: the same score is a copy with one backbone and chance with another. So
pairs of works are drawn from the collection itself, and a score is told by what was measured:

- same work: at most one work in a hundred has another work this close, and (where copies of works
  were made, altered and embedded) 19 of 20 copies of a work lie at least this close to it.
- as close as one artist's works: at least half of the results with such a score were by the
  artist of the work asked with.
- related: works by other artists, in other styles and genres, rarely come this close, even the
  best of as many as were searched.
- no better than chance: they do come this close.

The best of thousands of unrelated works is much closer than one unrelated work is, so chance is
always that of the best of the works searched, never that of one pair.
"""

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.errors import InvalidInput
from artsim.search.exact import METRICS, Floats, Metric, checked_metric
from artsim.search.gallery import Gallery
from artsim.search.pairs import Pairs, sample_pairs
from artsim.search.tails import Chance, Odds, Rate, Tail, chance, odds, tail

FORMAT = 1  # of the stored file, raised when its meaning changes
FEWEST_WORKS = 30
FALSE_ALARMS = 0.01  # works that may have another work within the band 'same work'
COPIES_FOUND = 0.95
ARTIST_SHARE = 0.5
CHANCE = 0.2  # above it a result is no better than chance
_FEWEST_COPIES = 10
_RESULTS = 50  # a query, from which the share by the same artist is learned

SAME_WORK = "same work"
ONE_ARTIST = "as close as one artist's works"
RELATED = "related"
BY_CHANCE = "no better than chance"
BANDS = (SAME_WORK, ONE_ARTIST, RELATED, BY_CHANCE)


@dataclass(frozen=True)
class CopyScores:
    """Scores between works and altered copies of them, for each metric; [n] each."""

    cosine: tuple[float, ...] = ()
    euclidean: tuple[float, ...] = ()


@dataclass(frozen=True)
class Band:
    """What a score means. ``marks`` is 3 for the same work down to 0 for chance.

    The band begins at ``threshold`` (None for the lowest). The rates tell the shares of random
    pairs, of pairs by one artist and of altered copies at or above it, None where none could be
    measured. ``sentence`` says it to a curator.
    """

    name: str
    marks: int
    threshold: float | None
    random: Rate
    same_artist: Rate | None
    copies: Rate | None
    sentence: str


@dataclass(frozen=True)
class MetricCalibration:
    """All that was measured for one metric; scores rise with similarity.

    ``best`` is the score of the nearest other work of each query.
    """

    random: Tail
    best: Tail
    chance: Chance
    same_artist: Tail | None
    by_artist: Odds | None
    copies: Tail | None
    same_work: float
    one_artist: float | None


@dataclass(frozen=True)
class Calibration:
    """What scores mean in one collection with one backbone.

    Without ``metrics`` nothing could be measured, and ``note`` says why. ``unrelated_by`` names
    the labels in which the works that stand for chance differ; empty where there are no labels.
    """

    collection: str
    backbone: str
    digest: str
    works: int
    queries: int
    seed: int
    unrelated_by: tuple[str, ...]
    note: str
    metrics: dict[str, MetricCalibration]

    @property
    def calibrated(self) -> bool:
        """False where there were too few works to measure anything."""
        return bool(self.metrics)

    def band(self, score: float, metric: str = "cosine", candidates: int | None = None) -> Band:
        """The band of one result's score, among ``candidates`` works searched (default: all).

        Raises InvalidInput where nothing is calibrated: ask ``calibrated`` first.
        """
        return next(b for b in self.bands(metric, candidates) if self._inside(score, b))

    def bands(self, metric: str = "cosine", candidates: int | None = None) -> tuple[Band, ...]:
        """Every band that this collection has, the closest first."""
        found, works = self._metric(metric), candidates or self.works
        related = found.chance.reached_by(CHANCE, works)
        artist = None if found.one_artist is None else max(found.one_artist, related)
        same = max(found.same_work, related, artist or related)
        begins = {SAME_WORK: same, ONE_ARTIST: artist, RELATED: related}
        bands = []
        for marks, name in zip(range(3, -1, -1), BANDS, strict=True):
            threshold = begins.get(name)
            if threshold is None and name != BY_CHANCE:
                continue
            lowest = found.random.scores[0] if threshold is None else threshold
            bands.append(
                Band(
                    name,
                    marks,
                    threshold,
                    found.random.rate(lowest),
                    None if found.same_artist is None else found.same_artist.rate(lowest),
                    None if found.copies is None else found.copies.rate(lowest),
                    self._sentence(name, found, threshold, works),
                )
            )
        return tuple(bands)

    def nothing_close(
        self, scores: npt.ArrayLike, metric: str = "cosine", candidates: int | None = None
    ) -> bool:
        """True where no result is closer than chance: the page says that nothing close is there.

        False where nothing is calibrated or there are no scores.
        """
        values = np.asarray(scores, float)
        if not self.calibrated or not values.size:
            return False
        return self.band(float(values.max()), metric, candidates).name == BY_CHANCE

    def percentile(self, score: float, metric: str = "cosine") -> float:
        """Share of random pairs of works that are less similar: comparable between backbones."""
        return 1.0 - self._metric(metric).random.share(score)

    def chance(self, score: float, metric: str = "cosine", candidates: int | None = None) -> float:
        """How likely the best of ``candidates`` unrelated works is at least this close."""
        return self._metric(metric).chance.share(score, candidates or self.works)

    def same_artist(self, score: float, metric: str = "cosine") -> float | None:
        """Share of results with this score that are by the artist asked with; None unlabelled.

        Measured on works of the collection: for a picture by an artist who is not in it, it says
        nothing.
        """
        by_artist = self._metric(metric).by_artist
        return None if by_artist is None else by_artist.share(score)

    def to_json(self) -> dict[str, Any]:
        """A document from which ``from_json`` makes the same calibration."""
        return {"format": FORMAT, **asdict(self)}

    @classmethod
    def from_json(cls, document: dict[str, Any]) -> "Calibration":
        """Raises ValueError for a document of another format."""
        values = dict(document)
        if values.pop("format", None) != FORMAT:
            raise ValueError("a calibration of another format")
        values["unrelated_by"] = tuple(values["unrelated_by"])
        values["metrics"] = {name: _metric_from(m) for name, m in values["metrics"].items()}
        return cls(**values)

    def _metric(self, metric: str) -> MetricCalibration:
        kind = checked_metric(metric)
        if kind not in self.metrics:
            raise InvalidInput(self.note or f"Nothing is calibrated for {kind}.")
        return self.metrics[kind]

    def _inside(self, score: float, band: Band) -> bool:
        return band.threshold is None or score >= band.threshold

    def _sentence(
        self, name: str, found: MetricCalibration, threshold: float | None, works: int
    ) -> str:
        if name == SAME_WORK and threshold is not None:
            alarms = found.best.rate(threshold)
            seen = f"{alarms.count:,} of {alarms.of:,} works here have another work this close"
            if found.copies is None:
                return (
                    f"Probably the same work: only {seen}. How close copies come was not "
                    "measured, so the limit is a careful one."
                )
            copies = found.copies.rate(threshold)
            return (
                f"Probably the same work: {copies.count:,} of {copies.of:,} altered copies come "
                f"this close to their own, and only {seen}."
            )
        if name == ONE_ARTIST and threshold is not None and found.by_artist is not None:
            share = found.by_artist.share(threshold)
            return (
                f"As close as one artist's works: of results just this close, {share:.0%} were "
                "by the artist asked with."
            )
        if name == RELATED:
            return (
                f"Related: {self._strangers()} comes this close for at most one query in "
                f"{round(1 / CHANCE)}, though {works:,} works are searched."
            )
        return (
            f"No better than chance: with {works:,} works to choose from, {self._strangers()} "
            f"comes this close for more than one query in {round(1 / CHANCE)}."
        )

    def _strangers(self) -> str:
        if not self.unrelated_by:
            return "even a work drawn at random"
        told = {"artist": "another artist", "style": "another style", "genre": "another genre"}
        return "a work of " + " and ".join(told[label] for label in self.unrelated_by)


def calibrate(gallery: Gallery, seed: int = 0, copies: CopyScores | None = None) -> Calibration:
    """Measure what scores mean in ``gallery``; the same for the same seed.

    At most 512 x 8,192 pairs are scored, whatever the size of the gallery. ``copies`` are scores
    of altered copies against their works (see ``artsim.backbones.copies``); without them the
    band 'same work' rests on how close other works come, and says so.
    """
    pairs = sample_pairs(gallery, seed)
    note = ""
    if len(pairs.works) < FEWEST_WORKS:
        note = (
            f"{gallery.catalog.name!r} has {len(pairs.works)} embedded works: scores can be "
            f"calibrated from {FEWEST_WORKS} on."
        )
    return Calibration(
        collection=gallery.catalog.name,
        backbone=gallery.column.backbone,
        digest=gallery.column.digest,
        works=len(gallery),
        queries=len(pairs.queries),
        seed=seed,
        unrelated_by=pairs.unrelated_by,
        note=note,
        metrics={} if note else {m: _measure(pairs, m, copies or CopyScores()) for m in METRICS},
    )


def _measure(pairs: Pairs, metric: Metric, made: CopyScores) -> MetricCalibration:
    scores = pairs.scores(metric)
    others = np.where(pairs.allowed, scores, -np.inf)
    best = others.max(axis=1)
    best = best[np.isfinite(best)]
    altered: npt.NDArray[np.float64] = np.array(getattr(made, metric))
    same_work = float(np.quantile(best, 1 - FALSE_ALARMS, method="higher"))
    if len(altered) >= _FEWEST_COPIES:
        same_work = max(same_work, float(np.quantile(altered, 1 - COPIES_FOUND)))
    artist = pairs.shared("artist")
    by_artist = _by_artist(pairs, others, artist) if artist.any() else None
    random = tail(scores[pairs.allowed])
    nearest = tail(best)
    if random is None or nearest is None:
        raise InvalidInput("All works of this collection are copies of each other.")
    return MetricCalibration(
        random=random,
        best=nearest,
        chance=chance([row[mask] for row, mask in zip(scores, pairs.unrelated, strict=True)]),
        same_artist=tail(scores[artist]),
        by_artist=by_artist,
        copies=tail(altered) if len(altered) >= _FEWEST_COPIES else None,
        same_work=float(np.nextafter(same_work, np.inf)),
        one_artist=None if by_artist is None else by_artist.reached_by(ARTIST_SHARE),
    )


def _by_artist(pairs: Pairs, others: Floats, artist: npt.NDArray[np.bool_]) -> Odds | None:
    """Odds that a result is by the artist asked with, from the best results of each query."""
    known = pairs.codes["artist"][pairs.queries] >= 0
    count = min(_RESULTS, others.shape[1] - 1)
    top = np.argpartition(-others[known], count - 1, axis=1)[:, :count]
    scores = np.take_along_axis(others[known], top, 1).ravel()
    hits = np.take_along_axis(artist[known], top, 1).ravel()
    real = np.isfinite(scores)
    return odds(scores[real], hits[real])


def _metric_from(document: dict[str, Any]) -> MetricCalibration:
    kinds: dict[str, Any] = {
        "random": Tail,
        "best": Tail,
        "chance": Chance,
        "same_artist": Tail,
        "by_artist": Odds,
        "copies": Tail,
    }
    values = dict(document)
    for name, kind in kinds.items():
        if values[name] is not None:
            values[name] = kind(**{k: _tuples(v) for k, v in values[name].items()})
    return MetricCalibration(**values)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list | tuple) else value
