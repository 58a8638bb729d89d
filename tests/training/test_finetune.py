"""A training from folder to backbone, on a tiny network: every file, and what is in it."""

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from finetune_kit import Stops, tiny

from artsim.backbones.network import read_tensors
from artsim.backbones.registry import resolve
from artsim.backbones.runtime.load import load_runtime
from artsim.core.errors import Cancelled, Conflict, NotFound
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.training import record
from artsim.training.base import Base, find_base
from artsim.training.batches import Loading
from artsim.training.data import DataRequest, prepare, squashed
from artsim.training.embedder import Embedder
from artsim.training.finetune import finetune
from artsim.training.publish import Result


def test_the_result_is_a_folder_of_exactly_these_files(trained: tuple[Workspace, Result]) -> None:
    workspace, result = trained
    folder = workspace.checkpoints / "mine"
    assert result.folder == folder
    assert sorted(p.name for p in folder.iterdir()) == [
        "README.md",
        "backbone.json",
        "model.safetensors",
        "run",
    ]
    assert sorted(p.name for p in (folder / "run").iterdir()) == sorted(record.KEPT)
    assert not (workspace.checkpoints / ".training" / "mine").exists()


def test_it_is_a_backbone_at_once(trained: tuple[Workspace, Result], labelled: Path) -> None:
    workspace, _ = trained
    runtime = load_runtime(resolve(workspace, "mine"), device="cpu")
    spec = runtime.spec
    assert (spec.input_size, spec.resize, spec.crop_pct) == (32, "squash", 1.0)
    assert [part.name for part in spec.parts] == ["style", "genre", "artist", "general"]
    assert spec.dimension == sum(part.dimension for part in spec.parts)
    picture = cv2.imread(str(labelled / "w000.png"))[:, :, ::-1]
    encoded = cv2.imencode(".jpg", picture[:, :, ::-1])[1].tobytes()
    embedding = runtime.embed(runtime.preprocess(encoded)[None])
    assert np.isfinite(embedding).all()
    assert np.linalg.norm(embedding) == pytest.approx(
        np.sqrt(sum(part.weight**2 for part in spec.parts)), rel=1e-4
    )


def test_its_description_says_what_it_learnt_and_reached(
    trained: tuple[Workspace, Result],
) -> None:
    workspace, result = trained
    spec, metrics = resolve(workspace, "mine"), result.summary["metrics"]
    labels = ("style", "genre", "artist")
    assert metrics["map10_mean"] == pytest.approx(np.mean([metrics[f"map10_{k}"] for k in labels]))
    # Beside the style figure stands the one without the artist's own works, on the card too.
    card = (result.folder / "README.md").read_text(encoding="utf-8")
    alone = f"by style, without the artist's own works | {metrics['map10_style_other_artists']:.3f}"
    assert alone in card
    assert spec.metrics == metrics
    # How strongly each part is shrunk was chosen, the general part's as the recipe says.
    shrinkage = result.summary["shrinkage"]
    assert shrinkage.pop("general") == 10.0
    assert set(shrinkage) == set(labels)
    assert {round(value / 0.3, 6) for value in shrinkage.values()} <= {1.0, 3.0, 10.0}
    assert spec.labels["style"] == ("Dots", "Stripes")
    assert result.summary["data_fingerprint"][:16] in spec.origin


def test_the_published_backbone_reaches_the_figures_that_it_tells(
    workspace: Workspace, labelled: Path
) -> None:
    config = tiny(labelled, options={"refit": 0, "gallery_sample": 1000})
    result = finetune(workspace, config)
    assert result is not None
    base = find_base(workspace, config.backbone, config.pretrained)
    request = DataRequest(config.source, config.labels, config.division)
    data = prepare(workspace, request, squashed(base.spec, 32))
    evaluation = data.evaluation_set(1000)
    spec = resolve(workspace, "mine")
    network = Base(spec, read_tensors(spec)).network()
    pictures = data.whole_pictures(evaluation.rows, 32, Loading())
    found = Embedder(pictures, (spec.mean, spec.std), NULL).embeddings(network, "")
    told = {k: v for k, v in result.summary["metrics"].items() if k.startswith("map10")}
    again = evaluation.figures(found) | evaluation.figures_by_others(found)
    assert again == pytest.approx(told, abs=0.02)  # halves differ a little


def test_the_record_tells_every_epoch(trained: tuple[Workspace, Result]) -> None:
    workspace, _ = trained
    run = record.load_training(workspace, "mine")
    assert run.published
    assert run.epochs_planned == 2
    assert [row["epoch"] for row in run.rows] == [1, 2]
    assert list(run.rows[0]) == record.columns(("style", "genre", "artist"))
    for row in run.rows:
        assert all(row[name] is not None for name in row), row
    assert run.best is not None
    assert run.summary is not None
    assert run.best["epoch"] == run.summary["best_epoch"]
    counts = np.array(run.confusion["style"]["counts"])
    assert counts.shape == (2, 2)
    assert counts.sum() == run.summary["images"]["validation"]
    assert [r.name for r in record.list_trainings(workspace)] == ["mine"]


def test_the_card_says_what_a_reader_must_know(trained: tuple[Workspace, Result]) -> None:
    _, result = trained
    card = (result.folder / "README.md").read_text(encoding="utf-8")
    for words in (
        "no weights, from scratch",
        result.summary["data_fingerprint"],
        result.summary["code_version"],
        "mAP@10 by artist, artists kept aside",
        "Fitted on all of these works",
        "## Licence",
        "## Limits",
    ):
        assert words in card


def test_no_group_and_no_unseen_artist_is_on_both_sides(trained: tuple[Workspace, Result]) -> None:
    _, result = trained
    lines = (result.folder / "run" / "split.csv").read_text(encoding="utf-8").splitlines()
    part = dict(line.rsplit(",", 1) for line in lines[1:])
    artists = {name: int(name[1:4]) % 6 for name in part}
    seen = {artists[n] for n, p in part.items() if p in ("train", "validation")}
    unseen = {artists[n] for n, p in part.items() if p == "unseen"}
    assert len(unseen) == 1
    assert not seen & unseen


def test_the_same_seed_gives_the_same_figures(
    trained: tuple[Workspace, Result], workspace: Workspace, labelled: Path
) -> None:
    _, first = trained
    again = finetune(workspace, tiny(labelled))
    assert again is not None
    assert again.summary["metrics"] == pytest.approx(first.summary["metrics"], abs=1e-6)
    assert again.summary["data_fingerprint"] == first.summary["data_fingerprint"]


def test_a_name_that_is_taken_is_refused(trained: tuple[Workspace, Result], labelled: Path) -> None:
    workspace, _ = trained
    with pytest.raises(Conflict, match="There is a backbone 'mine' already"):
        finetune(workspace, tiny(labelled))


def test_nothing_to_resume_is_said(workspace: Workspace, labelled: Path) -> None:
    with pytest.raises(NotFound, match="no training 'mine' to resume"):
        finetune(workspace, tiny(labelled, resume=True))


def test_a_cancelled_training_says_so_and_goes_on(
    trained: tuple[Workspace, Result], workspace: Workspace, labelled: Path
) -> None:
    with pytest.raises(Cancelled):
        finetune(workspace, tiny(labelled), Stops("Epoch 2"))
    run = record.load_training(workspace, "mine")
    assert not run.published
    assert run.summary is not None
    assert (run.summary["stopped"], len(run.rows)) == ("cancelled", 1)
    with pytest.raises(Conflict, match="with another seed"):
        finetune(workspace, tiny(labelled, seed=8))
    result = finetune(workspace, tiny(labelled, resume=True))
    assert result is not None
    assert result.summary["metrics"] == pytest.approx(trained[1].summary["metrics"], abs=1e-6)
    lines = (result.folder / "run" / "metrics.csv").read_text(encoding="utf-8").splitlines()
    assert len(lines) == 3
    assert json.loads((result.folder / "run" / "summary.json").read_text())["stopped"] == "finished"


def test_a_training_stopped_before_it_is_published_is_only_published(
    workspace: Workspace, labelled: Path
) -> None:
    with pytest.raises(Cancelled):
        finetune(workspace, tiny(labelled), Stops("Embedding with"))
    told = Stops("Epoch")  # no epoch begins again
    assert finetune(workspace, tiny(labelled), told) is not None
