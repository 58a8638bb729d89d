"""What must stand before every figure: which of its works the backbone was fitted on."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from artsim.evaluation.results import Evaluation, Run

Called = Callable[[str], str]
GROUPS = {
    "work": "fitted on",
    "chosen": "its epoch and weights chosen by them",
    "artist": "fitted on other works of the artist",
    "unknown": "artist unknown",
    "other": "not in its record",
}
NOT_KNOWN = "not known"


def fitted_sentence(run: "Run", called: Called = str) -> str:
    """What a reader of a run's figures must know of what its backbone was fitted on.

    ``called`` gives what a backbone is called where this is read.
    """
    known, name = run.fitted, called(run.backbone)
    artists = f"{known.same_artist:,} of {run.queries:,} queries are by artists of whom it was"
    if known.record == "none":
        return f"What {name} was fitted on is not known."
    if known.record == "labels":
        text = (
            f"Of what {name} was fitted on only the artists are known: {artists} fitted on works."
        )
    elif not (known.queries or known.gallery or known.same_artist):
        text = f"None of these works is in the record of what {name} was fitted on."
    else:
        text = (
            f"{name} was fitted on {known.queries:,} of {run.queries:,} queries and on "
            f"{known.gallery:,} of {run.gallery:,} works in the gallery; {artists}. Its figures "
            "are higher on these than on other works."
        )
    if known.by_picture:
        text += f" {known.by_picture:,} of the queries have another id there: their picture tells."
    if known.not_known:
        before = " and ".join(map(called, known.not_known))
        text += f" What {before} before it was fitted on is not known."
    return text


def fitted_line(runs: Iterable["Run"], called: Called = str) -> str:
    """The first line of everything that shows figures of ``runs``: a sentence a backbone.

    Of each backbone the run of most queries tells.
    """
    widest: dict[str, Run] = {}
    for run in runs:
        if run.backbone not in widest or run.queries > widest[run.backbone].queries:
            widest[run.backbone] = run
    return " ".join(fitted_sentence(run, called) for run in widest.values())


def query_words(evaluation: "Evaluation") -> list[str]:
    """For each row of the table of queries what its query was to the backbone of its run."""
    table, count = evaluation.per_query, evaluation.per_query.num_rows
    works, artists = (
        table[name].to_pylist() if name in table.column_names else [None] * count
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
