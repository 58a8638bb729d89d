"""The blind comparison: a random order that stays, and one vote for each session and query."""

import hashlib
import json
import random
import secrets
from dataclasses import replace

import streamlit as st

from artsim.app.shell import resources, state
from artsim.evaluation import votes
from artsim.evaluation.comparison import Comparison

_SEED = "blind_seed"
NO_DIFFERENCE = -1


def ballot(view: state.View, comparison: Comparison) -> str:
    """Id of this session's vote on this question: the same one for each rerun and each click."""
    question = {
        "session": st.session_state.setdefault(_SEED, secrets.token_hex(16)),
        "collection": view.collection,
        "query": [view.query, view.upload],
        "filters": repr(view.filters()),
        "k": comparison.k,
        "lists": sorted(
            [c.contender.backbone, c.digest, c.contender.metric] for c in comparison.lists
        ),
    }
    return hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()[:32]


def shuffled(comparison: Comparison, ballot_id: str) -> Comparison:
    """The same lists in the order that belongs to the ballot, whatever order was chosen."""
    lists = sorted(comparison.lists, key=lambda c: c.contender)
    random.Random(ballot_id).shuffle(lists)  # noqa: S311
    return replace(comparison, lists=tuple(lists))


def cast(view: state.View, comparison: Comparison, ballot_id: str, choice: int) -> bool:
    """Store the vote for list number ``choice`` as shown; False where there is one already."""
    lists = tuple(
        votes.ShownList(c.contender.backbone, c.digest, c.contender.metric, c.ids)
        for c in comparison.lists
    )
    vote = votes.Vote(
        id=ballot_id,
        collection=view.collection,
        query="" if view.upload else view.query,
        upload=view.upload,
        k=comparison.k,
        lists=lists,
        choice=None if choice == NO_DIFFERENCE else choice,
    )
    return votes.cast(resources.workspace(), vote)
