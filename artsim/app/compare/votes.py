"""What became of the votes: the one just cast, wins with intervals, and all of them as CSV."""

from collections.abc import Callable

import streamlit as st

from artsim.app.compare import columns as compare_columns
from artsim.app.compare.lists import LETTERS
from artsim.app.shell import resources
from artsim.app.shell.places import ASSETS
from artsim.app.widgets import permitted, unreadable
from artsim.app.widgets.texts import advice, markdown, markup
from artsim.core.errors import ArtsimError, NewerFormat, Unreadable
from artsim.evaluation import votes
from artsim.evaluation.comparison import Contender
from artsim.people.roles import Action

_ERROR = "compare_error"


def show_cast(vote: votes.Vote) -> None:
    """Whose list the curator found better, and a note to go with it."""
    with st.container(key="compare_cast", horizontal=True, vertical_alignment="bottom"):
        key = f"compare_note_{vote.id}"
        st.session_state[key] = vote.note
        st.text_input(
            f"{_said(vote)} Your vote is counted. Why?",
            key=key,
            max_chars=votes.MAX_NOTE,
            placeholder="A note, if you like",
            on_change=lambda: _change(votes.annotate, vote.id, st.session_state[key].strip()),
        )
        permitted.button(
            Action.VOTE,
            "Withdraw the vote",
            vote.collection,
            key="compare_withdraw",
            on_click=lambda: _change(votes.withdraw, vote.id),
        )


def cast_before(ballot: str) -> votes.Vote | None:
    """The vote of a ballot, None if none was cast or it cannot be read."""
    try:
        return votes.get(resources.workspace(), ballot)
    except ArtsimError:  # the list of votes reports it
        return None


def attempt(act: Callable[..., object], *args: object) -> None:
    """Do what a click asked for; the end of the page shows an error."""
    try:
        act(*args)
    except ArtsimError as error:
        st.session_state[_ERROR] = advice(error)


def show(collection: str) -> None:
    """The votes on a collection so far."""
    error = st.session_state.pop(_ERROR, None)
    if error:
        st.error(markdown(error, 500), icon=":material/error:")
    try:
        cast = votes.of_collection(resources.workspace(), collection)
        damaged = votes.unreadable(resources.workspace(), collection)
    except ArtsimError as trouble:
        _unusable(trouble)
        return
    why = {vote: f"The vote {vote} cannot be read (its row is damaged)." for vote in damaged}
    unreadable.show(why, "vote", lambda vote: votes.withdraw(resources.workspace(), vote))
    with st.expander(f"Votes on this collection: {len(cast):,}", key="compare_votes"):
        if not cast:
            st.write(
                "Nobody has voted yet. Switch on “Blind” in the sidebar, choose a work and "
                "say which list is better."
            )
            return
        contests = {votes.contest(vote) for vote in cast}
        st.html(ASSETS / "compare_votes.css")
        st.html(_table(votes.wins(cast)))
        st.caption(_explained(len(contests)))
        st.download_button(
            "Download the votes as CSV",
            votes.to_csv(cast),  # not deferred: a rerun under way would lose a click
            file_name=f"artsim-{collection}-votes.csv",
            mime="text/csv",
            icon=":material/download:",
        )


def _unusable(trouble: ArtsimError) -> None:
    """Why the votes cannot be used, and a button to begin anew if they are damaged."""
    st.error(markdown(trouble, 500), icon=":material/error:")
    damaged = isinstance(trouble, Unreadable) and not isinstance(trouble, NewerFormat)
    if damaged and permitted.button(
        Action.SETTINGS, "Set them aside and begin anew", key="compare_begin_anew"
    ):
        attempt(votes.begin_anew, resources.workspace())
        st.rerun()


def _explained(contests: int) -> str:
    text = (
        "Won: share of the decisive votes, with its 95% Wilson interval; the mark shows what "
        "choices by chance would win. Votes for no difference are counted beside it."
    )
    if contests > 1:
        text += (
            f" These votes come from {contests} different sets of columns: shares compare only "
            "between contenders that met the same opponents."
        )
    return text


def _table(table: list[votes.Wins]) -> str:
    lines = []
    for wins in table:
        name = markup(compare_columns.name(Contender(wins.backbone, wins.metric)))
        won = "–" if wins.share is None else f"{wins.wins} of {wins.decisive}"
        share = (
            ""
            if wins.share is None
            else f"{wins.share:.0%} ({wins.low:.0%} to {wins.high:.0%})"
            f"<span class='range' aria-hidden='true' style='--low:{wins.low:.3f};"
            f"--high:{wins.high:.3f};--share:{wins.share:.3f};--chance:{wins.by_chance:.3f}'>"
            "<i></i><b></b><u></u></span>"
        )
        lines.append(
            f"<tr><th scope='row' dir='auto'>{name} <small>{markup(wins.digest[:8])}</small></th>"
            f"<td>{won}</td><td class='share'>{share}</td><td>{wins.undecided}</td>"
            f"<td>{wins.votes}</td></tr>"
        )
    return (
        "<div class='artsim-wins' tabindex='0' role='region' aria-label='Wins'><table><thead><tr>"
        "<th scope='col'>Backbone and metric</th>"
        "<th scope='col'>Won</th><th scope='col'>Share, 95% interval</th>"
        "<th scope='col'>No difference</th><th scope='col'>Votes</th></tr></thead>"
        f"<tbody>{''.join(lines)}</tbody></table></div>"
    )


def _change(change: Callable[..., object], *args: object) -> None:
    attempt(change, resources.workspace(), *args)


def _said(vote: votes.Vote) -> str:
    if vote.chosen is None:
        return "You saw no difference."
    name = compare_columns.name(Contender(vote.chosen.backbone, vote.chosen.metric))
    return f"You found **{LETTERS[vote.choice or 0]} · {markdown(name)}** better."
