"""A mark as it stands in a link: what is liked or not, of which a round of the search is made."""

import re
from dataclasses import dataclass
from urllib.parse import quote, unquote

from artsim.search.query_item import Box

_NUMBER = r"-?(?:\d{1,3}(?:\.\d{1,6})?|\.\d{1,6})(?:e-\d{1,2})?"
_BOX = rf"(?:@({_NUMBER}(?:~{_NUMBER}){{3}}))?"
_WORK = re.compile(rf"[+-]([A-Za-z0-9][A-Za-z0-9._-]{{0,127}}){_BOX}")
_PICTURE = re.compile(rf"[+-]picture:([0-9a-f]{{64}}){_BOX}")
_WORDS = re.compile(r"[+-]words:([A-Za-z0-9._~%-]{1,3600})")
_CONCEPT = re.compile(r"[+-]concept:([A-Za-z0-9._~%-]{1,400})")
WITHOUT_FIRST = "="  # the work or picture that was asked with at first no longer counts
MAX_ROUNDS = 12
_BETWEEN = ","


@dataclass(frozen=True)
class Mark:
    """``sign`` is + or -, on a ``work``'s id, an upload's digest, a ``concept`` or ``words``.

    ``box`` is a region of the work or picture, None for all of it; a search with it tells of one
    without area or outside.

    >>> Mark("+", "w1").text, Mark.of("-w2@0~0~.5~1")
    ('+w1', Mark(sign='-', work='w2', picture='', concept='', box=(0.0, 0.0, 0.5, 1.0), words=''))
    >>> Mark.of(Mark("+", concept="blue, grey").text).concept
    'blue, grey'
    """

    sign: str
    work: str = ""
    picture: str = ""
    concept: str = ""
    box: Box | None = None
    words: str = ""

    @classmethod
    def of(cls, text: str) -> "Mark":
        """The mark that ``text`` is, which ``readable`` let pass."""
        if found := _CONCEPT.fullmatch(text):
            return cls(text[0], concept=unquote(found[1]))
        if found := _WORDS.fullmatch(text):
            return cls(text[0], words=unquote(found[1]))
        if found := _PICTURE.fullmatch(text):
            return cls(text[0], picture=found[1], box=_box(found[2]))
        work = _WORK.fullmatch(text)
        return cls(text[0], work[1], box=_box(work[2])) if work else cls(text[0], text[1:])

    @property
    def thing(self) -> str:
        """What is marked, as a link has it: the mark without its sign."""
        if self.concept:
            return f"concept:{quote(self.concept, safe='')}"
        if self.words:
            return f"words:{quote(self.words, safe='')}"
        region = "" if self.box is None else "@" + "~".join(f"{n:.4g}" for n in self.box)
        return (f"picture:{self.picture}" if self.picture else self.work) + region

    @property
    def text(self) -> str:
        """The mark as a link has it."""
        return self.sign + self.thing


def readable(text: str) -> bool:
    """Whether a text out of a link is a mark."""
    if words := _WORDS.fullmatch(text):
        return any(sign.isalnum() for sign in unquote(words[1]))
    others = (_CONCEPT, _WORK, _PICTURE)
    return text == WITHOUT_FIRST or any(other.fullmatch(text) for other in others)


def marks_of(round_: str) -> tuple[str, ...]:
    """The marks of a round; what is none is left out.

    >>> marks_of("+w1,-w2,?")
    ('+w1', '-w2')
    """
    return tuple(dict.fromkeys(text for text in round_.split(_BETWEEN) if readable(text)))


def round_of(marks: tuple[str, ...]) -> str:
    """Marks as one round of a link."""
    return _BETWEEN.join(marks)


def _box(numbers: str | None) -> Box | None:
    if not numbers:
        return None
    left, top, width, height = map(float, numbers.split("~"))
    return left, top, width, height
