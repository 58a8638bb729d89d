"""The checkpoint of a training under way: whole or not at all, and never code."""

import io
import pickle
from pathlib import Path
from typing import Any

import torch
from lightning.fabric.plugins.io.torch_io import TorchCheckpointIO

from artsim.core import atomic
from artsim.core.errors import InvalidInput
from artsim.core.trouble import trouble

_DAMAGED = (RuntimeError, KeyError, TypeError, EOFError, ValueError)


class WholeCheckpoints(TorchCheckpointIO):
    """Writes a checkpoint whole or not at all: a kill or a full disk keeps the old one.

    lightning's own goes through the system's folder for temporary files and copies from there.
    """

    def save_checkpoint(
        self,
        checkpoint: dict[str, Any],
        path: str | Path,
        storage_options: Any = None,  # noqa: ARG002
    ) -> None:
        """Write ``checkpoint``; raises OSError where the disk is full."""
        whole = io.BytesIO()
        torch.save(checkpoint, whole)  # to memory first: its errors on files do not say why
        with atomic.opened(Path(path)) as file:
            file.write(whole.getbuffer())


def epochs_of(path: Path, callback: str) -> int:
    """Epochs that are done in a checkpoint, as the state of ``callback`` says.

    Raises InvalidInput where it is damaged, or holds anything but tensors and plain values.
    """
    try:
        found = torch.load(path, map_location="cpu", weights_only=True)
        return int(found["callbacks"][callback]["epochs"])
    except (*_DAMAGED, pickle.UnpicklingError) as error:
        if trouble(error):  # of the machine: the checkpoint may be sound
            raise
        raise InvalidInput(
            "The checkpoint of the training is damaged: remove the training and begin again."
        ) from error
