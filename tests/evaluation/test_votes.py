"""Votes in a real SQLite file: once each, from several processes, counted, exported, used."""

import csv
import io
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artsim.core.errors import InvalidInput, Unreadable
from artsim.evaluation import votes
from artsim.evaluation.votes import ShownList, Vote

A = ShownList("lite0", "a" * 64, "cosine", ("w1", "w2", "w3"))
B = ShownList("lite0", "a" * 64, "euclidean", ("w2", "w4", "w5"))
C = ShownList("other", "c" * 64, "cosine", ("w6", "w1", "w2"))


def vote(name, choice, *lists, query="q1", **values):
    return Vote(name, "works", query, "", 3, lists or (A, B), choice, **values)


def test_a_vote_comes_back_as_it_was_cast(workspace):
    cast = vote("v1", 1, created=1_700_000_000.25, note="=1+1 Ünïcode\n🖼")
    assert votes.get(workspace, "v1") is None
    assert not (workspace.root / "votes.sqlite").exists()
    assert votes.cast(workspace, cast)
    assert votes.of_collection(workspace, "works") == [cast]
    assert votes.of_collection(workspace, "elsewhere") == []
    assert votes.get(workspace, "v1").chosen == B


def test_a_double_click_votes_once_and_the_first_choice_stands(workspace):
    with ThreadPoolExecutor(8) as pool:
        stored = list(pool.map(lambda i: votes.cast(workspace, vote("v", i % 2)), range(16)))
    assert stored.count(True) == 1
    assert len(votes.of_collection(workspace, "works")) == 1


def test_a_vote_can_be_annotated_and_withdrawn(workspace):
    votes.cast(workspace, vote("v1", 0))
    assert votes.annotate(workspace, "v1", "warmer palette")
    assert votes.get(workspace, "v1").note == "warmer palette"
    assert votes.withdraw(workspace, "v1")
    assert not votes.withdraw(workspace, "v1")
    assert not votes.annotate(workspace, "v1", "gone")
    assert votes.cast(workspace, vote("v1", 1))


WRITER = """
import sys
from artsim.evaluation import votes
from artsim.core.workspace import Workspace
lists = tuple(votes.ShownList("b", "d" * 64, metric, ("w",)) for metric in ("cosine", "euclidean"))
for i in range(60):
    one = votes.Vote(f"{sys.argv[1]}-{i}", "works", "q", "", 3, lists, i % 2)
    both = votes.Vote(f"shared-{i}", "works", "q", "", 3, lists, None)
    votes.cast(Workspace.open(), one)
    print(votes.cast(Workspace.open(), both))
"""


def test_two_processes_vote_at_once_and_lose_nothing(workspace):
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, name], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for name in ("one", "two")
    ]
    said = [writer.communicate(timeout=240) for writer in writers]
    assert [writer.returncode for writer in writers] == [0, 0], said
    stored = votes.of_collection(workspace, "works")
    assert len(stored) == len({v.id for v in stored}) == 180
    assert sum(out.count(b"True") for out, _ in said) == 60


def test_a_file_that_is_no_database_is_one_sentence(workspace):
    (workspace.root / "votes.sqlite").write_bytes(b"not a database, not a database" * 100)
    with pytest.raises(Unreadable, match="cannot be read"):
        votes.of_collection(workspace, "works")


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"query": ""}, "either an artwork or an uploaded"),
        ({"upload": "f" * 64}, "either an artwork or an uploaded"),
        ({"lists": (A,)}, "two to four lists"),
        ({"lists": (A, B, C, A, B)}, "two to four lists"),
        ({"choice": 2}, "was not shown"),
        ({"choice": -1}, "was not shown"),
        ({"note": "x" * 1001}, "at most 1,000"),
        ({"id": ""}, "needs an id"),
    ],
)
def test_a_vote_that_makes_no_sense_is_refused(changes, message):
    with pytest.raises(InvalidInput, match=message):
        replace(vote("v1", 0), **changes)


def test_wins_are_counted_by_contender():
    cast = [vote("1", 0), vote("2", 1, B, A), vote("3", 1), vote("4", None), vote("5", 2, A, B, C)]
    table = {w.metric if w.backbone == "lite0" else "other": w for w in votes.wins(cast)}
    cosine, euclidean, other = table["cosine"], table["euclidean"], table["other"]
    assert (cosine.wins, cosine.decisive, cosine.undecided, cosine.votes) == (2, 4, 1, 5)
    assert (euclidean.wins, euclidean.decisive, euclidean.share) == (1, 4, 0.25)
    assert (other.wins, other.decisive, other.undecided) == (1, 1, 0)
    assert cosine.by_chance == pytest.approx((0.5 * 3 + 1 / 3) / 4)
    assert votes.wins(cast)[0] == other
    assert cosine.low < cosine.share < cosine.high


def test_only_undecided_votes_have_no_share():
    (first, _) = votes.wins([vote("1", None)])
    assert first.share is None
    assert (first.low, first.high) == (0.0, 1.0)
    assert votes.wins([]) == []


def test_a_contest_does_not_depend_on_the_order_shown():
    assert votes.contest(vote("1", 0, A, B)) == votes.contest(vote("2", 0, B, A))
    assert votes.contest(vote("1", 0, A, B)) != votes.contest(vote("2", 0, A, B, C))


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Worked apart from the code, to five places.
    [(8, 10, 0.490162, 0.943318), (0, 5, 0.0, 0.434482), (5, 5, 0.565518, 1.0), (0, 0, 0, 1)],
)
def test_wilson_intervals(successes, trials, low, high):
    assert votes.wilson(successes, trials) == pytest.approx((low, high), abs=1e-5)


@given(st.integers(0, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))))
def test_wilson_holds_the_share_and_mirrors(case):
    successes, trials = case
    low, high = votes.wilson(successes, trials)
    assert 0 <= low <= high <= 1
    if trials:
        assert low <= successes / trials <= high
    mirrored = votes.wilson(trials - successes, trials)
    assert mirrored == pytest.approx((1 - high, 1 - low), abs=1e-9)


def test_wilson_refuses_more_successes_than_trials():
    with pytest.raises(InvalidInput):
        votes.wilson(3, 2)


def test_votes_as_relevance(workspace):
    for one in (
        vote("1", 0),  # w1 w2 w3 for; w4 w5 against
        vote("2", 1, query="q2"),  # w2 w4 w5 for; w1 w3 against
        vote("3", 1, A, C, query="q2"),  # w6 w1 w2 for; w3 against: w1 is even
        vote("4", None, query="q3"),
    ):
        votes.cast(workspace, one)
    votes.cast(workspace, Vote("5", "works", "", "f" * 64, 3, (A, B), 0))
    votes.cast(workspace, Vote("6", "others", "q1", "", 3, (A, B), 1))
    assert votes.relevance(workspace, "works") == {
        "q1": {"w1", "w2", "w3"},
        "q2": {"w2", "w4", "w5", "w6"},
    }
    assert votes.relevance(workspace, "nothing") == {}


def test_contradicting_votes_leave_no_relevance(workspace):
    apart = ShownList("other", "c" * 64, "cosine", ("w8", "w9"))
    votes.cast(workspace, vote("1", 0, A, apart))
    votes.cast(workspace, vote("2", 1, A, apart))
    assert votes.relevance(workspace, "works") == {}


def test_the_export_is_one_line_a_vote_and_runs_no_formula():
    hostile = replace(A, backbone="=cmd()")
    cast = [
        vote("v1", 0, hostile, B, created=0.0, note="=1+1"),
        vote("v2", None, A, B, C, note='He said "warm", and\nleft'),
    ]
    text = votes.to_csv(cast).decode("utf-8-sig")
    first, second = csv.DictReader(io.StringIO(text))
    assert first["time"] == "1970-01-01T00:00:00+00:00"
    assert (first["choice"], first["chosen_metric"], first["note"]) == ("A", "cosine", "'=1+1")
    assert first["a_backbone"] == first["chosen_backbone"] == "'=cmd()"
    assert (first["c_backbone"], first["d_metric"]) == ("", "")
    assert (second["choice"], second["chosen_backbone"]) == ("no difference", "")
    assert (second["c_backbone"], second["note"]) == ("other", 'He said "warm", and\nleft')
