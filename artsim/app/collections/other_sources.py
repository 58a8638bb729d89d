"""Importing from the source of a package: a form made of its options."""

from collections.abc import Sequence
from typing import Any, Literal, get_args, get_origin

import streamlit as st
from pydantic import BaseModel, ValidationError

from artsim.app.collections.naming import name_of
from artsim.app.shell import jobs
from artsim.app.widgets.texts import markdown
from artsim.collection.sources.base import SourceKind
from artsim.collection.store import CollectionInfo
from artsim.core.fields import invalid
from artsim.core.names import checked_title
from artsim.tasks.sources import import_config


def show(kind: SourceKind, infos: Sequence[CollectionInfo]) -> None:
    """The form; its button starts a job."""
    about = (kind.options.__doc__ or "").strip()
    if about:
        st.caption(markdown(about, 500))
    config = import_config(kind.name)
    values = {
        field: _widget(kind.name, config, field) for field in ("name", *kind.options.model_fields)
    }
    if st.button("Import", key=f"source_{kind.name}_import", type="primary"):
        typed = checked_title(values["name"])
        values |= {"name": name_of(typed, infos), "title": typed}
        try:
            made = config(**{field: value for field, value in values.items() if value != ""})
        except ValidationError as error:
            st.error(markdown(invalid(error), 500), icon=":material/error:")
            return
        jobs.submit(f"import_{kind.name}", made)
        st.toast(f"{markdown(kind.title)}: being imported, see the jobs in the sidebar.")


def _widget(source: str, config: type[BaseModel], field: str) -> Any:
    info = config.model_fields[field]
    key, label = f"source_{source}_{field}", field.replace("_", " ").capitalize()
    default = None if info.is_required() else info.default
    if info.annotation is bool:
        return st.toggle(label, bool(default), key=key, help=info.description)
    if get_origin(info.annotation) is Literal:
        options = list(get_args(info.annotation))
        place = options.index(default) if default in options else 0
        return st.selectbox(label, options, place, key=key, help=info.description)
    text = "" if default is None else str(default)
    return st.text_input(label, text, key=key, help=info.description, max_chars=1000).strip()
