"""An S3 server on loopback (moto) in a process of its own, which can hold a write half-way."""

import io
import itertools
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest

KEYS = {
    "AWS_ACCESS_KEY_ID": "test",
    "AWS_SECRET_ACCESS_KEY": "test",
    "AWS_REGION": "us-east-1",
    "AWS_ALLOW_HTTP": "true",
    "AWS_EC2_METADATA_DISABLED": "true",
}


_COUNT = "count-of-requests"


class S3Server:
    """``address`` answers as S3 does, for any key."""

    def __init__(self, address: str, folder: Path) -> None:
        self.address, self._hold, self._held = address, folder / "hold", folder / "held"
        self._made = 0

    def bucket(self) -> str:
        """A bucket of its own for one test."""
        self._made += 1
        name = f"art-{self._made}"
        self.put(name)
        return name

    def put(self, path: str, data: bytes = b"") -> None:
        """Put an object, or make a bucket, without artsim."""
        self._ask("PUT", path, data)

    def requests(self) -> int:
        """How many there were."""
        with urlopen(f"{self.address}/{_COUNT}", timeout=120) as answer:
            return int(answer.read())

    def delete(self, path: str) -> None:
        """Delete an object without artsim."""
        self._ask("DELETE", path)

    def _ask(self, method: str, path: str, data: bytes | None = None) -> None:
        keys = {"Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/s3/x"}
        with urlopen(Request(f"{self.address}/{path}", data, keys, method=method), timeout=120):
            pass

    @contextmanager
    def holding(self, words: str, arrives: bool) -> Iterator["Held"]:
        """Hold the next write or deletion of what has all ``words`` in its address.

        It arrives afterwards, or never does.
        """
        self._held.unlink(missing_ok=True)
        self._hold.write_text(f"{'arrives' if arrives else 'lost'} {words}", encoding="utf-8")
        try:
            yield Held(self._held)
        finally:
            self._hold.unlink(missing_ok=True)


class Held:
    """The write that is held."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def wait(self, seconds: float = 120) -> str:
        """Its address, once there is one."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            if self._file.exists():
                return self._file.read_text(encoding="utf-8")
            time.sleep(0.02)
        raise AssertionError("no such write came")


@contextmanager
def serving(folder: Path) -> Iterator[S3Server]:
    """Start the server and end it."""
    pytest.importorskip("moto", reason="moto is not installed: pip install -r requirements-dev.txt")
    command = [sys.executable, __file__, str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = process.stdout.readline().strip()
            assert port, "the S3 server did not start"
            yield S3Server(f"http://127.0.0.1:{port}", folder)
        finally:
            process.kill()


def _main(folder: Path) -> None:
    from moto.server import DomainDispatcherApplication, create_backend_app
    from werkzeug.serving import WSGIRequestHandler, make_server

    class Quiet(WSGIRequestHandler):
        def log_request(self, *_: Any) -> None:
            """Nothing for the log."""

    moto, one_at_a_time = DomainDispatcherApplication(create_backend_app), threading.Lock()
    hold, held = folder / "hold", folder / "held"
    count = itertools.count()

    def application(environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        number = next(count)
        if environ["PATH_INFO"] == f"/{_COUNT}":
            start("200 OK", [("Content-Type", "text/plain")])
            return [str(number).encode()]
        if environ["REQUEST_METHOD"] not in ("PUT", "POST", "DELETE"):
            return moto(environ, start)
        # Read first: of a client that is killed meanwhile all has been sent.
        body = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(body)
        # A deletion names what it deletes in its body.
        deleted = body.decode() if environ["QUERY_STRING"].startswith("delete") else ""
        if _wait(environ["PATH_INFO"] + deleted) == "lost":
            start("500 Lost", [("Content-Length", "0")])
            return [b""]
        # moto looks whether an object is there and then puts it: two at once would both see none.
        with one_at_a_time:
            return [b"".join(moto(environ, start))]

    def _wait(path: str) -> str:
        try:
            then, *words = hold.read_text(encoding="utf-8").split()
        except (OSError, ValueError):
            return "arrives"
        if held.exists() or not all(word in path for word in words):
            return "arrives"
        held.with_suffix(".new").write_text(path, encoding="utf-8")
        held.with_suffix(".new").rename(held)
        while hold.exists():
            time.sleep(0.02)
        return then

    server = make_server("127.0.0.1", 0, application, threaded=True, request_handler=Quiet)
    print(server.port, flush=True)
    server.serve_forever()


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
