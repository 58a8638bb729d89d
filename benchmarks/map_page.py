"""What a person waits for on a map, measured in a real Chromium against a real server.

The collections are made up: points in seven groups, 48 small pictures. "first paint" runs from the
call of the page to the frame in which its points are drawn, in a browser with nothing cached;
"component" is the part of it after Streamlit has sent the page's element. "pan" is the time between
two frames while the map is dragged, "lasso" from the end of the outline to the frame that shows the
choice, and "answer" to the page that lists the chosen works. "canvas" draws without a graphics
card, "webgl" with plotly; without a card in the machine the latter is drawn in software.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from browser_kit import App, browsing, serving
from map_plot_kit import collection_with_map

from artsim.collection.store import list_collections
from artsim.core.workspace import Workspace
from benchmarks.app import new_page
from benchmarks.kit.command import HOME, Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results
from benchmarks.kit.timing import percentiles

FACTS = ("cpu", "cores", "python", "artsim", "commit", "date")
COLUMNS = ("what", "renderer", "works", "p50_ms", "p95_ms", "times", *FACTS)
SCRIPT = (Path(__file__).parent / "map_page.js").read_text(encoding="utf-8")
WAIT = 180_000


def prepare(workspace: Workspace, works: int) -> str:
    """The collection of so many works, made where it is not there."""
    name = f"made-{works}"
    if name not in list_collections(workspace):
        collection_with_map(workspace, name, works)
    return name


def opened(browser: Any, app: App, name: str, renderer: str) -> Any:
    """A page whose map is drawn."""
    page = new_page(browser)
    page.set_default_timeout(WAIT)
    page.add_init_script(SCRIPT)
    page.goto(app.link("map", collection=name, colour="style"))
    page.wait_for_function("() => mapBench.drawn()")
    if renderer == "webgl":
        page.evaluate("() => mapBench.byPlotly()")
        page.wait_for_function("() => mapBench.plotted()")
    page.wait_for_timeout(2000)
    return page


def first_paints(browser: Any, app: App, name: str, times: int) -> Iterator[dict[str, float]]:
    for _ in range(times):
        page = opened(browser, app, name, "canvas")
        yield page.evaluate("() => mapBench.paint")
        page.context.close()


def pan(page: Any) -> list[float]:
    """Milliseconds between frames while the map is dragged to and fro."""
    box = page.locator(".surface").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.evaluate("() => mapBench.frames()")
    for step in range(60):
        turn = 120 * np.sin(step / 8)
        page.mouse.move(x + turn, y + turn / 2)
    gaps = page.evaluate("() => mapBench.gaps()")
    page.mouse.up()
    page.wait_for_timeout(3000)
    return list(gaps)


def lasso(page: Any) -> tuple[float, float]:
    """Milliseconds from the end of the outline to the choice, and to the server's answer."""
    page.get_by_role("button", name="Choose with a lasso").click()
    box = page.locator(".surface").bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x - 150, y - 150)
    page.mouse.down()
    for dx, dy in ((150, -160), (170, 150), (-140, 170)):
        page.mouse.move(x + dx, y + dy, steps=8)
    page.evaluate("() => mapBench.choosing()")
    page.mouse.up()
    page.wait_for_function("() => mapBench.answered")
    chosen, answered = page.evaluate("() => [mapBench.chosen, mapBench.answered]")
    page.get_by_role("button", name="Take the choice back").click()
    page.wait_for_selector("[data-test-script-state=notRunning]")
    page.wait_for_timeout(1000)
    return chosen, answered


def measured(
    browser: Any, app: App, name: str, times: int
) -> Iterator[tuple[str, str, list[float]]]:
    paints = list(first_paints(browser, app, name, times))
    for part in ("first paint", "component"):
        yield part, "canvas", [paint[part] for paint in paints]
    for renderer in ("canvas", "webgl"):
        page = opened(browser, app, name, renderer)
        yield "pan", renderer, pan(page)
        choices = [lasso(page) for _ in range(times)]
        yield "lasso", renderer, [chosen for chosen, _ in choices]
        yield "answer", renderer, [answered for _, answered in choices]
        page.context.close()


def run(options: Options, results: Results) -> None:
    """Measure maps of each size."""
    known = facts(*FACTS)
    home = (options.home or Path(tempfile.gettempdir()) / "artsim-benchmark-map").resolve()
    workspace = Workspace.open(home)
    names = {works: prepare(workspace, works) for works in options.works}
    with (
        results.table("map_page.csv", known) as table,
        tempfile.TemporaryDirectory() as place,
        browsing() as browser,
    ):
        for works, name in names.items():
            with serving(home, Path(place) / "log") as app:
                for what, renderer, found in measured(browser, app, name, options.repeat):
                    p50, p95 = percentiles(found)
                    row = {"what": what, "renderer": renderer, "works": works, "times": len(found)}
                    table.add(row | {"p50_ms": f"{p50:.0f}", "p95_ms": f"{p95:.0f}"})
                    print(
                        f"{what:12} {renderer:7} {works:>8,} {p50:8.0f} {p95:8.0f} ms", flush=True
                    )


BENCHMARK = Benchmark(
    run,
    {"map_page.csv": COLUMNS},
    (
        HOME,
        Option("--works", "works of each map", int, (7_359, 100_000), several=True),
        Option("--repeat", "repeats of paint and lasso on each map", int, 5),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("map_page"))
