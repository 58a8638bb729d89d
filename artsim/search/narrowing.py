"""Which rows of a large matrix a search must read in full, by a copy with 8 bits a number."""

import logging
import threading
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from artsim.search.compact import Compact, affordable, compact_bytes
from artsim.search.products import gathers
from artsim.search.selection import kth_largest, leave_out, reaching

Floats = npt.NDArray[np.float32]
Doubles = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]

_LARGE_BYTES = 128 << 20  # a smaller matrix is read in a few milliseconds anyway
_AFTER = 3  # searches of a large matrix, before making its copy pays
_FEW = 8  # times K: among fewer rows the copy leaves too many to pay
_LEFT_SHARE = 0.2  # of the rows: where more are left, reading the copy did not pay
_LONGEST_REST = 63  # searches without the copy, where it does not pay again and again
_log = logging.getLogger(__name__)


class Narrowing:
    """Narrows searches of ``matrix`` float32 [N, D]; ``norms`` and ``inverse`` as for Compact.

    Where ``copies``, the third search of a large matrix starts a thread that makes the copy, where
    memory allows: ``nbytes`` counts it from the start. Where its bounds leave too many rows,
    searches go without it, and try it again less and less often. Thread-safe.
    """

    def __init__(self, matrix: Floats, norms: Floats, inverse: Floats, copies: bool) -> None:
        self._of = matrix, norms, inverse
        size = compact_bytes(*matrix.shape)
        large = copies and matrix.nbytes >= _LARGE_BYTES and affordable(size)
        self.nbytes = size if large else 0
        self._compact: Compact | None = None
        self._asked = self._rest = self._left = 0
        self._lock = threading.Lock()

    @property
    def ready(self) -> bool:
        """Whether there is a copy."""
        return self._compact is not None

    def make(self) -> None:
        """Make the copy now."""
        self._compact = Compact(*self._of)

    def rows(
        self,
        query: Doubles,
        k: int,
        euclidean: bool,
        rows: Rows | None,
        without: Sequence[Rows],
    ) -> Rows | None:
        """Those of ``rows`` that may be among the ``k`` nearest: see ``Compact.bounds``.

        All of them where there is no copy, or where it does not pay. None stands for every row;
        those ``without`` are never found.
        """
        compact = self._compact
        if compact is None:
            self._count_question(rows)
            return rows
        if (len(self._of[0]) if rows is None else len(rows)) <= _FEW * k:
            return rows
        with self._lock:
            if self._left:
                self._left -= 1
                return rows
        lower, upper = compact.bounds(query, euclidean, rows)
        for some in without:
            if len(some):
                leave_out(lower, rows, some)
                leave_out(upper, rows, some)
        near = np.flatnonzero(reaching(upper, kth_largest(lower[None], k)))
        futile = len(near) > _LEFT_SHARE * len(upper)
        with self._lock:
            self._rest = min(_LONGEST_REST, 2 * self._rest + 1) if futile else 0
            self._left = self._rest
        return near if rows is None else rows[near]

    def _count_question(self, rows: Rows | None) -> None:
        """Start making the copy when a large matrix was read often enough."""
        if not self.nbytes or (rows is not None and gathers(len(rows), len(self._of[0]))):
            return
        with self._lock:
            self._asked += 1
            due = self._asked == _AFTER
        if due:
            threading.Thread(target=self._try, daemon=True).start()

    def _try(self) -> None:
        try:
            self.make()
        except Exception:  # whatever the compiler has here: searches go on without a copy
            self.nbytes = 0
            _log.warning("exact search reads float32: no copy of 8 bits here", exc_info=True)
