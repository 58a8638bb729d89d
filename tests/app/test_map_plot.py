"""What goes to the browser and what comes back from it, as plain functions."""

import base64

import numpy as np
import pytest

from artsim.app.maps import plot as map_plot


def unpacked(text, count):
    data = np.frombuffer(base64.b64decode(text), np.uint8)
    return np.flatnonzero(np.unpackbits(data, bitorder="little")[:count]).tolist()


@pytest.mark.parametrize("rows", [[], [0], [7, 8, 9], list(range(0, 1000, 3)), [999]])
def test_rows_travel_as_bits(rows):
    assert unpacked(map_plot.bits(rows, 1000), 1000) == rows


def test_all_rows_are_nothing_to_send_and_100_000_are_small():
    assert map_plot.bits(None, 5) is None
    assert len(map_plot.bits(np.arange(0, 100_000, 2), 100_000)) < 17_000


def test_addresses_are_quoted():
    assert map_plot.address("a b", "x/y") == "/api/v1/collections/a%20b/maps/x%2Fy"


@pytest.mark.parametrize(
    "value", [None, "1,2", [1, 2, 3], [1, 2, 3, "4"], [1, 2, 3, float("nan")], [1, 2, 3, 1e9]]
)
def test_numbers_from_the_browser_are_numbers_or_nothing(value):
    assert map_plot._numbers(value, 4) == []
    assert map_plot._numbers([1, 2.5, -3, 0], 4) == [1, 2.5, -3, 0]
