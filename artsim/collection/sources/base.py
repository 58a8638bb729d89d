"""What every source hands over: one item a file (or imageless work), in a deterministic order."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

from pydantic import BaseModel

from artsim.core.progress import Progress

if TYPE_CHECKING:
    from artsim.collection.artwork import Artwork
    from artsim.collection.sources.files import FoundFile


@dataclass(frozen=True)
class SourceItem:
    """One file of a source and the artwork that it shows.

    ``file`` names it in reports and is unique in the source. Exactly one of these holds:
    ``path`` or ``data`` gives the image; ``reject`` says why there is none to look at;
    ``unchanged`` says that ``fingerprint`` equals ``known[file]`` and nothing was read or
    fetched; or none of them, for a work without an image. ``has_metadata`` is False where the
    title is only made from the file's name. ``told`` names the columns of metadata that the source
    speaks of, ``id`` among them where the id is not made up; None where it speaks of all: what it
    does not speak of stays as it is in a work that is there. ``role`` says which picture of its
    artwork the file is: primary (each work has one), recto, verso, detail or other. ``page``
    counts the pictures of a file from 1 where they are all taken, each as an item of its own. Of
    a further picture that no table names, ``of`` is the file that shows its work.
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
    told: frozenset[str] | None = None
    page: int = 0
    of: str = ""


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


@runtime_checkable
class Listed(Protocol):
    """A source whose files can be listed before any is read, so that they are known by content.

    Such a source is the same wherever it lies: the importer sets its ``identity`` to the one under
    which its files are remembered. ``place`` is where it lies now.
    """

    kind: str
    identity: str
    place: str

    def files(self) -> "list[FoundFile]":
        """Every file that ``items`` will yield."""
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
