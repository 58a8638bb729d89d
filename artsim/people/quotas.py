"""What one person may take: searches a minute, bytes a day, jobs at once. None without sign-in."""

import threading
import time
from collections import deque
from datetime import UTC, datetime

from artsim.core.counts import count
from artsim.core.errors import TooMany
from artsim.core.settings import setting
from artsim.people import present, table

_MINUTE = 60.0
_MOST_PEOPLE = 10_000  # whose searches are counted at once
_lock = threading.Lock()
_searches: dict[str, deque[float]] = {}


def search() -> None:
    """Count a search of whoever asks; raises TooMany above the quota a minute."""
    most = int(setting("searches_a_minute")) if present.house() else 0
    if not most:
        return
    key, now = present.current().key, time.monotonic()
    with _lock:
        if len(_searches) > _MOST_PEOPLE:
            _searches.clear()
        times = _searches.setdefault(key, deque())
        while times and now - times[0] > _MINUTE:
            times.popleft()
        if len(times) >= most:
            wait = count(max(1, round(_MINUTE - (now - times[0]))), "second")
            raise TooMany(f"One person may search {most:,} times a minute: go on in {wait}.")
        times.append(now)


def check_jobs(active: int) -> None:
    """Raise TooMany where somebody has ``active`` jobs and may have no more."""
    most = int(setting("jobs_at_once")) if present.house() else 0
    if most and active >= most:
        raise TooMany(
            f"You have {count(active, 'job')} waiting or running: start more when one is done."
        )


def left() -> float:
    """How many bytes whoever asks may still upload today."""
    house, most = present.house(), int(setting("upload_mb_a_day")) * 1_000_000
    if house is None or not most:
        return float("inf")
    with table.connection(house.workspace) as db:
        row = db.execute(
            "SELECT bytes FROM uploaded WHERE who = ? AND day = ?",
            (present.current().key, _day()),
        ).fetchone()
    return float(max(0, most - (row["bytes"] if row else 0)))


def check_upload(size: int) -> None:
    """Raise TooMany where ``size`` bytes are more than whoever asks may still upload today."""
    if size > left():
        most = int(setting("upload_mb_a_day"))
        raise TooMany(f"One person may upload {most:,} MB a day: upload the rest tomorrow.")


def uploaded(size: int) -> None:
    """Count bytes that whoever asks has uploaded."""
    house = present.house()
    if house is None or not size or not int(setting("upload_mb_a_day")):
        return
    with table.connection(house.workspace) as db:
        db.execute("DELETE FROM uploaded WHERE day < ?", (_day(),))
        db.execute(
            "INSERT INTO uploaded VALUES (?, ?, ?)"
            " ON CONFLICT (who, day) DO UPDATE SET bytes = bytes + excluded.bytes",
            (present.current().key, _day(), size),
        )


def _day() -> str:
    return datetime.now(UTC).date().isoformat()
