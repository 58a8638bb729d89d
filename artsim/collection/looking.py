"""A look at a file of a source, in a process of its own: a hostile file ends only that one."""

import os
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from artsim.collection.alongside import Alongside
from artsim.collection.quality.record import FileRecord
from artsim.core.errors import ArtsimError, Unavailable
from artsim.core.limits import Limits
from artsim.images.cage import Cage, OutOfTime

MOST_AT_ONCE = 8  # each may hold one full-size scan


@dataclass(frozen=True)
class Looked:
    """The record of a file and, where it decodes, its canonical JPEG and thumbnail.

    ``prepared`` is what ``Alongside`` asked for of its pixels, b"" where there is none of it.
    ``again`` says that another day may give another answer: it could not be read, or not in time.
    """

    record: FileRecord
    image: bytes | None = None
    thumb: bytes | None = None
    again: bool = False
    prepared: bytes = b""


class Looking:
    """Looks at files, some at a time; safe from several threads.

    with Looking(IMPORT_LIMITS) as looking:
        record = looking.at("a.jpg", Path("scans/a.jpg")).record
    """

    def __init__(self, limits: Limits, alongside: Alongside | None = None) -> None:
        self.lanes = min(MOST_AT_ONCE, os.cpu_count() or 1)
        self._asked: dict[str, Any] = {"limits": asdict(limits)}
        work = "artsim.collection.caged_look:work"
        if alongside is not None:
            work = alongside.caged
            self._asked["prepare"] = alongside.prepare
        self._cage = Cage(work, limits, self.lanes)

    def __enter__(self) -> "Looking":
        return self

    def __exit__(self, *_: object) -> None:
        self._cage.close()

    def at(
        self,
        file: str,
        source: Path | bytes,
        artwork_id: str = "",
        has_metadata: bool = False,
        sequence: int = 0,
        page: int = 0,
    ) -> Looked:
        """Decode and measure a file; never raises for bad bytes, the record says why."""
        told: dict[str, Any] = {
            "file": file,
            "artwork_id": artwork_id,
            "has_metadata": has_metadata,
            "sequence": sequence,
        }
        more: dict[str, Any] = {"page": page, "path": "", **self._asked}
        if isinstance(source, Path):
            more["path"], source = str(source), b""
        try:
            answer = self._cage.run(told | more, source)
        except Unavailable:
            raise
        except ArtsimError as error:
            told["artwork_id"] = artwork_id or file
            again = isinstance(error, OutOfTime)
            return Looked(FileRecord(**told, error=str(error)), again=again)
        if "barred" in answer.said:
            said = f"cannot be read: {answer.said['barred']}"
            return Looked(FileRecord(**told, error=said), again=True)
        record = answer.said["record"]
        record["conversions"] = tuple(record["conversions"])
        signature, inner, *stored = answer.given
        found = FileRecord(**record, signature=signature, inner_signature=inner)
        image, thumb, *prepared = stored or (None, None)
        return Looked(found, image, thumb, prepared=b"".join(prepared))
