"""What pages call backbones: by what they know, with the name that commands and files use."""

from artsim.app.shell import resources
from artsim.app.widgets.texts import plain


def label(name: str) -> str:
    """A backbone as a curator chooses it, such as ``Knows art · artsim-lite0``.

    One that is not here, whose embeddings were made elsewhere, goes by its name.
    """
    known = next((info for info in resources.library().backbones() if info.name == name), None)
    return " · ".join([*([known.knows] if known and known.knows else []), plain(name, 60)])
