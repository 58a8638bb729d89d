"""Photographs of works: which one they show, where, or that they show none of them."""

import io
import json

import numpy as np
import pytest
from collection_kit import add_works, make_collection
from photographed_kit import ABSENT, DETAIL, WORKS, drawn_work, make_photographed, photographed
from PIL import Image, ImageOps
from starlette.applications import Starlette
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.testclient import TestClient

import artsim
from artsim.api import routes
from artsim.api.errors import HANDLERS
from artsim.cli.run import run
from artsim.collection.store import Collection
from artsim.core.errors import Conflict, InvalidInput, NotFound, UnsupportedImage
from artsim.core.workspace import Workspace
from artsim.demo.source import work
from artsim.explain.alignment import align
from artsim.explain.confidence import LEAST_AGREEMENT, LEAST_INLIERS, is_match
from artsim.explain.identify import (
    PHOTO_CELLS,
    PHOTO_POINTS,
    PHOTO_SIDE,
    WORK_POINTS,
    WORK_SIDE,
    Identification,
)
from artsim.explain.keypoints import keypoints
from artsim.explain.outline import outlined
from artsim.images.canonical import decode_canonical
from artsim.images.query_pictures import query_picture
from artsim.library import Library

KEYS = {"found", "id", "title", "artist", "confidence", "inliers", "outline", "candidates"}


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace.open(tmp_path_factory.mktemp("home"))
    make_photographed(workspace)
    return workspace


@pytest.fixture(scope="module")
def library(drawn: Workspace) -> Library:
    return Library(drawn)


def asked(library: Library, jpeg: bytes, name: str = "drawn") -> Identification:
    return library.identify(name, query_picture(jpeg, "photo.jpg"))


def picture(pixels, form="PNG") -> bytes:
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, form)
    return out.getvalue()


@pytest.mark.parametrize(
    ("index", "seed"), [(WORKS[0], 0), (WORKS[1], 1), (WORKS[2], 0), (WORKS[2], 3)]
)
def test_a_photograph_of_a_work_is_found_and_outlined(library, index, seed):
    photo = photographed(index, seed)
    found = asked(library, photo.jpeg)
    assert (found.found, found.id) == (True, f"demo-{index + 1:04d}"), photo.conditions
    assert found.title == work(index, draw=False)[0].title
    np.testing.assert_allclose(found.outline, photo.outline, atol=0.02)
    assert found.candidates[0].id == found.id
    assert found.candidates[0].inliers == found.inliers


def test_the_work_itself_fills_its_own_picture(library):
    found = asked(library, picture(drawn_work(WORKS[0])))
    np.testing.assert_allclose(found.outline, [[0, 0], [1, 0], [1, 1], [0, 1]], atol=0.01)


@pytest.mark.parametrize("index", ABSENT)
def test_a_work_that_is_not_there_is_not_found(library, index):
    found = asked(library, photographed(index).jpeg)
    assert not found.found
    assert (found.id, found.title, found.artist, found.outline, found.confidence) == (None,) * 5
    assert found.candidates
    assert "not in this collection" in found.in_words


def test_a_saint_of_the_same_pattern_is_another_work():
    """Two generated saints agree as a whole and in sixty points; their places do not."""
    saint = keypoints(drawn_work(76), WORK_SIDE, WORK_POINTS)
    verdicts = []
    for shown in (76, 400):
        pixels = decode_canonical(query_picture(photographed(shown).jpeg).jpeg)
        found = align(keypoints(pixels, PHOTO_SIDE, PHOTO_POINTS, PHOTO_CELLS), saint)
        assert found is not None
        assert found.inliers >= LEAST_INLIERS
        assert found.agreement >= LEAST_AGREEMENT
        verdicts.append(is_match(found))
    assert verdicts == [True, False]


def test_a_further_picture_counts_for_its_work(library):
    found = asked(library, photographed(DETAIL).jpeg)
    assert (found.id, found.image) == ("demo-0003", "detail.jpg")


def test_a_mirrored_picture_is_another_one():
    pixels = drawn_work(WORKS[1])
    mirrored = np.asarray(ImageOps.mirror(Image.fromarray(pixels)))
    one, two = (keypoints(p, 400, 500) for p in (pixels, mirrored))
    again = align(one, one)
    assert again is not None
    assert is_match(again)
    other = align(one, two)
    assert other is None or not is_match(other)


BLANK = picture(np.full((400, 600, 3), 200, np.uint8))
TINY = picture(np.arange(3600, dtype=np.uint8).reshape(40, 30, 3))
SLIVER = picture(np.tile(np.arange(200, dtype=np.uint8)[:, None, None], (5, 1, 3)))
CUT = photographed(WORKS[0]).jpeg[:4000]


@pytest.mark.parametrize(
    ("data", "error", "said"),
    [
        (BLANK, InvalidInput, "nothing to recognise in this photograph"),
        (TINY, InvalidInput, "30 x 40 pixels"),
        (SLIVER, InvalidInput, "nothing to recognise in this photograph"),
        (b"GIF89a\0\0", UnsupportedImage, ""),
        (b"<svg onload=alert(1)>", UnsupportedImage, ""),
        (b"", UnsupportedImage, ""),
        (CUT, UnsupportedImage, "incomplete"),
    ],
    ids=["blank", "tiny", "sliver", "cut gif", "svg", "empty", "cut jpeg"],
)
def test_a_picture_that_cannot_be_asked_with_is_one_sentence(library, data, error, said):
    with pytest.raises(error) as raised:
        asked(library, data)
    assert said in str(raised.value)
    assert str(raised.value).count("\n") == 0


def test_a_collection_that_cannot_be_asked_says_why(workspace):
    library, photo = Library(workspace), photographed(WORKS[0]).jpeg
    Collection.create(workspace, "empty", "folder")
    make_collection(workspace, "elsewhere", [{"id": "1"}])
    bare = Collection.create(workspace, "bare", "folder")
    add_works(bare, [{"id": "1"}])
    with pytest.raises(Conflict, match="no pictures to recognise yet"):
        asked(library, photo, "empty")
    with pytest.raises(Conflict, match="not embedded with a backbone that is here"):
        asked(library, photo, bare.name)
    with pytest.raises(Conflict, match="not embedded with a backbone that is here"):
        asked(library, photo, "elsewhere")
    with pytest.raises(NotFound, match="nowhere"):
        asked(library, photo, "nowhere")
    with pytest.raises(NotFound, match="There is no backbone 'tiny'"):
        library.identify("empty", query_picture(photo), "tiny")


def test_the_outline_is_drawn(library):
    photo = query_picture(photographed(WORKS[0]).jpeg)
    found = library.identify("drawn", photo)
    with Image.open(io.BytesIO(outlined(photo, found.outline))) as image:
        drawn = np.asarray(image.convert("RGB")).astype(int)
    with Image.open(io.BytesIO(outlined(photo, None))) as image:
        plain = np.asarray(image.convert("RGB")).astype(int)
    corners = np.array(found.outline)
    middles = (corners + np.roll(corners, -1, axis=0)) / 2
    seen = middles[((middles > 0.02) & (middles < 0.98)).all(axis=1)] * drawn.shape[1::-1]
    changed = np.abs(drawn - plain).sum(axis=2) > 60
    assert len(seen)
    for x, y in seen.round().astype(int):
        assert changed[y - 3 : y + 4, x - 3 : x + 4].any()
    assert changed.mean() < 0.1


def test_command_route_and_python_tell_the_same(drawn, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("ARTSIM_HOME", str(drawn.root))
    file = tmp_path / "photo.jpg"
    file.write_bytes(photographed(WORKS[1]).jpeg)
    assert run(["identify", "drawn", "--image", str(file), "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told.keys() >= KEYS
    assert run(["identify", "drawn", "--image", str(file), "--backbone", "tiny"]) == 0
    assert "demo-0006" in capsys.readouterr().out

    app = ExceptionMiddleware(Starlette(routes=routes(Library(drawn))), handlers=HANDLERS)
    http = TestClient(app)
    address = "/api/v1/collections/drawn/identify"
    sent = http.post(address, files={"image": ("p.jpg", file.read_bytes(), "image/jpeg")})
    assert sent.status_code == 200, sent.text
    assert sent.json() | {"took_ms": 0} == told | {"took_ms": 0}
    for files, data, status in (
        ({"image": ("p.jpg", b"nothing", "image/jpeg")}, {}, 415),
        ({"picture": ("p.jpg", file.read_bytes(), "image/jpeg")}, {}, 400),
        ({"image": ("p.png", BLANK, "image/png")}, {}, 400),
        ({"image": ("p.jpg", file.read_bytes(), "image/jpeg")}, {"backbone": "none"}, 404),
        ({"image": ("p.jpg", file.read_bytes(), "image/jpeg")}, {"metric": "cosine"}, 400),
    ):
        answer = http.post(address, files=files, data=data)
        assert answer.status_code == status, answer.text
        assert answer.json()["error"].endswith(".")

    found = artsim.open()["drawn"].identify(file)
    assert found.to_json() | {"took_ms": 0} == told | {"took_ms": 0}
    with pytest.raises(artsim.InvalidInput, match="cannot be read"):
        artsim.open()["drawn"].identify(str(tmp_path / "none.jpg"))
    with pytest.raises(artsim.InvalidInput, match="cannot be recognised in int"):
        artsim.open()["drawn"].identify(3)
