"""Files of weights that lie about what is in them are refused in one sentence."""

import json
import time
from pathlib import Path
from typing import Any

import pytest

from artsim.backbones.weights import tensors_digest
from artsim.core.errors import InvalidInput

ONE = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


def file(header: str, data: bytes = bytes(8), length: int | None = None) -> bytes:
    text = header.encode()
    return (len(text) if length is None else length).to_bytes(8, "little") + text + data


def told(**tensors: Any) -> str:
    return json.dumps(tensors)


HOSTILE = {
    "nested": file("[" * 200_000),
    "nested in a tensor": file('{"a":' * 100_000),
    "longer than the file": file(told(a=ONE), length=1 << 62),
    "oversize": file(" " * 17_000_000 + "{}"),
    "a list": file("[]  "),
    "outside": file(told(a=ONE | {"data_offsets": [0, 16], "shape": [4]})),
    "another size": file(told(a=ONE | {"shape": [3]})),
    "huge": file(told(a=ONE | {"shape": [1 << 40, 1 << 40]})),
    "negative": file(told(a=ONE | {"shape": [-2]})),
    "no type": file(told(a=ONE | {"dtype": "object"})),
    "one place twice": file(told(a=ONE, b=ONE)),
    "cut off": file(told(a=ONE), bytes(4)),
    "empty": b"",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_lies_is_refused_at_once(name: str, tmp_path: Path) -> None:
    (tmp_path / "model.safetensors").write_bytes(HOSTILE[name])
    began = time.monotonic()
    with pytest.raises(InvalidInput, match="damaged or no safetensors file"):
        tensors_digest(tmp_path / "model.safetensors")
    assert time.monotonic() - began < 60


def test_an_honest_file_has_a_digest(tmp_path: Path) -> None:
    path = tmp_path / "model.safetensors"
    two = {"dtype": "F16", "shape": [], "data_offsets": [8, 10]}
    digests = set()
    for header in (
        told(a=ONE, b=two),
        told(b=two, a=ONE),
        told(__metadata__={"x": "y"}, a=ONE, b=two),
    ):
        path.write_bytes(file(header, bytes(10)))
        digests.add(tensors_digest(path))
    assert len(digests) == 1
