"""What a second run of a browser test forgives, and what never; in a worker, as CI runs it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

HEAD = """
import pytest
from browser_kit import MARKS, UncleanError

pytestmark = [mark for mark in MARKS if mark.name == "flaky"]
tries = {}

def race(name, error=AssertionError):
    tries[name] = tries.get(name, 0) + 1
    if tries[name] == 1:
        raise error("too early")

@pytest.fixture(scope="module")
def server():
    assert "server" not in tries  # it is started once
    tries["server"] = 1
    yield
    if WRONG:
        raise UncleanError("a script failed")

@pytest.fixture
def page(server):
    return []
"""
FILES = {
    "test_races.py": """
def test_first(page):
    page.append(1)
    race("first")
    assert page == [1]

def test_last(page):
    race("last", TimeoutError)
""",
    "test_log.py": """
def test_of_a_server_that_failed(page):
    race("first")
""",
    "test_wrong.py": """
def test_wrong_each_time(page):
    assert page

def test_what_must_never_happen(page):
    race("dialog", UncleanError)

def test_another_error(page):
    race("other", KeyError)
""",
}


@pytest.mark.slow
def test_a_race_costs_a_second_run_and_nothing_else_is_forgiven(tmp_path: Path) -> None:
    for name, text in FILES.items():
        wrong = f"WRONG = {name == 'test_log.py'}\n"
        (tmp_path / name).write_text(wrong + HEAD + text, encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-n", "1", "--dist", "loadgroup", "-q", "-rfER"]
    done = subprocess.run(
        [*command, "--rootdir", str(tmp_path), str(tmp_path)],
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(REPOSITORY / "tests" / "kits")},
        capture_output=True,
        text=True,
        timeout=300,
    )
    said = {" ".join(line.split()[:2]) for line in done.stdout.splitlines()}
    for line in (
        "RERUN test_races.py::test_first",
        "RERUN test_races.py::test_last",
        "RERUN test_log.py::test_of_a_server_that_failed",
        "ERROR test_log.py::test_of_a_server_that_failed",
        "RERUN test_wrong.py::test_wrong_each_time",
        "FAILED test_wrong.py::test_wrong_each_time",
        "FAILED test_wrong.py::test_what_must_never_happen",
        "FAILED test_wrong.py::test_another_error",
    ):
        assert line in said, done.stdout
    assert done.stdout.count("RERUN") == 4
    assert "3 failed, 3 passed" in done.stdout
