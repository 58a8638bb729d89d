"""A workspace with small collections, opened as a researcher opens it."""

from pathlib import Path

import pytest
from collection_kit import make_collection
from face_kit import make_demo, works_of
from pictures_kit import write_pictures

import artsim
from artsim.core.workspace import Workspace

REAL = "efficientnet_lite0"
PICTURES = 9


@pytest.fixture
def demo(workspace: Workspace) -> artsim.Collection:
    """24 works with embeddings of 'tiny', of which there is no model; one more has no picture."""
    make_demo(workspace, works=[*works_of(), {"id": "blank", "has_image": False}])
    return artsim.open()["demo"]


@pytest.fixture
def other(demo: artsim.Collection, workspace: Workspace) -> artsim.Collection:
    """Works of another collection that could ask."""
    make_collection(workspace, "other", works_of(6))
    return artsim.open()["other"]


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of pictures p1.jpg ... and a table works.csv beside it."""
    folder = write_pictures(tmp_path_factory.mktemp("given") / "pictures", PICTURES)
    lines = ["id,title,artist,year"]
    lines += [f"p{i},Work {i},Artist {i % 2},{1700 + 40 * i}" for i in range(1, PICTURES + 1)]
    (folder.parent / "works.csv").write_text("\n".join(lines), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def real_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The workspace of ``real``."""
    return tmp_path_factory.mktemp("real")


@pytest.fixture(scope="module")
def real(pictures: Path, real_home: Path) -> artsim.Collection:
    """Those pictures imported and embedded with a real backbone. For reading only."""
    ws = artsim.open(real_home)
    paintings = ws.import_folder("paintings", pictures, metadata=pictures.parent / "works.csv")
    paintings.embed(REAL)
    return paintings
