"""The form for a new map: backbone and metric, with the other settings in a menu."""

from typing import Any

import streamlit as st
from pydantic import ValidationError

from artsim.app.maps import job as map_job
from artsim.app.shell import resources, sidebar, state, unembedded
from artsim.app.shell.form_state import FormState
from artsim.app.widgets import backbones
from artsim.app.widgets.texts import markdown
from artsim.collection.store import CollectionInfo
from artsim.core.counts import count
from artsim.core.fields import invalid
from artsim.maps.config import MapConfig
from artsim.maps.make import LEAST

_ALONE = "No second map"
_DIMENSIONS = {2: "Flat (2-D)", 3: "In space (3-D)"}


def show(info: CollectionInfo, view: state.View) -> None:
    """The form; its button starts the job."""
    embedded = list(sidebar.embedded_with(info))
    if not embedded:
        unembedded.show(info.name)
        return
    most = max(column.count for column in sidebar.embedded_with(info).values())
    if most < LEAST:
        st.info(
            f"A map needs at least {LEAST} works, and {count(most, 'work')} of "
            f"{markdown(info.heading)} can be placed: add some on the Collections page.",
            icon=":material/info:",
        )
        return
    with st.container(border=True, key="map_form"):
        form = _form(info.name)
        values = {"collection": info.name, **_space(form, view, embedded)}
        with st.expander("More", key="map_form_more"):
            values |= _layout(form)
        config = _checked(values)
        if (
            st.button(
                "Draw the map",
                key="map_start",
                type="primary",
                icon=":material/scatter_plot:",
                disabled=config is None,
            )
            and config is not None
        ):
            map_job.start(config)
        if config is not None:
            st.caption("The same on a command line:")
            st.code(command(config), language="bash", wrap_lines=True)


def recall(config: MapConfig) -> None:
    """Fill the form in with the settings of an opened map, once for each."""
    if st.session_state.get("mapform_recalled") != config:
        st.session_state["mapform_recalled"] = config
        _form(config.collection).replace(config.model_dump())


def command(config: MapConfig) -> str:
    """The command line that makes the same map."""
    empty = MapConfig(collection=config.collection, backbone=config.backbone)
    parts = ["artsim map", config.collection, "--backbone", config.backbone]
    for name in ("metric", "neighbours", "min_distance", "dimensions", "seed", "beside"):
        value = getattr(config, name)
        if value != getattr(empty, name):
            parts += [f"--{name.replace('_', '-')}", str(value)]
    return " ".join(parts)


def _form(collection: str) -> FormState:
    return FormState("mapform", collection)


def _space(form: FormState, view: state.View, embedded: list[str]) -> dict[str, Any]:
    first, second, third = st.columns(3, gap="medium")
    with first:
        kept = form.get("backbone", view.backbone)
        backbone = form.widget(
            "backbone",
            kept if kept in embedded else resources.library().best_backbone(view.collection),
            lambda **kw: st.selectbox(
                "Backbone",
                embedded,
                help=_about("backbone"),
                format_func=backbones.label,
                **kw,
            ),
        )
    with second:
        metric = form.widget(
            "metric",
            form.get("metric", view.metric),
            lambda **kw: st.selectbox(
                "Metric",
                state.METRICS,
                format_func=str.capitalize,
                help=_about("metric"),
                **kw,
            ),
        )
    with third:
        others = [name for name in embedded if name != backbone]
        kept = form.get("beside", _ALONE)
        beside = form.widget(
            "beside",
            kept if kept in others else _ALONE,
            lambda **kw: st.selectbox(
                "Second map, of", [_ALONE, *others], help=_about("beside"), **kw
            ),
        )
    return {
        "backbone": backbone,
        "metric": metric,
        "beside": None if beside == _ALONE else beside,
    }


def _layout(form: FormState) -> dict[str, Any]:
    columns = st.columns(4, gap="medium")
    with columns[0]:
        neighbours = form.widget(
            "neighbours",
            form.get("neighbours", 15),
            lambda **kw: st.number_input(
                "Neighbours", min_value=2, max_value=200, help=_about("neighbours"), **kw
            ),
        )
    with columns[1]:
        distance = form.widget(
            "min_distance",
            float(form.get("min_distance", 0.1)),
            lambda **kw: st.number_input(
                "Least distance",
                min_value=0.0,
                max_value=0.99,
                step=0.05,
                help=_about("min_distance"),
                **kw,
            ),
        )
    with columns[2]:
        dimensions = form.widget(
            "dimensions",
            form.get("dimensions", 2),
            lambda **kw: st.selectbox(
                "Form",
                list(_DIMENSIONS),
                format_func=_DIMENSIONS.__getitem__,
                help=_about("dimensions"),
                **kw,
            ),
        )
    with columns[3]:
        seed = form.widget(
            "seed",
            form.get("seed", 0),
            lambda **kw: st.number_input(
                "Seed", min_value=0, max_value=2**32 - 1, step=1, help=_about("seed"), **kw
            ),
        )
    return {
        "neighbours": neighbours,
        "min_distance": distance,
        "dimensions": dimensions,
        "seed": seed,
    }


def _about(name: str) -> str:
    return f"{MapConfig.model_fields[name].description}."


def _checked(values: dict[str, Any]) -> MapConfig | None:
    try:
        return MapConfig(**values)
    except ValidationError as error:
        st.warning(markdown(invalid(error), 400), icon=":material/warning:")
        return None
