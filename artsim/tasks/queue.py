"""The queue of a workspace: it checks each job's config, and whether the person may ask for it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel

from artsim.core.errors import NotFound
from artsim.jobs.job import Job
from artsim.jobs.store import Jobs, JobStore
from artsim.people import addresses, paths, policy, present, quotas
from artsim.people.person import Person
from artsim.people.roles import Action, Role
from artsim.tasks.kinds import checked_config, kind_named


class TaskQueue(JobStore):
    """A job store that checks each config by the model of its kind, and who asks.

    On a server where people sign in, they see the jobs of collections that they may see; an admin
    may stop, resume and delete all of them, everybody else their own.
    """

    def submit(
        self, kind: str, config: BaseModel | Mapping[str, Any], person: str | None = None
    ) -> Job:
        """Queue a job and start it when its turn comes; see JobStore.submit.

        Raises InvalidInput for an unknown kind or a config that does not fit it, NotAllowed where
        whoever asks may not do that, or names a folder that they may not, TooMany, and
        what the kind's own check says of a config that cannot work.
        """
        wanted = checked_config(kind, config)
        found = wanted.model_dump(mode="json")
        self._check_may(kind, wanted)
        active = self._table.all("queued", "running") if present.house() else []
        mine = present.current().name
        if not any(job.kind == kind and job.config == found for job in active):
            quotas.check_jobs(sum(job.person == mine for job in active))
        check = kind_named(kind).check
        if check and super().find_active(kind, found) is None:
            check(self.workspace, wanted)
        return super().submit(kind, found, mine if person is None else person)

    def find_active(self, kind: str, config: BaseModel | Mapping[str, Any]) -> Job | None:
        """The job of this kind and config that runs or waits, None where there is none."""
        return super().find_active(kind, checked_config(kind, config).model_dump(mode="json"))

    def list(self, *states: str, limit: int = 200) -> Jobs:
        """Jobs in any of ``states`` that whoever asks may see, the newest first."""
        return [job for job in super().list(*states, limit=limit) if _shown(job)]

    def get(self, job_id: str) -> Job:
        """One job that whoever asks may see; raises NotFound."""
        job = super().get(job_id)
        if not _shown(job):
            raise NotFound(f"There is no job {job_id[:40]!r}.")
        return job

    def log(self, job_id: str, lines: int | None = None) -> str:
        """The job's log; raises NotFound."""
        self.get(job_id)
        return super().log(job_id, lines)

    def cancel(self, job_id: str) -> Job:
        """Ask a job to stop; see JobStore.cancel."""
        self._check_own(job_id)
        return super().cancel(job_id)

    def resume(self, job_id: str) -> Job:
        """Queue a failed or cancelled job again; see JobStore.resume."""
        job = self._check_own(job_id)
        if present.house() and not job.unreadable:
            self._check_may(job.kind, checked_config(job.kind, job.config))
        return super().resume(job_id)

    def delete(self, job_id: str) -> None:
        """Forget a job that has ended; see JobStore.delete."""
        self._check_own(job_id)
        super().delete(job_id)

    def begin_anew(self) -> Any:
        """Set a list of jobs that cannot be read aside; see JobStore.begin_anew."""
        policy.ask(Action.SETTINGS, detail="begin a new list of jobs")
        return super().begin_anew()

    def _check_may(self, kind: str, config: BaseModel) -> None:
        about = config.model_dump()
        named = kind_named(kind)
        policy.ask(named.action, str(about.get(named.names, "")), kind)
        for other in _others(about):
            policy.ask(Action.SEE, other)
        paths.check_paths(self.workspace, about)
        addresses.check_addresses(config.model_dump(exclude_defaults=True))

    def _check_own(self, job_id: str) -> Job:
        job = self.get(job_id)
        if present.house() and job.person != present.current().name:
            policy.ask(Action.SETTINGS, detail=f"the job {job_id} of somebody else")
        return job


def _shown(job: Job) -> bool:
    """Whether whoever asks may see a job: who it is for, and what it works on."""
    if present.house() is None:
        return True
    person: Person = present.current()
    if person.role is Role.ADMIN or (person.name and job.person == person.name):
        return True
    return all(policy.allows(Action.REPORTS, one) for one in (job.target, *_others(job.config)))


def _others(config: Mapping[str, Any]) -> list[str]:
    """The collections that a job only reads, beside the one that it works on."""
    told = (config.get(name) for name in ("queries", "source"))
    return [one for one in told if isinstance(one, str)]
