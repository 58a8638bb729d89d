"""What a SQL filter may be: comparisons of metadata columns, and functions that cost little."""

import re

from artsim.core.errors import InvalidInput

MAX_LENGTH = 4_000
FUNCTIONS = frozenset(
    {"abs", "btrim", "char_length", "coalesce", "concat", "contains", "ends_with", "length"}
    | {"lower", "ltrim", "nullif", "regexp_like", "round", "rtrim"}
    | {"starts_with", "strpos", "substr", "upper"}
)
# The database copies the operands of these words, and its stack overflows in deep expressions: a
# filter of a few hundred characters took all memory, or ended the process.
_DOUBLED = frozenset({"between", "coalesce", "nullif", "case"})
_OPERATORS = frozenset({"is", "in", "like", "ilike", "not", "between", "cast", "distinct"})
_DEEPEST, _MOST_OPERATORS, _HEAVIEST = 16, 40, 10_000
# Words that may stand before a bracket without being a function.
_WORDS = frozenset({"and", "or", "not", "in", "like", "ilike", "between", "is", "cast", "as"})
_TOKEN = re.compile(
    r"""(?P<odd>\w'|--|/\*)|(?P<text>'(?:[^']|'')*'|"[^"]*")"""
    r"""|(?P<name>`[^`]*`|[^\W\d]\w*)(?P<call>\s*\()?|(?P<number>[\d.]+)"""
    r"""|(?P<sign>::|[\s()=<>!+\-*/%,|])|(?P<other>.)""",
    re.DOTALL,
)


def checked_where(where: str, columns: list[str]) -> str:
    """``where`` where it names none but ``columns`` and calls only FUNCTIONS.

    Syntax is left to the database. Raises InvalidInput with one sentence.
    """
    if not where.strip():
        raise InvalidInput("The filter is empty: write for example \"artist = 'Claude Monet'\".")
    if len(where) > MAX_LENGTH:
        raise InvalidInput(f"The filter is longer than {MAX_LENGTH:,} characters.")
    for token in _TOKEN.finditer(where):
        odd = token["odd"] or token["other"]
        if odd:
            raise InvalidInput(
                f"The filter cannot hold {odd!r} outside of text: text stands in single quotes, "
                "a quote within it is doubled."
            )
        name = (token["name"] or "").strip("`").lower()
        if token["call"] and name not in FUNCTIONS | _WORDS:
            raise InvalidInput(
                f"The filter cannot call {name[:40]!r}: use {', '.join(sorted(FUNCTIONS))}."
            )
        if name.startswith(("emb_", "_row")) or (name in ("image", "thumb")):
            raise InvalidInput(
                f"The filter cannot use {name[:40]!r}: the columns are {', '.join(columns)}."
            )
    _check_size(where)
    return where


class _Level:
    """What stands in a pair of brackets, and how large the database makes it."""

    def __init__(self, doubled: bool = False) -> None:
        self.doubled, self.weight = doubled, 0
        self._begin()

    def _begin(self) -> None:
        self.held, self.doublings, self.operators, self.betweens = 0, 0, 0, 0

    def add(self, word: str, is_operator: bool) -> None:
        """Count a word or sign; OR, and an AND that is not of BETWEEN, begin a new comparison."""
        if word == "or" or (word == "and" and not self.betweens):
            self.end()
            return
        self.held += 1
        self.operators += is_operator
        self.doublings += word in _DOUBLED
        self.betweens += (word == "between") - (word == "and")

    def end(self) -> int:
        """End the comparison and return the weight of the whole level so far."""
        self.weight += self.held << self.doublings
        self._begin()
        return self.weight << self.doubled


def _check_size(where: str) -> None:
    levels = [_Level()]
    for token in _TOKEN.finditer(where):
        sign, word = token["sign"] or "", (token["name"] or "").lower()
        if sign.isspace() or sign == ",":
            continue
        if sign == ")":
            inner = levels.pop().end()
            levels = levels or [_Level()]  # one bracket too many is the database's to say
            levels[-1].held += inner
        else:
            levels[-1].add(word, bool(sign and sign != "(") or word in _OPERATORS)
        if token["call"] or sign == "(":
            levels.append(_Level(word in _DOUBLED))
        heavy = max(level.held << level.doublings for level in levels) > _HEAVIEST
        if heavy or len(levels) > _DEEPEST or levels[-1].operators > _MOST_OPERATORS:
            raise InvalidInput(
                "The filter is too intricate: join more and simpler comparisons with AND and OR, "
                "or nest less in brackets."
            )


def reason_of(error: Exception) -> str:
    """What the database says is wrong with a filter, without its inner layers."""
    text = str(error).split(", /")[0].split(" Valid fields are")[0]
    for layer in (
        r"(LanceError\([^)]*\)|Invalid user input|External error|Query Execution error): ",
        r"Error (applying filter expression to batch|optimizing sql filter): ",
        r"(Schema|Arrow|Compute|Parser|Cast) error: ",
        r"^Error (parsing|tokenizing) statement: SELECT 1 FROM t WHERE ",
    ):
        text = re.sub(layer, "", text)
    return text.strip().rstrip(".")[:200]
