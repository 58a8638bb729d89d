"""What the Train page works out: what is wrong with a form, names, commands, cards, confusions."""

import csv
import re
import sys

import pytest
from collection_kit import make_collection
from pydantic import ValidationError
from streamlit.testing.v1 import AppTest
from train_page_kit import STYLES, config_of, published, unfinished
from typer.testing import CliRunner

from artsim.app.shell import places, resources
from artsim.app.training import card as train_card
from artsim.app.training import check as train_check
from artsim.app.training import estimate as train_estimate
from artsim.app.training import facts as train_facts
from artsim.app.training import labels as train_labels
from artsim.cli.app import app
from artsim.core.errors import NotFound
from artsim.training.config import TrainConfig
from artsim.training.published import delete_backbone
from tests.conftest import REPOSITORY


@pytest.fixture(autouse=True)
def _here(workspace):
    """The page's workspace is the test's own."""
    resources._workspace.clear()
    resources.jobs.clear()


def test_each_field_gets_one_sentence():
    with pytest.raises(ValidationError) as caught:
        config_of(name="Bad name", epochs=0, batch_size=1, labels=("year",))
    found = train_check.by_field(caught.value)
    assert set(found) == {"name", "epochs", "batch_size", "labels"}
    assert found["epochs"] == "Should be greater than or equal to 1."
    assert "'year' is no label" in found["labels"]
    assert all(re.fullmatch(r"\S[^\n]*\.", sentence) for sentence in found.values())


def test_a_name_that_is_taken_is_told_and_another_one_offered(workspace):
    assert train_check.free_name("demo", "efficientnet_lite0") == "demo-lite0"
    published(workspace, config_of(name="demo-lite0"), 2)
    unfinished(workspace, config_of(name="demo-lite0-2"), 2, 4)
    assert train_check.free_name("demo", "efficientnet_lite0") == "demo-lite0-3"
    assert train_check.free_name("/data/Œuvres/", "x/y") != ""
    values = {"source": "demo", "backbone": "resnet18", "name": "demo-lite0", "labels": ()}
    wrong = train_check.problems(values, None)
    assert set(wrong) == {"source", "name", "labels"}
    assert "already" in wrong["name"]


def test_the_command_has_only_options_that_there_are():
    config = config_of(
        source="/a folder/$(x)",
        recipe="seed",
        labels=("style",),
        epochs=2,
        image_size=32,
        batch_size=8,
        patience=3,
        seed=1,
        pretrained=False,
        options={"last_blocks": 2.0},
    )
    command = train_check.command(config)
    assert "--option last_blocks=2 " in f"{command} "
    assert command.startswith("artsim train '/a folder/$(x)' --backbone efficientnet_lite0")
    assert "--labels style" in command
    told = CliRunner().invoke(app, ["train", "--help"], env={"COLUMNS": "200", "NO_COLOR": "1"})
    for flag in re.findall(r"--[a-z-]+", command):
        assert flag in told.output
    assert train_check.command(config_of()).count("--") == 2


def test_a_card_is_shown_and_does_nothing():
    text = (
        "---\nlicense: mit\n---\n# A <b>card</b>\n\nFor **art**, `x < y`.\n![p](https://far/x.png)\n"
        "[go](javascript:alert(1))\n\n| A | B |\n|---|---|\n| 1 | <i> |\n\n- one\n- two\n\n"
        "```\n<script>\n```\n"
    )
    found = train_card.html_of(text)
    assert "license" not in found
    assert "<h3>A &lt;b&gt;card&lt;/b&gt;</h3>" in found
    assert "<strong>art</strong>, <code>x &lt; y</code>" in found
    assert "<td>&lt;i&gt;</td>" in found
    assert "<ul><li>one</li><li>two</li></ul>" in found
    assert "<pre>&lt;script&gt;</pre>" in found
    assert not re.search(r"<(a|img|script|b|i)\b", found)
    assert train_card.html_of("---\nnever closed") == (
        "<div class='artsim-card'><p>--- never closed</p></div>"
    )


def test_confusions_are_told_worst_first():
    found = train_facts.confused([[5, 3, 0], [1, 0, 3], [0, 0, 9]], ["a", "b", "c"])
    told = [(p["true"], p["taken_for"], p["works"]) for p in found]
    assert told == [("b", "c", 3), ("a", "b", 3), ("b", "a", 1)]
    assert found[0]["share"] == 0.75


def test_time_is_told_from_a_training_of_the_same_kind_only(workspace):
    published(workspace, config_of(name="before"), 10)
    works = 4_210 + 574 + 310
    assert train_estimate.likely_seconds(config_of(epochs=4), works) == pytest.approx(4 * 61.5)
    assert train_estimate.likely_seconds(config_of(), works // 2) == pytest.approx(307.5)
    assert train_estimate.likely_seconds(config_of(image_size=64), works) is None


def test_labels_of_a_collection_count_works_with_a_picture(workspace):
    make_collection(
        workspace,
        "mine",
        [
            {"id": "a", "style": "Cubism", "artist": "X"},
            {"id": "b", "style": "Cubism", "artist": "Y"},
            {"id": "c", "style": "Rococo", "has_image": False},
        ],
    )
    info = resources.library().info("mine")
    found = train_labels.of_collection(info, resources.library().catalog("mine"))
    assert found.works == 2
    assert found.labels["style"] == train_labels.Counted(1, 2, 0)
    assert "one class only" in found.labels["style"].problem
    assert found.labels["artist"] == train_labels.Counted(2, 2, 2)
    assert "single work" in found.labels["artist"].problem
    assert found.labels["genre"].problem == "no work has it"


def test_labels_of_a_prepared_folder_are_those_of_its_manifest(tmp_path):
    with (tmp_path / "manifest.csv").open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(["file", "split", "style", "artist", "genre"])
        lines.writerows([f"train/{s}/{i}.jpg", "train", s, "", "x"] for s in STYLES for i in "ab")
    found = train_labels.of_folder(str(tmp_path))
    assert found.works == 12
    assert found.labels["style"] == train_labels.Counted(6, 12, 0)
    assert found.labels["artist"].labelled == 0
    (tmp_path / "manifest.csv").write_text("no,columns\n1,2\n")
    assert train_labels.of_folder(str(tmp_path)) is None


def test_deleting_touches_nothing_but_what_a_training_made(workspace):
    published(workspace, config_of(name="mine"), 2)
    other = workspace.checkpoints / "other"
    other.mkdir()
    (workspace.checkpoints / "linked").symlink_to(workspace.checkpoints / "mine")
    for name in ("other", "linked", "gone"):
        with pytest.raises(NotFound):
            delete_backbone(workspace, name)
    assert other.is_dir()
    delete_backbone(workspace, "mine")
    assert [path.name for path in workspace.checkpoints.glob("*mine*")] == []


def test_fields_of_the_form_are_fields_of_the_config():
    from artsim.app.training.form import _NUMBERS, _RECIPES

    assert set(_NUMBERS) <= set(TrainConfig.model_fields)
    assert set(_RECIPES) == set(TrainConfig.model_fields["recipe"].annotation.__args__)


def test_which_layers_learn_is_chosen_and_is_an_option_of_the_command(workspace):
    make_collection(workspace, "mine", [{"id": str(i), "style": f"s{i % 2}"} for i in range(8)])
    app = AppTest.from_file(places.ROUTER, default_timeout=120)
    app.switch_page(str(REPOSITORY / "pages" / "train.py"))
    app.query_params["collection"] = "mine"
    app.run()
    app.selectbox(key="train_learning").set_value("lora").run()
    app.number_input(key="train_lora").set_value(4).run()
    assert not app.exception
    assert any(code.value.endswith(" --option lora=4") for code in app.code)
    app.selectbox(key="train_learning").set_value("last_blocks").run()
    assert any(code.value.endswith(" --option last_blocks=2") for code in app.code)
    app.toggle(key="train_beside").set_value(True).run()
    wide = " --option last_blocks=2 --option beside=1 --option covariances=32"
    assert any(code.value.endswith(wide) for code in app.code)
    app.toggle(key="train_scratch").set_value(True).run()  # nothing untouched is left to keep
    assert any(code.value.endswith(" --option last_blocks=2") for code in app.code)
    app.radio(key="train_recipe").set_value("seed").run()
    assert not any("--option" in code.value for code in app.code)
    resources.jobs.clear()


def test_a_server_without_the_packages_of_training_says_so_in_place_of_the_form(
    workspace, monkeypatch
):
    make_collection(workspace, "demo", [{"id": "1", "style": "a"}])
    monkeypatch.setitem(sys.modules, "lightning", None)
    page = AppTest.from_file(places.ROUTER, default_timeout=120).run()
    page.switch_page(str(places.TRAIN)).run()
    assert not page.exception
    assert [i.value for i in page.info if "not installed on this server" in i.value]
    assert "Train" not in [button.label for button in page.button]
