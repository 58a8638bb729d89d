"""The columns of a comparison: pairs of a backbone and a metric, chosen in the sidebar."""

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from artsim.app.shell import sidebar, state
from artsim.app.widgets import backbones
from artsim.app.widgets.texts import plain
from artsim.collection.store import CollectionInfo
from artsim.evaluation.comparison import MOST_LISTS, Contender
from artsim.people import policy
from artsim.people.roles import Action

_BETWEEN = "~"
_BLIND_HELP = (
    "The columns are shuffled and carry no names. Say which list is better: then you see whose "
    "it was, and your vote is counted."
)


def show() -> None:
    """The sidebar of the page: collection, columns, number of results."""
    collections = sidebar.by_name()
    if not collections:
        return
    view = sidebar.started(collections)
    info = collections.get(view.collection)
    if info is not None and not view.columns:
        view = replace(view, columns=tuple(map(_text, chosen(view, info))))
        state.say(view)  # a link must show the same columns after further backbones are added
    with st.sidebar:
        sidebar.choose_collection(view, collections)
        if info is not None:
            _choose(view, info)
        sidebar.choose_k(view)


def chosen(view: state.View, info: CollectionInfo) -> list[Contender]:
    """The columns that the view names; where it names none, two that this collection can show."""
    named = list(dict.fromkeys(c for c in map(_parsed, view.columns) if c))
    if named:
        return named[:MOST_LISTS]
    usable = _usable(info)
    backbones = sorted({c.backbone for c in usable}, key=lambda name: name != view.backbone)
    if len(backbones) > 1:
        return [Contender(name, view.metric) for name in backbones[:2]]
    return usable[:2]


def name(contender: Contender) -> str:
    """What a column is called, as plain text."""
    return f"{backbones.label(contender.backbone)} · {contender.metric.capitalize()}"


def _in_a_menu(contender: Contender, among: Sequence[Contender]) -> str:
    """Shorter, because a menu cuts off what is longer than the sidebar is wide.

    It is what a backbone knows, or its name if another one in the menu knows the same.
    """
    knows = backbones.knows(contender.backbone)
    same = {one.backbone for one in among if backbones.knows(one.backbone) == knows}
    called = knows if knows and len(same) == 1 else plain(contender.backbone, 60)
    return f"{called} · {contender.metric.capitalize()}"


def _parsed(column: str) -> Contender | None:
    backbone, _, metric = column.rpartition(_BETWEEN)
    return Contender(backbone, metric) if backbone and metric in state.METRICS else None


def _store(contenders: Sequence[Contender]) -> None:
    state.change(columns=tuple(map(_text, contenders)))


def _text(contender: Contender) -> str:
    return f"{contender.backbone}{_BETWEEN}{contender.metric}"


def _usable(info: CollectionInfo) -> list[Contender]:
    """Every pair that can answer in this collection."""
    return [Contender(b, metric) for b in sidebar.embedded_with(info) for metric in state.METRICS]


def _choose(view: state.View, info: CollectionInfo) -> None:
    columns, usable = chosen(view, info), _usable(info)
    for place, contender in enumerate(columns):
        others = [c for c in columns if c != contender]
        options = [c for c in usable if c not in others]
        with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall"):
            offered = options if contender in options else [contender, *options]
            _column(columns, place, offered, usable)
            if len(columns) > 2:
                _remove(columns, place)
    free = [c for c in usable if c not in columns]
    if len(columns) < MOST_LISTS and free:
        st.button(
            "Add a column",
            key="compare_add",
            icon=":material/add:",
            width="stretch",
            on_click=lambda: _store([*columns, free[0]]),
        )
    if len(usable) < MOST_LISTS:
        st.caption("Embed the collection with another backbone on the Search page to compare more.")


def _column(
    columns: list[Contender], place: int, options: list[Contender], usable: list[Contender]
) -> None:
    key = f"compare_column_{place}"
    st.session_state[key] = columns[place]
    st.selectbox(
        f"Column {place + 1}" if place else "Columns: backbone and metric",
        options,
        key=key,
        format_func=lambda contender: _in_a_menu(contender, usable),
        label_visibility="collapsed" if place else "visible",
        on_change=lambda: _store(
            [*columns[:place], st.session_state[key], *columns[place + 1 :]],
        ),
    )


def _remove(columns: list[Contender], place: int) -> None:
    st.button(
        "",
        key=f"compare_remove_{place}",
        icon=":material/close:",
        type="tertiary",
        help=f"Remove column {place + 1}",
        on_click=lambda: _store([c for i, c in enumerate(columns) if i != place]),
    )


def blind(view: state.View) -> None:
    """Whether the lists are judged without their names, where whoever looks may vote."""
    if not policy.allows(Action.VOTE, view.collection):
        return
    st.session_state["compare_blind"] = view.blind
    st.toggle(
        "Blind: judge unnamed lists",
        key="compare_blind",
        help=_BLIND_HELP,
        on_change=lambda: state.change(blind=st.session_state["compare_blind"]),
    )
