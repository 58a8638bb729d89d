"""The pooled layer made wider before heads are fitted: covariances, and the untouched network.

What training gains for the labels it loses for what is in no label; the untouched network still
has that, and beside the trained one it costs as much time again.
"""

import torch

from artsim.backbones.covariances import principal_directions
from artsim.backbones.network import EmbeddingNetwork, covariances_of
from artsim.backbones.stages import looking
from artsim.training.base import Base
from artsim.training.embedder import Embedder


def widened(
    trained: EmbeddingNetwork, directions: int, beside: Base | None, embedder: Embedder
) -> EmbeddingNetwork:
    """``trained`` with covariances along ``directions`` of its stages, and ``beside`` after it.

    The directions are those in which the maps of the embedder's pictures vary most. It is on the
    device of ``trained``.
    """
    found = _with_covariances(trained, directions, embedder)
    if beside is not None:
        untouched = beside.student(bool(trained.stages), trained.side)
        untouched.to(next(trained.parameters()).device)
        found.beside = _with_covariances(untouched, directions, embedder)
    return found


def _with_covariances(
    network: EmbeddingNetwork, directions: int, embedder: Embedder
) -> EmbeddingNetwork:
    wanted = covariances_of(network.architecture, directions) if directions else ()
    found = EmbeddingNetwork(
        network.architecture,
        network.pooling,
        network.stages,
        side=network.side,
        covariances=wanted,
    )
    found.trunk.load_state_dict(network.trunk.state_dict())
    found.to(next(network.parameters()).device).to(memory_format=torch.channels_last).eval()
    if wanted:
        _point(found, embedder)
    return found


def _point(network: EmbeddingNetwork, embedder: Embedder) -> None:
    """Set the directions of a network to the principal ones within pictures."""
    within = [torch.zeros(len(one), len(one), device=one.device) for one in network.directions]
    for images in embedder.images(network, "Looking how stages vary"):
        with looking() as seen:
            network.trunk(images)
        for one, total in zip(network.covariances, within, strict=True):
            positions = seen.centred[one.stage].flatten(0, 1)
            total += positions.T @ positions / len(positions)
    for held, total in zip(network.directions, within, strict=True):
        # Half precision, for they are published in it: the heads are fitted to what will be read.
        held.data.copy_(principal_directions(total.cpu(), held.shape[1]).half())
