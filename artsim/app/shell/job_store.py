"""The job store of the pages: its failure takes no page down."""

from typing import Any

from artsim.core.errors import Unavailable, Unreadable
from artsim.jobs.store import Jobs, in_turn
from artsim.tasks.queue import TaskQueue


class PageJobs(TaskQueue):
    """Like a TaskQueue, but a list that cannot be read counts as empty."""

    def list(self, *states: str, **options: Any) -> Jobs:
        """Jobs in any of ``states``, the newest first; none where the list cannot be used."""
        try:
            return super().list(*states, **options)
        except (Unavailable, Unreadable):
            return []

    def usable_active(self) -> Jobs:
        """``active``, but raises Unavailable or Unreadable where the list cannot be used."""
        return in_turn(super().list("queued", "running"))
