"""The sentence before every figure: which works of the evaluation the backbone was fitted on."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from artsim.core.counts import count

if TYPE_CHECKING:
    from artsim.evaluation.results import Evaluation, Run

Called = Callable[[str], str]
GROUPS = {
    "work": "fitted on",
    "chosen": "used to choose its epoch and weights",
    "artist": "fitted on other works of the artist",
    "unknown": "artist unknown",
    "other": "not in its record",
}
NOT_KNOWN = "not known"


def fitted_sentence(run: "Run", called: Called = str) -> str:
    """What a reader of a run's figures must know of the works that its backbone was fitted on.

    ``called`` maps the name of a backbone to the words that the reader knows it by.
    """
    known, name = run.fitted, called(run.backbone)
    queries = count(run.queries, "query", "queries")
    artists = f"for {known.same_artist:,} of {queries} it was fitted on works by the same artist"
    if known.record == "none":
        return f"What {name} was fitted on is not known."
    if known.record == "labels":
        text = f"Of the works that {name} was fitted on only the artists are known: {artists}."
    elif not (known.queries or known.gallery or known.same_artist):
        text = f"None of these works is in the record of what {name} was fitted on."
    else:
        text = (
            f"{name} was fitted on {known.queries:,} of {queries} and on {known.gallery:,} of "
            f"{count(run.gallery, 'work')} in the gallery; {artists}. Its figures are higher on "
            "these than on other works."
        )
    if known.by_picture:
        told = count(known.by_picture, "query was", "queries were")
        text += f" {told} recognised by the picture alone, having another id in that record."
    if known.not_known:
        before = " and ".join(map(called, known.not_known))
        text += f" It builds on {before}, whose own fitted works are not known."
    return text


def fitted_line(runs: Iterable["Run"], called: Called = str) -> str:
    """The first line of everything that shows figures of ``runs``: a sentence for each backbone.

    The sentence is about that run of the backbone which has most queries.
    """
    widest: dict[str, Run] = {}
    for run in runs:
        if run.backbone not in widest or run.queries > widest[run.backbone].queries:
            widest[run.backbone] = run
    return " ".join(fitted_sentence(run, called) for run in widest.values())


def query_words(evaluation: "Evaluation") -> list[str]:
    """How the backbone of each row of ``per_query`` met the row's query, in words of GROUPS."""
    table, rows = evaluation.per_query, evaluation.per_query.num_rows
    works, artists = (
        table[name].to_pylist() if name in table.column_names else [None] * rows
        for name in ("fitted", "artist_fitted")
    )
    return [
        GROUPS["work"] if work else _by_artist(artist, known=work is not None)
        for work, artist in zip(works, artists, strict=True)
    ]


def _by_artist(artist: bool | None, known: bool) -> str:
    if artist:
        return GROUPS["artist"]
    if not known:
        return NOT_KNOWN
    return GROUPS["unknown" if artist is None else "other"]
