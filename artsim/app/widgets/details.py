"""One artwork up close: the large picture and everything known about it."""

from typing import Any

import streamlit as st

from artsim.app.search import detail
from artsim.app.shell import places, resources, state
from artsim.app.shell.places import WORK
from artsim.app.widgets import tray
from artsim.app.widgets.gallery import byline, media_url
from artsim.app.widgets.texts import markup, plain
from artsim.collection.authorities import authority_address, authority_name
from artsim.collection.columns import LABELS, title_of
from artsim.core.errors import ArtsimError
from artsim.core.web_address import web_address

_OPEN = "open_artwork"
_SHOWN_FIRST = {
    "date": "Date",
    **{column: title_of(column) for column in LABELS if column != "artist"},
    "dimensions": "Dimensions",
    "credit": "Credit",
    "accession": "Accession",
    "licence": "Licence",
}
_MOST = 24
_ROLES = {"recto": "Recto", "verso": "Verso", "detail": "Detail", "other": "Another picture"}
_HIDDEN = {"title", "artist", "year", "year_end", "url", "has_image", "quality", "width", "height"}
_HIDDEN |= {"iiif_image", "artist_ids"}  # addresses of tiles, and what other links show already


def request(artwork_id: str) -> None:
    """Open an artwork in the next run of the script."""
    st.session_state[_OPEN] = artwork_id


def show_requested(view: state.View, version: str, search_here: bool = True) -> None:
    """Open the dialog of the artwork that was asked for, once.

    On a page without a search, "More like this" leads to the Search page.
    """
    artwork_id = st.session_state.pop(_OPEN, None)
    if artwork_id is None:
        return
    try:
        row = resources.library().artwork(view.collection, artwork_id)
    except ArtsimError as error:
        st.error(plain(error))
        return
    _dialog(view, row, version, search_here)


@st.dialog("Artwork", width="large")
def _dialog(view: state.View, row: dict[str, Any], version: str, search_here: bool) -> None:
    picture, facts = st.columns([3, 2], gap="medium")
    with picture:
        if row.get("has_image"):
            preview = media_url(view.collection, row["id"], "preview", version)
            st.html(f'<img class="artsim-preview" src="{markup(preview)}" alt="{_alt(row)}">')
        else:
            st.info("There is no picture of this work here.")
    with facts:
        st.html(_facts(row))
        if row.get("has_image") and st.button("More like this", type="primary", key="dialog_more"):
            if not search_here:
                st.switch_page(
                    places.SEARCH,
                    query_params=state.link(view.collection, query=row["id"]),
                )
            state.change(query=row["id"], upload="")
            st.rerun()
        tray.toggle(view.collection, str(row["id"]), "dialog_tray")
        if row.get("has_image"):
            detail.button(view.collection, str(row["id"]), "dialog_detail")
        st.page_link(
            WORK,
            label="Its own page",
            icon=":material/open_in_full:",
            query_params={"collection": view.collection, "id": str(row["id"])},
        )
        if web_address(str(row.get("url") or "")):
            st.link_button("See it at its home", str(row["url"]))
    _others(view, row, version)


def _others(view: state.View, row: dict[str, Any], version: str) -> None:
    """All other pictures of the work, and the works that show the same picture."""
    found = resources.library().pictures(view.collection, row["id"])
    shown = [(role_of(picture), row["id"], picture["file"]) for picture in found.pictures]
    if shown:
        st.subheader("Other pictures of this work", anchor=False)
        _strip(view, shown, version)
    if found.copies:
        st.subheader("Works that show the same picture", anchor=False)
        with st.container(horizontal=True):
            for work in resources.library().artworks(view.collection, found.copies[:_MOST]):
                thumb = media_url(view.collection, work["id"], "thumb", version)
                with st.container(width=172):
                    if work.get("has_image"):
                        st.html(f'<img class="artsim-strip" src="{markup(thumb)}" alt="">')
                    title = plain(work.get("title") or work["id"], 60)
                    if st.button(title, key=f"same_{work['id']}", type="tertiary"):
                        request(work["id"])
                        st.rerun()
        if len(found.copies) > _MOST:
            st.caption(f"The first {_MOST} of {len(found.copies):,}.")


def _strip(view: state.View, shown: list[tuple[str, str, str]], version: str) -> None:
    """Thumbnails in a row with what they are, each a link to the large picture."""
    figures = []
    for label, artwork_id, file in shown[:_MOST]:
        thumb, large = (
            media_url(view.collection, artwork_id, size, version, file)
            for size in ("thumb", "preview")
        )
        figures.append(
            f'<figure><a href="{markup(large, 2000)}" target="_blank" title="{markup(file)}">'
            f'<img class="artsim-strip" src="{markup(thumb, 2000)}" alt="{markup(label)}"></a>'
            f"<figcaption>{markup(label)}</figcaption></figure>"
        )
    st.html(f"<div class='artsim-views'>{' '.join(figures)}</div>")


def _alt(row: dict[str, Any]) -> str:
    title, by = row.get("title") or "Untitled", byline(row)
    return markup(f"{title}, {by}" if by else title, 300)


def role_of(picture: dict[str, Any]) -> str:
    """What a further picture of a work is."""
    return "Copy of the picture" if picture["state"] == "copy" else _ROLES[picture["role"]]


def _facts(row: dict[str, Any]) -> str:
    """Title, artist and every other known field as safe HTML."""
    return (
        f"<div class='artsim-facts'><h2 dir='auto'>{markup(row.get('title') or 'Untitled')}</h2>"
        f"<p dir='auto'>{markup(row.get('artist') or 'Artist unknown')}</p></div>{fields(row)}"
    )


def fields(row: dict[str, Any]) -> str:
    """Every known field but title and artist as safe HTML."""
    others = {
        name: title_of(name) for name in row if name not in _SHOWN_FIRST and name not in _HIDDEN
    }
    lines = [
        f"<dt>{markup(label)}</dt><dd dir='auto'>{_value(name, row[name])}</dd>"
        for name, label in (_SHOWN_FIRST | others).items()
        if row.get(name) not in (None, "")
    ]
    if not row.get("date") and row.get("year") is not None:
        lines.insert(0, f"<dt>Date</dt><dd>{markup(row['year'])}</dd>")
    if row.get("width"):
        lines.append(f"<dt>Picture</dt><dd>{row['width']} × {row['height']} pixels</dd>")
    return f"<div class='artsim-facts'><dl>{''.join(lines)}</dl></div>"


def _value(column: str, value: Any) -> str:
    """A value as safe HTML; identifiers of an authority lead to what they name."""
    if not authority_name(column):
        return markup(value)
    shown = []
    for one in str(value).split("; "):
        address = authority_address(column, one)
        shown.append(
            f'<a href="{markup(address)}" target="_blank" rel="noopener">{markup(one)}</a>'
            if address
            else markup(one)
        )
    return "; ".join(shown)
