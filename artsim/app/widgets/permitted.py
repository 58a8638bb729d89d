"""Buttons that need a permission: without it grey, with the policy's sentence as the reason."""

from typing import Any

import streamlit as st

from artsim.app.shell import places
from artsim.app.widgets.texts import markdown
from artsim.people import policy
from artsim.people.roles import Action


def button(action: Action, label: str, collection: str = "", **options: Any) -> bool:
    """``st.button``, grey and with the reason if the person may not do ``action``."""
    return st.button(label, **(options | grey(action, collection)))


def grey(action: Action, collection: str = "") -> dict[str, Any]:
    """Options that make a button grey, with the reason; {} if it may be pressed."""
    why = policy.why_not(action, collection)
    return {"disabled": True, "help": markdown(why)} if why else {}


def leads_to(page: str) -> bool:
    """Whether the person may open a page: do not show a link to one that they may not."""
    return policy.allows(places.PAGES.get(page))
