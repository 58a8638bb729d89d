"""What the browser calls each view: in tabs, in bookmarks, in its history."""

import streamlit as st

from artsim.app.shell import resources, state
from artsim.app.widgets.texts import plain
from artsim.core.errors import ArtsimError

_LONGEST = 60
_SHOWN = "title_shown"


def show(*words: object) -> None:
    """Call the view by ``words``, what is most its own first.

    Streamlit gives the title to the page's document, where it is text and never markup.
    """
    told = [plain(word, _LONGEST) for word in words if word]
    st.session_state[_SHOWN] = " · ".join(told)
    st.set_page_config(page_title=" · ".join([*told, "artsim"]))


def begin() -> None:
    """Forget what the last view was called."""
    st.session_state.pop(_SHOWN, None)


def shown() -> str:
    """What the view is called, without the name of the app; "" before it has a name."""
    return str(st.session_state.get(_SHOWN, ""))


def asked(view: state.View) -> str:
    """What a view asks, in a few words; "" where it only browses."""
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
