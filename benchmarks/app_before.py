"""What a person waits for in version 0.1 and now: the same visits to both, in turn.

Needs a checkout of version 0.1:

    git worktree add ../before 779c2b6
    python -m benchmarks app_before --before ../before

A round starts the server of the one and then of the other, and does in a browser that has nothing
cached what ``benchmarks.app`` does: times are taken as there, and of each visit the first search
by a work and by a picture is left out. Each code has a workspace of its own with the demo (360
works), which both draw alike; where --home has none yet it is made first, which takes longer than
the rounds.
"""

import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from browser_kit import browsing, serving

from benchmarks.app import by_upload, by_work, new_page, page_turns, pictures_of
from benchmarks.kit.command import HOME, Benchmark, Option, Options, command_line, path
from benchmarks.kit.machine import facts
from benchmarks.kit.processes import REPOSITORY, artsim_command
from benchmarks.kit.results import Results
from benchmarks.kit.timing import percentiles

DEMO, BACKBONE = "demo", "efficientnet_lite0"
FIRST = "() => bench.pictured('Works')"
COLUMNS = (
    *("what", "before_p50_ms", "now_p50_ms", "ratio", "before_p95_ms", "now_p95_ms"),
    *("times", "rounds", "cpu", "cores", "load", "date", "code"),
)
Times = dict[str, list[float]]


@dataclass(frozen=True)
class _Code:
    """One checkout, and its workspace."""

    tree: Path
    home: Path

    def prepare(self) -> None:
        """Make the demo where it is not there yet."""
        if not (self.home / "collections" / DEMO).is_dir():
            artsim_command(self.home, "demo", "--offline", tree=self.tree)

    @contextmanager
    def visit(self, browser: Any) -> Iterator[tuple[Any, float]]:
        """The demo on a server of its own, and the milliseconds from its start to a picture."""
        page = new_page(browser)
        # Modules are compiled once, as where artsim is installed.
        once = {"PYTHONPATH": str(self.tree), "PYTHONDONTWRITEBYTECODE": ""}
        with tempfile.TemporaryDirectory() as place:
            began = time.perf_counter()
            with serving(self.home, Path(place) / "log", tree=self.tree, **once) as app:
                page.goto(app.link(collection=DEMO, backbone=BACKBONE), wait_until="commit")
                page.wait_for_function(FIRST)
                yield page, (time.perf_counter() - began) * 1000
        page.context.close()


def run(options: Options, results: Results) -> None:
    """Visit both codes in turn, then compare what was waited for."""
    known = facts("cpu", "cores", "load", "date", "code")
    home = options.home or Path(tempfile.gettempdir()) / "artsim-benchmark-before"
    before, now = _Code(options.before, home / "before"), _Code(REPOSITORY, home / "now")
    times: tuple[Times, Times] = (defaultdict(list), defaultdict(list))
    with tempfile.TemporaryDirectory() as place, browsing() as browser:
        for code in (before, now):
            code.prepare()
            with code.visit(browser):
                pass  # compiles the code
        pictures = pictures_of(now.home, DEMO, Path(place), options.uploads + 1)
        for _ in range(options.rounds):
            for code, found in zip((before, now), times, strict=True):
                with code.visit(browser) as (page, taken):
                    found["server start to first picture"].append(taken)
                    first_page = page.url
                    found["page turn"] += page_turns(page, options.searches)
                    page.goto(first_page)
                    page.wait_for_function(FIRST)
                    found["search by work"] += by_work(page, options.searches + 1)[1:]
                    found["search by upload"] += by_upload(page, pictures)[1:]
    with results.table("app_before.csv", known) as table:
        for what, old in times[0].items():
            row = _row(what, old, times[1][what], options.rounds)
            table.add(row)
            print("  ".join(f"{value!s:>13}" for value in row.values()), flush=True)


def _row(what: str, before: list[float], now: list[float], rounds: int) -> dict[str, object]:
    (p50, p95), (now_p50, now_p95) = percentiles(before), percentiles(now)
    return {
        "what": what,
        "before_p50_ms": f"{p50:.0f}",
        "now_p50_ms": f"{now_p50:.0f}",
        "ratio": f"{now_p50 / p50:.2f}",
        "before_p95_ms": f"{p95:.0f}",
        "now_p95_ms": f"{now_p95:.0f}",
        "times": len(now),
        "rounds": rounds,
    }


BENCHMARK = Benchmark(
    run,
    {"app_before.csv": COLUMNS},
    (
        Option("--before", "checkout of version 0.1", path, more={"required": True}),
        HOME,
        Option("--rounds", "visits to each", int, 3),
        Option("--searches", "searches by a work, and page turns, of a visit", int, 10),
        Option("--uploads", "searches by a picture of a visit", int, 8),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("app_before"))
