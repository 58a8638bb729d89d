"""LIDO 1.1 (https://lido-schema.org): a ``lidoWrap`` with a record a work."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, BinaryIO

from artsim.core.lazy import lazy
from artsim.exchange.records.work import Work

if TYPE_CHECKING:
    from lxml import etree
else:
    etree = lazy("lxml.etree")

NAMESPACE = "http://www.lido-schema.org"
_XML = "http://www.w3.org/XML/1998/namespace"
_TERMS = "http://terminology.lido-schema.org/"
# Terms of the Art & Architecture Thesaurus, and of LIDO's own terminology.
_WORKS_OF_ART = "http://vocab.getty.edu/aat/300133025"
_PRODUCTION, _ITEM = f"{_TERMS}lido00007", f"{_TERMS}lido00141"
_URI, _LOCAL = f"{_TERMS}lido00099", f"{_TERMS}lido00100"  # kinds of identifier
# Identifiers of which it is not recorded whether they are of the artist, the subject or the work.
_ELSEWHERE = "authority files"
_SAME, _ALIKE = "same picture as", "looks like"


def write(works: Iterable[Work], out: BinaryIO, source: str) -> int:
    """Write the records, one at a time; returns how many. ``source`` names who keeps the works."""
    count = 0
    with etree.xmlfile(out, encoding="utf-8") as file:
        file.write_declaration()
        with file.element(_name("lidoWrap"), nsmap={"lido": NAMESPACE}):
            for work in works:
                file.write(_record(work, source), pretty_print=True)
                count += 1
    return count


def _record(work: Work, source: str) -> Any:
    lido = etree.Element(_name("lido"), nsmap={"lido": NAMESPACE})
    _add(lido, "lidoRecID", work.own_id, type=_LOCAL, source=source)
    _add(lido, "objectPublishedID", work.address, type=_URI)
    described = _add(lido, "descriptiveMetadata", lang="en")
    _classify(described, work)
    _identify(described, work)
    _make(described, work)
    _relate(described, work)
    _administer(lido, work, source)
    return lido


def _classify(described: Any, work: Work) -> None:
    wrap = _add(described, "objectClassificationWrap")
    kind = _add(_add(wrap, "objectWorkTypeWrap"), "objectWorkType")
    if not work.text("object_type"):
        _add(kind, "conceptID", _WORKS_OF_ART, type=_URI)
    _add(kind, "term", work.text("object_type") or "works of art")
    if work.text("genre"):
        classes = _add(wrap, "classificationWrap")
        _add(_add(classes, "classification"), "term", work.text("genre"))


def _identify(described: Any, work: Work) -> None:
    wrap = _add(described, "objectIdentificationWrap")
    _add(_add(_add(wrap, "titleWrap"), "titleSet"), "appellationValue", work.title)
    kept = _add(_add(wrap, "repositoryWrap"), "repositorySet")
    if work.text("repository"):
        _add(_add(kept, "repositoryName"), "legalBodyName")
        _add(kept[0][0], "appellationValue", work.text("repository"))
    _add(kept, "workID", work.text("accession") or work.text("id"))
    others = work.identifiers.others
    if work.text("description") or others:
        notes = _add(wrap, "objectDescriptionWrap")
        if work.text("description"):
            note = _add(notes, "objectDescriptionSet")
            _add(note, "descriptiveNoteValue", work.text("description"))
        if others:
            elsewhere = _add(notes, "objectDescriptionSet", type=_ELSEWHERE)
            for address in others:
                _add(elsewhere, "descriptiveNoteID", address, type=_URI)
    if work.text("dimensions"):
        sizes = _add(_add(wrap, "objectMeasurementsWrap"), "objectMeasurementsSet")
        _add(sizes, "displayObjectMeasurements", work.text("dimensions"))


def _make(described: Any, work: Work) -> None:
    event = _add(_add(_add(described, "eventWrap"), "eventSet"), "event")
    kind = _add(event, "eventType")
    _add(kind, "conceptID", _PRODUCTION, type=_URI)
    _add(kind, "term", "production")
    for artist, ids in zip(work.artists, work.identifiers.makers, strict=True):
        made_by = _add(event, "eventActor")
        if len(work.artists) == 1:  # as written: without its qualifier it may lose a word
            _add(made_by, "displayActorInRole", work.text("artist"))
        role = _add(made_by, "actorInRole")
        actor = _add(role, "actor")
        for address in ids:
            _add(actor, "actorID", address, type=_URI)
        _add(_add(actor, "nameActorSet"), "appellationValue", artist.name)
        if artist.qualifier:
            _add(role, "attributionQualifierActor", artist.qualifier)
    if work.text("school"):
        _add(_add(event, "culture"), "term", work.text("school"))
    first, last = work.days()
    if first or work.text("date"):
        date = _add(event, "eventDate")
        if work.text("date"):
            _add(date, "displayDate", work.text("date"))
        if first:
            span = _add(date, "date")
            _add(span, "earliestDate", first)
            _add(span, "latestDate", last)
    if work.text("style"):
        _add(_add(event, "periodName"), "term", work.text("style"))
    if work.text("medium"):
        _add(_add(event, "eventMaterialsTech"), "displayMaterialsTech", work.text("medium"))


def _relate(described: Any, work: Work) -> None:
    subjects = work.identifiers.subjects
    if not (work.relations or work.text("theme") or subjects):
        return
    wrap = _add(described, "objectRelationWrap")
    if work.text("theme") or subjects:
        subject = _add(_add(_add(wrap, "subjectWrap"), "subjectSet"), "subject")
        for address in subjects:
            _add(_add(subject, "subjectConcept"), "conceptID", address, type=_URI)
        if work.text("theme"):
            _add(_add(subject, "subjectConcept"), "term", work.text("theme"))
    related = _add(wrap, "relatedWorksWrap") if work.relations else None
    for relation in work.relations:
        one = _add(related, "relatedWorkSet")
        other = _add(one, "relatedWork")
        _add(other, "displayObject", relation.title)
        thing = _add(other, "object")
        _add(thing, "objectID", relation.address, type=_LOCAL)
        _add(thing, "objectNote", relation.how)
        _add(_add(one, "relatedWorkRelType"), "term", _SAME if relation.same else _ALIKE)


def _administer(lido: Any, work: Work, source: str) -> None:
    kept = _add(lido, "administrativeMetadata", lang="en")
    if work.text("licence") or work.text("credit"):
        rights = _add(_add(kept, "rightsWorkWrap"), "rightsWorkSet")
        if work.text("licence"):
            _add(_add(rights, "rightsType"), "term", work.text("licence"))
        if work.text("credit"):
            _add(rights, "creditLine", work.text("credit"))
    record = _add(kept, "recordWrap")
    _add(record, "recordID", work.own_id, type=_LOCAL)
    kind = _add(record, "recordType")
    _add(kind, "conceptID", _ITEM, type=_URI)
    _add(kind, "term", "item-level record")
    holder = _add(_add(record, "recordSource"), "legalBodyName")
    _add(holder, "appellationValue", source)
    link = work.text("url")
    if link:
        _add(_add(record, "recordInfoSet"), "recordInfoLink", link)
    if work.picture:
        shown = _add(_add(kept, "resourceWrap"), "resourceSet")
        _add(_add(shown, "resourceRepresentation"), "linkResource", work.picture)


def _add(parent: Any, name: str, text: str = "", lang: str = "", **attributes: str) -> Any:
    child = etree.SubElement(parent, _name(name))
    for key, value in attributes.items():
        child.set(_name(key), value)
    if lang:
        child.set(f"{{{_XML}}}lang", lang)
    if text:
        child.text = text
    return child


def _name(local: str) -> str:
    return f"{{{NAMESPACE}}}{local}"
