"""The HTTP routes, asked over loopback as part of a Streamlit app, on a real collection."""

import asyncio
import io
import json
import socket
import threading

import httpx
import pytest
import uvicorn
from collection_kit import image_bytes, make_collection
from hostile_kit import many_scans
from starlette.applications import Starlette
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from artsim.api import routes
from artsim.api.errors import HANDLERS
from artsim.api.later import Later
from artsim.collection.store import Collection
from artsim.core.errors import Unavailable
from artsim.core.limits import UPLOAD_LIMITS
from artsim.core.workspace import Workspace
from artsim.library import Library

WORKS = [
    {"id": "1", "title": "<b>One</b> 🎨", "artist": "Monet", "year": 1800},
    {"id": "2", "title": "Two", "artist": "Monet", "duplicate_group": "g-2"},
    {"id": "3", "title": "Three", "artist": "Manet", "duplicate_group": "g-2", "quality": None},
    {"id": "a.b-c", "title": "Four", "artist": "Manet", "quality": float("nan")},
    {"id": "blank", "title": "No picture", "has_image": False},
]
SEARCH = "/api/v1/collections/small/search"


def serve(app):
    """Run an ASGI app on a free loopback port in a thread; gives its address, then stops it."""
    server = uvicorn.Server(uvicorn.Config(app, "127.0.0.1", 0, log_level="warning"))
    started = threading.Event()

    async def run():
        config = server.config
        config.load()
        server.lifespan = config.lifespan_class(config)
        await server.startup()
        started.set()
        await server.main_loop()
        await server.shutdown()

    thread = threading.Thread(target=lambda: asyncio.run(run()), daemon=True)
    thread.start()
    assert started.wait(120)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(10)


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace.open(tmp_path_factory.mktemp("home"))
    make_collection(made, "small", WORKS)
    return made


@pytest.fixture(scope="module")
def address(workspace):
    yield from serve(Starlette(routes=routes(Library(workspace))))


@pytest.fixture(scope="module")
def http(address):
    with httpx.Client(base_url=address, trust_env=False, timeout=60) as client:
        yield client


def test_health_and_lists(http):
    assert http.get("/api/v1/health").json()["status"] == "ok"
    (small,) = http.get("/api/v1/collections").json()
    assert (small["name"], small["artworks"], small["with_image"]) == ("small", 5, 4)
    assert small["embeddings"][0]["backbone"] == "tiny"
    names = {"name", "family", "origin", "offline", "dimension", "input_size", "licence", "digest"}
    names |= {"words"}
    backbones = http.get("/api/v1/backbones").json()
    assert backbones
    assert all(set(b) == names for b in backbones)


def test_artworks_are_paged_and_filtered(http):
    url = "/api/v1/collections/small/artworks"
    page = http.get(url, params={"offset": 1, "limit": 2}).json()
    assert (page["total"], [a["id"] for a in page["artworks"]]) == (5, ["2", "3"])
    assert page["artworks"][1]["quality"] is None
    assert http.get(url).json()["artworks"][3]["quality"] is None
    found = http.get(url, params={"where": "artist = 'Manet'"}).json()
    assert [a["id"] for a in found["artworks"]] == ["3", "a.b-c"]


def test_search_by_id_over_json_and_forms(http):
    question = {"id": "2", "backbone": "tiny", "k": 2, "metric": "euclidean"}
    answer = http.post(SEARCH, json=question)
    assert answer.status_code == 200
    document = answer.json()
    assert list(document) == (
        ["collection", "backbone", "digest", "metric", "index", "k", "took_ms", "query", "results"]
    )
    assert {r["id"] for r in document["results"]} == {"1", "a.b-c"}
    for form in ({"data": question}, {"files": {k: (None, str(v)) for k, v in question.items()}}):
        assert http.post(SEARCH, **form).json()["results"] == document["results"]
    only = http.post(SEARCH, json={**question, "where": "title = 'Four'", "id": 1}).json()
    assert [r["id"] for r in only["results"]] == ["a.b-c"]


def test_pictures_are_cached_by_tag(http):
    for size in ("thumb", "preview"):
        url = f"/media/small/a.b-c/{size}.webp"
        got = http.get(url)
        assert got.headers["content-type"] == "image/webp"
        assert got.headers["x-content-type-options"] == "nosniff"
        assert "immutable" not in got.headers["cache-control"]
        assert "immutable" in http.get(url + "?v=3").headers["cache-control"]
        tag = got.headers["etag"]
        for sent in (tag, f'"x", W/{tag}', "*"):
            again = http.get(url, headers={"If-None-Match": sent})
            assert (again.status_code, again.content) == (304, b"")
            assert again.headers["etag"] == tag
        assert http.get(url, headers={"If-None-Match": '"x"'}).status_code == 200
        head = http.head(url)
        assert (head.status_code, head.content) == (200, b"")
        assert head.headers["content-length"] == str(len(got.content))


def error_of(response, status):
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/json"
    (sentence,) = response.json().values()
    assert list(response.json()) == ["error"]
    assert "\n" not in sentence
    assert len(sentence) < 700
    return sentence


@pytest.mark.parametrize(
    ("path", "status", "message"),
    [
        ("/api/v1/nothing", 404, "nothing at"),
        ("/api/v1/health/", 404, "nothing at"),
        ("/api/%0A", 404, "nothing at"),
        ("/media/small/1/thumb", 404, "nothing at"),
        ("/api/v1/collections/none/artworks", 404, "no collection 'none'"),
        ("/api/v1/collections/Bad%20Name/artworks", 400, "cannot name a collection"),
        ("/api/v1/collections/%2e%2e/artworks", 400, "cannot name a collection"),
        ("/api/v1/collections/small/artworks?limit=501", 400, "between 1 and 500"),
        ("/api/v1/collections/small/artworks?limit=0", 400, "limit"),
        ("/api/v1/collections/small/artworks?limit=ten", 400, "whole number"),
        ("/api/v1/collections/small/artworks?offset=-1", 400, "offset"),
        ("/api/v1/collections/small/artworks?offset=" + "9" * 5000, 400, "whole number"),
        ("/api/v1/collections/small/artworks?where=colour%3D1", 400, "columns are"),
        ("/api/v1/collections/small/artworks?where=id%3D%3D%3D", 400, "cannot be used"),
        ("/api/v1/collections/small/artworks?where=" + "x" * 5000, 400, "longer than"),
        ("/media/small/nope/thumb.webp", 404, "no artwork"),
        ("/media/small/blank/thumb.webp", 404, "has no image"),
        ("/media/none/1/thumb.webp", 404, "no collection"),
        ("/media/small/1/huge.webp", 404, "thumb or preview"),
        ("/media/small/1/thumb.jpg", 404, "thumb.webp"),
        ("/media/small/..%5c..%5cetc/thumb.webp", 400, "artwork id"),
        ("/media/%2e%2e/1/thumb.webp", 400, "cannot name"),
        ("/media/small/'%20OR%201=1/thumb.webp", 400, "artwork id"),
    ],
)
def test_what_is_not_there_gets_one_sentence(http, path, status, message):
    assert message in error_of(http.get(path), status)


@pytest.mark.parametrize(
    ("sent", "status", "message"),
    [
        ({"json": {}}, 400, "backbone"),
        ({"json": {"backbone": "tiny"}}, 400, "either an artwork's id or an image"),
        ({"json": {"id": "1"}}, 400, "Name the backbone"),
        ({"json": {"id": "404", "backbone": "tiny"}}, 404, "no artwork '404'"),
        ({"json": {"id": "blank", "backbone": "tiny"}}, 400, "has no image"),
        ({"json": {"id": "1", "backbone": "tiny", "k": 0}}, 400, "between 1 and 10,000"),
        ({"json": {"id": "1", "backbone": "tiny", "k": 10**400}}, 400, "whole number"),
        ({"json": {"id": "1", "backbone": "tiny", "k": 1.5}}, 400, "whole number"),
        ({"json": {"id": "1", "backbone": "tiny", "k": True}}, 400, "whole number"),
        ({"json": {"id": "1", "backbone": "tiny", "k": "many"}}, 400, "whole number"),
        ({"json": {"id": ["1"], "backbone": "tiny"}}, 400, "must be text"),
        ({"json": {"id": "1", "backbone": "tiny", "metric": "dot"}}, 400, "cosine or euclidean"),
        ({"json": {"id": "1", "backbone": "tiny", "index": "approximate"}}, 409, "artsim index"),
        ({"json": {"id": "1", "backbone": "tiny", "where": "x ="}}, 400, "cannot be used"),
        ({"json": {"id": "1", "backbone": "tiny", "colour": "red"}}, 400, "no field 'colour'"),
        ({"json": {"like": ["1"], "unlike": ["1"], "backbone": "tiny"}}, 400, "both as like"),
        ({"json": {"like": [["1"]], "backbone": "tiny"}}, 400, "must be text"),
        ({"json": {"like": ["1"], "parts": {"style": 1}, "backbone": "tiny"}}, 400, "no parts"),
        ({"json": {"like": ["1"], "parts": [7], "backbone": "tiny"}}, 400, "parts"),
        ({"json": {"like": ["1"], "apart": "medium", "backbone": "tiny"}}, 400, "'medium'"),
        ({"json": {"like": ["1"], "surprise": "much", "backbone": "tiny"}}, 400, "Surprise is a"),
        ({"json": ["1"]}, 400, "JSON object"),
        ({"content": b"{", "headers": {"content-type": "application/json"}}, 400, "valid JSON"),
        ({"content": b"\xff", "headers": {"content-type": "application/json"}}, 400, "valid JSON"),
        (
            {"content": b"[" * 60_000, "headers": {"content-type": "application/json"}},
            400,
            "valid JSON",
        ),
        ({"json": {"id": "x" * 70_000}}, 413, "over the limit"),
        ({"content": b"x", "headers": {"content-type": "text/plain"}}, 400, "Send a form"),
        ({"content": b""}, 400, "Send a form"),
        (
            {"content": b"x", "headers": {"content-type": "multipart/form-data"}},
            400,
            "form cannot be read",
        ),
        ({"files": {"picture": b"x"}, "data": {"backbone": "tiny"}}, 400, "as field image"),
        ({"data": {"image": "x", "backbone": "tiny"}}, 400, "must be a file"),
        (
            {"files": {"image": image_bytes("red")}, "data": {"id": "1", "backbone": "tiny"}},
            400,
            "either an artwork's id or an image",
        ),
    ],
)
def test_bad_questions_get_one_sentence(http, sent, status, message):
    assert message in error_of(http.post(SEARCH, **sent), status)


def test_marks_and_dials_are_the_same_in_json_and_in_a_form(http):
    asked = {"like": ["1"], "unlike": ["2"], "backbone": "tiny", "distinct": "artist"}
    asked |= {"surprise": 0.25, "apart": ["century"]}
    sent, form = http.post(SEARCH, json=asked).json(), http.post(SEARCH, data=asked).json()
    del asked["backbone"]
    assert sent["query"] == {"parts": {}, "rerank": False, **asked}
    assert form["results"] == sent["results"]
    assert [hit["id"] for hit in sent["results"]] == ["a.b-c"]


@pytest.mark.parametrize("announced", [True, False])
def test_an_upload_over_the_limit_is_cut_off(http, announced):
    large = b"x" * (UPLOAD_LIMITS.max_bytes + (1 << 20))
    if announced:
        answer = http.post(SEARCH, files={"image": large}, data={"backbone": "tiny"})
    else:
        head = b'--b\r\nContent-Disposition: form-data; name="image"; filename="a.jpg"\r\n\r\n'
        parts = (head, *(large[i : i + 65536] for i in range(0, len(large), 65536)))
        kind = {"content-type": "multipart/form-data; boundary=b"}
        answer = http.post(SEARCH, content=iter(parts), headers=kind)
    assert "over the limit" in error_of(answer, 413)


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "POST"])
def test_other_methods_are_told_what_to_use(http, method):
    answer = http.request(method, "/api/v1/health")
    assert "GET" in error_of(answer, 405)
    assert answer.headers["allow"] == "GET, HEAD"
    assert "POST" in error_of(http.get(SEARCH), 405)


@pytest.fixture(scope="module")
def demo(demo_workspace):
    for url in serve(Starlette(routes=routes(Library(demo_workspace)))):
        with httpx.Client(base_url=url, trust_env=False, timeout=120) as client:
            yield client


def ask_with(client, data, name="photo.jpg", **fields):
    files = {"image": (name, data)} if data is not None else None
    form = {"backbone": "efficientnet_lite0", **fields}
    return client.post("/api/v1/collections/demo/search", files=files, data=form)


def test_many_slow_uploads_keep_nobody_else_waiting(demo):
    """Two are decoded at a time; the last ones are sent away, not kept."""
    damaged = many_scans((2_400, 1_800), 85)
    said = []
    bring = [
        threading.Thread(target=lambda: said.append(ask_with(demo, damaged).status_code))
        for _ in range(50)
    ]
    for thread in bring:
        thread.start()
    assert demo.get("/api/v1/collections/demo/artworks", params={"limit": 1}).status_code == 200
    assert sum(status != 503 for status in said) < 12
    for thread in bring:
        thread.join()
    assert set(said) == {415, 503}
    assert said.count(415) >= 8  # the others had no turn in time


def test_an_upload_finds_its_own_work(demo, demo_workspace):
    stored = Collection.open(demo_workspace, "demo")
    first = stored.metadata(["id"]).column("id")[0].as_py()
    document = ask_with(demo, stored.image(first), k=3, metric="cosine").json()
    assert document["results"][0]["id"] == first
    assert document["results"][0]["score"] > 0.99
    scores = [r["score"] for r in document["results"]]
    assert scores == sorted(scores, reverse=True)
    assert len(scores) == 3


@pytest.mark.parametrize(
    ("data", "name", "status"),
    [
        (b"", "empty.jpg", 415),
        (b"<html>no picture</html>", "page.jpg", 415),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "drawing.svg", 415),
        (image_bytes("red", size=(300, 300))[:700], "cut.jpg", 415),
    ],
)
def test_uploads_that_are_no_picture_get_one_sentence(demo, data, name, status):
    error_of(ask_with(demo, data, name), status)


def test_backbones_that_cannot_answer_name_the_remedy(demo):
    picture = image_bytes("red", size=(300, 300))
    sentence = error_of(ask_with(demo, picture, backbone="no_such_backbone"), 404)
    assert "no_such_backbone" in sentence
    sentence = error_of(ask_with(demo, picture, backbone="resnet18"), 409)
    assert "artsim embed demo --backbone resnet18" in sentence


def test_a_search_fetches_no_weights(demo, monkeypatch):
    """Anybody may name a backbone: nothing is asked of the outside for it."""
    asked = []
    connect = socket.socket.connect

    def watched(self, place):
        if place[0] != "127.0.0.1":
            asked.append(place)
        return connect(self, place)

    monkeypatch.setattr(socket.socket, "connect", watched)
    picture = image_bytes("red", size=(300, 300))
    for name in ("vit_small_patch16_224.augreg_in21k", "resnet50"):
        error_of(ask_with(demo, picture, backbone=name), 409)
        missing = demo.post(
            "/api/v1/collections/nowhere/search",
            files={"image": ("a.jpg", picture)},
            data={"backbone": name},
        )
        assert "'nowhere'" in error_of(missing, 404)
    assert asked == []


def test_nothing_is_shared_with_other_origins(http):
    answer = http.get("/api/v1/health", headers={"Origin": "http://example.org"})
    assert "access-control-allow-origin" not in answer.headers
    assert answer.headers["cache-control"] == "no-store"


def test_what_nobody_foresaw_is_logged_and_kept_from_the_client(workspace, caplog):
    class Failing(Library):
        def browse(self, *args, **kwargs):
            raise RuntimeError("secret path")

    for address in serve(Starlette(routes=routes(Failing(workspace)))):
        answer = httpx.get(address + "/api/v1/collections/small/artworks", trust_env=False)
        sentence = error_of(answer, 500)
    assert "secret" not in sentence
    assert "secret path" in caplog.text


def test_the_routes_stand_beside_streamlit_own(workspace, tmp_path):
    import streamlit as st

    script = tmp_path / "page.py"
    script.write_text("import streamlit as st\nst.write('hello')\n")
    for address in serve(st.App(script, routes=routes(Library(workspace)))):
        with httpx.Client(base_url=address, trust_env=False) as client:
            assert client.get("/media/small/1/thumb.webp").headers["content-type"] == "image/webp"
            assert client.get("/api/v1/health").json()["status"] == "ok"
            assert client.get("/_stcore/health").text == "ok"
            assert "<html" in client.get("/").text
            assert client.get("/media/unknown.png").status_code == 404
            body = json.dumps({"id": "1", "backbone": "tiny"})
            kind = {"content-type": "application/json"}
            assert client.post(SEARCH, content=io.BytesIO(body.encode()), headers=kind).is_success


def test_routes_are_loaded_once_and_again_after_a_failure():
    loads = []

    def load():
        loads.append(1)
        if len(loads) == 1:
            raise Unavailable("The disk is not there: mount it.")
        return Response("loaded")

    app = ExceptionMiddleware(Later(load), HANDLERS)
    client = TestClient(Starlette(routes=[Route("/{path:path}", app)]))
    assert not loads
    assert error_of(client.get("/x"), 503) == "The disk is not there: mount it."
    assert [client.get("/x").text for _ in range(3)] == ["loaded"] * 3
    assert len(loads) == 2
