"""IIIF as a folder: every address in it is a file of it."""

import functools
import http.server
import json
import threading

import httpx
import pytest
from collection_kit import make_collection

from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.exchange.iiif import presentation, static
from artsim.library import Library

WORKS = [{"id": f"w{i}", "title": f"Work {i}"} for i in range(4)] + [
    {"id": "blank", "has_image": False}
]


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    workspace = Workspace.open(tmp_path_factory.mktemp("home"))
    make_collection(workspace, "small", WORKS)
    return Library(workspace)


def addresses(thing):
    """Every address that a viewer may ask for."""
    if isinstance(thing, list):
        return {a for one in thing for a in addresses(one)}
    if not isinstance(thing, dict):
        return set()
    found = {a for value in thing.values() for a in addresses(value)}
    kind = thing.get("type")
    if kind in ("Manifest", "Collection", "Image"):
        found.add(thing["id"])
    if kind == "ImageService3":
        found.add(f"{thing['id']}/info.json")
        found |= {
            f"{thing['id']}/full/{s['width']},{s['height']}/0/default.jpg"
            for s in thing.get("sizes", ())
        }
    return found


@pytest.fixture
def web(tmp_path):
    """A plain web server on loopback that gives out a folder, not there yet."""
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=tmp_path / "site")
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def crawled(start):
    """Every address that is reached from ``start``; each answers."""
    seen, todo = set(), {start}
    with httpx.Client(trust_env=False) as client:
        while todo:
            address = todo.pop()
            answer = client.get(address)
            assert answer.status_code == 200, address
            seen.add(address)
            if address.endswith(".json"):
                todo |= addresses(answer.json()) - seen
    return seen


def test_a_plain_web_server_gives_out_a_collection(library, tmp_path, web, monkeypatch):
    monkeypatch.setattr(presentation, "PART", 3)
    assert static.export_collection(library, "small", tmp_path / "site", f"{web}/") == 5
    seen = crawled(f"{web}/small/manifest.json")
    manifests = [a for a in seen if a.endswith("/manifest.json") and a.count("/") == 5]
    assert len(manifests) == 5
    assert sum(a.endswith("/full/max/0/default.jpg") for a in seen) == 4
    info = json.loads((tmp_path / "site/small/w1/w1/info.json").read_text())
    assert (info["profile"], info["width"]) == ("level0", 64)


def test_works_keep_their_order_and_notes_and_those_that_are_gone_are_counted(
    library, tmp_path, web
):
    items = [("small", "w3", "the best"), ("small", "gone", ""), ("small", "w0", "")]
    found = static.export_works(library, "Proposal", items, tmp_path / "site", web)
    assert found == (2, 1)
    crawled(f"{web}/manifest.json")
    canvases = json.loads((tmp_path / "site/manifest.json").read_text())["items"]
    assert [c["label"]["none"][0] for c in canvases] == ["Work 3", "Work 0"]
    assert canvases[0]["summary"] == {"none": ["the best"]}
    assert "summary" not in canvases[1]


@pytest.mark.parametrize("base", ["art.example", "file:///etc", "https://", "https://a b"])
def test_an_address_that_is_none_is_refused_before_anything_is_written(library, tmp_path, base):
    with pytest.raises(InvalidInput, match="is no web address"):
        static.export_collection(library, "small", tmp_path / "new", base)
    assert not (tmp_path / "new").exists()


def test_a_folder_that_is_there_is_left_alone(library, tmp_path):
    with pytest.raises(InvalidInput, match="is there already"):
        static.export_collection(library, "small", tmp_path)
