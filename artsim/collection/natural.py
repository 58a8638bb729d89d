"""The order in which people count: Inv. 2 before Inv. 10."""

import re

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

_NUMBER = re.compile(r"(\d{1,18})")


def natural_key(text: str) -> list[str | int]:
    """Sort key of texts whose numbers count by their value, without regard to case.

    >>> sorted(["Inv. 10", "inv. 2", "1900.10", "1900.9"], key=natural_key)
    ['1900.9', '1900.10', 'inv. 2', 'Inv. 10']
    """
    # Texts and numbers take turns, a text first: two keys never compare one with the other.
    pieces: list[str | int] = [*_NUMBER.split(text.casefold())]
    pieces[1::2] = map(int, pieces[1::2])
    return pieces


def natural_order(ids: pa.ChunkedArray | pa.Array) -> npt.NDArray[np.intp]:
    """Positions, intp [N], that put ``ids``, sorted by ``id_key``, in order of ``natural_key``.

    >>> natural_order(pa.array(["w1", "w10", "w2"])).tolist()
    [0, 2, 1]
    """
    # Whole numbers are in order already, and so are w001 and w010, whose numbers are as long.
    shapes = pc.unique(pc.replace_substring_regex(ids, r"\d", "0"))
    if len(shapes) <= 1 or pc.all(pc.ascii_is_decimal(shapes)).as_py():
        return np.arange(len(ids))
    keys = [natural_key(one) for one in ids.to_pylist()]
    return np.array(sorted(range(len(keys)), key=keys.__getitem__), np.intp)
