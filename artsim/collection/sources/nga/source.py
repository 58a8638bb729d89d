"""The NGA source: tables joined into works, images fetched side by side, items in id order."""

from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path

from artsim.collection.pictures import OTHER, PRIMARY
from artsim.collection.sources import fetched
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.fetched import Coming, PictureFetching
from artsim.collection.sources.naming import digest
from artsim.collection.sources.nga import artworks, catalogue, people
from artsim.collection.sources.nga.cached import bring_table
from artsim.collection.sources.nga.config import TABLE_FILES, NgaConfig
from artsim.collection.sources.nga.fetch import Fetcher
from artsim.collection.sources.nga.records import Row, read_rows
from artsim.collection.sources.nga.relay import aside
from artsim.core.counts import count
from artsim.core.errors import ArtsimError, Cancelled, InvalidInput
from artsim.core.progress import Progress


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

    def items(self, known: Mapping[str, str], progress: Progress) -> Iterator[SourceItem]:
        """Yield the works by objectid; a failed image comes as an item with ``reject``.

        A failed item's fingerprint is "", so that the next run tries it again. Raises InvalidInput
        and Unavailable where the tables cannot be used.
        """
        self.notes, self.failures = [], []
        with Fetcher(self.config) as fetcher:
            works = self._works(fetcher, progress)
            fetched.sweep(self._images)
            progress.start(len(works), "Fetching images", "images")
            fetching = PictureFetching(fetcher, self.config.image_hosts(), self.config.concurrency)
            for item in fetching.items(works, known, progress):
                if item.reject:
                    self.failures.append((item.file, item.reject))
                yield item
            progress.finish()
        if self.failures:
            self.notes.append(
                f"{count(len(self.failures), 'image')} could not be fetched; the next import tries "
                "again."
            )

    def _works(self, fetcher: Fetcher, progress: Progress) -> list[Coming]:
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
            self.notes.append(
                f"{count(len(imageless), 'work has', 'works have')} no image that may be used: "
                f"{fate}."
            )
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
        works: list[Coming] = []
        for objectid in ids:
            artist, person = people.artist_of(parts.get(objectid, []), persons)
            row = {**objects.wanted[objectid], "objectid": str(objectid)}
            views = pictures.get(objectid, [])
            first = views[0] if views else None
            artwork = artworks.to_artwork(row, first, artist, person, terms.get(objectid, {}))
            if first is None:
                works.append(Coming(artwork, f"{artwork.id} (no image)"))
            for view in views:
                url = config.image_url(view.iiif)
                name = str(objectid) if view is first else f"{objectid}-{digest(view.iiif, 8)}"
                target = self._images / f"{objectid}-{digest(url, 12)}.jpg"
                role = PRIMARY if view is first else OTHER
                whole = config.whole_urls(url)
                works.append(Coming(artwork, f"{name}.jpg", role, target, url, whole))
        further = sum(work.role != PRIMARY for work in works)
        if further:
            self.notes.append(
                f"{count(further, 'further view')} kept as further pictures of their works."
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
