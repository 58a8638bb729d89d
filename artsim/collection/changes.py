"""What reading a source again has changed, in counts of files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any


@dataclass(frozen=True)
class Changes:
    """Files of a source beside what was known of them, each counted once.

    ``new`` and ``changed`` are in the collection now; ``changed`` are other bytes, or other words
    of the source about the work. Files that are left out count in none of these: the quality report
    has them as rejected. ``missing`` counts those that the source has no longer, ``unchanged``
    those with the same bytes at the same place and the same row.

    >>> Changes(new=1, moved=2) + Changes(new=3)
    Changes(new=4, changed=0, moved=2, renamed=0, missing=0, unchanged=0)
    """

    new: int = 0
    changed: int = 0
    moved: int = 0
    renamed: int = 0
    missing: int = 0
    unchanged: int = 0

    def __add__(self, other: "Changes") -> "Changes":
        return Changes(**{name: n + getattr(other, name) for name, n in asdict(self).items()})

    def __str__(self) -> str:
        return ", ".join(f"{n:,} {name}" for name, n in asdict(self).items())


def stored(document: Mapping[str, Any]) -> Changes:
    """The counts in a stored document, zeros where it has none."""
    return Changes(**{f.name: int(document.get(f.name, 0)) for f in fields(Changes)})
