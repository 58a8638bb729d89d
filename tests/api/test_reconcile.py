"""The Reconciliation API as OpenRefine speaks it: a client of the protocol over HTTP."""

import base64
import json

import numpy as np
import pytest
from collection_kit import embed_with, image_bytes, make_collection
from starlette.applications import Starlette
from starlette.testclient import TestClient

import artsim
from artsim.api import routes
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.library import Library

WORKS = [
    {"id": "1", "title": "Saint Jerome in the Desert", "artist": "Caravaggio", "year": 1605},
    {"id": "2", "title": "Saint Jerome in his Study", "artist": "Albrecht Dürer", "year": 1514},
    {"id": "3", "title": "Haystacks", "artist": "Claude Monet", "accession": "1970.17.42"},
    {"id": "4", "title": "Haystacks", "artist": "Léon Lhermitte"},
    {"id": "5", "title": "<script>alert(1)</script>", "artist": "Unknown"},
]


def mean_colour(images):
    return np.array([np.asarray(image).mean(axis=(0, 1)) - 128 for image in images])


@pytest.fixture(scope="module")
def http(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("home"))
    make_collection(workspace, "small", WORKS)
    backbone = artsim.backbone("mean", embed=mean_colour, dimension=3, digest="mean 1")
    collection = Collection.open(workspace, "small")
    library = Library(workspace)
    colours = {
        work["id"]: np.array([i * 37 % 256, i * 91 % 256, 120.0]) - 128
        for i, work in enumerate(WORKS)
    }
    embed_with(collection, "mean", library.resolve("mean").digest, colours)
    app = Starlette(routes=routes(Library(workspace)))
    with TestClient(app, base_url="http://127.0.0.1:8501") as client:
        yield client
    assert backbone is not None


def asked(http, **queries):
    answer = http.post("/reconcile/small", data={"queries": json.dumps(queries)})
    assert answer.status_code == 200, answer.text
    return {key: value["result"] for key, value in answer.json().items()}


def test_the_manifest_names_what_a_client_needs(http):
    manifest = http.get("/reconcile/small").json()
    assert manifest["versions"] == ["0.2"]
    assert {"name", "identifierSpace", "schemaSpace", "view", "suggest", "extend"} <= set(manifest)
    assert "{{id}}" in manifest["view"]["url"]
    for what in ("entity", "property", "type"):
        found = manifest["suggest"][what]
        url = found["service_url"] + found["service_path"]
        assert http.get(url, params={"prefix": "art"}).json().keys() == {"result"}


def test_cells_are_matched_by_name_and_told_apart_by_properties(http):
    by_artist = {"pid": "artist", "v": "Dürer, Albrecht"}
    found = asked(
        http,
        q0={"query": "haystacks"},
        q1={"query": "Haystacks", "properties": [{"pid": "artist", "v": "monet claude"}]},
        q2={"query": "st jerome study", "limit": 1, "properties": [by_artist]},
        q3={"query": "1970.17.42"},
        q4={"query": "zzzz qqqq"},
        q5={"query": "Monnet", "type": "artist"},
    )
    assert {c["id"] for c in found["q0"][:2]} == {"3", "4"}
    assert not any(c["match"] for c in found["q0"])
    assert (found["q1"][0]["id"], found["q1"][0]["match"]) == ("3", True)
    assert [c["id"] for c in found["q2"]] == ["2"]
    assert found["q3"][0]["id"] == "3"
    assert found["q4"] == []
    assert found["q5"][0]["id"] == "Claude Monet"
    for results in found.values():
        scores = [c["score"] for c in results]
        assert scores == sorted(scores, reverse=True)
        assert all(0 <= score <= 100 for score in scores)


def test_a_get_is_answered_as_a_post_is(http):
    queries = json.dumps({"q0": {"query": "haystacks"}})
    posted = http.post("/reconcile/small", data={"queries": queries}).json()
    assert http.get("/reconcile/small", params={"queries": queries}).json() == posted


def test_a_picture_is_matched_by_what_it_shows(http):
    data = base64.b64encode(image_bytes((37, 91, 120))).decode()
    for query in (
        {"query": "", "properties": [{"pid": "image", "v": f"data:image/jpeg;base64,{data}"}]},
        {"query": f"data:image/jpeg;base64,{data}"},
        {"query": "", "properties": [{"pid": "image", "v": "/media/small/2/thumb.webp"}]},
    ):
        (found,) = asked(http, q0=query | {"limit": 1})["q0"]
        assert found["id"] == "2"
        assert found["score"] > 99


@pytest.mark.parametrize(
    "query",
    [
        {"query": "", "properties": [{"pid": "image", "v": "http://169.254.169.254/latest"}]},
        {"query": "", "properties": [{"pid": "image", "v": "data:image/png;base64,@@@"}]},
        {"query": "", "properties": [{"pid": "image", "v": "data:image/png;base64,aGFsbG8="}]},
        {"query": ""},
        {"query": "x", "type": "planet"},
        {"query": "x", "limit": -1},
        {"query": "x", "properties": ["artist"]},
        ["x"],
    ],
)
def test_a_cell_that_cannot_be_asked_spoils_no_other(http, query):
    answer = http.post(
        "/reconcile/small",
        data={"queries": json.dumps({"q0": query, "q1": {"query": "haystacks"}})},
    ).json()
    assert answer["q0"]["result"] == []
    assert answer["q0"]["error"].endswith(".")
    assert answer["q1"]["result"]


@pytest.mark.parametrize("fields", [{"queries": "{"}, {"queries": "[]"}, {"extend": "{}"}])
def test_a_request_that_is_none_is_one_sentence(http, fields):
    answer = http.post("/reconcile/small", data=fields)
    assert (answer.status_code, list(answer.json())) == (400, ["error"])
    assert http.get("/reconcile/none").status_code == 404


def test_rows_are_extended_and_titles_stay_text(http):
    extend = {"ids": ["1", "gone"], "properties": [{"id": "artist"}, {"id": "year"}]}
    answer = http.post("/reconcile/small", data={"extend": json.dumps(extend)}).json()
    assert answer["rows"]["1"] == {"artist": [{"str": "Caravaggio"}], "year": [{"int": 1605}]}
    assert answer["rows"]["gone"] == {"artist": [], "year": []}
    page = http.get("/reconcile/small/preview", params={"id": "5"})
    assert "<script>" not in page.text
    assert "&lt;script&gt;" in page.text
    assert http.get("/reconcile/small/preview", params={"id": "gone"}).status_code == 404


@pytest.mark.parametrize("path", ["", "/suggest/type?prefix=a", "/properties", "/preview?id=1"])
def test_the_page_of_openrefine_may_read_and_frame_it_and_no_other_one(http, monkeypatch, path):
    def seen(origin):
        headers = http.get(f"/reconcile/small{path}", headers={"Origin": origin}).headers
        framed = headers.get("content-security-policy", "").rpartition("frame-ancestors")[2].split()
        assert ("preview" in path) == bool(framed)
        return headers.get("access-control-allow-origin"), origin in framed or not framed

    local, other = "http://127.0.0.1:3333", "https://refine.museum.example"
    assert seen(local) == (local, True)
    assert seen(other)[0] is None
    monkeypatch.setenv("ARTSIM_RECONCILE_ORIGINS", other)
    assert seen(other) == (other, True)
    assert seen(local)[0] is None
