"""What an evaluation, a map and an import found, as DataFrames and as JSON."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from artsim.collection.reconcile import FileReport, QualityReport
from artsim.evaluation import results
from artsim.evaluation.fitted_words import fitted_sentence
from artsim.face.frames import frame_of
from artsim.maps import model

# Columns with a query's own value of a figure whose mean stands in the run.
_PER_QUERY = {"id": "query", "map_at_k": "ap_at_k", "mrr": "reciprocal_rank_at_k"}
_MEANS = ("chance_precision", "mean_similarity", "feature_precision", "combined", "quality_metric")


@dataclass(frozen=True, eq=False)
class Evaluation:
    """How well backbones retrieve by each relevance; stored in the workspace under ``id``.

    >>> found = artsim.open()["demo"].evaluate(["tiny"], relevance=["style"], k=5)
    >>> found.to_pandas()[["backbone", "relevance", "queries", "map_at_k"]]
      backbone relevance  queries  map_at_k
    0     tiny     style       24       1.0
    >>> float(found.per_query.set_index("query").loc["w00", "precision_at_k"])
    1.0
    """

    found: results.Evaluation = field(repr=False)

    @property
    def id(self) -> str:
        """The id of the stored run: ``artsim evaluate --run ID`` prints it again."""
        return self.found.id

    @property
    def notes(self) -> tuple[str, ...]:
        """Sentences about works that were left out and about what the figures cannot tell."""
        return self.found.notes

    def to_pandas(self) -> pd.DataFrame:
        """One line a backbone and relevance.

        Each figure is the mean over ``queries``; ``<figure>_low`` and ``<figure>_high`` are the
        ends of its 95 % interval, NaN where it has none. ``fitted_on`` says which of the works the
        backbone was fitted on; ``map_at_k_other_artists``, for the relevance style, leaves out
        works by the query's artist.
        """
        return pd.DataFrame([_line(run) for run in self.found.runs])

    @property
    def per_query(self) -> pd.DataFrame:
        """One line a backbone, relevance and query that has a relevant work.

        ``query`` is its id, ``value`` its label, ``n_relevant`` the number of relevant works in the
        gallery. ``retrieved`` lists the ids that were found, best first; ``relevant`` (bool) and
        ``cosines`` (float) have one value for each of them.
        """
        table = self.found.per_query
        return frame_of(table.rename_columns([_PER_QUERY.get(n, n) for n in table.column_names]))

    def to_json(self) -> dict[str, Any]:
        """The document that ``artsim evaluate --json`` prints."""
        return self.found.to_json()


def _line(run: results.Run) -> dict[str, Any]:
    line: dict[str, Any] = {"fitted_on": fitted_sentence(run)} | {
        name: getattr(run, name)
        for name in ("backbone", "relevance", "digest", "metric", "index", "k", "queries")
    }
    line |= {"skipped": run.skipped, "gallery": run.gallery}
    for name, figure in _figures(run):
        low, high = figure.ci95 or (float("nan"), float("nan"))
        value = float("nan") if figure.value is None else figure.value
        line |= {name: value, f"{name}_low": low, f"{name}_high": high}
    others = run.other_artists.map_at_k.value if run.other_artists else None
    return line | {"map_at_k_other_artists": float("nan") if others is None else others}


def _figures(run: results.Run) -> Iterator[tuple[str, Any]]:
    yield from run.figures.items()
    yield from ((name, getattr(run, name)) for name in _MEANS)
    yield "above_random", run.feature_precision.above_random


@dataclass(frozen=True, eq=False)
class Map:
    """Where the works of a collection lie on the map of one backbone; for looking only.

    >>> drawn = artsim.open()["demo"].map("tiny")
    >>> list(drawn.to_pandas().columns)
    ['x', 'y', 'cluster', 'cluster_name', 'outlier_score']
    """

    found: model.Map = field(repr=False)

    @property
    def id(self) -> str:
        """The id of the stored map."""
        return self.found.info.id

    def to_pandas(self) -> pd.DataFrame:
        """One line a work, index ``id``.

        ``x`` and ``y`` (and ``z`` in space) are float32 without a unit; ``cluster`` is the number
        of the work's cluster, -1 for none, and ``cluster_name`` its name, "" for none.
        ``outlier_score`` is the distance from the work to its neighbours relative to theirs: 1 is
        usual, 2 twice as far.
        """
        found, clusters = self.found, self.found.clusters
        axes = dict(zip("xyz", found.points.T, strict=False))
        names = {cluster.number: cluster.name for cluster in clusters.clusters}
        columns = {
            **axes,
            "cluster": clusters.labels,
            "cluster_name": [names.get(int(number), "") for number in clusters.labels],
            "outlier_score": clusters.outlier_scores,
        }
        return pd.DataFrame(columns, index=pd.Index(found.ids, name="id"))

    def to_json(self) -> dict[str, Any]:
        """The document that ``artsim map --json`` prints: parameters, trust, date, version."""
        return self.found.info.to_json()


@dataclass(frozen=True, eq=False)
class Quality:
    """What became of every file of a collection, and why."""

    found: QualityReport = field(repr=False)

    def to_pandas(self) -> pd.DataFrame:
        """One line a file: ``file``, ``action`` (keep, convert, reject, duplicate), ``reason``,
        ``of`` (the work that it is a copy of), ``score``, a float in [0, 1], ``group`` (shared by
        works that show the same picture), ``work`` (whose picture it is), ``role`` and ``doubt``
        (what speaks against a picture that is kept all the same)."""
        names = list(FileReport.__dataclass_fields__)
        return pd.DataFrame(self.found.files, columns=names)

    def to_json(self) -> dict[str, Any]:
        """The document that ``artsim quality --json`` prints, with what the last import changed:
        ``new``, ``changed``, ``moved``, ``renamed``, ``missing`` and ``unchanged`` files."""
        return self.found.to_json()
