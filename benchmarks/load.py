"""The app under load: many people at once, each a real websocket session with time to think.

What they ask is a mix: searches by works and pictures, marks, boxes drawn on pictures, pages,
maps with works chosen in an outline and placed. A run is timed from the message that a click sends
to the end of the page's run; what it shows must be the right works, those of regions looked up
afterwards. Pictures and the points of maps are fetched after it, as a browser does. Other sessions
open a page and do nothing; they come first, and some of them ask in the end. The server's memory is
read every few seconds; its slope is that of a straight line after the first fifth of the time. The
workspace is by default one of its own in a temporary folder, with the demo collection and one of
made up embeddings as long as those of efficientnet_lite0. Takes the minutes, four more, and the
first time ten to build the workspace.
"""

import asyncio
import random
import sys
import tempfile
import time
from collections.abc import Coroutine, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from browser_kit import App, serving

from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search.query import Query
from benchmarks.kit.command import HOME, QUICK, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.memory import MB, peak, resident
from benchmarks.kit.processes import processor_seconds
from benchmarks.kit.results import Results
from benchmarks.kit.timing import percentiles
from benchmarks.load_home import K, Task, found, prepare, tasks
from benchmarks.load_mix import Person, Record
from benchmarks.visitor import Run, Visitor

FACTS = ("cpu", "cores", "python", "artsim", "commit", "date")
COLUMNS = ("what", "value", "unit", "target", "note", "sessions", "idle", "minutes", *FACTS)
PAGES = ("", "compare", "map", "evaluate", "train", "collections")
SAMPLE_SECONDS = 3.0
RAMP_SECONDS = 20.0
IDLE_COME = 1.5  # a second: pages that are left open were opened over hours
ASK_IN_THE_END = 5  # one of so many idle sessions
TARGET_MS, TARGET_PEAK, TARGET_SLOPE = "500", "3000", "1"


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


async def person(url: str, task: Task, record: Record, until: float, seed: int) -> None:
    """One who asks until the time is up."""
    async with Visitor(url) as visitor:
        one = Person(visitor, task, record, random.Random(seed))
        await one.arrives()
        await one.asks(until)


async def idler(
    url: str, task: Task, record: Record, leave: asyncio.Event, asking: asyncio.Lock | None
) -> None:
    """One who opens a page and goes away from it; with ``asking`` it asks in the end, in turn."""
    async with Visitor(url) as visitor:
        one = Person(visitor, task, record, random.Random(0))
        await one.arrives("first page, then idle")
        await leave.wait()
        if asking is not None:
            async with asking:
                await one.returns()


async def alone(app: App, asked: list[Task]) -> int:
    """Every collection and the model once, by one person; the server's memory after it."""
    async with Visitor(app.url) as visitor:
        for task in asked:
            await Person(visitor, task, Record(), random.Random(0)).does_everything()
        return resident(app.process.pid)


async def crowd(
    app: App,
    asked: list[Task],
    sessions: int,
    seconds: float,
    ramp: float = RAMP_SECONDS,
    idle: int = 0,
) -> tuple[Record, Memory]:
    """So many people for so long, beside so many idle sessions."""
    record, memory = Record(), Memory()
    leave, asking = asyncio.Event(), asyncio.Lock()
    people = []

    def comes(visit: Coroutine[None, None, None]) -> None:
        people.append(asyncio.create_task(visit))

    for i in range(idle):
        asks = asking if i % ASK_IN_THE_END == 0 else None
        comes(idler(app.url, asked[i % len(asked)], record, leave, asks))
        await asyncio.sleep(1 / IDLE_COME)
    until = time.monotonic() + ramp + seconds
    for i in range(sessions):
        comes(person(app.url, asked[i % len(asked)], record, until, i))
        await asyncio.sleep(ramp / sessions)
    while time.monotonic() < until:
        memory.read(app.process.pid)
        await asyncio.sleep(SAMPLE_SECONDS)
    leave.set()
    for ended in await asyncio.gather(*people, return_exceptions=True):
        if isinstance(ended, BaseException):
            record.wrong.append(f"a session ended: {ended!r}")
    return record, memory


def check_regions(home: Path, record: Record) -> None:
    """Note the regions for which other works were shown than a search of our own finds."""
    library = Library(Workspace.open(home))
    for region in record.regions:
        task = region.task
        right = found(library, task.collection, Query(task.backbone, like=(region.item,), k=K))
        if right != region.found:
            record.wrong.append(f"search by region: {region.item.box} {region.found} not {right}")


async def shipped(app: App, collection: str) -> Iterator[tuple[str, Run, Run]]:
    """What each page sends when it is opened, and when it is run again."""
    found = []
    async with Visitor(app.url) as visitor:
        for page in PAGES:
            first = await visitor.open(page, collection=collection)
            found.append((page or "search", first, await visitor.open(page, collection=collection)))
    return iter(found)


def rows(
    record: Record, memory: Memory, one: int, most: int, asked: list[Task], sessions: int
) -> Iterator[dict[str, object]]:
    """The table of a crowd of so many ``sessions``, the idle ones included."""
    every = [run for kind, runs in record.runs.items() if "idle" not in kind for run in runs]
    for kind, runs in [("all interactions", every), *sorted(record.runs.items())]:
        p50, p95 = percentiles([run.seconds * 1000 for run in runs])
        note = f"{len(runs):,} times, {np.mean([run.bytes for run in runs]) / 1000:.1f} kB each"
        yield row(f"{kind}, p50", p50, "ms", "", note)
        yield row(f"{kind}, p95", p95, "ms", TARGET_MS if runs is every else "", note)
    answered = sum(map(len, record.runs.values()))
    yield row("wrong or failed", len(record.wrong), "runs", "0", f"of {answered:,}")
    many = memory.samples[0][1]
    array = sum(task.array for task in asked)
    yield row("memory after one session", one / MB, "MB", "", f"embeddings {array / MB:.0f} MB")
    yield row("memory with all sessions", many / MB, "MB")
    yield row("memory at the end", memory.samples[-1][1] / MB, "MB")
    yield row("memory, peak", most / MB, "MB", TARGET_PEAK)
    each = (many - one) / max(1, sessions - 1) / MB
    shared = "shared" if each < array / MB / 4 else "not shared"
    yield row("memory a further session", each, "MB", "", f"the embeddings are {shared}")
    yield row("memory grows a minute", memory.slope() / MB, "MB", TARGET_SLOPE)
    yield row("processors busy", memory.busy(), "cores", "", "of the server")


def row(what: str, value: float, unit: str, target: str = "", note: str = "") -> dict[str, object]:
    return {"what": what, "value": f"{value:.4g}", "unit": unit, "target": target, "note": note}


def measured(app: App, home: Path, options: Options, minutes: float) -> Iterator[dict[str, object]]:
    asked = tasks(home)
    one = asyncio.run(alone(app, asked))
    sessions, idle = options.sessions, options.idle
    record, memory = asyncio.run(crowd(app, asked, sessions, minutes * 60, idle=idle))
    most = peak(app.process.pid)
    check_regions(home, record)
    yield from rows(record, memory, one, most, asked, sessions + idle)
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
    known = facts(*FACTS) | {
        "sessions": options.sessions,
        "idle": options.idle,
        "minutes": minutes,
    }
    prepare(home, options.works)
    with (
        results.table("load.csv", known) as table,
        tempfile.TemporaryDirectory() as place,
        serving(home, Path(place) / "log") as app,
    ):
        for told in measured(app, home, options, minutes):
            table.add(told)
            line = f"{told['what']:32}{told['value']:>10} {told['unit']:6}{told['target']:>6}"
            print(f"{line}  {told['note']}", flush=True)


BENCHMARK = Benchmark(
    run,
    {"load.csv": COLUMNS},
    (
        HOME,
        QUICK,
        Option("--sessions", "people who ask at once", int, 50),
        Option("--idle", "further sessions that open a page and do nothing", int, 200),
        Option("--minutes", "minutes that each person asks", float, 10.0),
        Option("--works", "works of the made up collection", int, 20_000),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("load"))
