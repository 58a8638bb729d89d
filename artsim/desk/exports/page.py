"""A tray as one HTML page that holds its own pictures and loads nothing."""

import base64
from functools import cache
from typing import TYPE_CHECKING

from artsim.core.lazy import lazy
from artsim.desk.entries import Entries
from artsim.desk.exports.caption import about, caption
from artsim.desk.exports.options import ExportOptions

if TYPE_CHECKING:
    import jinja2
else:
    jinja2 = lazy("jinja2")

SIDE = 1000


def page(entries: Entries, options: ExportOptions) -> bytes:
    """The page: no script, nothing fetched, every text escaped."""
    works = [
        {
            "caption": caption(entry, options),
            "alt": ", ".join(part for part in (entry.title, entry.artist) if part),
            "url": _http(entry.text("url")),
            "src": _embedded(entries.picture(entry, SIDE)),
        }
        for entry in entries
    ]
    html = _template().render(tray=entries.tray, works=works, about=about(entries), options=options)
    return html.encode()


def _embedded(jpeg: bytes | None) -> str:
    return "" if jpeg is None else f"data:image/jpeg;base64,{base64.b64encode(jpeg).decode()}"


def _http(url: str) -> str:
    """The address where it is one that a browser opens and nothing else."""
    return url if url.lower().startswith(("https://", "http://")) else ""


@cache
def _template() -> "jinja2.Template":
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("artsim.desk"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("tray.html")
