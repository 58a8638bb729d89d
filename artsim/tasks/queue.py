"""The queue of a workspace: it refuses a config that does not fit its kind of job."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from artsim.jobs.job import Job
from artsim.jobs.store import JobStore
from artsim.tasks.kinds import checked_config


class TaskQueue(JobStore):
    """A job store that checks each config by the model of its kind."""

    def submit(self, kind: str, config: BaseModel | Mapping[str, Any]) -> Job:
        """Queue a job and start it when its turn comes; see JobStore.submit.

        Raises InvalidInput for an unknown kind or a config that does not fit it.
        """
        return super().submit(kind, checked_config(kind, config).model_dump(mode="json"))

    def find_active(self, kind: str, config: BaseModel | Mapping[str, Any]) -> Job | None:
        """The job of this kind and config that runs or waits, None where there is none."""
        return super().find_active(kind, checked_config(kind, config).model_dump(mode="json"))
