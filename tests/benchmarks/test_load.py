"""Several people at once on a real server: right answers, one copy of everything, a limit."""

import asyncio

import pytest
from browser_kit import serving
from map_plot_kit import made_collection

from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search.query import Query
from benchmarks.kit.memory import MB, resident
from benchmarks.load import BACKBONE, PAGES, Task, crowd
from benchmarks.visitor import Visitor

WORKS = 3000
PEOPLE = 5


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """A workspace with one collection, whose embeddings take 15 MB."""
    from artsim.backbones import registry

    workspace = Workspace.open(tmp_path_factory.mktemp("load"))
    digest = str(registry.resolve(workspace, BACKBONE).digest)
    made_collection(workspace, "made", WORKS, BACKBONE, digest, dimension=1280)
    return workspace


@pytest.fixture(scope="module")
def task(workspace):
    library = Library(workspace)
    asked = [str(i) for i in range(0, WORKS, 500)]
    works = {i: [h.id for h in library.search("made", Query(BACKBONE, id=i)).hits] for i in asked}
    return Task("made", works, {}, pages=10, array=WORKS * 1280 * 4)


@pytest.mark.slow
def test_people_at_once_get_their_own_answers_and_share_the_rest(app, task):
    async def all_at_once(app):
        async with Visitor(app.url) as first:
            await first.open(collection="made")
            await first.click("browse", "similar", "0")
            before = resident(app.process.pid)
            others = [Visitor(app.url) for _ in range(PEOPLE - 1)]
            for other in others:
                await other.__aenter__()
            await asyncio.gather(*(ask(visitor, i) for i, visitor in enumerate([first, *others])))
            after = resident(app.process.pid)
            for other in others:
                await other.__aexit__()
        return before, after

    async def ask(visitor, number):
        run = await visitor.open(collection="made")
        assert len(run.ids["browse"]) == 36
        asked = list(task.works)
        for i in range(len(asked)):
            wanted = asked[(i + number) % len(asked)]
            run = await visitor.click(visitor.grid, "similar", wanted)
            assert run.finished == 0
            assert run.ids["results"] == task.works[wanted]
            assert run.bytes < 33_500  # a dozen cards with their marks; no script, no style sheet

    before, after = asyncio.run(all_at_once(app))
    # A copy of the array for each would be 60 MB more.
    assert after - before < 30 * MB


@pytest.mark.slow
def test_every_page_opens_in_an_empty_workspace(tmp_path):
    async def opened(app):
        async with Visitor(app.url) as visitor:
            return {page: await visitor.open(page) for page in PAGES}

    with serving(tmp_path / "empty", tmp_path / "log") as app:
        runs = asyncio.run(opened(app))
        app.check()
    assert {run.finished for run in runs.values()} == {0}
    assert "page_link" in runs[""].sizes


@pytest.mark.slow
def test_a_crowd_is_measured(app, task):
    record, memory = asyncio.run(crowd(app, [task], PEOPLE, seconds=5, ramp=1))
    assert record.wrong == []
    assert len(record.runs["first page"]) == PEOPLE
    assert memory.samples


@pytest.mark.slow
def test_above_the_limit_a_person_is_told_and_gets_the_next_free_place(
    workspace, tmp_path, monkeypatch
):
    monkeypatch.setenv("ARTSIM_SESSIONS", "1")

    async def two(app):
        first, second = Visitor(app.url), Visitor(app.url)
        await first.__aenter__()
        assert (await first.open(collection="made")).ids
        async with second:
            run = await second.open(collection="made")
            assert run.finished == 0
            assert run.ids == {}
            assert any("all 1 places are taken" in text for text in run.texts)
            await first.__aexit__()
            for _ in range(600):
                run = await second.open(collection="made")
                if run.ids:
                    return
                await asyncio.sleep(0.1)
            raise AssertionError("the free place was not given")

    with serving(workspace.root, tmp_path / "log") as app:
        asyncio.run(two(app))
