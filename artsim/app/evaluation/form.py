"""What to evaluate: the form, checked as it is filled in."""

from typing import Any

import streamlit as st
from pydantic import ValidationError

from artsim.app.shell import resources, sidebar, state, unembedded
from artsim.app.shell.form_state import FormState
from artsim.app.widgets import backbones as labels
from artsim.app.widgets.texts import advice, markdown
from artsim.collection.store import CollectionInfo
from artsim.core.counts import count
from artsim.core.errors import ArtsimError
from artsim.core.fields import invalid
from artsim.core.limits import MAX_K
from artsim.core.progress import duration
from artsim.evaluation.clusters import AUTO
from artsim.evaluation.config import (
    DEFAULT_RELEVANCES,
    IN_WORDS,
    TITLE,
    EvaluateConfig,
    TitleSimilarity,
)
from artsim.evaluation.evaluate import likely_seconds
from artsim.evaluation.relevances import offered
from artsim.evaluation.results import Evaluation
from artsim.evaluation.title_pairs import pairs_of_collection, pairs_sentence

WAIT_SECONDS = 1.5  # what takes longer is a job
_TITLES_COMPARED = 20_000  # works whose titles are compared while the form is filled in
_FORM = FormState("evaluation")
_RECALLED = "evaluation_recalled"
_OWN = "The works of this collection"
_SIMILARITIES = {
    "ratio": "Character by character",
    "token_set": "Shared words, in any order",
    "tfidf": "Rare words count more",
}
_RELEVANCE_HELP = (
    "What makes a retrieved work a hit: the same label, such as the artist, a similar title, votes "
    "of the Compare page, or what a package adds. Only what this collection has can be chosen."
)


def show(collections: dict[str, CollectionInfo], info: CollectionInfo) -> EvaluateConfig | None:
    """Show the form; returns its config once the person starts the evaluation."""
    embedded = list(sidebar.embedded_with(info))
    if not embedded:
        unembedded.show(info.name)
        return None
    relevances = _relevances(info.name)
    if not relevances:
        st.info(
            "Nothing in this collection says which works are related: no work has a "
            f"{IN_WORDS}. Import it again with a table of metadata.",
            icon=":material/info:",
        )
        return None
    with st.container(border=True, key="evaluation_form"):
        values = {"collection": info.name, **_choices(collections, info, embedded, relevances)}
        if TITLE in values["relevances"]:
            values |= _titles(info)
        with st.expander("Copies, thresholds and weights", key="evaluation_more"):
            values |= _options() | _copies()
        return _button(values)


def recall(evaluation: Evaluation) -> None:
    """Fill the form in with the settings of an opened evaluation, once for each."""
    if st.session_state.get(_RECALLED) != evaluation.id:
        st.session_state[_RECALLED] = evaluation.id
        _FORM.replace(evaluation.config)


def _relevances(collection: str) -> dict[str, str]:
    """What the works can be judged by, each with its title."""
    return offered(resources.workspace(), resources.library().catalog(collection))


def _choices(
    collections: dict[str, CollectionInfo],
    info: CollectionInfo,
    embedded: list[str],
    relevances: dict[str, str],
) -> dict[str, Any]:
    left, right = st.columns(2, gap="large")
    with left:
        known = [b for b in _FORM.get("backbones", embedded) if b in embedded]
        backbones = _FORM.widget(
            "backbones",
            known or embedded[:1],
            lambda **kw: st.multiselect(
                "Backbones",
                embedded,
                placeholder="Choose one or several",
                format_func=labels.label,
                **kw,
            ),
        )
        if len(embedded) == 1:
            st.caption("Embed the collection with another backbone on the Search page to compare.")
        chosen = [r for r in _FORM.get("relevances", ()) if r in relevances]
        relevance = _FORM.widget(
            "relevances",
            chosen or [r for r in relevances if r in DEFAULT_RELEVANCES] or list(relevances),
            lambda **kw: st.pills(
                "Relevance",
                list(relevances),
                selection_mode="multi",
                format_func=lambda name: relevances.get(name, name),
                help=_RELEVANCE_HELP,
                **kw,
            ),
        )
    with right:
        metric, k = st.columns(2)
        with metric:
            values = {
                "metric": _FORM.widget(
                    "metric",
                    _FORM.get("metric", "cosine"),
                    lambda **kw: st.selectbox(
                        "Metric", state.METRICS, format_func=str.capitalize, **kw
                    ),
                )
            }
        with k:
            values["k"] = _FORM.widget(
                "k",
                _FORM.get("k", 10),
                lambda **kw: st.number_input(
                    "K", min_value=1, max_value=MAX_K, help="Works retrieved a query.", **kw
                ),
            )
        values |= _queries(collections, info, backbones)
    return {**values, "backbones": tuple(backbones), "relevances": tuple(relevance)}


def _queries(
    collections: dict[str, CollectionInfo], info: CollectionInfo, backbones: list[str]
) -> dict[str, Any]:
    others = [
        name
        for name, other in collections.items()
        if name != info.name and backbones and set(backbones) <= set(sidebar.embedded_with(other))
    ]
    source, sample = st.columns(2)
    with source:
        kept = _FORM.get("queries", None)
        queries = _FORM.widget(
            "queries",
            kept if kept in others else _OWN,
            lambda **kw: st.selectbox(
                "Queries",
                [_OWN, *others],
                format_func=lambda name: (
                    name if name == _OWN else f"The works of {collections[name].heading}"
                ),
                **kw,
            ),
        )
    with sample:
        number = _FORM.widget(
            "sample",
            _FORM.get("sample", None),
            lambda **kw: st.number_input(
                "How many",
                min_value=1,
                max_value=10**7,
                placeholder="All",
                help="Leave empty to ask with every work; a number draws a sample by its seed.",
                **kw,
            ),
        )
    return {"queries": None if queries == _OWN else queries, "sample": number}


def _titles(info: CollectionInfo) -> dict[str, Any]:
    """The similarity from which titles count as the same, with examples of such pairs."""
    left, right = st.columns(2, gap="large")
    with left:
        similarity = _FORM.widget(
            "title_similarity",
            _FORM.get("title_similarity", "ratio"),
            lambda **kw: st.selectbox(
                "Titles are compared",
                list(_SIMILARITIES),
                format_func=_SIMILARITIES.__getitem__,
                **kw,
            ),
        )
    with right:
        threshold = _slider("title_threshold", "Similar titles from", 0.05, 1.0, 0.8)
    if info.artworks <= _TITLES_COMPARED:
        version = resources.library().catalog(info.name).version
        said = _pairs(info.name, version, threshold, similarity)
        st.caption(f":material/title: {markdown(said, 900)}" if said else "Only equal titles.")
    return {"title_similarity": similarity, "title_threshold": threshold}


@st.cache_data(max_entries=8, show_spinner="Comparing titles")
def _pairs(name: str, version: int, threshold: float, similarity: TitleSimilarity) -> str:  # noqa: ARG001
    try:
        catalog = resources.library().catalog(name)
        return pairs_sentence(*pairs_of_collection(catalog, threshold, similarity), threshold)
    except ArtsimError:  # no work has a title
        return ""


def _options() -> dict[str, Any]:
    visual, weights = st.columns(2, gap="large")
    values: dict[str, Any] = {}
    with visual:
        values["feature_threshold"] = _slider(
            "feature_threshold", "Feature precision counts a cosine from", -1.0, 1.0, 0.8
        )
        values["seed"] = _FORM.widget(
            "seed",
            _FORM.get("seed", 0),
            lambda **kw: st.number_input(
                "Seed", min_value=0, max_value=2**31, help="Of the sample and intervals.", **kw
            ),
        )
    with weights:
        values["title_weight"] = _slider("title_weight", "Combined: weight of titles", 0, 1, 0.4)
        values["visual_weight"] = _slider(
            "visual_weight", "Combined: weight of similarity", 0, 1, 0.6
        )
    return values


def _copies() -> dict[str, Any]:
    left, right, clusters = st.columns(3, gap="large")
    with left:
        leave = _FORM.widget(
            "leave_out_copies",
            bool(_FORM.get("leave_out_copies", False)),
            lambda **kw: st.toggle(
                "Leave out unmarked copies",
                help="Works so near to a query that they may show the same picture. They are "
                "counted and named in any case.",
                **kw,
            ),
        )
    with right:
        cosine = float(_FORM.get("copy_cosine", 0.98))
        cosine = _FORM.widget(
            "copy_cosine",
            cosine,
            lambda **kw: st.number_input(
                "A copy from a cosine of", 0.0, 1.0, step=0.005, format="%.3f", **kw
            ),
        )
    with clusters:
        cluster_by = _FORM.widget(
            "cluster_by",
            str(_FORM.get("cluster_by", AUTO)),
            lambda **kw: st.text_input(
                "Queries depend on each other by",
                help="For intervals and tests. auto: artist and work_group where they are known; "
                "none; or a column of the collection.",
                **kw,
            ),
        )
    values = {"leave_out_copies": leave, "copy_cosine": cosine}
    return values | {"cluster_by": cluster_by.strip() or AUTO}


def _slider(name: str, label: str, low: float, high: float, default: float) -> float:
    value = min(max(float(_FORM.get(name, default)), float(low)), float(high))
    return float(
        _FORM.widget(
            name, value, lambda **kw: st.slider(label, float(low), float(high), step=0.05, **kw)
        )
    )


def _button(values: dict[str, Any]) -> EvaluateConfig | None:
    """The button with the expected time, or one sentence why it cannot be pressed."""
    config, problem, seconds = None, "", 0.0
    if not values["backbones"]:
        problem = "Choose a backbone to evaluate."
    elif not values["relevances"]:
        problem = "Choose what counts as a hit: one relevance at least."
    else:
        try:
            config = EvaluateConfig(**values)
            seconds = likely_seconds(resources.library(), config)
        except ValidationError as error:
            problem = str(invalid(error))
        except ArtsimError as error:
            problem = advice(error)
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Evaluate",
            key="evaluation_start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=bool(problem),
        )
        if problem:
            st.caption(markdown(problem, 400))
        elif config is not None:
            st.caption(_what_it_takes(config, seconds))
    return config if pressed and not problem else None


def _what_it_takes(config: EvaluateConfig, seconds: float) -> str:
    asked = resources.library().info(config.queries or config.collection).with_image
    asked = min(asked, config.sample or asked)
    text = f"{count(asked, 'query', 'queries')} for {count(len(config.backbones), 'backbone')}"
    if seconds <= WAIT_SECONDS:
        return f"{text}, a moment."
    return f"{text}, about {duration(max(seconds, 1))}, as a job: you may leave this page."
