"""How many of the 16 bits of a sample a picture uses, where its file does not say it."""

import numpy as np

DEEP = 16
_DEVICES = (8, 10, 12, 14)  # what scanners and cameras give
_FEW, _LOOKED_AT = 16, 1 << 20
_OF_EIGHT = 257


def used_bits(values: np.ndarray) -> int:
    """Bits of a sample that whole numbers use: 8 to 16, judged by the numbers alone.

    A white that is as dark as a quarter of the range is that of a scanner of 14 bits or fewer, or
    the picture is very dark: which of the two cannot be known, so that whoever asks says it.
    Numbers that were brought to 16 bits before (multiples of 257 or of 4), or are all the same,
    use them all.

    >>> used_bits(np.arange(4096)), used_bits(np.arange(0, 8192)), used_bits(np.arange(65536))
    (12, 13, 16)
    """
    highest = int(values.max())
    if highest == int(values.min()):
        return DEEP
    length = highest.bit_length()
    whole = highest == (1 << length) - 1  # clipped at the white of its depth
    bits = length if whole else next((b for b in _DEVICES if b >= length), DEEP)
    return DEEP if bits >= DEEP or _brought_to_sixteen(values) else max(bits, _DEVICES[0])


def said_of(bits: int, values: np.ndarray) -> str:
    """How a picture was taken that uses fewer bits than its file gives it."""
    return (
        f"{bits} bits in 16 reduced to 8, by its highest value ({int(values.max()):,} of 65,535): "
        "a picture that is meant to be so dark is shown too bright"
    )


def _brought_to_sixteen(values: np.ndarray) -> bool:
    flat = values.reshape(-1)
    distinct = np.unique(flat[:: max(1, flat.size // _LOOKED_AT)])
    if len(distinct) <= _FEW:  # numbers so few share a divisor by chance
        return False
    step = int(np.gcd.reduce(distinct))
    return step % _OF_EIGHT == 0 or step % 4 == 0
