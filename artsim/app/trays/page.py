"""Tray: a selection of works, in an order, with notes, to share and to download as files."""

import streamlit as st

from artsim.app.shell import places, resources, title
from artsim.app.trays import doing, items, light, manage, take
from artsim.app.widgets import permitted
from artsim.app.widgets import tray as at_hand
from artsim.app.widgets.texts import markdown
from artsim.core.counts import count
from artsim.core.errors import NotFound
from artsim.desk.tray import MAX_NOTE, Tray, iso
from artsim.people import policy, present
from artsim.people.roles import Action


def main() -> None:
    token = st.query_params.get("shared", "")
    if token:
        _shared(resources.library().trays.shared(token))
        return
    trays = resources.library().trays
    tray = _asked()
    wrong = doing.went_wrong()
    if wrong:
        st.error(markdown(wrong), icon=":material/error:")
    if tray is None:
        title.show("Tray")
        st.title("Tray", anchor=False)
        st.write(
            "A tray holds works that you put together, in your order, with your notes. The + on a "
            "picture puts it in; the first + makes a tray."
        )
        st.page_link(places.SEARCH, label="Look for works", icon=":material/arrow_forward:")
        at_hand.new_tray("page")
        manage.show_archived(trays.all(archived=True))
        return
    _own(tray)
    manage.show_archived(trays.all(archived=True))


def _asked() -> Tray | None:
    """The tray that the address names, else the current one; the address then names it."""
    named = st.query_params.get("tray", "")
    if named:
        try:
            found = resources.library().trays.get(named)
        except NotFound:
            st.query_params.clear()
            raise NotFound(
                "The tray of this link is deleted, or somebody else's: choose another one, or ask "
                "the person who sent it for a link made by “Share link”."
            ) from None
        at_hand.choose(found.id)
        return found
    found_ = at_hand.current()
    if found_ is not None:
        st.query_params["tray"] = found_.id
    return found_


def _own(tray: Tray) -> None:
    entries = resources.library().tray_entries(tray)
    title.show(tray.name, "Tray")
    name, choice = st.columns([3, 2], vertical_alignment="bottom")
    with name:
        st.title(markdown(tray.name, 100), anchor=False)
    with choice:
        _choose(tray)
    told = [count(len(entries), "work"), f"changed {iso(tray.changed)[:10]}"]
    if not tray.owner and present.current().name:
        told.append("everybody's: anybody who may fill trays can change it; a copy is your own")
    if tray.archived:
        told.append("archived")
    st.caption(" · ".join(told))
    manage.show(entries)
    removed = doing.removed_from(tray)
    if removed:
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.caption(f"Removed: {markdown(removed, 80)}")
            st.button(
                "Put it back",
                key="tray_undo",
                type="tertiary",
                icon=":material/undo:",
                on_click=doing.bring_back,
            )
    if light.is_on():
        light.show(entries)
        return
    if len(entries):
        take.show(entries)
    _note(tray)
    if not len(entries):
        st.info("Nothing lies in it yet: the + on a picture puts it in.", icon=":material/info:")
        st.page_link(places.SEARCH, label="Look for works", icon=":material/arrow_forward:")
        return
    items.show(entries, own=policy.allows(Action.TRAYS))


def _choose(tray: Tray) -> None:
    """Another tray, or a new one."""
    trays = resources.library().trays.all()
    if tray.id not in [one.id for one in trays]:
        trays.insert(0, tray)
    names = {one.id: one.name for one in trays}
    st.session_state["tray_choice"] = tray.id

    def chosen() -> None:
        at_hand.choose(st.session_state["tray_choice"])
        st.query_params.from_dict({"tray": st.session_state["tray_choice"]})

    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        st.selectbox(
            "Tray", list(names), key="tray_choice", on_change=chosen, format_func=names.__getitem__
        )
        with st.popover("New tray", icon=":material/add:"):
            at_hand.new_tray("page")


def _note(tray: Tray) -> None:
    key = f"tray_note_{tray.id}"
    st.session_state[key] = tray.note
    st.text_area(
        "Note on the tray",
        key=key,
        height=80,
        max_chars=MAX_NOTE,
        placeholder="What it is for",
        disabled=not policy.allows(Action.TRAYS),
        on_change=_describe,
        args=(tray, key),
    )


def _describe(tray: Tray, key: str) -> None:
    doing.do(lambda trays: trays.describe(tray.id, st.session_state[key]))


def _shared(tray: Tray) -> None:
    """A tray of somebody else, to look at, download and copy."""
    entries = resources.library().tray_entries(tray)
    title.show(tray.name, "Shared tray")
    st.title(markdown(tray.name, 100), anchor=False)
    st.caption(f"A shared tray · {count(len(entries), 'work')} · {iso(tray.changed)[:10]}")
    if tray.note:
        st.text(tray.note)
    with st.container(horizontal=True, gap="small"):
        if permitted.button(
            Action.TRAYS, "Copy into my trays", icon=":material/content_copy:", key="tray_copy"
        ):
            manage.make_copy(tray, by_link=True)
        manage.more_like(entries)
    if len(entries):
        take.show(entries)
        items.show(entries, own=False)


main()
