"""What a score means in one collection with one backbone: measured shares and bands in words.

A cosine is no percentage: the same score is a copy with one backbone and chance with another. So
pairs of works are drawn from the collection itself, and what was measured explains a score:

- same work: at most one work in a hundred has another work this close; where altered copies of
  works were embedded and 19 of 20 of them lie closer still, it begins there. The band's sentence
  says what share of them it holds.
- as close as one artist's works: at least half of the results with such a score were by the
  artist of the work asked with.
- related: closer than chance, and (with labels) so many of the results with such a score shared
  the artist, style or genre of the work asked with.
- as close as unrelated works: works by other artists, in other styles and genres, come this close
  in 19 of 20 searches, so that closeness alone is no evidence.

The best of thousands of unrelated works is much closer than one unrelated work is, so chance is
always that of the best of the works searched, never that of one pair.
"""

from dataclasses import asdict, dataclass, replace
from functools import cached_property
from typing import Any

import numpy as np
import numpy.typing as npt

from artsim.core.errors import InvalidInput
from artsim.search.gallery import Gallery
from artsim.search.neighbours import METRICS, Floats, Metric, checked_metric
from artsim.search.pairs import QUERIES, WORKS, Mask, Pairs, sample_pairs
from artsim.search.score_distribution import Chance, Odds, Rate, Tail, chance, odds, tail

FORMAT = 3  # of the stored file, raised when its meaning changes
FEWEST_WORKS = 30
FALSE_ALARMS = 0.01  # share of works that may have another work within the band 'same work'
COPIES_FOUND = 0.95
ARTIST_SHARE = 0.5
CHANCE = 0.95  # of the best unrelated work to come as close: from it on closeness is no evidence
_FEWEST_COPIES = 10
_RESULTS = 12  # the best of each query, from which shares of hits are learned
_WHOLE = 0.9  # of the works: among fewer, filters may have left out just those that are related

SAME_WORK = "same work"
ONE_ARTIST = "as close as one artist's works"
RELATED = "related"
BY_CHANCE = "as close as unrelated works"
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

    ``best`` is the score of the nearest other work of each query. ``by_artist`` and ``by_label``
    tell how many of the results with a score share the artist, or any label of ``unrelated_by``,
    with the work asked with; ``sharing`` is the latter's share among random pairs.
    """

    random: Tail
    best: Tail
    chance: Chance
    same_artist: Tail | None
    by_artist: Odds | None
    by_label: Odds | None
    sharing: float
    copies: Tail | None
    same_work: float
    one_artist: float | None


@dataclass(frozen=True)
class Calibration:
    """What scores mean in one collection with one backbone.

    ``queries`` of its ``works`` were compared with ``sampled`` ones. Without ``metrics`` nothing
    could be measured, and ``note`` says why. ``unrelated_by`` names the labels in which the works
    that stand for chance differ; empty where there are no labels.
    """

    collection: str
    backbone: str
    digest: str
    works: int
    sampled: int
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
        found, works = self._metric(metric), candidates or self.works
        bands = self.bands(metric, candidates)
        band = next(b for b in bands if b.threshold is None or score >= b.threshold)
        return replace(band, sentence=self._sentence(band, found, score, works))

    def told(
        self,
        score: float,
        metric: str = "cosine",
        candidates: int | None = None,
        rank: int = 1,
        filtered: bool = False,
    ) -> Band | None:
        """``band`` of the result at ``rank`` where it was measured, None elsewhere.

        Shares of hits were measured on the twelve best of all works: further down, or where works
        are ``filtered``, however many are left, they are lower. 'Same work' holds everywhere, and
        'as close as unrelated works' at every rank of all works.
        """
        band = self.band(score, metric, candidates)
        if band.name == SAME_WORK:
            return band
        measured = rank <= _RESULTS or band.name == BY_CHANCE
        return band if measured and not filtered and self._are_most(candidates) else None

    def _are_most(self, candidates: int | None) -> bool:
        return candidates is None or candidates >= _WHOLE * self.works

    def bands(self, metric: str = "cosine", candidates: int | None = None) -> tuple[Band, ...]:
        """Every band that this collection has, the closest first; sentences are of its limit.

        Where the artists cannot be told with this backbone, or none are known, the second is not
        there.
        """
        works = candidates or self.works
        if (metric, works) not in self._bands:
            self._bands[metric, works] = self._made(self._metric(metric), works)
        return self._bands[metric, works]

    @cached_property
    def _bands(self) -> dict[tuple[str, int], tuple[Band, ...]]:
        """Bands made before: a page asks for those of one search again with every result."""
        return {}

    def _made(self, found: MetricCalibration, works: int) -> tuple[Band, ...]:
        related = found.chance.reached_by(CHANCE, works)
        artist = None if found.one_artist is None else max(found.one_artist, related)
        same = max(found.same_work, related, artist or related)
        if works > self.sampled:  # false alarms were counted among fewer works than are searched
            same = max(same, found.chance.reached_by(FALSE_ALARMS, works))
        begins = {SAME_WORK: same, ONE_ARTIST: artist, RELATED: related}
        bands = []
        for marks, name in zip(range(3, -1, -1), BANDS, strict=True):
            threshold = begins.get(name)
            if threshold is None and name != BY_CHANCE:
                continue
            at = found.random.scores[0] if threshold is None else threshold
            band = Band(
                name=name,
                marks=marks,
                threshold=threshold,
                random=found.random.rate(at),
                same_artist=_rate(found.same_artist, at),
                copies=_rate(found.copies, at),
                sentence="",
            )
            limit = related if threshold is None else threshold
            bands.append(replace(band, sentence=self._sentence(band, found, limit, works)))
        return tuple(bands)

    def nothing_close(
        self, scores: npt.ArrayLike, metric: str = "cosine", candidates: int | None = None
    ) -> bool:
        """True where no result is closer than chance: the page says that nothing close is there.

        False where nothing is calibrated, without scores, and where a filter leaves few works.
        """
        values = np.asarray(scores, float)
        if not self.calibrated or not values.size or not self._are_most(candidates):
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

        Measured on the twelve best results of works of the collection: of a picture by an artist
        who is not in it, it says nothing.
        """
        by_artist = self._metric(metric).by_artist
        return None if by_artist is None else by_artist.share(score)

    def shared_label(self, score: float, metric: str = "cosine") -> float | None:
        """Share of results with this score that share a label of ``unrelated_by``; see there."""
        by_label = self._metric(metric).by_label
        return None if by_label is None else by_label.share(score)

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

    def _sentence(self, band: Band, found: MetricCalibration, score: float, works: int) -> str:
        if band.name == SAME_WORK and band.threshold is not None:
            alarms = found.best.rate(band.threshold)
            among = f" among {self.sampled:,} drawn" if self.sampled < self.works else ""
            seen = f"{alarms.count:,} of {alarms.of:,} works have another work this close{among}"
            if band.copies is None:
                return (
                    f"Probably the same work: only {seen}. How close copies come was not "
                    "measured, so the limit is a careful one."
                )
            return (
                f"Probably the same work: {band.copies.count:,} of {band.copies.of:,} altered "
                f"copies come this close to their own work, and only {seen}."
            )
        chance = _in_a_hundred(found.chance.share(score, works))
        if band.name == ONE_ARTIST and found.by_artist is not None:
            return (
                f"As close as one artist's works: {found.by_artist.share(score):.0%} of the "
                "results with such a score were by the same artist."
            )
        if band.name == RELATED and found.by_label is not None:
            return (
                f"Related: {found.by_label.share(score):.0%} of the results with such a score "
                f"shared the {_listed(self.unrelated_by)}, of works drawn at random "
                f"{found.sharing:.0%}."
            )
        if band.name == RELATED:
            return (
                f"Related: in {chance} of 100 searches among {works:,} works, works drawn at "
                "random would bring up one this close."
            )
        return (
            f"As close as unrelated works: in {chance} of 100 searches among {works:,} works, "
            f"{self._strangers()} comes this close."
        )

    def _strangers(self) -> str:
        if not self.unrelated_by:
            return "a work drawn at random"
        return f"a work that shares no {_listed(self.unrelated_by)}"


def calibrate(
    gallery: Gallery,
    seed: int = 0,
    copies: CopyScores | None = None,
    queries: int = QUERIES,
    works: int = WORKS,
) -> Calibration:
    """Measure what scores mean in ``gallery``; the same for the same seed.

    At most ``queries`` x ``works`` pairs are scored, whatever the size of the gallery. ``copies``
    are scores of altered copies against their works (see ``artsim.backbones.copies``); without
    them the band 'same work' rests on how close other works come, and says so.
    """
    pairs = sample_pairs(gallery, seed, queries, works)
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
        sampled=len(pairs.works),
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
    alarms = np.quantile(best, 1 - FALSE_ALARMS, method="higher")
    same_work = float(np.nextafter(alarms, np.inf))  # above it, not at it
    if len(altered) >= _FEWEST_COPIES:
        same_work = max(same_work, float(np.quantile(altered, 1 - COPIES_FOUND)))
    artist = pairs.shared("artist")
    by_artist = _odds(others, artist, pairs.known("artist")) if artist.any() else None
    sharing = pairs.allowed & ~pairs.unrelated
    labelled = np.any([pairs.known(label) for label in pairs.unrelated_by], axis=0)
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
        by_label=_odds(others, sharing, labelled) if sharing.any() else None,
        sharing=float(sharing.sum() / pairs.allowed.sum()),
        copies=tail(altered) if len(altered) >= _FEWEST_COPIES else None,
        same_work=same_work,
        one_artist=None if by_artist is None else by_artist.reached_by(ARTIST_SHARE),
    )


def _odds(others: Floats, hits: Mask, queries: Mask) -> Odds | None:
    """Odds that a result is a hit, from the best results of each of the ``queries`` [Q]."""
    count = min(_RESULTS, others.shape[1] - 1)
    top = np.argpartition(-others[queries], count - 1, axis=1)[:, :count]
    scores = np.take_along_axis(others[queries], top, 1).ravel()
    real = np.isfinite(scores)
    return odds(scores[real], np.take_along_axis(hits[queries], top, 1).ravel()[real])


def _rate(sample: Tail | None, score: float) -> Rate | None:
    return None if sample is None else sample.rate(score)


def _in_a_hundred(share: float) -> str:
    if share < 0.01:
        return "fewer than 1"
    return "more than 99" if share > 0.99 else f"{share * 100:.0f}"


def _listed(labels: tuple[str, ...]) -> str:
    return " or ".join([", ".join(labels[:-1]), labels[-1]] if len(labels) > 1 else labels)


def _metric_from(document: dict[str, Any]) -> MetricCalibration:
    kinds: dict[str, Any] = {
        "random": Tail,
        "best": Tail,
        "chance": Chance,
        "same_artist": Tail,
        "by_artist": Odds,
        "by_label": Odds,
        "copies": Tail,
    }
    values = dict(document)
    for name, kind in kinds.items():
        if values[name] is not None:
            values[name] = kind(**{k: _tuples(v) for k, v in values[name].items()})
    return MetricCalibration(**values)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list | tuple) else value
