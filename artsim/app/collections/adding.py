"""Bringing works in from the browser: own pictures, the National Gallery of Art, the demo."""

from collections.abc import Callable

import streamlit as st

from artsim.app.collections import nga, other_sources
from artsim.app.shell import jobs, resources
from artsim.app.widgets.texts import count, markdown
from artsim.collection.columns import LABELS
from artsim.collection.sources.tables import TABLE_ENDINGS
from artsim.collection.uploads import checked_choices, receive
from artsim.core.errors import ArtsimError
from artsim.core.workspace import checked_name
from artsim.tasks.configs import DemoConfig, ImportFolderConfig, NgaFirstConfig
from artsim.tasks.sources import SOURCES

_METADATA_HELP = (
    "A table with one line a work. Columns read where present, also by their names in other "
    f"languages: id or inventory number, title, year, {', '.join(LABELS)}, accession, credit, "
    "licence, url and image (the file's name; else the file is looked up by the id). Other columns "
    "are kept."
)


def show(taken: set[str]) -> None:
    """The ways to add a collection, one a tab."""
    kinds = SOURCES.usable()
    forms: dict[str, Callable[[], None]] = {
        "folder": lambda: _own(taken),
        "nga": _nga_tab,
        "demo": lambda: _demo(taken),
    }
    tabs = st.tabs([markdown(kind.title, 60) for kind in kinds.values()])
    for tab, (name, kind) in zip(tabs, kinds.items(), strict=True):
        with tab:
            forms[name]() if name in forms else other_sources.show(kind)


def _own(taken: set[str]) -> None:
    generation = st.session_state.setdefault("own_generation", 0)
    whole = st.toggle(
        "A whole folder, with its sub-folders",
        key="own_whole",
        help="What sub-folders are, style or artist, can then be said below.",
    )
    files = st.file_uploader(
        "Folder of pictures" if whole else "Pictures",
        accept_multiple_files="directory" if whole else True,
        key=f"own_files_{generation}_{whole}",
        type="image",
    )
    table = st.file_uploader(
        "Metadata (CSV or spreadsheet, optional)",
        key=f"own_table_{generation}",
        type=list(TABLE_ENDINGS),
        help=_METADATA_HELP,
    )
    choices = _choices(whole, table is not None)
    name = st.text_input(
        "Name of the collection",
        key="own_name",
        max_chars=63,
        placeholder="for example: drawings-1900",
        help="Lower-case letters, digits, '-' and '_'. A name that is taken adds to that one.",
    )
    if st.button("Import", key="own_import", type="primary", disabled=not files):
        try:
            checked_name(name)
            folder = receive(
                resources.workspace(),
                name,
                [(f.name, f.getvalue()) for f in files],
                table.getvalue() if table is not None else None,
                checked_choices(choices),
            )
        except ArtsimError as error:
            st.error(markdown(error, 500), icon=":material/error:")
            return
        jobs.submit(
            "import_folder",
            ImportFolderConfig(directory=folder, name=name),
        )
        st.session_state["own_generation"] = generation + 1
        verb = "added to" if name in taken else "made into"
        st.toast(f"{count(len(files), 'file')} received, being {verb} {name}.")
        st.rerun()
    st.caption("For a large folder on the server itself, use the command line:")
    st.code("artsim collection import folder DIR --metadata works.csv --name NAME", language="bash")


def _choices(whole: bool, with_table: bool) -> dict[str, str]:
    """How an upload is read: the same choices as those of the command."""
    fields = ImportFolderConfig.model_fields
    found = {}
    with st.expander("How it is read", key="own_how"):
        all_pages = st.toggle(
            "All pages of a TIFF, as pictures of one work",
            key="own_pages",
            help="Recto and verso in one file, for example; else the first page is taken.",
        )
        found["pages"] = "all" if all_pages else "first"
        if whole:
            levels = {"": "nothing", "style": "styles", "artist": "artists"}
            levels["style/artist"] = "styles, and artists within"
            found["folders"] = st.selectbox(
                "The sub-folders are", levels, format_func=levels.__getitem__, key="own_folders"
            )
        if with_table:
            for field, label in (("id_column", "Column of ids"), ("encoding", "Encoding")):
                found[field] = st.text_input(
                    label,
                    key=f"own_{field}",
                    max_chars=100,
                    placeholder="found out by itself",
                    help=fields[field].description,
                ).strip()
    return found


def _nga_tab() -> None:
    st.write(
        "The National Gallery of Art in Washington gives its collection's data and many of its "
        "pictures freely. Bring in paintings from there:"
    )
    limit = st.number_input("How many paintings", 10, 5000, 400, step=50, key="nga_limit")
    config = NgaFirstConfig(limit=int(limit))
    if jobs.is_active("import_and_embed", config):
        st.info("They are on their way: see the jobs in the sidebar.")
        return
    reason = resources.nga_reason()
    if reason:
        st.caption(markdown(reason, 500))
    if st.button("Bring them in", key="nga_import", type="primary"):
        nga.start(config)


def _demo(taken: set[str]) -> None:
    st.write(
        "A collection drawn by code, with invented schools and artists: to try artsim without "
        "any pictures of your own. It needs no network."
    )
    config = DemoConfig()
    if "demo" in taken:
        st.caption("It is here already.")
    elif jobs.is_active("demo", config):
        st.info("It is being drawn: see the jobs in the sidebar.")
    elif st.button("Build the demo collection", key="demo_build", type="primary"):
        jobs.submit("demo", config)
        st.rerun()
