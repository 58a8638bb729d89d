"""Who is trained on: nothing of a group, and nothing of an unseen artist, is on both sides."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from artsim.core.errors import InvalidInput
from artsim.training.config import Division
from artsim.training.examples import Examples
from artsim.training.split import Split, classes, split


def made(count: int, text: Callable[[int], tuple[str, str]]) -> Examples:
    """Works of (style, artist); every two of them are a group."""
    pairs = [text(i) for i in range(count)]
    return Examples(
        source="x",
        ids=tuple(str(i) for i in range(count)),
        labels={"style": tuple(p[0] for p in pairs), "artist": tuple(p[1] for p in pairs)},
        groups=np.arange(count) // 2,
        preset=("",) * count,
        encoded=lambda: iter(()),
        decode=lambda *_: np.zeros((1, 1, 3), np.uint8),
    )


def divided(works: Examples, **changes: float) -> Split:
    return split(works, np.ones(len(works), bool), replace(Division(), **changes))


def sides(found: Split) -> list[np.ndarray]:
    return [found.train, found.validation, found.unseen]


@pytest.mark.parametrize("seed", [0, 1, 2])
def test_groups_and_unseen_artists_stay_on_one_side(seed: int) -> None:
    works = made(400, lambda i: (f"style {i % 3}", f"artist {i // 8 % 20}"))
    found = divided(works, seed=seed, unseen_artists=0.2)
    assert sum(len(rows) for rows in sides(found)) == 400
    assert found.notes == ()
    groups = [set(works.groups[rows].tolist()) for rows in sides(found)]
    assert not groups[0] & groups[1]
    artists = [{works.labels["artist"][i] for i in rows} for rows in sides(found)]
    assert len(artists[2]) == 4
    assert not artists[2] & (artists[0] | artists[1])
    again = divided(works, seed=seed, unseen_artists=0.2)
    np.testing.assert_array_equal(found.train, again.train)


@pytest.mark.parametrize("seed", range(8))
def test_a_copy_of_an_unseen_artists_work_is_not_trained_on(seed: int) -> None:
    """Every work of one artist has its copy in a group with it, under another artist's name."""
    works = made(200, lambda i: (f"style {i % 3}", f"artist {i % 10}"))
    found = divided(works, seed=seed, unseen_artists=0.2)
    unseen = set(works.groups[found.unseen].tolist())
    assert len(found.unseen) == 40
    for rows in (found.train, found.validation):
        assert not unseen & set(works.groups[rows].tolist())
    # A pair of works of two unseen artists is whole among the unseen ones.
    artists = {works.labels["artist"][row] for row in found.unseen}
    copies = 200 - sum(len(rows) for rows in sides(found))
    assert copies == sum(20 for a in artists if _partner(a) not in artists)
    if copies:
        assert found.notes == (
            f"{copies} works share a group with works of artists never seen: left out.",
        )


def _partner(artist: str) -> str:
    """The artist whose works share groups with those of ``artist``."""
    return f"artist {int(artist.split()[1]) ^ 1}"


def test_a_group_with_a_work_of_the_sources_own_unseen_artists_is_left_out() -> None:
    works = replace(
        made(8, lambda i: (f"style {i % 2}", f"artist {i}")),
        preset=("unseen", "train", "train", "train", "validation", "train", "unseen", "validation"),
    )
    found = divided(works)
    assert [rows.tolist() for rows in sides(found)] == [[2, 3], [4], [0, 6]]
    assert found.of_each(8) == [
        *("unseen", "none", "train", "train", "validation", "none", "unseen", "none"),
    ]
    assert found.notes == (
        "2 works share a group with works of artists never seen: left out.",
        "1 work shares a group with validation works: left out.",
    )


def test_pictures_that_cannot_be_read_are_in_no_split() -> None:
    works = made(60, lambda i: (f"style {i % 3}", f"artist {i // 8}"))
    usable = np.arange(60) % 5 > 0
    found = split(works, usable, Division())
    assert set(np.concatenate(sides(found)).tolist()) == set(np.flatnonzero(usable).tolist())


def test_a_class_is_learnt_of_the_works_trained_on_alone() -> None:
    styles = ["Cubism", "cubism", "Pop Art", "POP ART", "Rarity", "Unseen", "Unseen", ""]
    works = made(8, lambda i: (styles[i], ""))
    learnt, notes = classes(works, np.arange(5), ("style",))
    assert learnt["style"].names == ("Cubism", "Pop Art")
    assert learnt["style"].codes.tolist() == [0, 0, 1, 1, -1, -1, -1, -1]
    same = learnt["style"].same
    assert same[5] == same[6] >= 0  # retrieval knows the classes that are not learnt
    assert notes == ["One class of style has a single picture to train on: not learnt."]


def test_labels_that_cannot_be_learnt_are_told_each_with_its_reason() -> None:
    works = made(8, lambda i: (f"style {i % 2}", "Only One"))
    works = replace(works, labels={**works.labels, "genre": ("", "Portrait", *[""] * 6)})
    learnt, notes = classes(works, np.arange(8), ("style", "artist", "genre"))
    assert list(learnt) == ["style"]
    assert notes == [
        "One class of genre has a single picture to train on: not learnt.",
        "Left out a label: the only artist is 'Only One'.",
        "Left out a label: no genre is known of two works.",
    ]
    with pytest.raises(InvalidInput, match=r"\(the only artist is 'Only One'; no genre is known"):
        classes(works, np.arange(8), ("artist", "genre"))


def of_artists(*counts: int) -> Examples:
    """So many works of each artist, each work a group of its own."""
    artists = [f"artist {i}" for i, count in enumerate(counts) for _ in range(count)]
    works = made(len(artists), lambda i: (f"style {i % 3}", artists[i]))
    return replace(works, groups=np.arange(len(artists)))


@pytest.mark.parametrize(("share", "kept"), [(0.1, 1), (0.2, 2), (0.34, 3), (0.9, 3)])
def test_artists_kept_aside_are_a_share_and_no_more_than_a_third_of_the_works(
    share: float, kept: int
) -> None:
    found = divided(of_artists(*[10] * 9), unseen_artists=share)
    assert len(found.unseen) == 10 * kept


def test_artists_of_very_few_or_very_many_works_are_not_kept_aside() -> None:
    works = of_artists(3, 4, 40, 41, 200)
    found = divided(works, unseen_artists=0.9)
    assert {works.labels["artist"][row] for row in found.unseen} == {"artist 1", "artist 2"}


@pytest.mark.parametrize(("share", "groups"), [(0.01, 1), (0.25, 2), (0.5, 4)])
def test_validation_is_a_share_of_the_groups_and_one_at_least(share: float, groups: int) -> None:
    found = divided(made(16, lambda i: (f"style {i % 2}", "")), validation=share)
    assert len(found.validation) == 2 * groups
    assert len(found.train) == 16 - 2 * groups


def test_two_pictures_are_the_fewest_to_train_on() -> None:
    works = made(4, lambda i: (f"style {i % 2}", ""))
    assert len(divided(works).train) == 2
    with pytest.raises(InvalidInput, match="leaves 1 picture to train on"):
        split(works, np.array([True, True, True, False]) & (np.arange(4) != 0), Division(seed=0))
