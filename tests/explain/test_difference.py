"""The difference of two pictures of one work, whatever their place, size and tone."""

import io

import numpy as np
import pytest
from collection_kit import image_bytes, make_collection
from photographed_kit import drawn_work
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from artsim.api import routes
from artsim.core.workspace import Workspace
from artsim.demo.source import encode
from artsim.explain.difference import APART
from artsim.library import Library

AT = "/api/v1/collections/states/artworks/{}/difference"


def later_state(pixels):
    """Another photograph of the work: duller, with a wall around, and a patch was painted over."""
    height, width = pixels.shape[:2]
    made = pixels.astype(np.float64) * 0.8 + 18
    made[height // 2 : height // 2 + 60, width // 2 : width // 2 + 60] -= 60
    wall = ((40, 30), (25, 60), (0, 0))
    return np.pad(np.clip(made, 0, 255).astype(np.uint8), wall, constant_values=240)


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("difference"))
    drawn = drawn_work(2)
    works = [
        {"id": "first", "image": encode(drawn)},
        {"id": "later", "image": encode(later_state(drawn))},
        {"id": "other", "image": encode(drawn_work(5))},
        {"id": "plain", "image": image_bytes("red")},
        {"id": "bare", "has_image": False},
    ]
    make_collection(workspace, "states", works)
    make_collection(workspace, "theirs", [works[1] | {"id": "first"}])  # in another museum
    return TestClient(Starlette(routes=routes(Library(workspace))))


def shares(answer):
    """How much of what is drawn is orange, blue and grey."""
    shown = np.asarray(Image.open(io.BytesIO(answer.content))).astype(int)
    red, _, blue, _ = np.moveaxis(shown, 2, 0)
    there = shown[..., 3] > 0
    warm, cold = red - blue > 60, blue - red > 60
    return [float(part[there].mean()) for part in (warm, cold, ~warm & ~cold)], shown


def test_what_was_painted_over_stands_out_and_the_rest_is_grey(client):
    height, width = drawn_work(2).shape[:2]
    answer = client.get(AT.format("first"), params={"other": "later", "v": "1"})
    assert answer.headers["content-type"] == "image/png"
    assert "immutable" in answer.headers["cache-control"]
    (orange, blue, grey), shown = shares(answer)
    patch = 60 * 60 / (height * width)
    assert orange == pytest.approx(patch, rel=0.35)  # it was lighter before
    assert blue < 0.1 * patch
    assert grey > 0.9
    place = shown[height // 2 + 5 : height // 2 + 55, width // 2 + 5 : width // 2 + 55]
    assert np.median(place[..., 0] - place[..., 2]) > 100

    elsewhere = client.get(AT.format("first"), params={"other": "first", "of": "theirs"})
    assert elsewhere.content == answer.content

    (orange, blue, _), shown = shares(client.get(AT.format("later"), params={"other": "first"}))
    assert blue > 5 * orange
    assert shown[2, 2, 3] == 0  # of the wall the first state shows nothing


@pytest.mark.parametrize(
    ("work", "other", "status", "said"),
    [
        ("first", "other", 409, APART),
        ("first", "plain", 409, APART),
        ("first", "first", 400, "does not differ from itself"),
        ("first", "bare", 400, "has no image"),
        ("none", "first", 404, "none"),
        ("first", "none", 404, "none"),
    ],
)
def test_what_cannot_be_compared_is_told_in_a_sentence(client, work, other, status, said):
    answer = client.get(AT.format(work), params={"other": other})
    assert (answer.status_code, said in answer.json()["error"]) == (status, True)
