"""Works of Dublin Core, plain or harvested by OAI-PMH, and of the Europeana Data Model, in XML."""

from collections.abc import Iterator
from typing import Any

from artsim.collection.authorities import authority_ids
from artsim.collection.sources.nga.config import is_url
from artsim.collection.sources.records.documents import all_of, parsed, places, text_of
from artsim.collection.sources.records.record import Record, RecordPicture, with_roles
from artsim.collection.sources.records.source import Reading

_DC = ("http://purl.org/dc/elements/1.1/", "http://purl.org/dc/terms/")
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_FIELDS = {
    "title": "title",
    "creator": "artist",
    "created": "date",
    "date": "date",
    "medium": "medium",
    "format": "medium",
    "extent": "dimensions",
    "type": "genre",
    "subject": "theme",
    "rights": "licence",
    "license": "licence",
    "provenance": "credit",
}
_WORDS = ("artist", "theme")
_PICTURES = ("isShownBy", "object", "hasView")
_ENDINGS = (".jpg", ".jpeg", ".png", ".tif", ".tiff", ".webp", ".jp2")


def records(reading: Reading) -> Iterator[Record]:
    """A record for each element that has a Dublin Core title or identifier of its own."""
    for place in places(reading, (".xml", ".rdf")):
        root = parsed(reading.document(place), place)
        shown, named = _aggregations(root), _names(root)
        for element in root.iter():
            if isinstance(element.tag, str) and any(_is_dc(child) for child in element):
                record = _record(element, shown, named)
                if record is not None:
                    yield record


def _is_dc(element: Any) -> bool:
    namespace, _, name = str(element.tag)[1:].partition("}")
    return namespace in _DC and name in ("title", "identifier")


def _aggregations(root: Any) -> dict[str, Any]:
    """The Aggregation of each cultural object of an EDM document, by the object's address."""
    found = {}
    for aggregation in all_of(root, "//Aggregation"):
        for work in all_of(aggregation, "aggregatedCHO"):
            found[_resource(work)] = aggregation
    return found


def _names(root: Any) -> dict[str, str]:
    """The names of the people and concepts that an EDM document describes, by their address."""
    found: dict[str, str] = {}
    for label in root.iter("{http://www.w3.org/2004/02/skos/core#}prefLabel"):
        found.setdefault(str(label.getparent().get(f"{_RDF}about") or ""), text_of(label))
    return found


def _record(element: Any, shown: dict[str, Any], named: dict[str, str]) -> Record | None:
    values: dict[str, str] = {}
    extra: dict[str, str] = {}
    numbers: list[str] = []
    addresses: list[str] = []
    for child in element:
        namespace, _, name = str(child.tag)[1:].partition("}")
        if namespace not in _DC:
            continue
        text = text_of(child) or _resource(child)
        if not text:
            continue
        addresses.append(_resource(child) or text)
        column = _FIELDS.get(name)
        if name in ("identifier", "relation", "source"):
            numbers += [text] if name == "identifier" else []
        elif column in _WORDS:
            # An address is no name: what it names is said beside it, or in the authority's column.
            said = named.get(text, "" if is_url(text) else text)
            if said and said not in values.get(column, "").split("; "):
                values[column] = "; ".join(filter(None, (values.get(column), said)))
        elif column:
            values.setdefault(column, text)
        else:
            extra.setdefault(name, text)
    about = element.get(f"{_RDF}about") or _header(element)
    # Harvests name a picture by an identifier too: a file is no number of an inventory.
    local = [n for n in numbers if not is_url(n) and not n.lower().endswith(_ENDINGS)]
    own = about or next(iter(local or numbers), "")
    if not own:
        return None
    if local:
        values.setdefault("accession", local[0])
    links = [n for n in addresses if n.lower().split("?")[0].endswith(_ENDINGS)]
    aggregation = shown.get(about)
    if aggregation is not None:
        for name in _PICTURES:
            links += [_resource(one) for one in all_of(aggregation, name)]
        values.setdefault("licence", next(map(_resource, all_of(aggregation, "rights")), ""))
        values.setdefault("url", next(map(_resource, all_of(aggregation, "isShownAt")), ""))
    pages = [n for n in numbers if is_url(n) and n not in links]
    values.setdefault("url", pages[0] if pages else "")
    extra |= authority_ids(addresses)
    kept = {name: value for name, value in values.items() if value}
    pictures = with_roles([RecordPicture(link) for link in links if link])
    return Record(own, kept, extra, pictures)


def _header(element: Any) -> str:
    """The identifier that OAI-PMH gives the record around an element."""
    for parent in element.iterancestors():
        found = all_of(parent, "header/identifier")
        if found:
            return text_of(found[0])
    return ""


def _resource(element: Any) -> str:
    return str(element.get(f"{_RDF}resource") or "") or text_of(element)
