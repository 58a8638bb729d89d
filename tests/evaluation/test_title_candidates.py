"""Titles that are compared by candidates: no pair is lost that a full comparison finds."""

import csv
import random
from pathlib import Path

import numpy as np
import pytest

from artsim.evaluation import titles
from artsim.evaluation.titles import fold_title, similar_titles

ALPHABETS = ("abcdefghij klmnop", "ab", "àéîõü 12", "日本画山水花鳥風月", "\ud800x ")
THRESHOLDS = (0.4, 0.8, 0.9, 1.0)


def made_up(count: int, seed: int) -> list[str]:
    """Titles of all lengths, and changed copies of them."""
    chance = random.Random(seed)
    found = {"", "a", "b"}
    for _ in range(count):
        letters = chance.choice(ALPHABETS)
        length = chance.choice((1, 2, 5, 12, 30, 63, 64, 65, 90))
        title = [chance.choice(letters) for _ in range(length)]
        found.add("".join(title))
        for _ in range(chance.randrange(1, 12)):
            place = chance.randrange(len(title) + 1)
            if chance.random() < 0.5 and title:
                title.pop(min(place, len(title) - 1))
            else:
                title.insert(place, chance.choice(letters))
            found.add("".join(title))
    return sorted(found)


def both_ways(
    of: list[str], threshold: float, asked: np.ndarray | None, monkeypatch: pytest.MonkeyPatch
) -> tuple[list[int], list[int]]:
    """The pairs of a full comparison, and of one by candidates."""
    pairs = []
    for worth in (1 << 60, 0):
        monkeypatch.setattr(titles, "_WORTH_NARROWING", worth)
        pairs.append(similar_titles(of, threshold, asked=asked).pairs.tolist())
    return pairs[0], pairs[1]


@pytest.mark.parametrize("threshold", THRESHOLDS)
def test_no_pair_of_random_titles_is_lost(
    threshold: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    of = made_up(150, seed=1)
    full, fewer = both_ways(of, threshold, None, monkeypatch)
    assert fewer == full
    assert bool(full) == (threshold < 1)
    asked = np.random.default_rng(0).permutation(len(of))[: len(of) // 3]
    full, fewer = both_ways(of, threshold, asked, monkeypatch)
    assert fewer == full


def test_no_pair_of_real_titles_is_lost(shared_data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with (shared_data / "paintings" / "artworks.csv").open(encoding="utf-8", newline="") as file:
        of = sorted({fold_title(row["title"]) for row in csv.DictReader(file)})
    full, fewer = both_ways(of, 0.8, None, monkeypatch)
    assert fewer == full
    assert len(full) > 1_000
