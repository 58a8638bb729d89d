"""What the descriptors of colour and composition say of pictures that are drawn for it."""

import numpy as np
import pytest
from PIL import Image

from artsim.backbones.descriptors import DESCRIPTORS, SIDE
from artsim.backbones.descriptors.colour import DIMENSION, _grid, _shares
from artsim.backbones.descriptors.lab import lab
from artsim.backbones.embed import embed_image
from artsim.backbones.registry import resolve
from artsim.backbones.runtime.load import load_runtime
from artsim.core.workspace import Workspace
from artsim.images.canonical import canonical_jpeg
from artsim.images.decode import DecodedImage


def picture(colour, where=(8, 24), size=16, ground=(230, 225, 210)):
    pixels = np.full((SIDE, SIDE, 3), ground, np.uint8)
    pixels[where[0] : where[0] + size, where[1] : where[1] + size] = colour
    return pixels


def likeness(name, first, second):
    vectors = DESCRIPTORS[name].called(np.stack([first, second])).astype(np.float64)
    lengths = np.linalg.norm(vectors, axis=1)
    return float(vectors[0] @ vectors[1] / lengths.prod())


RED, NEAR_RED, BLUE = (200, 30, 30), (190, 40, 45), (30, 40, 190)
PLACES = [((8, 24), (40, 8)), ((0, 0), (48, 48)), ((24, 8), (24, 40))]


@pytest.mark.parametrize(("here", "there"), PLACES)
def test_colour_is_the_palette_wherever_it_is(here, there):
    moved = likeness("colour", picture(RED, here), picture(RED, there))
    shade = likeness("colour", picture(RED, here), picture(NEAR_RED, here))
    other = likeness("colour", picture(RED, here), picture(BLUE, here))
    assert moved == pytest.approx(1, abs=1e-5)
    assert 1 > shade > other + 0.02


@pytest.mark.parametrize(("here", "there"), PLACES)
def test_composition_is_where_things_are_whatever_their_hue(here, there):
    hue = likeness("composition", picture((200, 60, 60), here), picture((60, 118, 60), here))
    moved = likeness("composition", picture((200, 60, 60), here), picture((200, 60, 60), there))
    assert hue > 0.9
    assert moved < 0.6


def test_pictures_of_one_colour_have_both_and_lab_is_that_of_the_cie():
    plain = np.full((3, SIDE, SIDE, 3), 128, np.uint8)
    for descriptor in DESCRIPTORS.values():
        found = descriptor.called(plain)
        assert found.any(axis=1).all()
        assert np.isfinite(found).all()
    assert len(_grid()) == DIMENSION
    np.testing.assert_allclose(_shares().sum(axis=1), 1, atol=1e-4)
    red = lab(np.array([255, 0, 0], np.uint8))
    np.testing.assert_allclose(red, [53.24, 80.09, 67.20], atol=0.05)


@pytest.mark.parametrize("name", DESCRIPTORS)
def test_any_size_and_shape_of_picture_is_described(name, tmp_path):
    spec = resolve(Workspace.open(tmp_path), name)
    runtime = load_runtime(spec)
    rng = np.random.default_rng(0)
    small = rng.integers(0, 255, (6, 9, 3), np.uint8)
    sizes = [(1, 1), (1, 900), (700, 3), (64, 64), (900, 600)]
    for size in sizes:
        pixels = np.asarray(Image.fromarray(small).resize(size[::-1], Image.Resampling.BILINEAR))
        jpeg = canonical_jpeg(DecodedImage(pixels, size[1], size[0], "PNG", ()))
        assert embed_image(runtime, jpeg).shape == (spec.dimension,)
