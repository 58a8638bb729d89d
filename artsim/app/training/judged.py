"""Weighting a backbone's parts again by people's judgements: votes, marks and groups."""

from collections import Counter

import streamlit as st

from artsim.app.shell import resources, sidebar
from artsim.app.widgets import backbones as labels
from artsim.app.widgets.texts import markdown
from artsim.core.errors import ArtsimError
from artsim.evaluation.judgements import KINDS, judged_pairs
from artsim.people import policy
from artsim.people.roles import Action
from artsim.training.judged import Retrained, retrain

_DONE = "train_judged_done"


def show() -> None:
    """The block at the foot of the page; nothing without the permission to train."""
    collections = sidebar.by_name()
    if not collections or not policy.allows(Action.TRAIN):
        return
    with st.expander("Learn from votes, marks and groups", key="train_judged"):
        st.caption(
            "Weights the parts of a trained backbone so that what people preferred comes "
            "first; it takes a moment. Evaluate the result by other judgements than these."
        )
        name = st.selectbox(
            "Collection",
            list(collections),
            format_func=lambda one: collections[one].heading,
            key="train_judged_collection",
        )
        kinds = st.pills(
            "Learn from", KINDS, selection_mode="multi", default=KINDS, key="train_judged_kinds"
        )
        backbones = list(sidebar.embedded_with(collections[name]))
        if not backbones:
            st.info("This collection is not embedded with a backbone yet.")
            return
        backbone = st.selectbox(
            "Backbone", backbones, key="train_judged_backbone", format_func=labels.label
        )
        new = st.text_input("Name", f"{backbone}-judged", key="train_judged_name")
        try:
            pairs = Counter(p.kind for p in judged_pairs(resources.workspace(), name, kinds))
        except ArtsimError as error:
            st.error(markdown(error, 400), icon=":material/error:")
            return
        chosen = ", ".join(f"{pairs[kind]:,} of {kind}" for kind in kinds) or "nothing chosen"
        st.caption(f"Pairs of works: {chosen}.")
        if st.button("Weight again", key="train_judged_start", disabled=not pairs.total()):
            try:
                found = retrain(resources.library(), name, backbone, new, kinds)
                st.session_state[_DONE] = found
            except ArtsimError as error:
                st.session_state.pop(_DONE, None)
                st.error(markdown(error, 400), icon=":material/error:")
        if done := st.session_state.get(_DONE):
            _told(done)


def _told(found: Retrained) -> None:
    new, old = found.agreement
    shares = ", ".join(f"{p} {found.before[p]:.0%} → {s:.0%}" for p, s in found.after.items())
    st.success(
        f"{markdown(found.name)} is there: {shares}. Of judgements kept aside {new:.0%} agree with "
        f"it, {old:.0%} before. Embed the collection with it on the Search page.",
        icon=":material/check_circle:",
    )
