"""One picture on every page that searches with it: decoded and embedded when it came, no more."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from collection_kit import add_works
from pictures_kit import jpeg
from query_picture_kit import counting, save_backbone
from streamlit.testing.v1 import AppTest

from artsim.app.shell import places, resources
from artsim.backbones.embed import embed_collection
from artsim.collection.store import Collection
from artsim.core.limits import TURN_SECONDS
from artsim.core.workspace import Workspace
from artsim.images import canonical
from artsim.images.cage import waiting_since
from artsim.library import Library
from artsim.maps.config import MapConfig
from artsim.maps.make import make_map


@pytest.fixture
def works(workspace: Workspace) -> Workspace:
    """Thirty works, embedded with a small real network, and a map of them."""
    collection = Collection.create(workspace, "works", "folder", "made for a test")
    add_works(collection, [{"id": str(i), "title": f"Work {i}", "year": i} for i in range(30)])
    save_backbone(workspace)
    embed_collection(workspace, collection, "tiny")
    make_map(Library(workspace), MapConfig(collection="works", backbone="tiny", neighbours=5))
    resources._workspace.clear()
    resources.jobs.clear()
    return workspace


def told(app: AppTest) -> str:
    """What the page says, where it shows no trouble."""
    assert not app.exception
    assert not app.error
    return "\n".join(e.value for e in [*app.markdown, *app.caption, *app.info])


@contextmanager
def no_turn() -> Iterator[None]:
    """Others have their pictures read, and take longer than anybody waits."""
    uploads = canonical._uploads
    taken = [uploads._free.get() for _ in uploads._lanes]
    with waiting_since(time.monotonic() - TURN_SECONDS):
        yield
    for lane in taken:
        uploads._free.put(lane)


def test_a_change_of_k_metric_filter_or_page_neither_decodes_nor_embeds(works: Workspace) -> None:
    app = AppTest.from_file(places.ROUTER, default_timeout=120)
    app.query_params["collection"] = "works"
    app.query_params["backbone"] = "tiny"
    assert "30 works" in told(app.run())
    with counting() as count:
        with no_turn():
            app.file_uploader[0].set_value(("mine.jpg", jpeg(7, 300, 200), "image/jpeg")).run()
        assert "Many pictures are being read now" in app.error[0].value
        app.button(key="again").click().run()
        assert "12 works of 30" in told(app)
        # The file; of its canonical form the pixels to embed and the small copy to show.
        assert count.taken() == (3, 1)

        app.number_input(key="sidebar_k").set_value(20).run()
        assert "20 works of 30" in told(app)
        app.query_params["metric"] = "euclidean"
        assert "by euclidean similarity" in told(app.run())
        app.query_params["year_from"] = "20"
        assert "10 works of 10" in told(app.run())

        assert "Your picture" in told(app.switch_page(str(places.COMPARE)).run())
        app.query_params["colour"] = "match"
        assert "Your picture" in told(app.switch_page(str(places.MAP)).run())
        assert "looked up in the embeddings" in told(app)
        assert "Cosine similarity to the query" in told(app)
        assert count.taken() == (0, 0)
