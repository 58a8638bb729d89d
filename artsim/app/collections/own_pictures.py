"""The form for a person's own pictures and tables, with a preview before the import."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Any

import streamlit as st

from artsim.app.collections import table_preview
from artsim.app.collections.naming import name_of
from artsim.app.collections.other_sources import EMBED
from artsim.app.shell import jobs, resources
from artsim.app.widgets.texts import markdown
from artsim.collection.columns import LABELS
from artsim.collection.sources.tables import TABLE_ENDINGS
from artsim.collection.store import CollectionInfo
from artsim.collection.uploads import checked_choices, receive
from artsim.core.counts import count
from artsim.core.errors import ArtsimError
from artsim.core.names import MAX_TITLE, checked_title
from artsim.tasks.configs import ImportAndEmbedConfig, ImportFolderConfig

_METADATA_HELP = (
    "A table with one line a work. Columns read where present, also by their names in other "
    f"languages: id or inventory number, title, year, {', '.join(LABELS)}, accession, credit, "
    "licence, url and image (the file's name; else the file is looked up by the id). Other columns "
    "are kept."
)


def show(infos: Sequence[CollectionInfo]) -> None:
    """The form; ``infos`` are the collections that are here."""
    generation = st.session_state.setdefault("own_generation", 0)
    whole = st.toggle(
        "A whole folder, with its sub-folders",
        key="own_whole",
        help="You can then say below whether sub-folders are styles or artists.",
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
    data = table.getvalue() if table is not None else None
    wrong = ""
    if data is not None:
        key = hashlib.sha256(data).hexdigest()[:12]
        data, choices, wrong = table_preview.show(data, files or [], choices, key)
    typed = st.text_input(
        "Name of the collection",
        key="own_name",
        max_chars=MAX_TITLE,
        placeholder="for example: Drawings 1900",
        help="A name that is taken adds to that collection.",
    )
    title = checked_title(typed)
    name, taken = name_of(title, infos), {info.name: info.heading for info in infos}
    if name in taken:
        st.caption(f"Adds to {markdown(taken[name])}.")
    elif name != title:
        st.caption(f"Its links and files will use the name {markdown(name)}.")
    embed = st.toggle(
        EMBED,
        value=True,
        key="own_embed",
        help="Embeds them after the import; it can be done later on the Search page too.",
    )
    why_not = wrong or _missing(bool(files), data is not None, name, taken)
    if st.button("Import", key="own_import", type="primary", disabled=bool(why_not)):
        named = {"name": name, "title": title}
        _import(named, files or [], data, choices, embed, name in taken)
    if why_not:
        st.caption(f":material/info: {markdown(why_not, 300)}")


def _missing(files: bool, table: bool, name: str, taken: Collection[str]) -> str:
    """Why nothing can be imported yet."""
    if not files and not table:
        return "Choose pictures first, or a table with corrections."
    if not name:
        return "Give the collection a name."
    if not files and name not in taken:
        return "A table alone corrects a collection that is here: choose its pictures too."
    return ""


def _import(
    named: dict[str, str],
    files: list[Any],
    table: bytes | None,
    choices: dict[str, str],
    embed: bool,
    adds: bool,
) -> None:
    try:
        folder = receive(
            resources.workspace(),
            named["name"],
            [(f.name, f.getvalue()) for f in files],
            table,
            checked_choices(choices),
        )
        _submit(named, folder, embed)
    except ArtsimError as error:
        st.error(markdown(error, 500), icon=":material/error:")
        return
    st.session_state["own_generation"] += 1
    verb = "added to" if adds else "made into"
    what = count(len(files), "file") if files else "A table"
    st.toast(f"{what} received, being {verb} {markdown(named['title'])}.")
    st.rerun()


def _submit(named: dict[str, str], folder: Any, embed: bool) -> None:
    if not embed:
        jobs.submit("import_folder", ImportFolderConfig(directory=folder, **named))
        return
    library, name = resources.library(), named["name"]
    known = {info.name for info in library.collections()}
    backbone = library.best_backbone(name) if name in known else library.best_offline()
    config = ImportAndEmbedConfig(directory=folder, backbone=backbone, **named)
    jobs.submit("import_folder_and_embed", config)


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
                    placeholder="detected",
                    help=fields[field].description,
                ).strip()
    return found
