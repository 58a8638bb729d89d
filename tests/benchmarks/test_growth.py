"""Growth as it is told: what is foretold is marked, and what is beyond linear is explained."""

import csv

import pytest

from benchmarks.growth import BENCHMARK, COLUMNS, extrapolated, guessed, place
from benchmarks.kit.results import Results
from benchmarks.report.growth import EXPLAINED, by_step, duration, growth, growth_section, plot


def row(what, works, seconds, source="measured"):
    told = {"what": what, "works": str(works), "seconds": str(seconds), "source": source}
    return dict.fromkeys(COLUMNS, "") | told | {"memory_mb": "300"}


ROWS = [
    row("search", 1_000, 0.001),
    row("search", 10_000, 0.011),
    row("evaluate-all", 1_000, 2),
    row("evaluate-all", 10_000, 150),
    row("evaluate-all", 100_000, 11_250, "extrapolated from 1,000 and 10,000"),
]


def test_time_beside_linear_is_told_of_what_was_measured():
    steps = by_step(ROWS)
    assert growth(steps["search"]) == [None, pytest.approx(1.1)]
    assert growth(steps["evaluate-all"]) == [None, pytest.approx(7.5), None]
    page = "\n".join(growth_section(ROWS, "growth.svg"))
    assert EXPLAINED["evaluate-all"] in page
    assert EXPLAINED["search"] not in page
    assert "| 100,000 | 3.12 h |" in page
    assert page.count("extrapolated from 1,000 and 10,000") == 1


def test_what_was_not_measured_is_hollow_in_the_plot():
    drawn = plot(ROWS)
    assert drawn.count("<circle") == len(ROWS)
    assert drawn.count('fill="white" stroke=') == 1
    assert drawn.count("stroke-dasharray") == 1


@pytest.mark.parametrize(
    ("seconds", "told"),
    [("", ""), ("0.00052", "0.52 ms"), ("1", "1 s"), ("89", "89 s"), ("90", "1.5 min")],
)
def test_times_are_said_as_people_say_them(seconds, told):
    assert duration(seconds) == told


def test_a_step_is_foretold_by_how_it_grew_and_never_under_linear():
    known = [{"works": 1_000, "seconds": "2", "wall": 2.0, "disk_mb": "4"}]
    assert extrapolated(known, 10_000) == pytest.approx(20)
    known.append({"works": 10_000, "seconds": "200", "wall": 200.0, "disk_mb": "40"})
    told = guessed(known, 100_000)
    assert (float(told["seconds"]), told["disk_mb"]) == (20_000, "400")
    assert told["source"] == "extrapolated from 1,000 and 10,000"
    known[1]["wall"] = 3.0
    assert extrapolated(known, 100_000) == pytest.approx(30)


def test_a_row_stands_in_place_of_the_one_that_it_repeats(tmp_path):
    results, again = Results(tmp_path, BENCHMARK.tables), ("works", "what")
    for one in (row("map", 10_000, 30), row("search", 1_000, 1), row("search", 1_000, 2)):
        with results.table("growth.csv", {}, again, place) as growing:
            growing.add(one)
    table = tmp_path / "growth.csv"
    with table.open(newline="", encoding="utf-8") as file:
        found = [(line["what"], line["seconds"]) for line in csv.DictReader(file)]
    assert found == [("search", "2"), ("map", "30")]
