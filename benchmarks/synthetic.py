"""Embeddings as real ones are: small groups that lie close, in far fewer dimensions than stored."""

from collections.abc import Iterator

import numpy as np

GROUP = 25  # works of one artist, on average
HIDDEN = 32  # dimensions in which the groups lie; noise is all that the others hold


def grouped(
    works: int, dimension: int, seed: int = 0, at_once: int = 50_000
) -> Iterator[tuple[range, np.ndarray, np.ndarray]]:
    """Numbers, groups int [n] and embeddings float32 [n, dimension] of some works at a time."""
    rng = np.random.default_rng(seed)
    centres = rng.standard_normal((max(2, works // GROUP), HIDDEN), np.float32)
    wide = rng.standard_normal((HIDDEN, dimension), np.float32)
    for start in range(0, works, at_once):
        numbers = range(start, min(start + at_once, works))
        group = rng.integers(0, len(centres), len(numbers))
        hidden = centres[group] + rng.standard_normal((len(group), HIDDEN), np.float32)
        noise = rng.standard_normal((len(group), dimension), np.float32)
        yield numbers, group, hidden @ wide + noise
