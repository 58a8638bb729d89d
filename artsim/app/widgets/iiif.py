"""Works and lists for IIIF viewers: a link to the operator's viewer, else addresses to copy."""

from typing import Any

import streamlit as st

from artsim.app.shell.site import public_site
from artsim.app.widgets.components import component
from artsim.core.settings import setting
from artsim.desk.tray import Tray
from artsim.exchange.iiif.addresses import Addresses, canvas_of
from artsim.exchange.iiif.content_state import (
    PARAMETER,
    content_state,
    encoded,
    viewer_link,
    viewer_name,
)
from artsim.search.view import View

_LINK = component("copy_link")


def show_work(collection: str, artwork_id: str) -> None:
    """A work, opened at the picture that it is shown by."""
    _show("work", _addresses().manifest(collection, artwork_id), artwork_id)


def show_results(view: View) -> None:
    """The results of a search, in their order."""
    _show("results", _addresses().results(view.collection, view.to_params()), "1")


def show_tray(tray: Tray) -> None:
    """A tray that is shared by a link."""
    _show("tray", _addresses().tray(tray.token), "1")


def copied(key: str, link: str, name: str, copy: str) -> None:
    """An address with a button that copies it."""
    labels: dict[str, Any] = {"link": name, "copy": copy, "copied": "Copied"}
    _LINK(key=key, data={"link": link, "labels": labels})


def _show(key: str, manifest: str, canvas: str) -> None:
    copied(f"{key}_iiif", manifest, "IIIF manifest", "Copy for IIIF viewers")
    state = content_state(manifest, canvas_of(manifest, canvas))
    viewer = str(setting("iiif_viewer"))
    if viewer:
        st.link_button(
            f"Open in {viewer_name(viewer)}",
            viewer_link(viewer, state),
            icon=":material/open_in_new:",
        )
        return
    copied(f"{key}_state", f"?{PARAMETER}={encoded(state)}", "IIIF content state", "Copy the state")
    st.caption(
        f"No viewer is set up here: the text that begins with ?{PARAMETER}, put behind the address "
        "of Mirador, Universal Viewer or any other IIIF viewer, opens it there."
    )


def _addresses() -> Addresses:
    return Addresses(f"{public_site()}/iiif/3")
