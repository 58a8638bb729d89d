"""What the folders and names of files say of pictures: ``Cubism/juan-gris_glass.jpg``."""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from artsim.collection.artwork import Artwork
from artsim.collection.sources.files import FoundFile
from artsim.collection.sources.naming import first_of, readable_title

# claude-monet_water-lilies-1906, as WikiArt's files are named in several collections of it
_ARTIST_TITLE = re.compile(r"([^\W\d_]+(?:[-.']+[^\W\d_]+)+)_(.*[^\W\d_].*)")
_STYLES = re.compile(
    r"ism\b|ismus|isme\b|ismo\b|art.nouveau|baroque|rococo|renaissance|ukiyo", re.I
)
_NO_LABELS = re.compile(
    r"\d+|images?|img|pictures?|photos?|scans?|bilder|fotos?|thumb\w*|originals?|full|web|large"
    r"|small|jpe?gs?|tiff?s?|pngs?|train|val\w*|test|recto|verso|front|back|details?|batch.*"
    r"|box.*|part.*|folder.*|new.*|misc\w*|tmp|temp|export.*|uploads?|sub\w*|[a-z]",
    re.IGNORECASE,
)
_FEWEST = 2


def artist_and_title(stem: str) -> tuple[str, str]:
    """Artist and title of a file named as WikiArt's are, "" for others.

    >>> artist_and_title("claude-monet_water-lilies-1906"), artist_and_title("scan_12")
    (('claude monet', 'water lilies 1906'), ('', ''))
    """
    found = _ARTIST_TITLE.fullmatch(stem)
    return (readable_title(found[1]), readable_title(found[2])) if found else ("", "")


def named_by_artist(files: Sequence[FoundFile]) -> bool:
    """Whether most files are named ``artist-name_title``."""
    return bool(files) and 2 * sum(map(bool, (artist_and_title(f.stem)[0] for f in files))) >= len(
        files
    )


def described(
    artwork: Artwork, found: FoundFile, labels: Sequence[str], by_artist: bool
) -> Artwork:
    """``artwork`` with what its file's folders say, and its name where ``by_artist``.

    ``labels`` are the columns that the folders are values of, the first level first. What a table
    says stays; a title that is only the file's name gives way.
    """
    parents = found.file.split("/")[:-1]
    said = dict(zip(labels, map(readable_title, parents), strict=False))
    artist, title = artist_and_title(found.stem) if by_artist else ("", "")
    if artist:
        said.setdefault("artist", artist)
        if artwork.title == readable_title(found.stem):
            artwork = replace(artwork, title=title)
    missing: dict[str, Any] = {n: text for n, text in said.items() if not getattr(artwork, n)}
    return replace(artwork, **missing)


def hint(files: Sequence[FoundFile]) -> str:
    """What the sub-folders could be recorded as, in a sentence; "" where they look like none."""
    inside = [f for f in files if "/" in f.file]
    counts = Counter(f.file.partition("/")[0] for f in inside)
    labels = [name for name in counts if not _NO_LABELS.fullmatch(name)]
    few = len(labels) < _FEWEST or len(labels) < len(counts) or 2 * len(inside) < len(files)
    if few or len(labels) * 2 > len(inside) > 4:
        return ""
    shown = first_of(sorted(labels))
    deep = 2 * sum(f.file.count("/") > 1 for f in inside) > len(inside)
    if 2 * sum(bool(_STYLES.search(name)) for name in labels) >= len(labels):
        choice = "style/artist" if deep else "style"
        return (
            f"The sub-folders look like styles ({shown}): import again with --folders {choice} to "
            "record them."
        )
    return (
        f"The sub-folders may be artists or styles ({shown}): import again with --folders artist, "
        "or --folders style, to record them."
    )
