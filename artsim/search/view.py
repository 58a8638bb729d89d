"""What is looked at in a collection, as an address says it: every view is a link."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from artsim.collection.columns import FACETS, FacetValues
from artsim.core.errors import InvalidInput
from artsim.search import mark
from artsim.search.dials import SHARED, Dials
from artsim.search.filters import Filters
from artsim.search.order import LIKENESS, ORDERS
from artsim.search.query import COLLAPSED, COPIES
from artsim.search.query_item import MAX_MARKS

METRICS = ("cosine", "euclidean")
MAX_K = 100
_FACETS = tuple(FACETS.values())
_PAIRS = ("having", "without")
_NARROWING = ("text", *_FACETS, *_PAIRS, "year_from", "year_to", "undated", "has_image")
_LISTS = (*_FACETS, *_PAIRS, "columns", "marks", "rounds", "apart")


@dataclass(frozen=True)
class View(FacetValues):
    """One view of a collection; as query parameters it can be shared and bookmarked.

    ``backbone`` is the best one of the collection where none is named (``settled``).

    ``query`` is the artwork asked with, ``upload`` the digest of a kept query picture;
    ``columns`` and ``blind`` belong to the page that compares. ``copies`` is as in Query.

    ``marks`` are what is marked now (mark.py), ``rounds`` the marks of each search that was
    made with some, and ``round`` the number of the one that is shown: 0 is the search without any.
    ``parts``, ``apart``, ``distinct``, ``surprise`` and ``rerank`` are as in Dials, ``order`` as in
    Query; ``having`` and ``without`` are texts ``column:value`` (Filters). ``recognise`` asks which
    work the uploaded picture shows.
    """

    collection: str = ""
    backbone: str = ""
    metric: str = "cosine"
    k: int = 12
    query: str = ""
    upload: str = ""
    page: int = 1
    text: str = ""
    year_from: int | None = None
    year_to: int | None = None
    undated: bool = False
    has_image: bool = False
    having: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    blind: bool = False
    copies: str = COLLAPSED
    marks: tuple[str, ...] = ()
    recognise: bool = False
    rounds: tuple[str, ...] = ()
    round: int = 0
    parts: str = ""
    apart: tuple[str, ...] = ()
    distinct: str = ""
    surprise: float = 0.0
    rerank: bool = False
    order: str = LIKENESS

    def dials(self) -> Dials:
        """What likeness is to mean, and how results are to vary."""
        return Dials(self.parts, self.apart, self.distinct or None, self.surprise, self.rerank)

    @property
    def answered(self) -> tuple[str, ...]:
        """The marks of the round that is shown."""
        return mark.marks_of(self.rounds[self.round - 1]) if self.round else ()

    @property
    def is_asked(self) -> bool:
        """Whether something is searched with, and not only browsed."""
        liked = any(text[0] == "+" for text in self.answered)
        return bool(self.query or self.upload) or liked

    def filters(self) -> Filters:
        """The part of the view that narrows the collection."""
        return Filters(
            text=self.text,
            **{field: getattr(self, field) for field in _FACETS},
            year_from=self.year_from,
            year_to=self.year_to,
            undated=self.undated,
            having=_pairs(self.having),
            without=_pairs(self.without),
            has_image=True if self.has_image else None,
        )

    def unfiltered(self) -> "View":
        """The same view of the whole collection."""
        whole = {name: getattr(_EMPTY, name) for name in _NARROWING}
        return replace(self, page=1, **whole)

    @property
    def is_filtered(self) -> bool:
        """Whether the view shows less than the whole collection."""
        return self.filters() != Filters()

    def to_params(self) -> dict[str, Any]:
        """Query parameters: the collection always, everything else where it is no default."""
        params: dict[str, Any] = {"collection": self.collection}
        for name in FIELD_NAMES:
            value = getattr(self, name)
            if name != "collection" and value != getattr(_EMPTY, name):
                params[name] = list(value) if name in _LISTS else str(value)
        return params


_ROUND = 30_000  # characters: MAX_MARKS ids
_MARKS_READ = 5 * MAX_MARKS  # a search that cannot take them says how many there are
_EMPTY = View()
FIELD_NAMES = tuple(sorted((f.name for f in fields(View)), key=_FACETS.__contains__))


def from_params(params: Mapping[str, list[str]]) -> View:
    """A view from query parameters; what cannot be read counts as not given."""
    values: dict[str, Any] = {}
    for name in FIELD_NAMES:
        most = _ROUND if name == "rounds" else 200
        given = [v[:most] for v in params.get(name, [])]
        if not given:
            continue
        default = getattr(_EMPTY, name)
        if name in _LISTS:
            values[name] = tuple(given[: _MARKS_READ if name == "marks" else 50])
        elif isinstance(default, bool):
            values[name] = given[0] == "True"
        elif isinstance(default, float):
            values[name] = _share(given[0])
        elif isinstance(default, str):
            values[name] = given[0]
        else:
            values[name] = _whole(given[0], default)
    view = replace(_EMPTY, **values)
    return replace(
        view,
        metric=view.metric if view.metric in METRICS else "cosine",
        order=view.order if view.order in ORDERS else LIKENESS,
        having=tuple(text for text in view.having if ":" in text),
        without=tuple(text for text in view.without if ":" in text),
        copies=view.copies if view.copies in COPIES else COLLAPSED,
        k=min(max(view.k, 1), MAX_K),
        page=max(view.page, 1),
        parts=view.parts if _are_parts(view.parts) else "",
        apart=tuple(name for name in view.apart if name in SHARED),
        distinct=view.distinct if view.distinct in SHARED else "",
        **_conversation(view, params),
    )


def _conversation(view: View, params: Mapping[str, list[str]]) -> dict[str, Any]:
    """Marks and rounds; links of artsim 0.3 named how many of their marks were searched with."""
    marks = tuple(text for text in view.marks if mark.readable(text))
    rounds = view.rounds[-mark.MAX_ROUNDS :]
    applied = _whole(params.get("applied", ["0"])[0], 0) or 0
    if applied > 0 and marks and not rounds:
        return {"marks": marks, "rounds": (mark.round_of(marks[:applied]),), "round": 1}
    shown = min(max(view.round, 0), len(rounds))
    return {"marks": marks, "rounds": rounds, "round": shown}


def _are_parts(text: str) -> bool:
    try:
        Dials(text)
    except InvalidInput:
        return False
    return True


def _pairs(texts: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    """``column:value`` as pairs."""
    return tuple((name, value) for name, _, value in (text.partition(":") for text in texts))


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        return 0.0
    return round(share, 2) if 0 < share <= 1 else 0.0


def _whole(text: str, default: int | None) -> int | None:
    try:
        return max(-9999, min(int(text), 10**6))
    except ValueError:
        return default
