"""A tray as a whole: renamed, shared by a link, copied, archived, deleted."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from artsim.app.shell import places, resources
from artsim.app.shell.site import site
from artsim.app.trays import doing, light
from artsim.app.widgets import iiif, menu, permitted
from artsim.app.widgets import tray as at_hand
from artsim.app.widgets.texts import markdown
from artsim.core.counts import count
from artsim.desk.entries import Entries
from artsim.desk.tray import MAX_NAME, Tray
from artsim.desk.trays import Trays
from artsim.people.roles import Action
from artsim.search.query_item import MAX_MARKS


def show(entries: Entries) -> None:
    """Buttons for what can be done with a tray as a whole."""
    tray = entries.tray
    with st.container(horizontal=True, gap="small", key="tray_actions"):
        if permitted.button(Action.TRAYS, "Share link", icon=":material/link:", key="tray_share"):
            doing.do(lambda trays: trays.share(tray.id))
            st.session_state["tray_linked"] = tray.id
            st.rerun()
        light.offer(entries)
        more_like(entries)
        named = f"tray_more_{tray.id}"
        with menu.popover("More", named, icon=":material/more_horiz:"):
            _further(tray, partial(menu.shuts, named))
    if tray.token and st.session_state.get("tray_linked") == tray.id:
        _show_link(tray)


def _further(tray: Tray, shuts: Callable[..., dict[str, Any]]) -> None:
    if permitted.button(
        Action.TRAYS, "Copy", icon=":material/content_copy:", key="tray_copy", width="stretch"
    ):
        make_copy(tray)
    if permitted.button(
        Action.TRAYS,
        "Rename",
        icon=":material/edit:",
        key="tray_rename",
        width="stretch",
        **shuts(),
    ):
        _ask_name(tray)
    if tray.archived:
        permitted.button(
            Action.TRAYS,
            "Take back into use",
            icon=":material/unarchive:",
            key="tray_unarchive",
            width="stretch",
            **shuts(partial(_back, tray)),
        )
    else:
        permitted.button(
            Action.TRAYS,
            "Archive",
            icon=":material/archive:",
            key="tray_archive",
            width="stretch",
            help="Put it away; it stays below, with all that is in it.",
            **shuts(partial(_archive, tray)),
        )
    if permitted.button(
        Action.TRAYS,
        "Delete",
        icon=":material/delete:",
        key="tray_delete",
        width="stretch",
        **shuts(),
    ):
        _ask_delete(tray)


def more_like(entries: Entries) -> None:
    """A search with the works of the tray, for each of its collections that is there."""
    there = [entry.item.collection for entry in entries if entry.has_picture]
    collections, library = list(dict.fromkeys(there)), resources.library()
    for number, name in enumerate(collections[:4]):
        asks = f"It asks with the first {MAX_MARKS} of its works."
        label = (
            "More like these"
            if len(collections) == 1
            else f"More like these in {library.called(name)}"
        )
        if st.button(
            markdown(label),
            icon=":material/image_search:",
            key=f"tray_like_{number}",
            help=asks if there.count(name) > MAX_MARKS else None,
        ):
            pictured = [entry.item for entry in entries if entry.has_picture]
            liked = [item.id for item in pictured if item.collection == name]
            st.switch_page(places.SEARCH, query_params=query_of(name, liked))


def query_of(collection: str, ids: list[str]) -> dict[str, Any]:
    """The address of a search with works of a tray: the first asks, the others are marks."""
    first, *others = ids
    marks = [f"+{one}" for one in others[: MAX_MARKS - 1]]
    asked = {"collection": collection, "query": first}
    return {**asked, "marks": marks, "applied": str(len(marks))} if marks else asked


def make_copy(tray: Tray, by_link: bool = False) -> None:
    """Make a copy under the first free name; works are put into it from then on.

    ``by_link`` copies a tray that may be somebody else's.
    """

    def copy(trays: Trays) -> None:
        names = {one.name for one in (*trays.all(), *trays.all(archived=True))}
        stem = f"{tray.name[: MAX_NAME - 12]}, copy"
        tries = (stem, *(f"{stem} {number}" for number in range(2, 1000)))
        free = next(name for name in tries if name not in names)
        made = trays.copy_shared(tray.token, free) if by_link else trays.copy(tray.id, free)
        at_hand.choose(made.id)
        st.query_params.from_dict({"tray": made.id})

    doing.do(copy)
    st.rerun()


def show_archived(trays: list[Tray]) -> None:
    """The archived trays, each with a button that takes it back into use."""
    if not trays:
        return
    with st.expander(f"Archived trays ({len(trays)})", icon=":material/archive:"):
        for tray in trays:
            permitted.button(
                Action.TRAYS,
                f"Take back: {markdown(tray.name, 60)} ({count(len(tray.items), 'work')})",
                key=f"tray_back_{tray.id}",
                type="tertiary",
                icon=":material/unarchive:",
                on_click=_back,
                args=(tray,),
            )


def _archive(tray: Tray) -> None:
    if doing.do(lambda trays: trays.archive(tray.id)):
        st.query_params.clear()


def _back(tray: Tray) -> None:
    if doing.do(lambda trays: trays.archive(tray.id, False)):
        at_hand.choose(tray.id)
        st.query_params.from_dict({"tray": tray.id})


def _show_link(tray: Tray) -> None:
    iiif.copied(
        "tray_link", f"{site()}/tray?shared={tray.token}", "Link to the tray", "Copy the link"
    )
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Whoever has this link, and can reach this server, sees the tray.")
        permitted.button(
            Action.TRAYS,
            "Take the link back",
            key="tray_unshare",
            type="tertiary",
            icon=":material/link_off:",
            on_click=_unshare,
            args=(tray,),
        )
    iiif.show_tray(tray)


def _unshare(tray: Tray) -> None:
    doing.do(lambda trays: trays.share(tray.id, False))


@st.dialog("Rename the tray")
def _ask_name(tray: Tray) -> None:
    name = st.text_input("Name", value=tray.name, max_chars=MAX_NAME, key="tray_new_name")
    if st.button("Rename", type="primary", key="tray_do_rename"):
        if doing.do(lambda trays: trays.rename(tray.id, name)):
            st.rerun()
        st.error(markdown(doing.went_wrong()), icon=":material/error:")


@st.dialog("Delete the tray?")
def _ask_delete(tray: Tray) -> None:
    st.markdown(
        f"**{markdown(tray.name, MAX_NAME)}** and its notes go for good. Its works stay in their "
        "collections. To keep it out of the way, archive it instead."
    )
    if st.button("Delete it", type="primary", key="tray_do_delete"):
        if doing.do(lambda trays: trays.delete(tray.id)):
            st.query_params.clear()
            st.rerun()
        st.error(markdown(doing.went_wrong()), icon=":material/error:")
