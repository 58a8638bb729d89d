"""A search that lacks embeddings: what is missing, and the button that makes it."""

import streamlit as st

from artsim.app.shell import jobs, resources, state
from artsim.app.widgets import backbones, permitted
from artsim.app.widgets.texts import markdown
from artsim.core.counts import count
from artsim.people.roles import Action
from artsim.tasks.configs import EmbedConfig


def show(collection: str, backbone: str = "", *, switch: bool = False) -> None:
    """Say what is not embedded with ``backbone``, the best one by default, and offer to embed it.

    With ``switch`` the best one can be used instead.
    """
    library = resources.library()
    info, best = library.info(collection), library.best_backbone(collection)
    backbone = backbone or best
    embedded = library.embedded_with(info)
    column = embedded.get(backbone)
    if column is None:
        which = markdown(backbones.label(backbone)) if embedded else "any backbone"
        st.info(
            f"{markdown(info.heading)} is not embedded with {which} as it is now: each picture "
            "has to be looked at once.",
            icon=":material/info:",
        )
    else:
        st.info(
            f"This work is not embedded with {markdown(backbones.label(backbone))} yet: "
            f"{column.count:,} of {count(info.with_image, 'picture')} are.",
            icon=":material/info:",
        )
    with st.container(horizontal=True, gap="small", vertical_alignment="center"):
        offer(collection, backbone)
        if switch:
            offer_best(collection, backbone)


def is_lacking(collection: str, backbone: str) -> bool:
    """Whether some picture of a collection is not embedded with ``backbone``."""
    library = resources.library()
    info = library.info(collection)
    column = library.embedded_with(info).get(backbone)
    return column is None or column.count < info.with_image


def offer_best(collection: str, backbone: str) -> None:
    """The button that switches to the collection's best backbone."""
    library = resources.library()
    embedded = library.embedded_with(library.info(collection))
    best = library.best_backbone(collection)
    if backbone not in embedded and best in embedded:
        st.button(
            f"Use {markdown(backbones.label(best))} instead",
            key="unembedded_switch",
            help="This collection is embedded with it.",
            on_click=lambda: state.change(backbone=best, parts=""),
        )


def say_switched() -> None:
    """Say once that another collection was opened with another backbone than the last."""
    switched = st.session_state.pop(state.SWITCHED, None)
    if switched:
        before, now = switched
        st.info(
            f"This collection is not embedded with {markdown(backbones.label(before))}: it is "
            f"shown with {markdown(backbones.label(now))}, its best.",
            icon=":material/info:",
        )


def offer(collection: str, backbone: str) -> None:
    """The button that embeds what a backbone lacks; none if the backbone is not here."""
    library = resources.library()
    if all(known.name != backbone for known in library.backbones()):
        return
    info = library.info(collection)
    rest = backbone in library.embedded_with(info)
    config = EmbedConfig(collection=collection, backbone=backbone)
    if jobs.is_active("embed", config):
        st.caption("Embedding is under way: see the jobs in the sidebar.")
        return
    label = (
        f"Embed the rest with {backbones.label(backbone)}"
        if rest
        else f"Embed {count(info.with_image, 'picture')} with {backbones.label(backbone)}"
    )
    if permitted.button(
        Action.PREPARE,
        label,
        collection,
        key=f"unembedded_embed_{backbone}",
        icon=":material/play_arrow:",
        type="primary",
    ):
        jobs.submit("embed", config)
        st.rerun()
