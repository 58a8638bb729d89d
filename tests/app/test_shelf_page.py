"""The Train page of a published backbone: renamed there, another one brought in, and refusals."""

import io
import shutil

import pytest
from page_kit import alerts, run
from patches_kit import publish
from train_page_kit import config_of, published

from artsim.app.shell import resources
from artsim.backbones.registry import resolve
from artsim.training.published import export_backbone


@pytest.fixture(autouse=True)
def _here(workspace):
    """The page's workspace is the test's own, with the backbone 'mine' that was trained there."""
    resources._workspace.clear()
    resources.jobs.clear()
    spec = publish(workspace, "weights")
    published(workspace, config_of(name="mine"), 1)
    for name in ("model.safetensors", "backbone.json"):
        shutil.copy(workspace.checkpoints / "weights" / name, workspace.checkpoints / "mine" / name)
    shutil.rmtree(workspace.checkpoints / "weights")
    assert spec.digest == resolve(workspace, "mine").digest


def test_a_backbone_is_renamed_and_another_one_brought_in(workspace):
    app = run("train", run="mine")
    assert not app.exception
    app.text_input(key="train_name_mine").set_value("Not a name").run()
    app.button(key="train_rename").click().run()
    assert any("cannot name a backbone" in text for text in alerts(app))
    app.text_input(key="train_name_mine").set_value("ours").run()
    app.button(key="train_rename").click().run()
    assert not app.exception
    assert [p.name for p in workspace.checkpoints.iterdir() if p.is_dir()] == ["ours"]
    whole = io.BytesIO()
    export_backbone(workspace, "ours", whole)
    app = run("train")
    app.file_uploader(key="train_import_file").set_value(
        ("ours.zip", whole.getvalue(), "application/zip")
    ).run()
    app.button(key="train_import_yes").click().run()
    assert any("There is a backbone 'ours' already" in text for text in alerts(app))
    app.text_input(key="train_import_name").set_value("back").run()
    app.button(key="train_import_yes").click().run()
    assert [e.value for e in app.success] == ["back is here, and can be chosen everywhere."]
    assert resolve(workspace, "back").digest == resolve(workspace, "ours").digest


def test_what_has_no_weights_is_not_offered_to_train():
    app = run("train")
    start = next(box for box in app.selectbox if box.label == "Start from")
    assert "mine" in start.options
    assert not {"colour", "composition"} & {option.split(" ")[0] for option in start.options}
