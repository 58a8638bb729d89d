"""Who made an object, from NGA's objects_constituents and constituents."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, field

from artsim.collection.sources.nga.records import Row, whole

LINK_COLUMNS = ("objectid", "constituentid")
PERSON_COLUMNS = ("constituentid",)


@dataclass(frozen=True)
class Part:
    """One maker of an object: ``lesser`` where the work is only after or related to them."""

    lesser: bool
    order: int
    constituentid: int
    prefix: str = field(compare=False)
    suffix: str = field(compare=False)

    @property
    def rank(self) -> tuple[bool, int, int]:
        return self.lesser, self.order, self.constituentid


def read_parts(rows: Iterable[Row], wanted: Container[int]) -> dict[int, list[Part]]:
    """The artists of each wanted object in display order; donors and owners are no artists."""
    parts: dict[int, list[Part]] = {}
    for row in rows:
        objectid, person = whole(row["objectid"]), whole(row["constituentid"])
        if objectid is None or person is None or objectid not in wanted:
            continue
        if row.get("roletype", "artist").casefold() != "artist":
            continue
        role = row.get("role", "").casefold()
        order = whole(row.get("displayorder", ""))
        part = Part(
            "after" in role or "related" in role,
            10**9 if order is None else order,
            person,
            row.get("prefix", ""),
            row.get("suffix", ""),
        )
        parts.setdefault(objectid, []).append(part)
    return {objectid: sorted(found, key=lambda p: p.rank) for objectid, found in parts.items()}


def read_people(rows: Iterable[Row], wanted: Container[int]) -> dict[int, Row]:
    """The rows of the wanted constituents by id."""
    people: dict[int, Row] = {}
    for row in rows:
        person = whole(row["constituentid"])
        if person is not None and person in wanted:
            people.setdefault(person, row)
    return people


def artist_of(parts: list[Part], people: dict[int, Row]) -> tuple[str, Row]:
    """The artists as displayed ("" if none is known), and the row of the first one."""
    known = [part for part in parts if part.constituentid in people]
    makers = [part for part in known if not part.lesser] or known
    names: list[str] = []
    for part in makers:
        person = people[part.constituentid]
        name = person.get("forwarddisplayname") or person.get("preferreddisplayname") or ""
        full = " ".join(piece for piece in (part.prefix, name, part.suffix) if piece)
        if name and full not in names:
            names.append(full)
    return "; ".join(names), people[makers[0].constituentid] if makers else {}
