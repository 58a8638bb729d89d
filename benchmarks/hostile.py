"""Twenty hostile pictures at once: memory of the server, how long they take, what others notice.

One visitor searches with works on the Search page, and another over HTTP, each with a short rest;
first alone, then while so many uploads are always under way: a progressive JPEG of very many
passes, a WebP of 1 kB that claims 268 megapixels, PNGs that are 81 and claim 169 megapixels, a JPEG
that nearly passes, a TIFF of 3,000 pages. Searching, uploading and measuring are processes of their
own, because nobody's browser shares a processor with an attacker's; the uploads are built once, and
sent by a process that yields to all others. An honest picture comes first, because the first
picture loads the model. Memory is that of the server with all its processes, shared memory counted
once. The workspace is a temporary one.
"""

import asyncio
import os
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import cycle, islice
from multiprocessing import get_context
from multiprocessing.pool import Pool
from pathlib import Path

import httpx
from browser_kit import App, serving
from hostile_kit import image, many_pages, many_scans, png, webp_16k

from benchmarks.kit.command import HOME, QUICK, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.memory import MB, of_family
from benchmarks.kit.results import Results
from benchmarks.kit.timing import percentiles
from benchmarks.load_home import BACKBONE, prepared
from benchmarks.visitor import Visitor

NAME = "hostile.csv"
FACTS = ("cpu", "cores", "python", "artsim", "commit", "date")
COLUMNS = ("what", "value", "unit", "target", "note", "uploads", "seconds", *FACTS)
REST = 0.1
TURNS = 3
PATIENCE = 180.0
LEAD = 1.0  # seconds that uploads are ahead of the first search
WATCH = 0.5


@dataclass
class Seen:
    """What was measured of one stretch: seconds of each kind, answers by status, peak memory."""

    times: dict[str, list[float]] = field(default_factory=dict)
    statuses: dict[int, int] = field(default_factory=dict)
    memory: int = 0

    def add(self, other: "Seen") -> None:
        """Count another stretch in."""
        for name, times in other.times.items():
            self.times.setdefault(name, []).extend(times)
        for status, count in other.statuses.items():
            self.statuses[status] = self.statuses.get(status, 0) + count
        self.memory = max(self.memory, other.memory)


def pictures() -> dict[str, bytes]:
    """One of each kind."""
    return {
        "JPEG of 80,000 passes": many_scans(scans=80_000),
        "JPEG of 90 passes": many_scans((6_000, 4_000), 85),
        "WebP of 1 kB": webp_16k(1_000),
        "PNG of 81 megapixels": png(9_000, 9_000, 0, rows=9_000),
        "PNG that claims 169 megapixels": png(12_999, 12_999),
        "TIFF of 3,000 pages": many_pages(),
    }


@dataclass(frozen=True)
class Upload:
    """A request that brings a picture, ready to be sent."""

    name: str
    body: bytes = field(repr=False)
    kind: str

    @classmethod
    def of(cls, name: str, data: bytes) -> "Upload":
        files, fields = {"image": ("picture", data)}, {"backbone": BACKBONE, "k": "12"}
        request = httpx.Request("POST", "http://127.0.0.1", files=files, data=fields)
        return cls(name, request.read(), request.headers["content-type"])


def asked_of(collection: str) -> str:
    return f"/api/v1/collections/{collection}/search"


async def bring(url: str, collection: str, uploads: Sequence[Upload], seconds: float) -> Seen:
    """All ``uploads`` are under way for so long."""
    seen, until = Seen(), time.monotonic() + seconds
    limits = httpx.Limits(max_connections=len(uploads))

    async def again(client: httpx.AsyncClient, one: Upload) -> None:
        while time.monotonic() < until:
            began, headers = time.monotonic(), {"content-type": one.kind}
            answer = await client.post(asked_of(collection), content=one.body, headers=headers)
            seen.times.setdefault(one.name, []).append(time.monotonic() - began)
            seen.statuses[answer.status_code] = seen.statuses.get(answer.status_code, 0) + 1

    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE, limits=limits) as client:
        await asyncio.gather(*(again(client, one) for one in uploads))
    return seen


async def look(url: str, collection: str, works: int, seconds: float) -> Seen:
    """Two visitors search for so long."""
    seen, until = Seen(), time.monotonic() + seconds

    async def ask(client: httpx.AsyncClient) -> None:
        number = 0
        while time.monotonic() < until:
            asked = {"id": str(number % works), "backbone": BACKBONE, "k": 12}
            began = time.monotonic()
            (await client.post(asked_of(collection), json=asked)).raise_for_status()
            seen.times.setdefault("search over HTTP", []).append(time.monotonic() - began)
            number += 7
            await asyncio.sleep(REST)

    async def visit() -> None:
        async with Visitor(url) as visitor:
            await visitor.open(collection=collection)
            number = 0
            while time.monotonic() < until:
                run = await visitor.click(visitor.grid, "similar", str(number % works))
                seen.times.setdefault("search page", []).append(run.seconds)
                number += 7
                await asyncio.sleep(REST)

    async with httpx.AsyncClient(base_url=url, timeout=PATIENCE) as client:
        await asyncio.gather(ask(client), visit())
    return seen


def brought(url: str, collection: str, uploads: Sequence[Upload], seconds: float) -> Seen:
    return asyncio.run(bring(url, collection, uploads, seconds))


def looked(url: str, collection: str, works: int, seconds: float) -> Seen:
    return asyncio.run(look(url, collection, works, seconds))


@dataclass
class Parties:
    """Those who search and those who bring pictures, each a process."""

    visitors: Pool
    others: Pool
    app: App
    collection: str
    works: int

    def stretch(self, uploads: Sequence[Upload], seconds: float) -> Seen:
        """What is seen in so many seconds, with all of ``uploads`` under way all the time."""
        place, seen = (self.app.url, self.collection), Seen()
        sent = self.others.apply_async(brought, (*place, uploads, seconds + LEAD))
        if uploads:
            time.sleep(LEAD)
        found = self.visitors.apply_async(looked, (*place, self.works, seconds))
        while not found.ready():
            seen.memory = max(seen.memory, of_family(self.app.process.pid))
            found.wait(WATCH)
        seen.add(found.get())
        seen.add(sent.get())
        return seen


def rows(alone: Seen, beside: Seen) -> Iterator[dict[str, object]]:
    """The table of a stretch alone and one beside hostile uploads."""
    yield row("memory alone, peak", alone.memory / MB, "MB")
    yield row("memory with hostile uploads, peak", beside.memory / MB, "MB", "3000")
    every = {name: times for name, times in beside.times.items() if name not in alone.times}
    told = ", ".join(f"{count:,} x {status}" for status, count in sorted(beside.statuses.items()))
    yield row("server errors", beside.statuses.get(500, 0), "answers", "0", told)
    for name, times in every.items():
        yield row(f"{name}, longest", max(times), "s", "", f"{len(times):,} times")
    for name, times in alone.times.items():
        before, after = percentiles(times)[1], percentiles(beside.times[name])[1]
        yield row(f"{name} alone, p95", before * 1000, "ms", "", f"{len(times):,} times")
        note = f"{len(beside.times[name]):,} times"
        yield row(f"{name} beside them, p95", after * 1000, "ms", "", note)
        yield row(f"{name}, ratio of p95", after / before, "", "2")


def row(what: str, value: float, unit: str, target: str = "", note: str = "") -> dict[str, object]:
    return {"what": what, "value": f"{value:.4g}", "unit": unit, "target": target, "note": note}


def run(options: Options, results: Results) -> None:
    """Let two people search, then let others bring hostile pictures beside them."""
    home = (options.home or Path(tempfile.gettempdir()) / "artsim-benchmark-hostile").resolve()
    seconds = 24.0 if options.quick else options.seconds
    uploads = [Upload.of(*one) for one in islice(cycle(pictures().items()), options.uploads)]
    collection = prepared(home, options.works)
    known = facts(*FACTS) | {"uploads": options.uploads, "seconds": seconds}
    processes = get_context("spawn")
    with (
        results.table(NAME, known) as table,
        tempfile.TemporaryDirectory() as place,
        serving(home, Path(place) / "log") as app,
        processes.Pool(1) as visitors,
        processes.Pool(1, os.nice, (19,)) as others,
    ):
        parties = Parties(visitors, others, app, collection, options.works)
        honest = Upload.of("honest", image())
        parties.stretch([honest], 3.0)  # loads what all need
        alone, beside = Seen(), Seen()
        for _ in range(TURNS):  # what else the machine does changes
            alone.add(parties.stretch([], seconds / TURNS))
            beside.add(parties.stretch(uploads, seconds / TURNS))
        for told in rows(alone, beside):
            table.add(told)
            line = f"{told['what']:45}{told['value']:>10} {told['unit']:8}{told['target']:>6}"
            print(f"{line}  {told['note']}", flush=True)


BENCHMARK = Benchmark(
    run,
    {NAME: COLUMNS},
    (
        HOME,
        QUICK,
        Option("--uploads", "hostile uploads at once", int, 20),
        Option("--seconds", "seconds of measuring, alone and beside the uploads", float, 60.0),
        Option("--works", "works of the made up collection", int, 20_000),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("hostile"))
