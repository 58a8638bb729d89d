"""Buttons that not everybody may press: grey, with the sentence that the policy would refuse by."""

from typing import Any

import streamlit as st

from artsim.app.shell import places
from artsim.app.widgets.texts import markdown
from artsim.people import policy
from artsim.people.roles import Action


def button(action: Action, label: str, collection: str = "", **options: Any) -> bool:
    """``st.button``, grey and with why where whoever looks may not do ``action``."""
    return st.button(label, **(options | grey(action, collection)))


def grey(action: Action, collection: str = "") -> dict[str, Any]:
    """What makes any button grey, with why; {} where it may be pressed."""
    why = policy.why_not(action, collection)
    return {"disabled": True, "help": markdown(why)} if why else {}


def leads_to(page: str) -> bool:
    """Whether whoever looks may open a page: a link to another one leads nowhere."""
    return policy.allows(places.PAGES.get(page))
