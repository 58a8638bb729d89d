"""Names of folders and files that are safe in every file system and spreadsheet."""

import re
import unicodedata
from collections.abc import Iterable

from artsim.collection.artwork import ascii_fold
from artsim.collection.sources.naming import digest

_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
_LONGEST = 150


def style_folders(styles: Iterable[str]) -> dict[str, str]:
    """A folder name for each style; two styles never share one, whatever the file system."""
    wanted = {style: _folder(style) for style in sorted(set(styles))}
    return _told_apart(wanted)


def file_names(files: Iterable[str]) -> dict[str, str]:
    """A name for each path of one folder; the base name where that is safe and alone."""
    return _told_apart({file: _file(file) for file in sorted(set(files))})


def _told_apart(wanted: dict[str, str]) -> dict[str, str]:
    taken: dict[str, list[str]] = {}
    for original, name in wanted.items():
        taken.setdefault(unicodedata.normalize("NFC", name).casefold(), []).append(original)
    out = {}
    for originals in taken.values():
        for original in originals:
            name = wanted[original]
            if len(originals) > 1:
                stem, dot, extension = name.rpartition(".")
                mark = digest(original, 8)
                name = f"{stem}-{mark}.{extension}" if dot else f"{name}-{mark}"
            out[original] = name
    return out


def _folder(style: str) -> str:
    name = re.sub(r"[^A-Za-z0-9()&,'-]+", "_", ascii_fold(style)).strip("_-' ,&")[:_LONGEST]
    if not name or _RESERVED.fullmatch(name):
        return f"style-{digest(style, 8)}"
    return name


def _file(file: str) -> str:
    base = file.rpartition("/")[2]
    name = "".join("_" if unicodedata.category(c)[0] == "C" else c for c in base)
    name = re.sub(r'[<>:"|?*\\]', "_", name).strip(" ")
    stem, dot, extension = name.rpartition(".")
    while len(name.encode("utf-8", "replace")) > _LONGEST:
        stem = stem[:-1]
        name = f"{stem}{dot}{extension[:12]}"
    if not name.strip(".") or _RESERVED.fullmatch(name):
        return f"file-{digest(file, 8)}{dot}{extension}"
    return f"_{name}" if name[0] in "=+-@.~＝＋－＠" else name
