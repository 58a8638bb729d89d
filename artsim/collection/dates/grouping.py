"""Tokens that belong together, before their years are worked out."""

from artsim.collection.dates import words as w
from artsim.collection.dates.tokens import Token

_LAST_CENTURY = 21


def grouped(row: list[Token]) -> list[Token]:
    """The tokens with parts put together, and every 'century' behind the numbers it is of.

    ``siglo XVI`` becomes ordinal, century; ``II połowa`` a part; 'i' between numbers a link.
    """
    return _centuries_after(_parts(_plain_i(row)))


def _plain_i(row: list[Token]) -> list[Token]:
    """'i' between two numbers is 'and' in Polish and Italian, not the first."""
    for before, token, after in zip(row, row[1:], row[2:], strict=False):
        numbers = ("roman", "ordinal", "number")
        if token.text in ("i", "і") and before.kind in numbers and after.kind in numbers:
            token.kind = "link"
    return row


def _parts(row: list[Token]) -> list[Token]:
    """Ordinals with halves, quarters and thirds made one part each: II połowa, dernier tiers."""
    made: list[Token] = []
    for place, token in enumerate(row):
        unit = w.UNITS.get(token.text) if token.kind == "nth" else None
        behind = made[-1] if made else None
        if unit and behind is not None and behind.kind in ("nth", "ordinal", "roman", "number"):
            number = behind.value
            if number is not None and (number == -1 or 1 <= number <= unit):
                before = made[-3:-1]
                made.pop()
                if (
                    [t.kind for t in before] in (["ordinal", "link"], ["nth", "link"])
                    and before[0].value is not None
                    and 1 <= before[0].value < number
                ):
                    del made[-2:]
                    made.append(Token("part", f"{before[0].value}/{unit}", ""))
                made.append(Token("part", f"{number}/{unit}", token.text))
                continue
        if unit and token.text in w.HALF_OR_MIDDLE:
            made.append(Token("part", "mid", token.text))
            continue
        if token.kind == "nth":
            following = row[place + 1].text if place + 1 < len(row) else ""
            if token.value is None and token.text in w.DECADE_BEFORE:
                token.kind = "years"
            elif token.value is not None and token.value > 0 and following not in w.UNITS:
                token.kind = "ordinal"
            elif token.value is None:
                token.kind = "fill"
        if token.text in w.DECADE_AFTER and behind is not None and behind.digits == 2:
            # 90er, 60. léta, 90-е годы
            behind.kind = "tens" if behind.value % 10 == 0 else behind.kind
        made.append(token)
    return made


def _centuries_after(row: list[Token]) -> list[Token]:
    """Every 'century' behind its numbers, numbers that it makes centuries as ordinals."""
    made = list(row)
    place = 0
    while place < len(made):
        token = made[place]
        if token.kind == "century" and token.text != "":
            if token.side != "before" and _mark_behind(made, place):
                _mark_beyond_era(made, place)
            elif token.side != "after" and (end := _mark_ahead(made, place)):
                made.insert(end, Token("century", token.value, ""))
                made[place] = Token("fill", None, token.text)
                _mark_beyond_era(made, end)
            elif token.text in w.SHORT_CENTURIES:
                token.kind = "other" if token.text == "cc" else "fill"  # an era in Welsh
        place += 1
    return made


def _mark_behind(row: list[Token], place: int) -> bool:
    """Whether a number of a century stands right before ``place``; those that it joins too.

    'and' joins, and then also a comma: XV, XVI e XVII secolo; so does a comma before a part: late
    19th, early 20th century. Louis XIV, XVIIe siècle is of one.
    """
    back = place - 1
    while back >= 0 and row[back].kind == "fill" and row[place].text not in w.SHORT_CENTURIES:
        back -= 1
    joined, listed, found = True, False, ""
    while back >= 0:
        token = row[back]
        kind = _counts(token)
        if joined and kind and found in ("", kind, "arabic" if kind == "plain" else found):
            found, joined = "arabic" if kind == "plain" else kind, False
            token.kind = "hundred"
        elif found and (token.kind in ("link", "part", "fill") or token.text == ","):
            listed = listed or token.kind in ("link", "part")
            joined = joined or token.kind == "link" or (token.text == "," and listed)
        else:
            break
        back -= 1
    return bool(found)


def _mark_ahead(row: list[Token], place: int) -> int:
    """Where the numbers after 'century' at ``place`` end, 0 where there is none."""
    end, first, joined = 0, "", True
    for index in range(place + 1, len(row)):
        token = row[index]
        kind = _counts(token).replace("plain", "arabic")
        if joined and kind and first in ("", kind):
            first, end, joined = kind, index + 1, False
            token.kind = "hundred"
        elif token.kind == "link" or (token.text == "," and first == "roman"):
            joined = True
        elif token.kind not in ("part", "fill") or (token.kind == "part" and not end):
            break
    return end


def _mark_beyond_era(row: list[Token], place: int) -> None:
    """Whether the 'century' at ``place`` counts for a second number too: sec. IV a.C.-I d.C."""
    behind = [i for i in range(place + 1, len(row)) if row[i].kind not in ("fill", "stop")][:4]
    if [row[i].kind for i in behind[:2]] != ["bc", "link"] or len(behind) < 4:
        return
    number, era = (row[i] for i in behind[2:])
    if _counts(number) == "roman" and era.kind in ("bc", "ad"):
        number.kind = "hundred"
        row.insert(behind[2] + 1, Token("century", row[place].value, ""))


def _counts(token: Token) -> str:
    """How a token can number a century: roman, arabic, plain, "" for not."""
    if not (isinstance(token.value, int) and 1 <= token.value <= _LAST_CENTURY):
        return ""
    kinds = {"roman": "roman", "ordinal": "arabic", "hundred": "arabic", "number": "plain"}
    return "" if token.digits > 2 else kinds.get(token.kind, "")
