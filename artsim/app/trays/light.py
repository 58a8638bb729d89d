"""The light table: two to six works of a tray, looked at together."""

from typing import Any
from urllib.parse import quote

import streamlit as st

from artsim.app.shell import resources
from artsim.app.widgets import deep, gallery
from artsim.app.widgets.components import component
from artsim.collection.dimensions import shown_size
from artsim.desk.entries import Entries, Entry

FEWEST, MOST = 2, 6
_TABLE = component("light_table", "viewer/glass")
_PARAM = "light"


def is_on() -> bool:
    """Whether the address asks for the light table."""
    return _PARAM in st.query_params


def offer(entries: Entries) -> None:
    """The button that lays works on the table, and puts them back."""
    pictured = [entry for entry in entries if entry.has_picture]
    if is_on():
        st.button("Back to the list", icon=":material/list:", key="light_off", on_click=_off)
    elif len(pictured) >= FEWEST:
        st.button(
            "Light table",
            icon=":material/compare:",
            key="light_on",
            help="The first works side by side, enlarged in step, over one another, in turn.",
            on_click=lambda: st.query_params.update({_PARAM: "1"}),
        )


def show(entries: Entries) -> None:
    """The table, and which works lie on it."""
    pictured = {"/".join(e.item.key): e for e in entries if e.has_picture}
    names = list(pictured)
    chosen = st.pills(
        "On the table, two to six",
        names,
        default=names[:FEWEST],
        selection_mode="multi",
        key="light_works",
        format_func=lambda key: f"{pictured[key].item.order}. {pictured[key].title[:40]}",
    )
    if len(chosen) < FEWEST:
        st.info("Choose two works or more.", icon=":material/info:")
        return
    if len(chosen) > MOST:
        st.caption(f"The first {MOST} of these are on it: more would be too small to see.")
    works = [pictured[key] for key in names if key in chosen][:MOST]
    _TABLE(
        key="light_table",
        data={
            "works": [_work(entry) for entry in works],
            "labels": {
                "table": "Light table",
                "keys": "Arrows move, plus and minus enlarge, 0 shows the whole",
                "beside": "Side by side",
                "overlay": "Overlay",
                "flicker": "Flicker",
                "difference": "Difference",
                "together": "In step",
                "alike": "Same scale",
                "not_alike": (
                    "Same scale needs two works whose height and width are known, and pictures "
                    "that show the whole work."
                ),
                "unscaled": "Size not known, in no scale",
                "swap": "Swap",
                "larger": "Larger",
                "smaller": "Smaller",
                "fit": "Whole",
                "mix": "How much of the upper work is seen",
                "comparing": "Laying the two over one another …",
                "same": "the same",
                "lighter": "lighter in the first",
                "darker": "darker in the first",
                "no_difference": "The difference could not be drawn: try it again.",
            },
        },
    )


def _off() -> None:
    st.query_params.pop(_PARAM, None)


def _work(entry: Entry) -> dict[str, Any]:
    row = dict(entry.row or {})
    of, work = entry.item.collection, str(row["id"])
    stamp = resources.library().collection(of).stamp
    src = gallery.media_url(of, work, "preview", stamp)
    card, size = gallery.card(row, src), shown_size(row)
    return {
        "title": card.title,
        "by": card.by,
        "alt": card.alt,
        "src": src,
        "deep": deep.tiles(of, row),
        "of": of,
        "id": work,
        "differs": f"/api/v1/collections/{quote(of)}/artworks/{quote(work)}/difference",
        "stamp": stamp,
        "size": {"width": size.width, "height": size.height} if size else None,
        "measures": f"{size.height:g} × {size.width:g} cm" if size else "",
    }
