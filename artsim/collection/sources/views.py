"""Which picture of its work a file is, by what a table or the file's name says: recto, verso ..."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from artsim.collection.pictures import OTHER, PRIMARY
from artsim.collection.sources.places import without_extension

COLUMNS = ("role", "view", "side", "picture role", "image role", "image view", "ansicht", "vue")
_WORDS = {
    PRIMARY: "primary, main, principal, overall, hauptansicht, gesamtansicht, 1",
    "recto": "recto, r, front, obverse, vorderseite, vs, avers, face, davanti, anverso, ro",
    "verso": "verso, v, back, reverse, rückseite, rueckseite, rs, revers, dos, retro, vo",
    "detail": "detail, details, det, close-up, closeup, dettaglio, détail, detalle",
    OTHER: "other, alternate, alternative, alt, further",
}
_ROLES = {word: role for role, words in _WORDS.items() for word in words.split(", ")}
_FIRST = (PRIMARY, "recto")
_LIST = re.compile(r"\s*[;|]\s*")
_SUFFIX = re.compile(r"(?P<base>.+?)(?:[ _.-]+|\s*\()(?P<word>[^\W\d_]+)[ _.-]?\d{0,3}\)?")
_NUMBERED = re.compile(r"(?P<base>.+?)\s*\(\d{1,3}\)")


@dataclass(frozen=True)
class View:
    """A picture of the work ``artwork_id``, which a table names or a file is: its role, "" where
    nothing says it."""

    artwork_id: str
    image: str
    role: str = ""


def role_of(word: str) -> str:
    """The role that a word of a table or of a file's name means, "" where it means none.

    >>> role_of("Rückseite"), role_of("Detail 3"), role_of("watercolour")
    ('verso', 'detail', '')
    """
    plain = " ".join(word.split()).casefold()
    return _ROLES.get(plain) or _ROLES.get(plain.rstrip("0123456789 _-."), "")


def images_of(cell: str) -> list[str]:
    """The files that a cell of an image column names.

    >>> images_of("a.jpg; b.jpg|c.jpg"), images_of("a.jpg"), images_of("")
    (['a.jpg', 'b.jpg', 'c.jpg'], ['a.jpg'], [''])
    """
    return [part for part in _LIST.split(cell) if part] or [cell]


def primary_first(views: Sequence[View]) -> list[View]:
    """The views of one work with the one that it is shown by in front: the primary picture or the
    recto where one is named, else the first that is not named as something else."""
    for wanted in (*_FIRST, ""):
        for view in views:
            if view.role == wanted:
                return [view, *(other for other in views if other is not view)]
    return list(views)


def parted(stem: str) -> tuple[str, str] | None:
    """The name of a work and the role in a file's stem, None where it names no picture of one.

    >>> parted("12_verso"), parted("12-r"), parted("12 (2)"), parted("12_detail1"), parted("mill")
    (('12', 'verso'), ('12', 'recto'), ('12', 'other'), ('12', 'detail'), None)
    """
    if found := _NUMBERED.fullmatch(stem):
        return found["base"], OTHER
    found = _SUFFIX.fullmatch(stem)
    role = role_of(found["word"]) if found else ""
    return (found["base"], role) if found and role else None


def without_side(path: str) -> str:
    """A path without its last folder where that is named after a side.

    >>> without_side("scans/verso/001"), without_side("scans/001")
    ('scans/001', 'scans/001')
    """
    *above, folder, name = ["", *path.split("/")] if "/" in path else ["", "", path]
    return "/".join([*above, name] if role_of(folder) else [*above, folder, name]).lstrip("/")


def views_by_name(
    files: Iterable[str], shown: Mapping[str, str], ids: Mapping[str, str]
) -> dict[str, View]:
    """The views that files without a row are of works that have one, by what they are called.

    ``shown`` has the artwork id of each file that shows a work, ``ids`` that of each id as it is
    written. A file is a view where exactly one work fits: beside 12.jpg or for the id 12 that is
    12_verso.jpg, beside recto/001.jpg it is verso/001.jpg.
    """
    stems: dict[str, set[str]] = {}
    bare: dict[str, set[str]] = {}
    for file, artwork_id in shown.items():
        path = PurePosixPath(without_extension(file).casefold())
        stems.setdefault(str(path), set()).add(artwork_id)
        if role_of(path.parent.name):
            bare.setdefault(str(path.parent.parent / path.name), set()).add(artwork_id)
        if (own := parted(path.name)) is not None:
            stems.setdefault(str(path.parent / own[0]), set()).add(artwork_id)
    for written, artwork_id in ids.items():
        bare.setdefault(written.casefold(), set()).add(artwork_id)
    found = {}
    for file in files:
        path = PurePosixPath(without_extension(file).casefold())
        role, works = "", set[str]()
        named = parted(path.name)
        if named is not None:
            base, role = named
            works = stems.get(str(path.parent / base), set()) | bare.get(base, set())
        elif role := role_of(path.parent.name):
            above = str(path.parent.parent / path.name)
            works = stems.get(above, set()) | bare.get(above, set())
        if len(works) == 1:
            found[file] = View(works.pop(), file, role if role != PRIMARY else OTHER)
    return found
