"""Compare: one query, two to four backbones or metrics, their lists side by side."""

import logging
from contextlib import nullcontext

import streamlit as st

from artsim.app.compare import blind as compare_blind
from artsim.app.compare import columns as compare_columns
from artsim.app.compare import lists as compare_lists
from artsim.app.compare import votes as compare_votes
from artsim.app.search import browse, filters, query_input
from artsim.app.shell import resources, state, title, unembedded, welcome
from artsim.app.widgets import details, gallery
from artsim.app.widgets.texts import markdown
from artsim.collection.store import CollectionInfo
from artsim.core.errors import ArtsimError, Conflict
from artsim.evaluation.comparison import Comparison, compare
from artsim.images.query_pictures import QueryPicture


def main() -> None:
    library = resources.library()
    if not library.collections():
        welcome.show()
        return
    view = state.current()
    info = library.info(view.collection)
    version = library.collection(view.collection).stamp

    title.show("Compare", title.asked(view), info.heading)
    st.title("Compare", anchor=False)
    st.caption(
        f"{markdown(info.heading)} · One query, and the most similar works as each backbone and "
        "metric ranks them. Compare ranks only, never scores."
    )
    unembedded.say_switched()
    compare_columns.blind(view)
    query_input.pasted()
    if not ((view.query or view.upload) and _lists(view, info, version)):
        _choose_query(view, version)
    details.show_requested(view, version)
    compare_votes.show(view.collection)


def _choose_query(view: state.View, version: str) -> None:
    """A work of the collection, one by chance, or a picture of one's own."""
    words, uploading = st.columns([3, 2], gap="large")
    with words:
        filters.show(view, resources.library().facets(view.collection))
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            filters.show_active(view)
            query_input.surprise(view)
    with uploading:
        query_input.upload()
    browse.show(view, version, more="Compare from here")


def _lists(view: state.View, info: CollectionInfo, version: str) -> bool:
    """The query and its lists; False if the query is gone, which the page then says."""
    try:
        picture = query_input.picture_of(view)
        _asked_with(view, version, picture)
    except ArtsimError as error:
        st.error(markdown(error, 500), icon=":material/error:")
        return False
    _answers(view, info, version, picture)
    return True


def _answers(
    view: state.View, info: CollectionInfo, version: str, picture: QueryPicture | None
) -> None:
    comparison = _compared(view, info, picture)
    if comparison is None:
        return
    for contender, error in comparison.left_out:
        logging.getLogger("artsim.app").info("left out of a comparison: %s", error)
        lacking = isinstance(error, Conflict)  # whose sentence names a command for a shell
        why = "this query or collection is not embedded with it as it is now."
        st.info(
            f"{markdown(compare_columns.name(contender))} is left out: "
            + (why if lacking else markdown(error, 400)),
            icon=":material/info:",
        )
        if lacking:
            unembedded.offer(view.collection, contender.backbone)
    if len(comparison.lists) < 2:
        st.info("It takes two lists to compare: choose another column in the sidebar.")
        return
    if not comparison.rows():
        st.info("There is no other work to compare: clear some filters, or choose another query.")
        return
    _say_candidates(comparison, view.blind)
    _show(view, comparison, version, picture)


def _say_candidates(comparison: Comparison, blind: bool) -> None:
    """Say so if the lists come from different numbers of works: ranks are then less comparable."""
    counts = [found.candidates for found in comparison.lists]
    if len(set(counts)) == 1:
        return
    from_ = zip(comparison.lists, counts, strict=True)
    told = ", ".join(f"{markdown(compare_columns.name(one.contender))} {n:,}" for one, n in from_)
    st.info(
        "These lists come from different numbers of works"
        # In a blind comparison the numbers would give away whose list it is.
        + (", for not all are embedded with each backbone." if blind else f": {told}."),
        icon=":material/info:",
    )


def _compared(
    view: state.View, info: CollectionInfo, picture: QueryPicture | None
) -> Comparison | None:
    """The answers of all columns; None if the page shows a sentence instead."""
    columns = compare_columns.chosen(view, info)
    if not columns:
        unembedded.show(view.collection)
        return None
    if len(columns) < 2:
        st.info("It takes two columns to compare: add one in the sidebar.")
        return None
    try:
        with st.spinner("Looking at your picture") if picture else nullcontext():
            return compare(
                resources.library(),
                view.collection,
                columns,
                view.k,
                id=None if picture else view.query,
                picture=picture,
                filters=view.filters(),
            )
    except Conflict as error:
        logging.getLogger("artsim.app").info("comparison not possible: %s", error)
        unembedded.show(view.collection, columns[0].backbone)
    except ArtsimError as error:
        st.error(markdown(error, 500), icon=":material/error:")
    return None


def _asked_with(view: state.View, version: str, picture: QueryPicture | None) -> None:
    with st.container(horizontal=True, vertical_alignment="center", key="asked_with"):
        query_input.show_query(view, version, picture)
        with st.container(horizontal=True, vertical_alignment="center", width="content"):
            st.button(
                "Choose another work",
                key="clear_query",
                icon=":material/close:",
                on_click=lambda: state.change(query="", upload=""),
            )
            query_input.surprise(view, "Another random work")
            filters.show_active(view)


def _show(
    view: state.View, comparison: Comparison, version: str, picture: QueryPicture | None
) -> None:
    library = resources.library()
    ballot, vote = "", None
    if view.blind and comparison.identical:
        st.info("All lists are the same for this query, so there is nothing to judge: try another.")
    elif view.blind:
        ballot = compare_blind.ballot(view, comparison)
        comparison = compare_blind.shuffled(comparison, ballot)
        vote = compare_votes.cast_before(ballot)
        if vote is not None:
            compare_votes.show_cast(vote)

    def thumb_of(work: str) -> str:
        return gallery.media_url(view.collection, work, "thumb", version)

    def cast(choice: int) -> None:
        compare_votes.attempt(compare_blind.cast, view, comparison, ballot, choice)

    compare_lists.show(
        comparison,
        lambda work: library.artwork(view.collection, work),
        thumb_of,
        query={
            "thumb": query_input.data_uri(picture) if picture else thumb_of(view.query),
            "alt": "The query",
        },
        ballot=ballot if vote is None else "",
        vote=vote,
        on_open=details.request,
        on_vote=cast,
        on_next=lambda: query_input.random_work(view),
    )


main()
