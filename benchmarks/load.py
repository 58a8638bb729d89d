"""The app under load: many people at once, each a real websocket session with time to think.

A search runs from the message that the click sends to the end of the page's run, with the right
works in its grid; the pictures are fetched after it, as a browser does. Three of four times a
person asks with a work, else with a picture, or turns a page. The server's memory is read every
few seconds; its slope is that of a straight line after the first fifth of the time. The workspace
is by default one of its own in a temporary folder, with the demo collection and one of made up
embeddings as long as those of efficientnet_lite0. Takes the minutes and one more.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from browser_kit import App, serving
from map_plot_kit import made_collection

from artsim.backbones import registry
from artsim.collection.store import Collection, list_collections
from artsim.core.workspace import Workspace
from artsim.images.query_pictures import keep, query_picture
from artsim.library import Library
from artsim.search.query import Query
from benchmarks.kit.command import HOME, QUICK, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.memory import MB, resident
from benchmarks.kit.processes import artsim_command, processor_seconds
from benchmarks.kit.results import Results
from benchmarks.kit.timing import percentiles
from benchmarks.visitor import Run, Visitor

BACKBONE = "efficientnet_lite0"
FACTS = ("cpu", "cores", "python", "artsim", "commit", "date")
COLUMNS = ("what", "value", "unit", "target", "note", "sessions", "minutes", *FACTS)
PAGES = ("", "compare", "map", "evaluate", "train", "collections")
ASKED_WITH = 60  # works a collection that people ask with
PICTURES = 8
SAMPLE_SECONDS = 3.0
RAMP_SECONDS = 20.0


@dataclass
class Task:
    """What can be asked of a collection: works with their right results, pictures with the first.

    ``array`` is the size of its embeddings in bytes.
    """

    collection: str
    works: dict[str, list[str]]
    pictures: dict[str, str]
    pages: int
    array: int


@dataclass
class Record:
    """What all visitors saw: the runs of each kind, and what went wrong."""

    runs: dict[str, list[Run]] = field(default_factory=lambda: defaultdict(list))
    wrong: list[str] = field(default_factory=list)
    pictures: int = 0

    def take(self, kind: str, run: Run, right: bool) -> None:
        self.runs[kind].append(run)
        if run.finished or not right:
            self.wrong.append(f"{kind}: {run.texts or run.ids}")


@dataclass
class Memory:
    """Resident memory of a process over time: seconds, bytes and seconds of the processors."""

    samples: list[tuple[float, int, float]] = field(default_factory=list)

    def read(self, pid: int) -> int:
        """Take a sample; its bytes."""
        now = resident(pid)
        self.samples.append((time.monotonic(), now, processor_seconds(pid)))
        return now

    def slope(self) -> float:
        """Bytes a minute after the first fifth."""
        seconds, memory, _ = np.array(self.samples).T
        later = seconds >= seconds[0] + (seconds[-1] - seconds[0]) / 5
        return float(np.polyfit(seconds[later] / 60, memory[later], 1)[0])

    def busy(self) -> float:
        """Processors kept busy, 1.0 is one of them."""
        (began, _, before), (ended, _, after) = self.samples[0], self.samples[-1]
        return (after - before) / (ended - began)


def prepare(home: Path, works: int) -> None:
    """Build what is not there yet."""
    if "demo" not in list_collections(Workspace.open(home)):
        artsim_command(home, "demo", "--offline")
    if works:
        prepared(home, works)


def prepared(home: Path, works: int) -> str:
    """The name of the collection of so many made up embeddings, which is built where it is not."""
    workspace, name = Workspace.open(home), f"made-{works}"
    if name not in list_collections(workspace):
        digest = str(registry.resolve(workspace, BACKBONE).digest)
        made_collection(workspace, name, works, BACKBONE, digest, dimension=1280)
    return name


def tasks(home: Path) -> list[Task]:
    """What is asked of each collection that is embedded, with the right answers."""
    workspace = Workspace.open(home)
    library = Library(workspace)
    found = []
    for info in library.collections():
        if not any(column.backbone == BACKBONE and column.count for column in info.embeddings):
            continue
        gallery = library.gallery(info.name, BACKBONE)
        ids = gallery.ids[:: max(1, len(gallery.ids) // ASKED_WITH)][:ASKED_WITH]
        works = {
            asked: [h.id for h in library.search(info.name, Query(BACKBONE, id=asked, k=12)).hits]
            for asked in ids
        }
        collection = Collection.open(workspace, info.name)
        # A made up collection's pictures have nothing to do with its embeddings.
        kept = [] if info.name.startswith("made-") else ids[:: len(ids) // PICTURES]
        images = {}
        for asked in kept:
            picture = query_picture(collection.image(asked) or b"", "load.jpg")
            keep(workspace, picture)
            images[picture.digest] = asked
        pages = -(-info.artworks // 36)
        found.append(Task(info.name, works, images, pages, gallery.matrix.nbytes))
    return found


async def ask(visitor: Visitor, task: Task, record: Record, chance: random.Random) -> None:
    """Do one of the things that a person does on the Search page, and look at the pictures."""
    what = chance.random()
    if what < 0.75:
        asked = chance.choice(list(task.works))
        run = await visitor.click(visitor.grid, "similar", asked)
        record.take("search by work", run, run.ids.get("results") == task.works[asked])
    elif what < 0.85 and task.pictures:
        digest = chance.choice(list(task.pictures))
        run = await visitor.open(collection=task.collection, upload=digest)
        first = run.ids.get("results", [""])[0]
        record.take("search by picture", run, first == task.pictures[digest])
    else:
        page = chance.randint(1, task.pages)
        run = await visitor.open(collection=task.collection, page=page)
        record.take("page of works", run, bool(run.ids.get("browse")))
    record.pictures += await visitor.see(run.thumbs)


async def visit(url: str, task: Task, record: Record, until: float, seed: int, ramp: float) -> None:
    """One person: comes, looks, thinks five to ten seconds, asks, until the time is up."""
    chance = random.Random(seed)
    await asyncio.sleep(chance.uniform(0, ramp))
    async with Visitor(url) as visitor:
        run = await visitor.open(collection=task.collection)
        record.take("first page", run, bool(run.ids.get("browse")))
        record.pictures += await visitor.see(run.thumbs)
        while time.monotonic() + 10 < until:
            await asyncio.sleep(chance.uniform(5, 10))
            await ask(visitor, task, record, chance)
        await asyncio.sleep(max(0.0, until - time.monotonic()))


async def alone(app: App, asked: list[Task]) -> int:
    """Every collection and the model once, by one person; the server's memory after it."""
    chance, record = random.Random(0), Record()
    async with Visitor(app.url) as visitor:
        for task in asked:
            await visitor.open(collection=task.collection)
            for _ in range(12):
                await ask(visitor, task, record, chance)
            for digest in task.pictures:
                await visitor.open(collection=task.collection, upload=digest)
        return resident(app.process.pid)


async def crowd(
    app: App, asked: list[Task], sessions: int, seconds: float, ramp: float = RAMP_SECONDS
) -> tuple[Record, Memory]:
    """So many people for so long."""
    record, memory = Record(), Memory()
    until = time.monotonic() + seconds + ramp
    people = [
        asyncio.create_task(visit(app.url, asked[i % len(asked)], record, until, i, ramp))
        for i in range(sessions)
    ]
    await asyncio.sleep(ramp)
    while time.monotonic() < until:
        memory.read(app.process.pid)
        await asyncio.sleep(SAMPLE_SECONDS)
    for failed in await asyncio.gather(*people, return_exceptions=True):
        if isinstance(failed, BaseException):
            record.wrong.append(f"a session ended: {failed!r}")
    return record, memory


async def shipped(app: App, collection: str) -> Iterator[tuple[str, Run, Run]]:
    """What each page sends when it is opened, and when it is run again."""
    found = []
    async with Visitor(app.url) as visitor:
        for page in PAGES:
            first = await visitor.open(page, collection=collection)
            found.append((page or "search", first, await visitor.open(page, collection=collection)))
    return iter(found)


def rows(
    record: Record, memory: Memory, one: int, asked: list[Task], sessions: int
) -> Iterator[dict[str, object]]:
    """The table of a crowd."""
    for kind, runs in sorted(record.runs.items()):
        p50, p95 = percentiles([run.seconds * 1000 for run in runs])
        target = "2000" if kind.startswith("search") else ""
        note = f"{len(runs):,} times, {np.mean([run.bytes for run in runs]) / 1000:.1f} kB each"
        yield row(f"{kind}, p50", p50, "ms", "", note)
        yield row(f"{kind}, p95", p95, "ms", target, note)
    answered = sum(map(len, record.runs.values()))
    yield row("wrong or failed", len(record.wrong), "runs", "0", f"of {answered:,}")
    many = memory.samples[0][1]
    array = sum(task.array for task in asked)
    yield row("memory after one session", one / MB, "MB", "", f"embeddings {array / MB:.0f} MB")
    yield row("memory with all sessions", many / MB, "MB")
    yield row("memory at the end", memory.samples[-1][1] / MB, "MB")
    each = (many - one) / max(1, sessions - 1) / MB
    shared = "shared" if each < array / MB / 4 else "not shared"
    yield row("memory a further session", each, "MB", "", f"the embeddings are {shared}")
    yield row("memory grows a minute", memory.slope() / MB, "MB")
    yield row("processors busy", memory.busy(), "cores", "", "of the server")


def row(what: str, value: float, unit: str, target: str = "", note: str = "") -> dict[str, object]:
    return {"what": what, "value": f"{value:.4g}", "unit": unit, "target": target, "note": note}


def measured(app: App, home: Path, sessions: int, minutes: float) -> Iterator[dict[str, object]]:
    asked = tasks(home)
    one = asyncio.run(alone(app, asked))
    record, memory = asyncio.run(crowd(app, asked, sessions, minutes * 60))
    yield from rows(record, memory, one, asked, sessions)
    for wrong in record.wrong[:5]:
        print(wrong, file=sys.stderr)
    for page, first, again in asyncio.run(shipped(app, asked[0].collection)):
        largest = max(first.sizes, key=lambda kind: first.sizes[kind])
        note = f"again {again.bytes / 1000:.1f} kB; most of it {largest}"
        yield row(f"sent by {page}", first.bytes / 1000, "kB", "", note)


def run(options: Options, results: Results) -> None:
    """Let people ask, and tell what they waited for and what the server needed."""
    home = (options.home or Path(tempfile.gettempdir()) / "artsim-benchmark-load").resolve()
    minutes = 1.0 if options.quick else options.minutes
    known = facts(*FACTS) | {"sessions": options.sessions, "minutes": minutes}
    prepare(home, options.works)
    with (
        results.table("load.csv", known) as table,
        tempfile.TemporaryDirectory() as place,
        serving(home, Path(place) / "log") as app,
    ):
        for told in measured(app, home, options.sessions, minutes):
            table.add(told)
            line = f"{told['what']:28}{told['value']:>10} {told['unit']:6}{told['target']:>6}"
            print(f"{line}  {told['note']}", flush=True)


BENCHMARK = Benchmark(
    run,
    {"load.csv": COLUMNS},
    (
        HOME,
        QUICK,
        Option("--sessions", "people at once", int, 50),
        Option("--minutes", "minutes that each person stays", float, 10.0),
        Option("--works", "works of the made up collection", int, 20_000),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("load"))
