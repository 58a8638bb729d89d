"""kill -9 in the middle of what changes a workspace: what is lost, doubled or left behind.

Each action runs in a process of its own, which is killed at a moment drawn uniformly over its time.
Then 'artsim doctor --repair' runs, the action is done again, and the workspace is compared with
what it must hold: ``lost`` counts works, pictures, embeddings, trays and accounts that were there
or were said to be done and are not; ``doubled`` those that are there twice or came back;
``unreadable`` kills after which something could not be opened or done again; ``unsound`` kills
after which the doctor finds a fault that it cannot repair; ``orphaned`` what lies half written or
half deleted after a sweep; ``hung`` kills after which the same again did not end; ``leaked``
processes that outlived the killed one. In the rows of a full disk, a disk or workspace that cannot
be written, a clock that was set back, locked databases, two who do the same at once and damaged
files, ``kills`` counts how often that held, and ``unreadable`` what was raised and is no sentence.
The row ``pictures`` counts mutated pictures in ``kills``,
each through upload and import: see ``pictures.counts``. A run with another seed adds its rows to
the table, so that a long campaign is made of short ones.
"""

import os
import random
import time
import warnings

from artsim.core.errors import InvalidInput
from benchmarks.faults import conditions, pictures
from benchmarks.faults.campaign import COUNTS, killed
from benchmarks.faults.heavy import ACTIONS
from benchmarks.kit import machine
from benchmarks.kit.command import QUICK, SEED, Benchmark, Option, Options
from benchmarks.kit.results import Results

NAME, PICTURES = "faults.csv", "pictures"
COLUMNS = ("action", "works", "kills", *COUNTS, "seconds", "seed", "artsim", "date")


def run(options: Options, results: Results) -> None:
    """Kill each action, and write its row as soon as it is done."""
    for given, known in ((options.action, ACTIONS), (options.condition, conditions.NAMES)):
        if unknown := set(given) - set(known):
            raise InvalidInput(f"There is no {', '.join(sorted(unknown))}: name {list(known)}.")
    # What is killed is small: threads that wait for each other on a busy machine took most time.
    os.environ.setdefault("OMP_NUM_THREADS", "1")
    # The children use no table that this process has opened.
    warnings.filterwarnings("ignore", message="lance is not fork-safe")
    each = -(-options.kills // len(options.action))
    order = [*ACTIONS, *conditions.NAMES, PICTURES].index
    with results.table(
        NAME,
        machine.facts("artsim", "date"),
        replaces=("action", "seed"),
        order=lambda row: (order(row["action"]), int(row["seed"])),
    ) as table:
        for action in options.action if options.kills else ():
            began, total = time.monotonic(), dict.fromkeys(COUNTS, 0)
            draw = random.Random(f"{options.seed} {action}")
            for found in killed(action, options.works, each, draw):
                total = {name: total[name] + found[name] for name in COUNTS}
            row = {"action": action, "works": options.works, "kills": each, **total}
            table.add(row | {"seed": options.seed, "seconds": round(time.monotonic() - began)})
            print(row, flush=True)
        for name in options.condition if options.faults else ():
            began, total, done = time.monotonic(), dict.fromkeys(COUNTS, 0), 0
            draw = random.Random(f"{options.seed} {name}")
            for found in conditions.suffered(name, options.works, options.faults, draw):
                total = {count: total[count] + found[count] for count in COUNTS}
                done += 1
            if done:
                row = {"action": name, "works": options.works, "kills": done, **total}
                table.add(row | {"seed": options.seed, "seconds": round(time.monotonic() - began)})
                print(row, flush=True)
        if options.pictures:
            began = time.monotonic()
            row = dict.fromkeys(COUNTS, 0) | pictures.counts(options.pictures, options.seed)
            row |= {"action": PICTURES, "works": "", "kills": options.pictures}
            print(row, flush=True)
            row = {name: value for name, value in row.items() if name in COLUMNS}
            table.add(row | {"seed": options.seed, "seconds": round(time.monotonic() - began)})


BENCHMARK = Benchmark(
    run,
    {NAME: COLUMNS},
    (
        Option("--kills", "kills in all, shared among the actions", int, 108),
        Option("--works", "pictures of a collection", int, 24),
        Option("--pictures", "mutated pictures to upload and import", int, 0),
        Option("--faults", "repeats of each condition, such as a full disk", int, 0),
        Option("--condition", "conditions to test", str, conditions.NAMES, several=True),
        Option("--action", "actions to kill", str, tuple(ACTIONS), several=True),
        SEED,
        QUICK,
    ),
)
