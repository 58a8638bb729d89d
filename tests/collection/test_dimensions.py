"""Sizes out of the dimensions that museums write; none where unsure."""

import csv
import gzip

import pytest

from artsim.collection.dimensions import Size, parse_size, shown_size, size_of
from tests.conftest import REPOSITORY

MET = REPOSITORY.parent / "shared" / "data" / "museum_meta" / "met_onview_paintings.csv.gz"
HERE = Size(81.0, 65.0)


@pytest.mark.parametrize(
    "text",
    [
        "overall: 81 x 65 cm",
        "overall: 81 x 65 cm (31 7/8 x 25 9/16 in.)\nframed: 100.3 x 84 x 8 cm (39 1/2 x 33 in.)",
        "overall: 81 x 65 cm (31 7/8 x 25 9/16 in.) framed: 100.3 x 84 x 8 cm (39 1/2 x 33 in.)",
        "31 7/8 × 25 9/16 in. (81 × 65 cm)",
        "Oil on canvas, 81 × 65 cm, 1888",
        "810 x 650 mm",
        "0,81 x 0,65 m",
        "support: 810 x 650 mm frame: 1000 x 900 x 80 mm",
        "81 x 65 x 2,5 cm",
        "H. 81 cm, W. 65 cm",
        "H: 81; W: 65 cm",
        "Height: 81 cm (31 7/8 in.); Width: 65 cm (25 9/16 in.)",
        "height 81 cm × width 65 cm × thickness 2 cm",
        "81 cm high by 65 cm wide",
        "65 (w) x 81 (h) cm",
        "Höhe: 81 cm; Breite: 65 cm",
        "Breite 65 cm, Höhe 81 cm",
        "65 x 81 cm (BxH)",
        "Maße (H x B): 81 x 65 cm; mit Rahmen: 100 x 84 cm",
        "81 x 65 cm (ohne Rahmen); 100 x 84 cm (mit Rahmen)",
        "h 81 cm × b 65 cm × d 3 cm",
        "hoogte 81 cm, breedte 65 cm",
        "Hauteur : 0,81 m ; Largeur : 0,65 m",
        "H. 81 cm ; L. 65 cm",
        "altezza 81 cm, larghezza 65 cm",
        "Alto: 81 cm; Ancho: 65 cm",
        "wysokość: 81 cm; szerokość: 65 cm",
        "81,0 х 65,0 см",
        "縦81.0cm 横65.0cm",
        "height 81 cm; width 65 cm; depth 3 cm",
    ],
)
def test_height_and_width_are_read(text: str) -> None:
    assert parse_size(text) == HERE


@pytest.mark.parametrize(
    ("text", "height", "width"),
    [
        ("31⅞ × 25⅝ in", 80.96, 65.09),
        ('31.5" x 25.6"', 80.01, 65.02),
        ("6 ft. 10 1/2 in. × 10 ft. 9 in.", 209.55, 327.66),
        ("diameter 50 cm", 50, 50),
        ("Ø 50 cm", 50, 50),
        ("24 x 18 inches", 60.96, 45.72),
    ],
)
def test_inches_feet_and_rounds(text: str, height: float, width: float) -> None:
    assert parse_size(text) == Size(height, width)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "81 x 65",  # of what?
        "81 cm",
        "1,250 x 800 mm",  # a thousand, or one and a quarter
        "framed: 100 x 90 cm",
        "sheet: 40 x 30 cm; plate: 20 x 15 cm",
        "left wing: 100 x 40 cm; right wing: 100 x 44 cm",
        "20 3/8 x 30 1/8 in. (54.3 x 76.5 cm)",  # one of the two is a slip
        "L. 17 cm; W. 4 cm",  # which of them is upright?
        "0 x 0 cm",
        "c. 1650",
        "3 kg",
        "9" * 900 + "/3 cm",
        "1/0 x 2/0 cm",
        "h " * 400 + "x" * 200,
        "81.5.3 x (((65 cm",
    ],
)
def test_what_is_unsure_is_no_size(text: str) -> None:
    assert parse_size(text) is None


def test_columns_of_their_own_count_where_they_have_a_unit() -> None:
    assert size_of({"height_cm": 81, "width_cm": "65"}) == HERE
    assert size_of({"hohe_mm": 810.0, "breite_mm": 650.0, "tiefe_mm": 30.0}) == HERE
    assert size_of({"meta_height": "81 cm", "meta_width": "65 cm"}) == HERE
    assert size_of({"height": 1024, "width": 768}) is None  # pixels of the picture
    assert size_of({"height_cm": 81, "width_cm": None}) is None
    assert size_of({"dimensions": "81 x 65", "height_cm": 81, "width_cm": 65}) == HERE


def test_a_picture_of_another_shape_is_not_of_the_whole() -> None:
    work = {"dimensions": "81 x 65 cm"}
    assert shown_size({**work, "width": 800, "height": 1000}) == HERE
    assert shown_size({**work, "width": 1000, "height": 800}) is None
    assert shown_size({**work, "width": None, "height": None}) is None


def test_nearly_all_of_a_museums_own_column_is_read() -> None:
    if not MET.exists():
        pytest.skip("the Met's metadata is not here")
    with gzip.open(MET, "rt", encoding="utf-8-sig") as file:
        texts = [row["dimensions"] for row in csv.DictReader(file) if row["dimensions"]]
    # Our copy holds the expression that took line ends out.
    plain = [text.replace("replace(replace('", "").replace("\\r\\n", "\n") for text in texts]
    found = [parse_size(text) for text in plain]
    assert sum(size is not None for size in found) > 0.94 * len(found)
