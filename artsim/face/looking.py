"""Looking into pictures: patches that regions are found by, and why two pictures are alike."""

from pathlib import Path
from typing import Any, Literal

from artsim.explain.why import Why
from artsim.face.liked import items_of
from artsim.face.work import do
from artsim.library import Library


class Looking:
    """Looking into the pictures of a collection."""

    name: str
    _library: Library

    def patches(self, backbone: str, anew: bool = False, progress: bool = False) -> str:
        """Make the patches that ``artsim.Region`` needs; returns a sentence.

        About ten kilobytes a picture. Pictures that have patches are left out, unless ``anew``.
        """
        values = {"collection": self.name, "backbone": backbone, "anew": anew}
        done = do(self._library.workspace, "patches", values, progress)
        self._library.refresh(self.name)
        return done

    def why(
        self,
        backbone: str,
        a: Any,
        b: Any,
        metric: Literal["cosine", "euclidean"] = "cosine",
        out: str | Path | None = None,
    ) -> Why:
        """Why two works or pictures are alike; each is an id, a path, bytes or a Pillow image.

        The result has ``score``, ``parts`` (name and share; they add up to the score), ``heat_a``
        and ``heat_b`` (lists of rows, 0 to 1: how far the score falls if that place is hidden),
        ``matches`` (pairs of corresponding places), ``appearance`` (colours, composition),
        ``sentence`` and ``to_json()``. ``out`` is a PNG to draw it in.

        >>> found = artsim.open()["demo"].why("tiny", "w03", "w06")
        >>> [one.name for one in found.parts], abs(found.parts[0].share - found.score) < 1e-5
        (['whole'], True)
        """
        first, second = (items_of(self._library, self.name, [one])[0] for one in (a, b))
        found = self._library.why(self.name, backbone, first, second, metric)
        if out is not None:
            Path(out).write_bytes(self._library.why_picture(self.name, found, first, second))
        return found
