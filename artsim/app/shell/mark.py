"""A mark as it stands in a link: what is liked or not, of which a round of the search is made."""

import re
from dataclasses import dataclass

_WORK = re.compile(r"[+-][A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_PICTURE = re.compile(r"[+-]picture:([0-9a-f]{64})")
WITHOUT_FIRST = "="  # the work or picture that was asked with at first no longer counts
MAX_ROUNDS = 12
_BETWEEN = ","


@dataclass(frozen=True)
class Mark:
    """``sign`` is + or -; ``work`` an id or ``picture`` the digest of an upload, one of the two.

    >>> Mark("+", "w1").text, Mark.of("-w2").work
    ('+w1', 'w2')
    """

    sign: str
    work: str = ""
    picture: str = ""

    @classmethod
    def of(cls, text: str) -> "Mark":
        """The mark that ``text`` is, which ``readable`` let pass."""
        picture = _PICTURE.fullmatch(text)
        return cls(text[0], picture=picture[1]) if picture else cls(text[0], text[1:])

    @property
    def text(self) -> str:
        """The mark as a link has it."""
        return self.sign + (f"picture:{self.picture}" if self.picture else self.work)


def readable(text: str) -> bool:
    """Whether a text out of a link is a mark."""
    return text == WITHOUT_FIRST or bool(_WORK.fullmatch(text) or _PICTURE.fullmatch(text))


def marks_of(round_: str) -> tuple[str, ...]:
    """The marks of a round; what is none is left out.

    >>> marks_of("+w1,-w2,?")
    ('+w1', '-w2')
    """
    return tuple(dict.fromkeys(text for text in round_.split(_BETWEEN) if readable(text)))


def round_of(marks: tuple[str, ...]) -> str:
    """Marks as one round of a link."""
    return _BETWEEN.join(marks)
