"""Where a table says that a picture is: URLs, Windows paths and network shares as plain paths."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:/", re.IGNORECASE)
_DRIVE = re.compile(r"/*[a-z]:", re.IGNORECASE)
_PERCENT = re.compile(r"%[0-9a-f]{2}", re.IGNORECASE)
_EXTENSION = re.compile(r"\.[^./]{1,5}")
_IIIF_SIZE = re.compile(r"(?:full|max|square|\d+,\d+,\d+,\d+|pct:[\d.,]+)", re.IGNORECASE)


def paths_of(image: str) -> list[str]:
    """The paths, with '/', that a cell of an image column may mean, the likelier first.

    Host, drive and query are left off; percent-encoding is undone first. Of an address of the IIIF
    Image API the identifier counts, of a script's the values that it is given.

    >>> paths_of("https://example.org/img/caf%C3%A9.jpg?w=200"), paths_of("C:\\\\scans\\\\x.tif")
    (['img/café.jpg', 'img/caf%C3%A9.jpg'], ['scans/x.tif'])
    """
    written = image.strip().strip("\"'").strip()
    if not written:
        return []
    if not _SCHEME.match(written) or _DRIVE.match(written):
        plain = written.replace("\\", "/")
        found = [plain, *([unquote(plain)] if _PERCENT.search(plain) else [])]
    else:
        found = _of_address(written)
    return list(dict.fromkeys(filter(None, map(_relative, found))))


def stem_of(image: str) -> str:
    """What a picture is called without its folders and extension; "" where none is named."""
    return path_stem(image).rpartition("/")[2]


def path_stem(image: str) -> str:
    """The path of a picture without its extension; "" where none is named."""
    return without_extension(next(iter(paths_of(image)), ""))


def without_extension(path: str) -> str:
    """A path without its extension: at most five characters, and not the whole name."""
    stem, dot, extension = path.rpartition(".")
    plain = bool(stem) and not stem.endswith("/") and bool(_EXTENSION.fullmatch(dot + extension))
    return stem if plain else path


def _of_address(address: str) -> list[str]:
    try:
        parts = urlsplit(address.replace("\\", "/"))
    except ValueError:
        return [address.replace("\\", "/").rpartition("/")[2]]
    steps = parts.path.split("/")
    if len(steps) > 4 and _IIIF_SIZE.fullmatch(steps[-4]):
        identifier = unquote(steps[-5])
        return [identifier, identifier.rpartition(":")[2]]
    values = [value for _, value in parse_qsl(parts.query) if "." in value]
    return [unquote(parts.path), *values, parts.path]


def _relative(path: str) -> str:
    steps = _DRIVE.sub("", path.replace("\\", "/"), count=1).split("/")
    return "/".join(step for step in steps if step not in ("", ".", "..", "~"))
