"""The filters of the desk, by state, reason and words; the address holds them."""

from collections import Counter

import streamlit as st

from artsim.app.widgets.texts import plain
from artsim.collection.edits import listing
from artsim.collection.edits.listing import DeskFile

ALL = "all"
_NAMES = {
    ALL: "All",
    listing.REVIEW: "To review",
    listing.LEFT_OUT: "Left out",
    listing.SAME: "Same picture",
    listing.PICTURES: "Further pictures",
    listing.CONVERTED: "Converted",
    listing.MISSING: "Missing",
    listing.EDITED: "Edited",
}


def narrowed(files: list[DeskFile]) -> list[DeskFile]:
    """The files that pass the filters; files of one group stand together."""
    counts = listing.counts(files)
    counts[ALL] = len(files)
    states = [state for state in _NAMES if counts[state]]
    if st.session_state.get("show") not in (None, *states):
        st.session_state["show"] = ALL
    state = st.segmented_control(
        "Files",
        states,
        key="show",
        default=ALL,
        required=True,
        format_func=lambda s: f"{_NAMES[s]} ({counts[s]:,})",
        label_visibility="collapsed",
        bind="query-params",
    )
    found = [f for f in files if state in (None, ALL) or state in f.states]
    words, reasons = st.columns([3, 2])
    with words:
        asked = st.text_input(
            "Find",
            key="find",
            placeholder="file, title, artist or any other value",
            max_chars=200,
            bind="query-params",
        )
    found = [f for f in found if all(w in f.text for w in (asked or "").casefold().split())]
    with reasons:
        kinds = Counter(f.kind for f in found if f.kind)
        names = [kind for kind, _ in kinds.most_common(40)]
        if st.session_state.get("desk_reason") not in (None, *names):
            st.session_state["desk_reason"] = None
        kind = st.selectbox(
            "Reason",
            names,
            index=None,
            key="desk_reason",
            placeholder="any",
            format_func=lambda k: f"{plain(k, 70)} ({kinds[k]:,})",
        )
    found = [f for f in found if kind is None or f.kind == kind]
    if state == listing.SAME:
        found.sort(key=lambda f: (f.group or f.id, f.group != f"g-{f.id}", not f.shown, f.file))
    return found
