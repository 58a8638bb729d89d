"""Who did what, when, and from where; and which requests came: JSON lines, rotated."""

import json
import os
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artsim.core.lazy import lazy
from artsim.core.user import user_name
from artsim.core.workspace import Workspace
from artsim.people.person import OPERATOR, Person

if TYPE_CHECKING:
    import filelock
else:
    filelock = lazy("filelock")

# What strangers were refused stands apart: they can ask so often that older lines go.
AUDIT, STRANGERS, ACCESS = "audit.jsonl", "strangers.jsonl", "access.jsonl"
MOST_BYTES = 10 << 20  # of a file, before the next one begins
KEPT = {AUDIT: 50, STRANGERS: 5, ACCESS: 10}  # older files of each
FORMAT = 1
MOST_REFUSALS = 60  # of one person that are written in an hour
_HOUR, _MOST_PEOPLE = 3600.0, 10_000  # seconds, and whose refusals are counted at once
_lock = threading.Lock()
_refusals: dict[tuple[str, str], tuple[float, int]] = {}  # since when, and how many


def record(
    workspace: Workspace,
    person: Person,
    what: str,
    collection: str = "",
    detail: str = "",
    refused: bool = False,
) -> None:
    """Write one line into the audit log; refusals of people without a role go into a second log.

    Neither strangers nor a person who is refused again and again can push other lines out of the
    audit log: 60 refusals an hour are written for each person, and the last of them says that
    further ones are not.
    """
    if refused and person.role is not None:
        nth = _nth_refusal(workspace, person)
        if nth > MOST_REFUSALS:
            return
        if nth == MOST_REFUSALS:
            detail = f"(this hour's further refusals are not written) {detail}"
    who = person.name or (f"{user_name()} on this machine" if person is OPERATOR else "")
    _append(
        workspace,
        STRANGERS if refused and person.role is None else AUDIT,
        {
            "who": who,
            "what": what,
            "collection": collection,
            "detail": detail[:500],
            "from": person.address,
            "via": person.via,
            "refused": refused,
        },
    )


def request(
    workspace: Workspace, person: Person, method: str, path: str, status: int, seconds: float
) -> None:
    """Write one line into the access log: the path alone, because searches are private."""
    _append(
        workspace,
        ACCESS,
        {
            "who": person.name,
            "from": person.address,
            "method": method,
            "path": path[:500],
            "status": status,
            "ms": round(1000 * seconds, 1),
        },
    )


def folder(workspace: Workspace) -> Path:
    """Where the logs lie."""
    return workspace.root / "logs"


def _nth_refusal(workspace: Workspace, person: Person) -> int:
    """How many refusals of one person there are in this hour, with this one."""
    key, now = (str(workspace.root), person.key), time.monotonic()
    with _lock:
        if len(_refusals) > _MOST_PEOPLE:
            _refusals.clear()
        since, count = _refusals.get(key, (now, 0))
        if now - since > _HOUR:
            since, count = now, 0
        _refusals[key] = since, count + 1
    return count + 1


def _append(workspace: Workspace, name: str, facts: dict[str, Any]) -> None:
    when = datetime.now(UTC).isoformat(timespec="milliseconds")
    line = json.dumps({"format": FORMAT, "when": when, **facts}, ensure_ascii=False) + "\n"
    place = folder(workspace) / name
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    # One write of one line: processes that append at once do not mix their lines.
    handle = os.open(place, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    try:
        os.write(handle, line.encode("utf-8", "replace"))
        full = os.fstat(handle).st_size >= MOST_BYTES
    finally:
        os.close(handle)
    if full:
        _rotate(place)


def _rotate(place: Path) -> None:
    """audit.jsonl becomes audit.jsonl.1, the oldest one goes."""
    with filelock.FileLock(place.with_name(f".{place.name}.lock"), 10.0):
        if place.stat().st_size < MOST_BYTES:  # another process was faster
            return
        older = [place.with_name(f"{place.name}.{n}") for n in range(1, KEPT[place.name] + 1)]
        for newer, old in reversed(list(zip([place, *older], older, strict=False))):
            if newer.exists():
                newer.replace(old)
