"""What is read of an artist cell: who, how sure, and which texts name nobody or the same person."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artsim.collection.artists import (
    artist_codes,
    artist_key,
    artist_keys,
    attributions,
    related_artists,
)

QUALIFIED = {
    "attributed to": """attributed to X | X, attributed to | X (attributed to) | Attrib. to X
        | X (attr.)        | Possibly X | Probably by X | X (?) | X? | Zugeschrieben an X
        | X zugeschrieben
        | X (zugeschrieben) | attribué à X | X, attribué à | attribuito a X | X (attribuito)
        | atribuido a X | atribuído a X | toegeschreven aan X | X (toegeschreven aan)
        | przypisywany X | приписывается X | tillskriven X""",
    "formerly attributed to": "formerly attributed to X | X (formerly attributed to)",
    "workshop of": """workshop of X | X, workshop of | X (workshop) | X Workshop | studio of X
        | X and workshop | X und Werkstatt | X et atelier
        | Attributed to the workshop of X | Werkstatt des X | Werkstatt X
        | X (Werkstatt) | X, Werkstatt | X-Werkstatt | atelier de X | atelier van X | X (atelier)
        | bottega di X | X, bottega | taller de X | oficina de X | warsztat X | мастерская X
        | X műhelye | dílna X""",
    "circle of": """circle of X | X (circle of) | Umkreis des X | X (Umkreis) | entourage de X
        | cerchia di X | círculo de X | omgeving van X | kring van X | krąg X | круг X""",
    "follower of": """follower of X | X, follower of | Unknown follower of X | Flemish follower of X
        | Nachfolger von X | X (Nachfolger) | suiveur de X | seguace di X | seguidor de X
        | navolger van X | naśladowca X | последователь X""",
    "manner of": """manner of X | in the manner of X | style of X | Art des X | à la manière de X
        | maniera di X | X (manner of)""",
    "pupil of": "pupil of X | Schüler von X | élève de X | allievo di X | leerling van X",
    "school of": "school of X | X School | Schule des X | école de X | scuola di X | escuela de X",
    "copy after": """copy after X | X (copy after) | Kopie nach X | copie d'après X | copia da X
        | copia de X | kopie naar X | kopia wg X | копия X""",
    "after": """after X | X (after) | X, after | Anonymous after X | nach X | X (nach) | d'après X
        | d’après X | naar X | según X | wg X | X után | efter X""",
}
NOBODY = """
Unknown | Unknown Artist | Maker unknown | Unidentified | Anonymous | Anonymous, Flemish | Various
Unbekannt | Unbekannter Meister | Anonimo | Anónimo | Anoniem | Artiste inconnu | Anonyme (?)
Неизвестный художник | Ismeretlen | nieznany | okänd konstnär | άγνωστος | 佚名 | 作者不詳
作者 不詳 | 작자 미상 | N/A | NULL | nan | - | ? | [Unknown] | Japanese
Netherlandish, 16th century
Flemish School, 17th century | École française | Escuela española, siglo XVII | scuola fiorentina
Italian (Florentine) Painter | Deutscher Meister, 16. Jh. | Roman, 1st century BC
Unknown, Japanese, Edo period | Chinese, Qing dynasty | Italian, Siena, active 1337–78
Unknown photographer, American, active 19th century | workshop of | after | Unknown; n/a
Escuela cuzqueña | Greek, Attic | Monogrammist unbekannt | Not attributed | NN
宋 佚名 | 佚名（明代）
"""
SAME = [
    """Vincent van Gogh | VAN GOGH Vincent | GOGH Vincent van | Gogh, Vincent van
    | van Gogh, Vincent | VINCENT  VAN GOGH
    | Vincent van Gogh (Dutch, 1853–1890) | Vincent van Gogh, Dutch, 1853-1890
    | Gogh, Vincent van, 1853-1890 | Gogh, Vincent van (1853 Zundert - 1890 Auvers)
    | Vincent van Gogh 1853–1890 | by Vincent van Gogh | Vincent van Gogh (painter)""",
    "Claude Monet | Monet, Claude | Claude Monet (French, Paris 1840–1926 Giverny)",
    "Édouard Manet | Edouard Manet | E\u0301douard Manet | Manet, Édouard",
    "Albrecht Dürer | Albrecht Du\u0308rer | Dürer, Albrecht | Albrecht DURER",
    "Leonardo da Vinci | Leonardo, da Vinci, 1452-1519 | Vinci, Leonardo da",
    """Pieter Bruegel the Elder | Bruegel, Pieter, the Elder | Bruegel the Elder, Pieter
    | Pieter Bruegel d. Ä. | Pieter Bruegel der Ältere | Pieter Bruegel l'Ancien""",
    "Pieter Bruegel the Younger | Pieter Bruegel d. J. | Pieter Bruegel le Jeune",
    "Joshua Reynolds | Reynolds, Joshua, Sir | Sir Joshua Reynolds",
    "J.M.W. Turner | J. M. W. Turner | Turner, J.M.W.",
    "Georgia O'Keeffe | O’Keeffe, Georgia",
    "Jean-Baptiste Greuze | Jean Baptiste Greuze | Greuze, Jean-Baptiste",
    "葛飾北斎 | 葛飾 北斎",
    "Master of Flémalle | The Master of Flémalle",
    "after Rembrandt | Rembrandt (after)",
    "after Claude Monet | MONET Claude (d'après) | after Monet, Claude",
    "Jan Brueghel (I) | Brueghel, Jan (I)",
    "Jan Brueghel (II) | painted by Jan Brueghel (II)",
    "唐寅 | （明）唐寅",
    "Werkstatt des Lucas Cranach d. Ä. | Lucas Cranach the Elder, workshop of",
]
NAMES = """
Nan Goldin | Anon Smith | Master of the Unknown | French, Daniel Chester | Joseph English
Roman Ondák | Song Dong | Ming Wong | Man Ray | Art Green | Green, Art | Zak, Eugène | Wohl, Stanley
Hauth, W. | Artist 7 | Painter 105 | Studio 54 | El Greco | Segundo Gutiérrez
Nachman Cohen | 狩野永徳 | Gilbert & George | Charles and Ray Eames | Currier and Ives
Tiffany & Co. | Untitled
Master of 1518 | Meister von 1445 | JMW Turner | ZAO Wou-Ki | Peter Paul Rubens
Master of the David and Saint John Statuettes
"""
SEVERAL = {
    "Rubens; Brueghel": ("rubens", "brueghel"),
    "Hokusai|Hiroshige": ("hokusai", "hiroshige"),
    "Rembrandt; Unknown": ("rembrandt",),
    "Jan Brueghel the Elder and Peter Paul Rubens": ("jan brueghel elder", "peter paul rubens"),
    "Claude Monet / Auguste Renoir": ("claude monet", "auguste renoir"),
    "Jan Steen & Frans Hals": ("jan steen", "frans hals"),
    "Hans Holbein und Jan Gossaert": ("hans holbein", "jan gossaert"),
    "Brownlee, Robert and Jordan, William": ("robert brownlee", "william jordan"),
    "Rubens (Flemish; 1577–1640)": ("rubens",),
    "Marcantonio Raimondi after Raphael": ("marcantonio raimondi", "after raphael"),
    "Le Prince, after François Boucher": ("le prince", "after francois boucher"),
    "Rubens, Peter Paul; workshop of Jan Steen": ("peter paul rubens", "workshop of jan steen"),
    "A; A": ("a",),
}


def _listed(table: str) -> list[str]:
    return [text.strip() for text in table.replace("\n", " | ").split("|") if text.strip()]


@pytest.mark.parametrize("qualifier", QUALIFIED)
def test_a_qualified_attribution_is_not_by_the_artist(qualifier: str) -> None:
    for form in _listed(QUALIFIED[qualifier]):
        (found,) = attributions(form.replace("X", "Rembrandt"))
        assert (found.qualifier, found.name) == (qualifier, "Rembrandt"), form
        assert "rembrandt" not in artist_keys(form.replace("X", "Rembrandt"))


def test_nobody_is_the_same_as_nobody() -> None:
    named = {text: artist_keys(text) for text in _listed(NOBODY) if artist_keys(text)}
    assert named == {}


@pytest.mark.parametrize("forms", SAME)
def test_forms_of_one_name(forms: str) -> None:
    keys = {text: artist_key(text) for text in _listed(forms)}
    assert len(set(keys.values())) == 1, keys
    assert all(keys.values())


def test_different_people_have_different_keys() -> None:
    keys = [artist_key(_listed(forms)[0]) for forms in SAME]
    assert len(set(keys)) == len(keys)


def test_a_name_that_holds_such_a_word_is_one_name() -> None:
    for text in _listed(NAMES):
        (found,) = attributions(text)
        assert found.qualifier == "", text


@pytest.mark.parametrize(("text", "keys"), SEVERAL.items())
def test_several_artists(text: str, keys: tuple[str, ...]) -> None:
    assert artist_keys(text) == keys


def test_east_asian_attributions() -> None:
    for text in ("伝 雪舟", "伝雪舟", "雪舟（伝）", "（傳）雪舟"):
        (found,) = attributions(text)
        assert (found.qualifier, found.name) == ("attributed to", "雪舟"), text
    assert [a.qualifier for a in attributions("運慶工房")] == ["workshop of"]


def test_codes_have_a_column_for_each_artist_of_a_work() -> None:
    codes = artist_codes(["Monet; Renoir", "Renoir, Auguste", "Renoir", "Unknown", None])
    assert codes.tolist() == [[0, 1], [2, -1], [1, -1], [-1, -1], [-1, -1]]
    assert artist_codes([]).shape == (0, 1)


def test_artists_that_must_stay_on_one_side() -> None:
    texts = ["Jan Steen", "Frans Hals; Jan Steen", "workshop of Frans Hals", "Monet", "?", "?"]
    assert related_artists(texts) == ["frans hals"] * 3 + ["monet", "", ""]


@given(st.text(max_size=60))
def test_any_text_is_read(text: str) -> None:
    for one in attributions(text):
        assert one.key
        assert one.name


@given(
    st.lists(st.sampled_from(["Jan", " ", ",", "(", ")", "1650", "-", "&", "after", "the", ";"]))
)
def test_any_mix_of_pieces_is_read(pieces: list[str]) -> None:
    assert len(attributions("".join(pieces))) <= 8
