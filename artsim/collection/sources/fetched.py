"""Works whose pictures lie on the web: fetched side by side, handed on in their order."""

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from artsim.collection.artwork import Artwork
from artsim.collection.pictures import PRIMARY
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.naming import digest
from artsim.collection.sources.nga.config import Hosts
from artsim.collection.sources.nga.fetch import Fetcher, FetchFailed, why_no_image
from artsim.core import atomic
from artsim.core.progress import Progress

_GIVE_UP_AFTER = 16
_STALE_PART_S = 3600.0


@dataclass(frozen=True)
class Coming:
    """One item to come, and where its picture is: a file, or an address and its cached file.

    ``whole`` are the addresses of the picture in its own size, for a service that refuses to scale
    it. ``reject`` says why there is no picture, "" where there may be one.
    """

    artwork: Artwork
    file: str
    role: str = PRIMARY
    path: Path | None = None
    url: str = ""
    whole: tuple[str, ...] = ()
    reject: str = ""

    def item(self, failure: str, known: Mapping[str, str]) -> SourceItem:
        """What a source yields for it; ``failure`` says why its picture could not be had."""
        if failure:
            return SourceItem(self.file, self.artwork, "", reject=failure, role=self.role)
        mark = self._fingerprint()
        same = known.get(self.file) == mark
        path = None if same else self.path
        return SourceItem(self.file, self.artwork, mark, path=path, unchanged=same, role=self.role)

    def _fingerprint(self) -> str:
        if self.url:
            return self.url
        if self.path is None:
            return digest(repr(self.artwork), 32)
        status = self.path.stat()
        return f"{status.st_size}-{status.st_mtime_ns}"


class PictureFetching:
    """Brings the pictures of works into a cache; one that is there is not fetched again.

    After 16 failures in a row that may pass, the host is not asked again.
    """

    def __init__(self, fetcher: Fetcher, hosts: Hosts, concurrency: int) -> None:
        self._fetcher, self._hosts, self._concurrency = fetcher, hosts, concurrency
        self._lost_in_a_row = 0

    def items(
        self, works: list[Coming], known: Mapping[str, str], progress: Progress
    ) -> Iterator[SourceItem]:
        """The items of ``works`` in their order; a picture that failed comes with ``reject``."""
        pool = ThreadPoolExecutor(self._concurrency, thread_name_prefix="fetch")
        window: deque[tuple[Coming, Future[str]]] = deque()
        ahead = iter(works)
        try:
            while True:
                while len(window) < 4 * self._concurrency and (work := next(ahead, None)):
                    window.append((work, pool.submit(self._bring, work, known)))
                if not window:
                    return
                work, future = window.popleft()
                yield work.item(_outcome(future, progress), known)
                progress.advance()
        finally:
            self._fetcher.stop()
            pool.shutdown(wait=True, cancel_futures=True)

    def _bring(self, work: Coming, known: Mapping[str, str]) -> str:
        """Fetch a picture unless it is here already; return why it failed, "" if not."""
        if work.reject or not work.url or work.path is None or known.get(work.file) == work.url:
            return work.reject
        if work.path.is_file() and not why_no_image(work.path):
            return ""
        if self._lost_in_a_row >= _GIVE_UP_AFTER:
            return "not tried: the image host stopped answering, run the import again later"
        try:
            self._fetch(work, work.path)
        except FetchFailed as error:
            self._lost_in_a_row = self._lost_in_a_row + 1 if error.temporary else 0
            return str(error)
        except OSError as error:
            return f"the image cannot be stored ({error.strerror or error})"
        self._lost_in_a_row = 0
        return ""

    def _fetch(self, work: Coming, target: Path) -> None:
        try:
            self._fetcher.image(work.url, self._hosts, target)
        except FetchFailed as error:
            if not error.refused:
                raise
            for whole in work.whole:
                with suppress(FetchFailed):
                    self._fetcher.image(whole, self._hosts, target)
                    return
            raise


def sweep(folder: Path) -> None:
    """Remove what killed runs left half written, but not what a running one writes now."""
    if folder.is_dir():
        atomic.sweep(folder, _STALE_PART_S)


def _outcome(future: Future[str], progress: Progress) -> str:
    """Wait for a download, noticing a cancellation within a fraction of a second."""
    while True:
        try:
            return future.result(timeout=0.2)
        except TimeoutError:
            progress.advance(0)
