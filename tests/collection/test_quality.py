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
    Decision,
    FileRecord,
    Thresholds,
    decide,
    from_table,
    matching,
    to_table,
)
from artsim.collection.quality.choices import Choices, pairs
from artsim.collection.quality.inspect import inspect_file
from artsim.collection.quality.judgement import score
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
def test_each_defect_is_rejected_by_its_name(defect: str) -> None:
    found = by_file([record("bad.jpg", DEFECTS[defect]), record("good.jpg", painting(3))])
    assert found["good.jpg"].action == "keep"
    assert found["bad.jpg"].action == "reject"
    assert found["bad.jpg"].reason.startswith(defect)
    assert found["bad.jpg"].score < 0.5 < found["good.jpg"].score <= 1


def _monochrome(colour: tuple[int, int, int], grain: float) -> Image.Image:
    rng = np.random.default_rng(0)
    pixels = np.array(colour) + rng.normal(0, grain, (300, 240, 3))
    return Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))


ART = {
    "a handscroll of 11:1": painting(1, 1650, 150),
    "a handscroll of 40:1": painting(1, 4000, 100),
    "a handscroll of 75:1": painting(1, 6000, 80),
    "a monochrome of one blue": _monochrome((0, 47, 167), 1),
    "a white square on white": _monochrome((243, 240, 235), 0.5),
    "a tiny sketch": painting(1).resize((52, 40)),
    "a mezzotint": Image.fromarray((np.asarray(painting(1)) * 0.02).astype(np.uint8)),
    "a blurred photo-painting": painting(1).filter(ImageFilter.GaussianBlur(7)),
}


@pytest.mark.parametrize("kind", ART)
def test_art_that_looks_like_a_fault_is_kept_where_a_row_names_it(kind: str) -> None:
    art, good = record("art.jpg", ART[kind]), record("good.jpg", painting(3))
    unnamed = by_file([art, good])["art.jpg"]
    assert (unnamed.action, unnamed.doubt) == ("reject", unnamed.reason)  # for review
    kept = decide([art, good], choices=Choices(keep=frozenset({"art.jpg"})))[0]
    assert (kept.action, kept.doubt) == ("keep", "")  # a person has looked
    assert unnamed.doubt in kept.reason
    named = by_file([replace(art, has_metadata=True), good])["art.jpg"]
    assert named.action == "keep"
    assert named.doubt
    assert named.doubt in named.reason
    assert art.sharpness >= 0


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


def test_a_file_without_a_row_is_a_copy_of_the_work_that_has_one_however_good_it_is() -> None:
    large = record("large.jpg", painting(2, 480, 360))
    small = replace(
        record("small.jpg", painting(2, 480, 360).resize((240, 180))), has_metadata=True
    )
    found = by_file([large, small])
    assert (found["large.jpg"].action, found["large.jpg"].of) == ("duplicate", "small.jpg")
    assert (found["small.jpg"].action, found["small.jpg"].of) == ("keep", None)
    assert {d.duplicate_group for d in found.values()} == {"g-small"}


def test_a_file_with_a_row_is_kept_and_marked_but_where_it_cannot_be_decoded() -> None:
    row = {"has_metadata": True}
    blurred = replace(
        record("blurred.jpg", painting(1).filter(ImageFilter.GaussianBlur(14))), **row
    )
    other = replace(record("other.jpg", painting(2).filter(ImageFilter.GaussianBlur(14))))
    damaged = replace(inspect_file("damaged.jpg", b"<html>").record, **row)
    found = by_file([blurred, other, damaged])
    assert found["blurred.jpg"].action == "keep"
    assert found["blurred.jpg"].doubt.startswith("blurred: sharpness")
    assert "a row names it, though blurred" in found["blurred.jpg"].reason
    assert (found["other.jpg"].action, found["damaged.jpg"].action) == ("reject", "reject")
    assert "HTML" in found["damaged.jpg"].reason
    assert not found["damaged.jpg"].doubt  # there is nothing to look at


def test_works_that_share_a_placeholder_are_no_copies() -> None:
    plain = Image.new("RGB", (200, 200), (240, 240, 240))
    some = [replace(record(f"{i}.jpg", plain), has_metadata=True) for i in range(3)]
    found = by_file(some)
    assert {(d.action, d.duplicate_group) for d in found.values()} == {("keep", None)}
    assert all("nearly blank" in d.doubt for d in found.values())


def test_two_works_of_their_own_are_grouped_only_where_a_closer_look_agrees() -> None:
    one, two = (
        replace(record(f"{i}.jpg", painting(2), quality), has_metadata=True)
        for i, quality in enumerate((95, 60))
    )
    bare = record("bare.jpg", painting(2), 50)
    asked = []

    def no(a: str, b: str) -> bool:
        asked.append((a, b))
        return False

    found = {d.file: d for d in decide([one, two, bare], confirm=no)}
    assert asked == [("0.jpg", "1.jpg")], "what has no row is no question"
    assert (found["0.jpg"].action, found["1.jpg"].action) == ("keep", "keep")
    assert found["1.jpg"].duplicate_group != found["0.jpg"].duplicate_group
    assert found["bare.jpg"].action == "duplicate"
    agreed = {d.file: d for d in decide([one, two, bare], confirm=lambda *_: True)}
    assert {d.duplicate_group for d in agreed.values()} == {"g-0"}
    assert (agreed["1.jpg"].action, agreed["1.jpg"].of) == ("keep", None)


def test_a_person_wins_over_measurements() -> None:
    row = {"has_metadata": True}
    mill = replace(record("mill.jpg", painting(1)), **row)
    twin = replace(record("twin.jpg", painting(1), 60), **row)
    back = replace(record("back.jpg", painting(3)), **row)
    copy = record("copy.jpg", painting(1), 50)
    blurred = record("blurred.jpg", painting(4).filter(ImageFilter.GaussianBlur(14)))
    files = [mill, twin, back, copy, blurred]

    def chosen(**values: object) -> dict[str, Decision]:
        return {d.file: d for d in decide(files, choices=Choices(**values))}  # type: ignore[arg-type]

    parted = chosen(apart=pairs([("twin.jpg", "mill.jpg")]))
    assert parted["twin.jpg"].duplicate_group != parted["mill.jpg"].duplicate_group
    kept = chosen(keep=frozenset({"blurred.jpg", "copy.jpg"}))
    assert (kept["blurred.jpg"].action, kept["copy.jpg"].action) == ("keep", "keep")
    assert "a person kept it" in kept["blurred.jpg"].reason
    left = chosen(reject=frozenset({"mill.jpg"}))
    assert (left["mill.jpg"].action, left["copy.jpg"].of) == ("reject", "twin.jpg")
    merged = chosen(together=frozenset({("mill.jpg", "back.jpg")}))
    assert (merged["back.jpg"].action, merged["back.jpg"].of) == ("duplicate", "mill.jpg")
    best = chosen(best=frozenset({"twin.jpg"}))
    assert best["mill.jpg"].duplicate_group == "g-twin"


def test_an_id_that_is_another_file_s_work_leaves_a_file_out_until_a_person_keeps_it() -> None:
    said = "its id is the work of other.jpg"
    files = [replace(record("mill.jpg", painting(1)), has_metadata=True, conflict=said)]
    (left,) = decide(files)
    assert (left.action, left.reason, left.doubt) == ("reject", said, said)
    (kept,) = decide(files, choices=Choices(keep=frozenset({"mill.jpg"})))
    assert (kept.action, kept.doubt) == ("keep", "")


def test_undecodable_files_carry_their_sentence() -> None:
    found = by_file([inspect_file("a.jpg", b"").record, inspect_file("b.jpg", b"words").record])
    assert found["a.jpg"].reason.startswith("The file is empty")
    assert {d.action for d in found.values()} == {"reject"}
    assert {d.score for d in found.values()} == {0.0}


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ({}, 1),
        ({"width": 50, "height": 50}, 0.25),
        ({"width": 100, "height": 100}, 0.5),
        ({"width": 250, "height": 250}, 0.75),
        ({"width": 1000, "height": 1000}, 0.5),
        ({"width": 1000, "height": 800}, 0.625),
        ({"sharpness": 2.5}, 0.75),
        ({"width": 800, "height": 200}, 0.75),
        ({"noise": 4.0}, 0.75),
        ({"error": "damaged"}, 0),
    ],
)
def test_the_score_is_a_half_at_a_threshold_and_one_well_clear_of_all(
    values: dict[str, object], expected: float
) -> None:
    sound = FileRecord("a.jpg", "a", width=600, height=600, sharpness=9.0)
    limits = Thresholds(
        min_side=100, max_megapixels=1, max_aspect=10, min_sharpness=1, max_noise=10
    )
    assert score(replace(sound, **values), limits) == expected  # type: ignore[arg-type]


def test_conversions_are_the_reason() -> None:
    decision = by_file([inspect_file("a.png", jpeg(painting(2))).record])["a.png"]
    assert decision.action == "convert"
    assert decision.reason == "JPEG data in a file named .png"


def test_pairs_that_cannot_agree_are_compared_all_the_same() -> None:
    noise = np.random.default_rng(0).uniform(0, 255, (3, SIDE, SIDE)).astype(np.float32)
    assert aligned_similarity(noise, np.zeros_like(noise)).tolist() == [0, 0, 0]


def test_other_thresholds_need_no_image() -> None:
    records = [record("p.jpg", painting(2)), record("c.jpg", *COPIES["mirrored"])]
    assert by_file(records, Thresholds(min_side=500))["p.jpg"].action == "reject"
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


def _acceptable(expected: str, known: bool) -> set[str]:
    """Beside a work of its own even the finest file without a row is a copy."""
    copy = {"duplicate"} if known else set()
    return {
        "reject_quality": {"reject"},
        "convert": {"convert", "duplicate"},
        "keep": {"keep"} | copy,
    }.get(expected, {expected})


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
        if found[row["file"]].action not in _acceptable(row["expected_action"], has_metadata)
    ]
    assert wrong == []
    for row in expected:
        if row["expected_action"] == "duplicate":
            assert found[row["file"]].action == "duplicate"
            assert found[row["file"]].of == f"{row['source_id']}.jpg"


def test_real_paintings_are_left_alone(shared_data: Path) -> None:
    files = sorted((shared_data / "paintings" / "images").glob("*.jpg"))[::12]
    decisions = decide([inspect_file(p.name, p.read_bytes()).record for p in files])
    touched = [d for d in decisions if d.action in ("reject", "duplicate")]
    assert len(touched) < 0.01 * len(files)


def test_candidates_are_all_pairs_that_agree_straight_or_mirrored(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(matching, "_ROWS", 7)  # many blocks, and parts of one
    monkeypatch.setattr(matching, "_COLUMNS", 16)
    rng = np.random.default_rng(5)
    signatures = rng.integers(0, 256, (60, SIDE, SIDE), np.uint8)
    signatures[20:40] = signatures[:20] // 2 + signatures[40:] // 3  # copies of changing likeness
    signatures[1:20:2] = signatures[1:20:2, :, ::-1]
    descriptors, flips = (d.astype(np.float64) for d in matching._descriptors(signatures))
    expected = set()
    for mirrored, queries in ((False, descriptors), (True, descriptors * flips)):
        rows, columns = np.nonzero(np.triu(queries @ descriptors.T > matching._CANDIDATE, 1))
        expected |= {(i, j, mirrored) for i, j in zip(rows.tolist(), columns.tolist(), strict=True)}
    parts = (part.tolist() for part in matching.candidates(signatures))
    found = list(zip(*parts, strict=True))
    assert sorted(found) == sorted(expected)
    assert {mirrored for _, _, mirrored in expected} == {False, True}
