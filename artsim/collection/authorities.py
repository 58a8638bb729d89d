"""Identifiers of authority files: columns of their own, and the addresses of what they name."""

import re
from collections.abc import Iterable
from urllib.parse import quote, unquote

_AUTHORITIES = {
    "ulan": re.compile(r"(?:vocab\.getty\.edu/(?:page/)?ulan/|\bulan:\s*)(\d{9})", re.IGNORECASE),
    "aat": re.compile(r"(?:vocab\.getty\.edu/(?:page/)?aat/|\baat:\s*)(\d{9})", re.IGNORECASE),
    "tgn": re.compile(r"(?:vocab\.getty\.edu/(?:page/)?tgn/|\btgn:\s*)(\d{7})", re.IGNORECASE),
    "wikidata": re.compile(r"wikidata\.org/(?:wiki|entity)/(Q\d+)", re.IGNORECASE),
    "gnd": re.compile(r"d-nb\.info/gnd/([\dX-]+)", re.IGNORECASE),
    "viaf": re.compile(r"viaf\.org/viaf/(\d+)", re.IGNORECASE),
    "iconclass": re.compile(r"iconclass\.org/(?:rkd/)?([0-9][0-9A-Za-z()+:'%]*)", re.IGNORECASE),
}

# Each authority's name as people write it, and the address of one of its identifiers.
_NAMES = {
    "ulan": "ULAN",
    "aat": "AAT",
    "tgn": "TGN",
    "wikidata": "Wikidata",
    "gnd": "GND",
    "viaf": "VIAF",
    "iconclass": "Iconclass",
}
_ADDRESSES = {
    **{name: f"http://vocab.getty.edu/{name}/" for name in ("ulan", "aat", "tgn")},
    "wikidata": "https://www.wikidata.org/entity/",
    "gnd": "https://d-nb.info/gnd/",
    "viaf": "https://viaf.org/viaf/",
    "iconclass": "https://iconclass.org/",
}
AUTHORITIES = tuple(_NAMES)  # each the name of the column of its identifiers
# A column of addresses, those of each artist by themselves: the columns of authorities do not say
# whether an identifier is of the artist, of who is shown, or of the work.
ARTIST_IDS = "artist_ids"
_NOBODY = "-"
_IDS = {
    **dict.fromkeys(("ulan", "aat"), re.compile(r"\d{9}")),
    "tgn": re.compile(r"\d{7}"),
    "wikidata": re.compile(r"Q\d+"),
    "gnd": re.compile(r"[\dX-]+"),
    "viaf": re.compile(r"\d+"),
    "iconclass": re.compile(r"\d[0-9A-Za-z()+:'. ]*"),
}


def authority_name(column: str) -> str:
    """How the authority of a column is called; "" where the column is of none.

    >>> authority_name("ulan"), authority_name("medium")
    ('ULAN', '')
    """
    return _NAMES.get(column.casefold(), "")


def authority_address(column: str, identifier: str) -> str:
    """Where an authority tells of ``identifier``; "" where that is none of its identifiers.

    ``column`` is the authority's name, or a source that a record names in its own way.

    >>> authority_address("iconclass", "25F23(LION)")
    'https://iconclass.org/25F23(LION)'
    >>> authority_address("Getty ULAN", "500115588")
    'http://vocab.getty.edu/ulan/500115588'
    >>> authority_address("ulan", "unknown")
    ''
    """
    words = re.findall("[a-z]+", column.casefold())
    for name, address in _ADDRESSES.items():
        if name in words and _IDS[name].fullmatch(identifier):
            return address + quote(identifier, safe="()+:'")
    return ""


def artist_ids(texts: Iterable[Iterable[str]]) -> str:
    """The addresses in the texts that are said of each artist, as ``ARTIST_IDS`` holds them.

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
        for name, pattern in _AUTHORITIES.items():
            found.setdefault(name, []).extend(map(unquote, pattern.findall(text)))
    return {name: "; ".join(dict.fromkeys(ids)) for name, ids in found.items() if ids}
