"""What a SQL filter may be: comparisons of metadata columns, and functions that cost little."""

import re

from artsim.core.errors import InvalidInput

MAX_LENGTH = 4_000
FUNCTIONS = frozenset(
    {"abs", "btrim", "char_length", "coalesce", "concat", "contains", "ends_with", "length"}
    | {"lower", "ltrim", "nullif", "regexp_like", "round", "rtrim"}
    | {"starts_with", "strpos", "substr", "upper"}
)
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
    return where


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
