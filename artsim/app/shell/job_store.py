"""The job store of the pages, which no page goes down with."""

from typing import Any

from artsim.core.errors import Unavailable, Unreadable
from artsim.jobs.store import Jobs
from artsim.tasks.queue import TaskQueue


class PageJobs(TaskQueue):
    """Like a TaskQueue, but a list that cannot be used is an empty one; ``trouble`` says why."""

    def list(self, *states: str, **options: Any) -> Jobs:
        """Jobs in any of ``states``, the newest first; none where the list cannot be used."""
        try:
            return super().list(*states, **options)
        except (Unavailable, Unreadable):
            return []

    def trouble(self) -> Unavailable | Unreadable | None:
        """Why the list cannot be used, None where it can."""
        try:
            super().list(limit=1)
        except (Unavailable, Unreadable) as error:
            return error
        return None
