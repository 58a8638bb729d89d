"""How many small faults the tests notice: mutants of the pure modules, a seeded sample.

A mutant is a module with one operator, comparison, number or truth value changed (by Cosmic Ray).
It is killed where a test file of that module fails, survives where all pass, and is equivalent
where it survives and ``benchmarks.kit.equivalents`` says why nobody could notice. Each mutant of a
module's sample changes another place; places in annotations and decorators are left alone, and so
are changes that could only end in a TypeError. The score is the killed share of those that are not
equivalent; other places of the module were not tried.
"""

import ast
import difflib
import random
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from artsim.core.errors import InvalidInput
from benchmarks.kit import machine
from benchmarks.kit.command import SEED, Benchmark, Option, Options, command_line
from benchmarks.kit.equivalents import EQUIVALENT
from benchmarks.kit.forked import status_of_tests, warm_up
from benchmarks.kit.processes import REPOSITORY
from benchmarks.kit.results import Results

COLUMNS = (
    "module", "tests", "places", "mutants", "killed", "equivalent", "survived", "score",
    "survivors", "seed", "seconds", "artsim", "date",
)  # fmt: skip
# Each module and the test files that are its own.
TESTS = {
    "evaluation/metrics": ("evaluation/test_metrics",),
    "evaluation/bootstrap": ("evaluation/test_bootstrap",),
    "evaluation/paired": ("evaluation/test_bootstrap", "evaluation/test_paired"),
    "evaluation/significance": ("evaluation/test_bootstrap", "evaluation/test_paired"),
    "search/filters": ("search/test_filters",),
    "search/pairs": ("search/test_pairs", "search/test_calibration_limits"),
    "search/calibration": ("search/test_calibration_limits", "search/test_calibration"),
    "search/score_distribution": ("search/test_score_distribution",),
    "collection/quality/ranking": ("collection/test_copies",),
    "collection/quality/decide": ("collection/test_copies", "collection/test_quality"),
    "collection/quality/matching": ("collection/test_copies",),
    "collection/quality/judgement": ("collection/test_quality",),
    "training/split": ("training/test_split",),
    "jobs/table": ("jobs/test_table",),
    "jobs/job": ("jobs/test_table",),
}
_ARITHMETIC = ("Add", "Sub", "Mul", "Div", "FloorDiv", "Mod", "Pow")
_BITS = ("BitAnd", "BitOr", "BitXor")
_COMPARISONS = ("Eq", "NotEq", "Lt", "LtE", "Gt", "GtE")
_OTHERS = (
    "AddNot", "NumberReplacer", "ReplaceAndWithOr", "ReplaceOrWithAnd", "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue", "ReplaceBreakWithContinue", "ReplaceContinueWithBreak",
    "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_USub",
    "ReplaceUnaryOperator_Delete_Invert", "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is", "ZeroIterationForLoop",
)  # fmt: skip


@dataclass(frozen=True)
class Mutant:
    """A changed module: the line, what stood there and what stands there now, all its text."""

    line: int
    before: str
    after: str
    source: str


def operators() -> list[str]:
    """Names of the operators that are used."""
    pairs = [
        f"Replace{kind}Operator_{one}_{other}"
        for kind, names in (
            ("Binary", _ARITHMETIC),
            ("Binary", _BITS),
            ("Comparison", _COMPARISONS),
        )
        for one in names
        for other in names
        if one != other
    ]
    return [f"core/{name}" for name in (*_OTHERS, *pairs)]


def mutants(source: str, most: int, seed: int) -> tuple[int, list[Mutant]]:
    """How many places can be changed, and a sample of at most ``most`` mutants, a place each."""
    from cosmic_ray.mutating import mutate_code
    from cosmic_ray.plugins import get_operator

    places = _places(source)
    draw = random.Random(seed)
    chosen = draw.sample(sorted(places), min(most, len(places)))
    found = []
    for place in sorted(chosen):
        name, occurrence = draw.choice(places[place])
        text = mutate_code(source, get_operator(name)(), occurrence)
        found.append(_mutant(source, text))
    return len(places), found


def killed(tree: Path, module: str, source: str, tests: Sequence[str], timeout: float) -> bool:
    """Whether a test fails with ``source`` in place of the module in a copy of the repository."""
    (tree / "artsim" / f"{module}.py").write_text(source, encoding="utf-8")
    status = status_of_tests(tree, tests, timeout)
    if status not in (None, 0, 1, 2, 4):  # None is an endless loop; 2 and 4 are no import
        told = (tree / "output.txt").read_text(encoding="utf-8", errors="replace")
        raise InvalidInput(f"pytest ended with {status}: {told[-800:]}")
    return status != 0


def run(options: Options, results: Results) -> None:
    """Try a sample of each module, and write its row as soon as it is finished."""
    unknown = set(options.module) - set(TESTS)
    if unknown:
        raise InvalidInput(f"No module {', '.join(sorted(unknown))}: --help lists them.")
    warm_up()
    facts = machine.facts("artsim", "date")
    order = list(TESTS).index
    with results.table(
        "mutation.csv", facts, replaces=("module",), order=lambda row: order(row["module"])
    ) as table:
        for module in options.module:
            row = _tried(module, options.mutants, options.seed)
            table.add(row)
            print({name: row[name] for name in ("module", "mutants", "killed", "score")})


def _tried(module: str, most: int, seed: int) -> dict[str, object]:
    tests = TESTS[module]
    original = (REPOSITORY / "artsim" / f"{module}.py").read_text(encoding="utf-8")
    places, sample = mutants(original, most, seed)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="artsim-mutation-") as folder:
        tree = _shadow(Path(folder), module)
        if killed(tree, module, original, tests, 600):
            raise InvalidInput(f"The tests of {module} fail without any change: mend them first.")
        patience = 30 + 5 * (time.monotonic() - began)
        alive = []
        for mutant in sample:
            dead = killed(tree, module, mutant.source, tests, patience)
            told = f"{module}:{mutant.line}: {mutant.before} -> {mutant.after}"
            print("killed  " if dead else "SURVIVED", told, flush=True)
            if not dead:
                alive.append(mutant)
    same = [m for m in alive if (module, m.before, m.after) in EQUIVALENT]
    survivors = [m for m in alive if m not in same]
    dead_count, counted = len(sample) - len(alive), len(sample) - len(same)
    return {
        "module": module,
        "tests": " ".join(tests),
        "places": places,
        "mutants": len(sample),
        "killed": dead_count,
        "equivalent": len(same),
        "survived": len(survivors),
        "score": f"{dead_count / counted:.3f}" if counted else "",
        "survivors": "; ".join(f"{m.before} -> {m.after}" for m in survivors),
        "seed": seed,
        "seconds": round(time.monotonic() - began),
    }


def _shadow(folder: Path, module: str) -> Path:
    """A tree of links to the repository, in which only the module is a file of its own."""
    folder = folder.resolve()
    inside = Path("artsim", *module.split("/")[:-1])
    for place in (Path(), *reversed(inside.parents[:-1]), inside):
        (folder / place).mkdir(exist_ok=True)
        for entry in (REPOSITORY / place).iterdir():
            link = folder / place / entry.name
            onward = place / entry.name
            if onward == inside or onward in inside.parents or entry.name in (".git", ".venv"):
                continue
            if onward != Path("artsim", f"{module}.py"):
                link.symlink_to(entry)
    return folder


def _places(source: str) -> dict[tuple[int, int], list[tuple[str, int]]]:
    """(line, column) of each place that can be changed: (operator, occurrence) of each change."""
    from cosmic_ray.ast import ast_nodes, get_ast
    from cosmic_ray.plugins import get_operator

    tree = get_ast(source)
    spans = list(_untouched(source))
    places = defaultdict(list)
    for name in operators():
        operator, occurrence = get_operator(name)(), 0
        for node in ast_nodes(tree):
            for start, _ in operator.mutation_positions(node):
                if not any(first <= start < last for first, last in spans):
                    places[start].append((name, occurrence))
                occurrence += 1
    return places


def _untouched(source: str) -> Iterator[tuple[tuple[int, int], tuple[int, int]]]:
    """Annotations and decorators."""
    for node in ast.walk(ast.parse(source)):
        parts = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        for part in (*parts, *getattr(node, "decorator_list", ())):
            if part is not None:
                yield (
                    (part.lineno, part.col_offset),
                    (part.end_lineno or 0, part.end_col_offset or 0),
                )


def _mutant(source: str, text: str) -> Mutant:
    before, after = source.splitlines(), text.splitlines()
    changed = [
        part
        for part in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
        if part[0] != "equal"
    ]
    first, last = changed[0], changed[-1]
    old, new = before[first[1] : last[2]], after[first[3] : last[4]]
    return Mutant(
        first[1] + 1,
        " ".join(line.strip() for line in old),
        " ".join(line.strip() for line in new),
        text,
    )


BENCHMARK = Benchmark(
    run,
    {"mutation.csv": COLUMNS},
    (
        replace(SEED, default=13),
        Option("--module", "modules to change", str, tuple(TESTS), several=True),
        Option("--mutants", "most mutants of each module", int, 16),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("mutation"))
