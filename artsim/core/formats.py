"""Numbers of stored formats, and the migrations that lead from each one to the next.

Every document, table and database that outlives a process has a format number; one without a
number is of format 1. A list of migrations only ever grows: the first leads from format 1 to 2.
Records that are never written again (maps, evaluations, trainings) are migrated in memory whenever
they are read. Collections and databases are migrated on the disk by the first process that opens
them: it copies the old state beside them and puts the new one in place in one step, so that a kill
at any moment leaves the old state or the new one.
"""

import errno
import json
import logging
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artsim.core.errors import NewerFormat, Unreadable

FIELD = "format"
Document = dict[str, Any]
Migration = Callable[[Document], Document]
_NO_FILE = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR)
_WRONG = (KeyError, TypeError, ValueError, AttributeError, IndexError)
_log = logging.getLogger("artsim.formats")


@dataclass(frozen=True)
class Format:
    """How one kind of JSON document is stored; ``what`` names the kind in sentences.

    ``remedy`` says what to do with one that is damaged. Example::

        MAP = Format("map", "delete it and draw it again", (add_a_legend,))
        MAP.number           # 2
        MAP.stamped({})      # {"format": 2}
        MAP.parsed('{"format": 1}', "a1b2")  # what add_a_legend makes of {}
    """

    what: str
    remedy: str
    migrations: tuple[Migration, ...] = ()

    @property
    def number(self) -> int:
        """The format that is written."""
        return 1 + len(self.migrations)

    def stamped(self, document: Document) -> Document:
        """``document`` with its format number."""
        return {FIELD: self.number, **document}

    def parsed(self, text: str | None, name: str) -> Document:
        """The document in ``text``, brought to today's format, without its number.

        Raises Unreadable where ``text`` is None, no JSON object, or of a newer format.
        """
        return self.migrated(*self.numbered(text, name), name)

    def numbered(self, text: str | None, name: str) -> tuple[Document, int]:
        """The document in ``text`` as it is, without its number, and the number."""
        if text is None:
            raise self.unreadable(name, "its file is missing")
        try:
            document = json.loads(text)
        except (ValueError, RecursionError) as error:
            raise self.unreadable(name, "its file is cut off or no JSON") from error
        if not isinstance(document, dict):
            raise self.unreadable(name, "its file holds no JSON object")
        number = document.pop(FIELD, 1)
        if type(number) is not int or number < 1:
            raise self.unreadable(name, "its format is no number")
        if number > self.number:
            raise newer(f"The {self.what} {name!r}", number, self.number)
        return document, number

    def migrated(self, document: Document, number: int, name: str) -> Document:
        """``document`` of format ``number`` brought to today's; raises Unreadable."""
        try:
            for migration in self.migrations[number - 1 :]:
                document = migration(document)
        except _WRONG as error:
            raise self.unreadable(name, "fields are missing or of a wrong type") from error
        return document

    def unreadable(self, name: str, reason: str, error: BaseException | None = None) -> Unreadable:
        """The error that says that the one called ``name`` is damaged, and what to do.

        If ``error`` is a fault of the machine, such as a missing permission, the sentence says so
        instead: nobody should delete a sound document.
        """
        if isinstance(error, OSError) and _of_the_machine(error):
            return _barred(f"The {self.what} {name!r}", error)
        return Unreadable(f"The {self.what} {name!r} cannot be read ({reason}): {self.remedy}.")


def text_of(path: Path) -> str | None:
    """The text of a stored document, None where there is none.

    Raises Unreadable where the file is there and cannot be read now.
    """
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        if _of_the_machine(error):
            raise _barred(f"{path.parent.name}/{path.name}", error) from error
        return None


def _of_the_machine(error: OSError) -> bool:
    return error.errno is not None and error.errno not in _NO_FILE


def _barred(what: str, error: OSError) -> Unreadable:
    reason = os.strerror(error.errno or 0)
    return Unreadable(f"{what} cannot be read now ({reason}): put that right, then try again.")


def newer(what: str, number: int, known: int) -> NewerFormat:
    """The error that says that ``what`` has a format which this version does not know."""
    return NewerFormat(
        f"{what} was made by a newer artsim (format {number}, this one reads up to {known}): "
        "update artsim."
    )


def report_migration(what: str, before: int, now: int, copy: str) -> None:
    """Say in the log and on stderr that ``what`` was migrated; ``copy`` is the old one's name."""
    text = f"{what} was migrated from format {before} to {now}; a copy of the old one is {copy}."
    _log.info("%s", text)
    sys.stderr.write(f"artsim: {text}\n")
