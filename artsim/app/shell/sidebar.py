"""The sidebar of the search page: collection, backbone, metric and number of results."""

from dataclasses import replace
from typing import Any

import streamlit as st

from artsim.app.shell import jobs, resources, state
from artsim.app.widgets import backbones as labels
from artsim.app.widgets.texts import markdown
from artsim.collection.embedding_column import EmbeddingColumn
from artsim.collection.store import CollectionInfo
from artsim.core.counts import count
from artsim.people import policy
from artsim.people.roles import Action
from artsim.tasks.configs import EmbedConfig

_METRIC_HELP = (
    "Cosine compares the direction of two embeddings, Euclidean the distance between them. "
    "A higher score always means more alike; scores of different backbones do not compare."
)


def begin() -> dict[str, CollectionInfo]:
    """Decide the view that the page shows, and its address; returns the collections."""
    collections = by_name()
    if collections:
        if not st.query_params:  # this page has its own backbone, whatever other pages use
            state.say(state.searched(state.remembered()))
        state.keep_searched(started(collections))
    return collections


def show(collections: dict[str, CollectionInfo]) -> None:
    """Show the choices and write each change into the URL; ``begin`` returns ``collections``."""
    if not collections:
        return
    view = state.current()
    with st.sidebar:
        choose_collection(view, collections)
        info = collections.get(view.collection)
        if info is not None:
            _backbone(view, info)
        choose_k(view)
        with st.expander("Advanced", key="sidebar_advanced"):
            _metric(view)
            if info is not None:
                _about_backbone(view, info)


def by_name() -> dict[str, CollectionInfo]:
    """The collections that can be read, by name."""
    return {info.name: info for info in resources.library().collections()}


def started(collections: dict[str, CollectionInfo]) -> state.View:
    """The view that the address names; of the first collection if it names none."""
    view = state.current()
    if not view.collection:
        first = resources.workspace().first_collection
        view = replace(view, collection=first if first in collections else next(iter(collections)))
    view = state.settled(view)
    state.say(view)
    return view


def choose_collection(view: state.View, collections: dict[str, CollectionInfo]) -> None:
    names = list(collections)
    if view.collection not in names:
        names.insert(0, view.collection)
    st.session_state["sidebar_collection"] = view.collection

    def chosen() -> None:
        state.open_collection(st.session_state["sidebar_collection"])

    st.selectbox(
        "Collection",
        names,
        key="sidebar_collection",
        on_change=chosen,
        format_func=lambda name: collections[name].heading if name in collections else name,
    )
    info = collections.get(view.collection)
    if info is not None and info.generated:
        st.caption(
            "Generated: these works are drawn by code, their artists and titles are invented."
        )


def embedded_with(info: CollectionInfo) -> dict[str, EmbeddingColumn]:
    """The embeddings of each backbone whose weights, as far as known, are those of today."""
    return resources.library().embedded_with(info)


def _backbone(view: state.View, info: CollectionInfo) -> None:
    backbones = {b.name: b for b in resources.library().backbones()}
    embedded = embedded_with(info)
    names = list(dict.fromkeys([*embedded, *backbones]))
    if view.backbone not in names:
        names.append(view.backbone)
    st.session_state["sidebar_backbone"] = view.backbone

    def label(name: str) -> str:
        shown = labels.label(name)
        return shown if name in embedded else f"{shown} · not embedded"

    def chosen() -> None:
        state.change(backbone=st.session_state["sidebar_backbone"])

    st.selectbox("Backbone", names, key="sidebar_backbone", on_change=chosen, format_func=label)
    known = backbones.get(view.backbone)
    column = embedded.get(view.backbone)
    done = column.count if column else 0
    if 0 < done < info.with_image:
        st.caption(f"{done:,} of {count(info.with_image, 'picture')} embedded")
    if done < info.with_image and policy.allows(Action.PREPARE, info.name):
        _offer_embedding(view, known, done)


def _about_backbone(view: state.View, info: CollectionInfo) -> None:
    """Facts about the backbone for researchers: its origin, its digest, what it has embedded."""
    known = next((b for b in resources.library().backbones() if b.name == view.backbone), None)
    column = embedded_with(info).get(view.backbone)
    lines = []
    if known is not None:
        where = "available offline" if known.offline else "its weights need the network"
        lines.append(f"{markdown(known.family)} · {markdown(known.origin)} · {where}")
    if column is not None:
        lines.append(f"{column.count:,} of {count(info.with_image, 'picture')} embedded")
        lines.append(f"Digest {column.digest[:12]} · {column.dimension:,} numbers a picture")
    if lines:
        st.caption("  \n".join(lines))


def _offer_embedding(view: state.View, known: Any, done: int) -> None:
    config = EmbedConfig(collection=view.collection, backbone=view.backbone)
    if jobs.is_active("embed", config):
        st.caption("Embedding is under way: see the jobs below.")
        return
    text = "Embed the rest" if done else "Embed this collection"
    if known is not None and not known.offline:
        st.caption("The weights are fetched once, when the embedding starts.")
    if st.button(text, key="sidebar_embed", icon=":material/play_arrow:", width="stretch"):
        jobs.submit("embed", config)
        st.rerun()


def _metric(view: state.View) -> None:
    st.session_state["sidebar_metric"] = view.metric

    def chosen() -> None:
        state.change(metric=st.session_state["sidebar_metric"] or view.metric)

    st.segmented_control(
        "Metric",
        state.METRICS,
        key="sidebar_metric",
        on_change=chosen,
        format_func=str.capitalize,
        help=_METRIC_HELP,
        width="stretch",
    )


def choose_k(view: state.View) -> None:
    """How many works a list shows."""
    st.session_state["sidebar_k"] = view.k

    def chosen() -> None:
        state.change(k=st.session_state["sidebar_k"])

    st.number_input(
        "Results",
        min_value=1,
        max_value=state.MAX_K,
        key="sidebar_k",
        on_change=chosen,
        help="How many works a search shows: the K of top-K.",
    )
