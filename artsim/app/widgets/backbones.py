"""What pages call backbones: by what they know, with the name that commands and files use."""

from artsim.app.shell import resources
from artsim.app.widgets.texts import plain


def knows(name: str) -> str:
    """What a backbone knows, such as ``Knows art``; "" for one that is not here."""
    known = (info.knows for info in resources.library().backbones() if info.name == name)
    return next(known, "")


def label(name: str) -> str:
    """A backbone as a curator chooses it, such as ``Knows art · artsim-lite0``.

    One that is not here, whose embeddings were made elsewhere, goes by its name.
    """
    return " · ".join(filter(None, (knows(name), plain(name, 60))))
