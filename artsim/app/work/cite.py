"""How to cite a work: a permanent link that says which version of the collection it saw."""

from typing import Any
from urllib.parse import urlencode

import streamlit as st

from artsim.app.shell import resources
from artsim.app.shell.site import site
from artsim.app.widgets import iiif
from artsim.app.widgets.texts import plain
from artsim.app.work import view as work_view
from artsim.app.work.view import WorkView
from artsim.collection.store import CollectionInfo


def show(info: CollectionInfo, row: dict[str, Any]) -> None:
    """A reference with its link, ready to be copied, and the work for IIIF viewers."""
    st.header("Cite it", anchor=False)
    version = resources.library().catalog(info.name).version
    told = work_view.params(info.name, str(row["id"]), version=version)
    link = f"{site()}/work?{urlencode(told)}"
    named = (
        row.get("artist"),
        row.get("title") or "Untitled",
        row.get("date") or row.get("year"),
        info.heading,
        row.get("accession"),
        row.get("credit"),
    )
    reference = ", ".join(plain(value, 200) for value in named if value not in (None, ""))
    st.code(f"{reference}. {link}", language=None, wrap_lines=True)
    st.caption(f"The link names version {version} of the collection, updated {info.updated[:10]}.")
    if row.get("has_image"):
        iiif.show_work(info.name, str(row["id"]))


def say_if_changed(view: WorkView) -> None:
    """One sentence if the collection has changed since the link was made."""
    now = resources.library().catalog(view.collection).version
    if view.version and view.version != now:
        st.info(
            f"This link is for version {view.version} of the collection; this is version "
            f"{now}, and the facts about the work may have changed.",
            icon=":material/history:",
        )
