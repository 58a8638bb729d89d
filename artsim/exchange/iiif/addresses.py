"""Where each thing of IIIF is: the same below a server's /iiif/3 and in an exported folder."""

from dataclasses import dataclass
from urllib.parse import quote


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

    def picture(self, name: str, work: str, picture: str) -> str:
        """The image service of one picture of a work."""
        return f"{self.root}/{quote(name)}/{quote(work)}/{quote(picture)}"
