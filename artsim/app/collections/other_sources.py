"""Importing from any other source, such as one of a package: a form made of its options."""

from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic import BaseModel, ValidationError

from artsim.app.collections.naming import name_of
from artsim.app.shell import jobs, resources
from artsim.app.widgets.texts import markdown
from artsim.collection.sources.base import SourceKind
from artsim.collection.store import CollectionInfo
from artsim.core.fields import invalid
from artsim.core.names import MAX_TITLE, checked_title
from artsim.tasks.sources import import_config

EMBED = "Look at each picture, so that they can be searched at once"


def show(kind: SourceKind, infos: Sequence[CollectionInfo]) -> None:
    """The form; its button starts a job."""
    about = (kind.options.__doc__ or "").strip()
    if about:
        st.caption(markdown(about, 500))
    config = import_config(kind.name)
    fields = {field: config.model_fields[field] for field in kind.options.model_fields}
    title = checked_title(
        st.text_input("Name of the collection", key=f"source_{kind.name}_name", max_chars=MAX_TITLE)
    )
    needed = [field for field, info in fields.items() if info.is_required()]
    values = {field: _widget(kind.name, config, field) for field in needed}
    embed = st.toggle(EMBED, value=True, key=f"source_{kind.name}_embed")
    others = [field for field in fields if field not in needed]
    if others:
        with st.expander("More", key=f"source_{kind.name}_more"):
            values |= {field: _widget(kind.name, config, field) for field in others}
    lacking = [_label(config, field) for field in needed if values[field] == ""]
    lacking += [] if title else ["Name of the collection"]
    values = {field: value for field, value in values.items() if value != ""}
    values |= {"name": name_of(title, infos), "title": title}
    values["embed"] = _backbone(values["name"], infos) if embed else None
    pressed = st.button(
        "Import", key=f"source_{kind.name}_import", type="primary", disabled=bool(lacking)
    )
    if lacking:
        st.caption(f":material/info: Still missing: {markdown(', '.join(lacking), 300)}.")
    if pressed:
        _start(kind, config, values)


def _start(kind: SourceKind, config: type[BaseModel], values: dict[str, Any]) -> None:
    try:
        made = config(**values)
    except ValidationError as error:
        st.error(markdown(invalid(error), 500), icon=":material/error:")
        return
    jobs.submit(f"import_{kind.name}", made)
    st.toast(f"{markdown(kind.title)}: being imported, see the jobs in the sidebar.")


def _backbone(name: str, infos: Sequence[CollectionInfo]) -> str:
    """What to embed a collection with: its best backbone, for a new one the best of all."""
    library = resources.library()
    there = any(info.name == name for info in infos)
    return library.best_backbone(name) if there else library.best_offline()


def _label(config: type[BaseModel], field: str) -> str:
    return config.model_fields[field].title or field.replace("_", " ").capitalize()


def _widget(source: str, config: type[BaseModel], field: str) -> Any:
    info = config.model_fields[field]
    key, label = f"source_{source}_{field}", _label(config, field)
    default = None if info.is_required() else info.default
    if info.annotation is bool:
        return st.toggle(label, bool(default), key=key, help=info.description)
    if get_origin(info.annotation) is Literal:
        options = list(get_args(info.annotation))
        place = options.index(default) if default in options else 0
        return st.selectbox(label, options, place, key=key, help=info.description)
    many = get_origin(info.annotation) in (tuple, list, set, frozenset)
    text = "" if default is None else " ".join(map(str, default)) if many else str(default)
    typed = st.text_input(label, text, key=key, help=info.description, max_chars=1000).strip()
    return tuple(typed.replace(",", " ").split()) if many else typed
