"""What one person of a crowd does: searches, marks, regions, maps, each a short conversation."""

import asyncio
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace

from artsim.search.query_item import Box, Item
from benchmarks.load_home import Task
from benchmarks.visitor import Run, Visitor

# Seconds: before something is asked, and between two clicks on what is seen already.
THINKS, CLICKS = (5.0, 10.0), (1.0, 2.0)
# Regions weigh more, because only people of the demo, where pictures have patches, ask for them.
SHARES = {"work": 24, "picture": 6, "page": 10, "marks": 16, "region": 24, "map": 20}
MAP_PAGE = 12  # chosen works that are shown at once
SEARCH, MAP = "", "map"
Pause = tuple[float, float]


@dataclass(frozen=True)
class Region:
    """A region that was asked for and what was found, to be compared with the right works later."""

    task: Task
    item: Item
    found: list[str]


@dataclass
class Record:
    """What all visitors saw: the runs of each kind, and what went wrong."""

    runs: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    regions: list[Region] = field(default_factory=list)

    def take(self, kind: str, run: Run, right: bool) -> None:
        self.runs[kind].append(run)
        if not run.well or not right:
            self.wrong.append(f"{kind}: {run.texts or run.ids}")


class Person:
    """One session with what it may ask; a conversation gives the pause after each of its steps."""

    def __init__(self, visitor: Visitor, task: Task, record: Record, chance: random.Random) -> None:
        self._visitor, self._task, self._record, self._chance = visitor, task, record, chance
        self._page = SEARCH

    async def arrives(self, kind: str = "first page") -> None:
        """Open the first page."""
        run = await self._open(SEARCH)
        await self._took(kind, run, bool(run.ids.get("browse")))

    async def returns(self) -> None:
        """Ask on the page that was left open."""
        run, asked = await self._like_a_work()
        right = run.ids.get("results") == self._task.works[asked]
        await self._took("search after a rest", run, right)

    async def asks(self, until: float) -> None:
        """Have one conversation after another until then."""
        await asyncio.sleep(self._chance.uniform(*THINKS))
        while True:
            async for pause in self._conversation():
                await asyncio.sleep(self._chance.uniform(*pause))
                if time.monotonic() > until:
                    return

    async def does_everything(self) -> None:
        """Have each conversation once, without a rest, and bring each picture."""
        await self.arrives()
        for conversation in self._can().values():
            async for _ in conversation():
                pass
        for asked in self._task.pictures:
            await self._open(SEARCH, upload=asked)

    def _conversation(self) -> AsyncIterator[Pause]:
        (name,) = self._chance.choices(list(SHARES), list(SHARES.values()))
        return self._can()[name]()

    def _can(self) -> dict[str, Callable[[], AsyncIterator[Pause]]]:
        """What can be asked of the collection; a search by a work where it lacks something."""
        task = self._task
        return {
            "work": self._work,
            "picture": self._picture if task.pictures else self._work,
            "page": self._turn,
            "marks": self._marks,
            "region": self._region if task.patches else self._work,
            "map": self._map if task.map else self._work,
        }

    async def _work(self) -> AsyncIterator[Pause]:
        """Results of a work."""
        run, asked = await self._like_a_work()
        await self._took("search by work", run, run.ids.get("results") == self._task.works[asked])
        yield THINKS

    async def _picture(self) -> AsyncIterator[Pause]:
        """Results of a picture of one's own, by its link."""
        await self._like_a_picture()
        yield THINKS

    async def _turn(self) -> AsyncIterator[Pause]:
        """A page of the collection, by its link."""
        run = await self._open(SEARCH, page=self._chance.randint(1, self._task.pages))
        await self._took("page of works", run, bool(run.ids.get("browse")))
        yield THINKS

    async def _marks(self) -> AsyncIterator[Pause]:
        """Results of a work, one of them liked and one not, and more like these."""
        run, asked = await self._like_a_work()
        hits, marked = self._task.works[asked], self._task.marked[asked]
        await self._took("search by work", run, run.ids.get("results") == hits)
        yield THINKS
        for work, sign in ((marked.like, "+"), (marked.unlike, "-")):
            run = await self._visitor.click("results", "mark", {"id": work, "sign": sign})
            await self._took("mark", run, run.ids.get("results") == hits)
            yield CLICKS
        run = await self._visitor.press("apply_marks")
        await self._took("search by marks", run, run.ids.get("results") == marked.found)
        yield THINKS

    async def _region(self) -> AsyncIterator[Pause]:
        """Results of a picture or a work, and of a box that is drawn on it: each time another."""
        if self._chance.random() < 0.5:
            asked = await self._like_a_picture()
            whole = Item(picture=self._task.pictures[asked][1])
        else:
            run, asked = await self._like_a_work()
            hits = self._task.works[asked]
            await self._took("search by work", run, run.ids.get("results") == hits)
            whole = Item(asked)
        yield THINKS
        run = await self._visitor.press("find_detail")
        await self._took("picture to draw on", run, "artsim_region" in run.sizes)
        yield CLICKS
        box = self._box()
        run = await self._visitor.click("draw_region", "found", box)
        results = run.ids.get("results", [])
        self._record.regions.append(Region(self._task, replace(whole, box=box), results))
        await self._took("search by region", run, bool(results))
        yield THINKS

    async def _map(self) -> AsyncIterator[Pause]:
        """The map, the works in a box on it, and where one of them lies with its nearest."""
        known = self._task.map
        if known is None:
            return
        run = await self._open(MAP)
        await self._took("map", run, run.maps == [known.works])
        yield THINKS
        outline, inside = self._chance.choice(list(known.outlines.items()))
        run = await self._visitor.click("map_plot", "select", {"shape": outline, "pane": 0})
        seen = set(run.ids.get("map_chosen", []))
        right = seen <= inside and len(seen) == min(MAP_PAGE, len(inside))
        await self._took("works chosen on a map", run, right)
        yield THINKS
        asked, nearest = self._chance.choice(list(known.nearest.items()))
        run = await self._visitor.click("map_chosen", "similar", asked)
        await self._took("work placed on a map", run, run.ids.get("map_nearest") == nearest)
        yield THINKS

    async def _like_a_work(self) -> tuple[Run, str]:
        """Ask for what is like a work, from the grid that is shown."""
        if self._page != SEARCH:
            run = await self._open(SEARCH)
            await self._took("page of works", run, bool(run.ids.get("browse")))
        asked = self._chance.choice(list(self._task.works))
        return await self._visitor.click(self._visitor.grid, "similar", asked), asked

    async def _like_a_picture(self) -> str:
        """Ask for what is like a picture; its digest."""
        asked = self._chance.choice(list(self._task.pictures))
        run = await self._open(SEARCH, upload=asked)
        first = run.ids.get("results", [""])[0]
        await self._took("search by picture", run, first == self._task.pictures[asked][0])
        return asked

    async def _open(self, page: str, /, **view: object) -> Run:
        self._page = page
        return await self._visitor.open(page, collection=self._task.collection, **view)

    async def _took(self, kind: str, run: Run, right: bool) -> None:
        """Note a run, and look at its pictures."""
        self._record.take(kind, run, right)
        await self._visitor.see(run.files)

    def _box(self) -> Box:
        width, height = (self._chance.uniform(0.3, 0.6) for _ in range(2))
        left, top = self._chance.uniform(0, 1 - width), self._chance.uniform(0, 1 - height)
        x, y, w, h = (round(side, 4) for side in (left, top, width, height))
        return x, y, w, h
