"""Polite downloads: allowed hosts only, retries with back-off, and files that appear whole."""

import email.utils
import random
import socket
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO
from urllib.parse import urljoin, urlsplit

import httpx
import tenacity

from artsim import __version__
from artsim.collection.sources.nga.config import Hosts, NgaConfig
from artsim.core import atomic
from artsim.core.errors import Cancelled, UnsupportedImage
from artsim.images.formats import format_of
from artsim.people import addresses

_REDIRECTS = (301, 302, 303, 307, 308)
_TOO_LARGE = (400, 403, 501)  # how IIIF servers answer who asks for more than an image has
_DOCUMENTS = {"Accept": "application/ld+json, application/json, application/xml;q=0.9, */*;q=0.5"}
_BUSY = (408, 425, 429, 500, 502, 503, 504)


class FetchFailed(Exception):
    """A download that did not work: ``str`` is the reason; ``temporary`` says to try again.

    ``refused`` says that the host does not give the image in the size that was asked for.
    """

    def __init__(
        self,
        reason: str,
        temporary: bool = False,
        wait: float | None = None,
        refused: bool = False,
    ) -> None:
        super().__init__(reason)
        self.temporary, self.wait, self.refused = temporary, wait, refused


class Fetcher:
    """One HTTP client for all threads; a host that asks for patience gets it from all of them."""

    def __init__(self, config: NgaConfig) -> None:
        self._config = config
        self._stop = threading.Event()
        self._quiet: dict[str, float] = {}
        self._sockets: weakref.WeakSet[socket.socket] = weakref.WeakSet()
        self._for_people = addresses.for_people()
        self._client = httpx.Client(
            timeout=httpx.Timeout(config.timeout, connect=min(config.timeout, 10.0)),
            limits=httpx.Limits(max_connections=config.concurrency + 2),
            headers={"User-Agent": f"artsim/{__version__} (art collection search)"},
        )

    def __enter__(self) -> "Fetcher":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
        self._client.close()

    def stop(self) -> None:
        """Make every download under way end soon with Cancelled."""
        self._stop.set()
        # a thread that waits for an answer wakes when its socket is shut down
        for open_socket in list(self._sockets):
            with suppress(OSError):
                open_socket.shutdown(socket.SHUT_RDWR)

    def image(self, url: str, hosts: Hosts, target: Path) -> None:
        """Bring ``url`` to ``target``, which appears whole or not at all. Raises FetchFailed."""
        if reason := hosts.why_not(url):
            raise FetchFailed(f"refused: {reason}")

        def once() -> None:
            with atomic.opened(target) as part, self.answer(url, hosts, {}) as answer:
                if answer.status_code == 404:
                    raise FetchFailed("image not found (404)")
                if answer.status_code != 200:
                    code = answer.status_code
                    raise FetchFailed(f"download failed: HTTP {code}", refused=code in _TOO_LARGE)
                if not self.copy(answer, part, self._config.max_image_bytes):
                    raise FetchFailed("download failed: the answer was empty", temporary=True)
                part.flush()
                if reason := why_no_image(Path(part.name)):
                    raise FetchFailed(f"refused: {reason}")

        target.parent.mkdir(parents=True, exist_ok=True)
        self.patiently(once)

    def document(self, url: str, hosts: Hosts, target: Path, most: int) -> bytes:
        """The body at ``url``, at most ``most`` bytes, by way of ``target``. Raises FetchFailed."""
        if reason := hosts.why_not(url):
            raise FetchFailed(f"refused: {reason}")
        target.parent.mkdir(parents=True, exist_ok=True)

        def once() -> None:
            with atomic.opened(target) as part, self.answer(url, hosts, _DOCUMENTS) as answer:
                if answer.status_code != 200:
                    raise FetchFailed(f"download failed: HTTP {answer.status_code}")
                self.copy(answer, part, most)

        self.patiently(once)
        found = target.read_bytes()
        target.unlink()
        return found

    def patiently(self, attempt: Callable[[], None]) -> None:
        """Run ``attempt`` again while it fails for now, with growing waits. Raises FetchFailed."""
        retrying = tenacity.Retrying(
            stop=tenacity.stop_after_attempt(self._config.attempts),
            wait=self._wait,
            retry=tenacity.retry_if_exception(lambda e: isinstance(e, FetchFailed) and e.temporary),
            sleep=self._sleep,
            reraise=True,
        )
        retrying(attempt)

    @contextmanager
    def answer(self, url: str, hosts: Hosts, headers: dict[str, str]) -> Iterator[httpx.Response]:
        """The streamed answer to a GET, redirects followed to allowed hosts only.

        Raises FetchFailed for refused redirects, busy servers and broken connections, also those
        that break while the body is read.
        """
        try:
            for _ in range(6):
                self._wait_for(urlsplit(url).netloc)
                trace = {"trace": self._watched(httpx.URL(url).raw_host.decode())}
                with self._client.stream("GET", url, headers=headers, extensions=trace) as answer:
                    if answer.status_code in _BUSY:
                        raise self._busy(answer)
                    if answer.status_code not in _REDIRECTS:
                        yield answer
                        return
                    url = urljoin(url, answer.headers.get("location", ""))
                if reason := hosts.why_not(url):
                    raise FetchFailed(f"redirect refused: {reason}")
            raise FetchFailed("download failed: too many redirects")
        except httpx.TimeoutException as error:
            raise FetchFailed("download failed: the host did not answer in time", True) from error
        except httpx.TransportError as error:
            raise FetchFailed(f"download failed: {_plain(error)}", True) from error
        except httpx.InvalidURL as error:
            raise FetchFailed("refused: the address is malformed") from error

    def copy(
        self,
        answer: httpx.Response,
        part: BinaryIO,
        most: int,
        moved: Callable[[int], None] | None = None,
    ) -> int:
        """Copy a body to an open file; return its size. Raises FetchFailed above ``most`` bytes."""
        size = 0
        for chunk in answer.iter_bytes():
            if self._stop.is_set():
                raise Cancelled("The download was cancelled.")
            size += len(chunk)
            if size > most:
                raise FetchFailed(f"refused: larger than {most:,} bytes")
            part.write(chunk)
            if moved is not None:
                moved(len(chunk))
        return size

    def _watched(self, host: str) -> Callable[[str, dict[str, Any]], None]:
        """A callback for a request to ``host``: it keeps its sockets and refuses inside hosts."""
        own = False  # false where the operator's proxy is connected to in place of the host

        def watch(event: str, info: dict[str, Any]) -> None:
            nonlocal own
            if event == "connection.connect_tcp.started":
                own = self._for_people and info["host"] == host
                if own and addresses.is_inside(host):
                    raise FetchFailed(f"refused: {host} is within the server's own network")
            elif event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
                found = info["return_value"].get_extra_info("socket")
                if found is not None:
                    self._sockets.add(found)
                # connecting looked the name up once more; nothing has been sent yet
                if own and found and addresses.is_inside(host, found.getpeername()[0]):
                    found.close()
                    raise httpx.ConnectError("as where nothing answers")

        return watch

    def _busy(self, answer: httpx.Response) -> FetchFailed:
        wait = _retry_after(answer.headers.get("retry-after", ""))
        if wait is not None:
            wait = min(wait, self._config.max_wait)
            self._quiet[answer.url.netloc.decode("ascii")] = time.monotonic() + wait
        return FetchFailed(f"download failed: HTTP {answer.status_code}", True, wait)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, FetchFailed) and error.wait is not None:
            return error.wait
        longest = min(self._config.max_wait, self._config.backoff * 2 ** (state.attempt_number - 1))
        seconds: float = longest * random.uniform(0.5, 1.0)  # noqa: S311
        return seconds

    def _wait_for(self, netloc: str) -> None:
        if self._stop.is_set():
            raise Cancelled("The download was cancelled.")
        self._sleep(self._quiet.get(netloc, 0.0) - time.monotonic())

    def _sleep(self, seconds: float) -> None:
        if seconds > 0 and self._stop.wait(seconds):
            raise Cancelled("The download was cancelled.")


def why_no_image(path: Path) -> str:
    """What a file is where it is no image that can be read; "" for one that is."""
    with path.open("rb") as file:
        head = file.read(4096)
    try:
        format_of(head)
    except UnsupportedImage as error:
        return str(error).replace("The file is", "the answer is", 1).rstrip(".")
    return ""


def _retry_after(value: str) -> float | None:
    """Seconds that a Retry-After header asks for, whether it is a number or a date."""
    if value.strip().isdigit():
        return float(value)
    try:
        date = email.utils.parsedate_to_datetime(value)
        # without a zone it is Greenwich's, as HTTP wants dates
        date = date if date.tzinfo else date.replace(tzinfo=UTC)
        return max(0.0, date.timestamp() - time.time())
    except (TypeError, ValueError, OverflowError):
        return None


def _plain(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.ConnectError):
        unknown = "name" in str(error).lower()
        return "the host's name is unknown" if unknown else "the host cannot be connected to"
    return "the connection broke off"
