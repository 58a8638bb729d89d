"""Works of Linked Art (https://linked.art): JSON-LD objects in files, folders, lines or the web."""

import json
from collections import deque
from collections.abc import Iterator
from typing import Any

from artsim.collection.authorities import ARTIST_IDS, artist_ids, authority_ids
from artsim.collection.sources.nga.config import is_url
from artsim.collection.sources.records.documents import as_json, listed, places
from artsim.collection.sources.records.record import Record, RecordPicture, with_roles
from artsim.collection.sources.records.source import Reading
from artsim.core.counts import count
from artsim.core.errors import InvalidInput

_MOST_DOCUMENTS = 200_000
# Terms of the Art & Architecture Thesaurus by which Linked Art tells statements apart.
_PRIMARY_NAME, _ACCESSION = "300404670", "300312355"
_STATEMENTS = {
    "300435429": "medium",
    "300435430": "dimensions",
    "300435418": "credit",
    "300026687": "credit",
    "300435434": "licence",
    "300055547": "licence",
    "300435416": "description",
    "300404764": "medium",
}
# A note, which holds identifiers alone where we wrote it, and the number of a record in its system.
NOTE = ("300027200", "notes")
LOCAL_ID = ("300435704", "system-assigned number")
EQUIVALENT = "equivalent"  # a column of addresses that name the same work
_SIDES = {"300055644": "height", "300055647": "width", "300072633": "depth"}
_UNITS = {"300379098": "cm", "300379097": "mm", "300379100": "in"}
_STYLE, _WORK_TYPE, _WEB_PAGE = "300015646", "300435443", "300264578"


def records(reading: Reading) -> Iterator[Record]:
    """A record for each HumanMadeObject that is in the place, or that its lists name."""
    seen: set[str] = set()
    unreadable = 0
    for place in places(reading, (".json", ".jsonld", ".jsonl")):
        waiting: deque[Any] = deque(_objects(reading.document(place), place))
        while waiting:
            one = waiting.popleft()
            if isinstance(one, str):
                try:
                    waiting.extend(_objects(reading.document(one), one))
                except InvalidInput:
                    unreadable += 1
                continue
            if not isinstance(one, dict):
                continue
            if one.get("type") == "HumanMadeObject" and len(one) > 3:
                yield _record(one)
                continue
            more = [*listed(one.get("orderedItems")), *listed(one.get("member"))]
            more += [*listed(one.get("first")), *listed(one.get("next"))]
            for member in more:
                address = member.get("id") if isinstance(member, dict) else member
                whole = isinstance(member, dict) and len(member) > 3
                if whole:
                    waiting.append(member)
                elif is_url(str(address)) and address not in seen and len(seen) < _MOST_DOCUMENTS:
                    seen.add(str(address))
                    waiting.append(str(address))
    if unreadable:
        reading.notes.append(f"{count(unreadable, 'record')} that a list names could not be read.")


def _objects(data: bytes, place: str) -> list[Any]:
    """The objects of a document: one, a list, or one a line."""
    try:
        return listed(json.loads(data))
    except (ValueError, RecursionError):
        lines = [line for line in data.splitlines() if line.strip()]
        if len(lines) < 2:
            return listed(as_json(data, place))
        return [as_json(line, f"{place}, line {number}") for number, line in enumerate(lines, 1)]


def _record(thing: dict[str, Any]) -> Record:
    names = [n for n in listed(thing.get("identified_by")) if isinstance(n, dict)]
    titles = [n for n in names if n.get("type") == "Name"]
    first = next((n for n in titles if _PRIMARY_NAME in _kinds(n)), titles[0] if titles else {})
    numbers = [n for n in names if n.get("type") == "Identifier"]
    number = next((n for n in numbers if _ACCESSION in _kinds(n)), numbers[0] if numbers else {})
    making = thing.get("produced_by")
    parts = [making, *listed(making.get("part"))] if isinstance(making, dict) else []
    parts = [part for part in parts if isinstance(part, dict)]
    makers = [m for part in parts for m in listed(part.get("carried_out_by"))]
    values = {
        "title": _content(first) or str(thing.get("_label") or ""),
        "accession": _content(number),
        "artist": "; ".join(dict.fromkeys(filter(None, (_label(m) for m in makers)))),
        **_dates(parts),
        "style": "; ".join(_classified(thing, _STYLE)),
        "genre": "; ".join(_classified(thing, _WORK_TYPE)),
    }
    extra: dict[str, str] = {}
    statements = listed(thing.get("referred_to_by"))
    for statement in statements:
        column = next((c for k, c in _STATEMENTS.items() if k in _kinds(statement)), "")
        if column and _content(statement):
            (extra if column == "description" else values).setdefault(column, _content(statement))
    rights = [r for right in listed(thing.get("subject_to")) for r in _ids(right)]
    values.setdefault("licence", rights[0] if rights else "")
    values.setdefault(
        "medium", "; ".join(filter(None, (_label(m) for m in listed(thing.get("made_of")))))
    )
    values["url"] = _web_page(thing)
    values.setdefault("dimensions", _measured(thing))
    linked = [thing.get("equivalent"), makers, thing.get("shows"), thing.get("classified_as")]
    notes = [_content(one) for one in statements if NOTE[0] in _kinds(one)]
    extra |= authority_ids([*(json.dumps(one) for one in linked if one), *notes])
    by_name = {label: json.dumps(m) for m in makers if (label := _label(m))}
    extra[ARTIST_IDS] = artist_ids([text] for text in by_name.values())
    same = [str(one.get("id")) for one in listed(thing.get("equivalent")) if isinstance(one, dict)]
    extra[EQUIVALENT] = "; ".join(filter(is_url, same))
    address = str(thing.get("id") or _content(number))
    extra["linked_art"] = address
    local = next((_content(n) for n in numbers if LOCAL_ID[0] in _kinds(n)), "")
    own = local or address.rstrip("/").rpartition("/")[2] or address
    kept = {n: v for n, v in values.items() if v}
    more = {n: v for n, v in extra.items() if v}
    return Record(own or "work", kept, more, with_roles(list(_pictures(thing))))


def _measured(thing: dict[str, Any]) -> str:
    """Sides that the record gives one by one, in words: height 81 cm; width 65 cm."""
    found = []
    for one in listed(thing.get("dimension")):
        side = next((name for number, name in _SIDES.items() if number in _kinds(one)), "")
        unit = str(one.get("unit") or "") if side else ""
        said = next((name for number, name in _UNITS.items() if number in unit), "")
        if side and said and isinstance(one.get("value"), (int, float)):
            found.append(f"{side} {one['value']:g} {said}")
    return "; ".join(found)


def _dates(parts: list[dict[str, Any]]) -> dict[str, str]:
    for part in parts:
        span = part.get("timespan")
        span = span[0] if isinstance(span, list) and span else span
        if not isinstance(span, dict):
            continue
        shown = next((c for n in listed(span.get("identified_by")) if (c := _content(n))), "")
        begin, end = (
            str(span.get(key) or "").partition("T")[0]
            for key in ("begin_of_the_begin", "end_of_the_end")
        )
        first, last = _year(begin), _year(end)
        years = first if first == last else "-".join(filter(None, (first, last)))
        return {"date": shown or years, "year": years}
    return {}


def _year(day: str) -> str:
    """The year of an ISO 8601 date as people write it: its year 0000 is 1 BC."""
    sign, digits = ("-", day[1:]) if day.startswith("-") else ("", day)
    year = digits.partition("-")[0]
    if not year.isdecimal():
        return ""
    before = bool(sign) or not int(year)
    return f"{int(year) + 1} BC" if before else str(int(year))


def _pictures(thing: dict[str, Any]) -> Iterator[RecordPicture]:
    for shown in [*listed(thing.get("representation")), *listed(thing.get("shows"))]:
        if not isinstance(shown, dict):
            continue
        digital = listed(shown.get("digitally_shown_by")) or [shown]
        for one in digital:
            for service in listed(
                one.get("digitally_available_via") if isinstance(one, dict) else None
            ):
                if "iiif.io/api/image" in json.dumps(service):
                    for access in listed(service.get("access_point")):
                        yield RecordPicture(str(access.get("id") or ""), service=True)
            for access in listed(one.get("access_point") if isinstance(one, dict) else None):
                place = access.get("id") if isinstance(access, dict) else access
                if isinstance(place, str) and place:
                    yield RecordPicture(place)


def _web_page(thing: dict[str, Any]) -> str:
    for about in listed(thing.get("subject_of")):
        digital = listed(about.get("digitally_carried_by")) if isinstance(about, dict) else []
        for one in [about, *digital]:
            if isinstance(one, dict) and (
                one.get("format") == "text/html" or _WEB_PAGE in _kinds(one)
            ):
                for access in listed(one.get("access_point")):
                    if isinstance(access, dict) and is_url(str(access.get("id"))):
                        return str(access["id"])
    return ""


def _kinds(thing: Any) -> str:
    """Everything that a thing is classified as, as one text of addresses."""
    found = listed(thing.get("classified_as")) if isinstance(thing, dict) else []
    return " ".join(str(kind.get("id")) for kind in found if isinstance(kind, dict))


def _ids(thing: Any) -> list[str]:
    found = listed(thing.get("classified_as")) if isinstance(thing, dict) else []
    return [str(kind["id"]) for kind in found if isinstance(kind, dict) and kind.get("id")]


def _classified(thing: dict[str, Any], meta: str) -> list[str]:
    """Labels of the classes of a thing that are themselves of the class ``meta``."""
    found = listed(thing.get("classified_as"))
    return [_label(kind) for kind in found if meta in _kinds(kind) and _label(kind)]


def _label(thing: Any) -> str:
    if not isinstance(thing, dict):
        return ""
    names = (_content(n) for n in listed(thing.get("identified_by")))
    return str(thing.get("_label") or next(filter(None, names), ""))


def _content(thing: Any) -> str:
    found = thing.get("content") if isinstance(thing, dict) else None
    return str(found) if isinstance(found, (str, int, float)) else ""
