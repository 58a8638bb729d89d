"""Ctrl-C that is not lost: where a library swallows it, the next step of the work stops."""

import signal
import threading
from types import FrameType

_pressed = threading.Event()


def watch() -> None:
    """Remember Ctrl-C in this process, unless it ignores that; for the main thread."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, _interrupt)


def check() -> None:
    """Raise KeyboardInterrupt where Ctrl-C was pressed."""
    if _pressed.is_set():
        raise KeyboardInterrupt


def _interrupt(_number: int, _frame: FrameType | None) -> None:
    _pressed.set()
    raise KeyboardInterrupt
