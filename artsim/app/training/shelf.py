"""Recommended backbones, and renaming, downloading and importing trained ones."""

import io
from dataclasses import asdict

import streamlit as st

from artsim.app.shell import resources
from artsim.app.training import view as train_view
from artsim.app.training.runs import Training
from artsim.app.widgets.texts import markdown
from artsim.backbones.recommended import COST, recommended
from artsim.core.errors import ArtsimError
from artsim.training import published

_COLUMNS = ("name", "cost", "megabytes", "available", "licence", "art")


def show_recommended() -> None:
    """A dozen backbones with licence, size, cost and what is known about them."""
    with st.popover("Which one?", icon=":material/help:", type="tertiary", width="content"):
        rows = [asdict(one) for one in recommended(resources.workspace())]
        st.dataframe(
            [{name.capitalize(): row[name] for name in _COLUMNS} for row in rows],
            hide_index=True,
            key="train_recommended",
        )
        st.caption(f"{COST} Megabytes are of the weights. Type a name of the list to use it.")


def show_actions(training: Training) -> None:
    """Download a finished backbone as a file, or rename it."""
    if training.state != "done":
        return
    name = training.name
    with st.container(horizontal=True, vertical_alignment="bottom", key="train_actions"):
        st.download_button(
            "Download it",
            lambda: _file(name),
            file_name=f"{name}.zip",
            mime="application/zip",
            key="train_export",
            icon=":material/download:",
            on_click="ignore",
            help="One file with its weights and the record of its training, to be brought in "
            "elsewhere.",
        )
        with st.popover("Rename it", icon=":material/edit:"):
            _rename(name)


def _rename(name: str) -> None:
    st.write("What was made with it, evaluations and maps too, goes by the new name.")
    new = st.text_input("New name", value=name, max_chars=100, key=f"train_name_{name}").strip()
    if st.button("Rename it", key="train_rename", type="primary", disabled=new == name):
        try:
            resources.library().rename_backbone(name, new)
        except ArtsimError as error:
            st.error(markdown(error, 400), icon=":material/error:")
            return
        train_view.open_run(new)
        st.rerun()


def show_import() -> None:
    """Bring in a backbone that was downloaded elsewhere."""
    with st.expander("Bring in a backbone", key="train_import"):
        sent = st.file_uploader(
            "A file that artsim has exported (.zip)", type="zip", key="train_import_file"
        )
        name = st.text_input(
            "Name", max_chars=100, key="train_import_name", placeholder="As it is called"
        ).strip()
        pressed = st.button(
            "Bring it in", key="train_import_yes", icon=":material/upload:", disabled=sent is None
        )
        if not pressed or sent is None:
            return
        try:
            spec = published.import_backbone(resources.workspace(), sent, name)
        except ArtsimError as error:
            st.error(markdown(error, 400), icon=":material/error:")
            return
        st.success(
            f"{markdown(spec.name)} is here, and can be chosen everywhere.",
            icon=":material/check_circle:",
        )


def _file(name: str) -> bytes:
    """The file as the backbone is when the button is clicked."""
    whole = io.BytesIO()
    published.export_backbone(resources.workspace(), name, whole)
    return whole.getvalue()
