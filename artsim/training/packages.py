"""The packages that only training needs: the extra ``training``."""

from importlib.util import find_spec

from artsim.core.errors import Unavailable

PACKAGES = ("lightning", "pytorch_metric_learning", "torchmetrics")


def installed() -> bool:
    """Whether all of them are installed; imports none."""
    return all(find_spec(name) for name in PACKAGES)


def check_installed() -> None:
    """Raise Unavailable where one is missing."""
    if not installed():
        raise Unavailable(
            "Training needs packages that are not installed: run "
            "'pip install \"artsim[training]\"'."
        )
