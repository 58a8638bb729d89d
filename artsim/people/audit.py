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

# Refusals of strangers, and what one person does very often, have files of their own: there can be
# so many that older lines are deleted.
AUDIT, OFTEN, STRANGERS = "audit.jsonl", "often.jsonl", "strangers.jsonl"
ACCESS = "access.jsonl"
MOST_BYTES = 10 << 20  # of a file, before the next one begins
KEPT = {AUDIT: 50, OFTEN: 50, STRANGERS: 5, ACCESS: 10}  # older files of each
FORMAT = 1
MOST_REFUSALS = 60  # of one person that are written in an hour
MOST_ACTS = 500  # of one person and kind that stand in the audit log in a day
_HOUR, _DAY = 3600.0, 86_400.0  # seconds
_MOST_COUNTS = 100_000  # that are held at once
_lock = threading.Lock()
_counts: dict[tuple[str, ...], tuple[float, int]] = {}  # since when, and how many


def record(
    workspace: Workspace,
    person: Person,
    what: str,
    collection: str = "",
    detail: str = "",
    refused: bool = False,
) -> None:
    """Write one line into the audit log; refusals of people without a role go into a second log.

    Nobody can push other lines out of the audit log. For each person 60 refusals an hour are
    written. Of each kind of action, such as voting, a person's first 500 lines a day are in the
    audit log, and further ones are in ``often.jsonl``. The last line of each says so.
    """
    place = STRANGERS if refused and person.role is None else AUDIT
    if place == AUDIT and refused:
        nth = _nth(_HOUR, str(workspace.root), person.key, "refused")
        if nth > MOST_REFUSALS:
            return
        if nth == MOST_REFUSALS:
            detail = f"(this hour's further refusals are not written) {detail}"
    elif place == AUDIT:
        nth = _nth(_DAY, str(workspace.root), person.key, what)
        if nth > MOST_ACTS:
            place = OFTEN
        if nth == MOST_ACTS:
            detail = f"(this day's further ones stand in {OFTEN}) {detail}"
    who = person.name or (f"{user_name()} on this machine" if person is OPERATOR else "")
    _append(
        workspace,
        place,
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


def _nth(seconds: float, *key: str) -> int:
    """Count one more of ``key``; returns how many there were within ``seconds``, with this one."""
    now = time.monotonic()
    with _lock:
        if len(_counts) > _MOST_COUNTS:
            _counts.clear()
        since, count = _counts.get(key, (now, 0))
        if now - since > seconds:
            since, count = now, 0
        _counts[key] = since, count + 1
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
