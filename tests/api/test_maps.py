"""The routes of kept maps, asked over HTTP on real collections."""

import base64
import gzip

import numpy as np
import pytest
from map_plot_kit import STYLES, collection_with_map, keep_map, scattered
from starlette.applications import Starlette
from starlette.testclient import TestClient

from artsim.api import routes
from artsim.core.workspace import Workspace
from artsim.library import Library

COUNT = 120


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    return Workspace.open(tmp_path_factory.mktemp("maps") / "home")


@pytest.fixture(scope="module")
def info(workspace):
    return collection_with_map(workspace, "small", COUNT)


@pytest.fixture(scope="module")
def client(workspace, info):
    return TestClient(Starlette(routes=routes(Library(workspace))))


@pytest.fixture
def base(info):
    return f"/api/v1/collections/small/maps/{info.id}"


def ids_of(workspace):
    return Library(workspace).catalog("small").table.column("id").to_pylist()


def test_maps_are_listed(client, info):
    (found,) = client.get("/api/v1/collections/small/maps").json()
    assert (found["id"], found["works"], found["config"]["backbone"]) == (info.id, COUNT, "tiny")


def test_points_are_the_maps_own_bytes(client, base):
    answer = client.get(f"{base}/points")
    points = np.frombuffer(answer.content, "<f4").reshape(COUNT, 2)
    np.testing.assert_array_equal(points, scattered(COUNT))


def test_colours_are_one_code_a_work(client, base, workspace):
    told = client.get(f"{base}/colours", params={"by": "style"}).json()
    codes = np.frombuffer(base64.b64decode(told["codes"]), np.uint8)
    assert (told["kind"], len(codes), set(told["names"])) == ("category", COUNT, set(STYLES))
    assert told["counts"] == [int((codes == i).sum()) for i in range(len(told["names"]))]
    rows = [int(i) for i in ids_of(workspace)]
    for row in (0, 5, 50, 119):
        number = rows[row]
        wanted = STYLES[number % 7] if number % 11 else None
        assert (told["names"][codes[row]] if codes[row] < 254 else None) == wanted


def test_a_sequence_comes_with_its_values(client, base):
    told = client.get(f"{base}/colours", params={"by": "year"}).json()
    values = np.frombuffer(base64.b64decode(told["values"]), "<f4")
    assert told["kind"] == "sequence"
    assert np.nanmin(values) <= told["low"] < told["high"] <= np.nanmax(values)


def test_works_come_in_the_order_asked_with_their_pictures(client, base, workspace):
    ids = ids_of(workspace)
    works = client.get(f"{base}/works", params={"rows": "7,0,119"}).json()
    assert [work["row"] for work in works] == [7, 0, 119]
    assert [work["id"] for work in works] == [ids[row] for row in (7, 0, 119)]
    picture = client.get(works[0]["thumb"])
    assert (picture.status_code, picture.headers["content-type"]) == (200, "image/webp")
    assert client.get(f"{base}/works").json() == []


def test_order_years_and_grid_have_one_entry_a_work(client, base, workspace):
    order = np.frombuffer(client.get(f"{base}/order").content, "<u4")
    assert sorted(order) == list(range(COUNT))
    years = np.frombuffer(client.get(f"{base}/years").content, "<i2")
    numbers = [int(i) for i in ids_of(workspace)]
    assert years.tolist() == [-32768 if n % 13 == 0 else 1500 + n * 7 % 400 for n in numbers]
    grid = np.frombuffer(client.get(f"{base}/grid").content, "<i4").reshape(COUNT, 2)
    assert len({tuple(cell) for cell in grid}) == COUNT


def test_another_map_is_laid_over_in_the_rows_of_the_first(client, base, workspace, info):
    library = Library(workspace)
    turned = scattered(COUNT) @ np.array([[0, 1], [-1, 0]], np.float32) * 2 + 5
    keep_map(library, "small", turned.astype("f4"), seed=1)
    others = [m["id"] for m in client.get("/api/v1/collections/small/maps").json()]
    second = next(other for other in others if other != info.id)
    url = f"/api/v1/collections/small/maps/{second}/points?onto={info.id}"
    points = np.frombuffer(client.get(url).content, "<f4").reshape(COUNT, 2)
    np.testing.assert_allclose(points, scattered(COUNT), atol=0.05)


def test_a_map_in_space_is_laid_over_another_one(client, workspace):
    points = scattered(COUNT, 3)
    keep_map(Library(workspace), "small", points, seed=2)
    first, second = keep_map(Library(workspace), "small", -2 * points, seed=3), "tiny-3-2"
    url = f"/api/v1/collections/small/maps/{second}/points?onto={first.id}"
    found = np.frombuffer(client.get(url).content, "<f4").reshape(COUNT, 3)
    np.testing.assert_allclose(found, -2 * points, atol=0.05)


@pytest.mark.parametrize("ending", ["webp", "png", "pdf"])
def test_the_mosaic_is_one_picture(client, base, ending):
    answer = client.get(f"{base}/mosaic.{ending}?side=8")
    begins = {"webp": b"RIFF", "png": b"\x89PNG", "pdf": b"%PDF"}[ending]
    assert answer.status_code == 200
    assert answer.content.startswith(begins)


def test_a_versioned_address_is_kept_and_a_known_tag_answers_304(client, base):
    answer = client.get(f"{base}/points?v=1")
    assert "immutable" in answer.headers["cache-control"]
    assert "immutable" not in client.get(f"{base}/points").headers["cache-control"]
    again = client.get(f"{base}/points", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    ("path", "status", "sentence"),
    [
        ("works?rows=x", 400, "must be a whole number"),
        ("works?rows=-1", 400, "of at least 0"),
        (f"works?rows={COUNT}", 400, "This map has 120 works"),
        ("works?rows=" + ",".join(["0"] * 501), 400, "at most 500 rows"),
        ("colours?by=nonsense", 400, "nonsense"),
        ("mosaic.exe", 404, "webp, png, pdf"),
        ("mosaic.png?side=0", 400, "pixels wide"),
        ("mosaic.png?side=9999999", 400, "pixels wide"),
        ("points?onto=none", 404, "There is no map"),
    ],
)
def test_bad_input_is_one_sentence(client, base, path, status, sentence):
    answer = client.get(f"{base}/{path}")
    assert answer.status_code == status
    assert sentence in answer.json()["error"]


def test_unknown_maps_and_collections_are_not_found(client):
    for path in ("small/maps/none/points", "small/maps/..%2F..%2Fx/points", "none/maps"):
        answer = client.get(f"/api/v1/collections/{path}")
        assert 400 <= answer.status_code < 500
        assert "error" in answer.json()


def test_plotly_is_served_by_this_server_compressed(client):
    plain = client.get("/plotly.min.js", headers={"Accept-Encoding": "identity"})
    assert plain.headers["content-type"].startswith("text/javascript")
    assert b"plotly.js" in plain.content[:200]
    with client.stream("GET", "/plotly.min.js?v=1", headers={"Accept-Encoding": "gzip"}) as packed:
        raw = b"".join(packed.iter_raw())
        assert packed.headers["content-encoding"] == "gzip"
        assert "immutable" in packed.headers["cache-control"]
    assert len(raw) < len(plain.content) / 2
    assert gzip.decompress(raw) == plain.content
