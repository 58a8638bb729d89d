"""What answers a search: exact, approximate or Milvus, all asked and answering in one way."""

from collections.abc import Sequence
from typing import Protocol

import numpy.typing as npt

from artsim.search.neighbours import Neighbours, Rows

INDEXES = ("auto", "exact", "approximate", "milvus")


class Index(Protocol):
    """Finds rows of one gallery.

    Whatever finds the rows, their scores are those of ``ExactIndex.scored``: float64, from the
    gallery's own matrix, ties to the lower row. So scores are equal whichever index answers, and
    only which rows are found may differ.
    """

    @property
    def kind(self) -> str:
        """One of INDEXES, never auto."""

    def search(
        self,
        query: npt.ArrayLike,
        k: int,
        metric: str = "cosine",
        rows: Rows | None = None,
        exclude: Sequence[int] | Rows = (),
    ) -> Neighbours:
        """The ``k`` nearest rows of one query [D]; fewer only where fewer are allowed.

        ``rows`` (ascending, unique) restricts the search, ``exclude`` names rows to leave out.
        ``Neighbours.index`` tells what answered: an index may leave a question to another.
        Raises InvalidInput for a query of another dimension or with values that are no numbers.
        """
