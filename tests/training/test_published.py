"""Published backbones: deleted, renamed, taken along, brought in, and what hangs on them."""

import io
import json
import shutil
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from collection_kit import embed_with
from patches_kit import BACKBONE, MOTIF, NAME, SOURCE, make_prints, scene, upload
from train_page_kit import config_of, published
from typer.testing import CliRunner

from artsim.backbones.fitted import fitted_on
from artsim.backbones.registry import list_backbones, resolve
from artsim.cli.app import app
from artsim.core.errors import ArtsimError, Conflict, InvalidInput, NotFound
from artsim.core.workspace import Workspace
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.runs import evaluate_and_keep
from artsim.evaluation.votes import ShownList, Vote, cast, of_collection
from artsim.library import Library
from artsim.maps.config import MapConfig
from artsim.maps.make import make_map
from artsim.search.query import Query
from artsim.search.query_item import Item
from artsim.search.view import View
from artsim.training.published import (
    delete_backbone,
    export_backbone,
    import_backbone,
)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with an embedded collection that has patches and a concept. To be copied."""
    root = tmp_path_factory.mktemp("made")
    workspace = Workspace.open(root)
    make_prints(workspace)
    Library(workspace).teach(NAME, "blots", BACKBONE, ["w0", "w1", "w2"], ["w3"], None)
    return root


@pytest.fixture
def workspace(made: Path, tmp_path: Path) -> Workspace:
    shutil.copytree(made, tmp_path / "own")
    return Workspace.open(tmp_path / "own")


def asked(library: Library, backbone: str, **item: Any) -> list[str]:
    return [h.id for h in library.search(NAME, Query(backbone, k=4, **item)).hits]


def test_a_rename_takes_everything_along(workspace: Workspace) -> None:
    before = Library(workspace)
    expected = asked(before, BACKBONE, id="w0")
    digest = resolve(workspace, BACKBONE).digest
    spec_of_child = config_of(name="child", backbone=BACKBONE)
    published(workspace, spec_of_child, 1)
    before.save_search("blue", View(NAME, backbone=BACKBONE, query="w0"))
    config = EvaluateConfig(collection=NAME, backbones=(BACKBONE,), relevances=("artist",), k=3)
    run = evaluate_and_keep(before, config)
    drawn = make_map(before, MapConfig(collection=NAME, backbone=BACKBONE, neighbours=3))
    lists = [ShownList(BACKBONE, digest, "cosine", ("w1",)), ShownList("x", "", "cosine", ("w2",))]
    cast(workspace, Vote("v", NAME, "w0", "", 1, tuple(lists), 0))
    renamed = before.rename_backbone(BACKBONE, "ours")
    assert renamed.collections == (NAME,)
    for library in (before, Library(workspace)):  # the process that renamed it, and another
        again = library.evaluation(run.id)
        assert [r.backbone for r in again.runs] == again.config["backbones"] == ["ours"]
        assert set(again.per_query["backbone"].to_pylist()) == {"ours"}
        assert "--backbone ours" in again.command
        assert BACKBONE not in json.dumps(again.to_json())
        assert [(m.id, m.config.backbone, m.stale) for m in library.maps(NAME)] == [
            (drawn.id, "ours", "")
        ]
    assert [s.backbone for s in of_collection(workspace, NAME)[0].lists] == ["ours", "x"]
    assert [s.view.backbone for s in library.searches.all()] == ["ours"]
    assert [e.backbone for e in library.info(NAME).embeddings] == ["ours"]
    assert asked(library, "ours", id="w0") == expected
    assert len(asked(library, "ours", picture=upload(scene(5)))) == 4
    assert asked(library, "ours", like=(Item(id=SOURCE, box=MOTIF),))
    assert asked(library, "ours", like=(Item(concept="blots"),))
    assert resolve(workspace, "ours").digest == digest
    with pytest.raises(NotFound):
        resolve(workspace, BACKBONE)
    config = workspace.checkpoints / "child" / "run" / "config.json"
    assert json.loads(config.read_text())["backbone"] == "ours"
    # What was embedded goes on under the new name, and nothing is embedded twice.
    assert library.collection(NAME).pending_count(library.info(NAME).embeddings[0].column) == 0
    assert not list((workspace.checkpoints / "ours").glob("former*"))


def test_a_rename_that_was_killed_is_finished_by_the_same_call(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    from artsim.training import published as module

    def killed(*_: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(module, "rename_embeddings", killed)
        with pytest.raises(KeyboardInterrupt):
            Library(workspace).rename_backbone(BACKBONE, "ours")
    assert Library(workspace).rename_backbone(BACKBONE, "ours").collections == (NAME,)
    assert asked(Library(workspace), "ours", id="w0")


@pytest.mark.parametrize("new", ["Ours", "../x", "", "resnet50", "colour", "artsim-lite0", "other"])
def test_a_name_that_cannot_be_taken(workspace: Workspace, new: str) -> None:
    shutil.copytree(workspace.checkpoints / BACKBONE, workspace.checkpoints / "other")
    with pytest.raises(ArtsimError) as caught:
        Library(workspace).rename_backbone(BACKBONE, new)
    assert "\n" not in str(caught.value)
    assert resolve(workspace, BACKBONE).name == BACKBONE


def test_what_a_deleted_one_embedded_stays(workspace: Workspace) -> None:
    expected = asked(Library(workspace), BACKBONE, id="w0")
    assert delete_backbone(workspace, BACKBONE).embedded == (NAME,)
    library = Library(workspace)
    assert asked(library, BACKBONE, id="w0") == expected
    with pytest.raises(InvalidInput, match="is no longer here, so that no new picture"):
        asked(library, BACKBONE, picture=upload(scene(5)))
    for name in (BACKBONE, "gone", "artsim-lite0", "resnet50"):
        with pytest.raises(ArtsimError):
            delete_backbone(workspace, name)


def test_one_that_others_were_trained_from_is_not_deleted(workspace: Workspace) -> None:
    published(workspace, config_of(name="child", backbone=BACKBONE), 1)
    with pytest.raises(Conflict, match="'child' was trained from"):
        delete_backbone(workspace, BACKBONE)
    (workspace.checkpoints / "child" / "run" / "fitted_on.json").write_text("{}")
    delete_backbone(workspace, BACKBONE)


@pytest.mark.parametrize("out", ["parcel.zip", "parcel"])
def test_it_goes_to_another_workspace_and_is_the_same(
    workspace: Workspace, tmp_path: Path, out: str
) -> None:
    run = workspace.checkpoints / BACKBONE / "run"
    run.mkdir()
    (run / "split.csv").write_text("id,split\nw0,train\n")
    (run / "config.json").write_text('{"source": "elsewhere"}')
    (run / "stray.bin").write_bytes(b"no part of it")
    export_backbone(workspace, BACKBONE, tmp_path / out)
    with pytest.raises(Conflict):
        export_backbone(workspace, BACKBONE, tmp_path / out)
    there = Workspace.open(tmp_path / "there")
    spec = import_backbone(there, tmp_path / out, "again")
    own = resolve(workspace, BACKBONE)
    assert (spec.name, spec.digest) == ("again", own.digest)
    assert fitted_on(there, "again", spec.digest).states("any", ["w0", "w1"]).tolist() == [2, 0]
    assert not (there.checkpoints / "again" / "run" / "stray.bin").exists()
    with pytest.raises(Conflict, match="already"):
        import_backbone(there, tmp_path / out, "again")
    assert [p.name for p in there.checkpoints.iterdir()] == ["again"]


def _parcel(workspace: Workspace, change: dict[str, bytes | None]) -> io.BytesIO:
    whole = io.BytesIO()
    export_backbone(workspace, BACKBONE, whole)
    files = {n: zipfile.ZipFile(whole).read(n) for n in zipfile.ZipFile(whole).namelist()}
    again = io.BytesIO()
    with zipfile.ZipFile(again, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in (files | change).items():
            if data is not None:
                file.writestr(name, data)
    return again


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"model.safetensors": b"nothing"}, "damaged or no safetensors"),
        ({"model.safetensors": None}, "there is no model.safetensors in it"),
        ({"backbone.json": b"{}"}, "backbone.json cannot be used"),
        ({"backbone.json": None}, "there is no backbone.json in it"),
        ({"model.safetensors": bytes(90_000_000)}, "is too large for a backbone"),
    ],
)
def test_a_parcel_that_is_none_leaves_nothing(
    workspace: Workspace, change: dict[str, bytes | None], words: str
) -> None:
    parcel = _parcel(workspace, change)
    before = sorted(p.name for p in workspace.checkpoints.iterdir())
    with pytest.raises(InvalidInput, match=words) as caught:
        import_backbone(workspace, parcel, "new")
    assert "\n" not in str(caught.value)
    assert sorted(p.name for p in workspace.checkpoints.iterdir()) == before


def test_a_parcel_says_what_it_holds_and_holds_what_it_says(workspace: Workspace) -> None:
    described = (workspace.checkpoints / BACKBONE / "backbone.json").read_text()
    for change, words in (
        ({"weights": "0" * 64}, "are not those that its description names"),
        ({"architecture": "resnet50"}, "do not fit 'resnet50'"),
        ({"architecture": "no_such_network"}, "cannot build"),
        ({"name": "../../x"}, "cannot name a backbone"),
    ):
        text = json.dumps(json.loads(described) | change).encode()
        with pytest.raises(InvalidInput, match=words):
            import_backbone(workspace, _parcel(workspace, {"backbone.json": text}))
    with pytest.raises(InvalidInput, match="is no backbone, or it is damaged"):
        import_backbone(workspace, io.BytesIO(b"PK no zip"))
    # What lies beside, or above, is never written.
    odd: dict[str, bytes | None] = {
        "../escaped.txt": b"x",
        "run/../../escaped.txt": b"x",
        "model.pkl": b"x",
    }
    import_backbone(workspace, _parcel(workspace, odd), "new")
    assert not list(workspace.root.rglob("escaped.txt"))
    assert {p.name for p in (workspace.checkpoints / "new").iterdir()} == {
        "backbone.json",
        "model.safetensors",
    }


def test_the_commands(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTSIM_HOME", str(workspace.root))

    def run(*words: str) -> str:
        done = CliRunner().invoke(app, ["backbones", *words])
        assert done.exit_code == 0, done.output
        return done.output

    file = str(tmp_path / "a.zip")
    assert json.loads(run("export", BACKBONE, "--out", file, "--json"))["name"] == BACKBONE
    assert json.loads(run("rename", BACKBONE, "ours", "--json"))["collections"] == [NAME]
    assert json.loads(run("import", file, "--name", "back", "--json"))["name"] == "back"
    assert json.loads(run("delete", "ours", "--yes", "--json"))["embedded"] == [NAME]
    names = {info.name for info in list_backbones(workspace)}
    assert "back" in names
    assert "ours" not in names
    assert len(json.loads(run("--recommended", "--json"))) == 12
    told = run("--recommended")
    assert "vit_pe_core_base_patch16_224.fb" in told
    assert "needs the network once" in told


def test_equal_embeddings_of_the_new_name_are_not_lost(workspace: Workspace) -> None:
    collection = Library(workspace).collection(NAME)
    digest = resolve(workspace, BACKBONE).digest
    embed_with(replace(collection, at=None), "ours", digest, {"w0": np.ones(8)})
    Library(workspace).rename_backbone(BACKBONE, "ours")
    found = {e.backbone: e.count for e in Library(workspace).info(NAME).embeddings}
    assert found == {"ours": 1, BACKBONE: 11}
