"""Which pictures show the same thing: candidates by whitened frequencies, then alignment.

Every picture is a 32 x 32 grey signature. Candidates are pairs whose low frequencies,
weighted so that unrelated pictures do not correlate, agree straight or mirrored. Each
candidate is then aligned (scale and shift, both axes) and compared where both overlap.
"""

from dataclasses import dataclass

import cv2
import numpy as np

from artsim.collection.quality.signature import SIDE

_FREQUENCIES = 10
_CANDIDATE = 0.5
_BLOCK = 2048
_BATCH = 1024
_MIN_STD = 3.0
_MIN_OVERLAP = 0.6


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
    """Indices first < second and mirrored flags of the pairs that are worth aligning."""
    found: list[tuple[np.ndarray, np.ndarray, np.ndarray]] = []
    descriptors, flips = _descriptors(signatures)
    for start in range(0, len(descriptors), _BLOCK):
        block = descriptors[start : start + _BLOCK]
        for other in range(start, len(descriptors), _BLOCK):
            gallery = descriptors[other : other + _BLOCK].T
            for mirrored, queries in ((False, block), (True, block * flips)):
                rows, columns = np.nonzero(queries @ gallery > _CANDIDATE)
                rows, columns = rows + start, columns + other
                later = columns > rows
                found.append((rows[later], columns[later], np.full(later.sum(), mirrored)))
    if not found:
        return np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0, bool)
    first, second, mirror = (np.concatenate(parts) for parts in zip(*found, strict=True))
    return first, second, mirror


def aligned_similarity(fixed: np.ndarray, moving: np.ndarray) -> np.ndarray:
    """Correlation in [-1, 1] of float32 [P, S, S] pairs after the best scale and shift."""
    parameters = np.zeros((len(fixed), 4), np.float32)
    for sigma, rounds in ((2.5, 6), (1.0, 6)):
        a, b = _flattened(fixed, sigma), _flattened(moving, sigma)
        for _ in range(rounds):
            parameters = _improved(a, b, parameters)
    a, b = _flattened(fixed, 0.0), _flattened(moving, 0.0)
    warped, inside, _ = _warp(b, parameters)
    score = _correlation(a, warped, inside)
    score[inside.mean(axis=(1, 2)) < _MIN_OVERLAP] = 0
    scale = np.abs(parameters[:, :2]).max(axis=1)
    score[scale > 0.35] = 0
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
        waves /= np.maximum(np.linalg.norm(waves, axis=1, keepdims=True), 1e-6)
        waves[flat] = 0  # nearly one tone: nothing to compare but noise
        out[start : start + _BLOCK] = waves
    return out, np.where(horizontal[keep] % 2, -1, 1).astype(np.float32)


def _flattened(images: np.ndarray, sigma: float) -> np.ndarray:
    """Without slow changes of light, and blurred by ``sigma``."""
    out = np.empty_like(images)
    for i, image in enumerate(images):
        fine = cv2.GaussianBlur(image, (0, 0), sigma) if sigma else image
        out[i] = fine - cv2.GaussianBlur(image, (0, 0), 8.0)
    return out / np.maximum(out.std(axis=(1, 2), keepdims=True), 1e-3)


def _warp(images: np.ndarray, parameters: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Images sampled at scaled and shifted places; the mask of inside; the coordinates."""
    count = len(images)
    axis = (np.arange(SIDE, dtype=np.float32) - (SIDE - 1) / 2) / (SIDE / 2)
    rows = (1 + parameters[:, 0, None]) * axis + parameters[:, 2, None]
    columns = (1 + parameters[:, 1, None]) * axis + parameters[:, 3, None]
    y = rows * (SIDE / 2) + (SIDE - 1) / 2
    x = columns * (SIDE / 2) + (SIDE - 1) / 2
    in_y = (y >= -0.5) & (y <= SIDE - 0.5)
    in_x = (x >= -0.5) & (x <= SIDE - 0.5)
    y, x = np.clip(y, 0, SIDE - 1.001), np.clip(x, 0, SIDE - 1.001)
    y0, x0 = y.astype(np.int64), x.astype(np.int64)
    fy, fx = (y - y0)[:, :, None], (x - x0)[:, None, :]
    n = np.arange(count)[:, None, None]
    y0, x0 = y0[:, :, None], x0[:, None, :]
    upper = images[n, y0, x0] * (1 - fx) + images[n, y0, x0 + 1] * fx
    lower = images[n, y0 + 1, x0] * (1 - fx) + images[n, y0 + 1, x0 + 1] * fx
    return upper * (1 - fy) + lower * fy, in_y[:, :, None] & in_x[:, None, :], axis


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
    return np.clip(parameters + np.clip(step, -0.1, 0.1), -0.4, 0.4)


def _correlation(a: np.ndarray, b: np.ndarray, inside: np.ndarray) -> np.ndarray:
    count = np.maximum(inside.sum(axis=(1, 2)), 1)[:, None, None]
    a = (a - (a * inside).sum(axis=(1, 2), keepdims=True) / count) * inside
    b = (b - (b * inside).sum(axis=(1, 2), keepdims=True) / count) * inside
    norm = np.sqrt((a * a).sum(axis=(1, 2)) * (b * b).sum(axis=(1, 2)))
    return (a * b).sum(axis=(1, 2)) / np.maximum(norm, 1e-6)
