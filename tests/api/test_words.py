"""Words and concepts over HTTP, on the small collection of examples."""

import pytest
from face_kit import make_demo
from starlette.applications import Starlette
from starlette.testclient import TestClient

from artsim.api import routes
from artsim.core.workspace import Workspace
from artsim.library import Library

DEMO = "/api/v1/collections/demo"


@pytest.fixture(scope="module")
def client(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("words"))
    make_demo(workspace)
    return TestClient(Starlette(routes=routes(Library(workspace))))


def test_words_find_works_the_best_first(client):
    found = client.get(f"{DEMO}/artworks", params={"text": "baroqe", "limit": 2}).json()
    assert (found["total"], len(found["artworks"])) == (8, 2)
    assert "baroque for baroqe" in found["note"]
    dated = client.get(f"{DEMO}/artworks", params={"order": "date", "limit": 24}).json()
    assert dated["artworks"][-1]["year"] is None
    for params in (
        {"text": "x" * 600},
        {"text": " ".join(f"w{i}" for i in range(40))},
        {"order": "price"},
    ):
        answer = client.get(f"{DEMO}/artworks", params=params)
        assert answer.status_code == 400, params
        assert set(answer.json()) == {"error"}


def test_concepts_are_taught_searched_with_shared_and_deleted(client):
    taught = client.post(
        f"{DEMO}/concepts",
        json={"concept": "a/b", "backbone": "tiny", "column": "style", "value": "Cubism"},
    )
    assert taught.status_code == 200, taught.text
    assert taught.json()["label"] == "style = Cubism"
    query = {"concepts": ["a/b"], "backbone": "tiny", "k": 4, "order": "date"}
    hits = client.post(f"{DEMO}/search", json=query).json()["results"]
    assert {hit["artist"] for hit in hits} == {"Artist 0"}
    form = client.post(f"{DEMO}/search", data={"concepts": "a/b", "backbone": "tiny", "k": "2"})
    assert len(form.json()["results"]) == 2
    mixed = query | {"id": "w01", "not_concepts": ["a/b"], "concepts": []}
    assert client.post(f"{DEMO}/search", json=mixed).json()["results"][0]["artist"] != "Artist 0"
    client.post(
        f"{DEMO}/concepts",
        json={"concept": "winter", "backbone": "tiny", "like": ["w00", "w03", "w06"]},
    )
    shared = client.get(f"{DEMO}/concepts/winter/export", params={"backbone": "tiny"})
    assert client.delete(f"{DEMO}/concepts/winter").json()["deleted"] == 1
    again = client.post(f"{DEMO}/concepts/import", json={"document": shared.text})
    assert again.json()["ap"] is None
    assert client.get(f"{DEMO}/concepts/winter").json() == [again.json()]


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/concepts", {"concept": "x", "backbone": "tiny", "like": ["w00"]}, 400),
        ("POST", "/concepts", {"concept": "\x00", "backbone": "tiny", "like": ["w00"]}, 400),
        ("POST", "/concepts", {"concept": "x", "backbone": "tiny", "like": ["a", "b", "c"]}, 404),
        ("POST", "/concepts", {"concept": "x", "backbone": "tiny", "like": "w00"}, 400),
        ("POST", "/concepts/import", {"document": "{}"}, 400),
        ("POST", "/search", {"concepts": ["none"], "backbone": "tiny"}, 404),
        ("POST", "/search", {"id": "w00", "backbone": "tiny", "rerank": "maybe"}, 400),
        ("POST", "/search", {"id": "w00", "backbone": "tiny", "parts": "the same colours"}, 409),
        ("DELETE", "/concepts/none", None, 404),
        ("GET", "/concepts/none", None, 404),
    ],
)
def test_what_cannot_be_done_is_one_sentence(client, method, path, body, status):
    answer = client.request(method, DEMO + path, json=body)
    assert answer.status_code == status, answer.text
    assert set(answer.json()) == {"error"}
    assert "\n" not in answer.json()["error"]
