"""Text from outside, made safe for the places that read markdown or HTML."""

import html
import re

from artsim.core.errors import ArtsimError

_MARKDOWN = re.compile(r"([\\`*_{}\[\]()<>#+\-.!|~$:&^])")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_COMMAND = r"'artsim [^']*'"
_OPTION = r"--[a-z][a-z-]+(?: '[^']*'| [^\s,;:.)']+)?"
# What is left out of a sentence, in this order.
_CUT = (
    re.compile(rf",? or {_OPTION}(?:,(?= to ))?"),
    re.compile(rf" \((?:[^()]*(?:{_COMMAND}|--[a-z])[^()]*)\)"),
    re.compile(rf" with (?:{_COMMAND}|{_OPTION})"),
    re.compile(rf", and {_COMMAND}[^.;:]*"),
    re.compile(rf"(?<=[:;] )[^:;,.]*{_COMMAND}, or "),
    re.compile(rf"[:;] [^:;]*{_COMMAND}[^:;.]*"),
)
_NAMED = re.compile(r"--([a-z][a-z-]+)")


def advice(text: object) -> str:
    """The sentence of an error without commands and options, which a browser does not have.

    The library writes for every door; on a page, a button or a field replaces each command.

    >>> advice("'nga' is not embedded yet: run 'artsim embed nga --backbone b'.")
    "'nga' is not embedded yet."
    >>> advice("It does not fit into memory: try --batch-size 8.")
    'It does not fit into memory: try batch size 8.'
    """
    told = str(text)
    for cut in _CUT:
        told = cut.sub("", told)
    return _NAMED.sub(lambda option: option[1].replace("-", " "), told)


def plain(text: object, length: int = 300) -> str:
    """One line without control characters or direction overrides, cut at ``length``.

    An error is told as ``advice`` does.
    """
    line = _CONTROL.sub(" ", advice(text) if isinstance(text, ArtsimError) else str(text))
    return line if len(line) <= length else line[: length - 1] + "…"


def markdown(text: object, length: int = 300) -> str:
    """``text`` so that markdown shows it as it is."""
    return _MARKDOWN.sub(r"\\\1", plain(text, length))


def markup(text: object, length: int = 4000) -> str:
    """``text`` so that HTML shows it as it is, attributes included."""
    return html.escape(plain(text, length), quote=True)
