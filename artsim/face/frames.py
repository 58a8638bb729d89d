"""From Arrow to pandas."""

from typing import TYPE_CHECKING

import pandas as pd
import pyarrow as pa

if TYPE_CHECKING:
    from pandas import DataFrame


def frame_of(table: pa.Table) -> "DataFrame":
    """``table`` with pandas' own types; whole numbers stay whole where some are missing."""
    whole = {pa.int32(): pd.Int32Dtype(), pa.int64(): pd.Int64Dtype()}
    return table.to_pandas(types_mapper=whole.get)
