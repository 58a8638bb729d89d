"""Identifiers of authority files, in addresses: columns of their own, to group and link by."""

import re
from collections.abc import Iterable

_AUTHORITIES = {
    "ulan": re.compile(r"(?:vocab\.getty\.edu/(?:page/)?ulan/|\bulan:\s*)(\d{9})", re.IGNORECASE),
    "aat": re.compile(r"(?:vocab\.getty\.edu/(?:page/)?aat/|\baat:\s*)(\d{9})", re.IGNORECASE),
    "tgn": re.compile(r"(?:vocab\.getty\.edu/(?:page/)?tgn/|\btgn:\s*)(\d{7})", re.IGNORECASE),
    "wikidata": re.compile(r"wikidata\.org/(?:wiki|entity)/(Q\d+)", re.IGNORECASE),
    "gnd": re.compile(r"d-nb\.info/gnd/([\dX-]+)", re.IGNORECASE),
    "viaf": re.compile(r"viaf\.org/viaf/(\d+)", re.IGNORECASE),
    "iconclass": re.compile(r"iconclass\.org/(?:rkd/)?([0-9][0-9A-Za-z()+%]*)", re.IGNORECASE),
}


def authority_ids(texts: Iterable[str]) -> dict[str, str]:
    """The identifiers in ``texts`` by authority, each once.

    >>> authority_ids(["http://vocab.getty.edu/ulan/500115588", "https://www.wikidata.org/wiki/Q296"])
    {'ulan': '500115588', 'wikidata': 'Q296'}
    """
    found: dict[str, list[str]] = {}
    for text in texts:
        for name, pattern in _AUTHORITIES.items():
            found.setdefault(name, []).extend(pattern.findall(text))
    return {name: "; ".join(dict.fromkeys(ids)) for name, ids in found.items() if ids}
