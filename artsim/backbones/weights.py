"""Weights on disk: their digest without torch, and nothing that could run code."""

import hashlib
import json
import math
import os
from pathlib import Path
from typing import Any

from artsim.core import atomic
from artsim.core.errors import InvalidInput

_MAX_HEADER = 16_000_000  # bytes; those of large networks have less than one million
# Bits of a number of each type of safetensors.
_BITS = {"BOOL": 8, "U8": 8, "I8": 8, "F8_E5M2": 8, "F8_E4M3": 8, "I16": 16, "U16": 16, "F16": 16}
_BITS |= {"BF16": 16, "I32": 32, "U32": 32, "F32": 32, "F64": 64, "I64": 64, "U64": 64}
_CHUNK = 1 << 20


def tensors_digest(path: Path) -> str:
    """SHA-256 hex over names, types, shapes and bytes of a safetensors file's tensors.

    The order of the tensors in the file and its metadata do not count. Raises InvalidInput
    where the file is no whole safetensors file.
    """
    digest = hashlib.sha256()
    with path.open("rb") as file:
        size = os.fstat(file.fileno()).st_size
        tensors, start = _header(file, size, path)
        for name in sorted(tensors):
            tensor = tensors[name]
            about = [name, tensor["dtype"], tensor["shape"]]
            digest.update(json.dumps(about, separators=(",", ":")).encode())
            begin, end = tensor["data_offsets"]
            file.seek(start + begin)
            while begin < end:
                chunk = file.read(min(_CHUNK, end - begin))
                digest.update(chunk)
                begin += len(chunk)
    return digest.hexdigest()


def shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """The shape of each tensor of a safetensors file; raises InvalidInput."""
    with path.open("rb") as file:
        tensors, _ = _header(file, os.fstat(file.fileno()).st_size, path)
    return {name: tuple(tensor["shape"]) for name, tensor in tensors.items()}


def cached_digest(path: Path, cache: Path, compute: bool = True) -> str | None:
    """``tensors_digest`` remembered under ``cache`` until the file changes.

    None where it is not remembered and ``compute`` is false.
    """
    status = path.stat()
    key = f"{path.resolve()}|{status.st_size}|{status.st_mtime_ns}"
    note = cache / "weights" / hashlib.sha256(key.encode()).hexdigest()
    try:
        return note.read_text(encoding="ascii")
    except (OSError, ValueError):
        if not compute:
            return None
    digest = tensors_digest(path)
    note.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(note, digest)
    return digest


def others(name: str) -> InvalidInput:
    """What to raise where the weights of the backbone ``name`` are not those of its description."""
    return InvalidInput(
        f"The weights of {name!r} are not those that its description names: "
        "publish or fetch it again."
    )


def _header(file: Any, size: int, path: Path) -> tuple[dict[str, Any], int]:
    try:
        length = int.from_bytes(file.read(8), "little")
        if not 2 <= length <= min(size - 8, _MAX_HEADER):
            raise ValueError("header length")
        tensors = json.loads(file.read(length))
        tensors.pop("__metadata__", None)
        place = 0  # tensors lie one behind the other: none twice, and nothing between them
        for tensor in sorted(tensors.values(), key=lambda one: tuple(one["data_offsets"])):
            begin, end = tensor["data_offsets"]
            count = math.prod(_sizes(tensor["shape"]))
            if begin != place or (end - begin) * 8 != count * _BITS[tensor["dtype"]]:
                raise ValueError("a tensor of another size than its place")
            place = end
        if place > size - 8 - length:
            raise ValueError("tensor outside the file")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InvalidInput(
            f"The weights {path.name} are damaged or no safetensors file: fetch them again."
        ) from error
    return tensors, 8 + length


def _sizes(shape: Any) -> list[int]:
    if not isinstance(shape, list) or not all(type(n) is int and n >= 0 for n in shape):
        raise ValueError("no shape")
    return shape
