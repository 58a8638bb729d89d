"""What training says to input that it cannot use: one sentence each, and nothing left behind."""

import errno
import os
import pickle
import shutil
from pathlib import Path
from typing import Any

import pytest
import torch
from finetune_kit import tiny, write_labelled, write_manifest

from artsim.core.errors import ArtsimError, InvalidInput
from artsim.core.trouble import trouble
from artsim.core.workspace import Workspace
from artsim.tasks.kinds import checked_config
from artsim.tasks.queue import TaskQueue
from artsim.training import record
from artsim.training.checkpoints import WholeCheckpoints
from artsim.training.finetune import finetune
from artsim.training.memory import is_out_of_memory, too_little_memory
from artsim.training.publish import Result


@pytest.fixture
def own(labelled: Path, tmp_path: Path) -> Path:
    """A copy of the labelled pictures, to spoil."""
    return Path(shutil.copytree(labelled, tmp_path / "own"))


def relabel(folder: Path, change: Any) -> Path:
    """Write the manifest anew with each line (file, style, artist, genre, title) changed."""
    lines = (folder / "manifest.csv").read_text(encoding="utf-8").splitlines()[1:]
    write_manifest(folder, [change(i, *line.split(",")) for i, line in enumerate(lines)])
    return folder


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"backbone": "no_such_network"}, "There is no"),
        ({"backbone": "../etc"}, "There is no|cannot name a backbone"),
        ({"backbone": "efficientnet_lite9", "pretrained": True}, "There is no backbone"),
        ({"teacher": "no_such_teacher"}, "The teacher cannot be used"),
        ({"source": "nowhere"}, "There is no collection 'nowhere'"),
        ({"source": "/nowhere/at/all"}, "There is no folder"),
        ({"options": {"speed": 3.0}}, "'speed' is no number of a recipe: use epochs"),
        ({"options": {"dropout": 1.5}}, "dropout: "),
        ({"options": {"dimension": 7.5}}, "dimension: "),
        ({"accelerator": "mps"}, "use --accelerator cpu"),
    ],
)
def test_config_that_cannot_be_used(
    changes: dict[str, Any], words: str, labelled: Path, workspace: Workspace
) -> None:
    with pytest.raises(ArtsimError, match=words) as caught:
        finetune(workspace, tiny(labelled, **changes))
    assert "\n" not in str(caught.value)


_TWO_SIZES = {"image_size": 128, "options": {"embed_size": 160.0}}


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"backbone": "colour", "pretrained": True}, "'colour' has no weights that could be tr"),
        ({"backbone": "composition"}, "'composition' has no weights that could be trained"),
        ({"teacher": "colour"}, "The teacher cannot be used: 'colour' is"),
        ({"backbone": "no_such_network"}, "There is no"),
        ({"backbone": "resnet18.no_such_tag", "pretrained": True}, "There is no backbone"),
        ({"backbone": "resnet50", "pretrained": True}, "not on this machine and HF_HUB_OFFLINE"),
        (
            {"backbone": "test_vit", "image_size": 100, "options": {"embed_size": 100.0}},
            "patches of 16 pixels, which do not divide pictures of 100: use an image size of 96 or",
        ),
        ({"backbone": "test_vit", **_TWO_SIZES}, "takes pictures of one size: leave out embed_si"),
        ({"backbone": "test_convnext", "image_size": 16}, "cannot take pictures of 16 pixels"),
        ({"options": {"lora": 4.0}}, "has no attention that could have adapters"),
        ({"backbone": "test_vit", "options": {"lora": 4.0, "last_blocks": 1.0}}, "Choose lora or"),
        ({"options": {"beside": 1.0}}, "no weights has no untouched network to keep"),
        ({"recipe": "seed", "options": {"last_blocks": 1.0}}, "leave out lora and last_blocks"),
        ({"options": {"speed": 3.0}}, "'speed' is no number of a recipe"),
    ],
)
def test_what_cannot_work_is_refused_before_it_is_queued(
    changes: dict[str, Any], words: str, labelled: Path, workspace: Workspace
) -> None:
    config = tiny(labelled, **changes)
    queue = TaskQueue(workspace)
    with pytest.raises(ArtsimError, match=words) as caught:
        queue.submit("train", config)
    assert "\n" not in str(caught.value)
    assert queue.list() == []
    with pytest.raises(ArtsimError, match=words):
        finetune(workspace, config)
    assert not (workspace.checkpoints / ".training" / "mine").exists()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"recipe": "magic"}, "recipe: "),
        ({"labels": ["style", "colour"]}, "'colour' is no label: use style, genre, artist"),
        ({"labels": []}, "name each label once"),
        ({"labels": ["style", "style"]}, "name each label once"),
        ({"name": "My Model"}, "cannot name a backbone"),
        ({"epochs": 0}, "epochs: "),
        ({"learning_rate": float("nan")}, "learning_rate: "),
        ({"batch": 3}, "batch: "),
    ],
)
def test_config_that_is_none(changes: dict[str, Any], words: str) -> None:
    values = {"source": "x", "backbone": "y", "name": "z"} | changes
    with pytest.raises(InvalidInput, match=words):
        checked_config("train", values)


def test_one_class_only(own: Path, workspace: Workspace) -> None:
    relabel(own, lambda i, file, *_: (file, "Cubism", "", "", ""))
    with pytest.raises(InvalidInput, match=r"the only style is 'Cubism'.*two classes"):
        finetune(workspace, tiny(own))


def test_no_labels_at_all(own: Path, workspace: Workspace) -> None:
    relabel(own, lambda i, file, *_: (file, "", "", "", ""))
    with pytest.raises(InvalidInput, match="no style is known of two works"):
        finetune(workspace, tiny(own))


def test_what_can_be_left_out_is_left_out_and_told(own: Path, workspace: Workspace) -> None:
    (own / "w003.png").write_bytes(b"no picture")
    (own / "w005.png").write_bytes((own / "w005.png").read_bytes()[:300])
    (own / "w006.png").unlink()
    (own / "w006.png").symlink_to(own / "nowhere.png")
    relabel(
        own,
        lambda i, file, style, artist, genre, title: (
            file,
            "Rarity" if i == 7 else style,
            artist,
            "",
            title,
        ),
    )
    result = finetune(workspace, tiny(own))
    assert result is not None
    notes = " ".join(result.summary["notes"])
    assert "Skipped w003.png: " in notes
    assert "Skipped w005.png: " in notes
    assert "Skipped w006.png: The file cannot be read (No such file or directory)." in notes
    assert "has no genre: not learnt" in notes
    assert list(result.summary["classes"]) == ["style", "artist"]
    assert "Rarity" not in result.spec.labels["style"]
    assert sum(result.summary["images"].values()) <= 94


def test_no_picture_decodes(own: Path, workspace: Workspace) -> None:
    for path in own.glob("*.png"):
        path.write_bytes(b"nothing")
    with pytest.raises(InvalidInput, match="None of the 96 pictures of folder 'own' can be"):
        finetune(workspace, tiny(own))


def test_a_folder_without_pictures(tmp_path: Path, workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="There are no pictures in"):
        finetune(workspace, tiny(tmp_path))


def test_too_few_pictures(tmp_path: Path, workspace: Workspace) -> None:
    folder = write_labelled(tmp_path / "few", count=2)
    with pytest.raises(InvalidInput, match=r"to train on|nothing to tell apart"):
        finetune(workspace, tiny(folder, unseen_artists=0))


@pytest.mark.parametrize(
    "changes",
    [
        {"options": {"scale": 1e38, "artist": 1e38}},
        # One step an epoch, whose loss is sound and which spoils the weights.
        {"options": {"learning_rate": 1e30, "ema": 0, "clip": 0, "warmup": 0}, "batch_size": 60},
    ],
)
def test_a_loss_that_is_no_number_at_once(
    changes: dict[str, Any], labelled: Path, workspace: Workspace
) -> None:
    with pytest.raises(InvalidInput, match="in the first epoch, and nothing was learnt: use a low"):
        finetune(workspace, tiny(labelled, **changes))


def test_a_loss_that_is_no_number_later_keeps_the_last_good_epoch(
    labelled: Path, workspace: Workspace
) -> None:
    wild = tiny(
        labelled,
        recipe="seed",
        epochs=4,
        labels=("style",),
        options={"frozen_epochs": 1, "unfrozen_rate": 1e30},
    )
    result = finetune(workspace, wild)
    assert result is not None
    assert (result.summary["stopped"], result.summary["best_epoch"]) == ("nan", 1)
    assert any("became not a number" in note for note in result.summary["notes"])


def test_a_batch_too_large_for_memory() -> None:
    with pytest.raises(RuntimeError) as caught:
        torch.empty(1 << 50)
    assert is_out_of_memory(caught.value)
    assert not is_out_of_memory(RuntimeError("shapes do not fit"))
    assert "try --batch-size 32" in str(too_little_memory(64, 224))
    assert "try --image-size 160" in str(too_little_memory(2, 224))


def test_no_space_for_the_decoded_pictures(
    labelled: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", full)
    with pytest.raises(OSError, match="No space") as caught:
        finetune(workspace, tiny(labelled))
    assert "The disk is full" in (trouble(caught.value) or "")
    left = [p.name for p in (workspace.cache / "training").iterdir()]
    assert not [name for name in left if name.endswith((".npy", ".json"))]


def test_no_space_for_a_checkpoint_keeps_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, writer = tmp_path / "last.ckpt", WholeCheckpoints()
    writer.save_checkpoint({"epochs": 1}, path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space") as caught:
        writer.save_checkpoint({"epochs": 2}, path)
    assert "The disk is full" in (trouble(caught.value) or "")
    assert torch.load(path, weights_only=True) == {"epochs": 1}
    assert [p.name for p in tmp_path.iterdir()] == ["last.ckpt"]


def test_devices_without_pictures(labelled: Path, workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="would work on 1 picture a step, and needs 2"):
        finetune(workspace, tiny(labelled, batch_size=2, devices=2))


class _Evil:
    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> Any:
        return (os.mkdir, (str(self.path),))


@pytest.mark.parametrize("content", ["evil", "damaged"])
def test_a_checkpoint_to_resume_never_runs_code(
    content: str, labelled: Path, workspace: Workspace, tmp_path: Path
) -> None:
    folder = record.running_folder(workspace, "mine")
    folder.mkdir(parents=True)
    if content == "evil":
        torch.save({"state": _Evil(tmp_path / "ran")}, folder / "last.ckpt")
    else:
        (folder / "last.ckpt").write_bytes(b"PK\x03\x04 cut off")
    with pytest.raises(InvalidInput, match="checkpoint of the training is damaged"):
        finetune(workspace, tiny(labelled))
    assert not (tmp_path / "ran").exists()


def test_a_pickle_from_elsewhere_is_refused(labelled: Path, workspace: Workspace) -> None:
    folder = workspace.checkpoints / "theirs"
    folder.mkdir()
    (folder / "weights.pth").write_bytes(pickle.dumps({"a": 1}))
    with pytest.raises(InvalidInput, match=r"weights\.pth is a pickle, which could run any code"):
        finetune(workspace, tiny(labelled, backbone="theirs", pretrained=True))


def test_two_at_once_of_one_name(
    labelled: Path, workspace: Workspace, trained: tuple[Workspace, Result]
) -> None:
    from artsim.training.folder import claimed
    from artsim.training.recipes import recipe_of

    config = tiny(labelled)
    with (
        claimed(workspace, config, recipe_of(config)),
        pytest.raises(ArtsimError, match="The training 'mine' is under way"),
    ):
        finetune(workspace, config)
