"""Removing an account, so that a later one of the same name inherits nothing."""

from datetime import UTC, datetime

from artsim.core.workspace import Workspace
from artsim.desk import personal, trays
from artsim.images import query_pictures
from artsim.jobs.table import JobTable
from artsim.people import accounts
from artsim.people.person import OPERATOR, Person


def remove_account(workspace: Workspace, name: str, by: Person = OPERATOR) -> str:
    """Remove an account; returns the name under which the operator finds what it owned.

    Its trays, saved searches and jobs stay, under a name that no account can have; the pictures
    that it searched with are deleted. Killed before its end, a second call finishes the work.
    Raises NotFound where there is no such account.
    """
    name = accounts.get(workspace, name).name
    former = f"{name} (removed {datetime.now(UTC):%Y-%m-%d %H:%M:%S})"
    trays.hand_over(workspace, name, former)
    personal.hand_over(workspace, name, former)
    JobTable(workspace).hand_over(name, former)
    query_pictures.forget(workspace, name)
    accounts.remove(workspace, name, by)
    return former
