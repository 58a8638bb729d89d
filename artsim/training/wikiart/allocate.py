"""Dealing pictures to train, val and test: groups stay whole, counts come as near as they can."""

import hashlib
from collections import defaultdict
from collections.abc import Sequence

import numpy as np

_PASSES = 20
_SWAPS = 200
_BLOCK = 64
_NOTHING = 1e-6


def targets(count: int, shares: Sequence[float]) -> list[int]:
    """Whole numbers that add up to ``count``, each within 1 of its share of it.

    What is left after rounding down goes to the largest remainders, of equal ones the earlier.
    """
    exact = [count * share for share in shares]
    whole = [int(value + 1e-9) for value in exact]
    order = sorted(range(len(shares)), key=lambda s: (round(whole[s] - exact[s], 6), s))
    for split in order[: count - sum(whole)]:
        whole[split] += 1
    return whole


def allocate(
    files: Sequence[str],
    styles: Sequence[str],
    groups: Sequence[str],
    shares: Sequence[float],
    seed: int,
) -> list[int]:
    """The split of each file: an index into ``shares``; files of one group get the same one.

    Without groups of several files each style has exactly its ``targets``. The result depends
    on the files, styles, groups, shares and seed, not on their order.
    """
    names = sorted(set(styles))
    number = {name: i for i, name in enumerate(names)}
    members: dict[str, list[int]] = defaultdict(list)
    for i in sorted(range(len(files)), key=lambda i: files[i]):
        members[groups[i]].append(i)
    keys = sorted(members, key=lambda key: _drawn(seed, files[members[key][0]]))
    vectors = np.zeros((len(keys), len(names)), np.int64)
    for row, key in enumerate(keys):
        for i in members[key]:
            vectors[row, number[styles[i]]] += 1
    wanted = np.array([targets(int(n), shares) for n in vectors.sum(0)], np.int64).T
    where = _deal(vectors, wanted)
    out = [0] * len(files)
    for row, key in enumerate(keys):
        for i in members[key]:
            out[i] = int(where[row])
    return out


def _drawn(seed: int, file: str) -> bytes:
    """Order by chance that depends on nothing but the seed and the file."""
    text = f"{seed}\0{file}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(text, digest_size=12).digest()


def _deal(vectors: np.ndarray, wanted: np.ndarray) -> np.ndarray:
    """int64 [G], the split of each group; vectors [G, styles], wanted [splits, styles]."""
    where = np.zeros(len(vectors), np.int64)
    have = np.zeros_like(wanted)
    weight = 1 / np.maximum(wanted, 0.25)
    single = vectors.sum(1) == 1
    for row in np.flatnonzero(~single):
        group = vectors[row]
        # What the move adds to the sum of (have - wanted)^2 / wanted: the emptiest takes it.
        cost = ((have - wanted + group / 2) * group * weight).sum(1)
        where[row] = split = int(np.argmin(cost))
        have[split] += group
    for row in np.flatnonzero(single):
        style = int(np.argmax(vectors[row]))
        # Single pictures fill up what is short, in the order of the draw.
        missing = wanted[:, style] - have[:, style]
        where[row] = split = int(np.argmax(missing * weight[:, style]))
        have[split, style] += 1
    _move(vectors, where, have, wanted)
    _swap(vectors, where, have, wanted)
    return where


def _move(vectors: np.ndarray, where: np.ndarray, have: np.ndarray, wanted: np.ndarray) -> None:
    """Move groups from split to split while that brings the counts nearer."""
    for _ in range(_PASSES):
        off = have - wanted
        if not off.any():
            return
        moved = False
        for row, group in enumerate(vectors):
            start = where[row]
            off = have - wanted
            if not (group[None] * (off[start] > 0)).any():
                continue
            base = _away(off)
            gain = base[start] - _away(off[start] - group)
            cost = _away(off + group) - base
            cost[start] = gain
            best = int(np.argmin(cost))
            if cost[best] < gain - _NOTHING:
                have[start] -= group
                have[best] += group
                where[row], moved = best, True
        if not moved:
            return


def _swap(vectors: np.ndarray, where: np.ndarray, have: np.ndarray, wanted: np.ndarray) -> None:
    """Exchange two groups of two splits while that brings the counts nearer."""
    for _ in range(_SWAPS):
        off = have - wanted
        if not off.any():
            return
        found = (0.0, -1, -1)
        for a in range(len(wanted)):
            for b in range(a + 1, len(wanted)):
                found = max(found, _best_swap(vectors, where, off, a, b))
        gain, one, two = found
        if gain <= _NOTHING:
            return
        for row, other in ((one, where[two]), (two, where[one])):
            have[where[row]] -= vectors[row]
            have[other] += vectors[row]
        where[one], where[two] = where[two], where[one]


def _best_swap(
    vectors: np.ndarray, where: np.ndarray, off: np.ndarray, a: int, b: int
) -> tuple[float, int, int]:
    """(gain, group of a, group of b) of the best exchange; each kind of group is tried once."""
    rows_a, rows_b = (_kinds(vectors, np.flatnonzero(where == s)) for s in (a, b))
    best = (0.0, -1, -1)
    if not len(rows_a) or not len(rows_b):
        return best
    before = float(_away(off[a]) + _away(off[b]))
    for start in range(0, len(rows_a), _BLOCK):
        block = rows_a[start : start + _BLOCK]
        change = vectors[rows_b][None] - vectors[block][:, None]
        after = _away(off[a] + change) + _away(off[b] - change)
        i, j = np.unravel_index(int(np.argmin(after)), after.shape)
        gain = before - float(after[i, j])
        if gain > best[0]:
            best = (gain, int(block[i]), int(rows_b[j]))
    return best


def _away(off: np.ndarray) -> np.ndarray:
    """How far counts [..., styles] are off; of equal sums, evenly shared ones are nearer."""
    cost: np.ndarray = np.abs(off).sum(-1) + 1e-3 * (off * off).sum(-1)
    return cost


def _kinds(vectors: np.ndarray, rows: np.ndarray) -> np.ndarray:
    if not len(rows):
        return rows
    return rows[np.unique(vectors[rows], axis=0, return_index=True)[1]]
