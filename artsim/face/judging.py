"""What people judged about a collection's works, for relevance or for training."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from artsim.evaluation.judgements import KINDS, judged_pairs, to_frame
from artsim.library import Library
from artsim.training.judged import retrain


class Judging:
    """Votes, marks and groups of a collection; names and options are those of the commands."""

    name: str
    _library: Library

    def judgements(self, kinds: Sequence[str] = KINDS) -> pd.DataFrame:
        """What people judged, one line a pair of works: query, work, related, kind.

        ``kinds`` are votes, marks (examples of concepts) and groups (files merged or parted).

        >>> list(artsim.open()["demo"].judgements().columns)
        ['query', 'work', 'related', 'kind']
        """
        return to_frame(judged_pairs(self._library.workspace, self.name, kinds))

    def retrain(
        self, backbone: str, name: str, kinds: Sequence[str] = KINDS, seed: int = 0
    ) -> dict[str, Any]:
        """Publish ``backbone`` under ``name``, its parts weighted to agree with people.

        Returns what ``artsim retrain --json`` prints. Evaluate the result by other judgements.
        """
        return retrain(self._library, self.name, backbone, name, kinds, seed).to_json()
