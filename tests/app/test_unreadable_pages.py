"""No page goes down with what cannot be read: it is named there, and deleted there."""

from pathlib import Path
from typing import Any

import damage_kit
import pytest
from streamlit.testing.v1 import AppTest
from workspace_kit import OLDEST, unpacked

from artsim.app.shell import places, resources
from artsim.collection.store import list_collections
from artsim.core.workspace import Workspace
from artsim.evaluation import votes
from artsim.evaluation.runs import list_runs, unreadable_runs
from artsim.library import open_library
from artsim.maps.storage import unreadable_maps
from artsim.tasks.queue import TaskQueue
from artsim.training.record import list_trainings

PAGES = ("search", "compare", "map", "evaluate", "train", "collections")
pytestmark = pytest.mark.slow


@pytest.fixture(autouse=True)
def _no_server_state() -> None:
    resources._workspace.clear()
    resources.jobs.clear()


@pytest.fixture
def old(home: Path) -> Workspace:
    return unpacked(OLDEST, home)


def page(name: str, **params: Any) -> AppTest:
    app = AppTest.from_file(places.ROUTER, default_timeout=120)
    for key, value in params.items():
        app.query_params[key] = value
    app.run()
    if name != "search":
        app.switch_page(str(getattr(places, name.upper()))).run()
    assert not app.exception, app.exception
    return app


def errors(app: AppTest) -> list[str]:
    return [found.value.replace("\\", "") for found in app.error]


def delete(app: AppTest, what: str, name: str) -> AppTest:
    app.button(key=f"unreadable_{what}_{name}_delete").click().run()
    app.button(key=f"unreadable_{what}_yes").click().run()
    assert not app.exception
    return app


def check(app: AppTest, names: list[str]) -> None:
    said = errors(app)
    for name in names:
        assert [text for text in said if name in text], (name, said)
    assert not [text for text in said if "Traceback" in text or "Unexpected" in text]


def test_evaluations(old: Workspace) -> None:
    sound = list_runs(old)[0].id
    names = damage_kit.damage_runs(old)
    app = page("evaluate", collection="attic")
    check(app, names)
    assert app.button(key=f"evaluation_open_{sound}")
    delete(app, "evaluation", names[0])
    assert sorted(unreadable_runs(old)) == sorted(names[1:])
    check(page("evaluate", collection="attic", run=names[1]), names[1:])


def test_maps(old: Workspace) -> None:
    names = damage_kit.damage_maps(old)
    app = page("map", collection="demo")
    assert app.title[0].value.startswith("Map of")
    check(app, names)
    delete(app, "map", names[0])
    assert sorted(unreadable_maps(open_library(old), "demo")) == sorted(names[1:])


def test_trainings(old: Workspace) -> None:
    names = damage_kit.damage_trainings(old)
    app = page("train")
    check(app, names[:7])
    delete(app, "training", names[0])
    assert names[0] not in [t.name for t in list_trainings(old)]
    check(page("train", run=names[1]), names[1:2])


def test_collections(old: Workspace) -> None:
    names = damage_kit.damage_collections(old)
    app = page("collections")
    check(app, names)
    assert app.button(key="open_attic")
    delete(app, "collection", names[0])
    assert names[0] not in list_collections(old)
    assert not [text for text in errors(page("collections")) if names[0] in text]


@pytest.mark.parametrize(("name", "kind"), zip(PAGES, (0, 9, 9, 10, 2, 5), strict=True))
def test_pages_of_a_collection_that_cannot_be_read(old: Workspace, name: str, kind: int) -> None:
    app = page(name, collection=damage_kit.damage_collections(old)[kind])
    assert not [text for text in errors(app) if "Unexpected" in text or "know why" in text]


def test_jobs(old: Workspace) -> None:
    names = damage_kit.damage_jobs(old)
    app = page("collections")
    assert app.header[-1].value == "Jobs"
    check(app, [f"Job {name} cannot be read" for name in names])
    app.button(key=f"history_delete_{names[0]}").click().run()
    assert not app.exception
    assert names[0] not in [job.id for job in TaskQueue(old).list()]


def test_votes(old: Workspace) -> None:
    names = damage_kit.damage_votes(old)
    app = page("compare", collection="attic")
    check(app, names)
    delete(app, "vote", names[0])
    assert sorted(votes.unreadable(old, "attic")) == sorted(names[1:])


@pytest.mark.parametrize("name", PAGES)
def test_pages_without_databases(old: Workspace, name: str) -> None:
    damage_kit.damage_databases(old)
    app = page(name, collection="attic")
    assert app.title, "the page itself is there"
    assert [text for text in errors(app) if "The list of jobs" in text]
    if name == "compare":
        assert [text for text in errors(app) if "The votes" in text]
        app.button(key="compare_begin_anew").click().run()
        assert not [text for text in errors(app) if "The votes" in text]
    app.button(key="jobs_begin_anew").click().run()
    assert not app.exception
    assert not [text for text in errors(app) if "The list of jobs" in text]
