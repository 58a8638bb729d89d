"""Tables brought once: kept in the cache, asked about again, taken up where a download stopped."""

import hashlib
import json
import os
from pathlib import Path

import filelock
import httpx

from artsim.collection.sources.nga.config import TABLE_FILES, NgaConfig, is_url, table_path
from artsim.collection.sources.nga.fetch import Fetcher, FetchFailed
from artsim.core.errors import InvalidInput, Unavailable
from artsim.core.progress import Progress


def bring_table(
    role: str,
    location: str,
    config: NgaConfig,
    cache: Path,
    fetcher: Fetcher,
    notes: list[str],
    progress: Progress,
) -> Path:
    """The file of a table: the file itself, or the cached copy of its URL brought up to date.

    Where the host fails, a copy from an earlier run is used and noted. Raises InvalidInput for a
    missing file or a refused host, Unavailable where there is neither host nor copy.
    """
    name = TABLE_FILES[role]
    if not is_url(location):
        return table_path(location, f"NGA table {name}")
    hosts = config.table_hosts()
    if reason := hosts.why_not(location):
        raise InvalidInput(f"The NGA table {name} cannot be fetched: {reason}.")
    progress.start(None, f"Asking for {name}", "bytes")
    cache.mkdir(parents=True, exist_ok=True)
    key = hashlib.sha256(location.encode()).hexdigest()[:12]
    target = cache / f"{Path(name).stem}-{key}.csv"
    with filelock.FileLock(target.with_suffix(".lock")):
        copy = _Copy(target)

        def once() -> None:
            with fetcher.answer(location, hosts, copy.conditions()) as answer:
                if answer.status_code == 416 or not copy.continued_by(answer):
                    copy.forget_part()
                    raise FetchFailed("the rest cannot be fetched alone", temporary=True)
                if answer.status_code not in (200, 206, 304):
                    raise FetchFailed(f"HTTP {answer.status_code}")
                if answer.status_code != 304:
                    _save(answer, copy, name, config, fetcher, progress)

        try:
            fetcher.patiently(once)
        except FetchFailed as error:
            if not target.is_file():
                raise Unavailable(
                    f"The NGA table {name} cannot be fetched ({error}): try again later, or give "
                    "a downloaded copy as a file."
                ) from error
            notes.append(f"The copy of {name} from an earlier run was used ({error}).")
    return target


def _save(
    answer: httpx.Response,
    copy: "_Copy",
    name: str,
    config: NgaConfig,
    fetcher: Fetcher,
    progress: Progress,
) -> None:
    resumed = answer.status_code == 206
    have = copy.part.stat().st_size if resumed else 0
    copy.expect(answer)
    length = answer.headers.get("content-length", "")
    packed = answer.headers.get("content-encoding", "identity") != "identity"
    total = have + int(length) if length.isdigit() and not packed else None
    progress.start(total, f"Fetching {name}", "bytes")
    progress.advance(have)
    with copy.part.open("ab" if resumed else "wb") as part:
        fetcher.copy(answer, part, config.max_table_bytes - have, progress.advance)
        part.flush()
        os.fsync(part.fileno())
    copy.complete()
    progress.finish()


class _Copy:
    """A cached file, the part of its next version, and what the server said about each."""

    def __init__(self, target: Path) -> None:
        self.target = target
        self.part = target.with_suffix(".part")
        self._about = target.with_suffix(".json")
        self._about_part = target.with_suffix(".part.json")

    def conditions(self) -> dict[str, str]:
        """Headers that ask only for what is missing or new."""
        about = _read(self._about_part)
        validator = about.get("etag") or about.get("last-modified")
        have = self.part.stat().st_size if self.part.is_file() else 0
        if validator and not validator.startswith("W/") and have:
            return {
                "Range": f"bytes={have}-",
                "If-Range": validator,
                "Accept-Encoding": "identity",
            }
        about = _read(self._about) if self.target.is_file() else {}
        asked = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
        return {header: about[key] for header, key in asked.items() if about.get(key)}

    def continued_by(self, answer: httpx.Response) -> bool:
        """Whether a partial answer begins where the part ends; any other answer will do."""
        have = self.part.stat().st_size if self.part.is_file() else 0
        begins = answer.headers.get("content-range", "").startswith(f"bytes {have}-")
        return answer.status_code != 206 or begins

    def expect(self, answer: httpx.Response) -> None:
        """Remember whose part it is that now arrives; a packed answer cannot be taken up."""
        about = {k: answer.headers[k] for k in ("etag", "last-modified") if k in answer.headers}
        packed = answer.headers.get("content-encoding", "identity") != "identity"
        self._about_part.write_text(json.dumps({} if packed else about))
        self._about_whole = about

    def forget_part(self) -> None:
        self.part.unlink(missing_ok=True)
        self._about_part.unlink(missing_ok=True)

    def complete(self) -> None:
        # without its description a file is asked for again, so the description goes last
        self._about.unlink(missing_ok=True)
        self.part.replace(self.target)
        self._about.write_text(json.dumps(self._about_whole))
        self._about_part.unlink(missing_ok=True)


def _read(path: Path) -> dict[str, str]:
    try:
        about = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return {str(k): str(v) for k, v in about.items()} if isinstance(about, dict) else {}
