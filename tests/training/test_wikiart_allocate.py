"""Counts exact to rounding, groups whole, and as near to the counts as groups allow."""

import random
from collections import Counter, defaultdict

import pytest

from artsim.training.wikiart.allocate import allocate, targets
from artsim.training.wikiart.groups import artist_groups, leak, work_groups
from artsim.training.wikiart.listing import Entry
from artsim.training.wikiart.naming import file_names, style_folders

SHARES = (0.7, 0.15, 0.15)


@pytest.mark.parametrize("shares", [SHARES, (1.0, 0.0, 0.0), (1 / 3, 1 / 3, 1 / 3), (0.8, 0.2, 0)])
def test_targets_add_up_and_are_within_one_of_their_share(shares: tuple[float, ...]) -> None:
    for n in [*range(120), 4307, 24_493]:
        found = targets(n, shares)
        assert sum(found) == n
        assert all(abs(f - n * s) < 1 for f, s in zip(found, shares, strict=True))
    assert targets(20, SHARES) == [14, 3, 3]


def test_single_pictures_are_dealt_exactly_and_by_the_seed() -> None:
    files = [f"{i}.jpg" for i in range(333)]
    styles = ["a" if i < 201 else "b" for i in range(333)]
    first = allocate(files, styles, files, SHARES, 7)
    assert first == allocate(files, styles, files, SHARES, 7)
    assert first != allocate(files, styles, files, SHARES, 8)
    for style, n in (("a", 201), ("b", 132)):
        counted = Counter(s for s, of in zip(first, styles, strict=True) if of == style)
        assert [counted[i] for i in range(3)] == targets(n, SHARES)


@pytest.mark.parametrize("seed", range(4))
def test_groups_over_several_styles_stay_whole_and_the_counts_exact(seed: int) -> None:
    rng = random.Random(seed)
    groups, styles = [], []
    for g in range(400):
        for _ in range(1 if rng.random() < 0.6 else rng.randint(2, 9)):
            groups.append(f"g{g}")
            styles.append(rng.choice("abc"))
    files = [f"{i:04}" for i in range(len(groups))]
    found = allocate(files, styles, groups, SHARES, seed)
    sides = defaultdict(set)
    for group, split in zip(groups, found, strict=True):
        sides[group].add(split)
    assert max(map(len, sides.values())) == 1
    for style in "abc":
        counted = Counter(s for s, of in zip(found, styles, strict=True) if of == style)
        assert [counted[i] for i in range(3)] == targets(styles.count(style), SHARES)


def test_one_huge_group_goes_to_train_and_the_rest_still_fills_the_others() -> None:
    groups = ["huge"] * 80 + [f"s{i}" for i in range(20)]
    files = [f"{i:03}" for i in range(100)]
    found = allocate(files, ["a"] * 100, groups, SHARES, 7)
    assert Counter(found) == {0: 80, 1: 10, 2: 10}


def entry(file: str, title: str, artist: str = "Claude Monet", **more: object) -> Entry:
    return Entry(file, "Cubism", artist=artist, title=title, **more)


def together(works: dict[str, str]) -> list[str]:
    sets = defaultdict(list)
    for file, work in works.items():
        sets[work].append(file)
    return sorted("".join(sorted(files)) for files in sets.values())


def test_versions_of_one_work_are_one_group() -> None:
    entries = [
        entry("a", "The Bathers"),
        entry("b", "the bathers (detail)"),
        entry("c", "The Bathers 2"),  # a number, and "The Bathers" is there
        entry("d", "The Bathers", artist="Somebody Else"),
        entry("e", "Composition 7"),  # no plain "Composition": works of their own
        entry("f", "Composition 8"),
        entry("g", "Untitled"),
        entry("h", "Untitled 3"),
        entry("i", "water lilies 1906 2", slug=True),
        entry("j", "water lilies 1914", slug=True),
        entry("k", "Sea", artist="Unknown artist"),
        entry("l", "Sea", artist="unknown artist"),
        entry("m", "One name", work="w1"),
        entry("n", "Another name", work="w1"),
        entry("o", "A copy"),
    ]
    works = work_groups(entries, entries, [("o", "f")])
    assert together(works) == ["abc", "d", "e", "fo", "g", "h", "ij", "k", "l", "mn"]
    artists = artist_groups(entries, works)
    assert together(artists) == ["abcefghijmno", "d", "k", "l"]
    assert works["c"] == "a"


def test_leaks_count_groups_on_two_sides_and_their_pictures() -> None:
    found = leak(["a", "a", "b", "b", "", ""], ["train", "val", "val", "val", "train", "test"])
    assert (found.groups, found.pictures) == (1, 2)


def test_names_of_folders_and_files_are_safe_and_never_shared() -> None:
    styles = ["Pop Art", "Pop/Art", "pop art", "../up", "CON", "", "無題", "=1+1", "Art Nouveau"]
    folders = style_folders(styles)
    assert len({name.casefold() for name in folders.values()}) == len(set(styles))
    assert folders["Art Nouveau"] == "Art_Nouveau"
    for name in folders.values():
        assert name.strip(".")
        assert not set(name) & set('/\\\0:*?"<>|')
        assert name[0] not in "=+-@."
    files = [
        "a/x.jpg",
        "b/x.jpg",
        "b/X.JPG",
        "=cmd.jpg",
        ".hidden.jpg",
        "y" * 300 + ".jpg",
        "ok.jpg",
    ]
    names = file_names(files)
    assert len({name.casefold() for name in names.values()}) == len(files)
    assert names["ok.jpg"] == "ok.jpg"
    assert all(n[0] not in "=+-@." and len(n) < 200 and "/" not in n for n in names.values())
    assert names["a/x.jpg"].endswith(".jpg")
