"""The health of an embedding space: hubs as pictures, dimensions, artists against chance."""

from typing import Any

import streamlit as st

from artsim.app.evaluation import charts as evaluation_charts
from artsim.app.shell import resources, state
from artsim.app.widgets import backbones, details, gallery
from artsim.app.widgets.texts import markdown
from artsim.core.counts import count
from artsim.core.errors import ArtsimError
from artsim.evaluation.fitted_words import fitted_sentence
from artsim.evaluation.results import Evaluation, Run


def show(evaluation: Evaluation, run: Run) -> None:
    """Hubness, effective dimension and separation of a run's embeddings as they are now."""
    name, library = evaluation.collection, resources.library()
    version = library.collection(name).version
    k = min(run.k, 10)
    try:
        with st.spinner("Looking at the whole space"):
            found = library.health(
                name, run.backbone, run.digest, run.metric, k, evaluation.config["seed"]
            ).to_json()
    except ArtsimError as error:
        st.info(markdown(error, 400), icon=":material/info:")
        return
    hubs, space, apart = found["hubness"], found["dimensions"], found["separation"]
    looked = f"{found['works']:,} of {count(found['of'], 'work')}"
    st.caption(
        f"{markdown(run.backbone)} {run.digest[:12]} in {markdown(name)}, version {version} · "
        f"{found['metric']} · K = {hubs['k']} · {looked} · seed {found['seed']}"
    )
    if version != evaluation.collection_version:
        st.caption(
            ":material/info: The collection has changed since this evaluation; this is the "
            "space of today."
        )
    _numbers(hubs, space, apart)
    if apart:
        st.markdown("**Pairs by one artist against random pairs**")
        key = f"evaluation_separation_{run.backbone}"
        evaluation_charts.separation(apart, key, found["metric"])
        st.caption(
            f"{count(apart['same_artist_pairs'], 'pair')} by one artist, "
            f"{count(apart['random_pairs'], 'random pair')}. Where the two hills lie on each "
            "other, similarity says little about the artist. "
            + markdown(fitted_sentence(run, backbones.label), 600)
        )
    else:
        st.caption("No two works share an artist here, so there is nothing to compare with chance.")
    st.caption(
        "Every work is compared with every other, so recall against exact search is 1. An "
        "approximate index would be compared with it here; this collection has none."
    )
    _hubs(name, library.collection(name).stamp, hubs)


def _numbers(hubs: dict[str, Any], space: dict[str, Any], apart: dict[str, Any] | None) -> None:
    skew, dimension, artists = st.columns(3, gap="large")
    with skew:
        st.metric("Hubness (skewness)", f"{round(hubs['skewness'], 2) + 0.0:.2f}")
        st.caption(
            "0: every work is as often among the nearest of others; above 1: some hubs are in "
            f"everybody's results. {hubs['never']:.0%} of the works are in nobody's."
        )
    with dimension:
        st.metric("Effective dimension", f"{space['participation']:.1f}")
        st.caption(
            f"Of {space['available']:,} dimensions that the backbone gives (participation "
            f"ratio); {space['for_90_percent']:,} hold 90 % of the variance."
        )
    with artists:
        st.metric("Same artist above chance", f"{apart['auc']:.0%}" if apart else "–")
        st.caption("How often a pair by one artist scores above a random pair; 50 % is chance.")


def _hubs(name: str, version: str, hubs: dict[str, Any]) -> None:
    library = resources.library()
    cards = []
    for rank, (artwork_id, occurrence) in enumerate(hubs["worst"], 1):
        row = library.artwork(name, artwork_id)
        thumb = gallery.media_url(name, artwork_id, "thumb", version)
        score = f"in {occurrence:,} of {count(hubs['works'] - 1, 'list')}"
        cards.append(gallery.card(row, thumb, rank, score))
    st.markdown("**The worst hubs**: works that appear among the nearest of most others")
    gallery.show(
        cards,
        key="evaluation_hubs",
        label="The worst hubs",
        collection=name,
        on_open=details.request,
        on_similar=lambda artwork_id: state.show(state.settled(state.View(name, query=artwork_id))),
        card_width=150,
    )
