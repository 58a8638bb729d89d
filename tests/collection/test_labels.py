"""One meaning of 'the same label' and of 'not known', wherever it is asked."""

import pytest

from artsim.collection.labels import label_codes, label_key


@pytest.mark.parametrize(
    "spellings",
    [
        ("Claude Monet", "claude monet", " CLAUDE  MONET\t"),
        ("Édouard Manet", "E\u0301douard Manet", "ÉDOUARD MANET"),
        ("Straße", "STRASSE"),
        ("葛飾北斎", " 葛飾北斎 "),
    ],
)
def test_spellings_of_one_label(spellings: tuple[str, ...]) -> None:
    assert len({label_key(text) for text in spellings}) == 1
    assert label_codes(spellings).tolist() == [0] * len(spellings)


@pytest.mark.parametrize(
    "nobody",
    [
        *("", " ", "?", "-", "n/a", "NULL", "Unknown", "Unknown  Artist", "Anonymous", "Anonyme"),
        *("Unbekannt", "anónimo", "Ignoto", "onbekend", "佚名", "作者不詳", "Неизвестный художник"),
        *("--", "—", "n.a.", "nan", "#N/A", "[unknown] (?)", "unbekannter Künstler", "nieznany"),
        *(
            "Unknown Artist/Maker",
            "unknown or anonymous",
            "Auteur inconnu",
            "작자 미상",
            "作者 不詳",
        ),
        *(
            "作者 不詳",
            "Άγνωστος",
            "Unknown style",
            "School unknown",
            "keine Angabe",
            "brak danych",
            "неизв. худ.",
            "Sans auteur",
            "S/A",
            "未详",
            "nicht signiert",
            "(leer)",
            "Sonstige",
            "その他",
            "ＮＵＬＬ",
        ),
    ],
)
def test_placeholders_stand_for_nobody(nobody: str) -> None:
    assert label_key(nobody) == ""
    assert label_codes([nobody, nobody]).tolist() == [-1, -1]


@pytest.mark.parametrize("somebody", ["Anon Smith", "Master of the Unknown", "Nan Goldin"])
def test_a_name_that_holds_such_a_word_is_a_name(somebody: str) -> None:
    assert label_key(somebody)


def test_accents_do_not_tell_labels_apart() -> None:
    assert label_codes(["Art Déco", "art deco", "Art Nouveau"]).tolist() == [0, 0, 1]


@pytest.mark.parametrize("title", ["Untitled", "Ohne Titel", "Sans titre", "無題", "Unknown Woman"])
def test_an_untitled_work_has_a_title(title: str) -> None:
    assert label_key(title)
