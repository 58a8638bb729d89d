"""Where each thing of IIIF is: the same below a server's /iiif/3 and in an exported folder."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode


@dataclass(frozen=True)
class Addresses:
    """Addresses below ``root``, which ends without a slash.

    >>> Addresses("https://art.example/iiif/3").manifest("paintings", "a.1")
    'https://art.example/iiif/3/paintings/a.1/manifest.json'
    """

    root: str

    def collection(self, name: str, part: int | None = None) -> str:
        """The list of all works, or of the works of one of its parts, counted from 1."""
        return f"{self.root}/{quote(name)}/{'manifest' if part is None else f'part-{part}'}.json"

    def manifest(self, name: str, work: str) -> str:
        """One work."""
        return f"{self.root}/{quote(name)}/{quote(work)}/manifest.json"

    def tray(self, token: str) -> str:
        """A tray that somebody shared."""
        return f"{self.root}/tray/{quote(token)}/manifest.json"

    def results(self, name: str, asked: Mapping[str, Any]) -> str:
        """What a search finds; ``asked`` is its view, as View.to_params gives it."""
        told = urlencode({k: v for k, v in asked.items() if k != "collection"}, doseq=True)
        return f"{self.root}/{quote(name)}/results.json?{told}"

    def picture(self, name: str, work: str, picture: str) -> str:
        """The image service of one picture of a work."""
        return f"{self.root}/{quote(name)}/{quote(work)}/{quote(picture)}"


def canvas_of(manifest: str, name: str) -> str:
    """The id of a canvas of the manifest at an address: ``name`` is a picture, or a number from 1.

    >>> canvas_of("https://art.example/iiif/3/paintings/a.1/manifest.json", "a.1")
    'https://art.example/iiif/3/paintings/a.1/canvas/a.1'
    """
    path, mark, asked = manifest.partition("?")
    base = path.removesuffix("/manifest.json").removesuffix(".json")
    return f"{base}/canvas/{quote(name)}{mark}{asked}"
