"""Benchmarks have one command line, one way to write tables, and lose nothing."""

import csv
import json
import os
import subprocess
import sys
from contextlib import suppress
from pathlib import Path

import pytest

from benchmarks.kit import machine
from benchmarks.kit.results import DEFAULT, Results, Table
from benchmarks.kit.timing import ratio
from benchmarks.registry import BENCHMARKS
from tests.conftest import REPOSITORY

SMALL = ["--works", "1000", "--dim", "16", "--k", "5", "--queries", "3", "--batch", "4"]


def run(*words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    return run_python("-m", *words, status=status)


def run_python(*words: str, status: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONPATH": str(REPOSITORY)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == status, done.stderr
    return done


@pytest.fixture(scope="module")
def columns() -> dict[str, dict[str, list[str]]]:
    """The columns of each benchmark's tables, from a process that imports every benchmark."""
    code = (
        "import importlib, json, sys; "
        "found = {n: importlib.import_module(f'benchmarks.{n}').BENCHMARK for n in sys.argv[1:]}; "
        "print(json.dumps({name: dict(one.tables) for name, one in found.items()}))"
    )
    # Some set the number of threads when they are imported, which is nothing for the other tests.
    told: dict[str, dict[str, list[str]]] = json.loads(run_python("-c", code, *BENCHMARKS).stdout)
    return told


def header(path: Path) -> list[str]:
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file))


def test_every_benchmark_is_listed_with_a_line() -> None:
    told = run("benchmarks").stdout.splitlines()
    for name in BENCHMARKS:
        line = next(line for line in told if line.split()[:1] == [name])
        assert len(line.split()) > 4
    place = REPOSITORY / "benchmarks"
    modules = {
        path.parent.name if path.stem == "__init__" else path.stem
        for path in (*place.glob("*.py"), *place.glob("*/__init__.py"))
        if "BENCHMARK = " in path.read_text(encoding="utf-8")
    }
    assert modules == set(BENCHMARKS)


@pytest.mark.slow
@pytest.mark.parametrize("name", BENCHMARKS)
def test_a_benchmark_can_be_imported_and_its_tables_have_the_columns_of_the_published(
    name: str, columns: dict[str, dict[str, list[str]]]
) -> None:
    assert columns[name]
    for table, wanted in columns[name].items():
        assert header(DEFAULT / table) == wanted


def test_a_file_as_out_is_refused_before_anything_is_imported(tmp_path: Path) -> None:
    file = tmp_path / "search.csv"
    file.write_text("my table", encoding="utf-8")
    for out in (file, file / "inside"):
        done = run("benchmarks", "search", "--out", str(out), status=2)
        assert done.stderr.count("\n") == 1
        assert "--out is a folder" in done.stderr
        assert done.stdout == ""
    assert file.read_text(encoding="utf-8") == "my table"


def test_all_refuses_a_file_too(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.touch()
    assert "--out is a folder" in run("benchmarks", "all", "--out", str(file), status=2).stderr


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="a folder that nobody may write in")
def test_a_folder_that_cannot_be_written_is_refused() -> None:
    done = run("benchmarks", "search", "--out", "/proc", status=2)
    assert "nothing can be written in /proc" in done.stderr
    assert done.stderr.count("\n") == 1


def test_checking_a_folder_does_not_make_it(tmp_path: Path) -> None:
    words = ("--out", str(tmp_path / "new"), "--data", str(tmp_path))
    done = run("benchmarks.quality", *words, status=2)
    assert done.stderr.splitlines()[-1].endswith("name one that has with --data.")
    assert list(tmp_path.iterdir()) == []


def test_what_is_wrong_is_told_in_a_sentence(tmp_path: Path) -> None:
    assert "lists them" in run("benchmarks", "nothing", status=2).stderr
    done = run(
        "benchmarks",
        "predecessor",
        "--home",
        str(tmp_path / "home"),
        "--collection",
        "x",
        "--out",
        str(tmp_path),
        "--backbone",
        "efficientnet_lite0",
    )
    assert "not measured" in done.stdout
    assert run("benchmarks.report", "nothing", status=2).stderr


@pytest.mark.slow
def test_a_benchmark_runs_and_leaves_its_table(tmp_path: Path) -> None:
    out = tmp_path / "tables" / "new"
    done = run("benchmarks", "search", "--out", str(out), *SMALL)
    with (out / "search.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [path.name for path in out.iterdir()] == ["search.csv"]
    assert header(out / "search.csv") == header(DEFAULT / "search.csv")
    ours = [row for row in rows if row["contender"] == "artsim exact"]
    assert {row["agrees"] for row in ours if row["what"] != "batch, a query"} >= {"1.000"}
    assert all(row["rows"] == "1000" and row["cpu"] and row["date"] for row in rows)
    assert "artsim exact" in done.stdout


def stopped(table: Table, row: dict[str, str]) -> None:
    """Begin to fill a table, and stop after a row."""
    with suppress(KeyboardInterrupt), table:
        table.add(row)
        raise KeyboardInterrupt


def test_a_run_that_stops_half_way_keeps_its_rows_and_the_table_of_the_run_before(
    tmp_path: Path,
) -> None:
    path = tmp_path / "one.csv"
    path.write_text("what,cpu\nbefore,x\n", encoding="utf-8")
    stopped(Table(path, ("what", "cpu"), {"cpu": "fast"}), {"what": "now"})
    assert path.read_text(encoding="utf-8") == "what,cpu\nbefore,x\n"
    partial = tmp_path / "one.csv.partial"
    assert partial.read_text(encoding="utf-8").splitlines() == ["what,cpu", "now,fast"]
    with Table(path, ("what", "cpu"), {"cpu": "fast"}) as table:
        table.add({"what": "again"})
        assert partial.exists()
    assert path.read_text(encoding="utf-8").splitlines() == ["what,cpu", "again,fast"]
    assert not partial.exists()


def test_rows_measured_again_take_the_place_of_the_old_ones_at_once(tmp_path: Path) -> None:
    path = tmp_path / "one.csv"
    path.write_text("device,way\ngpu,a\ncpu,a\ncpu,b\n", encoding="utf-8")
    stopped(Table(path, ("device", "way"), {}, ("device",)), {"device": "cpu", "way": "c"})
    assert path.read_text(encoding="utf-8").splitlines() == ["device,way", "gpu,a", "cpu,c"]


def test_a_column_that_the_table_has_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="colour"), Table(tmp_path / "a.csv", ("a",), {}) as table:
        table.add({"colour": 1})
    assert list(tmp_path.iterdir()) == []


def test_a_quick_run_leaves_the_table_alone(tmp_path: Path) -> None:
    with Results(tmp_path, {"a.csv": ("a",)}, keep=False).table("a.csv", {}) as table:
        table.add({"a": 1})
    assert list(tmp_path.iterdir()) == []


def test_facts_are_those_that_a_table_has_columns_for() -> None:
    told = machine.facts("cpu", "cores", "memory_gb", "commit", "faiss", "date")
    assert list(told) == ["cpu", "cores", "memory_gb", "commit", "faiss", "date"]
    assert all(told.values())
    assert str(told["cores"]) in machine.sentence()


def test_ways_that_took_turns_are_compared_pair_by_pair() -> None:
    # The machine was slow in the second turn, for both: the ratio of medians would be 2.
    found = ratio([2.0, 20.0, 2.0], [1.0, 10.0, 4.0])
    assert (found.median, found.low, found.high) == (2.0, 1.25, 2.0)
