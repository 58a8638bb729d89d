"""From neighbours to points: UMAP's layout."""

import io
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from artsim.core.first_use import alone, once
from artsim.core.lazy import lazy
from artsim.core.progress import NULL, Progress
from artsim.maps.nearest import Nearest
from artsim.search.neighbours import Floats

if TYPE_CHECKING:
    from umap import layouts, umap_
else:
    layouts = lazy("umap.layouts")
    umap_ = lazy("umap.umap_")

_FEW = 10_000  # up to so many works the layout is given more time
_ROUNDS, _ROUNDS_FEW = 200, 500
_SPREAD = 10.0
_JITTER = 1e-4


def laid_out(
    near: Nearest,
    begin: Floats,
    min_distance: float,
    seed: int,
    rounds: int | None = None,
    what: str = "Laying out the map",
    progress: Progress = NULL,
) -> Floats:
    """UMAP's layout of the fuzzy graph of ``near``, begun at ``begin`` [N, d]; float32 [N, d].

    One thread and one seed: the same points every time, also where another thread lays out another
    map. By default 500 rounds up to 10,000 works, else 200.
    """
    _let_others_run()
    count, k = near.rows.shape
    random = np.random.RandomState(seed)
    rows = np.column_stack([np.arange(count, dtype=np.int32), near.rows])
    distances = np.column_stack([np.zeros(count, np.float32), near.distances])
    with alone:  # its loops use all cores, which two threads may not ask for at once everywhere
        graph, _, _ = umap_.fuzzy_simplicial_set(
            begin, k + 1, random, "euclidean", knn_indices=rows, knn_dists=distances
        )
    a, b = umap_.find_ab_params(1.0, min_distance)
    rounds = rounds or (_ROUNDS_FEW if count <= _FEW else _ROUNDS)
    progress.start(rounds, what, "rounds")
    with _unlocked_at_last():
        points, _ = umap_.simplicial_set_embedding(
            None,
            graph,
            begin.shape[1],
            1.0,
            a,
            b,
            1.0,
            5,
            rounds,
            _spread(begin, random),
            random,
            "euclidean",
            {},
            False,
            {},
            False,
            parallel=False,
            tqdm_kwds=_told(progress),
        )
    progress.finish()
    return np.ascontiguousarray(points, np.float32)


@once
def _let_others_run() -> None:
    """Have UMAP's loop, before it is compiled, release the GIL, which it has no option for."""
    with suppress(AttributeError):  # another version of UMAP: other threads wait
        loop: Any = layouts._nb_optimize_layout_euclidean_single_epoch
        loop.targetoptions["nogil"] = True


@contextmanager
def _unlocked_at_last() -> Iterator[None]:
    """Free the lock of tqdm, which keeps it where writing raises: other threads would wait."""
    try:
        yield
    except BaseException:
        with suppress(RuntimeError):  # it is not this thread's
            layouts.tqdm.get_lock().release()
        raise


def _spread(begin: Floats, random: np.random.RandomState) -> npt.NDArray[np.float32]:
    """``begin`` as wide as UMAP wants it; works in one place lie a little apart."""
    widest = float(np.abs(begin).max(initial=0.0))
    scaled = begin * (_SPREAD / widest) if widest > 0 else begin
    return (scaled + random.normal(scale=_JITTER, size=begin.shape)).astype(np.float32)


class _Rounds(io.StringIO):
    """Where UMAP's progress bar writes: each line tells how many rounds are done."""

    def __init__(self, progress: Progress) -> None:
        super().__init__()
        self._progress, self._done = progress, 0

    def write(self, text: str) -> int:
        done = text.strip()
        if done.isdigit():
            self._progress.advance(int(done) - self._done)
            self._done = int(done)
        return len(text)


def _told(progress: Progress) -> dict[str, Any]:
    return {
        "disable": False,
        "file": _Rounds(progress),
        "bar_format": "{n}",
        "mininterval": 0.2,
        "ncols": 20,
    }
