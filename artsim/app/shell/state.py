"""What is being looked at. The URL is the truth: every view is a link."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

import streamlit as st

from artsim.collection.columns import FACETS, FacetValues
from artsim.search.filters import Filters
from artsim.search.query import COLLAPSED, COPIES
from artsim.search.query_item import MAX_MARKS

METRICS = ("cosine", "euclidean")
DEFAULT_BACKBONE = "efficientnet_lite0"
MAX_K = 100
_SESSION = "view"
_FACETS = tuple(FACETS.values())
_NARROWING = ("text", *_FACETS, "year_from", "year_to", "has_image")
_LISTS = (*_FACETS, "columns", "marks")
# What the Map page adds to the URL (ui/map_view.py): a change of the view leaves it there.
_MAPS, _CHOSEN = ("map", "beside", "colour", "only"), ("shape", "pane", "cluster", "rows")
MAP_PARAMS = (*_MAPS, *_CHOSEN, "mosaic", "tab", "label", "sheet", "seen")


@dataclass(frozen=True)
class View(FacetValues):
    """One view of a collection; as query parameters it can be shared and bookmarked.

    ``query`` is the artwork asked with, ``upload`` the digest of a kept query picture;
    ``columns`` and ``blind`` belong to the page that compares. ``copies`` is as in Query.

    ``marks`` are works marked as like (+id) and unlike (-id), in the order in which they were, of
    which the first ``applied`` are part of the query. ``recognise`` asks which work the uploaded
    picture shows.
    """

    collection: str = ""
    backbone: str = DEFAULT_BACKBONE
    metric: str = "cosine"
    k: int = 12
    query: str = ""
    upload: str = ""
    page: int = 1
    text: str = ""
    year_from: int | None = None
    year_to: int | None = None
    has_image: bool = False
    columns: tuple[str, ...] = ()
    blind: bool = False
    copies: str = COLLAPSED
    marks: tuple[str, ...] = ()
    applied: int = 0
    recognise: bool = False

    def filters(self) -> Filters:
        """The part of the view that narrows the collection."""
        return Filters(
            text=self.text,
            **{field: getattr(self, field) for field in _FACETS},
            year_from=self.year_from,
            year_to=self.year_to,
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


_EMPTY = View()
_FIELD_NAMES = tuple(sorted((f.name for f in fields(View)), key=_FACETS.__contains__))


def from_params(params: Mapping[str, list[str]]) -> View:
    """A view from query parameters; what cannot be read counts as not given."""
    values: dict[str, Any] = {}
    for name in _FIELD_NAMES:
        given = [v[:200] for v in params.get(name, [])]
        if not given:
            continue
        default = getattr(_EMPTY, name)
        if name in _LISTS:
            values[name] = tuple(given[: MAX_MARKS if name == "marks" else 50])
        elif isinstance(default, bool):
            values[name] = given[0] == "True"
        elif isinstance(default, str):
            values[name] = given[0]
        else:
            values[name] = _whole(given[0], default)
    view = replace(_EMPTY, **values)
    return replace(
        view,
        metric=view.metric if view.metric in METRICS else "cosine",
        copies=view.copies if view.copies in COPIES else COLLAPSED,
        k=min(max(view.k, 1), MAX_K),
        page=max(view.page, 1),
        marks=tuple(mark for mark in view.marks if mark[:1] in ("+", "-") and mark[1:]),
        applied=max(view.applied, 0),
    )


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
    st.session_state[_SESSION] = view
    st.query_params.from_dict(view.to_params() | kept)


def change(**changes: Any) -> None:
    """Change parts of the view; anything but a page turn goes back to the first page.

    Marks belong to the work or picture that is asked with.
    """
    if changes.keys() & {"query", "upload", "collection"}:
        changes = {"marks": (), "applied": 0, "recognise": False, **changes}
    show(replace(current(), **{"page": 1, **changes}))


def forget(collection: str) -> None:
    """Stop looking at a collection that is gone."""
    if current().collection == collection:
        st.session_state.pop(_SESSION, None)
        st.query_params.clear()
