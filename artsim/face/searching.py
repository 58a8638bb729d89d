"""Searching by words, by taught concepts, and by a photograph of a work."""

import os
from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from artsim.core.errors import NotFound
from artsim.explain.identify import Identification
from artsim.face.frames import frame_of
from artsim.face.liked import Liked, photo_of
from artsim.library import Library
from artsim.search.concept_store import Concept
from artsim.search.filters import Filters


class Searching:
    """Other ways to search a collection; names and options are those of the commands."""

    name: str
    _library: Library

    def find(self, text: str, k: int = 48) -> pd.DataFrame:
        """The works whose metadata has the words of ``text``, the best first; index ``id``.

        Case and accents do not matter; words in quotes are a phrase. Where no work has them all,
        works with words that are spelled much like them are found.

        >>> demo = artsim.open()["demo"]
        >>> demo.find("baroqe", k=2)["style"].tolist()
        ['Baroque', 'Baroque']
        >>> demo.find('"Work 7" baroque').index.tolist()
        ['w07']
        """
        page = self._library.browse(self.name, Filters(text=text), 0, k)
        works = frame_of(self._library.catalog(self.name).table).set_index("id")
        return works.loc[[row["id"] for row in page.rows]]

    def identify(self, image: Liked, backbone: str | None = None) -> Identification:
        """Which work a photograph, a print or a postcard shows, or that it is none of these.

        ``image`` is a path, bytes or a Pillow image. The result has ``found``, ``id``, ``title``,
        ``artist``, ``confidence``, ``inliers``, ``outline`` (corners in fractions of the
        photograph), ``candidates`` and ``to_json()``.
        """
        return self._library.identify(self.name, photo_of(image), backbone)

    def teach(
        self,
        concept: str,
        backbone: str,
        like: Iterable[str] = (),
        unlike: Iterable[str] = (),
        label: tuple[str, str] | None = None,
    ) -> Concept:
        """Teach a concept by the ids of works that show it (3 or more) and of works that do not.

        ``label`` takes the works that show it from a column instead: ("style", "Baroque"). The
        result has ``ap``, the average precision over examples kept aside with its 95 % interval
        (None for fewer than 6), and ``chance``, that of a random order. Search with
        ``artsim.Concept(name)``.

        >>> demo = artsim.open()["demo"]
        >>> made = demo.teach("cubist", "tiny", label=("style", "Cubism"))
        >>> made.ap.value > made.chance
        True
        >>> demo.delete_concept("cubist")
        """
        liked, unliked = ([ids] if isinstance(ids, str) else ids for ids in (like, unlike))
        return self._library.teach(self.name, concept, backbone, liked, unliked, label)

    def concepts(self) -> list[Concept]:
        """The concepts that the collection was taught, by name."""
        return self._library.concepts(self.name)

    def delete_concept(self, concept: str, backbone: str = "") -> None:
        """Delete a concept, for one backbone or for all."""
        self._library.delete_concept(self.name, concept, backbone)

    def export_concept(self, concept: str, backbone: str, path: str | os.PathLike[str]) -> None:
        """Write a concept to a file, to share it with other collections and people."""
        found = self._library.concept(self.name, concept, backbone)
        Path(path).write_text(found.exported(), encoding="utf-8")

    def import_concept(self, path: str | os.PathLike[str]) -> Concept:
        """Read a concept that ``export_concept`` wrote, for embeddings of the same weights."""
        try:
            return self._library.import_concept(self.name, Path(path).read_bytes())
        except FileNotFoundError as error:
            raise NotFound(f"There is no file {Path(path).name!r}.") from error
