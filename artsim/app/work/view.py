"""What the page of a work shows, as a link: the work, which of its pictures, and as of when."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from artsim.app.shell import state


@dataclass(frozen=True)
class WorkView:
    """``id`` is the work, ``picture`` the file of one of its pictures, "" for the usual one.

    ``version`` is that of the collection when the link was made, 0 where it does not say.
    """

    collection: str = ""
    id: str = ""
    picture: str = ""
    version: int = 0


def current() -> WorkView:
    """The view that the URL names; the collection is the last one of the other pages."""
    given = {n: st.query_params.get(n, "")[:200] for n in ("collection", "id", "picture")}
    version = st.query_params.get("version", "")
    return WorkView(
        given["collection"] or state.remembered().collection,
        given["id"],
        given["picture"],
        int(version) if version.isdecimal() and len(version) < 10 else 0,
    )


def params(collection: str, artwork_id: str, **more: Any) -> dict[str, Any]:
    """The query parameters of the page of a work."""
    told: Mapping[str, Any] = {"collection": collection, "id": artwork_id, **more}
    return {name: str(value) for name, value in told.items() if value}


def open_work(collection: str, artwork_id: str, **more: Any) -> None:
    """Show another work, or another picture of it; the URL follows."""
    st.query_params.from_dict(params(collection, artwork_id, **more))
