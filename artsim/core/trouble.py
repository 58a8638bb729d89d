"""What failures of disk, memory and tables mean to a person, wherever they come up."""

import errno
import re
from pathlib import Path

from artsim.core.settings import setting
from artsim.core.store_trouble import store_trouble

_FULL = ("no space left", "disk quota", "disk is full")
_DENIED = ("permission denied", "read-only file system", "operation not permitted")
_TABLE = re.compile(r"LanceError|/rust/lance")
_COLLECTION = re.compile(r"/?([^\s'\"]*/collections/([a-z0-9][a-z0-9_-]*))/")


def trouble(error: BaseException) -> str | None:
    """One sentence with the remedy; None where the error is another kind of failure."""
    text = str(error)
    lower = text.lower()
    if isinstance(error, MemoryError) or "out of memory" in lower:  # torch has its own
        return "The memory of this machine ran out: run it again when less else is running."
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOSPC, errno.EDQUOT) or any(words in lower for words in _FULL):
        return "The disk is full: free some space and run it again, what was finished is kept."
    if said := store_trouble(text):
        return said
    table = _TABLE.search(text)
    if table and any(words in lower for words in _DENIED):
        return "The workspace cannot be written: check who may write to its folder, then try again."
    if isinstance(error, OSError) and code is not None:
        what = error.filename or "A file"
        return f"{what} cannot be used ({error.strerror}): put that right, then run it again."
    if table:
        if setting("tables") and "not found" in lower:
            return (
                "Files of the collection are not in the object store: somebody deleted it "
                "meanwhile, or it is damaged; 'artsim collection list' lists those that are there."
            )
        found = _COLLECTION.search(text)
        whose = f"The collection {found[2]!r}" if found else "The collection"
        if found and not Path("/", found[1]).exists():  # Lance leaves the first slash out
            return f"{whose} is no longer there: somebody deleted it meanwhile."
        return (
            f"{whose} is damaged (files of its tables are missing or cut off): restore it from a "
            "backup, or delete it and import it again."
        )
    return None
