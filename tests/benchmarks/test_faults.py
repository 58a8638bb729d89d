"""kill -9 anywhere loses nothing, doubles nothing and leaves nothing: the short form."""

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.faults.campaign import COUNTS
from benchmarks.kit.processes import REPOSITORY

QUICK = ("import", "sync", "delete", "train")
CONDITIONS = ("permission lost", "two at once")


@pytest.mark.slow
def test_kills_in_the_middle_lose_nothing_and_leave_nothing(tmp_path: Path) -> None:
    options = ["--kills", str(len(QUICK)), "--works", "6", "--seed", "7", "--out", str(tmp_path)]
    # It forks, which a process that has used Lance may not.
    options += ["--faults", "1", "--condition", *CONDITIONS]
    command = [sys.executable, "-m", "benchmarks.faults", *options, "--action", *QUICK]
    subprocess.run(command, cwd=REPOSITORY, check=True)
    with (tmp_path / "faults.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["action"] for row in rows] == [*QUICK, *CONDITIONS]
    assert {row[count] for row in rows for count in COUNTS} == {"0"}
