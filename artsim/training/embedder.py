"""Embedding the pictures of a training with a network in torch, on the network's own device."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from artsim.backbones.network import EmbeddingNetwork
from artsim.core.progress import Progress
from artsim.training.affine import Floats
from artsim.training.batches import Colours, PlainBatches, normalised


@dataclass(frozen=True)
class Embedder:
    """``batches`` in the ``colours`` (mean and deviation) that the networks expect."""

    batches: PlainBatches
    colours: Colours
    progress: Progress

    def pooled(self, network: EmbeddingNetwork, what: str) -> Floats:
        """Pooled layers float32 [len(batches.rows), P]; ``what`` is said meanwhile."""
        return self._embedded(network, network.pooled, what)

    def embeddings(self, network: EmbeddingNetwork, what: str) -> Floats:
        """Embeddings float32 [len(batches.rows), D], which differ where there are heads."""
        return self._embedded(network, network, what)

    def _embedded(
        self, network: EmbeddingNetwork, embed: Callable[[Tensor], Tensor], what: str
    ) -> Floats:
        device = next(network.parameters()).device
        found: list[Floats] = []
        rows = len(self.batches.rows)
        self.progress.start(rows, what)
        network.eval()
        with torch.inference_mode():
            for batch in self.batches:
                images = normalised({"images": batch["images"].to(device)}, self.colours)
                found.append(embed(images).float().cpu().numpy())
                self.progress.advance(len(images))
        self.progress.finish()
        return np.concatenate(found)[:rows]
