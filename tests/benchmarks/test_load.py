"""Several people at once on a real server: right answers, one copy of everything, a limit."""

import asyncio
import random

import pytest
from browser_kit import serving
from map_plot_kit import keep_map, made_collection, scattered
from patches_kit import NAME, make_prints

from artsim.core.workspace import Workspace
from artsim.library import Library
from benchmarks.kit.memory import MB, resident
from benchmarks.load import PAGES, check_regions, crowd
from benchmarks.load_home import BACKBONE, task
from benchmarks.load_mix import Person, Record
from benchmarks.visitor import Visitor

WORKS = 3000
PEOPLE = 5


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    """Embeddings of 15 MB with a map, and prints with patches."""
    from artsim.backbones import registry

    workspace = Workspace.open(tmp_path_factory.mktemp("load"))
    digest = str(registry.resolve(workspace, BACKBONE).digest)
    made_collection(workspace, "made", WORKS, BACKBONE, digest, dimension=1280)
    keep_map(Library(workspace), "made", scattered(WORKS), BACKBONE, digest=digest)
    make_prints(workspace)
    return workspace


@pytest.fixture(scope="module")
def made(workspace):
    """What is asked of the made up embeddings."""
    return task(Library(workspace), "made")


@pytest.mark.slow
def test_people_at_once_get_their_own_answers_and_share_the_rest(app, made):
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
        asked = list(made.works)[::10]
        for i in range(len(asked)):
            wanted = asked[(i + number) % len(asked)]
            run = await visitor.click(visitor.grid, "similar", wanted)
            assert run.finished == 0
            assert run.ids["results"] == made.works[wanted]
            # The run of the grid and of the page, a dozen cards; no script, no style sheet.
            assert run.bytes < 36_000

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
def test_whatever_is_asked_is_answered_with_the_right_works(app, workspace, made):
    record, prints = Record(), task(Library(workspace), NAME)

    async def everything():
        async with Visitor(app.url) as visitor:
            for asked in (made, prints):
                await Person(visitor, asked, record, random.Random(0)).does_everything()

    asyncio.run(everything())
    assert len(record.regions) == 1
    check_regions(workspace.root, record)
    assert record.wrong == []
    kinds = {kind: len(runs) for kind, runs in record.runs.items()}
    assert kinds["mark"] == 4
    assert kinds["search by marks"] == 2
    assert kinds["search by region"] == kinds["work placed on a map"] == 1


@pytest.mark.slow
def test_a_crowd_is_measured_beside_idle_sessions(app, made, monkeypatch):
    monkeypatch.setattr("benchmarks.load.IDLE_COME", 20.0)
    record, memory = asyncio.run(crowd(app, [made], PEOPLE, seconds=5, ramp=1, idle=PEOPLE))
    assert record.wrong == []
    assert len(record.runs["first page"]) == PEOPLE
    assert len(record.runs["first page, then idle"]) == PEOPLE
    assert len(record.runs["search after a rest"]) == 1
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
