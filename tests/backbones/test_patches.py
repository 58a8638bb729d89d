"""What networks of several kinds give of the positions of a picture."""

import numpy as np
import pytest
from patches_kit import publish, scene

from artsim.backbones.patch_network import PatchNetwork
from artsim.backbones.patches import (
    Basis,
    area_mean,
    directions_of,
    grid_of,
    quantised,
    resized,
    stacked_maps,
)


@pytest.mark.parametrize(
    ("architecture", "side", "any_size"),
    [("test_resnet", 64, True), ("test_efficientnet", 64, True), ("test_vit", 160, False)],
)
def test_networks_give_positions_of_a_whole_picture(workspace, architecture, side, any_size):
    network = PatchNetwork(publish(workspace, "some", architecture=architecture, side=side))
    assert network.any_size == any_size
    found = stacked_maps(network, scene(0), 196)
    assert found.shape == (12, 16, sum(network.widths))
    # A change in one corner of the picture is a change in that corner of the grid.
    changed = scene(0).copy()
    changed[:40, :40] = 255 - changed[:40, :40]
    apart = np.linalg.norm(stacked_maps(network, changed, 196) - found, axis=-1)
    assert apart[:3, :3].mean() > 2 * apart[-4:, -4:].mean()


def test_openvino_gives_the_same_maps(workspace):
    network = PatchNetwork(publish(workspace))
    expected = stacked_maps(network, scene(3), 100)
    assert network.hasten(resized(scene(1), (64, 64)))
    np.testing.assert_allclose(stacked_maps(network, scene(3), 100), expected, atol=2e-3)


def test_directions_survive_eight_bits():
    rng = np.random.default_rng(0)
    samples = rng.normal(size=(500, 20)).astype(np.float32) * np.linspace(9, 1, 20)
    basis = Basis.fitted(samples.astype(np.float32), [12, 8], dimension=6)
    directions = basis.reduced(samples[:30].reshape(5, 6, 20).astype(np.float32))
    np.testing.assert_allclose(np.linalg.norm(directions, axis=-1), 1, atol=1e-5)
    value = quantised(directions)
    assert value.dtype == np.int8
    np.testing.assert_allclose(directions_of(value, 6), directions, atol=0.005)
    few = Basis.fitted(samples[:, :4].astype(np.float32), [4], dimension=6)
    assert few.reduced(samples[:2, :4].astype(np.float32)).shape == (2, 6)


def test_grids_keep_proportions_and_means():
    for height, width in ((300, 300), (90, 700), (5000, 40), (1, 1)):
        rows, columns = grid_of(height, width)
        assert 1 <= rows * columns <= 196
    ramp = np.arange(24, dtype=np.float32).reshape(4, 6, 1)
    assert area_mean(ramp, 2, 3).ravel().tolist() == [3.5, 5.5, 7.5, 15.5, 17.5, 19.5]
    assert area_mean(ramp, 3, 4).mean() == pytest.approx(ramp.mean())
