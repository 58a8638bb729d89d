"""What a collection says of itself in ``collection.json``, and how that document has changed."""

import json
import logging
from typing import Any

from artsim.collection import set_aside
from artsim.collection.folders import ABOUT, Folder
from artsim.core.errors import Unavailable
from artsim.core.formats import Format, report_migration
from artsim.core.progress import NULL


def _says_its_number(document: dict[str, Any]) -> dict[str, Any]:
    """Format 2: the document names its format, so that a later one is not read as this one."""
    return document


def _has_pictures(document: dict[str, Any]) -> dict[str, Any]:
    """Format 3: a table of pictures beside the artworks, in place of the works set aside."""
    return document


MANIFEST = Format(
    "collection",
    "restore it from a backup, or delete it and import it again",
    (_says_its_number, _has_pictures),
)
WITH_PICTURES = 3
TITLE = "title"  # what a person typed as its name; where there is none, its name says it
_log = logging.getLogger("artsim.formats")


def written(values: dict[str, Any]) -> str:
    """The text of a manifest with ``values``."""
    return json.dumps(MANIFEST.stamped(values), indent=1)


def identity(text: str) -> str:
    """What of a manifest tells two collections of one name apart: all but what people call it."""
    document = json.loads(text)
    return text if document.pop(TITLE, None) is None else json.dumps(document, indent=1)


def current(folder: Folder, name: str, text: str | None) -> str:
    """The manifest ``text`` of a collection in today's format.

    An older one is migrated in the folder too, after a copy of it was put beside it; where the
    folder cannot be written it is migrated again when it is read again. Raises Unreadable.
    """
    document, number = MANIFEST.numbered(text, name)
    if number == MANIFEST.number:
        return str(text)
    migrated = written(MANIFEST.migrated(document, number, name))
    kept = f"{ABOUT}.format-{number}"
    waiting = f"Waiting: another process is migrating {name!r}."
    try:
        with folder.lock("migrate", waiting, NULL):
            before = MANIFEST.numbered(folder.read(ABOUT), name)[1]
            if before == MANIFEST.number:
                return migrated
            if before < WITH_PICTURES:
                set_aside.migrate(folder, name)
            folder.write(kept, str(text))
            folder.write(ABOUT, migrated)
    except (OSError, Unavailable) as error:
        _log.info("The collection %r stays in format %d: %s", name, number, error)
        return migrated
    report_migration(f"The collection {name!r}", number, MANIFEST.number, kept)
    return migrated
