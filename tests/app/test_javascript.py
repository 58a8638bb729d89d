"""The tests of the JavaScript run where Node is; without it nothing else is hindered."""

import re
import shutil
import subprocess

import pytest

from tests.conftest import REPOSITORY

TESTS = sorted((REPOSITORY / "tests" / "javascript").glob("*.test.js"))


def test_javascript() -> None:
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not installed")
    if not (REPOSITORY / "node_modules" / "jsdom").is_dir():
        pytest.skip("what the tests of JavaScript need is not installed: make javascript")
    ran = subprocess.run(
        [node, "--test", "--test-reporter=tap", *map(str, TESTS)],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-2000:]
    passed = re.search(r"^# pass (\d+)$", ran.stdout, re.MULTILINE)
    assert passed
    assert int(passed.group(1)) >= len(TESTS)
