"""The NGA source: tables joined into works, images fetched side by side, items in id order."""

from collections import deque
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor, TimeoutError
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from artsim.collection.artwork import Artwork
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.naming import digest
from artsim.collection.sources.nga import artworks, catalogue, people
from artsim.collection.sources.nga.cached import bring_table
from artsim.collection.sources.nga.config import TABLE_FILES, NgaConfig
from artsim.collection.sources.nga.fetch import Fetcher, FetchFailed, why_no_image
from artsim.collection.sources.nga.records import Row, read_rows
from artsim.collection.sources.nga.relay import aside
from artsim.core import atomic
from artsim.core.errors import ArtsimError, Cancelled, InvalidInput
from artsim.core.progress import Progress

_GIVE_UP_AFTER = 16
_STALE_PART_S = 3600.0


@dataclass(frozen=True)
class _Work:
    """One item to come: its artwork and, where it has an image, the address and its cached file."""

    artwork: Artwork
    url: str = ""
    target: Path | None = None


class NgaSource:
    """Works of the NGA by its open data. Everything fetched stays in ``cache_dir``.

    ``notes`` say what the tables left out; ``failures`` lists (file, reason) of the images that
    could not be had. An image in the cache is never fetched again, whoever stopped the last run.
    """

    kind = "nga"
    description = "National Gallery of Art, Washington (open data)"
    generated = False
    # object ids are the NGA's own, so that every import from it is one source
    identity = "nga"

    def __init__(self, config: NgaConfig, cache_dir: Path) -> None:
        self.config = config
        self._tables, self._images = cache_dir / "tables", cache_dir / "images"
        self.notes: list[str] = []
        self.failures: list[tuple[str, str]] = []
        self._lost_in_a_row = 0

    def items(self, known: Mapping[str, str], progress: Progress) -> Iterator[SourceItem]:
        """Yield the works by objectid; a failed image comes as an item with ``reject``.

        A failed item's fingerprint is "", so that the next run tries it again. Raises InvalidInput
        and Unavailable where the tables cannot be used.
        """
        self.notes, self.failures, self._lost_in_a_row = [], [], 0
        with Fetcher(self.config) as fetcher:
            works = self._works(fetcher, progress)
            self._sweep()
            progress.start(len(works), "Fetching images", "images")
            yield from self._fetched(works, known, fetcher, progress)
            progress.finish()
        if self.failures:
            self.notes.append(
                f"{len(self.failures):,} images could not be fetched; the next import tries them "
                "again."
            )

    def _fetched(
        self, works: list[_Work], known: Mapping[str, str], fetcher: Fetcher, progress: Progress
    ) -> Iterator[SourceItem]:
        pool = ThreadPoolExecutor(self.config.concurrency, thread_name_prefix="nga")
        window: deque[tuple[_Work, Future[str]]] = deque()
        ahead = iter(works)
        try:
            while True:
                while len(window) < 4 * self.config.concurrency:
                    work = next(ahead, None)
                    if work is None:
                        break
                    window.append((work, pool.submit(self._bring, work, known, fetcher)))
                if not window:
                    break
                work, future = window.popleft()
                yield self._item(work, _outcome(future, progress), known)
                progress.advance()
        finally:
            fetcher.stop()
            pool.shutdown(wait=True, cancel_futures=True)

    def _bring(self, work: _Work, known: Mapping[str, str], fetcher: Fetcher) -> str:
        """Fetch a work's image unless it is here already; return why it failed, "" if not."""
        if work.target is None or known.get(_file(work)) == work.url:
            return ""
        if work.target.is_file() and not why_no_image(work.target):
            return ""
        if self._lost_in_a_row >= _GIVE_UP_AFTER:
            return "not tried: the image host stopped answering, run the import again later"
        try:
            _fetch(work.url, self.config, fetcher, work.target)
        except FetchFailed as error:
            self._lost_in_a_row = self._lost_in_a_row + 1 if error.temporary else 0
            return str(error)
        except OSError as error:
            return f"the image cannot be stored ({error.strerror or error})"
        self._lost_in_a_row = 0
        return ""

    def _item(self, work: _Work, failure: str, known: Mapping[str, str]) -> SourceItem:
        file = _file(work)
        if failure:
            self.failures.append((file, failure))
            return SourceItem(file, work.artwork, "", reject=failure)
        if work.target is None:
            mark = digest(repr(work.artwork), 32)
            return SourceItem(file, work.artwork, mark, unchanged=known.get(file) == mark)
        if known.get(file) == work.url:
            return SourceItem(file, work.artwork, work.url, unchanged=True)
        return SourceItem(file, work.artwork, work.url, path=work.target)

    def _works(self, fetcher: Fetcher, progress: Progress) -> list[_Work]:
        config, paths = self.config, self._paths(fetcher, progress)

        def rows(role: str, required: tuple[str, ...]) -> Iterator[Row]:
            return read_rows(paths[role], TABLE_FILES[role], required, progress, self.notes)

        objects = catalogue.read_objects(
            rows("objects", catalogue.OBJECT_COLUMNS), config.classification, self.notes
        )
        if not objects.wanted:
            raise InvalidInput(
                f"No object's classification contains {config.classification!r}: choose another "
                "--classification, for example painting."
            )
        pictures = catalogue.read_pictures(
            rows("images", catalogue.IMAGE_COLUMNS), objects, config.include_restricted, self.notes
        )
        ids = catalogue.chosen(pictures, config)
        imageless = sorted(objects.wanted.keys() - pictures.keys())
        if imageless:
            fate = "imported without one" if config.include_imageless else "not imported"
            self.notes.append(f"{len(imageless):,} works have no image that may be used: {fate}.")
        if config.include_imageless:
            ids = sorted([*ids, *imageless])
        wanted = frozenset(ids)
        parts: dict[int, list[people.Part]] = {}
        persons: dict[int, Row] = {}
        terms: dict[int, artworks.Terms] = {}
        if "objects_constituents" in paths and "constituents" in paths:
            parts = people.read_parts(rows("objects_constituents", people.LINK_COLUMNS), wanted)
            known = {part.constituentid for found in parts.values() for part in found}
            persons = people.read_people(rows("constituents", people.PERSON_COLUMNS), known)
        if "terms" in paths:
            terms = artworks.read_terms(rows("terms", artworks.TERM_COLUMNS), wanted)
        works: list[_Work] = []
        for objectid in ids:
            artist, person = people.artist_of(parts.get(objectid, []), persons)
            row = {**objects.wanted[objectid], "objectid": str(objectid)}
            picture = pictures.get(objectid)
            artwork = artworks.to_artwork(row, picture, artist, person, terms.get(objectid, {}))
            if picture is None:
                works.append(_Work(artwork))
            else:
                url = config.image_url(picture.iiif)
                works.append(
                    _Work(artwork, url, self._images / f"{objectid}-{digest(url, 12)}.jpg")
                )
        return works

    def _paths(self, fetcher: Fetcher, progress: Progress) -> dict[str, Path]:
        """The files of the tables; an optional one that cannot be had is noted and left out."""
        paths: dict[str, Path] = {}
        for role, location in self.config.tables().items():
            try:
                bring = partial(
                    bring_table, role, location, self.config, self._tables, fetcher, self.notes
                )
                paths[role] = aside(bring, progress, fetcher.stop)
            except Cancelled:
                raise
            except ArtsimError as error:
                if role in ("objects", "images") or error.status < 500:
                    raise
                self.notes.append(f"Imported without {TABLE_FILES[role]}: {error}")
        return paths

    def _sweep(self) -> None:
        """Remove what killed runs left half written, but not what a running one writes now."""
        if self._images.is_dir():
            atomic.sweep(self._images, _STALE_PART_S)


def _fetch(url: str, config: NgaConfig, fetcher: Fetcher, target: Path) -> None:
    """Bring an image; one that is smaller than what was asked for comes in its own size."""
    try:
        fetcher.image(url, config.image_hosts(), target)
    except FetchFailed as error:
        if not error.refused:
            raise
        for whole in config.whole_urls(url):
            with suppress(FetchFailed):
                fetcher.image(whole, config.image_hosts(), target)
                return
        raise


def _outcome(future: Future[str], progress: Progress) -> str:
    """Wait for a download, noticing a cancellation within a fraction of a second."""
    while True:
        try:
            return future.result(timeout=0.2)
        except TimeoutError:
            progress.advance(0)


def _file(work: _Work) -> str:
    return f"{work.artwork.id}.jpg" if work.target else f"{work.artwork.id} (no image)"
