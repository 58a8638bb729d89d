"""Decoded pictures on disk, squashed once to the side that training reads, mapped into memory."""

import hashlib
import json
import os
from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import filelock
import numpy as np
import numpy.typing as npt

from artsim.backbones.preprocess import preprocess_pixels
from artsim.backbones.spec import BackboneSpec
from artsim.core import atomic
from artsim.core.errors import ArtsimError, InvalidInput
from artsim.core.progress import NULL, Progress
from artsim.training.examples import Examples

_AHEAD = 64  # pictures that are decoded while earlier ones are written


@dataclass(frozen=True)
class Pixels:
    """``images`` uint8 [N, S, S, 3], read from disk when touched; ``usable`` bool [N].

    ``failures`` tells why the others are not usable; ``digests`` are SHA-256 of the bytes, ""
    where a file cannot be read.
    """

    images: npt.NDArray[np.uint8] = field(repr=False)
    usable: npt.NDArray[np.bool_] = field(repr=False)
    failures: tuple[str, ...]
    digests: list[str] = field(repr=False)


def cached_pixels(
    examples: Examples, spec: BackboneSpec, folder: Path, progress: Progress = NULL
) -> Pixels:
    """The pictures as ``spec`` preprocesses them (it squashes), decoded where they are not yet.

    Kept in ``folder`` under a name made of ids, bytes and preprocessing; written aside, then
    renamed. One process decodes, others wait for it. Raises InvalidInput where no picture can be
    decoded, OSError where the disk is full.
    """
    folder.mkdir(parents=True, exist_ok=True)
    progress.start(len(examples), "Reading the pictures")
    digests = [""] * len(examples)
    for row, data in examples.encoded():
        if isinstance(data, bytes):
            digests[row] = hashlib.sha256(data).hexdigest()
        progress.advance()
    progress.finish()
    key = hashlib.sha256(f"{spec.input_size}{spec.interpolation}".encode())
    for name, digest in zip(examples.ids, digests, strict=True):
        key.update(f"\0{name}\0{digest}".encode())
    path = folder / f"{key.hexdigest()[:32]}.npy"
    about = path.with_suffix(".json")
    with _held(folder / f".{path.stem}.lock", progress):
        if not (path.is_file() and about.is_file()):
            _decode_all(examples, spec, path, about, progress)
    failures = {int(k): v for k, v in json.loads(about.read_text(encoding="utf-8")).items()}
    usable = np.ones(len(examples), bool)
    usable[list(failures)] = False
    if not usable.any():
        raise InvalidInput(
            f"None of the {len(examples):,} pictures of {examples.source} can be decoded: "
            f"{next(iter(failures.values()))}"
        )
    images = np.load(path, mmap_mode="r")
    told = tuple(f"{examples.ids[row]}: {reason}" for row, reason in sorted(failures.items()))
    return Pixels(images, usable, told, digests)


def _decode_all(
    examples: Examples, spec: BackboneSpec, path: Path, about: Path, progress: Progress
) -> None:
    side = spec.input_size
    failures: dict[int, str] = {}
    with atomic.placed(path) as aside:
        images = np.lib.format.open_memmap(
            aside, mode="w+", dtype=np.uint8, shape=(len(examples), side, side, 3)
        )
        _reserve(aside)
        progress.start(len(examples), f"Decoding pictures at {side} px")
        for row, made in _decoded(examples, spec):
            if isinstance(made, ArtsimError):
                failures[row] = str(made)
            else:
                images[row] = made
            progress.advance()
        images.flush()
        progress.finish()
        del images
        atomic.write(about, json.dumps(failures))


def _decoded(
    examples: Examples, spec: BackboneSpec
) -> Iterator[tuple[int, npt.NDArray[np.uint8] | ArtsimError]]:
    def one(data: bytes | ArtsimError) -> npt.NDArray[np.uint8] | ArtsimError:
        if isinstance(data, ArtsimError):
            return data
        try:
            pixels = examples.decode(data, 2 * spec.input_size)
            return preprocess_pixels(spec, pixels).transpose(1, 2, 0)
        except ArtsimError as error:
            return error

    waiting: deque[tuple[int, Future[npt.NDArray[np.uint8] | ArtsimError]]] = deque()
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for row, data in examples.encoded():
            waiting.append((row, pool.submit(one, data)))
            if len(waiting) > _AHEAD:
                row, made = waiting.popleft()
                yield row, made.result()
        for row, made in waiting:
            yield row, made.result()


def _reserve(path: Path) -> None:
    """Take the space now: a full disk is an error here, but the end of the process later."""
    if hasattr(os, "posix_fallocate"):
        with path.open("r+b") as file:
            os.posix_fallocate(file.fileno(), 0, path.stat().st_size)


@contextmanager
def _held(path: Path, progress: Progress) -> Iterator[None]:
    lock = filelock.FileLock(path)
    try:
        lock.acquire(timeout=0)
    except filelock.Timeout:
        progress.say("Waiting: another process is decoding the same pictures.")
        while not lock.is_locked:
            progress.advance(0)
            with suppress(filelock.Timeout):
                lock.acquire(timeout=1)
    try:
        yield
    finally:
        lock.release()
