"""Where the tiles of a picture are: here, and, if allowed, at the museum that it came from."""

from collections.abc import Mapping
from typing import Any

from artsim.app.widgets.components import address
from artsim.core.settings import setting
from artsim.core.web_address import web_address
from artsim.exchange.iiif.addresses import Addresses

_SCRIPT = "openseadragon/openseadragon.min.js"
# Where a work's metadata names the IIIF service of its picture: of any import, and NGA's own.
_SERVICES = ("iiif_image", "iiifurl")
_INFO = "info.json"


def tiles(collection: str, row: Mapping[str, Any], picture: str = "") -> dict[str, Any]:
    """The viewer's script, and the addresses that describe a picture's tiles, the best first.

    ``picture`` is the id of one of the work's pictures, by default the one that it is shown by.
    Another site is named only where the operator lets pages ask it (``iiif_sources``).
    """
    work = str(row["id"])
    own = Addresses("/iiif/3").picture(collection, work, picture or work)
    sources = [f"{own}/{_INFO}"]
    if not picture and (service := _service(row)):
        sources.insert(0, f"{service}/{_INFO}")
    return {"script": address(_SCRIPT), "sources": sources}


def _service(row: Mapping[str, Any]) -> str:
    for column in _SERVICES:
        service = str(row.get(column) or "").removesuffix(_INFO).rstrip("/")
        site = web_address(service)
        if site and f"{site.scheme}://{site.netloc}".casefold() in setting("iiif_sources"):
            return service
    return ""
