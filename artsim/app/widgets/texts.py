"""Text from outside, made safe for the places that read markdown or HTML."""

import html
import re

from artsim.collection.store import CollectionInfo

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")


def plain(text: object, length: int = 300) -> str:
    """One line without control characters or direction overrides, cut at ``length``."""
    line = _CONTROL.sub(" ", str(text))
    return line if len(line) <= length else line[: length - 1] + "…"


def markdown(text: object, length: int = 300) -> str:
    """``text`` so that markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", plain(text, length))


def markup(text: object, length: int = 4000) -> str:
    """``text`` so that HTML shows it as it is, attributes included."""
    return html.escape(plain(text, length), quote=True)


def heading(info: CollectionInfo) -> str:
    """What a page calls a collection."""
    known = {"demo": "Demo collection", "nga": "National Gallery of Art"}
    words = info.name.replace("-", " ").replace("_", " ")
    return known.get(info.name, words[:1].upper() + words[1:])


def count(number: int, one: str, many: str = "") -> str:
    """``1 work``, ``1,250 works``."""
    return f"{number:,} {one if number == 1 else many or one + 's'}"
