"""The National Gallery of Art's paintings: on their way, to be had, or why not."""

import streamlit as st

from artsim.app.shell import jobs, resources
from artsim.tasks.configs import NgaFirstConfig

_KIND = "import_and_embed"


def show_notice() -> None:
    """Beside a generated collection: that real paintings are on their way, or can be brought in.

    Why they cannot be is said where they are brought in from, on the page Collections.
    """
    pending = resources.nga_reason() is None
    st.fragment(_notice, run_every=1 if pending else None)()


def _notice() -> None:
    reason = resources.nga_reason()
    job = jobs.under_way(_KIND)
    if job is not None:
        st.caption(
            f"{job.config['limit']} paintings of the National Gallery of Art are on their way. "
            "They become the collection shown first; everything works meanwhile."
        )
    elif reason == "":
        _offer()


def _offer() -> None:
    config = NgaFirstConfig()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Paintings of the National Gallery of Art can be brought in.", width="content")
        label = f"Bring in {config.limit}"
        if st.button(label, key="nga_notice", icon=":material/download:", type="tertiary"):
            start(config)


def start(config: "NgaFirstConfig") -> None:
    """Start bringing paintings where the hosts answer; else the notice says why not."""
    resources.ask_nga_again()
    with st.spinner("Asking the National Gallery of Art"):
        reason = resources.nga_reason(wait=True)
    if not reason:
        jobs.submit(_KIND, config)
    st.rerun()
