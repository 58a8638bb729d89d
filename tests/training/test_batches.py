"""Batches of training: the same pixels for the same seed, epoch and row, whoever makes them."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from PIL import Image

from artsim.training.augment import view
from artsim.training.batches import (
    Batch,
    LabelledPictures,
    Loading,
    PlainBatches,
    TrainBatches,
    normalised,
)
from artsim.training.recipes import Recipe, Sampling

SIDE = 24
RECIPE = Recipe(name="artsim", image_size=16)
WHOLE = replace(RECIPE.augmentation, crop=1.0, stretch=1.0, flip=0.0, colour=0.0)


def pictures(count: int, side: int = SIDE) -> np.ndarray:
    """Smooth pictures, all different."""
    rng = np.random.default_rng(0)
    coarse = rng.integers(0, 255, (count, 6, 6, 3), np.uint8)
    scaled = [np.asarray(Image.fromarray(one).resize((side, side))) for one in coarse]
    images = np.stack(scaled)
    images.setflags(write=False)  # as pictures mapped from a file are
    return images


ALONE = Loading()


def batches(loading: Loading = ALONE, size: int = 8, epoch: int = 3) -> TrainBatches:
    images = pictures(41)
    labelled = LabelledPictures(images, np.arange(41), {})
    sampling = Sampling(seed=7, batch_size=size)
    return TrainBatches(labelled, sampling, RECIPE.augmentation, lambda: epoch, loading)


def by_row(made: Iterator[Batch]) -> dict[int, tuple[torch.Tensor, ...]]:
    found = {}
    for batch in made:
        for i, row in enumerate(batch["rows"].tolist()):
            found[row] = tuple(batch[name][i] for name in ("images", "gain", "offset"))
    return found


@pytest.mark.parametrize(
    "other",
    [
        batches(Loading(workers=4)),
        batches(size=3),
        batches(Loading(rank=1, world=2, workers=2)),
    ],
    ids=["more threads", "smaller batches", "two processes"],
)
def test_pixels_depend_on_seed_epoch_and_row_alone(other: TrainBatches) -> None:
    one, two = by_row(iter(batches())), by_row(iter(other))
    assert len(two) >= 20
    for row in one.keys() & two.keys():
        for mine, theirs in zip(one[row], two[row], strict=True):
            assert torch.equal(mine, theirs), row


def test_another_epoch_shows_other_crops_and_colours() -> None:
    one, two = by_row(iter(batches())), by_row(iter(batches(epoch=4)))
    rows = sorted(one.keys() & two.keys())
    assert sum(torch.equal(one[row][0], two[row][0]) for row in rows) == 0
    assert sum(torch.equal(one[row][1], two[row][1]) for row in rows) == 0


def test_threads_that_make_batches_leave_the_others_their_cores() -> None:
    before = torch.get_num_threads()
    torch.set_num_threads(2)
    try:
        for _ in batches(Loading(workers=2)):
            assert torch.get_num_threads() == 2
        assert torch.get_num_threads() == 2
    finally:
        torch.set_num_threads(before)


@pytest.mark.parametrize("side", [40, 14])
def test_a_view_of_everything_is_the_picture_resampled(side: int) -> None:
    image = pictures(1, side)[0]
    found = view(image, WHOLE, (7, 1, 5))
    assert (found.pixels.dtype, found.pixels.shape) == (torch.uint8, (16, 16, 3))
    resampled = Image.fromarray(image).resize((16, 16), Image.Resampling.BILINEAR)
    difference = found.pixels.numpy().astype(int) - np.asarray(resampled)
    assert np.abs(difference).max() <= 1
    assert found.gain.tolist() == [1, 1, 1]
    assert found.offset.tolist() == [0, 0, 0]
    mirrored = view(image, replace(WHOLE, flip=1.0), (7, 1, 5))
    assert torch.equal(mirrored.pixels, found.pixels.flip(1))


@pytest.mark.parametrize("shape", [(30, 50), (16, 16), (1, 9), (9, 1)])
def test_every_crop_lies_inside_the_picture(shape: tuple[int, int]) -> None:
    """A crop of one flat colour with the right share of the area is all that colour."""
    image = np.full((*shape, 3), 90, np.uint8)
    for row in range(50):
        found = view(image, RECIPE.augmentation, (0, 0, row))
        assert found.pixels.shape == (16, 16, 3)
        assert (found.pixels == 90).all()


def test_colours_change_as_drawn_and_then_fit_the_network() -> None:
    images = torch.full((2, 1, 1, 3), 100, dtype=torch.uint8)
    colours = ((0.5, 0.4, 0.2), (0.25, 0.5, 1.0))
    plain = normalised({"images": images}, colours)
    assert plain.shape == (2, 3, 1, 1)
    wanted = [(100 / 255 - mean) / std for mean, std in zip(*colours, strict=True)]
    assert plain[0, :, 0, 0].tolist() == pytest.approx(wanted, abs=1e-6)
    gain = torch.tensor([[1.0, 1, 1], [0.5, 2, 1]])
    offset = torch.tensor([[0.0, 0, 0], [10, 0, -20]])
    changed = normalised({"images": images, "gain": gain, "offset": offset}, colours)
    assert torch.allclose(changed[0], plain[0])
    grey = [60 / 255, 200 / 255, 80 / 255]
    wanted = [(g - mean) / std for g, mean, std in zip(grey, *colours, strict=True)]
    assert changed[1, :, 0, 0].tolist() == pytest.approx(wanted, abs=1e-6)


def test_processes_share_every_batch() -> None:
    def rows_of(loading: Loading) -> list[list[int]]:
        made = batches(loading)
        assert len(made) == 5
        return [batch["rows"].tolist() for batch in made]

    whole, first, second = rows_of(ALONE), rows_of(Loading(0, 2)), rows_of(Loading(1, 2))
    assert [a + b for a, b in zip(first, second, strict=True)] == whole
    assert len({row for batch in whole for row in batch}) == 40

    images, rows = pictures(41), np.arange(41)
    seen = [
        batch["rows"].tolist()
        for rank in (0, 1)
        for batch in PlainBatches(images, rows, SIDE, 8, Loading(rank, 2))
    ]
    assert {row for batch in seen for row in batch} == set(range(41))
    assert len({len(batch) for batch in seen}) == 1


@pytest.mark.parametrize("size", [SIDE, 12, 32])
def test_whole_pictures_are_those_that_the_backbone_will_see(size: int) -> None:
    images = pictures(5)
    made = list(PlainBatches(images, np.array([4, 0, 2]), size, 2))
    assert [batch["rows"].tolist() for batch in made] == [[4, 0], [2]]
    for batch in made:
        for image, row in zip(batch["images"], batch["rows"].tolist(), strict=True):
            wanted = Image.fromarray(images[row]).resize((size, size), Image.Resampling.BICUBIC)
            assert np.abs(image.numpy().astype(int) - np.asarray(wanted)).max() <= 1
