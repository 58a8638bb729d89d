"""The dials of a search: alike in what, what to leave out, one of each, and how surprising."""

from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from artsim.app.search.chips import removable
from artsim.app.shell import jobs, resources, state
from artsim.app.widgets import permitted
from artsim.app.widgets.texts import markdown
from artsim.collection.columns import CENTURY, title_of
from artsim.people.roles import Action
from artsim.search.dials import (
    EVERY,
    EXTRAS,
    PRESETS,
    SHARED,
    parts_of_text,
    presets_for,
    text_of_parts,
)
from artsim.search.service import Facets
from artsim.tasks.configs import EmbedConfig

_PRESETS = {
    "anything": "All that the backbone sees, weighed as it was trained.",
    "the same hand": "Works that look painted by one person, whatever they show.",
    "the same subject": "Works that show the same kind of thing, however they are painted.",
    "the same style": "Works of the same period and manner, whatever they show.",
    "the same colours": "Works with the same palette, whatever they show.",
    "the same composition": "Works whose light and shapes lie in the same places.",
}
_PARTS = {
    "style": "period and manner",
    "genre": "what kind of picture: portrait, landscape",
    "artist": "whose hand it looks like",
    "general": "everything else that the network sees",
    "colour": "the palette",
    "composition": "where light and shapes lie",
}
_MOST, _STEP = 2.0, 0.25
_APART_HELP = "Leaves out every work that shares this with a work that you like."
_DISTINCT_HELP = "Shows the most alike work of each, so that no single one fills the page."
_SURPRISE_HELP = "At 0 the most alike come first; higher shows works that differ from one another."
_chip = partial(removable, "dialled", "Turn this dial back")


def show(view: state.View) -> None:
    """The popover with all dials; a label that never changes keeps it open while they do."""
    menu = st.popover("Alike in what", icon=":material/tune:", key="dials_menu", on_change="rerun")
    if not menu.open:
        return
    library = resources.library()
    ready = library.dials_of(view.collection, view.backbone)
    parts = [name for name, there in ready.items() if there]
    with menu:
        st.markdown("**Alike in what**")
        if len(parts) > 1:
            _presets(view, parts)
            for name in parts:
                _part(view, name)
        else:
            st.caption("This backbone compares pictures as a whole.")
        _prepare(view, [name for name in ready if name not in parts], "dials_prepare")
        _rerank(view)
        st.markdown("**Which of them to show**")
        shared = _shared(library.facets(view.collection))
        _apart(view, shared)
        _distinct(view, shared)
        _surprise(view)
        if view.dials() != state.View().dials():
            st.button("Reset all", key="dials_reset", on_click=reset)


def offer_lacking(view: state.View) -> bool:
    """If colour or composition counts and is not measured yet, say so and offer to measure it."""
    ready = resources.library().dials_of(view.collection, view.backbone)
    lacking = [name for name in view.dials().extras if not ready.get(name)]
    if lacking:
        st.info(
            f"The works of this collection are not compared by {' and '.join(lacking)} yet: each "
            "picture has to be looked at once.",
            icon=":material/info:",
        )
        _prepare(view, lacking, "results_prepare")
    return bool(lacking)


def reset() -> None:
    """Back to the likeness that the backbone gives."""
    state.change(parts="", apart=(), distinct="", surprise=0.0, rerank=False)


def show_active(view: state.View) -> None:
    """One removable chip for each dial that is turned."""
    if view.parts:
        words = view.parts if view.parts in PRESETS else _in_words(view.parts)
        _chip("parts", f"Alike in: {words}", {"parts": ""})
    for name in view.apart:
        rest = tuple(other for other in view.apart if other != name)
        _chip(f"apart_{name}", _not_of(name), {"apart": rest})
    if view.distinct:
        _chip("distinct", f"One per {view.distinct}", {"distinct": ""})
    if view.surprise:
        _chip("surprise", f"Surprise {view.surprise:g}", {"surprise": 0.0})
    if view.rerank:
        _chip("rerank", "With its neighbours", {"rerank": False})


def not_by_this_artist(view: state.View) -> None:
    """Works by others, one click away."""
    if "artist" not in view.apart:
        st.button(
            _not_of("artist"),
            key="not_by_artist",
            icon=":material/person_off:",
            help=_APART_HELP.replace("this", "an artist"),
            on_click=lambda: state.change(apart=(*state.current().apart, "artist")),
        )


def _in_words(parts: str) -> str:
    return ", ".join(
        f"{'the rest' if name == EVERY else name} × {weight:g}"
        for name, weight in parts_of_text(parts).items()
    )


def _not_of(name: str) -> str:
    return "Not by this artist" if name == "artist" else f"Not of this {name}"


def _shared(facets: Facets) -> list[str]:
    """The labels that works of this collection can have in common."""
    return [
        name
        for name in SHARED
        if (facets.years is not None if name == CENTURY else facets.values.get(name))
    ]


def _bound(key: str, value: Any, change: Callable[[Any], dict[str, Any]]) -> dict[str, Any]:
    """``key`` and ``on_change`` of a dial that stands at ``value``."""
    st.session_state[key] = value
    return {"key": key, "on_change": lambda: state.change(**change(st.session_state[key]))}


def _presets(view: state.View, parts: list[str]) -> None:
    weights = view.dials().weights
    current = text_of_parts(weights) or "anything"
    st.pills(
        "Presets",
        presets_for(parts),
        format_func=str.capitalize,
        label_visibility="collapsed",
        **_bound(
            "dial_preset",
            current if current in PRESETS else None,
            lambda chosen: {"parts": "" if chosen in (None, "anything") else chosen},
        ),
    )
    st.caption(_PRESETS.get(current, "Your own mixture of the parts below."))


def _part(view: state.View, name: str) -> None:
    weights = view.dials().weights
    said = _PARTS.get(name, "a part of this backbone's embeddings")
    weight = _weight(weights, name)
    st.slider(
        f"**{markdown(name).capitalize()}**: {said}",
        0.0,
        max(_MOST, weight),
        step=_STEP,
        format="%.2f ×",
        **_bound(
            f"dial_part_{name}",
            weight,
            lambda chosen: {"parts": text_of_parts({**weights, name: chosen})},
        ),
    )


def _weight(weights: dict[str, float], name: str) -> float:
    """The weight of a part; colour and composition count 0 unless they are named."""
    return weights.get(name, 0.0 if name in EXTRAS else weights.get(EVERY, 1.0))


def _prepare(view: state.View, lacking: list[str], key: str) -> None:
    """The button that measures colour and composition, if the collection lacks them."""
    configs = [EmbedConfig(collection=view.collection, backbone=name) for name in lacking]
    if not configs:
        return
    if any(jobs.is_active("embed", config) for config in configs):
        st.caption("The colours and compositions of the works are being measured.")
        return

    def prepare() -> None:
        for config in configs:
            jobs.submit("embed", config)

    permitted.button(
        Action.PREPARE,
        f"Measure {' and '.join(lacking)} too",
        view.collection,
        key=key,
        icon=":material/palette:",
        help="Once for all works of the collection, as a job; then they are parts like the others.",
        on_click=prepare,
    )


def _rerank(view: state.View) -> None:
    st.toggle(
        "Ask the neighbours too",
        disabled=view.metric != "cosine",
        **_bound("dial_rerank", view.rerank, lambda on: {"rerank": on}),
    )
    st.caption(
        "Ranks the best results again by the works most like them: surer, with fewer surprises."
    )


def _apart(view: state.View, shared: list[str]) -> None:
    st.pills(
        "Leave out works that share its …",
        [*shared, *(name for name in view.apart if name not in shared)],
        selection_mode="multi",
        format_func=title_of,
        **_bound("dial_apart", list(view.apart), lambda chosen: {"apart": tuple(chosen)}),
    )
    st.caption(_APART_HELP)


def _distinct(view: state.View, shared: list[str]) -> None:
    known = view.distinct in shared or not view.distinct
    st.pills(
        "At most one work per …",
        shared if known else [*shared, view.distinct],
        format_func=title_of,
        **_bound("dial_distinct", view.distinct or None, lambda chosen: {"distinct": chosen or ""}),
    )
    st.caption(_DISTINCT_HELP)


def _surprise(view: state.View) -> None:
    st.slider(
        "Surprise",
        0.0,
        1.0,
        step=0.1,
        **_bound("dial_surprise", view.surprise, lambda share: {"surprise": round(share, 2)}),
    )
    st.caption(_SURPRISE_HELP)
