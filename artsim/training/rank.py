"""Which of the processes of one training this one is."""

import os


def rank() -> int:
    """Number of this process among those of one training, 0 for the first or only one.

    lightning and torchrun say it in the environment; any number but 0 means that another process
    claims, tells and publishes.
    """
    local = int(os.environ.get("RANK") or os.environ.get("LOCAL_RANK") or 0)
    return local or int(os.environ.get("NODE_RANK") or os.environ.get("GROUP_RANK") or 0)
