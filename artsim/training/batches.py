"""Batches of pictures: made ahead in threads, in an order that seed and epoch decide."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torchvision.transforms import v2
from torchvision.transforms.v2 import functional as transforms

from artsim.training.augment import view
from artsim.training.recipes import Augmentation, Sampling
from artsim.training.split import Classes, Rows

Batch = dict[str, Tensor]
Colours = tuple[tuple[float, float, float], tuple[float, float, float]]
_AHEAD = 6  # batches made before they are asked for


@dataclass(frozen=True)
class Loading:
    """Who prepares which share of every batch: process ``rank`` of ``world``, in threads."""

    rank: int = 0
    world: int = 1
    workers: int = 1


@dataclass(frozen=True)
class LabelledPictures:
    """Pictures uint8 [N, H, W, 3], the rows of them to take, and the classes to learn."""

    images: npt.NDArray[np.uint8] = field(repr=False)
    rows: Rows = field(repr=False)
    labels: Mapping[str, Classes] = field(repr=False)


@dataclass
class TrainBatches:
    """The batches of one epoch after the other, as many and as large in each.

    A batch has images uint8 [B, S, S, 3], gain and offset float32 [B, 3], rows int64 [B], and
    each label's codes int64 [B]. ``epoch`` is asked for when an epoch's first batch is.
    """

    pictures: LabelledPictures
    sampling: Sampling
    augmentation: Augmentation
    epoch: Callable[[], int]
    loading: Loading = Loading()

    def __len__(self) -> int:
        return len(self.pictures.rows) // self._batch

    @property
    def _batch(self) -> int:
        """Pictures of a step: what the config says, less where there are fewer works."""
        whole = min(self.sampling.batch_size, len(self.pictures.rows))
        return max(1, whole // self.loading.world) * self.loading.world

    @property
    def per_process(self) -> int:
        """Pictures of a step that this process works on."""
        return self._batch // self.loading.world

    def order(self, epoch: int) -> Rows:
        """All rows of an epoch in their order; with balance, drawn so that classes are alike."""
        rng = np.random.default_rng((self.sampling.seed, epoch))
        rows, labels, balance = self.pictures.rows, self.pictures.labels, self.sampling.balance
        if not balance:
            return rng.permutation(rows)
        weights = np.ones(len(rows))
        for one in labels.values():
            codes = one.codes[rows]
            counts = np.bincount(codes[codes >= 0], minlength=len(one.names))
            weights *= np.where(codes >= 0, np.maximum(counts, 1)[codes], counts.mean()) ** (
                -balance / len(labels)
            )
        return rng.choice(rows, len(rows), p=weights / weights.sum())

    def __iter__(self) -> Iterator[Batch]:
        epoch = self.epoch()
        order = self.order(epoch)
        first, size = self.loading.rank * self.per_process, self.per_process
        starts = (step * self._batch + first for step in range(len(self)))
        chunks = (order[start : start + size] for start in starts)
        yield from _ahead(chunks, lambda rows: self._made(rows, epoch), self.loading.workers)

    def _made(self, rows: Rows, epoch: int) -> Batch:
        images, seed = self.pictures.images, self.sampling.seed
        views = [view(images[r], self.augmentation, (seed, epoch, int(r))) for r in rows]
        found = {
            "images": torch.stack([one.pixels for one in views]),
            "gain": torch.stack([one.gain for one in views]),
            "offset": torch.stack([one.offset for one in views]),
            "rows": torch.from_numpy(rows),
        }
        labels = self.pictures.labels.items()
        return found | {name: torch.from_numpy(one.codes[rows]) for name, one in labels}


@dataclass
class PlainBatches:
    """Whole pictures of ``rows``, in order: images uint8 [B, S, S, 3] and rows int64 [B].

    Every process of several has as many whole batches; the first rows fill the last ones up.
    """

    images: npt.NDArray[np.uint8] = field(repr=False)
    rows: Rows = field(repr=False)
    size: int
    batch: int
    loading: Loading = Loading()

    def __len__(self) -> int:
        return -(-len(self.rows) // (self.batch * self.loading.world))

    @property
    def pictures(self) -> int:
        """Pictures that all processes see together."""
        step = self.batch * self.loading.world
        return len(self.rows) if self.loading.world == 1 else len(self) * step

    def __iter__(self) -> Iterator[Batch]:
        step, rows = self.batch * self.loading.world, self.rows
        if self.loading.world > 1:
            rows = np.resize(rows, len(self) * step)
        first = self.loading.rank * self.batch
        chunks = (rows[i + first : i + first + self.batch] for i in range(0, len(rows), step))
        yield from _ahead(chunks, self._made, self.loading.workers)

    def _made(self, rows: Rows) -> Batch:
        images = torch.stack([self._picture(row) for row in rows])
        return {"images": images, "rows": torch.from_numpy(rows.copy())}

    def _picture(self, row: int) -> Tensor:
        image = torch.from_numpy(np.array(self.images[row]))
        if image.shape[0] == self.size:
            return image
        bicubic = v2.InterpolationMode.BICUBIC
        scaled = transforms.resize_image(image.permute(2, 0, 1), [self.size] * 2, bicubic)
        channels_last: Tensor = scaled.permute(1, 2, 0)
        return channels_last


def normalised(batch: Mapping[str, Tensor], colours: Colours) -> Tensor:
    """A batch's pictures uint8 [B, S, S, 3] as float32 [B, 3, S, S] of a network's ``colours``.

    Those are mean and deviation of each channel in [0, 1]; a change of colours that the batch
    has comes first. Channels stay last in memory.
    """
    pixels = batch["images"].permute(0, 3, 1, 2).float()
    if "gain" in batch:
        shape = (-1, 3, 1, 1)
        pixels = pixels * batch["gain"].view(shape) + batch["offset"].view(shape)
    mean, std = ([value * 255 for value in one] for one in colours)
    normalised: Tensor = transforms.normalize_image(pixels, mean, std)
    return normalised


def _ahead(chunks: Iterator[Rows], make: Callable[[Rows], Batch], workers: int) -> Iterator[Batch]:
    waiting: deque[Future[Batch]] = deque()
    torch.get_num_threads()  # settles this thread's number before the pool's threads change theirs
    # Threads here work on several pictures at once; threads inside one would only compete.
    with ThreadPoolExecutor(workers, "pictures", torch.set_num_threads, (1,)) as pool:
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
