"""Evaluations that are kept: ``runs/<id>/`` with run.json and per_query.parquet."""

import json
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
from pydantic import TypeAdapter, ValidationError

from artsim.core import atomic
from artsim.core.errors import NotFound
from artsim.core.progress import NULL, Progress
from artsim.core.workspace import Workspace, checked_id
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.evaluate import evaluate
from artsim.evaluation.results import FIGURES, Comparison, Evaluation, Run, TitleFacts
from artsim.search.galleries import Galleries

RUN, PER_QUERY = "run.json", "per_query.parquet"
KIND = "evaluate"


@dataclass(frozen=True)
class KeptRun:
    """One line of the list of kept evaluations."""

    id: str
    date: str
    collection: str
    queries_collection: str
    backbones: tuple[str, ...]
    relevances: tuple[str, ...]
    metric: str
    k: int
    code_version: str
    command: str


def evaluate_and_keep(
    galleries: Galleries, config: EvaluateConfig, progress: Progress = NULL
) -> Evaluation:
    """Evaluate and keep what was found in the engine's workspace."""
    found = evaluate(galleries, config, progress)
    keep(galleries.workspace, found)
    return found


def keep(workspace: Workspace, evaluation: Evaluation) -> Path:
    """Write an evaluation to ``runs/<id>/`` in one step; the folder."""
    target = workspace.runs / checked_id(evaluation.id)
    with atomic.new_folder(target) as aside:
        pq.write_table(evaluation.per_query, aside / PER_QUERY, compression="zstd")
        document = {"kind": KIND, **evaluation.to_json()}
        (aside / RUN).write_text(json.dumps(document, indent=1), encoding="utf-8")
    return target


def list_runs(workspace: Workspace) -> list[KeptRun]:
    """The kept evaluations, latest first; folders that are none are passed over."""
    found = []
    for file in workspace.runs.glob(f"*/{RUN}"):
        document = _read(file)
        if document is not None:
            runs = document["runs"]
            found.append(
                KeptRun(
                    id=file.parent.name,
                    date=document["date"],
                    collection=document["collection"],
                    queries_collection=document["queries_collection"],
                    backbones=tuple(dict.fromkeys(r["backbone"] for r in runs)),
                    relevances=tuple(dict.fromkeys(r["relevance"] for r in runs)),
                    metric=document["config"]["metric"],
                    k=document["config"]["k"],
                    code_version=document["code_version"],
                    command=document["command"],
                )
            )
    return sorted(found, key=lambda run: (run.date, run.id), reverse=True)


def load_run(workspace: Workspace, run_id: str) -> Evaluation:
    """A kept evaluation, numbers rounded as in its JSON; raises NotFound."""
    folder = workspace.runs / checked_id(run_id)
    document = _read(folder / RUN)
    if document is None or not (folder / PER_QUERY).is_file():
        raise NotFound(f"There is no evaluation {run_id!r}: 'artsim evaluate --list' names them.")
    del document["kind"]
    try:
        runs = [_run(run) for run in document.pop("runs")]
        comparisons = TypeAdapter(tuple[Comparison, ...]).validate_python(
            document.pop("comparisons")
        )
        titles = TypeAdapter(TitleFacts | None).validate_python(document.pop("titles"))
        notes = tuple(document.pop("notes"))
        return Evaluation(
            **document,
            runs=tuple(runs),
            comparisons=comparisons,
            titles=titles,
            notes=notes,
            per_query=pq.read_table(folder / PER_QUERY),
        )
    except (ValidationError, TypeError, KeyError) as error:
        raise NotFound(
            f"The evaluation {run_id!r} was kept by another version and cannot be read."
        ) from error


def delete_run(workspace: Workspace, run_id: str) -> None:
    """Forget a kept evaluation; raises NotFound."""
    load_run(workspace, run_id)
    shutil.rmtree(workspace.runs / checked_id(run_id))


def _run(document: dict[str, Any]) -> Run:
    figures = {name: document.pop(name) for name in FIGURES}
    # Until 0.1 a list of names told which artists were 'not seen', works fitted on or not.
    document["parts"].pop("artists", None)
    document.setdefault("fitted", {})
    return TypeAdapter(Run).validate_python({**document, "figures": figures})


def _read(file: Path) -> dict[str, Any] | None:
    try:
        document = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return document if isinstance(document, dict) and document.get("kind") == KIND else None
