"""Downloads of a tray: one button for each format."""

import streamlit as st

from artsim.app.shell import resources
from artsim.collection.columns import title_of
from artsim.core.names import file_stem
from artsim.desk.entries import Entries
from artsim.desk.exports.formats import FORMATS
from artsim.desk.exports.options import CAPTION, MAX_COLUMNS, ExportOptions
from artsim.desk.exports.table import columns
from artsim.desk.tray import Tray

_ICONS = {
    "pdf": "picture_as_pdf",
    "xlsx": "table_view",
    "html": "web",
    "zip": "photo_library",
    "csv": "csv",
    "json": "data_object",
}
_LAYOUTS = {"sheet": "Contact sheet", "plates": "One work a page"}


def show(entries: Entries) -> None:
    """A button for each format, and the options for pages and captions."""
    tray = entries.tray
    with st.container(horizontal=True, gap="small", key="tray_files"):
        files = st.container(horizontal=True, gap="small", width="content")
        with st.popover("Pages and captions", icon=":material/tune:", type="tertiary"):
            options = _options(entries)
    with files:
        for name, kind in FORMATS.items():
            st.download_button(
                kind.title,
                lambda name=name: _file(tray, name, options),  # type: ignore[misc]
                file_name=f"{file_name(tray)}.{name}",
                mime=kind.media_type,
                key=f"tray_{name}",
                icon=f":material/{_ICONS[name]}:",
                type="primary" if name == "pdf" else "secondary",
                disabled=not tray.items,
                on_click="ignore",
            )


def file_name(tray: Tray) -> str:
    """A file name for the tray that works on every system."""
    return file_stem(tray.name, 60) or "tray"


def _file(tray: Tray, name: str, options: ExportOptions) -> bytes:
    """The file as the tray is when the button is clicked."""
    library = resources.library()
    return library.export_tray(library.trays.get(tray.id), name, options)


def _options(entries: Entries) -> ExportOptions:
    first, second = st.columns(2, gap="large")
    with first:
        layout = st.segmented_control(
            "PDF",
            list(_LAYOUTS),
            default="sheet",
            format_func=_LAYOUTS.__getitem__,
            key="tray_layout",
            required=True,
        )
        page = st.segmented_control(
            "Page", ["A4", "A3", "Letter"], default="A4", key="tray_page", required=True
        )
        landscape = st.toggle("Wider than high", key="tray_landscape")
        beside = st.slider(
            "Pictures beside one another",
            1,
            MAX_COLUMNS,
            3,
            key="tray_columns",
            disabled=layout != "sheet",
        )
    with second:
        caption = st.multiselect(
            "Caption",
            _fields(entries),
            default=list(CAPTION),
            key="tray_caption",
            format_func=title_of,
        )
        credit = st.text_input(
            "Credit line at the foot of each page", key="tray_credit", max_chars=300
        )
        found = st.toggle(
            "Say what each work was found with",
            value=True,
            key="tray_found",
            help="The query and the backbone, where a work was added from results.",
        )
    return ExportOptions(
        layout=layout,
        page=page,
        landscape=landscape,
        columns=beside,
        caption=tuple(caption),
        credit=credit,
        found=found,
    )


def _fields(entries: Entries) -> list[str]:
    left_out = {"order", "found", "missing"}
    return list(dict.fromkeys([*CAPTION, *(c for c in columns(entries) if c not in left_out)]))
