"""Are figures as certain as they claim: intervals, unmarked copies, works fitted on, noisy judges?

coverage: simulated queries whose truth is known. copies: unmarked copies of paintings come into a
collection, and its title mAP before, with them, and with them left out. fitted: artsim-lite0 on
works that its making saw, on others by artists of whom it saw works, and on neither. judges: it is
retrained by 200 simulated marks, a fifth of them wrong, and tested on works of other artists.
"""

from collections.abc import Callable, Iterator, Mapping
from functools import cache

from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from benchmarks.honesty import copies, fitted, intervals, judges
from benchmarks.kit.command import DATA, HOME, QUICK, SEED, Benchmark, Option, Options
from benchmarks.kit.machine import facts
from benchmarks.kit.results import Results
from benchmarks.pooled_works import Parts, PooledWorks, parts_of, pooled_works
from benchmarks.train_data import paintings

BACKBONE = "artsim-lite0"
FACTS = ("seed", "code", "date")
PARTS = ("coverage", "copies", "fitted", "judges")
TABLES = {
    "honesty.csv": (*intervals.COLUMNS, *FACTS),
    "honesty_copies.csv": (*copies.COLUMNS, *FACTS),
    "honesty_fitted.csv": (*fitted.COLUMNS, *FACTS),
    "honesty_judges.csv": (*judges.COLUMNS, *FACTS),
}
Row = Mapping[str, object]


def run(options: Options, results: Results) -> None:
    """Fill the table of each part."""

    @cache
    def published() -> tuple[PooledWorks, Parts]:
        workspace = _workspace(options, "paintings")
        folder = paintings(options.home / "paintings", options.data)
        works = pooled_works(workspace, folder, BACKBONE)
        return works, parts_of(works)

    made: dict[str, Callable[[], Iterator[Row]]] = {
        "coverage": lambda: intervals.rows(
            100 if options.quick else options.simulations, options.seed
        ),
        "copies": lambda: copies.rows(_workspace(options, "paintings_hires"), options.data),
        "fitted": lambda: fitted.rows(*published(), options.seed),
        "judges": lambda: judges.rows(*published(), options.judges, options.seed),
    }
    known = facts("code", "date") | {"seed": options.seed}
    for part in options.what:
        name = "honesty.csv" if part == "coverage" else f"honesty_{part}.csv"
        with results.table(name, known) as table:
            for row in made[part]():
                table.add(row)
                print(*row.values(), sep="  ", flush=True)


def _workspace(options: Options, name: str) -> Workspace:
    """The workspace, where the paintings are; raises InvalidInput where either is missing."""
    if options.home is None:
        raise InvalidInput("Works are kept in a workspace: name one with --home.")
    if not (options.data / name).is_dir():
        raise InvalidInput(f"{options.data} has no {name}: name one that has with --data.")
    return Workspace.open(options.home)


BENCHMARK = Benchmark(
    run,
    TABLES,
    (
        HOME,
        DATA,
        SEED,
        QUICK,
        Option("--what", "parts to measure", str, PARTS, True, {"choices": PARTS}),
        Option("--judges", "simulated judges of each label", int, 6),
        Option("--simulations", "simulations for each cell of coverage", int, 4_000),
    ),
)
