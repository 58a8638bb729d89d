"""A package with one plug-in of each kind, installed: Python, command line, HTTP, pages know it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from finetune_kit import tiny, write_labelled
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from artsim.api import routes
from artsim.app.shell import places, resources
from artsim.backbones.embed import embed_collection
from artsim.cli.run import run as run_here
from artsim.collection.export import export_metadata
from artsim.collection.store import Collection
from artsim.core.errors import ArtsimError, Unavailable
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.evaluation.config import RELEVANCES, EvaluateConfig
from artsim.evaluation.evaluate import evaluate
from artsim.evaluation.html_report import html_report
from artsim.library import Library
from artsim.search.query import Query
from artsim.tasks.kinds import checked_config, kind_named
from artsim.tasks.registries import entries
from artsim.training.finetune import finetune
from tests.conftest import REPOSITORY

COUNT = 30
CONFIG: dict[str, Any] = {
    "collection": "squares",
    "backbones": ("colours",),
    "relevances": ("same_half", "same_decade"),
    "k": 5,
}
FIGURES = ["first_hit", "rank_of_hit"]


@pytest.fixture(scope="module")
def packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the package is installed into, with its entry points."""
    source = tmp_path_factory.mktemp("package") / "source"  # a build leaves files beside it
    shutil.copytree(REPOSITORY / "tests" / "plugin_package", source)
    target = tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*pip, "--no-index", "--target", target, source], check=True)
    return target


@pytest.fixture(autouse=True)
def _installed(packages: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(packages)
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(packages), str(REPOSITORY)]))
    monkeypatch.setenv("ARTSIM_HOME", str(workspace.root))
    resources._workspace.clear()
    resources.jobs.clear()


@pytest.fixture(scope="module")
def workspace(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace whose collection came from the package's source, embedded by its backbone."""
    made = Workspace.open(tmp_path_factory.mktemp("home"))
    patch = pytest.MonkeyPatch()
    patch.syspath_prepend(packages)
    config = checked_config("import_squares", {"name": "squares", "count": COUNT, "quality": False})
    kind_named("import_squares").run(made, config, NULL)
    embed_collection(made, Collection.open(made, "squares"), "colours")
    patch.undo()
    return made


def command(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    line = [sys.executable, "-m", "artsim", *map(str, arguments)]
    return subprocess.run(line, capture_output=True, text=True, timeout=240, cwd=REPOSITORY)


def test_python(workspace: Workspace, tmp_path: Path) -> None:
    library = Library(workspace)
    assert library.search("squares", Query("colours", "s3", k=5)).hits
    found = evaluate(library, EvaluateConfig(**CONFIG))
    assert [run.relevance for run in found.runs] == ["same_half", "same_decade"]
    table = found.per_query.to_pandas()
    for run in found.runs:
        mine = table[table.relevance == run.relevance]
        assert list(run.figures)[-2:] == FIGURES
        assert run.figures["first_hit"].value == mine.relevant.map(lambda r: r[0]).mean()
        assert run.figures["rank_of_hit"].value == mine.rank_of_hit.mean() >= 1
    report = html_report(found)
    assert "P@1" in report
    assert "First hit" in report
    out = tmp_path / "squares.jsonl"
    assert export_metadata(library.collection("squares"), out) == COUNT
    titles = {json.loads(line)["title"] for line in out.read_text().splitlines()}
    assert titles == {f"Square {number}" for number in range(COUNT)}


def test_what_is_broken_is_told_and_disturbs_nothing(caplog: pytest.LogCaptureFixture) -> None:
    RELEVANCES._loaded.clear()
    found = {entry.name: entry for entry in entries() if entry.package == "artsim-example-plugins"}
    assert {name for name, entry in found.items() if not entry.trouble} == {
        *("squares", "colours", "same_half", "same_decade", *FIGURES, "jsonl", "pull")
    }
    sentence = (
        "The relevance 'broken' of artsim-example-plugins cannot be used (the cable is loose): "
        "update that package, or uninstall it."
    )
    assert found["broken"].trouble == sentence
    assert [r.getMessage() for r in caplog.records].count(sentence) == 1
    with pytest.raises(Unavailable, match="the cable is loose"):
        RELEVANCES.get("broken")
    with pytest.raises(ValueError, match="the cable is loose"):
        EvaluateConfig(**CONFIG | {"relevances": ("broken",)})


def test_the_loss_trains(workspace: Workspace, tmp_path: Path) -> None:
    folder = write_labelled(tmp_path / "labelled")
    result = finetune(workspace, tiny(folder, "pulled", loss="pull", epochs=1))
    assert result is not None
    document = json.loads((result.folder / "run" / "config.json").read_text())
    assert "pull" in json.dumps(document)
    with pytest.raises(ArtsimError, match="'push' is no loss: use multi_similarity, pull"):
        finetune(workspace, tiny(folder, "pushed", loss="push", epochs=1))


def test_command_line(
    workspace: Workspace, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def printed(*words: str | Path) -> Any:
        """What a command prints as JSON, run in this process."""
        capsys.readouterr()
        assert run_here([*map(str, words), "--json"]) == 0, capsys.readouterr().err
        return json.loads(capsys.readouterr().out)

    # The commands themselves are those of what was installed when the process began.
    help_ = command("collection", "import", "squares", "--help").stdout
    assert "How many squares to draw" in help_
    import_ = ("collection", "import", "squares", "--name", "cli", "--no-quality", "--count")
    done = command(*import_, "12", "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["read"] == 12
    refused = command(*import_, "0")
    assert (refused.returncode, "Traceback" in refused.stderr) == (2, False)
    assert printed("embed", "cli", "--backbone", "colours")
    found = printed("search", "cli", "--backbone", "colours", "--id", "s3")
    assert len(found["results"]) == 11
    made = printed(
        *("evaluate", "squares", "--backbone", "colours", "--relevance", "same_half", "-k", "5"),
        *("--cluster-by", "none"),
    )
    (run,) = made["runs"]
    assert all(0 <= run[name]["ci95"][0] <= run[name]["ci95"][1] for name in FIGURES)
    out = tmp_path / "cli.jsonl"
    assert run_here(["collection", "export", "cli", "--out", str(out)]) == 0
    assert len(out.read_text().splitlines()) == 12
    assert next(b for b in printed("backbones") if b["name"] == "colours")["dimension"] == 3
    assert {"broken", "pull", "squares"} <= {p["name"] for p in printed("plugins")}


def test_http(workspace: Workspace) -> None:
    with TestClient(Starlette(routes=routes(Library(workspace)))) as http:
        plugins = {p["name"]: p for p in http.get("/api/v1/plugins").json()}
        assert {*FIGURES, "squares", "jsonl", "pull", "same_half"} <= set(plugins)
        assert "the cable is loose" in plugins["broken"]["trouble"]
        assert "colours" in {b["name"] for b in http.get("/api/v1/backbones").json()}
        at = "/api/v1/collections/squares"
        found = http.post(f"{at}/search", json={"id": "s3", "backbone": "colours"}).json()
        assert len(found["results"]) == 12
        asked = {"backbones": ["colours"], "relevances": ["same_half", "same:century"], "k": 5}
        (half, century) = http.post(f"{at}/evaluate", json=asked).json()["runs"]
        assert half["rank_of_hit"]["value"] >= 1
        assert century["relevance"] == "same:century"
        wrong = http.post(f"{at}/evaluate", json=asked | {"relevances": ["nothing"]})
        assert (wrong.status_code, "no relevance" in wrong.json()["error"]) == (400, True)
        lines = http.get(f"{at}/export?format=jsonl").text.splitlines()
        assert len(lines) == COUNT
        assert http.get(f"{at}/export?format=docx").status_code == 400


def page(at: str, **params: str) -> AppTest:
    app = AppTest.from_file(places.ROUTER, default_timeout=120)
    for name, value in params.items():
        app.query_params[name] = value
    app.run()
    app = app.switch_page(str(getattr(places, at.upper()))).run()
    assert not app.exception
    return app


def test_pages(workspace: Workspace) -> None:
    collections = page("collections")
    assert "Coloured squares" in [tab.label for tab in collections.tabs]
    count = collections.text_input(key="source_squares_count")
    assert count.help == "How many squares to draw"
    count.set_value("many")
    collections.text_input(key="source_squares_name").set_value("more").run()
    refused = collections.button(key="source_squares_import").click().run()
    assert ["valid integer" in error.value for error in refused.error] == [True]
    evaluation = page("evaluate", collection="squares")
    assert evaluation.multiselect(key="evaluation_backbones").options == ["colours"]
    relevances = evaluation.button_group(key="evaluation_relevances")
    assert {"Same half", "Same decade", "Century"} <= set(relevances.options)
    relevances.set_value(["same_half"])
    done = evaluation.button(key="evaluation_start").click().run()
    assert not done.exception
    shown = "\n".join(block.proto.body for block in done.get("html"))
    assert "P@1" in shown
    assert "First hit" in shown
    training = page("train")
    assert "pull" in training.selectbox(key="train_loss").options
