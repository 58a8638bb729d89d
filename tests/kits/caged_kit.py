"""What a caged process of the tests does; it imports no more than a decoder would."""

import os
import signal
import time
from pathlib import Path

import numpy as np


def sleep(about: dict[str, object], _data: bytes) -> tuple[dict[str, object], list[bytes]]:
    """What decoders do that are not written here: they take time and memory, and break."""
    if about.get("seconds"):
        time.sleep(float(str(about["seconds"])))
    if about.get("memory"):
        np.ones(int(str(about["memory"])), np.uint8)
    if about.get("signal"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if about.get("write"):
        Path(str(about["write"])).write_text("x")
    if about.get("fail"):
        raise KeyError("a decoder's own error")
    return {"pid": os.getpid()}, []
