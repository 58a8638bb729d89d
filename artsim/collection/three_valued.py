"""Filters in SQL's three-valued logic: a comparison with an unknown value is not true, and neither
is its negation."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

_TOKEN = re.compile(
    r"""\s*(?:(?P<word>[^\W\d]\w*)|'(?:[^']|'')*'|"[^"]*"|`[^`]*`|[\d.]+|\S)""", re.DOTALL
)
_DEEPEST = 60
_LONGEST = 100_000  # characters of what comes out: IS NULL within IS NULL doubles it each time

# An expression that is true where a comparison is true (or, told so, where it is false), and
# false for every other work.
Comparison = Callable[[str, bool], str]


class _OutsideError(Exception):
    """The text is no combination of comparisons that can be taken apart."""


@dataclass(frozen=True)
class _Leaf:
    text: str


@dataclass(frozen=True)
class _Not:
    inner: "_Node"


@dataclass(frozen=True)
class _Joined:
    word: Literal["and", "or"]
    parts: "tuple[_Node, ...]"


@dataclass(frozen=True)
class _Is:
    """``inner IS [NOT] value``, where None is NULL."""

    inner: "_Node"
    value: bool | None
    turned: bool


_Node = _Leaf | _Not | _Joined | _Is
_VALUES = {"true": True, "false": False, "null": None, "unknown": None}


def rewritten(where: str, comparison: Comparison) -> str | None:
    """``where`` with every comparison written by ``comparison``; None where it has another form.

    AND, OR, NOT, brackets and IS TRUE / FALSE / NULL after brackets are taken apart; whatever
    stands between them is one comparison. Negations are carried down to the comparisons, so that
    the result needs no null: it is true where ``where`` is true, and false everywhere else.

    >>> rewritten("NOT (a = 1 AND b = 2)", lambda text, truth: f"({text}) is {truth}".lower())
    '((a = 1) is false or (b = 2) is false)'
    """
    try:
        reader = _Reader(where)
        node = reader.either(0)
        reader.expect("")
        return _written(node, True, comparison)
    except _OutsideError:
        return None


def definite(where: str) -> str:
    """``where`` such that the database's simplifications of it cannot take null for a value.

    DataFusion makes FALSE of ``a IN ('x') AND a IN ('y')``, and so NOT of it true where ``a`` is
    null; likewise with equalities that it gathers into lists.
    """
    return rewritten(where, lambda text, truth: f"(({text}) is {str(truth).lower()})") or where


def _written(node: _Node, truth: bool, comparison: Comparison) -> str:
    match node:
        case _Leaf(text):
            found = comparison(text, truth)
        case _Not(inner):
            found = _written(inner, not truth, comparison)
        case _Joined(word, parts):
            joint = word if truth else {"and": "or", "or": "and"}[word]
            found = f"({f' {joint} '.join(_written(part, truth, comparison) for part in parts)})"
        case _Is(inner, value, turned):
            if value is None:
                true, false = (_written(inner, t, comparison) for t in (True, False))
                found, is_it = f"({true} or {false})", turned
            else:
                found, is_it = _written(inner, value, comparison), not turned
            # What is written is true or false, never null: NOT is safe here.
            found = found if is_it == truth else f"(not {found})"
    if len(found) > _LONGEST:
        raise _OutsideError
    return found


class _Reader:
    """Reads conditions from the left."""

    def __init__(self, where: str) -> None:
        self._where = where
        found = list(_TOKEN.finditer(where))
        self._tokens = [
            match["word"].lower() if match["word"] else match[0].strip() for match in found
        ]
        self._starts = [match.end() - len(match[0].lstrip()) for match in found]
        self._ends = [match.end() for match in found]
        self._place = 0

    def either(self, depth: int) -> _Node:
        return self._joined("or", lambda: self._joined("and", lambda: self._one(depth)))

    def expect(self, token: str) -> None:
        if not self._accept(token):
            raise _OutsideError

    def _joined(self, word: Literal["and", "or"], part: Callable[[], _Node]) -> _Node:
        parts = [part()]
        while self._accept(word):
            parts.append(part())
        return parts[0] if len(parts) == 1 else _Joined(word, tuple(parts))

    def _one(self, depth: int) -> _Node:
        if depth > _DEEPEST:
            raise _OutsideError
        if self._accept("not"):
            return _Not(self._one(depth + 1))
        return self._group(depth) or self._leaf()

    def _group(self, depth: int) -> _Node | None:
        """A condition in brackets; None where they are part of a comparison."""
        before = self._place
        if not self._accept("("):
            return None
        try:
            inner = self.either(depth + 1)
            self.expect(")")
            if self._peek() in ("and", "or", ")", ""):
                return inner
            if not isinstance(inner, _Leaf) and self._accept("is"):
                turned = self._accept("not")
                value = _VALUES[self._peek()]
                self._place += 1
                if self._peek() in ("and", "or", ")", ""):
                    return _Is(inner, value, turned)
        except (_OutsideError, KeyError):
            pass
        self._place = before
        return None

    def _leaf(self) -> _Node:
        """All up to the next AND or OR that is neither in brackets nor part of BETWEEN or CASE."""
        first, open_brackets, open_cases, betweens = self._place, 0, 0, 0
        while word := self._peek():
            if not open_brackets and not open_cases:
                if word in (")", "or") or (word == "and" and not betweens):
                    break
                betweens += (word == "between") - (word == "and")
            open_brackets += (word == "(") - (word == ")")
            open_cases += (word == "case") - (word == "end")
            self._place += 1
        if self._place == first or open_brackets or open_cases or betweens:
            raise _OutsideError
        return _Leaf(self._where[self._starts[first] : self._ends[self._place - 1]])

    def _peek(self) -> str:
        return self._tokens[self._place] if self._place < len(self._tokens) else ""

    def _accept(self, token: str) -> bool:
        if self._peek() != token:
            return False
        self._place += bool(token)
        return True
