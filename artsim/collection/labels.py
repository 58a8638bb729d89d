"""When two labels are the same, such as two spellings of one style, and which stand for nothing.

``PLACEHOLDERS`` is the one list of what tables write where a value is not known. Artists have
more to them, such as several names in one cell: see ``artists``.
"""

import re
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from artsim.collection.folding import fold, listed

# Whole labels, folded, without punctuation, in the languages of the museums that wrote them.
PLACEHOLDERS = frozenset(
    phrase.strip()
    for phrase in """
    n/a; #n/a; na; n a; nn; 0; n/k; n k; n n; null; #null; none; nil; nan; #value; #ref; tbd; tba
    undefined; no data; no value; not available; not applicable; not given; not known
    not recorded; not identified; not specified; not stated; no artist; none given; various
    various artists; various makers; misc; diverse; divers; diversen; vari; varios; autori vari
    not attributed; aa vv; verschiedene; verschiedene kunstler; artistes divers
    multiple artists; s n
    sine nomine; o a; k a; keine angabe; keine angaben; ohne angabe; nicht bekannt
    nicht ermittelt; namenlos; sans nom; non identifie; non identifiee; non renseigne; non connu
    non noto; non identificato; senza nome; sin datos; no identificado; sin identificar
    no consta; se desconoce; nao identificado; sem informacao; niet bekend; geen; brak
    brak danych; b d; n n malarz; bez udaju; neurceno; не известен; неизв; нет данных; не указан
    не установлен; б/н; ingen; saknas; uoplyst; ikke oplyst; ei tiedossa; n e; nincs adat; δ υ
    χωρις στοιχεια; 佚名; 无名氏; 無名氏; 不详; 不詳; 未詳; 不明; 無款; 作者不詳; 作者不明
    作者未詳; 作者不详; 筆者不詳; 絵師不詳; 作家不詳; 作者佚名; 未知; 未知作者; 読人知らず; 無銘
    无; 無; 미상; 작자미상; 작가미상; 무명; 알수없음; 필자미상; مجهول; غير معروف; ناشناس
    unbek; неизв худ; неизв художник; sin autor; sin autoria; sans auteur; senza autore; s/a; s a
    ohne; ohne kunstler; keine; keiner; zu ermitteln; unsigned
    nicht signiert; unsigniert; n b; x; xx; xxx; 未详; 未詳作者; sin estilo; ohne stil; leer; blank
    empty; not set; to be determined; to be confirmed; other; others; sonstige; sonstiges; andere
    autre; autres; altro; altri; otro; otros; outro; outros; overig; inne; прочее; другое; 其他
    その他; 기타; לא ידוע; אלמוני; אין; ไม่ทราบ; अज्ञात
    """.replace("\n", ";").split(";")
)
# One of these, and nothing but such words and the nouns below, is no name either: unknown artist.
UNKNOWN = frozenset(
    listed("""
    unknown unidentified unattributed unrecorded unspecified unnamed unassigned anonymous anon
    anonymus unclassified uncertain undetermined untraced indeterminate unbekannt unbekannte
    unbekannter unbekanntes unbestimmt anonym anonyme anonymer ungenannt inconnu inconnue
    inconnus anonymes indetermine indeterminee anonimo anonima anonimi anonimos anonimas ignoto
    ignota ignoti sconosciuto sconosciuta desconocido desconocida desconocidos desconhecido
    desconhecida desconegut desconeguda onbekend onbekende anoniem anonieme okand okanda ukjent
    ukendt ubekendt anonymt tuntematon oþekktur tundmatu nezinomas nezinams nieznany nieznana
    nieznani anonimowy anonim neznamy neznama neznami neurceny nezarazeno nepoznat nepoznati neznan
    неизвестен неизвестный неизвестныи неизвестная неизвестно аноним анонимный анонимныи
    невідомий невідомии невiдомии непознат неизвестни ismeretlen nevtelen necunoscut bilinmiyor
    bilinmeyen αγνωστοσ αγνωστη αγνωστου αγνωστο ανωνυμοσ ανωνυμη 佚名 不詳 不详 不明 미상
    """)
)
NOUNS = frozenset(
    listed("""
    artist artists maker makers painter painters author authors creator master sculptor
    photographer engraver printmaker draftsman draughtsman designer architect potter weaver
    manufacturer craftsman hand person name attribution photographers kunstler kunstlerin maler
    monogrammist
    malerin meister hersteller fotograf fotografin photograph bildhauer stecher zeichner urheber
    autorin werkstatt artiste artistes auteur peintre maitre graveur sculpteur photographe
    fabricant dessinateur artista artisti autore autori pittore pittori maestro scultore
    incisore fotografo autor autores pintor pintores escultor grabador gravador fotografa
    kunstenaar schilder meester vervaardiger tekenaar beeldhouwer fotograaf konstnar kunstner
    billedhugger kunstneren taiteilija artysta malarz tworca rzezbiarz warsztat umelec malir
    sochar slikar художник художники автор мастер скульптор гравер мастерская художниця митець
    muvesz mester alkoto szerzo festo szobrasz καλλιτεχνησ ζωγραφοσ δημιουργοσ γλυπτησ style
    school genre period stil schule gattung epoche ecole stile scuola genere estilo escuela
    genero escola stijl styl szkola gatunek школа стиль жанр 作者 筆者 作家 画家 畫家 작자 작가
    화가
    """)
)
_OR = frozenset(listed("or and oder und ou et o e eller of lub или и"))
_EDGES = re.compile(r"[\[\](){}<>\"'“”«»„「」『』（）?!*.,;:_=–—…·~|\\-]+")
_CJK_SPACE = re.compile(r"(?<=[\u3040-\u9fff\uac00-\ud7af])\s+(?=[\u3040-\u9fff\uac00-\ud7af])")


def plain_words(text: str) -> list[str]:
    """The folded words of a label, without brackets, marks of doubt and other punctuation.

    >>> plain_words("[Artiste  inconnu] (?)")
    ['artiste', 'inconnu']
    """
    return _EDGES.sub(" ", fold(text)).split()


def is_placeholder(text: str) -> bool:
    """Whether a label says that its value is not known, or nothing at all.

    "Untitled" is what a work is called, not a placeholder.

    >>> [is_placeholder(text) for text in ("?", "NULL", "Maker unknown", "佚名", "Untitled")]
    [True, True, True, True, False]
    """
    words = plain_words(text)
    joined = _CJK_SPACE.sub("", " ".join(words))
    if joined in PLACEHOLDERS or not joined:
        return True
    words = [word for word in re.split("[ /&+]+", joined) if word not in _OR]
    return not UNKNOWN.isdisjoint(words) and all(w in UNKNOWN or w in NOUNS for w in words)


def label_key(text: str) -> str:
    """What all spellings of one label have in common; "" for none and for placeholders.

    Case, accents, white space and Unicode composition do not matter.

    >>> label_key("  Art  DÉCO ") == label_key("art deco")
    True
    >>> label_key("Unknown")
    ''
    """
    return "" if is_placeholder(text) else " ".join(fold(text).split())


def label_codes(texts: Sequence[str | None]) -> npt.NDArray[np.int32]:
    """A number for each label, equal for equal labels, -1 where there is none; int32 [N].

    >>> label_codes(["Cubism", "cubism", None, "Unknown", "Rococo"]).tolist()
    [0, 0, -1, -1, 1]
    """
    keys = {text: label_key(text or "") for text in set(texts)}
    numbers: dict[str, int] = {"": -1}
    found = (numbers.setdefault(keys[text], len(numbers) - 1) for text in texts)
    return np.fromiter(found, np.int32, len(texts))
