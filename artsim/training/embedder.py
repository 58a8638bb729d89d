"""Embedding the pictures of a training with a network in torch, on the network's own device."""

from collections.abc import Callable, Iterator
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

    def images(self, network: EmbeddingNetwork, what: str) -> Iterator[Tensor]:
        """The pictures as the network takes them, in eval mode and without gradients meanwhile."""
        device = next(network.parameters()).device
        self.progress.start(len(self.batches.rows), what)
        network.eval()
        with torch.inference_mode():
            for batch in self.batches:
                images = normalised({"images": batch["images"].to(device)}, self.colours)
                yield images
                self.progress.advance(len(images))
        self.progress.finish()

    def _embedded(
        self, network: EmbeddingNetwork, embed: Callable[[Tensor], Tensor], what: str
    ) -> Floats:
        found = [embed(images).float().cpu().numpy() for images in self.images(network, what)]
        return np.concatenate(found)[: len(self.batches.rows)]
