"""What stands beside the figures: definitions, plain sentences, and the command to repeat them."""

import shlex
from collections.abc import Sequence

from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.metric import METRICS
from artsim.evaluation.metrics import QUALITY_NOTE
from artsim.evaluation.results import TitleFacts

VOTES_NOTE = (
    "Votes prefer whole lists of the backbones that were voted on: they can compare only backbones "
    "that all took part."
)
_OPTIONS = {
    "cluster_by": "--cluster-by",
    "copy_cosine": "--copy-cosine",
    "title_threshold": "--title-threshold",
    "title_similarity": "--title-similarity",
    "feature_threshold": "--feature-threshold",
    "title_weight": "--title-weight",
    "visual_weight": "--visual-weight",
}


def command(config: EvaluateConfig, relevances: Sequence[str] | None = None) -> str:
    """The one command that repeats an evaluation, by ``relevances`` where they are given."""
    words = ["artsim", "evaluate", config.collection]
    for backbone in config.backbones:
        words += ["--backbone", backbone]
    for relevance in config.relevances if relevances is None else relevances:
        words += ["--relevance", relevance]
    words += ["--metric", config.metric, "-k", str(config.k)]
    if config.queries:
        words += ["--queries", config.queries]
    if config.sample is not None:
        words += ["--sample", str(config.sample)]
    words += ["--seed", str(config.seed)]
    for name, option in _OPTIONS.items():
        value = getattr(config, name)
        if value != EvaluateConfig.model_fields[name].default:
            words += [option, f"{value}"]
    if config.leave_out_copies:
        words.append("--leave-out-copies")
    return shlex.join(words)


def definitions(config: EvaluateConfig) -> dict[str, str]:
    """What the figures of an evaluation mean, one sentence each, for tables and reports."""
    similarity = {
        "ratio": "rapidfuzz.fuzz.ratio / 100 (normalised indel similarity)",
        "token_set": "rapidfuzz.fuzz.token_set_ratio / 100",
        "tfidf": "the cosine of TF-IDF weighted words",
    }[config.title_similarity]
    return {
        **{
            name: metric.definition.replace("{k}", str(config.k))
            for name, metric in METRICS.usable().items()
        },
        "chance_precision": "Expected precision of a ranking by chance, over the same queries.",
        "mean_similarity": (
            f"Mean cosine of the top {config.k}; says nothing between two backbones."
        ),
        "feature_precision": (
            f"Share of the top {config.k} with a cosine of at least {config.feature_threshold}; "
            "says nothing between two backbones."
        ),
        "above_random": (
            f"Share of the top {config.k} with a cosine of at least the 99th percentile of random "
            "pairs; the form that two backbones can be compared by."
        ),
        "combined": (
            f"{config.title_weight} * precision@{config.k} by title + {config.visual_weight} * "
            f"mean cosine of the top {config.k}, over the queries that titles can judge."
        ),
        "quality_metric": QUALITY_NOTE,
        "skipped": "Queries without a relevant work in the gallery are skipped and counted.",
        "excluded": "A query and its duplicate group are neither retrieved nor relevant.",
        "ties": "Equal scores rank by the lower artwork id.",
        "ci95": (
            "95 % percentile interval of 1,000 resamples of whole clusters of queries, widened for "
            "few of them (Student's t); clusters are works of one artist or work group where these "
            "are known."
        ),
        "title": (
            "Titles, case-folded and without punctuation, are relevant from a similarity of "
            f"{config.title_threshold} on: {similarity}; untitled works are relevant to nothing."
        ),
    }


def title_sentence(facts: TitleFacts, asked: int) -> str:
    """How many queries titles can judge in this collection, in plain words."""
    text = (
        f"Titles can judge {facts.queries_left:,} of {asked:,} queries "
        f"({facts.queries_left / max(1, asked):.0%}): {facts.untitled:,} of {facts.works:,} works "
        "have no title that says anything, and the other queries have no work of a similar title."
    )
    if facts.commonest and facts.commonest[0][1] > 1:
        shown = ", ".join(f"{title!r} ({count:,})" for title, count in facts.commonest[:3])
        text += (
            f" The {len(facts.commonest)} commonest titles, such as {shown}, make up "
            f"{facts.commonest_share:.1%} of the works."
        )
    return text
