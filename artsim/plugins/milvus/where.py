"""SQL over metadata columns as an expression of Milvus, where the two mean the same."""

import re
from dataclasses import dataclass

from artsim.collection.three_valued import rewritten
from artsim.collection.where import MAX_LENGTH
from artsim.plugins.milvus.shape import NO_YEAR, TEXTS, YEARS, literal

_TOKEN = re.compile(
    r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<number>-?\d+(?![\w.]))|(?P<word>[A-Za-z_]\w*)"
    r"|(?P<sign><=|>=|!=|<>|[=<>(),]))"
)
_NEGATED = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_LARGEST = 2**31 - 1


class _OutsideError(Exception):
    """Something that only the collection's own table can answer."""


def translated(where: str) -> str | None:
    """``where`` for Milvus: true for the same works; None where it holds anything but
    comparisons of published columns with text or whole numbers, IN, BETWEEN, IS NULL, AND, OR, NOT.

    As in SQL, no comparison and no negation of one holds for a work whose value is unknown.
    """
    if len(where) > MAX_LENGTH:
        return None
    try:
        return rewritten(where, _comparison)
    except _OutsideError:
        return None


def _comparison(text: str, truth: bool) -> str:
    reader = _Reader(_tokens(text))
    condition = reader.comparison(negated=not truth)
    reader.expect("")
    return condition


def _tokens(where: str) -> list[str]:
    """Words in lower case, signs, whole numbers, and texts still in their quotes; "" at the end."""
    tokens, place, end = [], 0, len(where.rstrip())
    while place < end:
        found = _TOKEN.match(where, place)
        if found is None:
            raise _OutsideError
        word = found["word"]
        # Columns are told apart by case, keywords are not.
        plain = word.lower() if word and word.lower() in _KEYWORDS else word
        tokens.append(plain or found[0].strip())
        place = found.end()
    return [*tokens, ""]


_KEYWORDS = frozenset({"and", "not", "in", "between", "is", "null"})


@dataclass
class _Reader:
    """Reads the tokens of one comparison from the left."""

    tokens: list[str]
    place: int = 0

    def comparison(self, negated: bool) -> str:
        column = self.take()
        if column not in (*TEXTS, *YEARS, "id"):
            raise _OutsideError
        nothing = str(NO_YEAR) if column in YEARS else '""'
        if self.accept("is"):
            known = self.accept("not") != negated
            self.expect("null")
            return f"({column} {'!=' if known else '=='} {nothing})"
        turned = self.accept("not") != negated
        if self.accept("in"):
            condition = f"{column} {'not in' if turned else 'in'} [{self.values(column)}]"
        elif self.accept("between"):
            first = self.value(column)
            self.expect("and")
            last = self.value(column)
            inside = f"{column} >= {first} and {column} <= {last}"
            condition = f"({column} < {first} or {column} > {last})" if turned else inside
        else:
            if self.tokens[self.place - 1] == "not":
                raise _OutsideError
            sign = {"=": "==", "<>": "!="}.get(self.peek(), self.peek())
            if sign not in _NEGATED:
                raise _OutsideError
            self.place += 1
            condition = f"{column} {_NEGATED[sign] if negated else sign} {self.value(column)}"
        return f"({column} != {nothing} and {condition})"

    def values(self, column: str) -> str:
        self.expect("(")
        found = [self.value(column)]
        while self.accept(","):
            found.append(self.value(column))
        self.expect(")")
        return ", ".join(found)

    def value(self, column: str) -> str:
        token = self.take()
        if column in YEARS:
            if not re.fullmatch(r"-?\d{1,10}", token) or not NO_YEAR < int(token) <= _LARGEST:
                raise _OutsideError
            return str(int(token))
        if not token.startswith("'"):
            raise _OutsideError
        return literal(token[1:-1].replace("''", "'"))

    def peek(self) -> str:
        return self.tokens[self.place]

    def take(self) -> str:
        token = self.peek()
        self.place = min(self.place + 1, len(self.tokens) - 1)
        return token

    def accept(self, token: str) -> bool:
        if self.peek() != token:
            return False
        self.place += 1
        return True

    def expect(self, token: str) -> None:
        if self.take() != token:
            raise _OutsideError
