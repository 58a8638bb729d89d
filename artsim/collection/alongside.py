"""What else is made of the pictures of an import while their pixels are at hand: embeddings."""

from collections.abc import Mapping
from contextlib import AbstractContextManager
from typing import Any, Protocol

from artsim.collection.store import Collection
from artsim.core.progress import Progress


class Alongside(Protocol):
    """Gets what the cage prepared of every picture that an import stores as that of a work."""

    @property
    def caged(self) -> str:
        """'module:function' that the cage calls: ``caged_look.work``, and one more piece."""

    @property
    def prepare(self) -> Mapping[str, Any]:
        """What that function receives, as JSON, under "prepare"."""

    def into(self, collection: Collection, progress: Progress) -> AbstractContextManager[None]:
        """Be ready for ``collection``, and all written at the end."""

    def stored(self, pictures: Mapping[str, bytes]) -> None:
        """Take what was prepared, by file, of pictures that are stored now."""
