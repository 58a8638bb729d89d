"""Collections: what is here, how good it is, and how to bring in more."""

from functools import partial

import streamlit as st

from artsim.app.collections import adding, quality
from artsim.app.collections.desk import work
from artsim.app.collections.whole import ask_new_name
from artsim.app.shell import jobs, resources, state, title
from artsim.app.shell.places import DESK, SEARCH
from artsim.app.widgets import backbones, menu, permitted, unreadable
from artsim.app.widgets.texts import markdown
from artsim.collection.export import EXPORTS
from artsim.collection.store import CollectionInfo
from artsim.core.counts import count
from artsim.people.roles import Action
from artsim.tasks.configs import SyncConfig


def main() -> None:
    title.show("Collections")
    st.title("Collections", anchor=False)
    work.show()
    library = resources.library()
    infos = library.collections()
    if not infos:
        st.write("There is no collection yet. Build the demo, or bring your own pictures.")
    for info in infos:
        _collection(info)
    unreadable.show(library.broken(), "collection", _delete)
    st.header("Add a collection", anchor=False)
    adding.show(infos)
    jobs.show_history()


def _collection(info: CollectionInfo) -> None:
    with st.container(border=True, key=f"collection_{info.name}"):
        about, actions = st.columns([3, 2], vertical_alignment="center")
        with about:
            st.header(markdown(info.heading), anchor=False)
            st.caption(_facts(info))
        with (
            actions,
            st.container(horizontal=True, horizontal_alignment="right"),
        ):
            if st.button("Search it", key=f"open_{info.name}", type="primary"):
                st.switch_page(SEARCH, query_params=state.link(info.name))
            if st.button("Cleaning desk", key=f"desk_{info.name}"):
                st.switch_page(DESK, query_params={"collection": info.name})
            with menu.popover("More", f"more_{info.name}", icon=":material/more_horiz:"):
                _actions(info)
        _question(info.name)
        quality.show(info)


def _question(name: str) -> None:
    """The question that the last job on a collection asks before it goes on."""
    job = jobs.last_of(name)
    if job is not None and jobs.needs_consent(job):
        jobs.show_question(job, f"card_{name}")


def _facts(info: CollectionInfo) -> str:
    facts = [count(info.artworks, "work")]
    if info.with_image < info.artworks:
        facts.append(f"{info.with_image:,} with a picture")
    names = [e.backbone for e in info.embeddings]
    embedded = [
        f"{markdown(backbones.label(e.backbone))}"
        f"{f' {e.digest[:8]}' if names.count(e.backbone) > 1 else ''} "
        f"({e.count:,} of {info.with_image:,})"
        for e in info.embeddings
    ]
    facts.append("embedded with " + ", ".join(embedded) if embedded else "not embedded yet")
    facts.append(f"updated {info.updated[:10]}")
    described = f"  \n{markdown(info.description)}" if info.description else ""
    return " · ".join(facts) + described


def _actions(info: CollectionInfo) -> None:
    if permitted.button(
        Action.IMPORT,
        "Read the source again",
        info.name,
        key=f"sync_{info.name}",
        icon=":material/sync:",
        help="Reports new, changed, moved, renamed and missing files; nothing is removed.",
    ):
        jobs.submit("sync", SyncConfig(collection=info.name))
        st.rerun()
    if permitted.button(
        Action.SETTINGS, "Show this collection first", info.name, key=f"first_{info.name}"
    ):
        resources.library().show_first(info.name)
        st.toast(f"{info.heading} is shown first from now on.")
    for export in EXPORTS.usable():
        st.download_button(
            f"Download metadata ({'CSV' if export == 'csv' else export})",
            partial(resources.metadata_file, info.name, export),
            file_name=f"{info.name}.{export}",
            mime="text/csv" if export == "csv" else "application/octet-stream",
            key=f"{export}_{info.name}",
        )
    shuts = menu.shuts(f"more_{info.name}")
    if permitted.button(
        Action.CLEAN,
        "Rename",
        info.name,
        key=f"rename_{info.name}",
        icon=":material/edit:",
        **shuts,
    ):
        ask_new_name(info)
    if permitted.button(
        Action.DELETE,
        "Delete",
        info.name,
        key=f"delete_{info.name}",
        icon=":material/delete:",
        **shuts,
    ):
        _confirm_delete(info)


def _delete(name: str) -> None:
    resources.library().delete_collection(name)
    state.forget(name)


@st.dialog("Delete this collection?")
def _confirm_delete(info: CollectionInfo) -> None:
    st.write(
        f"{markdown(info.heading)}, its {count(info.artworks, 'work')} and their embeddings are "
        "removed from this server, with the pictures and tables that were uploaded for it. "
        "A folder that it was imported from stays as it is."
    )
    keep, delete = st.columns(2)
    if keep.button("Keep it", key="delete_no", width="stretch"):
        st.rerun()
    if delete.button("Delete it", key="delete_yes", type="primary", width="stretch"):
        _delete(info.name)
        st.rerun()


main()
