"""What every source hands over: one item a file (or imageless work), in a deterministic order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from artsim.core.progress import Progress

if TYPE_CHECKING:
    from artsim.collection.artwork import Artwork


@dataclass(frozen=True)
class SourceItem:
    """One file of a source and the artwork that it shows.

    ``file`` names it in reports and is unique in the source. Exactly one of these holds:
    ``path`` or ``data`` gives the image; ``reject`` says why there is none to look at;
    ``unchanged`` says that ``fingerprint`` equals ``known[file]`` and nothing was read or
    fetched; or none of them, for a work without an image. ``has_metadata`` is False where the
    title is only made from the file's name.
    ``role`` says which picture of its artwork the file is: primary, recto, verso, detail, other.
    A work has one primary picture.
    """

    file: str
    artwork: "Artwork"
    fingerprint: str
    path: Path | None = None
    data: bytes | None = None
    reject: str = ""
    unchanged: bool = False
    has_metadata: bool = True
    role: str = "primary"


class Source(Protocol):
    """Something that artworks can be imported from.

    ``identity`` tells this source from others of its kind: files are remembered under it.
    ``notes`` are plain sentences (counts of orphans, malformed rows, closed access ...),
    complete once ``items`` is exhausted; each call of ``items`` starts them anew.
    """

    kind: str
    identity: str
    description: str
    generated: bool
    notes: list[str]

    def items(self, known: Mapping[str, str], progress: Progress) -> Iterator[SourceItem]:
        """Yield the items; ``known`` maps files imported before to their fingerprints.

        Raises InvalidInput or Unavailable where the source cannot be read at all, and Cancelled
        when ``progress`` does.
        """
        ...


@dataclass(frozen=True)
class SourceKind:
    """A kind of source: ``open`` makes the Source that ``options``, a pydantic model, describe.

    Each field of the model is an option of ``artsim collection import NAME`` and of the page's
    form, with its description as help. ``open`` also gets a folder (a Path, perhaps not there
    yet) where the source may keep what it fetched. ``title`` is what people call it.
    """

    name: str
    title: str
    options: type[BaseModel]
    open: Callable[[Any, Path], Source]
