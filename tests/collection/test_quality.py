"""Quality and duplicates: one known defect a file, and the paintings with known problems."""

import csv
import pickle
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance, ImageFilter, ImageOps
from quality_kit import by_file, jpeg, painting, record

from artsim.collection.quality import (
    RECORD_SCHEMA,
    FileRecord,
    Thresholds,
    decide,
    from_table,
    inspect_file,
    to_table,
)
from artsim.collection.quality.matching import aligned_similarity
from artsim.collection.quality.signature import SIDE


def _noisy(image: Image.Image) -> Image.Image:
    grain = np.random.default_rng(0).normal(0, 70, (*image.size[::-1], 3))
    return Image.fromarray(np.clip(np.asarray(image) + grain, 0, 255).astype(np.uint8))


DEFECTS = {
    "tiny": painting(1).resize((40, 30)),
    "nearly blank": Image.new("RGB", (240, 180), "white"),
    "blurred": painting(1).filter(ImageFilter.GaussianBlur(6)),
    "noise": _noisy(painting(1)),
    "extreme shape": painting(1, 1200, 60),
}
COPIES = {
    "re-encoded": (painting(2), 30),
    "smaller": (painting(2).resize((160, 120)), 90),
    "larger": (painting(2).resize((360, 270)), 90),
    "cropped": (painting(2).crop((6, 3, 232, 174)), 90),
    "brighter": (ImageEnhance.Brightness(painting(2)).enhance(1.15), 90),
    "grey": (ImageOps.grayscale(painting(2)), 90),
    "mirrored": (ImageOps.mirror(painting(2)), 90),
    "matted": (ImageOps.expand(painting(2), 30, "white"), 90),
    "letterboxed": (ImageOps.pad(painting(2), (240, 240), color="black"), 90),
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_each_defect_is_marked_for_review_by_its_name(defect: str) -> None:
    found = by_file([record("bad.jpg", DEFECTS[defect]), record("good.jpg", painting(3))])
    assert found["good.jpg"].action == "keep"
    assert found["good.jpg"].doubt == ""
    assert found["bad.jpg"].action == "review"
    assert found["bad.jpg"].reason.startswith(defect)
    assert found["bad.jpg"].score < 0.5 < found["good.jpg"].score <= 1


def _monochrome(colour: tuple[int, int, int], grain: float) -> Image.Image:
    rng = np.random.default_rng(0)
    pixels = np.array(colour) + rng.normal(0, grain, (300, 240, 3))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


ART = {
    "a handscroll of 11:1": painting(1, 1650, 150),
    "a handscroll of 40:1": painting(1, 4000, 100),
    "a monochrome of one blue": _monochrome((0, 47, 167), 1),
    "a white square on white": _monochrome((243, 240, 235), 0.5),
    "a tiny sketch": painting(1).resize((52, 40)),
    "a mezzotint": Image.fromarray((np.asarray(painting(1)) * 0.02).astype(np.uint8)),
    "a blurred photo-painting": painting(1).filter(ImageFilter.GaussianBlur(7)),
}


@pytest.mark.parametrize("kind", ART)
def test_art_that_looks_like_a_fault_is_never_thrown_away(kind: str) -> None:
    art, good = record("art.jpg", ART[kind]), record("good.jpg", painting(3))
    unnamed = by_file([art, good])["art.jpg"]
    assert unnamed.action == "review"
    assert unnamed.doubt == unnamed.reason
    named = by_file([replace(art, has_metadata=True), good])["art.jpg"]
    assert named.action == "keep"
    assert named.reason == f"{unnamed.reason}: kept, as the table names it"
    assert named.doubt == unnamed.doubt
    converted = replace(art, has_metadata=True, conversions=("PNG converted",))
    assert by_file([converted])["art.jpg"].action == "convert"


def test_of_two_copies_the_sound_one_is_kept_and_the_other_is_a_copy() -> None:
    small = record("small.jpg", painting(2).resize((60, 45)))
    found = by_file([small, record("large.jpg", painting(2))])
    assert found["large.jpg"].action == "keep"
    assert (found["small.jpg"].action, found["small.jpg"].of) == ("duplicate", "large.jpg")
    assert found["small.jpg"].doubt.startswith("tiny")


def test_a_soft_picture_is_kept() -> None:
    soft = painting(1).filter(ImageFilter.GaussianBlur(1))
    assert by_file([record("soft.jpg", soft)])["soft.jpg"].action == "keep"


@pytest.mark.parametrize("kind", COPIES)
def test_each_kind_of_copy_is_merged_into_the_original(kind: str) -> None:
    others = [record(f"other{i}.jpg", painting(10 + i)) for i in range(5)]
    found = by_file([record("p.jpg", painting(2)), record("c.jpg", *COPIES[kind]), *others])
    assert found["p.jpg"].action == "keep"
    assert found["c.jpg"].action == "duplicate"
    assert found["c.jpg"].of == "p.jpg"
    assert found["c.jpg"].duplicate_group == found["p.jpg"].duplicate_group == "g-p"
    assert ("mirrored" in found["c.jpg"].reason) == (kind == "mirrored")
    assert all(found[o.file] == replace(found[o.file], action="keep", of=None) for o in others)
    assert all(found[o.file].duplicate_group is None for o in others)


def test_exact_copies_keep_the_last_name_and_an_earlier_arrival_wins() -> None:
    copies = [record(name, painting(2)) for name in ("x (1).jpg", "x.jpg", "x - Copy.jpg")]
    found = by_file(copies)
    assert found["x.jpg"].action == "keep"
    assert found["x (1).jpg"].reason == "the same bytes as x.jpg"
    later = [replace(r, sequence=int(r.file != "x (1).jpg")) for r in copies]
    assert by_file(later)["x (1).jpg"].action == "keep"


def test_the_better_picture_is_kept_and_names_whose_metadata_is_its_own() -> None:
    large = record("large.jpg", painting(2, 480, 360))
    small = replace(
        record("small.jpg", painting(2, 480, 360).resize((240, 180))), has_metadata=True
    )
    found = by_file([large, small])
    assert found["small.jpg"].of == "large.jpg"
    assert found["large.jpg"].metadata_from == "small.jpg"
    assert found["large.jpg"].duplicate_group == "g-small"


def test_undecodable_files_carry_their_sentence() -> None:
    found = by_file([inspect_file("a.jpg", b"").record, inspect_file("b.jpg", b"words").record])
    assert found["a.jpg"].reason.startswith("The file is empty")
    assert {d.action for d in found.values()} == {"reject"}
    assert {d.score for d in found.values()} == {0.0}


def test_conversions_are_the_reason() -> None:
    decision = by_file([inspect_file("a.png", jpeg(painting(2))).record])["a.png"]
    assert decision.action == "convert"
    assert decision.reason == "JPEG data in a file named .png"


def test_pairs_that_cannot_agree_are_compared_all_the_same() -> None:
    noise = np.random.default_rng(0).uniform(0, 255, (3, SIDE, SIDE)).astype(np.float32)
    assert aligned_similarity(noise, np.zeros_like(noise)).tolist() == [0, 0, 0]


def test_other_thresholds_need_no_image() -> None:
    records = [record("p.jpg", painting(2)), record("c.jpg", *COPIES["mirrored"])]
    assert by_file(records, Thresholds(min_side=500))["p.jpg"].action == "review"
    unmerged = by_file(records, Thresholds(merge_duplicates=False))
    assert {d.action for d in unmerged.values()} == {"keep"}


def test_records_survive_arrow_and_pickle() -> None:
    records = [record("p.jpg", painting(2)), inspect_file("a.png", b"").record]
    assert from_table(to_table(records)) == records
    assert to_table(records).schema == RECORD_SCHEMA
    assert pickle.loads(pickle.dumps(records)) == records
    assert decide(to_table(records)) == decide(records)
    assert decide([]) == []


POOL = [
    *(record(f"{kind}.jpg", *COPIES[kind]) for kind in COPIES),
    *(record(f"{defect}.jpg", DEFECTS[defect]) for defect in DEFECTS),
    *(record(f"p{seed}.jpg", painting(seed)) for seed in (2, 2, 3, 4)),
]
POOL = [replace(r, file=f"{i} {r.file}") for i, r in enumerate(POOL)]


@settings(max_examples=25, deadline=None)
@given(st.permutations(POOL))
def test_decisions_do_not_depend_on_the_order(records: list[FileRecord]) -> None:
    assert by_file(records) == by_file(POOL)
    assert [d.file for d in decide(records)] == [r.file for r in records]


def _acceptable(expected: str) -> set[str]:
    return {"reject_quality": {"review", "duplicate"}, "convert": {"convert", "duplicate"}}.get(
        expected, {expected}
    )


@pytest.mark.parametrize("has_metadata", [True, False])
def test_real_problem_files_get_the_expected_action(shared_data: Path, has_metadata: bool) -> None:
    with (shared_data / "dirty" / "manifest.csv").open(encoding="utf-8") as handle:
        expected = list(csv.DictReader(handle))
    records = [
        inspect_file(row["file"], (shared_data / "dirty" / row["file"]).read_bytes()).record
        for row in expected
    ]
    for work in sorted({row["source_id"] for row in expected} - {""}):
        data = (shared_data / "paintings" / "images" / f"{work}.jpg").read_bytes()
        item = inspect_file(f"{work}.jpg", data, artwork_id=work, has_metadata=has_metadata)
        records.append(item.record)
    found = by_file(records)
    wrong = [
        (row, found[row["file"]])
        for row in expected
        if found[row["file"]].action not in _acceptable(row["expected_action"])
    ]
    assert wrong == []
    for row in expected:
        if row["expected_action"] == "duplicate":
            assert found[row["file"]].of == f"{row['source_id']}.jpg"


def test_real_paintings_are_left_alone(shared_data: Path) -> None:
    files = sorted((shared_data / "paintings" / "images").glob("*.jpg"))[::12]
    decisions = decide([inspect_file(p.name, p.read_bytes()).record for p in files])
    touched = [d for d in decisions if d.action in ("reject", "review", "duplicate")]
    assert len(touched) < 0.01 * len(files)
