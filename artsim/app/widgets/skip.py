"""The first stop of the Tab key on a page of pictures: to the first of them."""

from artsim.app.widgets.components import component

_SKIP = component("skip")


def to_pictures() -> None:
    """Show it where it has the focus, and nowhere else."""
    _SKIP(key="skip", data={"label": "Go to the pictures"})
