"""Which pictures show the same thing: candidates by whitened frequencies, then alignment.

Every picture is a 32 x 32 grey signature. Candidates are pairs whose low frequencies,
weighted so that unrelated pictures do not correlate, agree straight or mirrored. Each
candidate is then aligned (scale and shift, both axes) and compared where both overlap.
"""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import chain

import cv2
import numpy as np

from artsim.collection.quality.signature import SIDE
from artsim.core.blas import single_threaded
from artsim.core.cores import cores

_FREQUENCIES = 10
_CANDIDATE = 0.57
_ROUNDING = 1e-6  # of a product in float32, generously: no pair is lost by it
_POWER = 0.3
_BLOCK = 2048
_ROWS, _COLUMNS = 128, 1024  # compared at once, while the cache holds how they agree
_BATCH = 1024
_MIN_STD = 3.0
_MIN_OVERLAP = 0.6
_MAX_SCALE = 0.35
# A coarse agreement below this never becomes a good one at full detail.
_HOPELESS = 0.6


@dataclass(frozen=True)
class Pairs:
    """Matched entries: int64 [P] indices, float32 [P] similarity, bool [P] mirrored."""

    first: np.ndarray
    second: np.ndarray
    similarity: np.ndarray
    mirrored: np.ndarray


def match(signatures: np.ndarray, min_similarity: float) -> Pairs:
    """Pairs (first < second) of uint8 [N, SIDE, SIDE] that agree at least ``min_similarity``."""
    first, second, mirrored = candidates(signatures)
    similarity = np.zeros(len(first), np.float32)
    for start in range(0, len(first), _BATCH):
        part = slice(start, start + _BATCH)
        fixed = signatures[first[part]].astype(np.float32)
        moving = signatures[second[part]].astype(np.float32)
        moving[mirrored[part]] = moving[mirrored[part]][:, :, ::-1]
        similarity[part] = aligned_similarity(fixed, moving)
    good = similarity >= min_similarity
    return Pairs(first[good], second[good], similarity[good], mirrored[good])


def candidates(signatures: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Indices first < second and mirrored flags of the pairs that are worth aligning.

    A mirrored picture has the same waves, every second one upside down: products of the waves that
    stay and of those that turn give the agreement of a pair both ways, as their sum and difference.
    """
    descriptors, flips = _descriptors(signatures)
    stay, turn = (np.ascontiguousarray(descriptors[:, flips == sign]) for sign in (1, -1))

    def those_before(start: int) -> list[tuple[np.ndarray, ...]]:
        """The pairs of entries from ``start`` on with each other and with earlier ones."""
        second, found = slice(start, start + _COLUMNS), list[tuple[np.ndarray, ...]]()
        for first in range(0, min(start + _COLUMNS, len(stay)), _ROWS):
            part = slice(first, first + _ROWS)
            same, turned = stay[part] @ stay[second].T, turn[part] @ turn[second].T
            near = np.flatnonzero(same + np.abs(turned) > _CANDIDATE - _ROUNDING)
            rows, columns = np.divmod(near, same.shape[1])
            rows, columns = rows + first, columns + start
            same, turned = same.ravel()[near], turned.ravel()[near]
            for mirrored, agreement in ((False, same + turned), (True, same - turned)):
                chosen = (columns > rows) & (agreement > _CANDIDATE - _ROUNDING)
                flags = np.full(np.count_nonzero(chosen), mirrored)
                found.append((rows[chosen], columns[chosen], flags))
        return found

    with single_threaded(), ThreadPoolExecutor(cores()) as pool:
        found = list(chain.from_iterable(pool.map(those_before, range(0, len(stay), _COLUMNS))))
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool)
    first_of, second_of, mirror = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return first_of, second_of, mirror


def aligned_similarity(fixed: np.ndarray, moving: np.ndarray) -> np.ndarray:
    """Agreement in [-1, 1] of float32 [P, S, S] pairs after the best scale and shift.

    The lower of two correlations: everywhere with contrast evened out, and of the middle
    alone, since ovals, mats and frames make unrelated pictures agree round their edges.
    """
    score = np.zeros(len(fixed), np.float32)
    parameters = np.zeros((len(fixed), 4), np.float32)
    a, b = _flattened(fixed, 2.5), _flattened(moving, 2.5)
    for _ in range(6):
        parameters = _improved(a, b, parameters)
    warped, inside, _ = _warp(b, parameters)
    hopeful = np.flatnonzero(_correlation(a, warped, inside) > _HOPELESS)
    if not len(hopeful):
        return score
    fixed, moving, parameters = fixed[hopeful], moving[hopeful], parameters[hopeful]
    a, b = _flattened(fixed, 1.0), _flattened(moving, 1.0)
    for _ in range(6):
        parameters = _improved(a, b, parameters)
    warped, inside, _ = _warp(moving, parameters)
    middle = np.zeros_like(inside)
    middle[:, 7:25, 7:25] = True
    even = _correlation(_evened(fixed), _evened(warped), inside)
    edges, moved = _flattened(fixed, 0.0, 3.0), _flattened(warped, 0.0, 3.0)
    agreement = np.minimum(even, _correlation(edges, moved, inside & middle))
    agreement[inside.mean(axis=(1, 2)) < _MIN_OVERLAP] = 0
    agreement[np.abs(parameters[:, :2]).max(axis=1, initial=0) > _MAX_SCALE] = 0
    score[hopeful] = agreement
    return score


def _descriptors(signatures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """float32 [N, D] unit rows, and [D] signs that mirror a row left-right."""
    count = _FREQUENCIES
    basis = np.cos(
        np.pi / SIDE * (np.arange(SIDE) + 0.5)[None, :] * np.arange(count)[:, None]
    ).astype(np.float32)
    vertical, horizontal = np.mgrid[0:count, 0:count]
    radius = np.hypot(vertical, horizontal)
    keep = (radius > 0) & (radius <= count)
    weight = radius[keep].astype(np.float32)
    out = np.empty((len(signatures), int(keep.sum())), np.float32)
    for start in range(0, len(signatures), _BLOCK):
        part = signatures[start : start + _BLOCK].astype(np.float32)
        flat = part.std(axis=(1, 2)) < _MIN_STD
        waves = np.einsum("us,nst,vt->nuv", basis, part, basis, optimize=True)[:, keep] * weight
        # A few strong waves (a dark ground, a horizon) must not outweigh all others.
        waves = np.sign(waves) * np.abs(waves) ** _POWER
        waves /= np.maximum(np.linalg.norm(waves, axis=1, keepdims=True), 1e-6)
        waves[flat] = 0  # nearly one tone: nothing to compare but noise
        out[start : start + _BLOCK] = waves
    return out, np.where(horizontal[keep] % 2, -1, 1).astype(np.float32)


def _flattened(images: np.ndarray, sigma: float, wide: float = 8.0) -> np.ndarray:
    """Blurred by ``sigma``, without the changes of light wider than ``wide``, unit variance."""
    out = np.empty_like(images)
    for i, image in enumerate(images):
        fine = cv2.GaussianBlur(image, (0, 0), sigma) if sigma else image
        out[i] = fine - cv2.GaussianBlur(image, (0, 0), wide)
    scaled: np.ndarray = out / np.maximum(out.std(axis=(1, 2), keepdims=True), 1e-3)
    return scaled


def _evened(images: np.ndarray) -> np.ndarray:
    """With the same contrast everywhere, save where there is hardly any."""
    out = np.empty_like(images)
    for i, image in enumerate(images):
        edges = image - cv2.GaussianBlur(image, (0, 0), 5.0)
        local = cv2.GaussianBlur(edges * edges, (0, 0), 3.0)
        out[i] = edges / np.sqrt(local + 9.0)
    return out


def _warp(images: np.ndarray, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Images sampled at scaled and shifted places; the mask of inside; the coordinates."""
    axis = (np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2) / (SIDE / 2)
    rows = (1 + parameters[:, 0, None]) * axis + parameters[:, 2, None]
    columns = (1 + parameters[:, 1, None]) * axis + parameters[:, 3, None]
    y = rows * (SIDE / 2) + (SIDE - 1) / 2
    x = columns * (SIDE / 2) + (SIDE - 1) / 2
    in_y = (y >= -0.5) & (y <= SIDE - 0.5)
    in_x = (x >= -0.5) & (x <= SIDE - 0.5)
    y, x = np.clip(y, 0, SIDE - 1.001), np.clip(x, 0, SIDE - 1.001)
    warped = _sampling(y) @ images @ _sampling(x).transpose(0, 2, 1)
    return warped, in_y[:, :, None] & in_x[:, None, :], axis


def _sampling(places: np.ndarray) -> np.ndarray:
    """float32 [P, S, S] rows that interpolate linearly at ``places`` [P, S]."""
    distance = np.abs(places[:, :, None] - np.arange(SIDE, dtype=np.float32))
    kept: np.ndarray = np.maximum(0, 1 - distance)
    return kept


def _improved(a: np.ndarray, b: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """One Gauss-Newton step towards the warp of ``b`` that agrees with ``a``."""
    warped, inside, axis = _warp(b, parameters)
    dy, dx = np.gradient(warped, axis=(1, 2))
    dy, dx = dy * (SIDE / 2) * inside, dx * (SIDE / 2) * inside
    jacobian = np.stack([dy * axis[:, None], dx * axis[None, :], dy, dx], axis=-1)
    jacobian = jacobian.reshape(len(a), -1, 4)
    residual = ((a - warped) * inside).reshape(len(a), -1, 1)
    transposed = jacobian.transpose(0, 2, 1)
    normal = transposed @ jacobian + np.eye(4, dtype=np.float32) * 2.0
    step = np.linalg.solve(normal, transposed @ residual)[:, :, 0]
    moved: np.ndarray = np.clip(parameters + np.clip(step, -0.1, 0.1), -0.4, 0.4)
    return moved


def _correlation(a: np.ndarray, b: np.ndarray, inside: np.ndarray) -> np.ndarray:
    count = np.maximum(inside.sum(axis=(1, 2)), 1)[:, None, None]
    a = (a - (a * inside).sum(axis=(1, 2), keepdims=True) / count) * inside
    b = (b - (b * inside).sum(axis=(1, 2), keepdims=True) / count) * inside
    norm = np.sqrt((a * a).sum(axis=(1, 2)) * (b * b).sum(axis=(1, 2)))
    likeness: np.ndarray = (a * b).sum(axis=(1, 2)) / np.maximum(norm, 1e-6)
    return likeness
