"""Style without the artist's own works: how much of a style's figure is the artist's hand."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from artsim.collection.artists import related_artists
from artsim.collection.labels import label_codes
from artsim.core.average_precision import average_precision_at_k
from artsim.evaluation import metrics
from artsim.evaluation.clusters import Clusters
from artsim.evaluation.config import SAME, EvaluateConfig
from artsim.evaluation.evaluation_set import EvaluationSet
from artsim.evaluation.judgement import Judgement, Rows
from artsim.evaluation.relevance import texts
from artsim.evaluation.results import OtherArtists
from artsim.evaluation.summary import figures_of

_PARTLY_THE_ARTIST = ("style", "movement", "school")  # what works of one artist mostly share


def partly_the_artist(relevance: str) -> bool:
    """Whether a relevance is a style, so that finding an artist's other works raises its figure.

    >>> [partly_the_artist(name) for name in ("style", "same:style_group", "genre")]
    [True, True, False]
    """
    column = relevance.removeprefix(SAME).casefold()
    return any(column.startswith(word) for word in _PARTLY_THE_ARTIST)


def without_own_artist(material: EvaluationSet) -> EvaluationSet | None:
    """The set where no query finds works by its own artist; None where no artist is known."""
    both = [
        *texts(material.query_catalog, material.queries, "artist"),
        *texts(material.catalog, material.works, "artist"),
    ]
    codes = label_codes(related_artists(both))
    asked, works = codes[: len(material.queries)], codes[len(material.queries) :]
    own = {int(code): np.flatnonzero(works == code) for code in np.unique(asked[asked >= 0])}
    if not own:
        return None
    exclude = [
        np.union1d(rows, own[int(code)]) if code >= 0 else rows
        for rows, code in zip(material.exclude, asked, strict=True)
    ]
    return replace(material, exclude=exclude)


def other_artists(
    config: EvaluateConfig,
    apart: EvaluationSet,
    rows: Rows,
    judgements: Sequence[Judgement],
    clusters: Clusters,
) -> dict[str, OtherArtists]:
    """mAP@K and precision@K among works by others, by relevance.

    ``apart`` is what ``without_own_artist`` gives, ``rows`` [Q, K] are what its queries retrieved.
    """
    return {
        judgement.name: _measured(config, apart, rows, judgement, clusters)
        for judgement in judgements
    }


def _measured(
    config: EvaluateConfig,
    apart: EvaluationSet,
    rows: Rows,
    judgement: Judgement,
    clusters: Clusters,
) -> OtherArtists:
    n_relevant = apart.n_relevant(judgement)
    asked = np.flatnonzero(n_relevant > 0)
    relevant = judgement.relevant(asked[:, None], rows[asked])
    values = {
        "map_at_k": average_precision_at_k(relevant, n_relevant[asked]),
        "precision_at_k": metrics.precision_at_k(relevant, n_relevant[asked]),
    }
    return OtherArtists(len(asked), **figures_of(values, config.seed, clusters.of(asked)))
