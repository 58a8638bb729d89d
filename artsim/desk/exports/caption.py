"""What stands under a picture: the lines of a caption, and the words about the whole tray."""

from dataclasses import dataclass

from artsim.core.counts import count
from artsim.desk.entries import Entries, Entry
from artsim.desk.exports.options import ExportOptions
from artsim.desk.tray import iso

# These stand in one line where they follow one another: oil on canvas · 30 x 40 cm.
_TOGETHER = ("date", "year", "medium", "dimensions")
_DOT = "\u00a0· "  # no line begins with it


@dataclass(frozen=True)
class Line:
    """One line of a caption, and which of its kinds it is: title, artist, fact, note or found."""

    kind: str
    text: str


def caption(entry: Entry, options: ExportOptions) -> list[Line]:
    """The lines under one picture; what is not known is left out."""
    lines: list[Line] = []
    together = False
    for field in options.caption:
        text = entry.title if field == "title" else entry.text(field)
        if field == "artist":
            text = entry.artist
        if field == "dimensions":
            text = text.replace(" ", "\u00a0")  # 34 x 45 cm stays in one line
        if not text:
            continue
        if together and field in _TOGETHER:
            lines[-1] = Line("fact", f"{lines[-1].text}{_DOT}{text}")
        else:
            lines.append(Line(field if field in ("title", "artist", "note") else "fact", text))
        together = field in _TOGETHER
    if entry.trouble:
        lines.append(Line("fact", entry.trouble))
    if options.found and entry.item.found:
        lines.append(Line("found", f"Found {entry.item.found}"))
    return lines


def about(entries: Entries) -> str:
    """How many works of which collections, and the date of the last change."""
    collections = list(dict.fromkeys(entries.called(e.item.collection) for e in entries))
    works = count(len(entries), "work")
    of = f" of {', '.join(collections)}" if collections else ""
    return f"{works}{of} · {iso(entries.tray.changed)[:10]}"
