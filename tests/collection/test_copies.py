"""Which of several copies is kept, whose metadata it gets, and what belongs to no group."""

import io
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps
from quality_kit import by_file, jpeg, painting, record

from artsim.collection.quality import FileRecord
from artsim.collection.quality.inspect import inspect_file
from artsim.collection.quality.ranking import effective_side, enlarges
from artsim.collection.quality.signature import find_borders

BICUBIC, LANCZOS = Image.Resampling.BICUBIC, Image.Resampling.LANCZOS


def resized(image: Image.Image, factor: float, how: Image.Resampling) -> Image.Image:
    return image.resize((round(image.width * factor), round(image.height * factor)), how)


def png(image: Image.Image) -> FileRecord:
    out = io.BytesIO()
    image.save(out, "PNG")
    return inspect_file("copy.png", out.getvalue(), artwork_id="copy").record


@pytest.mark.parametrize("factor", [1.5, 2, 3])
@pytest.mark.parametrize("how", [BICUBIC, LANCZOS])
@pytest.mark.parametrize("seed", [2, 3])
def test_an_enlargement_never_replaces_its_original(
    factor: float, how: Image.Resampling, seed: int
) -> None:
    original = record("original.jpg", painting(seed), 85)
    larger = resized(Image.open(io.BytesIO(jpeg(painting(seed), 85))), factor, how)
    for copy in (record("copy.jpg", larger, 75), record("copy.jpg", larger, 95), png(larger)):
        found = by_file([copy, original])
        assert found["original.jpg"].action == "keep", copy.coarseness
        assert found[copy.file].of == "original.jpg"
        assert found[copy.file].duplicate_group == "g-original"


@pytest.mark.parametrize("factor", [0.5, 0.75])
def test_a_reduction_does_not_replace_its_original(factor: float) -> None:
    original = record("original.jpg", painting(2, 480, 360), 85)
    smaller = resized(Image.open(io.BytesIO(jpeg(painting(2, 480, 360), 85))), factor, LANCZOS)
    assert by_file([record("copy.jpg", smaller, 85), original])["copy.jpg"].of == "original.jpg"


def test_an_enlargement_of_an_enlargement_leads_back_to_the_original() -> None:
    small = painting(2)
    files = [
        record("one.jpg", small, 80),
        record("two.jpg", resized(small, 1.5, BICUBIC), 90),
        record("three.jpg", resized(small, 3, BICUBIC), 97),
    ]
    found = by_file(files[::-1])
    assert {found["two.jpg"].of, found["three.jpg"].of} == {"one.jpg"}


def test_of_one_size_the_finer_encoding_is_kept() -> None:
    fine, coarse = record("fine.jpg", painting(2), 92), record("coarse.jpg", painting(2), 40)
    assert by_file([coarse, fine])["coarse.jpg"].of == "fine.jpg"
    nearly = record("nearly.jpg", resized(painting(2), 1.05, BICUBIC), 40)
    assert by_file([nearly, fine])["nearly.jpg"].of == "fine.jpg"


def test_a_grey_or_matted_original_of_more_detail_is_not_preferred() -> None:
    """Colour and a picture without an added margin come before detail."""
    small = record("small.jpg", resized(painting(2, 480, 360), 0.5, LANCZOS))
    grey = record("grey.jpg", ImageOps.grayscale(painting(2, 480, 360)))
    matted = record("matted.jpg", ImageOps.expand(painting(2, 480, 360), 60, "white"), 97)
    assert effective_side(grey) > effective_side(small)
    assert effective_side(matted) > effective_side(small)
    assert by_file([grey, small])["grey.jpg"].of == "small.jpg"
    assert by_file([matted, small])["matted.jpg"].of == "small.jpg"


def test_detail_beyond_the_stored_size_counts_for_nothing() -> None:
    """Pictures are stored at most 1,024 pixels wide, and their detail is measured there."""
    large = replace(record("a.jpg", painting(2)), width=4000, height=3000, detail=0.6)
    assert effective_side(large) == effective_side(replace(large, width=1024, height=768))
    small = replace(large, width=700, height=525, detail=1.2)
    assert enlarges(large, small)
    assert not enlarges(replace(large, detail=1.2), small)
    assert not enlarges(large, replace(small, width=1000, height=750)), "they are of one size"


def test_thirty_enlarged_paintings_do_not_replace_their_originals(shared_data: Path) -> None:
    """Others than those on which the detail of enlargements was measured."""
    files = sorted((shared_data / "paintings" / "images").glob("*.jpg"))
    draw = random.Random(40)
    replaced = []
    for path in draw.sample(files, 30):
        data = path.read_bytes()
        image = Image.open(io.BytesIO(data)).convert("RGB")
        larger = resized(image, draw.uniform(1.5, 3), draw.choice([BICUBIC, LANCZOS]))
        copy = record("copy.jpg", larger, draw.choice([80, 88, 95]))
        original = inspect_file("original.jpg", data, artwork_id="original").record
        found = by_file([copy, original])
        assert found["copy.jpg"].duplicate_group == found["original.jpg"].duplicate_group
        if found["copy.jpg"].of != "original.jpg":
            replaced.append(path.name)
    assert len(replaced) <= 1, replaced


def test_a_file_without_a_row_belongs_to_the_work_that_it_is_most_like() -> None:
    mixed = [Image.blend(painting(2), painting(seed), 0.3) for seed in (5, 7)]
    one = replace(record("one.jpg", mixed[0], 97), has_metadata=True)
    two = replace(record("two.jpg", mixed[1], 90), has_metadata=True)
    bare = record("bare.jpg", Image.blend(painting(2), painting(7), 0.25), 98)
    assert by_file([one, bare])["bare.jpg"].of == "one.jpg", "nothing is chosen between"
    found = by_file([one, two, bare])
    assert (found["bare.jpg"].action, found["bare.jpg"].of) == ("duplicate", "two.jpg")
    assert found["bare.jpg"].duplicate_group == "g-two"
    assert found["one.jpg"].duplicate_group is None


def test_without_metadata_anywhere_the_group_is_that_of_the_kept_file() -> None:
    found = by_file([record("fine.jpg", painting(2), 95), record("other.jpg", painting(2), 50)])
    assert found["other.jpg"].duplicate_group == found["fine.jpg"].duplicate_group == "g-fine"


def between() -> list[FileRecord]:
    """``one`` and ``two`` are no copies of each other, ``middle`` looks like both of them."""
    mixed = [Image.blend(painting(2), painting(seed), 0.3) for seed in (5, 7)]
    return [
        record("one.jpg", mixed[0], 97),
        record("two.jpg", mixed[1], 90),
        record("middle.jpg", painting(2), 50),
    ]


def test_a_copy_that_two_works_claim_belongs_to_the_better_one_alone() -> None:
    one, two, middle = between()
    assert by_file([one, two])["two.jpg"].action == "keep", "they are copies: nothing is tested"
    assert by_file([two, middle])["middle.jpg"].of == "two.jpg"
    found = by_file([two, middle, one])
    assert (found["middle.jpg"].action, found["middle.jpg"].of) == ("duplicate", "one.jpg")
    assert found["middle.jpg"].duplicate_group == found["one.jpg"].duplicate_group == "g-one"
    assert (found["two.jpg"].action, found["two.jpg"].duplicate_group) == ("keep", None)
    assert found["one.jpg"].reason.endswith("the best of 2 copies")


def test_every_member_of_a_group_was_compared_with_the_kept_file() -> None:
    """The picture in the middle is kept where it is the best, and both others are its copies."""
    one, two, middle = between()
    found = by_file([one, two, replace(middle, coarseness=0.5)])
    assert {found["one.jpg"].of, found["two.jpg"].of} == {"middle.jpg"}
    assert "similarity 0." in found["one.jpg"].reason


def test_exact_copies_follow_their_like_into_a_group() -> None:
    best = record("best.jpg", painting(2), 95)
    twins = [record(name, painting(2), 60) for name in ("twin.jpg", "twin again.jpg")]
    found = by_file([best, *twins])
    assert {found[twin.file].of for twin in twins} == {"best.jpg"}
    assert {d.duplicate_group for d in found.values()} == {"g-best"}


@pytest.mark.parametrize("colour", ["white", "black", (120, 90, 60)])
@pytest.mark.parametrize("margin", [25, 40])
def test_a_picture_with_an_added_margin_is_a_copy_and_never_the_kept_one(
    colour: object, margin: int
) -> None:
    plain = record("plain.jpg", painting(2), 60)
    matted = record("matted.jpg", ImageOps.expand(painting(2), margin, colour), 98)
    assert matted.border > 0.2 > plain.border
    assert by_file([replace(plain, sequence=1), matted])["matted.jpg"].of == "plain.jpg"


def test_margins_are_measured_side_by_side() -> None:
    picture = np.full((100, 200, 3), 255, np.uint8)
    rng = np.random.default_rng(0)
    picture[10:80, 30:160] = rng.integers(0, 200, (70, 130, 3))
    found = find_borders(picture)
    assert (found.top, found.bottom) == (pytest.approx(0.11), pytest.approx(0.21))
    assert (found.left, found.right) == (pytest.approx(0.155), pytest.approx(0.205))
    assert found.area == pytest.approx(1 - (1 - 0.32) * (1 - 0.36))
    assert find_borders(picture[10:80, 30:160]).area == 0


@pytest.mark.parametrize(("fine", "coarse"), [(1000, 1200), (100, 140)])
def test_enough_pixels_for_what_is_stored_come_before_a_fine_encoding(
    fine: int, coarse: int
) -> None:
    one, two = record("one.jpg", painting(2), 95), record("two.jpg", painting(2), 60)
    few = replace(one, width=fine, height=fine * 3 // 4)
    enough = replace(two, width=coarse, height=coarse * 3 // 4)
    assert by_file([few, enough])["one.jpg"].of == "two.jpg"
    # Where both have enough the encoding tells.
    alike = replace(few, width=coarse, height=coarse * 3 // 4)
    assert by_file([alike, enough])["two.jpg"].of == "one.jpg"
