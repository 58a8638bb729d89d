"""Field cases of sources: a folder from a network drive (18), a museum's image server (50)."""

import email.utils
import io
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from PIL import Image

from artsim.collection.importer import import_collection
from artsim.collection.quality.inspect import inspect_file
from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.folder import FolderSource
from artsim.collection.sources.nga import NgaConfig, NgaSource
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace

Row = tuple[str, str, str, str, bool]
_SERVED_AT = "http://127.0.0.1:8640"  # where the images are, as the case's table says
_NAMED = {"zero.jpg": "empty (0 bytes)", "err.jpg": "web page (HTML)"}
_WAIT_S = 1.5
_SIZE = (400, 300)


def rows(folder: Path) -> list[tuple[str, str, str, str, bool]]:
    """What came of the cases below ``folder``: (case, file, expected, measured, right)."""
    return [*_network_drive(folder / "18"), *_image_server(folder / "50")]


def _network_drive(case: Path) -> Iterator[Row]:
    with tempfile.TemporaryDirectory() as home:
        drive = FolderSource(case / "in")
        report = import_collection(Workspace.open(home), "drive", drive)
    files = {file.file: file for file in report.files}
    notes = " ".join(drive.notes)
    for path in sorted(p for p in (case / "in").rglob("*") if p.is_file()):
        name = path.relative_to(case / "in").as_posix()
        top = name.partition("/")[0]
        file = files.get(name)
        if name == "real.jpg":
            action = file.action if file else "nothing"
            yield ("18", name, "keep", action, action == "keep")
        elif file is None:
            told = top in notes
            yield ("18", name, "explained", f"passed over: {top}" if told else "silent", told)
        else:
            expected = _NAMED.get(name, "")
            right = file.action == "reject" and expected in file.reason
            yield ("18", name, f"rejected: {expected}".rstrip(": "), file.reason, right)


def _image_server(case: Path) -> Iterator[Row]:
    with _Museum() as museum, tempfile.TemporaryDirectory() as home:
        items, notes, cached = museum.brought(case, Path(home))
    for work, what in (("100", ""), ("101", "max"), ("106", "max"), ("105", "JP2")):
        item, size = items[work], str(_SIZE)
        found = str(museum.sizes.get(work)) if not item.reject else item.reject
        yield ("50", f"object {work}", f"{size} {what}".strip(), found, found == size)
    waited = museum.waited >= _WAIT_S - 1  # a date has whole seconds
    yield ("50", "Retry-After as a date", "honoured", f"{museum.waited:.1f} s", waited)
    for work, expected in (("103", "web page (HTML)"), ("104", "redirect refused")):
        reason = items[work].reject
        yield ("50", f"object {work}", f"refused: {expected}", reason, expected in reason)
        kept = [name for name in cached if name.startswith(f"{work}-")]
        yield ("50", f"object {work}", "not cached", " ".join(kept) or "not cached", not kept)
    for expected in ("(orphans)", "2 further views kept as further pictures of their works"):
        yield ("50", "images.csv", f"told: {expected}", notes, expected in notes)


class _Museum:
    """An image server with the habits of the case: by the name in the address of an image."""

    def __init__(self) -> None:
        self.waited, self.sizes = 0.0, dict[str, tuple[int, int]]()
        self._asked: Counter[str] = Counter()
        self._since = 0.0
        handler = type("Handler", (_Handler,), {"museum": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self.host = f"127.0.0.1:{self._server.server_port}"

    def __enter__(self) -> "_Museum":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def brought(self, case: Path, home: Path) -> tuple[dict[str, SourceItem], str, list[str]]:
        """Items by object id, what was told, and the files in the cache."""
        table = (case / "images.csv").read_text(encoding="utf-8")
        (home / "images.csv").write_text(table.replace(_SERVED_AT, f"http://{self.host}"))
        config = NgaConfig(
            objects=str(case / "objects.csv.gz"),
            images=str(home / "images.csv"),
            allow_hosts=(self.host,),
            backoff=0.01,
        )
        source = NgaSource(config, home / "cache")
        found = list(source.items({}, NULL))
        items = {item.artwork.id: item for item in found if item.role == "primary"}
        for work, item in items.items():
            if item.path is not None:
                record = inspect_file(item.file, item.path.read_bytes()).record
                self.sizes[work] = (record.width, record.height)
        cached = [path.name for path in (home / "cache" / "images").iterdir()]
        return items, " ".join(source.notes), cached

    def answer(self, name: str, size: str) -> tuple[int, bytes, dict[str, str]]:
        """Status, body and headers for an image in a size."""
        self._asked[name] += 1
        if name.startswith("small") and size.startswith("!"):
            return (403 if name.endswith("403") else 400), b"", {}
        if name == "html":
            return 200, b"<html><body>Sorry</body></html>", {"Content-Type": "text/html"}
        if name == "gone":
            return 302, b"", {"Location": f"http://localhost:1/{name}"}
        if name == "busy" and self._asked[name] == 1:
            self._since = time.monotonic()
            until = email.utils.formatdate(time.time() + _WAIT_S, usegmt=True)
            return 503, b"", {"Retry-After": until}
        if name == "busy":
            self.waited = time.monotonic() - self._since
        form = "JPEG2000" if name.startswith("two") else "JPEG"
        return 200, _picture(form), {"Content-Type": "image/jpeg"}


class _Handler(BaseHTTPRequestHandler):
    museum: _Museum

    def do_GET(self) -> None:
        _, _, name, _, size, *_ = self.path.split("/")
        status, body, headers = self.museum.answer(name, size)
        self.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


def _picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.linear_gradient("L").resize(_SIZE).convert("RGB").save(out, form)
    return out.getvalue()
