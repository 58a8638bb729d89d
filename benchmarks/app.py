"""What a person waits for, measured in a real Chromium against a real server.

A time runs from the click (or the choice of a file) to the frame after the one in which the first
new picture is complete. A start runs from the start of the server's process to the first picture,
in a browser that is open already and has nothing cached; the files of the server's libraries may
be in the memory of the operating system. ``without a browser`` ends when everything that the first
page shows has been sent, to a visitor of the server's own kind: a browser elsewhere has processors
of its own. The workspace is by default one of its own in a temporary
folder, with the demo collection (360 works) and, where ../shared/data is, paintings_hires.
"""

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser_kit import App, browsing, serving

from artsim.collection.store import Collection, list_collections
from artsim.core.workspace import Workspace
from benchmarks.kit.command import HOME, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.processes import REPOSITORY, artsim_command
from benchmarks.kit.results import Results
from benchmarks.kit.timing import percentiles
from benchmarks.visitor import Visitor

SCRIPT = (Path(__file__).parent / "painted.js").read_text(encoding="utf-8")
FACTS = ("cpu", "cores", "python", "artsim", "commit", "date")
COLUMNS = (
    *("what", "collection", "works", "target_ms", "first_ms", "p50_ms", "p95_ms", "times"),
    *FACTS,
)
BROWSE, RESULTS = "Works", "Results"


@dataclass(frozen=True)
class Measure:
    """One line of the table; ``first`` is the cold one where that differs, all in ms."""

    what: str
    times: list[float]
    collection: str = ""
    works: int = 0
    target: float | None = None
    first: float | None = None

    def row(self) -> dict[str, object]:
        p50, p95 = percentiles(self.times)
        return {
            "what": self.what,
            "collection": self.collection,
            "works": self.works or "",
            "target_ms": "" if self.target is None else f"{self.target:.0f}",
            "first_ms": "" if self.first is None else f"{self.first:.0f}",
            "p50_ms": f"{p50:.0f}",
            "p95_ms": f"{p95:.0f}",
            "times": len(self.times),
        }


def prepare(home: Path) -> None:
    """Build what is not there yet."""
    there = list_collections(Workspace.open(home))
    if "demo" not in there:
        artsim_command(home, "demo", "--offline")
    data = REPOSITORY.parent / "shared" / "data"
    if "paintings" not in there and (data / "paintings_hires").is_dir():
        metadata = str(data / "paintings" / "artworks.csv")
        folder = ["folder", str(data / "paintings_hires"), "--metadata", metadata]
        artsim_command(home, "collection", "import", *folder, "--name", "paintings")
        artsim_command(home, "embed", "paintings", "--backbone", "efficientnet_lite0")


def milliseconds_of(command: list[str], times: int) -> list[float]:
    """Milliseconds that a process takes from start to end."""
    taken = []
    for _ in range(times):
        began = time.perf_counter()
        subprocess.run([sys.executable, *command], cwd=REPOSITORY, check=True, capture_output=True)
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def starts(browser: Any, home: Path, times: int) -> Iterator[float]:
    """Milliseconds from the start of the server to the first picture of the demo."""
    for _ in range(times):
        page = new_page(browser)
        began = time.perf_counter()
        with serving(home, Path(tempfile.gettempdir()) / "artsim-benchmark.log") as app:
            page.goto(app.link(collection="demo"), wait_until="commit")
            page.wait_for_function("() => bench.pictured('Works')")
            yield (time.perf_counter() - began) * 1000
        page.context.close()


def starts_alone(home: Path, times: int) -> Iterator[float]:
    """Milliseconds from the start of the server to the whole first page of the demo, no browser."""

    async def visit(url: str) -> None:
        async with Visitor(url) as visitor:
            page = await visitor.open(collection="demo")
            if not page.files or page.finished or not await visitor.see(page.files):
                raise RuntimeError(f"the first page failed: {page.texts}")

    for _ in range(times):
        began = time.perf_counter()
        with serving(home, Path(tempfile.gettempdir()) / "artsim-benchmark.log") as app:
            asyncio.run(visit(app.url))
            yield (time.perf_counter() - began) * 1000


def new_page(browser: Any) -> Any:
    page = browser.new_context(viewport={"width": 1440, "height": 900}).new_page()
    page.add_init_script(SCRIPT)
    page.set_default_timeout(60_000)
    return page


def opened(browser: Any, app: App, collection: str) -> Any:
    """A page that shows the collection's first works."""
    page = new_page(browser)
    page.goto(app.link(collection=collection))
    page.wait_for_function("() => bench.pictured('Works')")
    return page


def timed(page: Any, event: str, label: str, wanted: str, act: Callable[[], None]) -> float:
    """Milliseconds from the event that ``act`` causes to the first picture that is wanted."""
    page.evaluate(f"() => bench.painted({event!r}, {label!r}, {wanted})")
    act()
    return float(page.evaluate("() => bench.result"))


def by_work(page: Any, times: int) -> list[float]:
    """Click 'More like this' on one card after another."""
    taken = []
    for i in range(times):
        more = page.locator(".gallery .more:not(.why)").nth(i % 5)
        old = page.evaluate("() => String(bench.ids('Results'))")
        wanted = f"(ids) => ids.length && String(ids) !== {old!r}"
        taken.append(timed(page, "click", RESULTS, wanted, more.click))
        page.wait_for_timeout(250)
    return taken


def by_upload(page: Any, pictures: dict[str, Path]) -> list[float]:
    """Choose one file after another, each the picture of a work that must come first."""
    taken = []
    for work, picture in pictures.items():
        field = page.locator("input[type=file]").first
        taken.append(
            timed(
                page,
                "change",
                RESULTS,
                f"(ids) => ids[0] === {work!r}",
                lambda field=field, picture=picture: field.set_input_files(picture),
            )
        )
        page.wait_for_timeout(250)
    return taken


def page_turns(page: Any, times: int) -> list[float]:
    """Turn the pages of the browser's grid, to and fro."""
    taken = []
    for i in range(times):
        old = page.evaluate("() => bench.ids('Works')[0]")
        turn = page.get_by_role("button", name="Previous page" if i % 2 else "Next page")
        taken.append(timed(page, "click", BROWSE, f"(ids) => ids[0] !== {old!r}", turn.click))
        page.wait_for_timeout(250)
    return taken


def pictures_of(home: Path, name: str, folder: Path, count: int) -> dict[str, Path]:
    """Files to upload, by the id of their work: the imported ones, or the stored pictures."""
    collection = Collection.open(Workspace.open(home), name)
    rows = collection.metadata().select(["id", "file"]).to_pylist()
    found = {}
    for row in rows[:: max(1, len(rows) // count)][:count]:
        original = REPOSITORY.parent / "shared" / "data" / "paintings_hires" / str(row["file"])
        found[row["id"]] = original
        if name == "demo":
            found[row["id"]] = folder / f"{len(found)}.jpg"
            found[row["id"]].write_bytes(collection.image(row["id"]) or b"")
    return found


def in_browser(browser: Any, home: Path, options: Options) -> Iterator[Measure]:
    yield Measure(
        "server start to first picture",
        list(starts(browser, home, options.starts)),
        "demo",
        target=3000,
    )
    with tempfile.TemporaryDirectory() as place, serving(home, Path(place) / "log") as app:
        workspace = Workspace.open(home)
        for name in sorted({"demo", "paintings"} & set(list_collections(workspace))):
            info = Collection.open(workspace, name).info()
            files = pictures_of(home, info.name, Path(place), options.uploads + 1)
            page = opened(browser, app, info.name)
            if info.artworks > 40:
                turns = page_turns(page, options.searches)
                yield Measure("page turn", turns, info.name, info.artworks)
                page.goto(app.link(collection=info.name))
            page.wait_for_function("() => bench.pictured('Works')")
            times = by_work(page, options.searches + 1)
            yield Measure(
                "search by work", times[1:], info.name, info.artworks, 300, first=times[0]
            )
            times = by_upload(page, files)
            yield Measure(
                "search by upload", times[1:], info.name, info.artworks, 1000, first=times[0]
            )
            page.context.close()


def run(options: Options, results: Results) -> None:
    """Measure processes and starts, then what a person does in a browser."""
    known = facts(*FACTS)
    home = options.home or Path(tempfile.gettempdir()) / "artsim-benchmark"
    prepare(home)
    print(f"{'':46}{'':12}{'works':>6}{'target':>8}{'first':>8}{'p50':>8}{'p95':>8} ms")
    with results.table("app.csv", known) as table:
        for measure in measures(home, options):
            row = measure.row()
            table.add(row)
            print(
                f"{measure.what:46}{measure.collection:12}{row['works']:>6}{row['target_ms']:>8}"
                f"{row['first_ms']:>8}{row['p50_ms']:>8}{row['p95_ms']:>8} x {row['times']}",
                flush=True,
            )


def measures(home: Path, options: Options) -> Iterator[Measure]:
    """What takes how long, without a browser and then in one."""
    yield Measure(
        "python -c 'import artsim'", milliseconds_of(["-c", "import artsim"], 5), target=300
    )
    yield Measure("python -c pass", milliseconds_of(["-c", "pass"], 5))
    yield Measure("artsim --help", milliseconds_of(["-m", "artsim", "--help"], 5))
    alone = list(starts_alone(home, options.starts))
    yield Measure("server start to first page, without a browser", alone, "demo", target=3000)
    with browsing() as browser:
        yield from in_browser(browser, home, options)


BENCHMARK = Benchmark(
    run,
    {"app.csv": COLUMNS},
    (
        HOME,
        Option("--starts", "starts of the server", int, 5),
        Option("--searches", "searches by a work, and page turns", int, 24),
        Option("--uploads", "searches by an uploaded picture", int, 12),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("app"))
