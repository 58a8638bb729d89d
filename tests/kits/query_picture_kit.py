"""A small real backbone, and a count of what is decoded and embedded with it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import simplejpeg
import timm
import torch
from backbones_kit import TINY
from torch.nn.modules.module import register_module_forward_hook

from artsim.backbones.checkpoint import save_checkpoint
from artsim.backbones.spec import BackboneSpec
from artsim.core.workspace import Workspace
from artsim.images.cage import Cage


def save_backbone(workspace: Workspace, name: str = "tiny", seed: int = 0) -> BackboneSpec:
    """The checkpoint of a small network of timm with random weights, in the workspace."""
    torch.manual_seed(seed)
    network = timm.create_model(TINY.architecture, pretrained=False, num_classes=0)
    return save_checkpoint(workspace.checkpoints / name, TINY, network.state_dict())


@dataclass
class Count:
    """JPEGs decoded and images embedded since it was last ``taken``."""

    decoded: int = 0
    embedded: int = 0

    def taken(self) -> tuple[int, int]:
        """Both numbers, which begin again at 0."""
        found = self.decoded, self.embedded
        self.decoded = self.embedded = 0
        return found


@contextmanager
def counting() -> Iterator[Count]:
    """Count what libjpeg-turbo decodes and what goes through the first layer of a network.

    A file from outside is decoded in a cage, whose pictures count too.
    """
    count, decode, caged = Count(), simplejpeg.decode_jpeg, Cage.run

    def decoding(*args: object, **options: object) -> object:
        count.decoded += 1
        return decode(*args, **options)

    def decoding_caged(*args: object, **options: object) -> object:
        count.decoded += 1
        return caged(*args, **options)

    def embedding(module: torch.nn.Module, given: tuple[torch.Tensor], _: object) -> None:
        if isinstance(module, torch.nn.Conv2d) and given[0].shape[1] == 3:
            # A network is tried with a black image when it is loaded.
            count.embedded += int(given[0].flatten(1).any(1).sum())

    hook = register_module_forward_hook(embedding)
    simplejpeg.decode_jpeg = decoding
    Cage.run = decoding_caged
    try:
        yield count
    finally:
        simplejpeg.decode_jpeg = decode
        Cage.run = caged
        hook.remove()
