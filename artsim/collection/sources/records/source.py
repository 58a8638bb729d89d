"""The source that records of every format come from: their pictures are read, or fetched."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from artsim.collection.artwork import Artwork
from artsim.collection.pictures import PRIMARY
from artsim.collection.sources import fetched
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.fetched import Coming, PictureFetching
from artsim.collection.sources.naming import digest, first_of
from artsim.collection.sources.nga.config import Hosts, is_url
from artsim.collection.sources.nga.fetch import Fetcher, FetchFailed
from artsim.collection.sources.records.options import RecordOptions
from artsim.collection.sources.records.record import Record
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.progress import Progress

Reader = Callable[["Reading"], Iterator[Record]]


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

    def items(self, known: Mapping[str, str], progress: Progress) -> Iterator[SourceItem]:
        """Yield the works in order of id; a picture that cannot be had comes with ``reject``.

        Its fingerprint is "", so that the next import tries it again. Raises InvalidInput where
        the records cannot be read at all.
        """
        self.notes = []
        with Fetcher(self._options.fetching()) as fetcher:
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
            fetched.sweep(self._cache / "images")
            progress.start(len(works), "Reading records", "images")
            fetching = PictureFetching(fetcher, hosts, self._options.concurrency)
            yield from fetching.items(works, known, progress)
            progress.finish()

    def _works(self, records: Iterator[Record]) -> list[Coming]:
        works: list[Coming] = []
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
                works.append(Coming(artwork, f"{artwork.id} (no image)"))
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
                f"{count(len(repeated), 'record')} left out, because an earlier one has the same "
                f"id: {first_of(repeated, 8)}."
            )
        if bare and self._options.include_imageless:
            self.notes.append(f"{count(bare, 'record')} without a picture: imported all the same.")
        elif bare:
            works = [work for work in works if work.path or work.url or work.reject]
            self.notes.append(f"{count(bare, 'record')} without a picture: not imported.")
        return sorted(works, key=lambda work: (work.artwork.id, work.role != PRIMARY, work.file))

    def _work(self, artwork: Artwork, name: str, place: str, role: str, service: bool) -> Coming:
        if is_url(place):
            scaled = self._options.fetching()
            url = scaled.image_url(place) if service else place
            whole = scaled.whole_urls(url) if service else ()
            target = self._cache / "images" / f"{digest(url, 24)}.jpg"
            return Coming(artwork, f"{name}.jpg", role, target, url, whole)
        root = _folder_of(self._options.place)
        path = (root / place).resolve() if root is not None else None
        if path is None or root is None or not path.is_relative_to(root) or not path.is_file():
            why = f"there is no picture {place[:80]!r} beside the records"
            return Coming(artwork, f"{name} ({place[:60]})", role, reject=why)
        return Coming(artwork, str(path.relative_to(root)), role, path)


def _folder_of(place: str) -> Path | None:
    """The folder that pictures of local records lie below; None for records of the web."""
    if is_url(place):
        return None
    path = Path(place).expanduser().resolve()
    return path if path.is_dir() else path.parent
