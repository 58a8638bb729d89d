"""What is being looked at. The URL is the truth: every view is a link."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import streamlit as st

from artsim.app.shell import mark, resources
from artsim.collection.columns import FACETS, FacetValues
from artsim.core.errors import ArtsimError, InvalidInput
from artsim.search.dials import SHARED, Dials
from artsim.search.filters import Filters
from artsim.search.order import LIKENESS, ORDERS
from artsim.search.query import COLLAPSED, COPIES
from artsim.search.query_item import MAX_MARKS

METRICS = ("cosine", "euclidean")
MAX_K = 100
_SESSION = "view"
SWITCHED = "switched_backbone"  # from and to, where another collection lacks the first
_FACETS = tuple(FACETS.values())
_PAIRS = ("having", "without")
_NARROWING = ("text", *_FACETS, *_PAIRS, "year_from", "year_to", "undated", "has_image")
_LISTS = (*_FACETS, *_PAIRS, "columns", "marks", "rounds", "apart")
_UNDO, _MOST_UNDONE = "views_before", 50
# What the Map page adds to the URL (ui/map_view.py): a change of the view leaves it there.
_MAPS, _CHOSEN = ("map", "beside", "colour", "only"), ("shape", "pane", "cluster", "rows")
MAP_PARAMS = (*_MAPS, *_CHOSEN, "mosaic", "tab", "label", "sheet", "seen")


@dataclass(frozen=True)
class View(FacetValues):
    """One view of a collection; as query parameters it can be shared and bookmarked.

    ``backbone`` is the best one of the collection where none is named (``settled``).

    ``query`` is the artwork asked with, ``upload`` the digest of a kept query picture;
    ``columns`` and ``blind`` belong to the page that compares. ``copies`` is as in Query.

    ``marks`` are what is marked now (shell/mark.py), ``rounds`` the marks of each search that was
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
        for name in _FIELD_NAMES:
            value = getattr(self, name)
            if name != "collection" and value != getattr(_EMPTY, name):
                params[name] = list(value) if name in _LISTS else str(value)
        return params


_ROUND = 30_000  # characters: MAX_MARKS ids
_EMPTY = View()
_FIELD_NAMES = tuple(sorted((f.name for f in fields(View)), key=_FACETS.__contains__))


def from_params(params: Mapping[str, list[str]]) -> View:
    """A view from query parameters; what cannot be read counts as not given."""
    values: dict[str, Any] = {}
    for name in _FIELD_NAMES:
        most = _ROUND if name == "rounds" else 200
        given = [v[:most] for v in params.get(name, [])]
        if not given:
            continue
        default = getattr(_EMPTY, name)
        if name in _LISTS:
            values[name] = tuple(given[: MAX_MARKS if name == "marks" else 50])
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


def current() -> View:
    """The view that the URL names, else the one that this session looked at last."""
    params = {key: st.query_params.get_all(key) for key in st.query_params}
    view = from_params(params) if params else st.session_state.get(_SESSION, View())
    st.session_state[_SESSION] = view
    return view


def remembered() -> View:
    """The view that this session looked at last, whatever the URL of another page says."""
    view: View = st.session_state.get(_SESSION, View())
    return view


def show(view: View) -> None:
    """Look at ``view`` from now on; the URL follows. Another collection has maps of its own."""
    kept: dict[str, Any] = {}
    if st.query_params.get("collection", view.collection) == view.collection:
        given = [name for name in MAP_PARAMS if name in st.query_params]
        kept = {name: st.query_params.get_all(name) for name in given}
    before = st.session_state.get(_SESSION)
    if before is not None and before != view:
        undone = [*st.session_state.get(_UNDO, ()), before]
        st.session_state[_UNDO] = undone[-_MOST_UNDONE:]
    st.session_state[_SESSION] = view
    st.query_params.from_dict(view.to_params() | kept)


def change(**changes: Any) -> None:
    """Change parts of the view; anything but a page turn goes back to the first page.

    Marks belong to the work or picture that is asked with, and the words that led to it do not
    narrow what is like it; the filters stay.
    """
    if changes.keys() & {"query", "upload", "collection"}:
        changes = {
            **{"marks": (), "rounds": (), "round": 0, "text": "", "recognise": False},
            **changes,
        }
    show(replace(current(), **{"page": 1, **changes}))


def can_undo() -> bool:
    """Whether this session has a view of the same collection to go back to."""
    before = st.session_state.get(_UNDO)
    return before is not None and before[-1].collection == remembered().collection


def undo() -> None:
    """Look at what was looked at before the last change."""
    before = st.session_state.get(_UNDO, [])
    if before:
        *rest, last = before
        show(last)
        st.session_state[_UNDO] = rest


def settled(view: View) -> View:
    """``view`` with the best backbone of its collection where it names none."""
    if view.backbone or not view.collection:
        return view
    try:
        return replace(view, backbone=resources.library().best_backbone(view.collection))
    except ArtsimError:  # a collection that is not there is said by whoever shows it
        return view


def link(collection: str, **view: Any) -> dict[str, Any]:
    """The query parameters of a view of a collection, to be opened on another page."""
    return settled(View(collection, **view)).to_params()


def say(view: View) -> None:
    """Let the address say what is shown, on whatever way the page was come to."""
    said = {name: st.query_params.get_all(name) for name in _FIELD_NAMES if name in st.query_params}
    told = {k: v if isinstance(v, list) else [v] for k, v in view.to_params().items()}
    if said != told:
        show(view)
    st.session_state[_SESSION] = view


def open_collection(name: str) -> None:
    """Look at another collection; where it lacks the backbone, with its best one, which is said."""
    view = replace(current(), collection=name, query="", upload="", marks=(), rounds=(), round=0)
    view = view.unfiltered()
    library = resources.library()
    embedded = library.embedded_with(library.info(name))
    if embedded and view.backbone not in embedded:
        instead = replace(view, backbone=library.best_backbone(name))
        st.session_state[SWITCHED] = (view.backbone, instead.backbone)
        view = instead
    show(view)


def forget(collection: str) -> None:
    """Stop looking at a collection that is gone."""
    if current().collection == collection:
        st.session_state.pop(_SESSION, None)
        st.query_params.clear()
