"""The current tray on every page: its works, the + on pictures, and its bar."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from artsim.app.shell import places, resources, state
from artsim.app.widgets import permitted
from artsim.app.widgets.texts import advice, markdown, plain
from artsim.core.counts import count
from artsim.core.errors import ArtsimError, Conflict, NotFound
from artsim.desk.tray import Tray
from artsim.people import policy
from artsim.people.roles import Action

FIRST_NAME = "My tray"
_CHOSEN = "tray"  # in the session: the id of the tray that was chosen
_REFUSED = "tray_refused"
_OTHERS = 12  # trays that the bar offers; the Tray page lists all


@dataclass(frozen=True)
class Buttons:
    """What a component needs for the + on its pictures: labels, and the ids in the tray."""

    labels: dict[str, str] = field(default_factory=dict)
    held: list[str] = field(default_factory=list)


def current() -> Tray | None:
    """The tray that works are put into: the chosen one, else the last changed; None for none.

    What was changed last is there the next day and on another computer too.
    """
    trays = resources.library().trays
    chosen = st.session_state.get(_CHOSEN)
    if chosen:
        try:
            found = trays.get(chosen)
        except NotFound:
            found = None
        if found is not None and not found.archived:
            return found
    return next(iter(trays.all()), None)


def choose(tray_id: str) -> None:
    """Put works into this tray from now on."""
    st.session_state[_CHOSEN] = tray_id


def started() -> Tray:
    """The tray that works are put into; the first one is made where there is none."""
    found = current()
    if found is not None:
        return found
    trays = resources.library().trays
    try:
        made = trays.create(FIRST_NAME)
    except Conflict:  # an archived tray has this name
        made = trays.create(f"{FIRST_NAME} {len(trays.all(archived=True)) + 1}")
    choose(made.id)
    return made


def buttons(collection: str) -> Buttons:
    """The + on pictures of a collection; none if the person may not fill or read trays."""
    if not policy.allows(Action.TRAYS):
        return Buttons()
    try:
        tray = current()
    except ArtsimError:  # the Tray page reports it
        return Buttons()
    name = plain(tray.name, 60) if tray else FIRST_NAME
    return Buttons(
        {"tray": f"Add to tray {name}", "in_tray": f"In tray {name}: take it out"},
        list(tray.ids(collection)) if tray else [],
    )


def changed(collection: str, sent: Any, found: str = "") -> None:
    """Put works into the tray and take others out: ``sent`` says of each id whether it is in."""
    if not isinstance(sent, Mapping):
        return
    added = [str(one) for one, held in sent.items() if held is True]
    removed = [(collection, str(one)) for one, held in sent.items() if held is False]
    library = resources.library()
    try:
        tray = started()
        if removed:
            library.trays.remove(tray.id, removed)
        if added:
            library.add_to_tray(tray.id, collection, added, found=found)
    except ArtsimError as error:
        st.session_state[_REFUSED] = advice(error)


def add_all(collection: str, ids: Iterable[str], found: str = "") -> None:
    """Put all these works into the tray."""
    changed(collection, dict.fromkeys(ids, True), found)


def found_with(view: state.View) -> str:
    """The search of a view, as captions and tables of a tray name it."""
    asked = []
    if view.upload:
        asked.append("a picture of your own")
    elif view.query:
        try:
            title = resources.library().artwork(view.collection, view.query)["title"]
        except ArtsimError:
            return ""
        asked.append(f"“{plain(title or 'Untitled', 80)}” ({view.query})")
    if view.answered:
        asked.append(count(len(view.answered), "mark"))
    return f"like {' and '.join(asked)} with {view.backbone}, {view.metric}" if asked else ""


def toggle(collection: str, artwork_id: str, key: str) -> None:
    """A button that puts one work into the tray, or takes it out."""
    tray = current()
    held = bool(tray and (collection, artwork_id) in [item.key for item in tray.items])
    permitted.button(
        Action.TRAYS,
        "In tray: take it out" if held else "Add to tray",
        key=key,
        icon=":material/check:" if held else ":material/add_box:",
        on_click=lambda: changed(collection, {artwork_id: not held}),
    )


def show_bar() -> None:
    """The current tray, at the foot of every page, once there is one."""
    refused = st.session_state.pop(_REFUSED, "")
    if refused:
        st.toast(markdown(refused), icon=":material/error:")
    tray = current()
    if tray is None or not permitted.leads_to("tray"):
        return
    others = [other for other in resources.library().trays.all() if other.id != tray.id]
    with st.container(
        key="tray_bar",
        horizontal=True,
        horizontal_alignment="distribute",
        vertical_alignment="center",
    ):
        label = f"{markdown(tray.name, 40)} · {count(len(tray.items), 'work')}"
        with st.popover(label, icon=":material/inbox:", type="tertiary"):
            if others:
                st.caption("Use another tray")
            for other in others[:_OTHERS]:
                st.button(
                    f"{markdown(other.name, 60)} · {len(other.items):,}",
                    key=f"tray_use_{other.id}",
                    icon=":material/swap_horiz:",
                    width="stretch",
                    on_click=choose,
                    args=(other.id,),
                )
            new_tray("bar")
        st.page_link(
            places.TRAY,
            label="Open tray",
            icon=":material/arrow_forward:",
            icon_position="right",
            query_params={"tray": tray.id},
        )


def new_tray(where: str) -> None:
    """The form that makes another tray and makes it the current one."""
    key = f"new_tray_{where}"

    def make() -> None:
        try:
            choose(resources.library().trays.create(st.session_state[key]).id)
        except ArtsimError as error:
            st.session_state[_REFUSED] = advice(error)
        else:
            st.session_state[key] = ""
            if "tray" in st.query_params:
                st.query_params["tray"] = st.session_state[_CHOSEN]

    with st.form(f"{key}_form", border=False):
        st.text_input("Name of a new tray", key=key, max_chars=100)
        may = permitted.grey(Action.TRAYS)
        st.form_submit_button("Make it", on_click=make, icon=":material/add:", **may)
