"""``artsim judgements`` and ``artsim retrain``: what people judged, for relevance or training."""

from collections import Counter
from dataclasses import asdict
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import Json, Name
from artsim.cli.output import facts, print_json, say, table
from artsim.core import atomic
from artsim.core.counts import count
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim import library
    from artsim.core import csvfile
    from artsim.evaluation import judgements as judged
    from artsim.training import judged as training
else:
    library = lazy("artsim.library")
    csvfile = lazy("artsim.core.csvfile")
    judged = lazy("artsim.evaluation.judgements")
    training = lazy("artsim.training.judged")


class Kind(StrEnum):
    """Where judgements come from."""

    VOTES = "votes"
    MARKS = "marks"
    GROUPS = "groups"


From = Annotated[
    list[Kind] | None,
    typer.Option("--from", help="Votes of Compare, marks (examples of concepts), groups; repeat."),
]


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command(
        epilog="Example: artsim judgements paintings --from votes --qrels votes.qrels, then artsim "
        "evaluate paintings --backbone mine --qrels votes.qrels"
    )(judgements)
    app.command(
        epilog="Example: artsim retrain paintings --backbone artsim-lite0 --name ours --from marks"
    )(retrain)


def judgements(
    name: Name,
    kinds: From = None,
    pairs: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the pairs as CSV.")
    ] = None,
    qrels: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write them as TREC's judged pairs.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Count what people judged on a collection, and write it as pairs of works."""
    found = judged.judged_pairs(Workspace.open(), name, _kinds(kinds))
    if pairs is not None:
        atomic.write(pairs, csvfile.csv_bytes(judged.to_frame(found)))
    if qrels is not None:
        atomic.write(qrels, judged.to_qrels(found))
    if as_json:
        print_json([asdict(pair) for pair in found])
        return
    counts = Counter((pair.kind, pair.related) for pair in found)
    table(
        ["from", "related", "not related"],
        [(kind, counts[kind, True], counts[kind, False]) for kind in _kinds(kinds)],
        right=["related", "not related"],
    )


def retrain(
    collection: Name,
    backbone: Annotated[str, typer.Option(help="Trained backbone whose parts to weight again.")],
    name: Annotated[str, typer.Option(help="Name of the new backbone.")],
    kinds: From = None,
    seed: Annotated[int, typer.Option(help="Seed of the random choices.")] = 0,
    as_json: Json = False,
) -> None:
    """Weigh the parts of a backbone as people judged, and publish it under another name."""
    here = library.open_library(Workspace.open())
    found = training.retrain(here, collection, backbone, name, _kinds(kinds), seed)
    if as_json:
        print_json(found.to_json())
        return
    new, old = found.agreement
    shares = ", ".join(f"{p} {found.before[p]:.0%} -> {s:.0%}" for p, s in found.after.items())
    facts(
        [
            ("backbone", found.name),
            ("judgements", f"{found.pairs:,} on {count(found.queries, 'work')}"),
            ("parts", shares),
            ("agree aside", f"{new:.1%}, before {old:.1%}"),
        ]
    )
    say(f"Next: artsim embed {collection} --backbone {found.name}")


def _kinds(kinds: list[Kind] | None) -> list[str]:
    return [kind.value for kind in kinds or Kind]
