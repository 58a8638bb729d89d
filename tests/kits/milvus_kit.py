"""A Milvus server on loopback for tests; milvus-lite, in a file, where none starts."""

import os
import time
import urllib.request
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

STARTS_WITHIN = 120.0


@dataclass(frozen=True)
class Server:
    """A server that runs."""

    uri: str
    pid: int


@contextmanager
def milvus_server(folder: Path) -> Iterator[Server]:
    """A standalone server that keeps its data in ``folder``.

    Raises RuntimeError where it does not start: the package ``milvus`` is not there for this
    machine, or another server runs already (two cannot, they would share a port).
    """
    try:
        from milvus import MilvusServer
    except ImportError as error:
        raise RuntimeError("the package milvus is not installed") from error
    server = MilvusServer(wait_for_started=False, data_dir=str(folder))
    with pytest.MonkeyPatch.context() as patch:
        for name in [n for n in os.environ if n.lower().endswith("_proxy")]:
            patch.delenv(name)  # its parts talk to each other by the machine's own address
        server.start()
    try:
        _wait(server.webservice_port, server.server_proc)
        yield Server(f"http://127.0.0.1:{server.listen_port}", server.server_proc.pid)
    finally:
        server.stop()


@contextmanager
def some_milvus(folder: Path) -> Iterator[str]:
    """The address of a server, or of milvus-lite; a warning says why it is not a server."""
    try:
        started = milvus_server(folder / "server")
        uri = started.__enter__().uri
    except RuntimeError as error:
        warnings.warn(f"Milvus is tested on milvus-lite: {error}", stacklevel=2)
        yield str(folder / "lite.db")
        return
    try:
        yield uri
    finally:
        started.__exit__(None, None, None)


def _wait(port, process):
    address = f"http://127.0.0.1:{port}/healthz"
    end = time.monotonic() + STARTS_WITHIN
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the server ended at once (exit code {process.returncode})")
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                if b"OK" in answer.read():
                    return
        except OSError:
            pass
        time.sleep(0.2)
    raise RuntimeError(f"the server did not start within {STARTS_WITHIN:.0f} s")
