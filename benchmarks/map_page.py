"""What a person waits for on a map, measured in a real Chromium against a real server.

    python -m benchmarks.map_page [--works 7359 100000] [--out benchmarks/results]

The collections are made up: points in seven groups, 48 small pictures. "first paint" runs from the
call of the page to the frame in which its points are drawn, in a browser with nothing cached;
"component" is the part of it after Streamlit has sent the page's element. "pan" is the time between
two frames while the map is dragged, "lasso" from the end of the outline to the frame that shows the
choice, and "answer" to the page that lists the chosen works. "canvas" draws without a graphics
card, "webgl" with plotly; without a card in the machine the latter is drawn in software.
"""

import argparse
import csv
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from browser_kit import App, browsing, serving

from artsim.collection.store import list_collections
from artsim.core.workspace import Workspace
from benchmarks.app import new_page

COLUMNS = (
    *("what", "renderer", "works", "p50_ms", "p95_ms", "times"),
    *("cpu", "cores", "python", "artsim", "commit", "date"),
)
SCRIPT = (Path(__file__).parent / "map_page.js").read_text(encoding="utf-8")
WAIT = 180_000


def prepare(workspace: Workspace, works: int) -> str:
    """The collection of so many works, made where it is not there."""
    sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests" / "kits"))
    from map_plot_kit import collection_with_map

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


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.map_page", description=__doc__)
    parser.add_argument("--home", type=Path)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "results")
    parser.add_argument("--works", type=int, nargs="+", default=[7_359, 100_000])
    parser.add_argument("--times", type=int, default=5)
    options = parser.parse_args()
    home = (options.home or Path(tempfile.gettempdir()) / "artsim-benchmark-map").resolve()
    workspace = Workspace.open(home)
    names = {works: prepare(workspace, works) for works in options.works}
    rows = []
    with tempfile.TemporaryDirectory() as place, browsing() as browser:
        for works, name in names.items():
            with serving(home, Path(place) / "log") as app:
                for what, renderer, found in measured(browser, app, name, options.times):
                    p50, p95 = np.percentile(found, [50, 95])
                    row = {"what": what, "renderer": renderer, "works": works}
                    rows.append(
                        row | {"p50_ms": f"{p50:.0f}", "p95_ms": f"{p95:.0f}", "times": len(found)}
                    )
                    print(
                        f"{what:12} {renderer:7} {works:>8,} {p50:8.0f} {p95:8.0f} ms", flush=True
                    )

    # Not at the top: it sets the number of threads for every process that is started after it.
    from benchmarks.search import machine

    facts = {name: value for name, value in machine().items() if name in COLUMNS}
    options.out.mkdir(parents=True, exist_ok=True)
    with (options.out / "map_page.csv").open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(row | facts for row in rows)
    print(f"wrote {options.out / 'map_page.csv'}")


if __name__ == "__main__":
    main()
