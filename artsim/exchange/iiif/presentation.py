"""Manifests and collections of the IIIF Presentation API 3 (https://iiif.io/api/presentation/3.0/).

Metadata is hostile: what a viewer would take for HTML is escaped, and only web addresses become
links.
"""

import html
from collections.abc import Iterator, Sequence
from typing import Any

from artsim.core.web_address import web_address
from artsim.exchange.iiif.addresses import Addresses, canvas_of
from artsim.exchange.iiif.rights import rights_of
from artsim.exchange.iiif.works import ShownPicture, ShownWork

CONTEXT = "http://iiif.io/api/presentation/3/context.json"
MEDIA_TYPE = f'application/ld+json;profile="{CONTEXT}"'
PART = 1_000  # works of one collection document; a larger collection is a collection of parts
LEVEL = "level1"
_THUMB = 200
_FIELDS = (
    *(("artist", "Artist"), ("date", "Date"), ("medium", "Medium"), ("dimensions", "Dimensions")),
    *(("school", "School"), ("style", "Style"), ("genre", "Genre"), ("theme", "Theme")),
    *(("accession", "Accession number"), ("licence", "Licence")),
)
Document = dict[str, Any]


def manifest(work: ShownWork, addresses: Addresses) -> Document:
    """The manifest of one work: a canvas for each of its pictures, the primary one first."""
    own = addresses.manifest(work.collection, work.id)
    row = work.row
    made: Document = {
        "@context": CONTEXT,
        "id": own,
        "type": "Manifest",
        "label": _text(work.title),
        "metadata": list(_metadata(row)),
    }
    credit = row.get("credit")
    if credit:
        made["requiredStatement"] = {"label": _label("Credit"), "value": _text(credit)}
    rights = rights_of(str(row.get("licence") or ""))
    if rights:
        made["rights"] = rights
    year = row.get("year")
    if year is not None and 1 <= year <= 9999:
        made["navDate"] = f"{year:04}-01-01T00:00:00Z"
    page = str(row.get("url") or "")
    if web_address(page):
        made["homepage"] = [
            {"id": page, "type": "Text", "label": _text(work.title), "format": "text/html"}
        ]
    if work.pictures:
        made["thumbnail"] = [_thumbnail(work, work.pictures[0], addresses)]
    made["partOf"] = [{"id": addresses.collection(work.collection), "type": "Collection"}]
    made["items"] = [
        _canvas(work, picture, addresses, canvas_of(own, picture.id)) for picture in work.pictures
    ]
    return made


def listed_manifest(
    label: str, works: Sequence[ShownWork], addresses: Addresses, own: str, summary: str = ""
) -> Document:
    """One manifest of several works in their order, a canvas each, at the address ``own``."""
    made: Document = {"@context": CONTEXT, "id": own, "type": "Manifest", "label": _text(label)}
    if summary:
        made["summary"] = _text(summary)
    made["items"] = [
        _canvas(
            work, work.pictures[0], addresses, canvas_of(own, str(number)), work.title, work.note
        )
        | {"metadata": list(_metadata(work.row))}
        for number, work in enumerate((work for work in works if work.pictures), 1)
    ]
    return made


def collection(
    name: str,
    label: str,
    works: Sequence[tuple[str, str]],
    addresses: Addresses,
    part: int | None = None,
) -> Document:
    """The works, by id and title, of a collection; or of its ``part``, counted from 1."""
    own = addresses.collection(name, part)
    parts = 1 + (len(works) - 1) // PART
    made: Document = {"@context": CONTEXT, "id": own, "type": "Collection", "label": _text(label)}
    if part is None and parts > 1:
        made["items"] = [
            {
                "id": addresses.collection(name, number),
                "type": "Collection",
                "label": _text(f"{label} ({number} of {parts})"),
            }
            for number in range(1, parts + 1)
        ]
        return made
    first = 0 if part is None else (part - 1) * PART
    made["items"] = [
        {"id": addresses.manifest(name, work), "type": "Manifest", "label": _text(title or work)}
        for work, title in works[first : first + PART]
    ]
    return made


def _canvas(
    work: ShownWork,
    picture: ShownPicture,
    addresses: Addresses,
    canvas: str,
    label: str = "",
    note: str = "",
) -> Document:
    size = {"width": picture.width, "height": picture.height}
    image = {
        "id": f"{addresses.picture(work.collection, work.id, picture.id)}/full/max/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        **size,
        "service": [_service(work, picture, addresses)],
    }
    painting = {
        "id": f"{canvas}/painting",
        "type": "Annotation",
        "motivation": "painting",
        "body": image,
        "target": canvas,
    }
    made: Document = {
        "id": canvas,
        "type": "Canvas",
        "label": _text(label or picture.role.capitalize()),
        **size,
        "items": [{"id": f"{canvas}/page", "type": "AnnotationPage", "items": [painting]}],
    }
    if note:
        made["summary"] = _text(note)
    return made


def _thumbnail(work: ShownWork, picture: ShownPicture, addresses: Addresses) -> Document:
    scale = min(1.0, _THUMB / max(picture.width, picture.height))
    width, height = (max(1, round(side * scale)) for side in (picture.width, picture.height))
    base = addresses.picture(work.collection, work.id, picture.id)
    return {
        "id": f"{base}/full/{width},{height}/0/default.jpg",
        "type": "Image",
        "format": "image/jpeg",
        "width": width,
        "height": height,
    }


def _service(work: ShownWork, picture: ShownPicture, addresses: Addresses) -> Document:
    base = addresses.picture(work.collection, work.id, picture.id)
    return {"id": base, "type": "ImageService3", "profile": LEVEL}


def _metadata(row: Any) -> Iterator[Document]:
    for name, label in _FIELDS:
        value = row.get(name)
        if name == "date" and not value:
            value = row.get("year")
        if value is not None and value != "":
            yield {"label": _label(label), "value": _text(value)}


def _label(text: str) -> Document:
    return {"en": [text]}


def _text(value: Any) -> Document:
    """A language map of text whose language is not known."""
    text = str(value)
    stripped = text.strip()
    if stripped.startswith("<") and stripped.endswith(">"):
        text = f"<span>{html.escape(stripped)}</span>"  # a viewer takes such a value for HTML
    return {"none": [text]}
