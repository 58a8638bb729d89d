"""IIIF over HTTP: documents a viewer reads, and the Image API of their pictures."""

import io
import json
from urllib.parse import urlsplit

import pytest
from collection_kit import image_bytes, make_collection
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from artsim.api import routes
from artsim.collection import lance_io
from artsim.collection.pictures import PICTURE_SCHEMA
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.exchange.iiif import presentation
from artsim.exchange.iiif.addresses import canvas_of
from artsim.library import Library

HOSTILE = "<img src=x onerror=alert(1)>"
WORKS = [
    {
        "id": "1",
        "title": HOSTILE,
        "artist": "Claude Monet",
        "year": 1872,
        "licence": "CC BY-SA 4.0",
        "credit": "Gift of a friend",
        "url": "https://museum.example/1",
    },
    {"id": "a.b-c", "title": "Двое", "url": "javascript:alert(1)", "licence": "Ask us"},
    {"id": "blank", "has_image": False},
    *({"id": f"w{i}", "title": f"Work {i}"} for i in range(4)),
]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace.open(tmp_path_factory.mktemp("home"))
    make_collection(made, "small", WORKS)
    pictures = Collection.open(made, "small").pictures
    verso = dict.fromkeys(PICTURE_SCHEMA.names) | {
        "file": "1 verso.jpg",
        "sequence": 90,
        "work": "1",
        "role": "verso",
        "state": "kept",
        "id": "1-verso",
        "image": image_bytes((9, 9, 9), size=(30, 40)),
        "thumb": image_bytes((9, 9, 9), "WEBP"),
    }
    pictures.put([verso])
    assert lance_io.opened_or_none(pictures.uri) is not None
    return made


@pytest.fixture(scope="module")
def http(workspace):
    with TestClient(
        Starlette(routes=routes(Library(workspace))), base_url="http://127.0.0.1:8501"
    ) as client:
        yield client


def test_a_manifest_tells_of_a_work_and_all_its_pictures(http):
    answer = http.get("/iiif/3/small/1/manifest.json")
    assert answer.headers["content-type"] == presentation.MEDIA_TYPE
    document = answer.json()
    assert document["id"] == "http://127.0.0.1:8501/iiif/3/small/1/manifest.json"
    assert document["label"] == {"none": ["<span>&lt;img src=x onerror=alert(1)&gt;</span>"]}
    assert document["rights"] == "http://creativecommons.org/licenses/by-sa/4.0/"
    assert document["navDate"] == "1872-01-01T00:00:00Z"
    assert document["homepage"][0]["id"] == "https://museum.example/1"
    assert document["requiredStatement"]["value"] == {"none": ["Gift of a friend"]}
    assert {"label": {"en": ["Artist"]}, "value": {"none": ["Claude Monet"]}} in document[
        "metadata"
    ]
    canvases = document["items"]
    assert [c["label"]["none"][0] for c in canvases] == ["Primary", "Verso"]
    assert [(c["width"], c["height"]) for c in canvases] == [(64, 48), (30, 40)]
    for canvas in canvases:
        annotation = canvas["items"][0]["items"][0]
        assert annotation["target"] == canvas["id"]
        body = annotation["body"]
        picture = http.get(urlsplit(body["id"]).path)
        assert Image.open(io.BytesIO(picture.content)).size == (body["width"], body["height"])
        info = http.get(urlsplit(body["service"][0]["id"]).path).json()
        assert (info["id"], info["width"]) == (body["service"][0]["id"], body["width"])
    thumbnail = http.get(urlsplit(document["thumbnail"][0]["id"]).path)
    assert thumbnail.headers["content-type"] == "image/jpeg"


def test_a_shared_tray_is_a_manifest_in_its_order(http, workspace):
    library = Library(workspace)
    library.trays.create("Proposal", "for Ana")
    library.add_to_tray("Proposal", "small", ["w2", "1"])
    library.trays.annotate("Proposal", ("small", "1"), "the first")
    token = library.trays.share("Proposal").token
    document = http.get(f"/iiif/3/tray/{token}/manifest.json").json()
    assert document["id"].endswith(f"/iiif/3/tray/{token}/manifest.json")
    assert document["summary"] == {"none": ["for Ana"]}
    assert len({canvas["id"] for canvas in document["items"]}) == 2
    assert document["items"][0]["label"] == {"none": ["Work 2"]}
    assert document["items"][1]["summary"] == {"none": ["the first"]}
    library.trays.share("Proposal", shared=False)
    assert http.get(f"/iiif/3/tray/{token}/manifest.json").status_code == 404


def test_what_a_search_shows_is_a_manifest_in_its_order(http):
    asked = {"backbone": "tiny", "query": "1", "k": "3"}
    sent = {"id": "1", "backbone": "tiny", "k": 3}
    found = http.post("/api/v1/collections/small/search", json=sent).json()["results"]
    document = http.get("/iiif/3/small/results.json", params=asked).json()
    assert [canvas["label"]["none"][0] for canvas in document["items"]] == [
        hit["title"] for hit in found
    ]
    own = document["id"]
    assert document["items"][0]["id"] == canvas_of(own, "1")
    assert http.get(own.removeprefix("http://127.0.0.1:8501")).json() == document
    words = http.get("/iiif/3/small/results.json", params={"text": "Work"}).json()
    assert len(words["items"]) == 4
    assert http.get("/iiif/3/small/results.json", params={"query": "gone"}).status_code == 404


def test_the_viewer_that_the_operator_names_may_read(http, monkeypatch):
    monkeypatch.setenv("ARTSIM_IIIF_VIEWER", "https://view.museum.example/mirador/?theme=dark")
    headers = {"Origin": "https://view.museum.example"}
    answer = http.get("/iiif/3/small/manifest.json", headers=headers)
    assert answer.headers["access-control-allow-origin"] == "https://view.museum.example"
    other = http.get("/iiif/3/small/manifest.json", headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers


def test_what_is_no_web_address_and_no_known_licence_becomes_no_link(http):
    document = http.get("/iiif/3/small/a.b-c/manifest.json").json()
    assert "homepage" not in document
    assert "rights" not in document
    assert document["label"] == {"none": ["Двое"]}
    assert http.get("/iiif/3/small/blank/manifest.json").json()["items"] == []


def test_a_collection_lists_every_work_and_is_cut_in_parts(http, monkeypatch):
    document = http.get("/iiif/3/small/manifest.json").json()
    assert (document["type"], len(document["items"])) == ("Collection", len(WORKS))
    assert {item["type"] for item in document["items"]} == {"Manifest"}
    monkeypatch.setattr(presentation, "PART", 3)
    parts = http.get("/iiif/3/small/manifest.json").json()["items"]
    assert [part["type"] for part in parts] == ["Collection"] * 3
    listed = [
        item["id"] for part in parts for item in http.get(urlsplit(part["id"]).path).json()["items"]
    ]
    assert listed == [item["id"] for item in document["items"]]
    assert http.get("/iiif/3/small/part-4.json").status_code == 404


@pytest.mark.parametrize(
    ("asked", "size"),
    [
        ("full/max/0/default.jpg", (64, 48)),
        ("square/24,/0/gray.png", (24, 24)),
        ("pct:50,50,50,50/!16,16/90/color.jpg", (12, 16)),
        ("60,40,50,50/max/0/default.jpg", (4, 8)),
        ("full/pct:50/0/default.jpg", (32, 24)),
    ],
)
def test_the_image_api_gives_parts_and_sizes(http, asked, size):
    answer = http.get(f"/iiif/3/small/1/1/{asked}")
    assert answer.status_code == 200
    assert Image.open(io.BytesIO(answer.content)).size == size


@pytest.mark.parametrize(
    "asked",
    [
        "full/65,/0/default.jpg",
        "full/^200,/0/default.jpg",
        "64,0,5,5/max/0/default.jpg",
        "0,0,0,0/max/0/default.jpg",
        "pct:0,0,1e9,1/max/0/default.jpg",
        "full/,/0/default.jpg",
        "full/0,/0/default.jpg",
        "full/99999999999,/0/default.jpg",
        "full/max/45/default.jpg",
        "full/max/0/bitonal.jpg",
        "full/max/0/default.tif",
    ],
)
def test_what_cannot_be_given_is_one_sentence(http, asked):
    answer = http.get(f"/iiif/3/small/1/1/{asked}")
    assert answer.status_code == 400
    assert answer.json()["error"].endswith(".")


@pytest.mark.parametrize(
    "path",
    [
        *("small/nobody/manifest.json", "none/manifest.json", "small/1/other/info.json"),
        *("small/blank/blank/info.json", "small/1"),
    ],
)
def test_what_is_not_there_is_one_sentence(http, path):
    answer = http.get(f"/iiif/3/{path}")
    assert (answer.status_code, list(answer.json())) == (404, ["error"])


def test_other_sites_read_only_where_the_operator_says_so(http, monkeypatch):
    asked = {"headers": {"Origin": "https://viewer.example"}}
    address = "/iiif/3/small/1/manifest.json"
    assert "access-control-allow-origin" not in http.get(address, **asked).headers
    monkeypatch.setenv("ARTSIM_IIIF_ORIGINS", "https://viewer.example")
    allowed = http.get(address, **asked).headers["access-control-allow-origin"]
    assert allowed == "https://viewer.example"
    other = http.get(address, headers={"Origin": "https://other.example"})
    assert "access-control-allow-origin" not in other.headers
    assert other.headers["vary"] == http.get(address).headers["vary"] == "Origin"


def test_addresses_are_those_that_the_operator_names(http, monkeypatch):
    monkeypatch.setenv("ARTSIM_PUBLIC_URL", "https://art.example/search")
    text = json.dumps(http.get("/iiif/3/small/1/manifest.json").json())
    assert "https://art.example/search/iiif/3/small/1/1" in text
    assert "127.0.0.1" not in text
