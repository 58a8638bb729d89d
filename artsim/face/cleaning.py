"""Correcting a collection by hand: each correction is a step of its history and can be undone."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import pandas as pd

from artsim.collection import store
from artsim.collection.edits.desk import Desk
from artsim.collection.edits.history import RENAME, History, Step
from artsim.core.user import user_name
from artsim.library import Library


class Cleaning:
    """Corrections of a collection; names and options are those of the commands.

    Every method returns the step of the history, None if nothing changes.
    """

    name: str
    _library: Library

    def edit(
        self, id: str | Sequence[str], add_columns: bool = False, **changes: Any
    ) -> Step | None:
        """Correct the metadata of works, by column; later imports and syncs keep what is corrected.

        None empties a value; years follow a changed ``date``. ``add_columns`` allows columns that
        do not exist yet. Raises ``artsim.InvalidInput`` for an unknown column or a value that does
        not fit.

        >>> demo = artsim.open()["demo"]
        >>> step = demo.edit(["w03", "w06"], artist="Claude Monet", date="c. 1890")
        >>> demo.to_pandas().loc["w06", "artist"], int(demo.to_pandas().loc["w06", "year"])
        ('Claude Monet', 1890)
        >>> demo.undo(step.step).what
        'undo'
        """
        ids = [id] if isinstance(id, str) else list(id)
        return self._changed(self._desk().edit(ids, changes, add_columns))

    def remove(self, *ids: str, reason: str = "") -> Step | None:
        """Take works down for good: every picture of theirs leaves this workspace and stays away.

        ``restore`` lets them come back with the next import of their source.
        """
        return self._changed(self._desk().remove(ids, reason))

    def restore(self, *ids: str) -> Step | None:
        """Let works that were taken down come back with the next import of their source."""
        return self._changed(self._desk().restore(ids))

    def keep(self, *files: str) -> Step | None:
        """Keep files, named as in ``quality()``, as works of their own whatever was measured."""
        return self._changed(self._desk().keep(files))

    def reject(self, *files: str) -> Step | None:
        """Leave files out; they can be kept again."""
        return self._changed(self._desk().reject(files))

    def merge(self, id: str, *others: str) -> Step | None:
        """Show the pictures of other works as pictures of one work."""
        return self._changed(self._desk().merge(id, others))

    def split(self, id: str, file: str) -> Step | None:
        """Take a file out of a work, or out of its group of copies."""
        return self._changed(self._desk().split(id, file))

    def best(self, file: str) -> Step | None:
        """Show a work, or a group of copies, by this file."""
        return self._changed(self._desk().best(file))

    def rename(self, new: str, title: str = "") -> Step:
        """Rename the collection, with its uploads, maps, votes, evaluations and trainings."""
        step = self._library.rename(self.name, new, user_name(), title=title)
        self.name = new
        return step

    def undo(self, step: int | None = None) -> Step:
        """Undo a step of the history, by default the latest; undoing an undo redoes the step.

        Raises ``artsim.Conflict`` if a later step has changed the same values.
        """
        made = self._library.undo(self.name, step, user_name())
        if made.what == RENAME:
            self.name = str(made.after["name"])
        return made

    def history(self) -> pd.DataFrame:
        """Who changed what by hand, one line a step, index ``step``.

        ``when`` (UTC), ``who``, ``what``, ``before`` and ``after`` by artwork id or file, and
        whether it is ``undone``.
        """
        names = [f.name for f in fields(Step) if f.name != "settled"]
        opened = store.Collection.open(self._library.workspace, self.name)
        steps = [step.to_json() for step in History(opened).steps]
        return pd.DataFrame(steps, columns=names).set_index("step")

    def _desk(self) -> Desk:
        return self._library.desk(self.name, user_name())

    def _changed(self, step: Step | None) -> Step | None:
        self._library.refresh(self.name)
        return step
