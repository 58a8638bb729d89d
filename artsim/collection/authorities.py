"""Identifiers of authority files: columns of their own, and the addresses of what they name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote


@dataclass(frozen=True)
class _Authority:
    """An authority file: what people call it, and how its identifiers are written."""

    title: str
    address: str  # what stands before an identifier
    identifier: str  # a regular expression, as those below
    mention: str  # what stands before an identifier in a text
    mentioned: str = ""  # an identifier there, where it is another

    def among(self, text: str) -> list[str]:
        """Its identifiers in a text."""
        found = re.findall(f"{self.mention}({self.mentioned or self.identifier})", text, re.I)
        return [unquote(one) for one in found]


def _getty(name: str, digits: int) -> _Authority:
    mention = rf"(?:vocab\.getty\.edu/(?:page/)?{name}/|\b{name}:\s*)"
    address = f"http://vocab.getty.edu/{name}/"
    return _Authority(name.upper(), address, rf"\d{{{digits}}}", mention)


_AUTHORITIES = {
    "ulan": _getty("ulan", 9),
    "aat": _getty("aat", 9),
    "tgn": _getty("tgn", 7),
    "wikidata": _Authority(
        "Wikidata", "https://www.wikidata.org/entity/", r"Q\d+", r"wikidata\.org/(?:wiki|entity)/"
    ),
    "gnd": _Authority("GND", "https://d-nb.info/gnd/", r"[\dX-]+", r"d-nb\.info/gnd/"),
    "viaf": _Authority("VIAF", "https://viaf.org/viaf/", r"\d+", r"viaf\.org/viaf/"),
    "iconclass": _Authority(
        "Iconclass",
        "https://iconclass.org/",
        r"\d[0-9A-Za-z()+:'. ]*",
        r"iconclass\.org/(?:rkd/)?",
        r"\d[0-9A-Za-z()+:'%]*",  # in an address: no spaces, and no full stop that ends a sentence
    ),
}
AUTHORITIES = tuple(_AUTHORITIES)  # each the name of the column of its identifiers
# A column of addresses, those of each artist by themselves: the columns of authorities do not say
# whether an identifier is of the artist, of who is shown, or of the work.
ARTIST_IDS = "artist_ids"
_NOBODY = "-"


def authority_name(column: str) -> str:
    """What people call the authority of a column; "" where the column has no identifiers.

    >>> authority_name("ulan"), authority_name("medium")
    ('ULAN', '')
    """
    known = _AUTHORITIES.get(column.casefold())
    return known.title if known else ""


def authority_address(column: str, identifier: str) -> str:
    """The address of ``identifier`` at an authority; "" where it is not one of its identifiers.

    ``column`` is the authority's name, or a source that a record names in its own way.

    >>> authority_address("iconclass", "25F23(LION)")
    'https://iconclass.org/25F23(LION)'
    >>> authority_address("Getty ULAN", "500115588")
    'http://vocab.getty.edu/ulan/500115588'
    >>> authority_address("ulan", "unknown")
    ''
    """
    words = re.findall("[a-z]+", column.casefold())
    for name, one in _AUTHORITIES.items():
        if name in words and re.fullmatch(one.identifier, identifier):
            return one.address + quote(identifier, safe="()+:'")
    return ""


def artist_ids(texts: Iterable[Iterable[str]]) -> str:
    """The addresses in the texts about each artist, as the column ``ARTIST_IDS`` holds them.

    >>> artist_ids([["https://www.wikidata.org/wiki/Q205863"], []])
    'https://www.wikidata.org/entity/Q205863; -'
    >>> artist_ids([[]])
    ''
    """
    found = [
        " ".join(
            authority_address(name, one)
            for name, ids in authority_ids(own).items()
            for one in ids.split("; ")
        )
        for own in texts
    ]
    return "; ".join(own or _NOBODY for own in found) if any(found) else ""


def authority_ids(texts: Iterable[str]) -> dict[str, str]:
    """The identifiers in ``texts`` by authority, each once.

    >>> authority_ids(["http://vocab.getty.edu/ulan/500115588", "https://www.wikidata.org/wiki/Q296"])
    {'ulan': '500115588', 'wikidata': 'Q296'}
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        for name, one in _AUTHORITIES.items():
            found.setdefault(name, []).extend(one.among(text))
    return {name: "; ".join(dict.fromkeys(ids)) for name, ids in found.items() if ids}
