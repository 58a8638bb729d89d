"""Works to train on: from collections and folders; groups, splits, pictures and their crops."""

import csv
from pathlib import Path

import numpy as np
import pytest
from collection_kit import add_works
from pictures_kit import jpeg

from artsim.backbones.lite import FAMILY
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.training.config import Division
from artsim.training.examples import fingerprint, read_examples
from artsim.training.pixels import cached_pixels
from artsim.training.split import split

SPEC = FAMILY["efficientnet_lite0"].spec.model_copy(
    update={"input_size": 24, "resize": "squash", "crop_pct": 1.0}
)


def tree(root: Path, files: dict[str, dict[str, str]]) -> Path:
    for i, name in enumerate(files):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(jpeg(i, 40, 30))
    columns = ["file", "split", "style", "artist", "title", "work_group"]
    with (root / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, columns)
        writer.writeheader()
        writer.writerows({"file": name} | line for name, line in files.items() if line)
    return root


def test_a_prepared_tree_keeps_its_split(tmp_path: Path, workspace: Workspace) -> None:
    root = tree(
        tmp_path / "tree",
        {
            "test/Cubism/a.jpg": {"split": "test", "style": "Cubism"},
            "train/Cubism/b.jpg": {"split": "train", "style": "Cubism", "artist": "Braque"},
            "train/Pop_Art/c.jpg": {},
            "val/Cubism/d.jpg": {},
        },
    )
    found = read_examples(workspace, str(root))
    assert found.preset == ("test", "train", "train", "validation")
    assert found.labels["style"] == ("Cubism", "Cubism", "Pop Art", "Cubism")
    assert found.labels["artist"] == ("", "Braque", "", "")
    with pytest.raises(InvalidInput, match="leaves 0 pictures to train on"):
        split(found, np.zeros(4, bool), Division())
    parts = split(found, np.ones(4, bool), Division())
    assert (parts.train.tolist(), parts.validation.tolist()) == ([1, 2], [3])


def test_links_out_of_the_folder_are_pictures_too(tmp_path: Path, workspace: Workspace) -> None:
    (tmp_path / "elsewhere.jpg").write_bytes(jpeg(1))
    (tmp_path / "linked" / "Cubism").mkdir(parents=True)
    (tmp_path / "linked" / "Cubism" / "a.jpg").symlink_to(tmp_path / "elsewhere.jpg")
    found = read_examples(workspace, str(tmp_path / "linked"))
    assert found.ids == ("Cubism/a.jpg",)
    assert next(iter(found.encoded()))[1] == jpeg(1)


def test_a_collection_with_its_groups(workspace: Workspace) -> None:
    collection = Collection.create(workspace, "mine", "test")
    add_works(
        collection,
        [
            {"id": "1", "style": "Cubism", "duplicate_group": "g"},
            {"id": "2", "style": "cubism", "duplicate_group": "g"},
            {"id": "3", "artist": "Anonymous", "title": "Boats"},
            {"id": "4", "artist": "Monet", "title": "Boats"},
            {"id": "5", "artist": "monet", "title": "BOATS"},
            {"id": "6", "has_image": False},
        ],
    )
    found = read_examples(workspace, "mine")
    assert found.ids == ("1", "2", "3", "4", "5")
    groups = found.groups.tolist()
    assert groups[0] == groups[1]
    assert groups[3] == groups[4]
    assert len(set(groups)) == 3
    assert sorted(row for row, _ in found.encoded()) == [0, 1, 2, 3, 4]


def test_pictures_are_decoded_once(
    labelled: Path, workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    found = read_examples(workspace, str(labelled))
    first = cached_pixels(found, SPEC, workspace.cache / "training")
    assert (first.images.shape, first.images.dtype) == ((96, 24, 24, 3), np.uint8)
    assert first.usable.all()
    times = {p: p.stat().st_mtime_ns for p in (workspace.cache / "training").glob("*.npy")}
    again = cached_pixels(found, SPEC, workspace.cache / "training")
    np.testing.assert_array_equal(first.images, again.images)
    assert {p: p.stat().st_mtime_ns for p in times} == times
    assert fingerprint(found, first.digests) == fingerprint(found, again.digests)
