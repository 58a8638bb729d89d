"""The dated things of a row of tokens: years, decades, centuries and parts of these."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from artsim.collection.dates import periods
from artsim.collection.dates.grouping import grouped
from artsim.collection.dates.plain import LATEST
from artsim.collection.dates.tokens import Token
from artsim.collection.dates.whole import EARLIEST


@dataclass
class Term:
    """One dated thing: ``length`` years from ``start``; ``era`` is -1, +1 or 0 for not said.

    A century's ``start`` is its number, and ``length`` 100 or 1000.
    """

    start: int
    length: int = 1
    digits: int = 4
    parts: list[str] = field(default_factory=list)
    linked: bool = False
    slash: bool = False
    era: int = 0
    century: bool = False
    sure: bool = False
    minus: bool = False

    def span(self) -> tuple[int, int]:
        """First and last year, after and before there was no year 0."""
        if self.century:
            step = self.length
            first = -step * self.start if self.era < 0 else step * (self.start - 1)
        elif self.era < 0:
            first = -self.start - (self.length - 1)
        else:
            first = self.start
        slices = [share(name, self.length) for name in self.parts] or [(0, self.length)]
        low = first + min(a for a, _ in slices)
        high = first + max(b for _, b in slices) - 1
        return (low or 1, high or -1) if high >= 1 or low < 0 else (1, 1)


def share(name: str, length: int) -> tuple[int, int]:
    """Which of ``length`` years a part is, from 0: early, mid, late, turn, 2/4, -1/3, tens 90.

    >>> share("late", 100), share("2/4", 100), share("90/tens", 100)
    ((66, 100), (25, 50), (90, 100))
    """
    outer, _, inner = name.partition(" ")
    if inner:
        low, high = share(outer, length)
        first, last = share(inner, high - low)
        return low + first, low + last
    nth, _, unit = name.partition("/")
    third = -(-length // 3)
    if unit == "tens":
        return (int(nth), int(nth) + 10) if length == 100 else (0, length)
    if unit:
        number, count = int(nth), int(unit)
        size = max(1, length // count)
        if number == -1 or (number == count and count == 3):
            return length - size, length
        return min((number - 1) * size, length - 1), min(max(number * size, 1), length)
    if name == "early":
        return 0, third
    if name == "mid":
        return length // 3, length - length // 3
    if name == "turn":
        return -min(10, length // 10), min(10, length // 10) + 1
    return length - third, length


def terms(found: Sequence[Token]) -> list[tuple[int, int]]:
    """The first and last year of each dated thing among the tokens."""
    row = grouped(list(found))
    reader = _Reader(row)
    for place in range(len(row)):
        reader.take(place)
    settled = _settled(reader.found)
    unsure = _backwards(settled) or _era_open(settled)
    return [] if unsure else [term.span() for term in settled]


class _Reader:
    """Goes over the tokens once; ``found`` are the terms so far."""

    def __init__(self, row: list[Token]) -> None:
        self.row = row
        self.found: list[Term] = []
        self._waiting: list[Term] = []  # ordinals whose 'century' is still to come
        self._parts: list[str] = []
        self._ahead = 0
        self._linked = self._fresh = self._near = self._void = False
        self._slash = self._minus = False

    def take(self, place: int) -> None:
        token = self.row[place]
        handler = getattr(self, f"_{token.kind}", None)
        if handler is not None:
            handler(token, place)

    def _next(self, place: int, skip: tuple[str, ...] = ("fill",)) -> Token | None:
        return next((t for t in self.row[place + 1 :] if t.kind not in skip), None)

    def _before(self, place: int, skip: tuple[str, ...] = ("fill",)) -> Token | None:
        return next((t for t in reversed(self.row[:place]) if t.kind not in skip), None)

    def _add(self, term: Term) -> None:
        term.linked, term.era = self._linked, self._ahead
        term.slash = self._slash and self._linked
        term.parts = [*self._parts, *term.parts]
        before = self.found[-1] if self.found else None
        if term.linked and not term.era and before is not None and before.sure:
            # 前206–220 runs into our era, 前5–4世紀 does not
            back = not before.minus and term.start <= before.start
            term.era = before.era if before.era > 0 or back else 1
            term.sure = True
        term.sure = term.sure or self._ahead != 0
        term.minus, self._minus = self._minus, False
        self.found.append(term)
        self._parts, self._ahead, self._linked = [], 0, False
        self._fresh = self._near = True
        self._waiting = []

    def _stop(self, token: Token, place: int) -> None:
        if token.text == "," and [t.kind for t in self.row[place + 1 :]] in (["bc"], ["ad"]):
            self._fresh = self._fresh and (self.found[-1].century or self.found[-1].digits < 4)
        else:
            self._fresh = False
        self._linked = False
        if token.text in (";", "|", "\n"):
            self._near, self._parts, self._waiting = False, [], []

    def _other(self, token: Token, place: int) -> None:  # noqa: ARG002
        self._linked = self._fresh = self._near = False
        self._parts, self._waiting, self._ahead = [], [], 0

    _numbered = _other
    _later = _other

    def _link(self, token: Token, place: int) -> None:
        ahead = self.row[place + 1] if place + 1 < len(self.row) else None
        behind = self.row[place - 1].kind if place else "link"
        apart = token.text.startswith(" ") or behind in ("link", "stop")
        minus = token.text.strip() == "-" and not token.text.endswith(" ") and apart
        if minus and ahead is not None and ahead.kind == "number" and not self._fresh:
            self._ahead, self._minus = -1, True
            return
        self._slash = token.text.strip() == "/"
        self._linked, self._fresh = self._fresh or self._linked, False

    def _part(self, token: Token, place: int) -> None:
        ahead = self._next(place)
        behind = self._before(place)
        last = self.found[-1] if self.found else None
        of_period = behind if token.side == "after" else ahead
        if of_period is not None and of_period.kind in ("period", "period_word"):
            return  # 江戸時代後期 18世紀, late Edo period, 18th century: no part of the century
        forward = ahead is not None and ahead.kind in (
            *("hundred", "number", "century", "decade", "tens", "part", "period"),
            *("bc", "ad", "years"),
        )
        if ahead is not None and ahead.kind == "link":
            beyond = self._next(place, ("fill", "link"))
            direct = self._before(place, ("fill", "part"))
            forward = (
                beyond is not None
                and beyond.kind in ("part", "hundred", "decade", "century", "number")
                and not (direct is not None and direct.kind in ("century", "decade"))
            )
        if token.side == "after" and self._fresh:
            forward = False
        if ahead is not None and ahead.kind == "part" and self._fresh and token.side == "after":
            forward = False
        if last is not None and self._near and not forward and last.length > 1:
            if token.text != "later":  # 17th century or later
                last.parts.append(token.value)
        else:
            self._parts.append(token.value)

    def _tens(self, token: Token, place: int) -> None:
        last = self.found[-1] if self.found else None
        if self._linked and last is not None and not last.century and last.digits == 4:
            self._add(Term(last.start // 100 * 100 + token.value, 10))
        else:
            inner, self._parts = self._parts or [""], []  # the beginning of the 90s
            for name in inner:
                self._part(Token("part", f"{token.value}/tens {name}".strip(), token.text), place)

    def _decade(self, token: Token, place: int) -> None:  # noqa: ARG002
        self._add(Term(token.value, 10 if token.value % 100 else 100))

    def _named(self, token: Token, place: int) -> None:  # noqa: ARG002
        self._add(Term(token.value, 100, century=True))

    def _hundred(self, token: Token, place: int) -> None:  # noqa: ARG002
        self._waiting.append(Term(token.value, 100, parts=self._parts, century=True))
        self._parts = []

    def _century(self, token: Token, place: int) -> None:  # noqa: ARG002
        waiting, ahead, linked = self._waiting, self._ahead, self._linked
        if not waiting:
            self._fresh = False
            return
        trailing = self._parts
        turn = len(waiting) == 2 and waiting[0].parts == ["turn"]
        if turn and waiting[1].start == waiting[0].start + 1:
            waiting = [waiting[1]]  # between the two
            waiting[0].parts = ["turn"]
        for i, term in enumerate(waiting):
            self._parts, self._ahead = [], ahead if i == 0 else 0
            self._linked = (linked and len(self.found) > 0) if i == 0 else True
            term.length = token.value
            parts, term.parts = term.parts, []
            self._parts = parts + (trailing if i == len(waiting) - 1 else [])
            self._add(term)

    def _bc(self, token: Token, place: int) -> None:
        self._era(-1, token, place)

    def _ad(self, token: Token, place: int) -> None:
        self._era(1, token, place)

    def _era(self, era: int, token: Token, place: int) -> None:
        if token.side != "ahead" and self._fresh and self.found:
            for term in reversed(self.found):
                if term.era and not term.sure:
                    return
                term.era = era if not term.era else term.era
                if not term.linked:
                    return
            return
        # b. c. 1650 is 'born circa', Vancouver BC 1889 a place
        behind = self._before(place, ())
        doubtful = token.side != "ahead" and (
            (len(token.text) > 3 and token.text[1:3] == ". " and token.text[0] in "ab")
            or (behind is not None and behind.kind == "other" and era < 0)
        )
        ahead = self._next(place)
        if ahead is not None and doubtful:
            self._void = token.text[1:3] != ". "
        elif ahead is not None and ahead.kind in (
            *("number", "hundred", "part", "century", "decade", "link"),
        ):
            self._ahead = era

    def _calendar(self, token: Token, place: int) -> None:  # noqa: ARG002
        """Years of another calendar are left out: those before the word, else those after it."""
        if self._fresh and self.found:
            while self.found and not self.found[-1].era:
                linked = self.found.pop().linked
                if not linked:
                    break
            self._fresh = False
            self._linked = False
            return
        self._void = True

    def _years(self, token: Token, place: int) -> None:
        """années 1890, lata 90. XIX w."""
        number = self._next(place)
        if number is None or number.kind not in ("number", "ordinal") or number.value % 10:
            return
        index = next(i for i in range(place + 1, len(self.row)) if self.row[i] is number)
        after = self._next(index)
        ranged = after is not None and after.kind == "link"
        if number.value < 100:
            number.kind = "tens"
        elif not ranged and number.digits >= 3:
            number.kind = "decade"
        del token

    def _period(self, token: Token, place: int) -> None:
        """A reign with a year: 明治22年, Meiji 22, 乾隆三十五年, 明治20年代."""
        spans = periods.COUNTED.get(token.value, [])
        number = self._next(place)
        if not spans or number is None or number.kind not in ("number", "tens"):
            return
        named = [periods.meanings(t.value) for t in self.row if t.kind == "period"]
        possible = spans if len(spans) == 1 else [s for s in periods.chosen(named) if s in spans]
        span = possible[0] if possible else None
        if span is None:
            number.kind, number.digits, number.value = "stop", 0, 0
            return
        index = next(i for i in range(place + 1, len(self.row)) if self.row[i] is number)
        for token_ in self.row[index:]:
            if token_.kind in ("number", "tens"):
                reigning = 1 <= token_.value <= span[1] - span[0] + 1
                if not reigning:
                    break
                if token_.kind == "tens":
                    token_.kind, token_.text = "reign", "10"
                else:
                    token_.kind, token_.text = "reign", "1"
                token_.value += span[0] - 1
            elif token_.kind not in ("fill", "link"):
                break

    def _reign(self, token: Token, place: int) -> None:  # noqa: ARG002
        self._add(Term(token.value, int(token.text)))

    def _number(self, token: Token, place: int) -> None:
        behind = self._before(place)
        if behind is not None and behind.kind == "numbered" and self.row[place - 1] is behind:
            self._linked = self._fresh = False
            return
        if self._void:
            ahead = self.row[place + 1] if place + 1 < len(self.row) else None
            self._void = bool(ahead and ahead.kind == "link" and ahead.text.strip() != "/")
            self._linked = self._fresh = False
            return
        self._add(Term(token.value, digits=token.digits))
        self._parts = []
        self.found[-1].parts = []


def _backwards(found: list[Term]) -> bool:
    """Whether a span ends before it begins, as a slip does: 1889-1789. Before Christ both count."""
    years = [t for t in found if not t.century and t.length == 1 and t.era >= 0]
    return any(
        two.linked and not two.slash and two.digits == one.digits == 4 and two.start < one.start
        for one, two in pairwise(years)
    )


def _era_open(found: list[Term]) -> bool:
    """Whether a span begins before Christ and may end before or after him: 3rd c. BC - 2nd c."""
    return any(
        two.linked and one.era < 0 and two.era == 0 and two.start < one.start and not two.sure
        for one, two in pairwise(found)
    )


def _settled(found: list[Term]) -> list[Term]:
    """Complete short second years; drop what is no year (days, months, sizes)."""
    kept: list[Term] = []
    previous: Term | None = None
    for term in found:
        plain = not term.century and term.length == 1
        if plain and term.era >= 0 and previous is not None and term.linked:
            behind = 10**term.digits
            if term.digits < previous.digits and previous.era >= 0 and previous.length == 1:
                term.start += previous.start // behind * behind
                term.digits = previous.digits if term.start >= previous.start else 0
        if plain and term.era < 0 and previous is not None and term.slash:
            # 1190/85 BC; with a dash, 150-20 BC is what it says
            longer = term.start + previous.start // 10**term.digits * 10**term.digits
            if term.digits < previous.digits and longer <= previous.start and previous.era < 0:
                term.start = longer
        known = term.era != 0 or term.digits >= 3
        if term.century:
            known = 1 <= term.start <= (99 if term.era < 0 else LATEST // term.length)
        if known and 0 < term.start <= (EARLIEST if term.era < 0 else LATEST):
            previous = term
            kept.append(term)
    return kept
