"""The OpenAPI document is valid, tells of every route, and real answers are as it says."""

import copy
import io
import json
import re

import numpy as np
import pytest
from collection_kit import embed_with, image_bytes, make_collection
from jsonschema import Draft202012Validator
from judged_kit import NAMES, PART, publish_parts, vectors_of
from map_plot_kit import collection_with_map
from openapi_spec_validator import validate
from photographed_kit import drawn_work
from PIL import Image
from starlette.applications import Starlette
from starlette.testclient import TestClient

from artsim.api import routes
from artsim.api.application import application
from artsim.api.v1 import router
from artsim.backbones.registry import resolve
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.demo.source import encode
from artsim.evaluation import votes
from artsim.library import Library
from artsim.search.view import View
from tests.conftest import REPOSITORY

IN = "/api/v1/collections/{name}"
MAP = IN + "/maps/{id}"
MEDIA = "/media/{collection}/{id}/{size}.{ending}"
CONCEPTS = IN + "/concepts"
SEARCHES = "/api/v1/searches"
TRAYS, TRAY = "/api/v1/trays", "/api/v1/trays/{tray}"
OF_WORK = (MEDIA, IN + "/artworks/{id}")
QUESTION = {"id": "1", "backbone": "tiny", "k": 2}
SHARED = json.dumps(
    {
        **{"name": "blue", "collection": "other", "backbone": "tiny", "digest": "d" * 64},
        **{"like": ["1"], "unlike": [], "ap": None, "chance": None},
        **{"direction": [1.0] * 8, "point": [1.0] * 8},
    }
)


def noise():
    """A photograph of nothing, as bytes."""
    pixels = np.random.default_rng(0).integers(0, 255, (96, 96, 3), np.uint8)
    out = io.BytesIO()
    Image.fromarray(pixels).save(out, "JPEG")
    return out.getvalue()


# A request that each route answers; what stands in braces in its path is filled from PLACES too.
REQUESTS = {
    "/api/v1/health": {},
    "/api/v1/openapi.json": {},
    "/api/v1/collections": {},
    "/api/v1/backbones": {},
    "/api/v1/backbones/recommended": {},
    IN + "/artworks/{id}": {},
    IN + "/artworks/{id}/difference": {
        "places": {"name": "pair", "id": "a"},
        "params": {"other": "b"},
    },
    IN + "/artworks": {"params": {"limit": 3, "where": "year < 1700"}},
    IN + "/search": {"json": QUESTION},
    IN + "/why": {"json": {"a": "1", "b": "2", "backbone": "tiny"}},
    IN + "/identify": {"files": {"image": noise()}, "data": {"backbone": "efficientnet_lite0"}},
    IN + "/export": {"params": {"format": "parquet"}},
    IN + "/history": {},
    IN + "/evaluate": {"json": {"backbones": ["tiny"], "k": 2}},
    IN + "/judgements": {},
    IN + "/retrain": {"json": {"backbone": "base", "name": "ours", "kinds": ["votes"]}},
    "POST " + CONCEPTS: {"json": {"concept": "red", "backbone": "tiny", "like": ["1", "2", "3"]}},
    "GET " + CONCEPTS: {},
    "GET " + CONCEPTS + "/{concept}": {},
    CONCEPTS + "/{concept}/export": {"params": {"backbone": "tiny"}},
    CONCEPTS + "/import": {"json": {"document": SHARED}},
    "DELETE " + CONCEPTS + "/{concept}": {},
    "/api/v1/plugins": {},
    IN + "/maps": {},
    MAP + "/points": {},
    MAP + "/colours": {"params": {"by": "year"}},
    MAP + "/works": {"params": {"rows": "2,0"}},
    MAP + "/order": {},
    MAP + "/years": {},
    MAP + "/grid": {},
    MAP + "/mosaic.{ending}": {"params": {"side": 4}},
    MEDIA: {},
    f"GET {TRAYS}": {},
    f"POST {TRAYS}": {"json": {"name": "Ice"}},
    f"GET {TRAY}": {},
    f"PATCH {TRAY}": {"json": {"note": "x", "order": [{"collection": "small", "id": "2"}]}},
    f"DELETE {TRAY}": {"tray": "Ice"},
    f"POST {TRAY}/items": {"json": {"collection": "small", "ids": ["1", "4"], "found": "like 3"}},
    f"PATCH {TRAY}/items": {"json": {"collection": "small", "id": "2", "to": 1}},
    f"DELETE {TRAY}/items": {"params": {"collection": "small", "ids": "2,3"}},
    TRAY + "/copy": {"json": {"name": "Snow, second"}},
    TRAY + "/export": {"params": {"format": "zip", "caption": "title,artist"}},
    "/api/v1/shared/{token}": {},
    f"GET {SEARCHES}": {},
    f"POST {SEARCHES}": {"json": {"name": "Two", "address": "/search?collection=small&query=2"}},
    f"GET {SEARCHES}/{{search}}": {},
    f"{SEARCHES}/{{search}}/look": {},
    f"DELETE {SEARCHES}/{{search}}": {"search": "Two"},
}
PLACES = {"name": "small", "concept": "red", "collection": "small", "size": "thumb"}


def judged_by_artist(workspace, name):
    """A backbone of parts whose artist tells of every third work, which voters find alike."""
    rng = np.random.default_rng(0)
    parts = [rng.normal(size=(60, PART)) for _ in NAMES]
    parts[2] = np.eye(3, PART)[np.arange(60) % 3] + 0.1 * parts[2]
    embedded = dict(zip(map(str, range(1, 61)), vectors_of(parts, [1.0] * 4), strict=True))
    embed_with(Collection.open(workspace, name), "base", publish_parts(workspace), embedded)
    for query in range(10, 20):
        lists = [
            votes.ShownList(who, who * 64, "cosine", tuple(str(query + n) for n in further))
            for who, further in (("d", (3, 6, 9)), ("e", (1, 4, 7)))
        ]
        votes.cast(workspace, votes.Vote(f"j{query}", name, str(query), "", 3, tuple(lists), 0))


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("openapi"))
    collection_with_map(workspace, "small", 60)
    digest = resolve(workspace, "efficientnet_lite0").digest
    embed_with(Collection.open(workspace, "small"), "efficientnet_lite0", digest, {"1": [1] * 1280})
    make_collection(workspace, "broken", [{"id": "1"}])
    make_collection(workspace, "pair", [{"id": n, "image": encode(drawn_work(2))} for n in "ab"])
    for file in (workspace.collections / "broken" / "artworks.lance" / "_versions").iterdir():
        file.write_bytes(b"no longer a manifest")
    lists = [votes.ShownList("tiny", d * 64, "cosine", (w,)) for d, w in (("d", "2"), ("e", "3"))]
    votes.cast(workspace, votes.Vote("v", "small", "1", "", 1, tuple(lists), 0))
    judged_by_artist(workspace, "small")
    found = Library(workspace)
    found.desk("small", "ana").edit(["1"], {"medium": "oil"})
    found.trays.create("Snow")
    found.trays.share("Snow")
    found.add_to_tray("Snow", "small", ["1", "2", "3"])
    found.save_search("One", View("small", query="1", k=3))
    return found


@pytest.fixture(scope="module")
def client(library):
    return TestClient(Starlette(routes=routes(library)))


@pytest.fixture(scope="module")
def document(client):
    return client.get("/api/v1/openapi.json").json()


@pytest.fixture(scope="module")
def ask(client):
    map_id = client.get("/api/v1/collections/small/maps").json()[0]["id"]
    snow = client.get("/api/v1/trays/Snow").json()

    def asked(path, method, **request):
        ending = "webp" if path == MEDIA else "pdf"
        named = {**PLACES, "id": "1" if path in OF_WORK else map_id, "ending": ending}
        named |= request.pop("places", {})
        named |= {"tray": request.pop("tray", "Snow"), "token": snow["token"]}
        named["search"] = request.pop("search", "One")
        return client.request(method, path.format(**named), **request)

    return asked


def operations(document):
    return [(p, m, said) for p, methods in document["paths"].items() for m, said in methods.items()]


def fits(value, schema, document):
    """Raise where a value is not as the schema says, or has a key of which it says nothing."""

    def closed(part):
        if isinstance(part, list):
            return [closed(each) for each in part]
        if not isinstance(part, dict):
            return part
        shut = {key: closed(each) for key, each in part.items()}
        if isinstance(part.get("properties"), dict):
            shut.setdefault("additionalProperties", False)
        return shut

    whole = {**copy.deepcopy(schema), "components": document["components"]}
    Draft202012Validator(closed(whole)).validate(value)


def test_the_document_is_valid_openapi(document):
    assert document["openapi"].startswith("3.1.")
    validate(document)


def test_the_document_tells_of_every_route_that_exists(document, library):
    hidden = {"/plotly.min.js", "/api/{path:path}", "/iiif/{path:path}", "/reconcile/{path:path}"}
    there = {
        (route.path, method.lower())
        for route in (*router(library).routes, *application(library).routes)
        if route.path not in hidden
        for method in route.methods
        if method != "HEAD"
    }
    assert {(path, method) for path, method, _ in operations(document)} == there


def test_the_researchers_guide_tells_of_the_same_routes(document):
    guide = (REPOSITORY / "docs" / "researcher.md").read_text(encoding="utf-8")
    rows = re.findall(
        r"^\| `(?:GET |POST |PATCH |DELETE )?(\S+?)(?:\?[^`]*)?`(.*?) \|", guide, re.MULTILINE
    )
    told = set()
    for first, others in rows:
        if not first.startswith(("/", "...")):
            continue
        path = first.replace("...", IN, 1)
        told |= {path, *(path.rpartition("/")[0] + n for n in re.findall(r"`(/\w+)`", others))}
    told = {re.sub(r"\.(webp|\{webp,png,pdf\})$", ".{ending}", path) for path in told}
    assert told == set(document["paths"])


def test_every_route_has_a_request_here(document):
    paths = document["paths"].items()
    several = {
        f"{m.upper()} {path}" for path, methods in paths for m in methods if len(methods) > 1
    }
    assert set(REQUESTS) == several | {path for path, methods in paths if len(methods) == 1}


@pytest.mark.parametrize("request_", REQUESTS)
def test_a_real_answer_is_as_described(document, ask, request_):
    named, _, path = request_.rpartition(" ")
    method, said = next(
        (m, said) for m, said in document["paths"][path].items() if not named or m == named.lower()
    )
    answer = ask(path, method, **REQUESTS[request_])
    assert answer.status_code == 200, answer.text
    good = said["responses"]["200"]
    kind = answer.headers["content-type"]
    assert kind in good["content"]
    if kind == "application/json":
        assert answer.json()
        fits(answer.json(), good["content"][kind]["schema"], document)
    assert ("headers" in good) == ("etag" in answer.headers)
    if "headers" in good:
        tag = {"If-None-Match": answer.headers["etag"]}
        assert ask(path, method, headers=tag, **REQUESTS[request_]).status_code == 304
        assert "304" in said["responses"]


def test_a_collection_that_cannot_be_read_is_as_described(document, client):
    listed = client.get("/api/v1/collections").json()
    (broken,) = [each for each in listed if each["name"] == "broken"]
    fits(broken, {"$ref": "#/components/schemas/Unreadable"}, document)


@pytest.mark.parametrize(
    ("path", "status", "request_"),
    [
        (IN + "/artworks", 400, {"params": {"where": "colour = 1"}}),
        (IN + "/search", 400, {"json": {}}),
        (IN + "/search", 404, {"json": {**QUESTION, "id": "none"}}),
        (IN + "/search", 409, {"json": {**QUESTION, "index": "approximate"}}),
        (IN + "/search", 413, {"json": {**QUESTION, "where": "x" * 70_000}}),
        (
            IN + "/search",
            415,
            {"files": {"image": b"no picture"}, "data": {"backbone": "efficientnet_lite0"}},
        ),
        (IN + "/search", 400, {"json": {"backbone": "tiny", "region": ["1@0.5,0,0.9,1"]}}),
        (
            IN + "/search",
            409,
            {"json": {"backbone": "efficientnet_lite0", "region": "1@0,0,0.5,0.5"}},
        ),
        (IN + "/why", 400, {"json": {"a": "1", "backbone": "tiny"}}),
        (IN + "/retrain", 400, {"json": {"backbone": "efficientnet_lite0", "name": "other"}}),
        (IN + "/retrain", 409, {"json": {"backbone": "base", "name": "efficientnet_lite0"}}),
        (IN + "/why", 404, {"json": {"a": "1", "b": "none", "backbone": "tiny"}}),
        (MAP + "/points", 404, {"params": {"onto": "none"}}),
        (MAP + "/colours", 400, {"params": {"by": "nonsense"}}),
    ],
)
def test_an_error_is_as_described(document, ask, path, status, request_):
    ((method, said),) = document["paths"][path].items()
    answer = ask(path, method, **request_)
    assert answer.status_code == status, answer.text
    described = said["responses"][str(status)]
    name = described["$ref"].rpartition("/")[2]
    schema = document["components"]["responses"][name]["content"]["application/json"]["schema"]
    fits(answer.json(), schema, document)


def parameters(document):
    return [
        (path, method, parameter)
        for path, method, said in operations(document)
        for parameter in said["parameters"]
    ]


def test_the_numbers_that_parameters_may_be_are_those_that_are_taken(document, ask):
    checked = 0
    for path, method, parameter in parameters(document):
        schema, name = parameter["schema"], parameter["name"]
        if schema["type"] != "integer":
            continue
        wrong = ["x", "1.5"]
        wrong += [schema["minimum"] - 1] if "minimum" in schema else []
        wrong += [schema["maximum"] + 1] if "maximum" in schema else []
        for value in wrong:
            answer = ask(path, method, params={name: value})
            assert answer.status_code == 400, (path, name, value)
            assert f"The value of {name} must be a whole number" in answer.json()["error"]
            checked += 1
        for value in {schema.get("minimum"), schema.get("maximum"), schema["default"]} - {None}:
            assert ask(path, method, params={name: value}).status_code == 200, (path, name, value)
    assert checked > 5


def test_the_fields_of_a_search_are_those_that_are_taken(document, ask):
    ((_, said),) = document["paths"][IN + "/search"].items()
    for kind, content in said["requestBody"]["content"].items():
        schema = document["components"]["schemas"][content["schema"]["$ref"].rpartition("/")[2]]
        assert ("image" in schema["properties"]) == (kind != "application/json")
        for field in schema["required"]:
            left_out = {n: v for n, v in QUESTION.items() if n != field}
            assert field in ask(IN + "/search", "POST", json=left_out).json()["error"]
        defaults = {n: p["default"] for n, p in schema["properties"].items() if p.get("default")}
        answers = [ask(IN + "/search", "POST", json=q) for q in (defaults | QUESTION, QUESTION)]
        assert answers[0].json()["results"] == answers[1].json()["results"]


def test_a_picture_in_a_form_is_a_file_as_described(document, ask):
    form = document["components"]["schemas"]["SearchForm"]["properties"]["image"]
    assert form["contentMediaType"] == "application/octet-stream"
    sent = {"files": {"image": ("a.jpg", image_bytes("red"))}, "data": {"backbone": "tiny"}}
    answer = ask(IN + "/search", "POST", **sent)
    assert (answer.status_code, "tiny" in answer.json()["error"]) == (400, True)
