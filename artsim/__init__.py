"""Visual search for art collections: import, embed, search and evaluate artworks.

>>> ws = artsim.open()
>>> demo = ws["demo"]
>>> [hit.artist for hit in demo.search("tiny", like=["w03"], k=2).hits]
['Artist 0', 'Artist 0']
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from artsim.core.errors import (
        ArtsimError,
        Cancelled,
        Conflict,
        InvalidInput,
        NeedsConsent,
        NewerFormat,
        NotAllowed,
        NotFound,
        NotSignedIn,
        TooLarge,
        TooMany,
        Unavailable,
        Unreadable,
        UnsupportedImage,
    )
    from artsim.evaluation.relevances import judged, same
    from artsim.face.backbone import backbone
    from artsim.face.collection import Collection
    from artsim.face.liked import Concept, Region, Words
    from artsim.face.workspace import Workspace
    from artsim.face.workspace import open_workspace as open

__version__ = "0.2.0"
__all__ = [
    "ArtsimError",
    "Cancelled",
    "Collection",
    "Concept",
    "Conflict",
    "InvalidInput",
    "NeedsConsent",
    "NewerFormat",
    "NotAllowed",
    "NotFound",
    "NotSignedIn",
    "Region",
    "TooLarge",
    "TooMany",
    "Unavailable",
    "Unreadable",
    "UnsupportedImage",
    "Words",
    "Workspace",
    "backbone",
    "judged",
    "open",
    "same",
]

# The module of each name, imported at the name's first use: importing artsim stays fast.
_PLACES = {name: ("artsim.core.errors", name) for name in __all__} | {
    "Collection": ("artsim.face.collection", "Collection"),
    "Concept": ("artsim.face.liked", "Concept"),
    "Region": ("artsim.face.liked", "Region"),
    "Words": ("artsim.face.liked", "Words"),
    "Workspace": ("artsim.face.workspace", "Workspace"),
    "backbone": ("artsim.face.backbone", "backbone"),
    "open": ("artsim.face.workspace", "open_workspace"),
    "judged": ("artsim.evaluation.relevances", "judged"),
    "same": ("artsim.evaluation.relevances", "same"),
}


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'artsim' has no attribute {name!r}")
    module, attribute = _PLACES[name]
    value = getattr(import_module(module), attribute)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
