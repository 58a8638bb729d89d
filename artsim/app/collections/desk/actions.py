"""What can be done with the files that are chosen."""

from collections import Counter
from functools import partial
from typing import Any

import streamlit as st

from artsim.app.collections.desk import work
from artsim.app.widgets import permitted
from artsim.app.widgets.texts import markdown, plain
from artsim.collection.columns import title_of
from artsim.collection.edits import listing, values
from artsim.collection.edits.listing import DeskFile
from artsim.core.counts import count
from artsim.people.roles import Action

_NEW = "A new column"


def show(name: str, files: list[DeskFile], found: list[DeskFile], schema: Any) -> None:
    """The bar of buttons; ``found`` are the files that pass the page's filters."""
    by_key = {file.key: file for file in files}
    chosen = [by_key[key] for key in work.chosen() if key in by_key]
    with st.container(horizontal=True, vertical_alignment="center", gap="small", key="desk_bar"):
        st.markdown(f"**{len(chosen):,} chosen**" if chosen else f"{count(len(found), 'file')}")
        everything = {file.key: True for file in found}
        st.button(
            f"Choose all {len(found):,}",
            key="desk_all",
            disabled=not found or everything.keys() <= work.chosen().keys(),
            on_click=lambda: work.choose(everything),
        )
        if chosen:
            st.button("Clear", on_click=lambda: work.choose(dict.fromkeys(by_key, False)))
            _buttons(name, chosen, schema)


def _buttons(name: str, chosen: list[DeskFile], schema: Any) -> None:
    works = list(dict.fromkeys(f.id for f in chosen if f.shown))
    files = [f.file for f in chosen if f.file]
    out = [f.file for f in chosen if f.file and _can_be_kept(f)]
    kept = [f.file for f in chosen if f.file and listing.LEFT_OUT not in f.states]
    one = chosen[0] if len(chosen) == 1 and files else None
    with_others = one is not None and bool({listing.SAME, listing.PICTURES} & set(one.states))
    if st.button("Edit", icon=":material/edit:", disabled=not works, type="primary"):
        _edit(name, [f for f in chosen if f.shown], schema)
    _act(name, "Keep anyway", "check", bool(out), lambda desk: desk.keep(out))
    _act(name, "Leave out", "block", bool(kept), lambda desk: desk.reject(kept))
    _act(
        name,
        "Merge",
        "merge",
        len(works) > 1,
        lambda desk: desk.merge(works[0], works[1:]),
    )
    _act(
        name,
        "Split off",
        "call_split",
        with_others,
        lambda desk: desk.split(one.id, one.file) if one else None,
    )
    _act(
        name,
        "Best picture",
        "star",
        with_others,
        lambda desk: desk.best(one.file) if one else None,
    )
    if permitted.button(
        Action.DELETE, "Take down", name, icon=":material/delete_forever:", disabled=not works
    ):
        _take_down(name, works)


def _can_be_kept(file: DeskFile) -> bool:
    """Whether a file can be kept; a work's further picture would leave the work by it."""
    review = listing.REVIEW in file.states
    return listing.LEFT_OUT in file.states or review == file.shown


def _act(name: str, label: str, icon: str, can: bool, act: Any) -> None:
    st.button(
        label, icon=f":material/{icon}:", disabled=not can, on_click=partial(work.do, name, act)
    )


@st.dialog("Edit", width="medium")
def _edit(name: str, files: list[DeskFile], schema: Any) -> None:
    """Give the chosen works another value."""
    columns = [*values.editable(schema), _NEW]
    first = columns.index("artist")
    column = st.selectbox(
        "Column",
        columns,
        index=first,
        format_func=title_of,
    )
    new = column == _NEW
    if new:
        column = st.text_input("Name of the new column", max_chars=48)
    now = Counter(str(f.metadata.get(column) or "") for f in files)
    common = now.most_common(1)[0][0] if len(now) == 1 else ""
    if not new:
        st.caption(_now(now))
    for file in files[:5]:
        for edit in file.edits:
            if edit.column == column and edit.differs:
                source = plain(edit.source or "nothing", 100)
                st.caption(f"{markdown(file.id)}: the source says {markdown(source)}")
    value = st.text_input("New value", common, key=f"desk_value_{column}", max_chars=4000)
    if st.button(
        f"Save for {count(len(files), 'work')}",
        type="primary",
        width="stretch",
        disabled=not column,
    ):
        ids = [f.id for f in files]
        work.do(name, lambda desk: desk.edit(ids, {column: value}, add_columns=new))
        st.rerun()


def _now(now: Counter[str]) -> str:
    said = [f"{markdown(text or 'nothing', 60)} ({n:,})" for text, n in now.most_common(5)]
    more = f" and {count(len(now) - 5, 'other')}" if len(now) > 5 else ""
    return "Now: " + (said[0].rpartition(" (")[0] if len(now) == 1 else ", ".join(said) + more)


@st.dialog("Take down for good?")
def _take_down(name: str, works: list[str]) -> None:
    """Ask before works are taken down."""
    named = ", ".join(markdown(i, 60) for i in works[:5]) + (" ..." if len(works) > 5 else "")
    st.write(
        f"{count(len(works), 'work')} ({named}): all pictures leave this server, old versions "
        "and uploads included, and stay away from later imports. That cannot be undone here; if "
        "they may come back, their source brings them. The record of it stays in the history."
    )
    reason = st.text_input("Why (for the record)", max_chars=500)
    keep, down = st.columns(2)
    if keep.button("Keep", width="stretch"):
        st.rerun()
    if down.button("Take down for good", type="primary", width="stretch"):
        work.do(name, lambda desk: desk.remove(works, reason))
        st.rerun()
