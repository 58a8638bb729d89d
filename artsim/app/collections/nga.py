"""Importing paintings of the National Gallery of Art: offered, under way, or why it failed.

artsim contacts its hosts when somebody clicks the button, never when a page is shown.
"""

import streamlit as st

from artsim.app.shell import jobs, resources
from artsim.app.widgets.texts import markdown
from artsim.core.counts import count
from artsim.tasks.configs import NgaFirstConfig

_KIND = "import_and_embed"
_REASON = "nga_reason"


def show_notice() -> None:
    """Beside a generated collection: that real paintings are on their way, or can be brought in."""
    job = jobs.under_way(_KIND)
    if job is not None:
        coming = count(job.config["limit"], "painting")
        st.caption(
            f"On their way from the National Gallery of Art: {coming}. "
            "They become the collection that is shown first; you can go on working meanwhile."
        )
        return
    config = NgaFirstConfig()
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption("Paintings of the National Gallery of Art can be brought in.", width="content")
        label = f"Bring in {config.limit}"
        if st.button(label, key="nga_notice", icon=":material/download:", type="tertiary"):
            start(config)
    show_reason()


def show_reason() -> None:
    """Why the last attempt to bring them in failed."""
    if reason := st.session_state.get(_REASON):
        st.caption(markdown(reason, 500))


def start(config: "NgaFirstConfig") -> None:
    """Start the import if the hosts answer; else store the reason, which the page shows."""
    with st.spinner("Asking the National Gallery of Art"):
        st.session_state[_REASON] = resources.ask_nga()
    if not st.session_state[_REASON]:
        jobs.submit(_KIND, config)
    st.rerun()
