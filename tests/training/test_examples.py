"""Works to train on: from collections and folders; groups, splits, pictures and their crops."""

import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from collection_kit import add_works
from pictures_kit import jpeg

from artsim.backbones.lite import FAMILY
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.training.augment import view
from artsim.training.batches import PlainBatches, Share, TrainBatches
from artsim.training.config import TrainConfig
from artsim.training.examples import Examples, fingerprint, read_examples
from artsim.training.pixels import cached_pixels
from artsim.training.recipes import Recipe
from artsim.training.split import split

SPEC = FAMILY["efficientnet_lite0"].spec.model_copy(
    update={"input_size": 24, "resize": "squash", "crop_pct": 1.0}
)
CONFIG = TrainConfig(source="x", backbone="y", name="z")


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
        split(found, np.zeros(4, bool), CONFIG, [])
    parts = split(found, np.ones(4, bool), CONFIG, [])
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


def made(count: int, text: Callable[[int], tuple[str, str]]) -> Examples:
    pairs = [text(i) for i in range(count)]
    return Examples(
        source="x",
        ids=tuple(str(i) for i in range(count)),
        labels={"style": tuple(p[0] for p in pairs), "artist": tuple(p[1] for p in pairs)},
        groups=np.arange(count) // 2,
        preset=("",) * count,
        encoded=lambda: iter(()),
        decode=lambda *_: np.zeros((1, 1, 3), np.uint8),
    )


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_groups_and_unseen_artists_stay_on_one_side(seed: int) -> None:
    works = made(400, lambda i: (f"style {i % 3}", f"artist {i // 8 % 20}"))
    config = CONFIG.model_copy(update={"seed": seed, "unseen_artists": 0.2})
    notes: list[str] = []
    found = split(works, np.ones(400, bool), config, notes)
    parts = [found.train, found.validation, found.unseen]
    assert sum(len(p) for p in parts) == 400
    groups = [set(works.groups[p].tolist()) for p in parts]
    assert not groups[0] & groups[1]
    artists = [{works.labels["artist"][i] for i in p} for p in parts]
    assert len(artists[2]) == 4
    assert not artists[2] & (artists[0] | artists[1])
    again = split(works, np.ones(400, bool), config, [])
    np.testing.assert_array_equal(found.train, again.train)


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


def test_a_crop_depends_on_its_key_alone() -> None:
    image = np.random.default_rng(0).integers(0, 255, (40, 40, 3), np.uint8)
    recipe = Recipe(name="artsim", image_size=24)
    one, same = (view(image, recipe, (7, 1, 5)) for _ in range(2))
    np.testing.assert_array_equal(one.pixels, same.pixels)
    np.testing.assert_array_equal(one.gain, same.gain)
    other = view(image, recipe, (7, 2, 5))
    assert one.pixels.shape == (24, 24, 3)
    assert (one.pixels != other.pixels).any()


def test_processes_share_every_batch() -> None:
    images = np.random.default_rng(0).integers(0, 255, (41, 24, 24, 3), np.uint8)
    recipe = Recipe(name="artsim", image_size=16, batch_size=8)
    rows = np.arange(41)

    def rows_of(share: Share) -> list[list[int]]:
        batches = TrainBatches(images, rows, {}, recipe, 7, lambda: 3, share)
        assert len(batches) == 5
        return [batch["rows"].tolist() for batch in batches]

    whole, first, second = rows_of(Share()), rows_of(Share(0, 2)), rows_of(Share(1, 2))
    assert [a + b for a, b in zip(first, second, strict=True)] == whole
    assert len({row for batch in whole for row in batch}) == 40

    seen = [
        batch["rows"].tolist()
        for rank in (0, 1)
        for batch in PlainBatches(images, rows, 24, 8, Share(rank, 2))
    ]
    assert {row for batch in seen for row in batch} == set(range(41))
    assert len({len(batch) for batch in seen}) == 1
