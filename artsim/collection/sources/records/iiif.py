"""Works of IIIF manifests, Presentation API 3 and 2, one by one or in collections."""

import re
from collections import deque
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

from artsim.collection.sources.naming import digest, safe_id
from artsim.collection.sources.nga.config import is_url
from artsim.collection.sources.records.documents import as_json, listed
from artsim.collection.sources.records.record import (
    Record,
    RecordPicture,
    sorted_values,
    with_roles,
)
from artsim.collection.sources.records.source import Reading
from artsim.core.counts import count
from artsim.core.errors import InvalidInput

_MOST_DOCUMENTS = 200_000
_KINDS = {"sc:Manifest": "Manifest", "sc:Collection": "Collection"}
_MANIFEST_NAME = re.compile(r"/(?:iiif/?)?manifest(?:\.json)?/?$|\.json$", re.IGNORECASE)


def records(reading: Reading) -> Iterator[Record]:
    """A record for each manifest that is reached from the place, each once."""
    waiting: deque[Any] = deque([reading.place])
    seen: set[str] = set()
    unreadable = 0
    while waiting:
        one = waiting.popleft()
        document = one if isinstance(one, dict) else _document(reading, one)
        if document is None:
            unreadable += 1
            continue
        kind, address = _kind(document), _id(document)
        if kind == "Manifest" and not _is_whole(document):
            if address not in seen and is_url(address) and len(seen) < _MOST_DOCUMENTS:
                seen.add(address)
                waiting.append(address)
        elif kind == "Manifest":
            yield _record(document)
        elif kind == "Collection":
            members = [
                m
                for key in ("items", "members", "collections", "manifests")
                for m in listed(document.get(key))
            ]
            if members or not is_url(address) or address in seen:
                waiting.extend(m for m in members if isinstance(m, dict))
            else:
                seen.add(address)
                waiting.append(address)
    if unreadable:
        reading.notes.append(
            f"{count(unreadable, 'manifest')} could not be read; the next import tries again."
        )


def _document(reading: Reading, place: str) -> dict[str, Any] | None:
    try:
        found = as_json(reading.document(place), place)
    except InvalidInput:
        if place == reading.place:
            raise
        return None
    if not isinstance(found, dict) or _kind(found) not in ("Manifest", "Collection"):
        if place == reading.place:
            raise InvalidInput(f"{place[:200]} is no IIIF manifest and no IIIF collection.")
        return None
    return found


def _kind(document: dict[str, Any]) -> str:
    kind = document.get("type") or document.get("@type") or ""
    return _KINDS.get(str(kind), str(kind))


def _id(thing: Any) -> str:
    found = thing.get("id") or thing.get("@id") if isinstance(thing, dict) else thing
    return found if isinstance(found, str) else ""


def _is_whole(document: dict[str, Any]) -> bool:
    return "items" in document or "sequences" in document


def _record(document: dict[str, Any]) -> Record:
    address = _id(document)
    pairs = [
        (_text(pair.get("label")), _text(pair.get("value")))
        for pair in listed(document.get("metadata"))
        if isinstance(pair, dict)
    ]
    values, extra = sorted_values([pair for pair in pairs if pair[1]])
    statement = document.get("requiredStatement")
    found = {
        "title": _text(document.get("label")),
        "credit": _text(statement.get("value") if isinstance(statement, dict) else None)
        or _text(document.get("attribution")),
        "licence": _id(_first(document.get("rights") or document.get("license"))),
        "url": _id(_first(document.get("homepage") or document.get("related"))),
    }
    values = {**values, **{name: value for name, value in found.items() if value}}
    shown = document.get("navDate")
    if isinstance(shown, str) and "date" not in values and "year" not in values:
        values["year"] = shown[:4]
    summary = _text(document.get("summary") or document.get("description"))
    if summary:
        extra.setdefault("description", summary)
    extra["iiif"] = address
    return Record(_name(address), values, extra, with_roles(list(_pictures(document))))


def _name(address: str) -> str:
    """An id that is readable and of this manifest alone, whatever else is imported."""
    path = _MANIFEST_NAME.sub("", unquote(urlsplit(address).path))
    last = path.rstrip("/").rpartition("/")[2]
    return f"{safe_id(last)}-{digest(address)}" if last else f"work-{digest(address, 12)}"


def _pictures(document: dict[str, Any]) -> Iterator[RecordPicture]:
    canvases = listed(document.get("items"))
    bodies = [
        _first(note.get("body"))
        for canvas in canvases
        if isinstance(canvas, dict)
        for page in listed(canvas.get("items"))
        if isinstance(page, dict)
        for note in listed(page.get("items"))
        if isinstance(note, dict)
    ]
    for sequence in listed(document.get("sequences"))[:1]:
        bodies += [
            image.get("resource")
            for canvas in listed(sequence.get("canvases") if isinstance(sequence, dict) else None)
            if isinstance(canvas, dict)
            for image in listed(canvas.get("images"))
            if isinstance(image, dict)
        ]
    for body in bodies:
        if isinstance(body, dict) and body.get("type") == "Choice":
            body = _first(body.get("items"))
        if isinstance(body, dict) and body.get("@type") == "oa:Choice":
            body = body.get("default")
        if not isinstance(body, dict):
            continue
        offered = _first(body.get("service"))
        service = _id(offered)
        # Files that lie ready know no other sizes than they have: the manifest names one of them.
        if is_url(service) and not (_is_level_0(offered) and is_url(_id(body))):
            yield RecordPicture(service, service=True)
        elif is_url(_id(body)) and str(body.get("type", "Image")) in ("Image", "dctypes:Image"):
            yield RecordPicture(_id(body))


def _is_level_0(service: Any) -> bool:
    """Whether an image service, of any version of the Image API, gives listed sizes only."""
    profile = _first(service.get("profile")) if isinstance(service, dict) else None
    return "level0" in str(profile)


def _first(value: Any) -> Any:
    many = listed(value)
    return many[0] if many else None


def _text(value: Any) -> str:
    """The text of a language map, English or the first, or of what Presentation 2 has."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "; ".join(filter(None, (_text(one) for one in value)))
    if not isinstance(value, dict):
        return ""
    if "@value" in value:
        return _text(value["@value"])
    languages = [value[key] for key in ("en", "none", "@none") if key in value]
    return _text((languages or list(value.values()) or [""])[0])
