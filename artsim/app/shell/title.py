"""The title of each view in the browser: in tabs, in bookmarks, in its history."""

import streamlit as st

from artsim.app.shell import resources, state
from artsim.app.widgets.texts import plain
from artsim.core.errors import ArtsimError

_LONGEST = 60
_SHOWN = "title_shown"


def show(*words: object) -> None:
    """Set the title to ``words``, the most specific first.

    Streamlit gives the title to the page's document, where it is text and never markup.
    """
    told = [plain(word, _LONGEST) for word in words if word]
    st.session_state[_SHOWN] = " · ".join(told)
    st.set_page_config(page_title=" · ".join([*told, "artsim"]))


def begin() -> None:
    """Forget the title of the last view."""
    st.session_state.pop(_SHOWN, None)


def shown() -> str:
    """The title of the view without the name of the app; "" before it has one."""
    return str(st.session_state.get(_SHOWN, ""))


def asked(view: state.View) -> str:
    """The query of a view in a few words; "" if it only browses."""
    if view.upload:
        return "Like your picture"
    if view.query:
        try:
            row = resources.library().artwork(view.collection, view.query)
        except ArtsimError:
            return ""
        return f"Like {row.get('title') or 'Untitled'}"
    if view.is_asked:
        return "Like your marks"
    words = f"“{view.text}”" if view.text else ""
    return words or (f"Page {view.page}" if view.page > 1 else "")
