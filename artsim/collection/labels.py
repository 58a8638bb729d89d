"""When two labels are the same, such as two spellings of one artist, and which stand for nobody."""

import unicodedata
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

# What tables write where a value is not known, in the languages of the museums that wrote them.
PLACEHOLDERS = frozenset(
    (
        *("", "?", "??", "???", "-", "--", "–", "—", ".", "n/a", "n.a.", "na", "n/k", "null"),
        *("none", "nil", "nan", "#n/a", "tbd", "not known", "not recorded", "unspecified"),
        *("unknown", "unknown artist", "unknown maker", "unknown painter", "artist unknown"),
        *("unidentified", "unidentified artist", "anonymous", "anonymous artist", "anon", "anon."),
        *("unattributed", "various", "various artists"),
        *("unbekannt", "unbekannter künstler", "unbekannte künstlerin", "anonym", "anonymus"),
        *("anonyme", "inconnu", "inconnue", "artiste inconnu", "auteur inconnu"),
        *("anonimo", "anónimo", "anónima", "anonimo artista", "ignoto", "sconosciuto"),
        *("autor desconocido", "desconocido", "desconhecido", "autor desconhecido", "anônimo"),
        *("onbekend", "onbekende kunstenaar", "anoniem", "okänd", "ukjent", "ukendt"),
        *("tuntematon", "nieznany", "neznámý", "ismeretlen", "неизвестен", "неизвестный"),
        *(
            "неизвестный художник",
            "άγνωστος",
            "佚名",
            "无名氏",
            "無名氏",
            "作者不詳",
            "不詳",
            "未詳",
        ),
        *("작자미상", "미상", "مجهول", "לא ידוע"),
    )
)


def label_key(text: str) -> str:
    """What all spellings of one label have in common; "" for none and for placeholders.

    Case, white space and Unicode composition do not matter, accents do.

    >>> label_key("  Claude MONET ") == label_key("claude monet")
    True
    >>> label_key("Unknown Artist")
    ''
    """
    key = " ".join(unicodedata.normalize("NFC", text.casefold()).split())
    return "" if key in PLACEHOLDERS else key


def label_codes(texts: Sequence[str | None]) -> npt.NDArray[np.int32]:
    """A number for each label, equal for equal labels, -1 where there is none; int32 [N].

    >>> label_codes(["Monet", "monet", None, "Anonymous", "Degas"]).tolist()
    [0, 0, -1, -1, 1]
    """
    keys = {text: label_key(text or "") for text in set(texts)}
    numbers: dict[str, int] = {"": -1}
    found = (numbers.setdefault(keys[text], len(numbers) - 1) for text in texts)
    return np.fromiter(found, np.int32, len(texts))
