"""The source that records of every format come from: their pictures are read, or fetched."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from artsim.collection.artwork import Artwork
from artsim.collection.pictures import PRIMARY
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.naming import digest, first_of
from artsim.collection.sources.nga.config import Hosts, is_url
from artsim.collection.sources.nga.fetch import Fetcher, FetchFailed, why_no_image
from artsim.collection.sources.records.options import RecordOptions
from artsim.collection.sources.records.record import Record
from artsim.core import atomic
from artsim.core.errors import InvalidInput
from artsim.core.progress import Progress

Reader = Callable[["Reading"], Iterator[Record]]
_STALE_PART_S = 3600.0
_GIVE_UP_AFTER = 16


@dataclass
class Reading:
    """What a reader of records is given: its place, a way to bring further documents, notes."""

    place: str
    fetcher: Fetcher
    hosts: Hosts
    cache: Path
    max_bytes: int
    notes: list[str]

    def document(self, place: str) -> bytes:
        """The bytes of a file, or of an address on an allowed host; raises InvalidInput."""
        if is_url(place):
            target = self.cache / "documents" / f"{digest(place, 24)}.part"
            try:
                return self.fetcher.document(place, self.hosts, target, self.max_bytes)
            except FetchFailed as error:
                raise InvalidInput(f"{place[:200]} cannot be read: {error}.") from error
        path = Path(place).expanduser()
        try:
            if path.stat().st_size > self.max_bytes:
                raise InvalidInput(f"{path} is larger than {self.max_bytes:,} bytes: split it.")
            return path.read_bytes()
        except OSError as error:
            raise InvalidInput(f"{path} cannot be read: {error.strerror or error}.") from error


@dataclass(frozen=True)
class _Work:
    """One item to come, and where its picture is: a file, or an address and its cached file."""

    artwork: Artwork
    file: str
    role: str = PRIMARY
    path: Path | None = None
    url: str = ""
    whole: tuple[str, ...] = ()
    reject: str = ""


class RecordSource:
    """Works of records that ``read`` yields. Everything fetched stays in ``cache``."""

    generated = False

    def __init__(
        self, kind: str, title: str, read: Reader, options: RecordOptions, cache: Path
    ) -> None:
        self.kind = kind
        self.identity = f"{kind}:{options.place}"
        self.description = f"{title}: {options.place}"
        self.notes: list[str] = []
        self._read, self._options, self._cache = read, options, cache
        self._lost_in_a_row = 0

    def items(self, known: Mapping[str, str], progress: Progress) -> Iterator[SourceItem]:
        """Yield the works in order of id; a picture that cannot be had comes with ``reject``.

        Its fingerprint is "", so that the next import tries it again. Raises InvalidInput where
        the records cannot be read at all.
        """
        self.notes, self._lost_in_a_row = [], 0
        fetching = self._options.fetching()
        with Fetcher(fetching) as fetcher:
            hosts = Hosts(frozenset(), self._options.hosts())
            reading = Reading(
                self._options.place,
                fetcher,
                hosts,
                self._cache,
                self._options.max_document_bytes,
                self.notes,
            )
            works = self._works(self._read(reading))
            if (self._cache / "images").is_dir():
                atomic.sweep(self._cache / "images", _STALE_PART_S)
            progress.start(len(works), "Reading records", "images")
            yield from self._brought(works, known, fetcher, hosts, progress)
            progress.finish()

    def _works(self, records: Iterator[Record]) -> list[_Work]:
        works: list[_Work] = []
        seen: set[str] = set()
        repeated: list[str] = []
        bare = 0
        for record in records:
            artwork = record.artwork()
            if artwork.id in seen:
                repeated.append(record.id)
                continue
            seen.add(artwork.id)
            if not record.pictures:
                bare += 1
                works.append(_Work(artwork, f"{artwork.id} (no image)"))
            for number, picture in enumerate(record.pictures, 1):
                name = artwork.id if number == 1 else f"{artwork.id}-{digest(picture.place, 8)}"
                works.append(
                    self._work(artwork, name, picture.place, picture.role, picture.service)
                )
        if not seen:
            raise InvalidInput(
                f"{self._options.place} holds no {self.kind} records: check that it is the right "
                "file or address."
            )
        if repeated:
            self.notes.append(
                f"{len(repeated):,} records repeat an id and were left out, the first of each was "
                f"used: {first_of(repeated, 8)}."
            )
        if bare and self._options.include_imageless:
            self.notes.append(f"{bare:,} records have no picture: imported without one.")
        elif bare:
            works = [work for work in works if work.path or work.url or work.reject]
            self.notes.append(f"{bare:,} records have no picture: not imported.")
        return sorted(works, key=lambda work: (work.artwork.id, work.role != PRIMARY, work.file))

    def _work(self, artwork: Artwork, name: str, place: str, role: str, service: bool) -> _Work:
        if is_url(place):
            side, base = self._options.image_size, place.rstrip("/")
            url = f"{base}/full/!{side},{side}/0/default.jpg" if service else place
            whole = tuple(f"{base}/full/{s}/0/default.jpg" for s in ("max", "full"))
            target = self._cache / "images" / f"{digest(url, 24)}.jpg"
            return _Work(artwork, f"{name}.jpg", role, target, url, whole if service else ())
        root = _folder_of(self._options.place)
        path = (root / place).resolve() if root is not None else None
        if path is None or root is None or not path.is_relative_to(root) or not path.is_file():
            why = f"there is no picture {place[:80]!r} beside the records"
            return _Work(artwork, f"{name} ({place[:60]})", role, reject=why)
        return _Work(artwork, str(path.relative_to(root)), role, path)

    def _brought(
        self,
        works: list[_Work],
        known: Mapping[str, str],
        fetcher: Fetcher,
        hosts: Hosts,
        progress: Progress,
    ) -> Iterator[SourceItem]:
        count = self._options.concurrency
        pool = ThreadPoolExecutor(count, thread_name_prefix=self.kind)
        window: deque[tuple[_Work, Future[str]]] = deque()
        ahead = iter(works)
        try:
            while True:
                while len(window) < 4 * count and (work := next(ahead, None)) is not None:
                    window.append((work, pool.submit(self._bring, work, known, fetcher, hosts)))
                if not window:
                    return
                work, future = window.popleft()
                yield _item(work, future.result(), known)
                progress.advance()
        finally:
            fetcher.stop()
            pool.shutdown(wait=True, cancel_futures=True)

    def _bring(self, work: _Work, known: Mapping[str, str], fetcher: Fetcher, hosts: Hosts) -> str:
        """Fetch a picture unless it is here already; return why it failed, "" if not."""
        if work.reject or not work.url or work.path is None or known.get(work.file) == work.url:
            return work.reject
        if work.path.is_file() and not why_no_image(work.path):
            return ""
        if self._lost_in_a_row >= _GIVE_UP_AFTER:
            return "not tried: the host stopped answering, run the import again later"
        try:
            _fetch(work, fetcher, hosts, work.path)
        except FetchFailed as error:
            self._lost_in_a_row = self._lost_in_a_row + 1 if error.temporary else 0
            return str(error)
        except OSError as error:
            return f"the image cannot be stored ({error.strerror or error})"
        self._lost_in_a_row = 0
        return ""


def _fetch(work: _Work, fetcher: Fetcher, hosts: Hosts, target: Path) -> None:
    """Bring a picture; one that a service does not scale comes in its own size."""
    try:
        fetcher.image(work.url, hosts, target)
    except FetchFailed as error:
        if not error.refused or not work.whole:
            raise
        for url in work.whole:
            try:
                fetcher.image(url, hosts, target)
            except FetchFailed:
                continue
            return
        raise


def _item(work: _Work, failure: str, known: Mapping[str, str]) -> SourceItem:
    if failure:
        return SourceItem(work.file, work.artwork, "", reject=failure, role=work.role)
    if work.url:
        same = known.get(work.file) == work.url
        path = None if same else work.path
        return SourceItem(
            work.file, work.artwork, work.url, path=path, unchanged=same, role=work.role
        )
    if work.path is None:
        mark = digest(repr(work.artwork), 32)
        return SourceItem(work.file, work.artwork, mark, unchanged=known.get(work.file) == mark)
    status = work.path.stat()
    mark = f"{status.st_size}-{status.st_mtime_ns}"
    same = known.get(work.file) == mark
    path = None if same else work.path
    return SourceItem(work.file, work.artwork, mark, path=path, unchanged=same, role=work.role)


def _folder_of(place: str) -> Path | None:
    """The folder that pictures of local records lie below; None for records of the web."""
    if is_url(place):
        return None
    path = Path(place).expanduser().resolve()
    return path if path.is_dir() else path.parent
