"""Batches of pictures: made ahead in threads, in an order that seed and epoch decide."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
import numpy.typing as npt
import torch

from artsim.training.augment import view
from artsim.training.recipes import Recipe
from artsim.training.split import Classes, Rows

# Threads here work on several pictures at once; threads inside one would only compete.
cv2.setNumThreads(1)

Batch = dict[str, torch.Tensor]
_AHEAD = 6  # batches made before they are asked for


@dataclass(frozen=True)
class Share:
    """This process's share of every batch: the ``rank``-th of ``world`` equal parts."""

    rank: int = 0
    world: int = 1


@dataclass
class TrainBatches:
    """The batches of one epoch after the other, as many and as large in each.

    A batch has images uint8 [B, S, S, 3], gain and offset float32 [B, 3], rows int64 [B], and
    each label's codes int64 [B]. ``epoch`` is asked for when an epoch's first batch is.
    """

    images: npt.NDArray[np.uint8] = field(repr=False)
    rows: Rows = field(repr=False)
    labels: Mapping[str, Classes] = field(repr=False)
    recipe: Recipe
    seed: int
    epoch: Callable[[], int]
    share: Share = Share()
    workers: int = 1

    def __len__(self) -> int:
        return len(self.rows) // self._batch

    @property
    def _batch(self) -> int:
        """Pictures of a step: what the config says, less where there are fewer works."""
        whole = min(self.recipe.batch_size, len(self.rows))
        return max(1, whole // self.share.world) * self.share.world

    @property
    def per_process(self) -> int:
        """Pictures of a step that this process works on."""
        return self._batch // self.share.world

    def order(self, epoch: int) -> Rows:
        """All rows of an epoch in their order; with balance, drawn so that classes are alike."""
        rng = np.random.default_rng((self.seed, epoch))
        if not self.recipe.balance:
            return rng.permutation(self.rows)
        weights = np.ones(len(self.rows))
        for one in self.labels.values():
            codes = one.codes[self.rows]
            counts = np.bincount(codes[codes >= 0], minlength=len(one.names))
            weights *= np.where(codes >= 0, np.maximum(counts, 1)[codes], counts.mean()) ** (
                -self.recipe.balance / len(self.labels)
            )
        return rng.choice(self.rows, len(self.rows), p=weights / weights.sum())

    def __iter__(self) -> Iterator[Batch]:
        epoch = self.epoch()
        order = self.order(epoch)
        first, size = self.share.rank * self.per_process, self.per_process
        starts = (step * self._batch + first for step in range(len(self)))
        chunks = (order[start : start + size] for start in starts)
        yield from _ahead(chunks, lambda rows: self._made(rows, epoch), self.workers)

    def _made(self, rows: Rows, epoch: int) -> Batch:
        views = [view(self.images[r], self.recipe, (self.seed, epoch, int(r))) for r in rows]
        found: dict[str, npt.NDArray[Any]] = {
            "images": np.stack([one.pixels for one in views]),
            "gain": np.stack([one.gain for one in views]),
            "offset": np.stack([one.offset for one in views]),
            "rows": rows,
        }
        found |= {name: one.codes[rows] for name, one in self.labels.items()}
        return {name: torch.from_numpy(array) for name, array in found.items()}


@dataclass
class PlainBatches:
    """Whole pictures of ``rows``, in order: images uint8 [B, S, S, 3] and rows int64 [B].

    Every process of several has as many whole batches; the first rows fill the last ones up.
    """

    images: npt.NDArray[np.uint8] = field(repr=False)
    rows: Rows = field(repr=False)
    size: int
    batch: int
    share: Share = Share()
    workers: int = 1

    def __len__(self) -> int:
        return -(-len(self.rows) // (self.batch * self.share.world))

    @property
    def pictures(self) -> int:
        """Pictures that all processes see together."""
        step = self.batch * self.share.world
        return len(self.rows) if self.share.world == 1 else len(self) * step

    def __iter__(self) -> Iterator[Batch]:
        step, rows = self.batch * self.share.world, self.rows
        if self.share.world > 1:
            rows = np.resize(rows, len(self) * step)
        first = self.share.rank * self.batch
        chunks = (rows[i + first : i + first + self.batch] for i in range(0, len(rows), step))
        yield from _ahead(chunks, self._made, self.workers)

    def _made(self, rows: Rows) -> Batch:
        images = np.stack([self._picture(row) for row in rows])
        return {"images": torch.from_numpy(images), "rows": torch.from_numpy(rows.copy())}

    def _picture(self, row: int) -> npt.NDArray[np.uint8]:
        image = self.images[row]
        if image.shape[0] == self.size:
            return np.asarray(image)
        how = cv2.INTER_AREA if image.shape[0] > self.size else cv2.INTER_CUBIC
        scaled = cv2.resize(np.ascontiguousarray(image), (self.size, self.size), interpolation=how)
        return np.asarray(scaled, np.uint8)


def _ahead(chunks: Iterator[Rows], make: Callable[[Rows], Batch], workers: int) -> Iterator[Batch]:
    waiting: deque[Future[Batch]] = deque()
    with ThreadPoolExecutor(workers, thread_name_prefix="pictures") as pool:
        try:
            for rows in chunks:
                waiting.append(pool.submit(make, rows))
                if len(waiting) > max(_AHEAD, 2 * workers):
                    yield waiting.popleft().result()
            while waiting:
                yield waiting.popleft().result()
        finally:
            for one in waiting:
                one.cancel()
