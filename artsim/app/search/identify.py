"""Which work is this? The answer for an uploaded picture or a photograph from the camera."""

import base64

import streamlit as st

from artsim.app.shell import resources, state
from artsim.app.widgets import details, gallery
from artsim.app.widgets.texts import markdown, markup
from artsim.core.errors import ArtsimError, Conflict, InvalidInput
from artsim.explain.identify import Identification
from artsim.explain.outline import outlined
from artsim.images.query_pictures import QueryPicture

_NEAREST = 6


def show(view: state.View, version: str, photo: QueryPicture | None) -> None:
    """The button that asks, or the answer where it was asked; nothing without a picture."""
    if photo is None:
        return
    if not view.recognise:
        st.button(
            "Which work is this?",
            key="recognise",
            icon=":material/center_focus_strong:",
            help="For a photograph of a wall, a postcard, a print or a page of a catalogue.",
            on_click=lambda: state.change(recognise=True),
        )
        return
    with st.container(border=True, key="identified"):
        try:
            with st.spinner("Looking for this work; the first time takes some seconds"):
                found = resources.library().identify(view.collection, photo, _backbone(view))
        except Conflict:
            st.info(
                "Works are recognised by their embeddings, and this collection has none of a "
                "backbone that is here: start the embedding in the sidebar.",
                icon=":material/info:",
            )
        except InvalidInput as error:
            st.info(markdown(error, 400), icon=":material/info:")
        else:
            (_found if found.found else _not_here)(view, version, photo, found)
        st.button(
            "Close this answer",
            key="recognise_close",
            icon=":material/close:",
            type="tertiary",
            on_click=lambda: state.change(recognise=False),
        )


def _backbone(view: state.View) -> str | None:
    """The chosen backbone if it can identify works here, else any that can."""
    try:
        return resources.library().column(view.collection, view.backbone).backbone
    except ArtsimError:
        return None


def _found(view: state.View, version: str, photo: QueryPicture, found: Identification) -> None:
    work_id = str(found.id)
    row = resources.library().artwork(view.collection, work_id)
    title, by = row.get("title") or "Untitled", gallery.byline(row)
    st.header(f"This is *{markdown(title, 160)}*", anchor=False)
    st.caption(markdown(f"{by}. {found.in_words}" if by else found.in_words))
    with st.container(horizontal=True):
        st.button(
            "Open this work",
            key="recognised_open",
            type="primary",
            on_click=details.request,
            args=(work_id,),
        )
        st.button(
            "More like this work",
            key="recognised_similar",
            on_click=lambda: state.change(query=work_id, upload=""),
        )
    seen, work = st.columns(2, gap="medium")
    with seen:
        _picture(photo, found, "Your picture, with the outline of the work that was recognised")
    with work:
        preview = gallery.media_url(view.collection, work_id, "preview", version, found.image)
        st.html(
            f"<img class='artsim-preview' src='{markup(preview)}' alt='{markup(title)}'>",
        )


def _not_here(view: state.View, version: str, photo: QueryPicture, found: Identification) -> None:
    st.header("This work is not in this collection", anchor=False)
    ids = [one.id for one in found.candidates[:_NEAREST]]
    st.caption(
        "No likely work has the same details in the same places. A sharper or nearer photograph "
        "may help. The nearest works:"
    )
    seen, works = st.columns([1, 2], gap="medium")
    with seen:
        _picture(photo, found, "Your picture")
    with works:
        rows = resources.library().artworks(view.collection, ids)
        gallery.show(
            [
                gallery.card(row, gallery.media_url(view.collection, row["id"], "thumb", version))
                for row in rows
            ],
            key="nearest_works",
            label="Nearest works",
            card_width=132,
            on_open=details.request,
            on_similar=lambda artwork_id: state.change(query=artwork_id, upload=""),
        )


def _picture(photo: QueryPicture, found: Identification, alt: str) -> None:
    drawn = base64.b64encode(outlined(photo, found.outline)).decode("ascii")
    st.html(f"<img class='artsim-preview' src='data:image/webp;base64,{drawn}' alt='{alt}'>")
