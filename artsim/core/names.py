"""A collection's title, and the name made of it for files and addresses."""

import hashlib
import re
import unicodedata

from artsim.core.errors import InvalidInput
from artsim.core.workspace import checked_name

MAX_TITLE = 100
# Letters that no decomposition makes plain; Cyrillic and Greek as libraries write them in Latin.
_LATIN = (
    "æ ae œ oe ø o ł l đ d ı i þ th "
    "а a б b в v г g д d е e ж zh з z и i к k л l м m н n о o п p р r с s т t у u ф f х kh "
    "ц ts ч ch ш sh щ shch ы y э e ю yu я ya і i є ye ґ g ј j љ lj њ nj ћ c ђ dj џ dz "
    "α a β v γ g δ d ε e ζ z η i θ th ι i κ k λ l μ m ν n ξ x ο o π p ρ r σ s τ t υ y φ f "
    "χ ch ψ ps ω o"
)
_LETTERS = str.maketrans(dict(re.findall(r"(\w) (\w+)", _LATIN)))
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_DEVICE = re.compile(r"con|prn|aux|nul|(com|lpt)\d")  # Windows opens no file of these names


def name_for(title: str) -> str:
    """A name for files and addresses, made of a collection's title; "" for an empty title.

    >>> name_for("My Drawings (1900)"), name_for("Œuvres d'été"), name_for("Мои рисунки")
    ('my-drawings-1900', 'oeuvres-d-ete', 'moi-risunki')
    >>> name_for("日本画")
    'collection-854ee7f7'
    """
    title = title.strip()
    if not title or _NAME.fullmatch(title):
        return title
    letters = unicodedata.normalize("NFKD", title.casefold()).translate(_LETTERS)
    words = "-".join(re.findall("[a-z0-9]+", letters.encode("ascii", "ignore").decode()))
    return words[:63].strip("-") or f"collection-{_mark(title)}"


def free_name(title: str) -> str:
    """Another name for ``title``, if a collection with another title has the first one.

    >>> free_name("Müller")
    'muller-a7842989'
    """
    return checked_name(f"{name_for(title)[:54].strip('-')}-{_mark(title)}")


def file_stem(text: str, most: int) -> str:
    """A file name without ending that works on every system; "" if ``text`` has no letter or digit.

    Letters of any script with their marks, composed, and digits; at most ``most`` of them.

    >>> file_stem("Мои рисунки: 1900/01", 40), file_stem("日本画?", 40), file_stem("Con", 40)
    ('мои-рисунки-1900-01', '日本画', 'con-')
    """
    letters = unicodedata.normalize("NFKC", text.lower())
    kept = "".join(c if unicodedata.category(c)[0] in "LMN" else "-" for c in letters)
    stem = re.sub("-+", "-", kept).strip("-")[:most].strip("-")
    return f"{stem}-" if _DEVICE.fullmatch(stem) else stem


def checked_title(title: str) -> str:
    """A title as it is stored: one line, its letters composed; raises InvalidInput if too long."""
    line = " ".join(unicodedata.normalize("NFC", title).split())
    if len(line) > MAX_TITLE:
        raise InvalidInput(f"A collection's title has {MAX_TITLE} letters at most: shorten it.")
    return line


def _mark(title: str) -> str:
    return hashlib.sha256(title.encode()).hexdigest()[:8]
