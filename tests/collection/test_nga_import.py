"""From a museum on loopback into a collection, through the importer."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from nga_server import IMAGES, OBJECTS, NgaServer, body, status

from artsim.collection.importer import import_collection
from artsim.collection.sources.nga import NgaConfig, NgaSource
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace


@pytest.fixture
def museum() -> Iterator[NgaServer]:
    with NgaServer() as server:
        yield server


def test_import_twice_with_failures_between(museum: NgaServer, tmp_path: Path) -> None:
    museum.put("objects.csv", OBJECTS, [museum.object(i) for i in range(1, 7)])
    museum.put(
        "published_images.csv",
        IMAGES,
        [
            *(museum.image(i) for i in range(1, 6)),
            museum.image(6, openaccess=0),
            museum.image(99),
        ],
    )
    museum.trouble = {"2": status(404), "3": body(b"<html>Sorry</html>"), "4": status(503)}
    workspace = Workspace.open(tmp_path / "home")
    config = NgaConfig(**museum.config(image_size=200, attempts=2))

    def run() -> dict[str, tuple[str, str]]:
        source = NgaSource(config, workspace.cache / "nga")
        report = import_collection(workspace, "nga", source, quality=False)
        return {f.file: (f.action, f.reason) for f in report.files}

    first = run()
    assert {f for f, (action, _) in first.items() if action == "reject"} == {
        "2.jpg",
        "3.jpg",
        "4.jpg",
    }
    assert first["2.jpg"][1] == "image not found (404)"
    collection = Collection.open(workspace, "nga")
    assert collection.info().artworks == 2
    assert collection.artwork("1")["licence"] == "CC0"
    assert collection.ids_matching("year = 1650") == ["1", "5"]
    museum.trouble = {}
    second = run()
    assert second["2.jpg"][0] == second["3.jpg"][0] == second["4.jpg"][0] == "keep"
    fetched = museum.fetched()
    assert (fetched["1"], fetched["5"]) == (1, 1)
    assert "6" not in fetched
    assert Collection.open(workspace, "nga").info().artworks == 5
