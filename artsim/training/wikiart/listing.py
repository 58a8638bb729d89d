"""What stands in a table or a tree before any picture is read."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Entry:
    """One picture: ``file`` is its path in the folder of pictures, with '/'.

    ``work`` is the group of works as the table gives it, "" where it does not. ``slug`` says
    that the title comes from an address or a file name, where years and numbers tell apart.
    """

    file: str
    style: str
    artist: str = ""
    genre: str = ""
    title: str = ""
    movement: str = ""
    tags: str = ""
    url: str = ""
    work: str = ""
    slug: bool = False


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A file (or a row that names none) that is in no split, and why."""

    file: str
    style: str
    reason: str


@dataclass(frozen=True)
class Listing:
    """Every picture once, sorted by ``file``; ``paths`` say where those are that exist."""

    description: str
    rows: int
    entries: tuple[Entry, ...]
    left_out: tuple[LeftOut, ...] = ()
    notes: tuple[str, ...] = ()
    paths: Mapping[str, Path] = field(default_factory=dict)


def one_style_each(entries: Iterable[Entry]) -> tuple[list[Entry], list[LeftOut]]:
    """Each file under one style: of several, the one that most files stand under.

    Equal ones are decided by name, so the order of the rows does not matter. The other rows
    of a file fill what its own leaves blank.
    """
    rows: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        rows[entry.file].append(entry)
    sizes = Counter(
        style
        for same in rows.values()
        for style in ({e.style for e in same} if len(same) > 1 else (same[0].style,))
    )
    kept, left = [], []
    for file in sorted(rows):
        same = rows[file]
        if len(same) > 1:
            style = min({e.style for e in same}, key=lambda s: (-sizes[s], s))
            first = sorted(same, key=lambda e: (e.style != style, *_text(e)))
            left += [
                LeftOut(
                    file, other, f"listed under {style!r} too, which has more files: counted there"
                )
                for other in sorted({e.style for e in same} - {style})
            ]
            kept.append(_filled(first[0], first[1:]))
        else:
            kept.append(same[0])
    return kept, left


_BLANKS = ("artist", "genre", "title", "movement", "tags", "url", "work")


def _text(entry: Entry) -> tuple[str, ...]:
    return tuple(getattr(entry, name) for name in _BLANKS)


def _filled(entry: Entry, others: list[Entry]) -> Entry:
    for other in others:
        missing = {n: getattr(other, n) for n in _BLANKS if not getattr(entry, n)}
        if missing.get("title"):
            missing["slug"] = other.slug
        entry = replace(entry, **missing)
    return entry
