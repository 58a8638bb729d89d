"""``artsim train``: foreground, JSON, background; usage errors."""

import json
from pathlib import Path

import pytest
from finetune_kit import NUMBERS, TINY

from artsim.cli.run import run
from artsim.core.workspace import Workspace
from artsim.tasks.queue import TaskQueue


def arguments(folder: Path, *more: str) -> list[str]:
    fields = ("epochs", "image_size", "batch_size", "unseen_artists", "validation")
    return [
        *("train", f"{folder}/", "--backbone", TINY["backbone"], "--from-scratch"),
        *("--name", "mine", "--accelerator", "cpu"),
        *(f"--{name.replace('_', '-')}={TINY[name]}" for name in fields),
        *(f"--option={name}={value}" for name, value in NUMBERS.items()),
        *more,
    ]


def test_train_and_then_again(
    labelled: Path, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments(labelled, "--json")) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["name"] == "mine"
    assert Path(printed["folder"]) == workspace.checkpoints / "mine"
    assert printed["metrics"]["map10_mean"] > 0
    assert run(arguments(labelled)) == 1
    assert capsys.readouterr().err.splitlines() == [
        "artsim: There is a backbone 'mine' already: choose another name."
    ]


@pytest.mark.slow
def test_train_in_the_background(
    labelled: Path, workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments(labelled, "--detach", "--json")) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["kind"] == "train"
    done = TaskQueue(workspace).wait(printed["id"], 200)
    assert done.state == "succeeded", TaskQueue(workspace).log(done.id)
    assert done.message.startswith("Trained 'mine' from test_resnet on folder")


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--labels", "colour"], "'colour' is no label: use style, genre, artist"),
        (["--option", "dropout"], "'dropout' is no number: write name=number"),
        (["--recipe", "magic"], "'magic'"),
        (["--epochs", "0"], "epochs: "),
        (["--name", "No Name"], "cannot name a backbone"),
    ],
)
def test_usage_errors(
    more: list[str], words: str, labelled: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(arguments(labelled, *more)) == 2
    error = capsys.readouterr().err.splitlines()
    assert len(error) == 1
    assert words in error[0]


def test_help_has_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["train", "--help"]) == 0
    said = " ".join(capsys.readouterr().out.split())
    assert "artsim train paintings --backbone efficientnet_lite0 --name mine" in said
