"""What curators come to do: each task walked through in a browser, and the clicks that it takes.

A real Chromium at 1440 and at 390 pixels against a real server, on the generated demo collection
and on 'prints', drawn too, with faults to put right. Clicks are counted from the page where a task
begins: every click, drag, choice of files and key such as Tab or Enter counts one; going to a
field, typing and scrolling cost nothing. --home keeps the demo prepared; a copy of it is used.
"""

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from browser_kit import App, browsing, serving
from playwright.sync_api import Error, expect
from prints_kit import make_prints

from artsim.collection.store import list_collections
from artsim.core.workspace import Workspace
from benchmarks.kit.command import HOME, QUICK, Benchmark, Option, Options
from benchmarks.kit.machine import facts
from benchmarks.kit.processes import artsim_command
from benchmarks.kit.results import Results, Row
from benchmarks.tasks import cleaning, finding, keeping
from benchmarks.tasks.walk import BACKBONE, Task, Walk

NAME = "tasks.csv"
COLUMNS = ("task", "width", "clicks", "goal", "met", "test", "date", "code")
HEIGHTS = {1440: 1000, 390: 844}
TASKS = (*finding.TASKS, *keeping.TASKS, *cleaning.TASKS)
_PATIENCE = 60_000


def prepare(home: Path) -> None:
    """The demo, with what is needed to find details in it."""
    if "demo" not in list_collections(Workspace.open(home)):
        artsim_command(home, "demo", "--offline")
    artsim_command(home, "patches", "demo", "--backbone", BACKBONE)


def walked(browser: Any, app: App, folder: Path, width: int, task: Task) -> Row:
    """One task in a browser of its own; a picture of how it ended lies in ``folder``."""
    phone = width < 600
    context = browser.new_context(
        viewport={"width": width, "height": HEIGHTS.get(width, 900)},
        has_touch=phone,
        is_mobile=phone,
        accept_downloads=True,
    )
    page = context.new_page()
    page.set_default_timeout(_PATIENCE)
    walk = Walk(app, page, Workspace.open(app.home))
    done = True
    try:
        task.walk(walk)
    except (AssertionError, Error) as error:
        done = False
        print(f"  {str(error).splitlines()[0]}", flush=True)
    clicks = walk.hand.clicks
    page.screenshot(path=folder / f"{task.walk.__name__}-{width}.png")
    context.close()
    few = task.goal is None or clicks <= task.goal
    return {
        "task": task.name,
        "width": width,
        "clicks": clicks if done else "",
        "goal": "works" if task.goal is None else task.goal,
        "met": "yes" if done and few else "no",
        "test": task.test,
    }


def rows(home: Path, pictures: Path, widths: list[int], only: list[str]) -> Iterator[Row]:
    """Every task at every width, each width on a copy of the workspace of its own."""
    for width in widths:
        with tempfile.TemporaryDirectory() as place, browsing() as browser:
            expect.set_options(timeout=_PATIENCE)
            own = Path(place, "home")
            shutil.copytree(home, own)
            make_prints(Workspace.open(own), Path(place, "prints"))
            with serving(own, Path(place, "log")) as app:
                found = []
                for task in TASKS:
                    if not only or task.walk.__name__ in only:
                        found.append(walked(browser, app, pictures, width, task))
                        yield found[-1]
        first = {task.name for task in finding.FIRST}
        met = [row["met"] for row in found if row["task"] in first]
        if width < 600 and len(met) == len(first):
            yield {
                "task": "All of the first five on a phone",
                "width": width,
                "goal": "all",
                "met": "yes" if set(met) == {"yes"} else "no",
            }


def _order(row: Row) -> tuple[int, int]:
    """The wider window first, its tasks as they were walked through."""
    names = [task.name for task in TASKS]
    place = names.index(row["task"]) if row["task"] in names else len(names)
    return -int(row["width"]), place


def run(options: Options, results: Results) -> None:
    """Walk through every task, print the table and keep it."""
    home = options.home or Path(tempfile.gettempdir()) / "artsim-tasks"
    prepare(home)
    options.pictures.mkdir(parents=True, exist_ok=True)
    with results.table(NAME, facts("date", "code"), ("task", "width"), _order) as table:
        for row in rows(home, options.pictures, options.width, options.task):
            table.add(row)
            clicks, goal = row.get("clicks", ""), row["goal"]
            print(f"{row['task']:68}{row['width']:>5}{clicks:>4} of {goal:<6}{row['met']}")


PICTURES = Option(
    "--pictures",
    "folder for a screenshot of the end of each task",
    lambda text: Path(text).absolute(),
    Path(tempfile.gettempdir()) / "artsim-tasks-pictures",
)
WIDTHS = Option("--width", "widths of the browser window in pixels", int, (1440, 390), several=True)
ONLY = Option("--task", "only these tasks, by function name", str, (), several=True)
BENCHMARK = Benchmark(run, {NAME: COLUMNS}, (HOME, PICTURES, WIDTHS, ONLY, QUICK))
