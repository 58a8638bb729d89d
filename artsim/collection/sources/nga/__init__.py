"""The National Gallery of Art's open data: tables as CSV, images by IIIF."""

import importlib
from typing import TYPE_CHECKING, Any

from artsim.collection.sources.nga.config import NgaConfig

if TYPE_CHECKING:
    from artsim.collection.sources.nga.reach import reachable
    from artsim.collection.sources.nga.source import NgaSource

__all__ = ["NgaConfig", "NgaSource", "reachable"]
_HOME = {"NgaSource": "source", "reachable": "reach"}


def __getattr__(name: str) -> Any:
    # the HTTP client is slow to import, and a config alone does not need it
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOME[name]}"), name)
