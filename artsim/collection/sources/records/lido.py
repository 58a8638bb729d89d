"""Works of LIDO records, 1.0 and 1.1 (https://lido-schema.org): one file of many, or a folder."""

import re
from collections.abc import Iterator
from typing import Any

from artsim.collection.artists import attributions
from artsim.collection.authorities import (
    ARTIST_IDS,
    artist_ids,
    authority_address,
    authority_ids,
)
from artsim.collection.sources.records.documents import (
    all_of,
    elements,
    first_text,
    places,
    text_of,
)
from artsim.collection.sources.records.record import Record, RecordPicture, with_roles
from artsim.collection.sources.records.source import Reading
from artsim.core.counts import count

# CIDOC CRM's production and creation, and the words that museums write.
_MAKING = re.compile(
    r"E12|E65|lido00007|lido00012|production|creation|herstellung|entstehung|produktion"
    r"|fabrication|création|produzione|realizzazione|producción|creación|vervaardiging|tillverkning",
    re.IGNORECASE,
)
_PREFERRED = ("preferred", "pref", "http://terminology.lido-schema.org/lido00169")


def records(reading: Reading) -> Iterator[Record]:
    """A record for each ``lido`` element."""
    nameless = 0
    for place in places(reading, (".xml", ".lido")):
        for element in elements(reading.document(place), place, "lido"):
            record = _record(element)
            if record is None:
                nameless += 1
            else:
                yield record
    if nameless:
        reading.notes.append(f"{count(nameless, 'record')} without an id left out.")


def _record(lido: Any) -> Record | None:
    own = first_text(lido, "lidoRecID", "administrativeMetadata/recordWrap/recordID")
    number = first_text(lido, "descriptiveMetadata//repositorySet/workID")
    if not own and not number:
        return None
    making = _making(lido)
    values = {
        "title": _preferred(all_of(lido, "descriptiveMetadata//titleSet/appellationValue")),
        "accession": number,
        "dimensions": first_text(lido, "descriptiveMetadata//displayObjectMeasurements")
        or _measured(lido),
        "credit": first_text(lido, "administrativeMetadata//creditLine"),
        "licence": _licence(lido),
        "url": first_text(lido, "administrativeMetadata//recordInfoLink"),
        "genre": first_text(lido, "descriptiveMetadata//classification/term"),
        "theme": _terms(all_of(lido, "descriptiveMetadata//subjectConcept")),
        **_made(making),
    }
    kinds = all_of(lido, "descriptiveMetadata//objectWorkType")
    extra = {
        "object_type": _terms(kinds),
        "repository": first_text(lido, "descriptiveMetadata//repositoryName//appellationValue"),
        "description": first_text(lido, "descriptiveMetadata//descriptiveNoteValue"),
        **authority_ids(_address(one) for one in _concepts(lido)),
        ARTIST_IDS: _artist_ids(making),
    }
    found = {n: v for n, v in extra.items() if v}
    return Record(own or number, {n: v for n, v in values.items() if v}, found, _pictures(lido))


def _making(lido: Any) -> Any:
    """The event by which the work was made; the first one where none is said to be it."""
    events = all_of(lido, "descriptiveMetadata//event")
    for event in events:
        if any(_MAKING.search(text_of(kind)) for kind in all_of(event, "eventType")):
            return event
    return events[0] if events else None


def _made(event: Any) -> dict[str, str]:
    if event is None:
        return {}
    actors = [_name(actor) for actor in all_of(event, "eventActor")]
    first, last = (
        first_text(event, "eventDate//earliestDate"),
        first_text(event, "eventDate//latestDate"),
    )
    span = first[:10] if first[:4] == last[:4] else "-".join(t for t in (first, last) if t)
    return {
        "artist": "; ".join(filter(None, actors)),
        "date": first_text(event, "eventDate/displayDate") or span,
        "year": span,
        "medium": first_text(event, "eventMaterialsTech/displayMaterialsTech")
        or _terms(all_of(event, "eventMaterialsTech//termMaterialsTech")),
        "school": first_text(event, "culture/term"),
        "style": first_text(event, "periodName/term"),
    }


def _name(actor: Any) -> str:
    """The name, with the attribution (workshop of ...) that the record gives beside it."""
    named = "actorInRole/actor/nameActorSet/appellationValue"
    name = first_text(actor, "displayActorInRole") or first_text(actor, named)
    qualifier = first_text(actor, "actorInRole/attributionQualifierActor")
    if not name or not qualifier or any(one.qualifier for one in attributions(name)):
        return name
    before = f"{qualifier} {name}"
    known = any(one.qualifier for one in attributions(before))
    return before if known else f"{name} ({qualifier})"


def _artist_ids(event: Any) -> str:
    actors = all_of(event, "eventActor") if event is not None else []
    return artist_ids(
        [_address(one) for one in all_of(actor, "//actorID")] for actor in actors if _name(actor)
    )


def _measured(lido: Any) -> str:
    """Sides that the record gives one by one, in words: height 81 cm; width 65 cm."""
    parts = ("measurementType", "measurementValue", "measurementUnit")
    first = all_of(lido, "descriptiveMetadata//objectMeasurements")[:1]
    sides = [
        " ".join(filter(None, (first_text(one, part) for part in parts)))
        for whole in first
        for one in all_of(whole, "measurementSet")
    ]
    return "; ".join(filter(None, sides))


def _preferred(found: list[Any]) -> str:
    """The preferred one of several names."""
    for one in found:
        if any(value in _PREFERRED for value in one.attrib.values()):
            return text_of(one)
    return text_of(found[0]) if found else ""


def _terms(found: list[Any]) -> str:
    return "; ".join(dict.fromkeys(filter(None, (first_text(one, "term") for one in found))))


def _concepts(lido: Any) -> list[Any]:
    paths = ("descriptiveMetadata//conceptID", "//actorID", "//descriptiveNoteID")
    own = all_of(lido, "objectPublishedID")
    return [*own, *(one for path in paths for one in all_of(lido, path))]


def _address(concept: Any) -> str:
    """The address of an identifier, also of one that stands beside its source's name."""
    text = text_of(concept)
    sources = (str(v) for name, v in concept.attrib.items() if name.endswith("source"))
    return next(filter(None, (authority_address(one, text) for one in sources)), text)


def _licence(lido: Any) -> str:
    for path in ("rightsResource/rightsType", "rightsWorkSet/rightsType"):
        right = f"administrativeMetadata//{path}"
        found = first_text(lido, f"{right}/conceptID", f"{right}/term")
        if found:
            return found
    return ""


def _pictures(lido: Any) -> tuple[RecordPicture, ...]:
    """One picture of each resource: its largest, by what the record says of it."""
    found: list[RecordPicture] = []
    for resource in all_of(lido, "administrativeMetadata//resourceSet"):
        shown = all_of(resource, "resourceRepresentation") or [resource]
        ranked = sorted(shown, key=_rank)
        link = next((t for one in ranked if (t := first_text(one, "linkResource"))), "")
        if link:
            found.append(RecordPicture(link))
    return with_roles(found)


def _rank(representation: Any) -> int:
    kind = " ".join(str(value) for value in representation.attrib.values())
    order = ("image_master", "lido00451", "image_overview", "lido00463", "image_thumb", "lido00464")
    return next((i for i, name in enumerate(order) if name in kind), 2)
