"""The labels of backbones on pages: what each knows, with its name in commands and files."""

from artsim.app.shell import resources
from artsim.app.widgets.texts import plain


def knows(name: str) -> str:
    """What a backbone knows, such as ``Knows art``; "" for one that is not here."""
    known = (info.knows for info in resources.library().backbones() if info.name == name)
    return next(known, "")


def label(name: str) -> str:
    """A backbone as a curator chooses it, such as ``Knows art · artsim-lite0``.

    A backbone that is not here, because its embeddings were made elsewhere, has only its name.
    """
    return " · ".join(filter(None, (knows(name), plain(name, 60))))
