"""Trays in Python: ``ws.trays``."""

import os
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
from pydantic import ValidationError

from artsim.core import atomic
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.fields import invalid
from artsim.core.user import user_name
from artsim.desk.exports.formats import format_named
from artsim.desk.exports.options import ExportOptions
from artsim.desk.exports.table import rows
from artsim.desk.tray import Tray as Held
from artsim.library import Library


class Trays(Mapping[str, "Tray"]):
    """The trays of a workspace by name, archived ones left out: a mapping, last changed first.

    >>> trays = artsim.open().trays
    >>> tray = trays.create("Proposal", note="For the winter exhibition")
    >>> tray.add("demo", ["w01", "w02"], note="from the store")
    2
    >>> list(trays), len(trays["Proposal"])
    (['Proposal'], 2)
    >>> del trays["Proposal"]
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def __getitem__(self, name: str) -> "Tray":
        """A tray, by its name or id; raises ``artsim.NotFound``."""
        return Tray(self._library, self._library.trays.get(name).id)

    def __contains__(self, name: object) -> bool:
        return name in list(self)

    def __iter__(self) -> Iterator[str]:
        return iter([tray.name for tray in self._library.trays.all()])

    def __len__(self) -> int:
        return len(self._library.trays.all())

    def __delitem__(self, name: str) -> None:
        """Delete a tray for good; no work is touched."""
        self._library.trays.delete(name)

    @property
    def archived(self) -> list[str]:
        """Names of the archived trays; ``trays[name]`` opens them too."""
        return [tray.name for tray in self._library.trays.all(archived=True)]

    def create(self, name: str, note: str = "") -> "Tray":
        """A new, empty tray; raises ``artsim.Conflict`` where one of that name is there."""
        return Tray(self._library, self._library.trays.create(name, note).id)


class Tray:
    """A person's selection of works, in an order, with notes.

    >>> tray = artsim.open().trays.create("Seas")
    >>> tray.add("demo", ["w03", "w04", "w05"])
    3
    >>> tray.move("demo", "w05", 1)
    >>> tray.annotate("demo", "w05", "opens the room")
    >>> tray.to_pandas()[["id", "title", "note"]].iloc[0].tolist()
    ['w05', 'Work 5', 'opens the room']
    >>> len(artsim.open()["demo"].search("tiny", like=tray.ids("demo"), k=2).hits)
    2
    >>> tray.where("demo")
    "id IN ('w05', 'w03', 'w04')"
    >>> tray.export("seas.csv")
    3
    >>> tray.delete()
    """

    def __init__(self, library: Library, tray_id: str) -> None:
        self._library, self._id = library, tray_id

    def __repr__(self) -> str:
        return f"<Tray {self.name!r}: {count(len(self), 'work')}>"

    def __len__(self) -> int:
        return len(self._held.items)

    @property
    def name(self) -> str:
        """Its name."""
        return self._held.name

    @property
    def note(self) -> str:
        """The note on it."""
        return self._held.note

    def ids(self, collection: str) -> list[str]:
        """Ids of its works from a collection, for the option ``like`` of ``search``."""
        return list(self._held.ids(collection))

    def where(self, collection: str) -> str:
        """An expression for its works from a collection, for the option ``where`` of ``search``."""
        return self._held.where(collection)

    def add(
        self, collection: str, ids: str | Iterable[str], note: str = "", found: str = ""
    ) -> int:
        """Put works at the end; returns how many are new. ``found``: the search they came from.

        Raises ``artsim.NotFound`` for a work that is not in the collection.
        """
        return self._library.add_to_tray(self._id, collection, _listed(ids), note, found)

    def remove(self, collection: str, ids: str | Iterable[str]) -> int:
        """Take works out; returns how many were in it."""
        return self._library.trays.remove(self._id, [(collection, one) for one in _listed(ids)])

    def annotate(self, collection: str, artwork_id: str, note: str) -> None:
        """Replace the note on a work."""
        self._library.trays.annotate(self._id, (collection, artwork_id), note)

    def describe(self, note: str) -> None:
        """Replace the note on the tray."""
        self._library.trays.describe(self._id, note)

    def move(self, collection: str, artwork_id: str, to: int) -> None:
        """Put a work at place ``to``, counted from 1."""
        self._library.trays.move(self._id, (collection, artwork_id), to)

    def order(self, keys: Iterable[tuple[str, str]]) -> None:
        """Put works first, as pairs of collection and id; the others follow as they were."""
        self._library.trays.order(self._id, list(keys))

    def rename(self, name: str) -> None:
        """Give it another name."""
        self._library.trays.rename(self._id, name)

    def copy(self, name: str) -> "Tray":
        """Another tray with the same works, notes and order."""
        return Tray(self._library, self._library.trays.copy(self._id, name).id)

    def archive(self, archived: bool = True) -> None:
        """Archive it; ``archived=False`` takes it back into use."""
        self._library.trays.archive(self._id, archived)

    def delete(self) -> None:
        """Delete it for good; no work is touched."""
        self._library.trays.delete(self._id)

    def label(self, collection: str, column: str) -> None:
        """Write its name into ``column`` of its works: a label to train on or to evaluate by.

        The step stands in the collection's history and can be undone.
        """
        self._library.label_tray(self._held, collection, column, user_name())

    def to_pandas(self) -> pd.DataFrame:
        """One line a work, in its order: ``collection``, ``id``, the metadata, ``note``, ``found``,
        and ``missing``, a sentence where the work is gone."""
        return pd.DataFrame(rows(self._library.tray_entries(self._held)))

    def to_json(self) -> dict[str, Any]:
        """The document that ``artsim tray show --json`` prints."""
        return self._held.to_json()

    def export(self, out: str | os.PathLike[str], **options: Any) -> int:
        """Write it to a .pdf, .xlsx, .html, .zip, .csv or .json; returns the number of works.

        ``options`` are those of ``artsim tray export``: layout, page, landscape, columns, caption,
        credit, found. The file is there whole or not at all.
        """
        path = Path(out)
        kind = format_named(path.suffix)
        try:
            chosen = ExportOptions(**options)
        except ValidationError as error:
            raise invalid(error) from error
        held = self._held
        data = self._library.export_tray(held, kind.name, chosen)
        try:
            atomic.write(path.absolute(), data)
        except OSError as error:
            raise InvalidInput(f"{path} cannot be written: {error.strerror or error}.") from error
        return len(held.items)

    @property
    def _held(self) -> Held:
        return self._library.trays.get(self._id)


def _listed(ids: str | Iterable[str]) -> list[str]:
    return [ids] if isinstance(ids, str) else list(ids)
