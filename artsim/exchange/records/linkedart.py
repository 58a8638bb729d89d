"""Linked Art 1.0 (https://linked.art): JSON-LD, a HumanMadeObject a work."""

import json
from collections.abc import Iterable
from typing import Any, BinaryIO
from urllib.parse import quote

from artsim.collection.sources.records.linkedart import EQUIVALENT, LOCAL_ID, NOTE
from artsim.core.web_address import web_address
from artsim.exchange.records.work import Relation, Work

CONTEXT = "https://linked.art/ns/v1/linked-art.json"
_AAT = "http://vocab.getty.edu/aat/"
_WORKS_OF_ART = ("300133025", "works of art")
_BRIEF = {"id": f"{_AAT}300418049", "type": "Type", "_label": "brief text"}
# Kinds of statement by the Art & Architecture Thesaurus, and the columns that they are made of.
_STATEMENTS = (
    ("medium", "300435429", "material statement"),
    ("dimensions", "300435430", "dimensions statement"),
    ("credit", "300435418", "credit line"),
    ("licence", "300435434", "copyright or licence statement"),
    ("description", "300435416", "description"),
)
_CLASSES = (("style", "300015646", "style"), ("genre", "300435443", "type of work"))


def write(works: Iterable[Work], out: BinaryIO) -> int:
    """Write the records, one a line; returns how many."""
    count = 0
    for work in works:
        out.write(json.dumps(record(work), ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def record(work: Work) -> dict[str, Any]:
    """A work as JSON-LD; what is not known is left out."""
    thing = {
        "@context": CONTEXT,
        "id": work.address,
        "type": "HumanMadeObject",
        "_label": work.title,
        "classified_as": [_type(*_WORKS_OF_ART), *_classes(work)],
        "identified_by": _names(work),
        "referred_to_by": _statements(work),
        "equivalent": [{"id": one, "type": "HumanMadeObject"} for one in _same(work)],
        "produced_by": _production(work),
        "representation": _pictures(work),
        "subject_of": _pages(work),
        "attributed_by": [_assignment(relation) for relation in work.relations],
    }
    return {name: value for name, value in thing.items() if value}


def _type(number: str, label: str) -> dict[str, Any]:
    return {"id": f"{_AAT}{number}", "type": "Type", "_label": label}


def _classes(work: Work) -> list[dict[str, Any]]:
    return [
        {
            "id": f"{work.base}/{column}/{quote(work.text(column), safe='')}",
            "type": "Type",
            "_label": work.text(column),
            "classified_as": [_type(number, label)],
        }
        for column, number, label in _CLASSES
        if work.text(column)
    ]


def _names(work: Work) -> list[dict[str, Any]]:
    title = {
        "type": "Name",
        "content": work.title,
        "classified_as": [_type("300404670", "primary name")],
    }
    number = {
        "type": "Identifier",
        "content": work.text("accession") or work.text("id"),
        "classified_as": [_type("300312355", "accession number")],
    }
    names = [title, number]
    if work.text("original_id"):
        local = [_type(*LOCAL_ID)]
        names.append({"type": "Identifier", "content": work.own_id, "classified_as": local})
    return names


def _same(work: Work) -> list[str]:
    """The addresses of the records that the work came from."""
    found = [work.text("linked_art"), *work.text(EQUIVALENT).split("; ")]
    return [one for one in dict.fromkeys(found) if web_address(one) and one != work.address]


def _statements(work: Work) -> list[dict[str, Any]]:
    told = [
        (work.text(column), _type(number, label) | {"classified_as": [_BRIEF]})
        for column, number, label in _STATEMENTS
    ]
    # Nobody recorded what these identify, so they are a note and are not linked to the artist.
    found = work.identifiers
    elsewhere = " ".join((*found.subjects, *found.others, *_of_namesakes(work)))
    told.append((elsewhere, _type(*NOTE)))
    return [
        {"type": "LinguisticObject", "content": text, "classified_as": [kind]}
        for text, kind in told
        if text
    ]


def _of_namesakes(work: Work) -> list[str]:
    """Identifiers of artists from whose workshop or circle the work is: not of its maker."""
    makers = zip(work.artists, work.identifiers.makers, strict=True)
    return [address for artist, ids in makers if artist.qualifier for address in ids]


def _production(work: Work) -> dict[str, Any]:
    first, last = work.days()
    span: dict[str, Any] = {"type": "TimeSpan"}
    if work.text("date"):
        span["identified_by"] = [{"type": "Name", "content": work.text("date")}]
    if first:
        span["begin_of_the_begin"] = f"{first}-01-01T00:00:00Z"
        span["end_of_the_end"] = f"{last}-12-31T23:59:59Z"
    makers = []
    for artist, ids in zip(work.artists, work.identifiers.makers, strict=True):
        label = f"{artist.qualifier} {artist.name}".strip()
        if artist.qualifier and len(work.artists) == 1:
            label = work.text("artist")  # as written: without its qualifier it may lose a word
        address = f"{work.base}/artist/{quote(label, safe='')}"
        maker: dict[str, Any] = {"id": address, "type": "Person", "_label": label}
        if ids and not artist.qualifier:
            maker["equivalent"] = [{"id": one, "type": "Person"} for one in ids]
        makers.append(maker)
    found = {"carried_out_by": makers, "timespan": span if len(span) > 1 else None}
    made = {name: value for name, value in found.items() if value}
    return {"type": "Production", **made} if made else {}


def _pictures(work: Work) -> list[dict[str, Any]]:
    if not work.picture:
        return []
    place = [{"id": work.picture, "type": "DigitalObject"}]
    file = {"type": "DigitalObject", "format": "image/webp", "access_point": place}
    return [{"type": "VisualItem", "digitally_shown_by": [file]}]


def _pages(work: Work) -> list[dict[str, Any]]:
    if web_address(work.text("url")) is None:
        return []
    place = [{"id": work.text("url"), "type": "DigitalObject"}]
    page = {"type": "DigitalObject", "format": "text/html", "access_point": place}
    return [{"type": "LinguisticObject", "digitally_carried_by": [page]}]


def _assignment(relation: Relation) -> dict[str, Any]:
    """What was found by comparing pictures, told as somebody's finding and not as a fact."""
    return {
        "type": "AttributeAssignment",
        "_label": "same picture as" if relation.same else "looks like",
        "referred_to_by": [{"type": "LinguisticObject", "content": relation.how}],
        "assigned": [{"id": relation.address, "type": "HumanMadeObject", "_label": relation.title}],
    }
