"""What epochs and weights are chosen by: artists kept aside ask by style and genre too."""

import csv
from pathlib import Path

import numpy as np
import pytest

from artsim.training.files import append_row
from artsim.training.retrieval import EvaluationSet
from artsim.training.weights import choose_weights

# Rows 0 to 3 are trained on, 4 and 5 validate, 6 and 7 are of an artist kept aside.
ARTISTS = np.array([0, 0, 1, 1, 0, 1, 2, 2])
STYLES = np.array([0, 0, 1, 1, 0, 1, 1, 1])
BY_ARTIST = np.array([[1, 0], [1, 0], [0, 1], [0, 1], [1, 0], [0, 1], [1, 0], [1, 0]], np.float32)
BY_STYLE = np.eye(2, dtype=np.float32)[STYLES]


@pytest.fixture
def evaluation() -> EvaluationSet:
    return EvaluationSet(
        gallery=np.arange(4),
        queries=np.array([4, 5]),
        unseen=np.array([6, 7]),
        groups=np.arange(8),
        same={"style": STYLES, "artist": ARTISTS},
        artists=ARTISTS,
    )


def test_a_style_known_by_its_artists_is_no_style(evaluation: EvaluationSet) -> None:
    order = evaluation.rows
    known = evaluation.figures(BY_ARTIST[order])
    # Both styles are found for the artists that were trained on, and not for the one kept aside.
    assert known["map10_style"] == known["map10_artist"] == known["map10_mean"] == 1.0
    assert known["map10_style_unseen_artists"] == pytest.approx((1 / 3 + 2 / 4) / 2)
    assert "map10_artist_unseen_artists" not in known
    aside = (known["map10_style_unseen_artists"], 1.0, known["map10_unseen_artist"])
    assert known["map10_choice"] == pytest.approx(np.mean(aside))
    found = evaluation.figures(BY_STYLE[order])
    assert found["map10_style_unseen_artists"] == 1.0
    assert found["map10_choice"] > known["map10_choice"]


def test_weights_are_chosen_by_artists_kept_aside(evaluation: EvaluationSet) -> None:
    order = evaluation.rows
    parts = {"artist": BY_ARTIST[order], "style": BY_STYLE[order]}
    weights, figures = choose_weights(parts, evaluation)
    assert weights["style"] > weights["artist"]
    assert figures["map10_choice"] == 1.0


def test_nobody_kept_aside_leaves_the_labels_to_choose_by(evaluation: EvaluationSet) -> None:
    alone = EvaluationSet(
        evaluation.gallery,
        evaluation.queries,
        np.array([], np.int64),
        evaluation.groups,
        {"style": STYLES},
        np.full(8, -1),
    )
    figures = alone.figures(BY_STYLE[alone.rows])
    assert figures == {"map10_style": 1.0, "map10_mean": 1.0, "map10_choice": 1.0}


def test_a_table_that_an_older_version_began_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "metrics.csv"
    path.write_text("epoch,older,best\n1,0.25,1.0\n", encoding="utf-8")
    append_row(path, ["epoch", "newer", "best"], {"epoch": 2, "newer": 0.5, "best": 0.0})
    with path.open(encoding="utf-8", newline="") as file:
        first, second = csv.DictReader(file)
    assert (first["epoch"], first["older"], first["newer"]) == ("1", "0.25", "")
    assert (float(second["epoch"]), second["older"], float(second["newer"])) == (2, "", 0.5)
