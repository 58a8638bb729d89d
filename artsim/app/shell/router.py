"""The frame of every page: look, navigation, sidebar, and errors in plain words."""

import logging
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from artsim.app.shell import (
    addresses,
    admission,
    drawing,
    gone,
    jobs,
    last_places,
    places,
    sign_in,
    state,
    title,
)
from artsim.app.widgets.texts import markdown
from artsim.collection.store import CollectionInfo
from artsim.core.errors import ArtsimError, Unreadable
from artsim.core.lazy import lazy
from artsim.core.trouble import trouble
from artsim.people import policy, present
from artsim.people.roles import Action

if TYPE_CHECKING:
    from artsim.app.compare import columns as compare_columns
    from artsim.app.evaluation import sidebar as evaluation_sidebar
    from artsim.app.maps import sidebar as map_sidebar
    from artsim.app.shell import sidebar
    from artsim.app.widgets import tray as tray_bar
else:
    # Each page imports its own sidebar: the first one would wait for all of them.
    compare_columns = lazy("artsim.app.compare.columns")
    evaluation_sidebar = lazy("artsim.app.evaluation.sidebar")
    map_sidebar = lazy("artsim.app.maps.sidebar")
    sidebar = lazy("artsim.app.shell.sidebar")
    tray_bar = lazy("artsim.app.widgets.tray")

_log = logging.getLogger("artsim.app")
st.set_page_config(page_icon=str(places.ASSETS / "icon.svg"), layout="wide")
st.html(places.ASSETS / "app.css")
if present.house() is not None:
    st.html(places.ASSETS / "sign_in.css")

st.logo(places.ASSETS / "wordmark.svg", size="large")


names: dict[StreamlitPage, str] = {}


def _page(path: Path, name: str, title: str, icon: str, shown: bool = True) -> StreamlitPage:
    made = st.Page(
        path,
        title=title,
        icon=f":material/{icon}:",
        url_path=name,
        default=name == places.first(),
        visibility="visible" if shown else "hidden",
    )
    names[made] = name
    return made


search = _page(places.SEARCH, "search", "Search", "image_search")
compare = _page(places.COMPARE, "compare", "Compare", "view_column")
tray = _page(places.TRAY, "tray", "Tray", "inbox")
art_map = _page(places.MAP, "map", "Map", "scatter_plot")
evaluate = _page(places.EVALUATE, "evaluate", "Evaluate", "analytics")
train = _page(places.TRAIN, "train", "Train", "model_training")
collections = _page(places.COLLECTIONS, "collections", "Collections", "collections_bookmark")
# Found from Collections: a page more in the navigation would be in the way of everybody else.
desk = _page(places.DESK, "desk", "Cleaning desk", "brush", shown=False)
work = _page(places.WORK, "work", "Work", "image", shown=False)
entrance = _page(places.SIGN_IN, "sign-in", "Sign in", "login", shown=False)
named = [search, compare, art_map, tray, evaluate, train, collections]
every = [*named, work, desk, entrance]
if not policy.allows(Action.SEE):  # only people who have signed in may see anything
    page = st.navigation(every, position="hidden")
    sign_in.show("" if page == entrance else page.url_path)
    st.stop()
every = [one for one in every if policy.allows(places.PAGES.get(names[one]))]
named = [
    one for one in named if one in every and policy.allows(places.NAMED.get(names[one], Action.SEE))
]
# The navigation is our own: Streamlit's loses what each page shows.
page = st.navigation(every, position="hidden")

admission.settle()
if not admission.admitted():
    admission.wait()
    st.stop()

with st.sidebar:
    links = st.container(key="navigation", gap="xxsmall")


@contextmanager
def _in_words() -> Iterator[None]:
    """Turn failures of disk, memory and tables into sentences for a person."""
    try:
        yield
    except ArtsimError:
        raise
    except Exception as error:
        said = trouble(error)
        if said is None:
            raise
        _log.exception("the page %r failed", names[page])
        raise Unreadable(said) from error


def _draw_page() -> None:
    title.begin()
    try:
        with _in_words():
            page.run()
    except ArtsimError as error:
        _log.info("shown to a person: %s", error)
        gone.show(error, page, names[page])
        return
    addresses.remember(page)
    last_places.note(names[page])


def _draw_beside() -> None:
    with links:
        addresses.navigation(named)
    sign_in.panel()
    if page == search:
        sidebar.show(there)
    if policy.allows(Action.REPORTS):
        jobs.show_panel()


def _draw_tray() -> None:
    if page != tray:
        tray_bar.show_bar()


def _drawn(draw: Callable[[], None]) -> bool:
    """Draw a part of the page; an error shows its sentence there, and the rest is still drawn."""
    try:
        with _in_words():
            draw()
    except ArtsimError as error:
        _log.info("shown to a person: %s", error)
        st.error(markdown(error, 1000), icon=":material/error:")
        return False
    return True


def _settle() -> None:
    """Decide what the page shows, by the choices in its sidebar."""
    if page == search:
        there.update(sidebar.begin())
    elif page == compare:
        compare_columns.show()
    elif page == art_map:
        map_sidebar.show()
    elif page == evaluate:
        evaluation_sidebar.show()


there: dict[str, CollectionInfo] = {}
order = [_draw_beside, _draw_page] if _drawn(_settle) else [_draw_beside]
asked = page == search and state.current().is_asked
drawing.begin(f"{names[page]} {asked}")
for part in reversed(order) if page == search and drawing.pictures_first() else order:
    _drawn(part)
_drawn(_draw_tray)
