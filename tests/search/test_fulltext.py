"""Full text over the metadata of a dozen works, in several scripts."""

import gc
import threading

import pyarrow as pa
import pytest

from artsim.core.errors import InvalidInput
from artsim.search.fulltext import MAX_WORDS, TextIndex

WORKS = [
    ("Saint Jerome writing", "Caravaggio", "1605"),
    ("Supper at Emmaus", "Caravaggio", "1602"),
    ("St. Jerome in the wilderness", "Albrecht Dürer", "1496"),
    ("The Night Watch", "Rembrandt van Rijn", "1642"),
    ("Wheat field with crows", "Vincent van Gogh", "1890"),
    ("Crows over a wheat field", "Georges Michel", "1830"),
    ("神奈川沖浪裏", "葛飾北斎", "1831"),
    ("Маковое поле", "Клод Моне", "1873"),
    ("Étude d’après Rembrandt", "Anonymous", None),
    ("Portrait of a man called Rembrandtus AND OR", 'O"Neill', "1888"),
]


@pytest.fixture(scope="module")
def index():
    names = ("title", "artist", "date")
    columns = {n: [work[i] for work in WORKS] for i, n in enumerate(names)}
    return TextIndex(pa.table(columns, schema=pa.schema([(n, pa.string()) for n in names])))


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("caravagio", [0, 1]),
        ("st jerome", [0, 2]),
        ("SAINT JÉRÔME durer", [2]),
        ("1888", [9]),
        ("rembrandt", [3, 8, 9]),
        ("remrbandt rijn", [3]),
        ("vangogh", [4]),
        ("supper by caravaggio", [1]),
        ('"wheat field"', [4, 5]),
        ('"field wheat"', []),
        ("field wheat", [4, 5]),
        ("“wheat field” michel", [5]),
        ("沖浪", [6]),
        ("浪沖", []),
        ("北斎 神奈川", [6]),
        ("моне", [7]),
        ("клод мане", [7]),
        ("d'apres", [8]),
        ("2099", []),
        ("zzzzzz", []),
    ],
)
def test_words_find_works(index, text, wanted):
    assert sorted(index.find(text).rows.tolist()) == wanted


def test_what_fits_best_comes_first_and_other_spellings_are_said(index):
    assert index.find("rembrandt").rows[-1] == 9, "a longer word is less than the word itself"
    assert index.find("rembrandt").note == ""
    assert index.find("caravagio").note.endswith("this was looked for: caravaggio for caravagio.")
    assert index.find("supper by caravaggio").without == ("by",)


HOSTILE = (
    *('"', '""', "'; DROP TABLE works; --", "AND", "NOT", "NEAR(", "a* OR b", "title : x", "^x"),
    *("{title} : a", "\x00", "\ud7ff\ufffe", "(((((", "-", "*", "%_", "x" * 100_000, '"' * 9_999),
    *("\u202eabc", "e" + "\u0301" * 500, "🎨", "a\nb", "1" * 300),
)


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_is_an_operator(index, text):
    before = index.find("rembrandt").rows.tolist()
    assert len(index.find(text).rows) <= len(WORKS)
    assert index.find("rembrandt").rows.tolist() == before


def test_more_words_than_a_person_types_are_one_sentence(index):
    with pytest.raises(InvalidInput, match=f"at most {MAX_WORDS} words"):
        index.find(" ".join(f"word{i}" for i in range(MAX_WORDS + 1)))


def test_threads_may_ask_at_once_and_the_memory_goes_with_the_table(index):
    wrong = []

    def ask():
        for text in ("caravagio", "rembrandt", "北斎", "michel") * 5:
            if not len(index._find(text).rows):
                wrong.append(text)

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gc.collect()
    assert wrong == []
