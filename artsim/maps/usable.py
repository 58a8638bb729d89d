"""Which embeddings can be drawn on a map."""

import numpy as np

from artsim.search.gallery import Gallery
from artsim.search.neighbours import LARGEST_NORM, SMALLEST_NORM, Rows


def usable_rows(gallery: Gallery) -> Rows:
    """Rows of a gallery whose embedding is finite and not zero."""
    norms = gallery.index.norms  # 0 where a value is NaN or infinite
    return np.flatnonzero((norms > SMALLEST_NORM) & (norms <= LARGEST_NORM))
