"""What failures of disk, memory and tables mean to a person, wherever they come up."""

import errno
import re
from pathlib import Path

from artsim.core.settings import setting
from artsim.core.store_trouble import store_trouble

_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "cannot allocate memory",
)  # of torch too
_FULL = ("no space left", "disk quota", "disk is full")
_DENIED = ("permission denied", "read-only file system", "operation not permitted")
# What Lance says of files that are missing, cut off or overwritten, and of nothing else.
_DAMAGE = (
    *("not found", "failed to fill whole buffer", "file size is too small", "invalid range"),
    *("corrupt", "failed to decode", "is a directory", "invalid utf-8", "invalid magic"),
    "does not have sufficient data",
)
_UNREADABLE = re.compile("invalid user input.*lance-(?:file|encoding)/", re.DOTALL)
_TABLE = re.compile(r"LanceError|/rust/lance")
_COLLECTION = re.compile(r"/?([^\s'\"]*/collections/([a-z0-9][a-z0-9_-]*))/")


def trouble(error: BaseException, collection: str = "") -> str | None:
    """One sentence with the remedy; None where the error is another kind of failure.

    ``collection`` is the name of the one that was being read, where that is known.
    """
    text = str(error)
    lower = text.lower()
    if isinstance(error, MemoryError) or any(
        words in lower for words in _MEMORY
    ):  # torch has its own
        return "The memory of this machine ran out: run it again when less else is running."
    code = error.errno if isinstance(error, OSError) else None
    if code in (errno.ENOSPC, errno.EDQUOT) or any(words in lower for words in _FULL):
        return "The disk is full: free some space and run it again; what was finished is kept."
    if said := store_trouble(text):
        return said
    table = _TABLE.search(text)
    if table and any(words in lower for words in _DENIED):
        return (
            "The workspace may not be used: check who may read and write its folder, "
            "then try again."
        )
    if "too many open files" in lower:
        return (
            "This process has too many files open: try again, and raise the limit ('ulimit -n') "
            "where it happens often."
        )
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
        name = found[2] if found else collection
        whose = f"The collection {name!r}" if name else "The collection"
        if found and not Path("/", found[1]).exists():  # Lance leaves the first slash out
            return f"{whose} is no longer there: somebody deleted it meanwhile."
        if any(words in lower for words in _DAMAGE) or _UNREADABLE.search(lower):
            return (
                f"{whose} is damaged (files of its tables are missing or cut off): restore it from "
                "a backup, or delete it and import it again."
            )
        return unknown(whose)
    return None


def unknown(whose: str) -> str:
    """The sentence for what fails for no reason that is known: it never advises to delete."""
    return (
        f"{whose} could not be read, and artsim does not know why: try again, and keep it as it is "
        "until somebody has read the log, which has the details."
    )
