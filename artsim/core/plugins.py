"""Objects that installed packages register under a group of entry points."""

from importlib.metadata import entry_points
from typing import Any

from artsim.core.errors import Unavailable


def plugin(group: str, name: str) -> Any:
    """The object that a package registered as ``name`` in ``group``.

    Raises Unavailable where no installed package has registered it, or where it cannot be
    imported.
    """
    for entry in entry_points(group=group, name=name):
        try:
            return entry.load()
        except ImportError as error:
            raise Unavailable(
                f"{name!r} cannot be loaded ({error}): install the package that it needs."
            ) from error
    raise Unavailable(f"{name!r} is not installed here: reinstall artsim, or its plug-in.")
