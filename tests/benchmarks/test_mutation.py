"""Mutants are of real places, each of its own, and a test that notices one kills it."""

import ast

import pytest

from benchmarks.kit.equivalents import EQUIVALENT
from benchmarks.mutation import TESTS, mutants
from tests.conftest import REPOSITORY

SOURCE = """
from dataclasses import dataclass


@dataclass(frozen=True)
class Pair:
    first: int | None = 3
    second: "int | str" = "x"


def larger(a: int, b: int | None) -> int | None:
    if a > b and not a == 7:
        return a + 1
    return b
"""


def test_a_sample_is_the_same_for_a_seed_and_changes_a_place_each() -> None:
    places, found = mutants(SOURCE, 99, 1)
    assert len(found) == places == 9
    assert mutants(SOURCE, 99, 1) == (places, found)
    assert mutants(SOURCE, 3, 1)[0] == places
    assert len(mutants(SOURCE, 3, 1)[1]) == 3
    assert {mutant.line for mutant in found} <= {7, 12, 13}
    for mutant in found:
        assert ast.dump(ast.parse(mutant.source)) != ast.dump(ast.parse(SOURCE))
        assert mutant.before == SOURCE.splitlines()[mutant.line - 1].strip()
        assert "frozen=True" in mutant.source
        assert "int | str" in mutant.source


@pytest.mark.parametrize("module", TESTS)
def test_every_module_and_its_tests_are_there(module: str) -> None:
    assert (REPOSITORY / "artsim" / f"{module}.py").is_file()
    for name in TESTS[module]:
        assert (REPOSITORY / "tests" / f"{name}.py").is_file()


def test_equivalent_mutants_are_of_lines_that_are_there_and_have_a_reason() -> None:
    for (module, before, after), reason in EQUIVALENT.items():
        text = (REPOSITORY / "artsim" / f"{module}.py").read_text(encoding="utf-8")
        assert before in {line.strip() for line in text.splitlines()}, before
        assert after != before
        assert len(reason.split()) > 3
