"""The embeddings of a collection as one array."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd


@dataclass(frozen=True, eq=False)
class Embeddings:
    """The embeddings of a collection's works from one backbone, as the model gave them.

    ``matrix`` is float32 [N, D], read-only, not normalised; row i is of the work ``ids[i]``, in
    order of artwork id. ``digest`` is the SHA-256 of what made them, in 64 hexadecimal digits.

    >>> found = artsim.open()["demo"].embeddings("tiny")
    >>> found.matrix.shape, found.matrix.dtype.name, found.matrix.flags.writeable
    ((24, 8), 'float32', False)
    >>> found.to_pandas().loc["w03"].shape
    (8,)
    """

    collection: str
    backbone: str
    digest: str
    ids: list[str] = field(repr=False)
    matrix: npt.NDArray[np.float32] = field(repr=False)

    def __len__(self) -> int:
        return len(self.ids)

    def to_pandas(self) -> pd.DataFrame:
        """One line a work, index ``id``; columns 0 to D - 1, float32."""
        return pd.DataFrame(self.matrix, index=pd.Index(self.ids, name="id"), copy=True)
