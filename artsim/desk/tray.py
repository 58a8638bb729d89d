"""A tray: works that a person has put together, in an order of their own, with notes."""

import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from artsim.core.errors import InvalidInput
from artsim.core.workspace import checked_id, checked_name

MAX_NAME = 100
MAX_NOTE = 4000
MAX_FOUND = 500
MAX_ITEMS = 2000


@dataclass(frozen=True)
class TrayItem:
    """One work of a tray; ``order`` counts from 1.

    ``title`` and ``artist`` are those of the day when it was added, in case the work disappears;
    ``found`` names the search that found it, such as a query and a backbone, "" for browsing.
    Raises InvalidInput where a value cannot be used.
    """

    collection: str
    id: str
    note: str = ""
    order: int = 0
    title: str = ""
    artist: str = ""
    found: str = ""

    def __post_init__(self) -> None:
        checked_name(self.collection)
        checked_id(self.id)
        checked_note(self.note)

    @property
    def key(self) -> tuple[str, str]:
        """Its collection and artwork id: a work lies in a tray once."""
        return self.collection, self.id

    def to_json(self) -> dict[str, Any]:
        """The item as documents hold it."""
        return {
            "collection": self.collection,
            "id": self.id,
            "note": self.note,
            "order": self.order,
            "title": self.title,
            "artist": self.artist,
            "found": self.found,
        }


@dataclass(frozen=True)
class Tray:
    """A tray as it is now. ``created`` and ``changed`` are in seconds since 1970.

    ``id`` never changes, the name may. ``token`` is the unguessable end of the link by which it is
    shared, "" where it is not. ``owner`` is whose it is, "" for everybody's.
    """

    id: str
    name: str
    note: str
    items: tuple[TrayItem, ...]
    created: float
    changed: float
    archived: bool = False
    token: str = ""
    owner: str = ""

    def ids(self, collection: str) -> tuple[str, ...]:
        """Ids of its works of one collection, in its order."""
        return tuple(item.id for item in self.items if item.collection == collection)

    def where(self, collection: str) -> str:
        """The filter, as a SQL expression, that its works of a collection pass and no others.

        >>> works = (TrayItem("demo", "w01"), TrayItem("demo", "w02"), TrayItem("prints", "7"))
        >>> Tray("1f", "Winter", "", works, 0, 0).where("demo")
        "id IN ('w01', 'w02')"
        """
        ids = self.ids(collection)  # checked: no id holds a quotation mark
        return f"id IN ({', '.join(repr(one) for one in ids)})" if ids else "id IS NULL"

    def to_json(self) -> dict[str, Any]:
        """The document that commands and routes print; times are ISO 8601, UTC."""
        return {
            "id": self.id,
            "name": self.name,
            "note": self.note,
            "items": [item.to_json() for item in self.items],
            "created": iso(self.created),
            "changed": iso(self.changed),
            "archived": self.archived,
            "shared": bool(self.token),
            "owner": self.owner,
        }


def iso(seconds: float) -> str:
    """A time in seconds since 1970 as ISO 8601 in UTC.

    >>> iso(0)
    '1970-01-01T00:00:00+00:00'
    """
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")


def checked_tray_name(name: str, what: str = "tray") -> str:
    """The name as it is stored, in one line; raises InvalidInput where it cannot name ``what``.

    >>> checked_tray_name("  Winter   2027 ")
    'Winter 2027'
    """
    if len(name) > 40 * MAX_NAME:
        raise InvalidInput(f"A {what}'s name has at most {MAX_NAME} characters: shorten it.")
    composed = unicodedata.normalize("NFC", name)
    hidden = [c for c in composed if unicodedata.category(c) in ("Cc", "Cs", "Co", "Cn")]
    if any(not c.isspace() for c in hidden) or "\u202e" in composed:
        raise InvalidInput(f"A {what}'s name has letters, digits and signs only: type it anew.")
    name = " ".join(composed.split())
    if not name or not any(c.isprintable() and not c.isspace() for c in name):
        raise InvalidInput(f"A {what} needs a name: give it one.")
    if len(name) > MAX_NAME:
        raise InvalidInput(f"A {what}'s name has at most {MAX_NAME} characters: shorten it.")
    return name


def checked_note(note: str) -> str:
    """The note without characters that no file can hold; raises InvalidInput where too long."""
    if len(note) > MAX_NOTE:
        raise InvalidInput(f"A note has at most {MAX_NOTE:,} characters: shorten it.")
    return "".join(c for c in note if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs"))


def keys_of(items: Iterable[TrayItem]) -> list[tuple[str, str]]:
    """Collection and artwork id of each."""
    return [item.key for item in items]
