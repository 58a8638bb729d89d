"""A workspace examined: what is wrong in words, and what can be repaired without loss."""

import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any

from artsim.core import trouble
from artsim.core.errors import ArtsimError
from artsim.core.workspace import Workspace
from artsim.jobs import runner
from artsim.jobs.store import JobStore
from artsim.jobs.table import JobTable
from artsim.upkeep import collections, databases, leftovers, records
from artsim.upkeep.finding import Finding

_log = logging.getLogger("artsim.doctor")


@dataclass(frozen=True)
class Report:
    """``found`` are the faults as they are now; ``repaired`` those that were repaired.

    ``failed`` says of a fault that could not be repaired why.
    """

    found: tuple[Finding, ...]
    repaired: tuple[Finding, ...] = ()
    failed: dict[str, str] = field(default_factory=dict)

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong now."""
        return not self.found

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        return {
            "sound": self.sound,
            "found": [one.to_json() for one in self.found],
            "repaired": [one.to_json() for one in self.repaired],
            "failed": self.failed,
        }


def examine(workspace: Workspace, deep: bool = False) -> Report:
    """What is wrong with a workspace; nothing is changed.

    ``deep`` reads every value of every table, which takes as long as reading the disk does.

        for finding in examine(Workspace.open()).found:
            print(finding.where, finding.problem)
    """
    return Report(tuple(_findings(workspace, deep)))


def repair(workspace: Workspace, deep: bool = False) -> Report:
    """Repair what can be repaired, and examine again.

    Nothing that a person made is deleted: what is damaged is kept in the folder ``aside``, and a
    database beside the new one as ``NAME.damaged-DATE``.
    """
    repaired: list[Finding] = []
    failed: dict[str, str] = {}
    for _ in range(3):  # a database that can be read again shows further faults
        found = [f for f in _findings(workspace, deep) if f.repair and f.where not in failed]
        if not found:
            break
        for one in found:
            try:
                if one.repair is not None:
                    one.repair()
                repaired.append(one)
            except (ArtsimError, OSError) as error:
                failed[one.where] = trouble.trouble(error) or str(error)
    after = examine(workspace, deep)
    return replace(after, repaired=tuple(repaired), failed=failed)


def _findings(workspace: Workspace, deep: bool) -> Iterator[Finding]:
    yield from _checked("databases", partial(databases.findings, workspace))
    yield from _checked("jobs", partial(_of_jobs, workspace))
    yield from _checked("collections", partial(collections.findings, workspace, deep))
    yield from _checked("records", partial(records.findings, workspace))
    yield from _checked("leftovers", partial(_of_leftovers, workspace))


def _checked(what: str, check: Callable[[], Iterable[Finding]]) -> Iterator[Finding]:
    """The findings of a check, with one more if the check itself fails."""
    try:
        yield from check()
    except Exception as error:
        _log.info("The check of %s failed", what, exc_info=error)
        said = trouble.trouble(error) or " ".join(str(error).split())[:300]
        yield Finding(
            what, f"The {what} could not all be checked: {said}", "Put that right, then try again."
        )


def _of_jobs(workspace: Workspace) -> Iterator[Finding]:
    if not workspace.jobs_db.exists() or databases.fault(workspace.jobs_db):
        return
    for job in JobTable(workspace).all("running"):
        if job.unreadable or runner.is_alive(job) is False:
            yield Finding(
                f"jobs/{job.id}",
                f"The job {job.id} ({job.kind}) is listed as running, but its process is gone.",
                "It is noted as failed; resume it to go on from what it finished.",
                JobStore(workspace).tend,
            )


def _of_leftovers(workspace: Workspace) -> Iterator[Finding]:
    found: list[Path] = leftovers.leftovers(workspace)
    if found:
        shown = ", ".join(str(path.relative_to(workspace.root)) for path in found[:3])
        more = f" and {len(found) - 3:,} more" if len(found) > 3 else ""
        yield Finding(
            "leftovers",
            f"{shown}{more} {'is' if len(found) == 1 else 'are'} left of what was broken off, or "
            "of collections that were deleted.",
            "They are deleted: nothing reads them.",
            partial(leftovers.sweep, workspace),
        )
