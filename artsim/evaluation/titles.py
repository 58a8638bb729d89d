"""Which titles say the same: folded, distinct titles compared block by block, only pairs stored."""

import hashlib
import re
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
from rapidfuzz import fuzz, process

from artsim.collection.labels import is_placeholder
from artsim.core import atomic
from artsim.core.progress import NULL, Progress
from artsim.evaluation.config import TitleSimilarity
from artsim.evaluation.tfidf import similar_blocks
from artsim.evaluation.title_candidates import candidates

Codes = npt.NDArray[np.int32]
Flags = npt.NDArray[np.bool_]

UNTITLED = (
    "untitled",
    "no title",
    "title unknown",
    "unknown title",
    "not titled",
    "unknown",
    "sans titre",
    "titre inconnu",
    "ohne titel",
    "unbetitelt",
    "sin título",
    "sin titulo",
    "senza titolo",
    "sem título",
    "sem titulo",
    "zonder titel",
    "uden titel",
    "utan titel",
    "uten tittel",
    "bez tytułu",
    "bez tytulu",
    "bez názvu",
    "cím nélkül",
    "без названия",
    "無題",
    "无题",
)
_NUMBER = r"(?:\s+(?:no|nr|num|number|n|numéro)?\s*(?:\d+|[ivxlc]+))*"
_SAYS_NOTHING = re.compile(rf"(?:(?:{'|'.join(UNTITLED)}){_NUMBER})?")
_BLOCK_CELLS = 1 << 22
_PAIRS_AT_ONCE = 1 << 22
_WORTH_NARROWING = 400_000_000  # number of comparisons above which compiling ``candidates`` pays
_LONGEST = 1_000  # characters of a title that are looked at; no title is longer
_EXTRA = 1e-6  # the scorer's cutoff lies this much lower; the exact comparison follows
_VERSION = 1


def fold_title(title: str) -> str:
    """``title`` case-folded, without punctuation and symbols, single spaces between words.

    Of a text too long to be a title, only the first 1,000 characters count.

    >>> fold_title("The Mill, at Wijk!")
    'the mill at wijk'
    """
    plain = unicodedata.normalize("NFC", title[:_LONGEST].casefold()).translate(_PLAIN)
    return " ".join(plain.split())


def says_nothing(folded: str) -> bool:
    """Whether a folded title says nothing: a placeholder, or one of UNTITLED, numbered or not.

    >>> says_nothing("untitled no 3"), says_nothing("untitled landscape")
    (True, False)
    """
    return _SAYS_NOTHING.fullmatch(folded) is not None or is_placeholder(folded)


@dataclass(frozen=True)
class SimilarTitles:
    """Pairs of distinct titles that are similar, or of lists of artists that share one.

    A title is similar to itself.

    ``pairs`` holds i * count + j for i < j, sorted; memory grows with the pairs there are.
    """

    count: int
    pairs: npt.NDArray[Any]

    def similar(self, a: npt.NDArray[Any], b: npt.NDArray[Any]) -> Flags:
        """Whether title a[...] is similar to b[...], arrays that broadcast; False for -1."""
        a, b = np.broadcast_arrays(a, b)
        same = (a == b) & (a >= 0)
        if not len(self.pairs):
            return cast(Flags, same)
        low, high = np.minimum(a, b), np.maximum(a, b)
        keys = low.astype(np.int64) * self.count + high
        keys[low < 0] = 0
        keys = keys.astype(self.pairs.dtype)
        places = np.minimum(np.searchsorted(self.pairs, keys), len(self.pairs) - 1)
        return cast(Flags, same | ((self.pairs[places] == keys) & (low >= 0)))

    def neighbours(self, title: int) -> npt.NDArray[np.int64]:
        """The titles similar to ``title``, itself first."""
        ends = np.array([title * self.count, (title + 1) * self.count], np.int64)
        found = [np.array([title], np.int64)]
        for keys in (self.pairs, self._turned):
            begin, end = np.searchsorted(keys, ends.astype(keys.dtype))
            found.append(keys[begin:end].astype(np.int64) - ends[0])
        return np.concatenate(found)

    @cached_property
    def _turned(self) -> npt.NDArray[Any]:
        """The same pairs as j * count + i for i < j, sorted."""
        turned = np.empty_like(self.pairs)
        for start in range(0, len(turned), _PAIRS_AT_ONCE):
            part = slice(start, start + _PAIRS_AT_ONCE)
            i, j = np.divmod(self.pairs[part].astype(np.int64), self.count)
            turned[part] = j * self.count + i
        turned.sort()
        return turned

    def totals(self, weights: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """For each title the sum of the weights of the titles similar to it, itself included."""
        totals = weights.astype(np.int64).copy()
        for start in range(0, len(self.pairs), _PAIRS_AT_ONCE):
            part = self.pairs[start : start + _PAIRS_AT_ONCE].astype(np.int64)
            i, j = np.divmod(part, self.count)
            totals += _summed(i, weights[j], self.count) + _summed(j, weights[i], self.count)
        return totals


def similar_titles(
    titles: Sequence[str],
    threshold: float = 0.8,
    similarity: TitleSimilarity = "ratio",
    cache: Path | None = None,
    progress: Progress = NULL,
    asked: npt.NDArray[Any] | None = None,
) -> SimilarTitles:
    """The pairs of distinct folded ``titles`` whose similarity is at least ``threshold``.

    ``asked``, numbers of titles, each once, limits the result to pairs with one of these: a sample
    of queries does not wait until every title is compared with every other.
    ``ratio``: rapidfuzz.fuzz.ratio / 100, the normalised indel similarity; ``token_set``:
    token_set_ratio / 100; ``tfidf``: cosine of TF-IDF weighted words. Cached in the folder
    ``cache`` under a digest of titles and options. Raises what ``progress`` raises.
    """
    file = cache / f"{_key(titles, threshold, similarity, asked)}.npy" if cache else None
    if file is not None and file.is_file():
        try:
            return SimilarTitles(len(titles), np.load(file, allow_pickle=False))
        except (OSError, ValueError):
            file.unlink(missing_ok=True)  # cut short: made again
    kind = np.uint32 if len(titles) < 1 << 16 else np.uint64
    count = len(titles) if asked is None or similarity == "tfidf" else len(asked)
    progress.start(count, "Comparing titles", "titles")
    found = [np.empty(0, kind)]
    for done, i, j in _blocks(titles, threshold, similarity, asked):
        low, high = np.minimum(i, j).astype(np.int64), np.maximum(i, j)
        found.append((low * len(titles) + high).astype(kind))
        progress.advance(done)
    progress.finish()
    pairs = np.concatenate(found)
    pairs.sort()
    if file is not None:
        _keep(file, pairs)
    return SimilarTitles(len(titles), pairs)


def _blocks(
    titles: Sequence[str],
    threshold: float,
    similarity: TitleSimilarity,
    asked: npt.NDArray[Any] | None,
) -> Iterator[tuple[int, npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Titles finished, and similar pairs (i, j), each pair once, never a title with itself."""
    if similarity == "tfidf":
        yield from similar_blocks(titles, threshold)
        return
    scorer = fuzz.ratio if similarity == "ratio" else fuzz.token_set_ratio
    lengths = np.array([len(title) for title in titles])
    order = np.argsort(lengths, kind="stable")
    ordered, lengths = [titles[i] for i in order], lengths[order]
    # ratio <= 2 * shorter / (shorter + longer): longer titles cannot reach the threshold.
    reach = lengths * (2 - threshold) / threshold if similarity == "ratio" else None
    is_asked = np.full(len(titles), asked is None)
    if asked is not None:
        is_asked[asked] = True
    is_asked = is_asked[order]
    places = np.flatnonzero(is_asked)
    if similarity == "ratio" and threshold > 0 and len(places) * len(titles) > _WORTH_NARROWING:
        for done, i, j in candidates(ordered, threshold, is_asked):
            pairs = process.cpdist(
                [ordered[place] for place in i],
                [ordered[place] for place in j],
                scorer=scorer,
                score_cutoff=max(0.0, threshold * 100 - _EXTRA),
                dtype=np.float64,
            )
            near = pairs / 100 >= threshold
            yield done, order[i[near]], order[j[near]]
        return
    step = max(1, min(512, _BLOCK_CELLS // max(1, len(titles))))
    for block in range(0, len(places), step):
        rows = places[block : block + step]
        # With all titles as queries, shorter ones have been compared with these already.
        start, end = int(rows[0]) if asked is None else 0, len(ordered)
        if reach is not None:
            end = int(np.searchsorted(lengths, reach[rows[-1]] + 1, side="right"))
            start = max(start, int(np.searchsorted(reach, lengths[rows[0]] - 1)))
        scores = process.cdist(
            [ordered[row] for row in rows],
            ordered[start:end],
            scorer=scorer,
            score_cutoff=max(0.0, threshold * 100 - _EXTRA),
            dtype=np.float64,
            workers=-1,
        )
        i, j = np.nonzero(scores / 100 >= threshold)
        i, j = rows[i], start + j
        once = (j > i) | ~is_asked[j]
        yield len(rows), order[i[once]], order[j[once]]


def _summed(
    places: npt.NDArray[np.int64], weights: npt.NDArray[np.int64], count: int
) -> npt.NDArray[np.int64]:
    return np.bincount(places, weights, count).astype(np.int64)


def _key(
    titles: Sequence[str], threshold: float, similarity: str, asked: npt.NDArray[Any] | None
) -> str:
    digest = hashlib.sha256(f"{_VERSION}\n{threshold!r}\n{similarity}\n".encode())
    if asked is not None:
        digest.update(np.asarray(asked, np.int64).tobytes())
    digest.update("\n".join(titles).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def _keep(file: Path, pairs: npt.NDArray[Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with atomic.opened(file) as out:
        np.save(out, pairs, allow_pickle=False)


class _Plain(dict[int, int | None]):
    """A table for str.translate, filled as characters are met: punctuation and symbols go."""

    def __missing__(self, code: int) -> int | None:
        kept = None if unicodedata.category(chr(code))[0] in "PS" else code
        if len(self) < sys.maxunicode:
            self[code] = kept
        return kept


_PLAIN = _Plain()
