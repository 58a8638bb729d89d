"""A small museum on loopback: tables in NGA's schema, IIIF images, and trouble on demand."""

import csv
import io
import json
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

from artsim.collection.sources.base import SourceItem
from artsim.collection.sources.nga import NgaConfig, NgaSource
from artsim.core.progress import NULL


def _columns(names: str) -> list[str]:
    return names.split(",")


OBJECTS = _columns(
    "objectid,uuid,accessioned,accessionnum,locationid,title,displaydate,beginyear,endyear,"
    "visualbrowsertimespan,medium,dimensions,inscription,markings,attributioninverted,attribution,"
    "provenancetext,creditline,classification,subclassification,visualbrowserclassification,"
    "parentid,isvirtual,departmentabbr,portfolio,series,volume,watermarks,"
    "lastdetectedmodification,wikidataid,customprinturl"
)
IMAGES = _columns(
    "uuid,iiifurl,iiifthumburl,viewtype,sequence,width,height,maxpixels,openaccess,created,"
    "modified,depictstmsobjectid,assistivetext"
)
LINKS = _columns(
    "objectid,constituentid,displayorder,roletype,role,prefix,suffix,displaydate,beginyear,"
    "endyear,country,zipcode"
)
PEOPLE = _columns(
    "constituentid,uuid,ulanid,preferreddisplayname,forwarddisplayname,lastname,displaydate,"
    "artistofngaobject,beginyear,endyear,visualbrowsertimespan,nationality,"
    "visualbrowsernationality,constituenttype,wikidataid"
)
TERMS = _columns("termid,objectid,termtype,term,visualbrowsertheme,visualbrowserstyle")

Trouble = Callable[["_Handler", int], bool]


def table(columns: list[str], rows: list[dict[str, Any]]) -> str:
    """A CSV of the columns; cells that a row lacks are empty."""
    out = io.StringIO()
    writer = csv.DictWriter(out, columns, restval="", extrasaction="ignore", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def painting(objectid: int, size: int) -> bytes:
    """A JPEG that differs from object to object."""
    image = Image.new("RGB", (size, size * 3 // 4), (objectid * 37 % 256, 90, objectid % 256))
    draw = ImageDraw.Draw(image)
    for n in range(40):
        x, y = (objectid * 7 + n * 53) % size, (objectid * 11 + n * 31) % size
        draw.ellipse((x, y, x + 9 + n, y + 9 + n), fill=(n * 6, x % 256, y % 256))
    out = io.BytesIO()
    image.save(out, "JPEG")
    return out.getvalue()


class NgaServer:
    """Serves ``tables`` by file name and an image for every /iiif/<objectid>.

    ``trouble`` maps an objectid or a file name to a function (handler, number of this request)
    that answers itself and returns True, or returns False for the plain answer. ``counts`` counts
    the requests by path; ``done`` those answered whole with 200.
    """

    def __init__(self) -> None:
        self.tables: dict[str, bytes] = {}
        self.trouble: dict[str, Trouble] = {}
        self.counts: Counter[str] = Counter()
        self.done: Counter[str] = Counter()
        self.headers: dict[str, list[dict[str, str]]] = {}
        self.etags = True
        self.busiest = self._busy = 0
        self.lock = threading.Lock()
        handler = type("Handler", (_Handler,), {"museum": self})
        self._server = _Server(("127.0.0.1", 0), handler)
        self.host = f"127.0.0.1:{self._server.server_port}"
        self.url = f"http://{self.host}"

    def __enter__(self) -> "NgaServer":
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def put(self, name: str, columns: list[str], rows: list[dict[str, Any]]) -> None:
        self.tables[name] = table(columns, rows).encode()

    def works(self, count: int, first: int = 1) -> None:
        """Fill the museum with ``count`` open-access paintings."""
        ids = range(first, first + count)
        self.put("objects.csv", OBJECTS, [self.object(i) for i in ids])
        self.put("published_images.csv", IMAGES, [self.image(i) for i in ids])

    def object(self, objectid: int, **cells: Any) -> dict[str, Any]:
        plain = {
            "objectid": objectid,
            "uuid": f"o-{objectid}",
            "title": f"Work {objectid}",
            "accessionnum": f"1937.1.{objectid}",
            "displaydate": "c. 1650/1660",
            "beginyear": 1650,
            "endyear": 1660,
            "attribution": "Anonymous",
            "creditline": "Gift",
            "classification": "Painting",
            "medium": "oil on canvas",
        }
        return plain | cells

    def image(self, objectid: int, **cells: Any) -> dict[str, Any]:
        plain = {
            "uuid": f"i-{objectid}",
            "iiifurl": f"{self.url}/iiif/{objectid}",
            "viewtype": "primary",
            "sequence": "0",
            "openaccess": 1,
            "depictstmsobjectid": objectid,
        }
        return plain | cells

    def config(self, **options: Any) -> dict[str, Any]:
        """Options for NgaConfig that bring everything from here, with short waits."""
        roles = {
            "objects": "objects.csv",
            "images": "published_images.csv",
            "constituents": "constituents.csv",
            "terms": "objects_terms.csv",
            "objects_constituents": "objects_constituents.csv",
        }
        found = {r: f"{self.url}/{n}" for r, n in roles.items() if n in self.tables}
        waits = {"backoff": 0.01, "max_wait": 2.0, "timeout": 5.0, "image_size": 64}
        return {**found, "allow_hosts": (self.host,), **waits, **options}

    def fetched(self) -> dict[str, int]:
        """Image requests by objectid."""
        return {p.split("/")[2]: n for p, n in self.counts.items() if p.startswith("/iiif/")}

    @contextmanager
    def counted(self, path: str) -> Iterator[int]:
        with self.lock:
            self.counts[path] += 1
            self._busy += 1
            self.busiest = max(self.busiest, self._busy)
            number = self.counts[path]
        try:
            yield number
        finally:
            with self.lock:
                self._busy -= 1


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that was killed or cancelled hangs up: that is what some tests are about."""
        if not isinstance(sys.exc_info()[1], ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    museum: NgaServer
    protocol_version = "HTTP/1.1"

    def do_HEAD(self) -> None:
        self.answer(200, b"", {"Content-Length": "0"})

    def do_GET(self) -> None:
        museum, name = self.museum, self.path.lstrip("/")
        with museum.counted(self.path) as number:
            museum.headers.setdefault(name, []).append(dict(self.headers.items()))
            key = self.path.split("/")[2] if name.startswith("iiif/") else name
            trouble = museum.trouble.get(key)
            if trouble is not None and trouble(self, number):
                return
            if name.startswith("iiif/"):
                parts = name.split("/")
                assert parts[2] == "full"
                assert parts[4:] == ["0", "default.jpg"]
                self.answer(200, painting(int(parts[1]), int(parts[3].split(",")[1])))
                museum.done[key] += 1
            elif name in museum.tables:
                self.table(museum.tables[name])
            else:
                self.answer(404, b"<html>not here</html>")

    def table(self, body: bytes) -> None:
        if not self.museum.etags:
            self.answer(200, body)
            return
        etag = f'"{hash(body) & 0xFFFFFFFF:x}"'
        if self.headers.get("If-None-Match") == etag:
            self.answer(304, b"", {"ETag": etag})
            return
        begin = self.headers.get("Range", "")
        if begin and self.headers.get("If-Range") == etag:
            start = int(begin.removeprefix("bytes=").removesuffix("-"))
            about = f"bytes {start}-{len(body) - 1}/{len(body)}"
            self.answer(206, body[start:], {"ETag": etag, "Content-Range": about})
            return
        self.answer(200, body, {"ETag": etag})

    def answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for key, value in {"Content-Length": str(len(body)), **(headers or {})}.items():
            self.send_header(key, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        pass


def status(code: int, times: int = 10**6, **headers: str) -> Trouble:
    """Answer ``code`` the first ``times`` times."""

    def trouble(handler: _Handler, number: int) -> bool:
        if number > times:
            return False
        named = {key.replace("_", "-"): value for key, value in headers.items()}
        handler.answer(code, b"", named)
        return True

    return trouble


def cut(times: int = 10**6, share: float = 0.5, etag: bool = True) -> Trouble:
    """Promise the whole body, send a part of it and hang up, the first ``times`` times."""

    def trouble(handler: _Handler, number: int) -> bool:
        if number > times:
            return False
        name = handler.path.lstrip("/")
        body = handler.museum.tables.get(name) or painting(7, 64)
        handler.send_response(200)
        handler.send_header("Content-Length", str(len(body)))
        if etag:
            handler.send_header("ETag", f'"{hash(body) & 0xFFFFFFFF:x}"')
        handler.end_headers()
        handler.wfile.write(body[: int(len(body) * share)])
        handler.wfile.flush()
        handler.close_connection = True
        return True

    return trouble


def slow(seconds: float, times: int = 10**6) -> Trouble:
    """Wait before the plain answer, the first ``times`` times."""

    def trouble(handler: _Handler, number: int) -> bool:
        if number <= times:
            time.sleep(seconds)
        return False

    return trouble


def body(data: bytes) -> Trouble:
    """Answer 200 with ``data``."""

    def trouble(handler: _Handler, number: int) -> bool:
        handler.answer(200, data)
        return True

    return trouble


def bring(
    museum: NgaServer, cache: Path, known: dict[str, str] | None = None, **options: Any
) -> tuple[dict[str, SourceItem], NgaSource]:
    """Everything that an import from ``museum`` yields, by file, and the source."""
    source = NgaSource(NgaConfig(**museum.config(**options)), cache)
    return {item.file: item for item in source.items(known or {}, NULL)}, source


def main() -> None:
    """Run an import in this process, for tests that kill it: argv is the config and the cache."""
    source = NgaSource(NgaConfig(**json.loads(sys.argv[1])), Path(sys.argv[2]))
    for item in source.items({}, NULL):
        print(item.file, flush=True)


if __name__ == "__main__":
    main()
