"""Doing a person's correction, and the sentence about its result or its failure."""

from collections.abc import Callable

import streamlit as st

from artsim.app.shell import resources
from artsim.app.widgets.texts import advice, markdown
from artsim.collection.edits.desk import Desk
from artsim.collection.edits.history import Step
from artsim.collection.edits.sentences import sentence
from artsim.core.errors import ArtsimError, Conflict
from artsim.core.progress import NullProgress
from artsim.people import present

_SAID, _WRONG, _CHOSEN = "desk_said", "desk_wrong", "desk_chosen"


class _NoWaiting(NullProgress):
    """Raises Conflict instead of waiting for an import to end."""

    def say(self, text: str) -> None:
        raise Conflict(
            "Another process is busy with this collection (an import, perhaps): try again when it "
            f"is done. {text}"
        )


def who() -> str:
    """The name of the person who is signed in, 'browser' where nobody can be."""
    name = present.current().name
    if name:
        return name
    told = st.user.to_dict()
    return str(told.get("name") or told.get("email") or "browser")


def do(name: str, act: Callable[[Desk], Step | None]) -> None:
    """Let ``act`` correct a collection; afterwards no file is chosen."""
    library = resources.library()
    told(lambda: act(library.desk(name, who(), _NoWaiting())))
    library.refresh(name)


def undo(name: str, step: int) -> str:
    """Undo a step; returns the name that the collection has then."""
    library = resources.library()
    made = told(lambda: library.undo(name, step, who(), _NoWaiting()))
    return str(made.after["name"]) if made is not None and made.what == "rename" else name


def rename(name: str, new: str, title: str) -> bool:
    """Rename a collection and give it another title; returns whether it is done."""
    library = resources.library()
    return told(lambda: library.rename(name, new, who(), _NoWaiting(), title)) is not None


def told(act: Callable[[], Step | None]) -> Step | None:
    """Do something, and store the sentence about it for the page."""
    try:
        step = act()
    except ArtsimError as error:
        st.session_state[_WRONG] = advice(error)
        return None
    st.session_state[_SAID] = "It is so already." if step is None else sentence(step)
    st.session_state[_CHOSEN] = {}
    return step


def show() -> None:
    """Show the sentence about the last correction, once."""
    wrong = st.session_state.pop(_WRONG, None)
    if wrong:
        st.error(markdown(wrong, 500), icon=":material/error:")
    said = st.session_state.pop(_SAID, None)
    if said:
        text = f"{said[:1].upper()}{said[1:]}."
        st.success(markdown(text, 300), icon=":material/check:")


def chosen() -> dict[str, bool]:
    """The keys of the files that are chosen."""
    found: dict[str, bool] = st.session_state.setdefault(_CHOSEN, {})
    return found


def choose(keys: dict[str, bool]) -> None:
    """Choose files by key (true), or stop choosing them (false)."""
    kept = {key: yes for key, yes in {**chosen(), **keys}.items() if yes}
    st.session_state[_CHOSEN] = kept
