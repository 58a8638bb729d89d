"""Stored evaluations: ``runs/<id>/`` with run.json and per_query.parquet."""

import json
import shlex
import shutil
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, get_type_hints

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import BaseModel, ValidationError, create_model

from artsim.core import atomic
from artsim.core.errors import NotFound, Unreadable
from artsim.core.formats import Document, Format, text_of
from artsim.core.lazy import lazy
from artsim.core.progress import NULL, Progress
from artsim.core.workspace import Workspace, checked_id
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.results import OVER_QUERIES, Evaluation, Interval, Run
from artsim.people import policy
from artsim.people.roles import Action
from artsim.search.galleries import Galleries

if TYPE_CHECKING:
    from artsim.evaluation import clusters, evaluate
else:  # a page that only reads evaluations does not wait for the import of what makes them
    clusters = lazy("artsim.evaluation.clusters")
    evaluate = lazy("artsim.evaluation.evaluate")

RUN, PER_QUERY = "run.json", "per_query.parquet"
KIND = "evaluate"


def _record_of_fitted_works(document: Document) -> Document:
    """Format 2: until 0.1 a list of names said which artists were 'not seen', fitted on or not."""
    runs = [
        {**run, "fitted": {}, "parts": {k: v for k, v in run["parts"].items() if k != "artists"}}
        for run in document["runs"]
    ]
    return {**document, "runs": runs}


def _clusters_of_queries(document: Document) -> Document:
    """Format 3: until 0.2 queries of one artist passed as independent, and copies uncounted."""
    return {
        **document,
        "runs": [
            {
                **run,
                "interval": asdict(Interval(OVER_QUERIES, clusters.NONE, run["queries"])),
                "copies": {},
                "other_artists": None,
            }
            for run in document["runs"]
        ],
        "comparisons": [{**c, "clusters": c["queries"]} for c in document["comparisons"]],
    }


_WITHOUT_QUERIES = f"its {PER_QUERY} is missing or damaged"
FORMAT = Format(
    "evaluation",
    "delete it, and evaluate again",
    (_record_of_fitted_works, _clusters_of_queries),
)


@dataclass(frozen=True)
class StoredRun:
    """One line of the list of stored evaluations."""

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
    galleries: Galleries,
    config: EvaluateConfig,
    progress: Progress = NULL,
    relevances: Sequence[Any] = (),
    trec_out: Path | None = None,
) -> Evaluation:
    """``evaluate``, and store the result in the workspace of ``galleries``."""
    policy.ask(Action.EVALUATE, config.collection)
    found = evaluate.evaluate(galleries, config, progress, relevances, trec_out)
    keep(galleries.workspace, found)
    return found


def keep(workspace: Workspace, evaluation: Evaluation) -> Path:
    """Write an evaluation to ``runs/<id>/`` in one step; the folder."""
    target = workspace.runs / checked_id(evaluation.id, "an evaluation")
    with atomic.new_folder(target) as aside:
        pq.write_table(evaluation.per_query, aside / PER_QUERY, compression="zstd")
        (aside / RUN).write_text(_text(evaluation), encoding="utf-8")
    return target


def survey_runs(workspace: Workspace) -> tuple[list[StoredRun], dict[str, str]]:
    """The stored evaluations, latest first; by id, a sentence for each that cannot be read."""
    found = sorted(_survey(workspace).items())
    runs = [run for _, run in found if isinstance(run, StoredRun)]
    runs.sort(key=lambda run: (run.date, run.id), reverse=True)
    return runs, {run_id: why for run_id, why in found if isinstance(why, str)}


def list_runs(workspace: Workspace) -> list[StoredRun]:
    """The stored evaluations, latest first; ``unreadable_runs`` names those that cannot be read."""
    return survey_runs(workspace)[0]


def unreadable_runs(workspace: Workspace) -> dict[str, str]:
    """The stored evaluations that cannot be read, by id, each with one sentence why."""
    return survey_runs(workspace)[1]


def load_run(workspace: Workspace, run_id: str) -> Evaluation:
    """A stored evaluation, numbers rounded as in its JSON; raises NotFound and Unreadable."""
    folder = _folder(workspace, run_id)
    found = _evaluation(folder)
    try:
        return replace(found, per_query=pq.read_table(folder / PER_QUERY))
    except (OSError, pa.ArrowException) as error:
        raise FORMAT.unreadable(run_id, _WITHOUT_QUERIES, error) from error


def may_see(run: StoredRun | Evaluation) -> bool:
    """Whether whoever asks may see both collections: what was searched, and whose works asked."""
    names = (run.collection, run.queries_collection)
    return all(policy.allows(Action.SEE, name) for name in names)


def delete_run(workspace: Workspace, run_id: str) -> None:
    """Delete a stored evaluation, readable or not; raises NotFound."""
    policy.ask(Action.DELETE)
    shutil.rmtree(_folder(workspace, run_id))


def rename_collection(workspace: Workspace, old: str, new: str) -> None:
    """Write a collection's new name into its stored evaluations."""

    def named(value: object) -> object:
        return new if value == old else value

    for folder in filter(_is_run, workspace.runs.glob("*")):
        try:
            document = _document(folder)
        except Unreadable:
            continue
        config = document.get("config", {})
        names = ("collection", "queries_collection"), ("collection", "queries")
        if old not in {document.get(n) for n in names[0]} | {config.get(n) for n in names[1]}:
            continue
        document |= {n: named(document.get(n)) for n in names[0]}
        document["config"] = config | {n: named(config[n]) for n in names[1] if n in config}
        words = shlex.split(str(document.get("command", "")))
        document["command"] = shlex.join(
            new if word == old and before in ("evaluate", "--queries") else word
            for before, word in zip(["", *words], words, strict=False)
        )
        atomic.write(folder / RUN, json.dumps(FORMAT.stamped(document), indent=1))


def rename_backbone(workspace: Workspace, old: str, new: str, digest: str) -> None:
    """Write a backbone's new name into the stored evaluations of its weights ``digest``.

    An evaluation that has another backbone called ``new`` stays as it is, and so does one that
    cannot be read. Where the process is killed on the way, the same call does the rest.
    """
    for folder in filter(_is_run, workspace.runs.glob("*")):
        try:
            found = _evaluation(folder)
            digests = {run.backbone: run.digest for run in found.runs}
            if digests.get(old) != digest or new in digests:
                continue
            queries = pq.read_table(folder / PER_QUERY)
        except (Unreadable, OSError, pa.ArrowException):
            continue
        at = queries.schema.get_field_index("backbone")
        names = [new if name == old else name for name in queries["backbone"].to_pylist()]
        renamed = queries.set_column(at, queries.schema.field(at), pa.array(names, pa.string()))
        with atomic.placed(folder / PER_QUERY) as aside:
            pq.write_table(renamed, aside, compression="zstd")
        # Written last: while it has the old name, the next call knows that a rename is unfinished.
        atomic.write(folder / RUN, _text(_of_backbone(found, old, new)))


def _of_backbone(found: Evaluation, old: str, new: str) -> Evaluation:
    def named(name: str) -> str:
        return new if name == old else name

    words = shlex.split(found.command)
    command = [
        named(word) if before == "--backbone" else word
        for before, word in zip(["", *words], words, strict=False)
    ]
    told = f"With {old}: "
    return replace(
        found,
        runs=tuple(replace(run, backbone=named(run.backbone)) for run in found.runs),
        comparisons=tuple(replace(c, a=named(c.a), b=named(c.b)) for c in found.comparisons),
        config=found.config | {"backbones": [named(n) for n in found.config["backbones"]]},
        command=shlex.join(command),
        notes=tuple(
            f"With {new}: {note.removeprefix(told)}" if note.startswith(told) else note
            for note in found.notes
        ),
    )


def _text(evaluation: Evaluation) -> str:
    return json.dumps(FORMAT.stamped({"kind": KIND, **evaluation.to_json()}), indent=1)


def _folder(workspace: Workspace, run_id: str) -> Path:
    folder = workspace.runs / checked_id(run_id, "an evaluation")
    if not _is_run(folder):
        raise NotFound(f"There is no evaluation {run_id!r}: 'artsim evaluate --list' names them.")
    return folder


def _is_run(folder: Path) -> bool:
    """Whether a folder is a stored evaluation, readable or not; other kinds of runs are none."""
    if folder.name.startswith(".") or not folder.is_dir():
        return False
    if (folder / PER_QUERY).is_file():
        return True
    try:
        return (folder / RUN).is_file() and _numbered(folder)[0].get("kind") == KIND
    except Unreadable:
        return True


def _survey(workspace: Workspace) -> dict[str, StoredRun | str]:
    """Each stored evaluation, or one sentence why it cannot be read."""
    found: dict[str, StoredRun | str] = {}
    for folder in workspace.runs.glob("*"):
        if not _is_run(folder):
            continue
        try:
            found[folder.name] = _line(folder.name, _evaluation(folder))
        except Unreadable as error:
            found[folder.name] = str(error)
    return found


def _line(run_id: str, evaluation: Evaluation) -> StoredRun:
    return StoredRun(
        id=run_id,
        date=evaluation.date,
        collection=evaluation.collection,
        queries_collection=evaluation.queries_collection,
        backbones=tuple(dict.fromkeys(run.backbone for run in evaluation.runs)),
        relevances=tuple(dict.fromkeys(run.relevance for run in evaluation.runs)),
        metric=evaluation.runs[0].metric,
        k=evaluation.runs[0].k,
        code_version=evaluation.code_version,
        command=evaluation.command,
    )


def _evaluation(folder: Path) -> Evaluation:
    """A stored evaluation whose table of queries was opened but not read."""
    document = _document(folder)
    try:
        runs = [_with_figures(run) for run in document["runs"]]
        facts = _facts().model_validate({**document, "runs": runs})
        queries = pq.read_schema(folder / PER_QUERY).empty_table()
    except (ValidationError, TypeError, KeyError, AttributeError) as error:
        raise FORMAT.unreadable(folder.name, "fields are missing or of a wrong type") from error
    except (OSError, pa.ArrowException) as error:
        raise FORMAT.unreadable(folder.name, _WITHOUT_QUERIES, error) from error
    if not runs:
        raise FORMAT.unreadable(folder.name, "it holds no figures")
    values = {name: getattr(facts, name) for name in type(facts).model_fields}
    return Evaluation(**values, per_query=queries)


@cache
def _facts() -> type[BaseModel]:
    """A model of all that an evaluation holds but its table of queries."""
    types = get_type_hints(Evaluation)
    names = [f.name for f in fields(Evaluation) if f.name != "per_query"]
    model: type[BaseModel] = create_model("Facts", **{name: (types[name], ...) for name in names})  # type: ignore[call-overload]
    return model


def _with_figures(document: dict[str, Any]) -> dict[str, Any]:
    # Figures stand beside the facts; the package that registered one may be gone by now.
    facts = {f.name for f in fields(Run)}
    figures = {
        name: value
        for name, value in document.items()
        if name not in facts and isinstance(value, dict) and set(value) == {"value", "ci95"}
    }
    return {name: v for name, v in document.items() if name not in figures} | {"figures": figures}


def _document(folder: Path) -> dict[str, Any]:
    return FORMAT.migrated(*_numbered(folder), folder.name)


def _numbered(folder: Path) -> tuple[dict[str, Any], int]:
    return FORMAT.numbered(text_of(folder / RUN), folder.name)
