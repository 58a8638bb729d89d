"""Modules of the browser: one address a release, only what is there, all that is imported."""

import re
from pathlib import PurePosixPath

import pytest
from starlette.applications import Starlette
from starlette.testclient import TestClient

from artsim.app.shell.places import ASSETS
from artsim.app.widgets import deep
from artsim.app.widgets.components import ROUTE, address, digest, modules, needed, release

OTHER_VERSION = "This script is of another version: reload the page."
PAGES = (
    *("gallery", "compare", "evaluation_cases", "map", "map_clusters", "desk_files", "zoom"),
    "light_table",
)


@pytest.fixture(scope="module")
def client() -> TestClient:
    return TestClient(Starlette(routes=[ROUTE]))


def test_a_module_is_served_for_good_as_it_is(client: TestClient) -> None:
    answer = client.get(address("map/pane.js"))
    assert answer.text == (ASSETS / "map" / "pane.js").read_text(encoding="utf-8")
    assert answer.headers["content-type"].startswith("text/javascript")
    assert "immutable" in answer.headers["cache-control"]


@pytest.mark.parametrize(
    "path",
    [
        f"/ui/{'0' * 16}/gallery.js",
        f"/ui/{release()}/none.js",
        f"/ui/{release()}/app.css",
        f"/ui/{release()}/map",
        f"/ui/{release()}/../widgets/components.py",
        f"/ui/{release()}/%2e%2e/widgets/components.py",
        f"/ui/{release()}/map/..%2f..%2fserver.py",
        f"/ui/{release()}//etc/passwd",
    ],
)
def test_another_release_or_file_is_told_in_a_sentence(client: TestClient, path: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 404
    assert answer.text in (OTHER_VERSION, "Not Found")  # the client resolves plain dots itself


def test_the_viewers_script_is_sent_compressed_where_a_browser_takes_it(
    client: TestClient,
) -> None:
    script = deep.tiles("demo", {"id": "w1"})["script"]
    packed, plain = (
        client.get(script, headers={"Accept-Encoding": kind}) for kind in ("gzip", "identity")
    )
    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert int(packed.headers["content-length"]) < 100_000
    assert "immutable" in packed.headers["cache-control"]


def test_another_museum_is_asked_for_tiles_only_where_the_operator_allows_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    nga, other = "https://media.nga.gov/iiif/a1", "https://iiif.example/b2"
    own = "/iiif/3/demo/w1/w1/info.json"
    rows: list[dict[str, str]] = [{"id": "w1", "iiifurl": nga}, {"id": "w1", "iiif_image": other}]
    assert [deep.tiles("demo", row)["sources"] for row in rows] == [[own], [own]]
    monkeypatch.setenv("ARTSIM_IIIF_SOURCES", "https://media.nga.gov")
    assert [deep.tiles("demo", row)["sources"] for row in rows] == [
        [f"{nga}/info.json", own],
        [own],
    ]
    # The service is of the picture that the work is shown by.
    verso = ["/iiif/3/demo/w1/verso/info.json"]
    assert deep.tiles("demo", rows[0], "verso")["sources"] == verso
    for hostile in ("https://media.nga.gov.evil.example/x", "http://[media.nga.gov", "none"):
        assert deep.tiles("demo", {"id": "w1", "iiif_image": hostile})["sources"] == [own]


def test_a_change_is_another_release() -> None:
    code = dict(modules())
    assert digest(code) == release()
    assert digest({**code, "dom.js": code["dom.js"] + "\n"}) != release()
    assert digest({**code, "other.js": code.pop("dom.js")}) != release()


@pytest.mark.parametrize("page", PAGES)
def test_all_that_a_page_imports_is_asked_for_at_once(client: TestClient, page: str) -> None:
    """By walking the imports as a browser does: by the address of the module that imports."""
    asked = {address(path) for path in needed(f"{page}.js")}
    left, met = [address(f"{page}.js")], set()
    while left:
        url = left.pop()
        met.add(url)
        code = client.get(url).raise_for_status().text
        for line in re.findall(r"^(?:import|export)[^;]*;", code, re.MULTILINE):
            for relative in re.findall(r'from "([^"]+)"', line):
                parts: list[str] = []
                for part in (PurePosixPath(url).parent / relative).parts:
                    parts = parts[:-1] if part == ".." else [*parts, part]
                imported = "/" + "/".join(parts[1:])
                if imported not in met:
                    left.append(imported)
    assert met == asked


def test_the_first_page_asks_for_few_modules() -> None:
    assert len(needed("gallery.js")) <= 6
