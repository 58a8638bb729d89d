"""Files without a row that are pictures of one work by what they are called: 12_recto, 12_verso."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from artsim.collection.pictures import PRIMARY
from artsim.collection.sources.files import FoundFile
from artsim.collection.sources.naming import first_of
from artsim.collection.sources.places import without_extension
from artsim.collection.sources.views import parted, role_of
from artsim.core.counts import count

_ONCE = (PRIMARY, "recto", "verso")
_NAMED = (*_ONCE, "detail")


@dataclass(frozen=True)
class Side:
    """A file that is a further picture, as ``role``, of the work that the file ``main`` shows."""

    main: str
    role: str


@dataclass(frozen=True)
class _Named:
    file: str
    role: str  # "" for the bare name


def sides(files: Sequence[FoundFile]) -> dict[str, Side]:
    """By file the sides and details of works, where the names of files in one folder say so.

    A name means a side only beside the picture that it is a side of: 12_verso.jpg beside 12.jpg or
    12_recto.jpg. Where two files could be that one, each file is a work of its own.
    """
    groups: dict[str, list[_Named]] = defaultdict(list)
    for found in files:
        stem = without_extension(found.file).casefold()
        folder, _, name = stem.rpartition("/")
        named = parted(name)
        if named is not None and named[1] in _NAMED:
            groups[f"{folder}/{named[0]}"].append(_Named(found.file, named[1]))
        else:
            groups[f"{folder}/{name}"].append(_Named(found.file, ""))
    beside: dict[str, Side] = {}
    for group in groups.values():
        roles = [one.role for one in group]
        if len(group) < 2 or any(roles.count(role) > 1 for role in ("", *_ONCE)):
            continue
        mains = [one for role in ("", PRIMARY, "recto") for one in group if one.role == role]
        if not mains:
            continue
        first = mains[0]
        beside |= {one.file: Side(first.file, one.role) for one in group if one is not first}
    return beside


def sides_note(files: Sequence[FoundFile], beside: dict[str, Side]) -> str:
    """What was taken for a side by its name, or may be one by its folder; "" where nothing is."""
    said = []
    if beside:
        said.append(
            f"{count(len(beside), 'file')} taken for further pictures of works by their names "
            f"(verso, detail): {first_of(sorted(beside))}. The cleaning desk splits off what is a "
            "work of its own."
        )
    by_name: dict[str, set[str]] = defaultdict(set)
    for found in files:
        *above, folder, name = ["", "", *without_extension(found.file).casefold().split("/")][-3:]
        if role := role_of(folder):
            by_name["/".join([*above, name])].add(role)
    both = sorted(name for name, roles in by_name.items() if {"recto", "verso"} <= roles)
    if both:
        said.append(
            f"{count(len(both), 'name occurs', 'names occur')} in a folder of rectos and in one of "
            f"versos ({first_of([name.strip('/') for name in both])}): each file is a work of its "
            "own. Where they are sides of one work, merge them at the cleaning desk, or bring a "
            "table that names both in one row."
        )
    return " ".join(said)
