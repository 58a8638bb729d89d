"""Safe, stable artwork ids and readable titles where a source has only names of its own."""

import hashlib
import re
import unicodedata
from collections.abc import Sequence

from artsim.collection.artwork import ascii_fold
from artsim.core.errors import InvalidInput
from artsim.core.workspace import checked_id


def safe_id(name: str) -> str:
    """``name`` itself where it is a safe id, else a slug of it with a digest of the whole name.

    The digest keeps two names apart that differ only in what a slug drops, whatever else the
    source holds: an id never depends on its neighbours.
    """
    name = unicodedata.normalize("NFC", name)  # as a Mac's disk and another's write one name
    try:
        return checked_id(name)
    except InvalidInput:
        slug = re.sub(r"[^A-Za-z0-9._]+", "-", ascii_fold(name))
        slug = re.sub(r"\.{2,}", ".", slug).strip("-._")[:80].strip("-._") or "work"
        return f"{slug}-{digest(name)}"


def digest(text: str, length: int = 6) -> str:
    """The first hex digits of the SHA-256 of ``text``."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:length]


def readable_title(stem: str) -> str:
    """A file's stem as a title: ``still_life-with  fruit`` becomes ``still life with fruit``."""
    return re.sub(r"[\s_-]+", " ", stem).strip() or stem


def first_of(names: Sequence[str], most: int = 3) -> str:
    """The first names of a list for a sentence, and how many more there are.

    >>> first_of(["a", "b", "c"], 2)
    'a, b and 1 more'
    """
    shown = ", ".join(name[:60] for name in names[:most])
    return shown + (f" and {len(names) - most:,} more" if len(names) > most else "")
