"""Principal components: a quick look at a space, and where a layout begins."""

import numpy as np

from artsim.search.neighbours import Floats


def components(space: Floats, dimensions: int, sample: int | None = None) -> Floats:
    """The first principal components of float32 [N, D], as points [N, ``dimensions``].

    Repeatable: of each component the largest weight is positive. Missing ones are zero. With
    ``sample`` they are found from so many rows at most, spread evenly.
    """
    mean = space.mean(axis=0, dtype=np.float64).astype(np.float32)
    step = 1 if sample is None else -(-len(space) // sample)
    centred = space[::step] - mean
    wide = centred.shape[1] > len(centred)
    gram = centred @ centred.T if wide else centred.T @ centred
    values, vectors = np.linalg.eigh(gram.astype(np.float64))
    values, vectors = values[::-1][:dimensions], vectors[:, ::-1][:, :dimensions]
    if wide:
        lengths = np.sqrt(np.clip(values, 1e-30, None))
        vectors = centred.T @ (vectors / lengths).astype(np.float32)
    signs = np.sign(vectors[np.abs(vectors).argmax(axis=0), np.arange(vectors.shape[1])])
    found = (space - mean) @ (vectors * np.where(signs == 0, 1, signs)).astype(np.float32)
    missing = dimensions - found.shape[1]
    return np.pad(found, ((0, 0), (0, missing))).astype(np.float32)
