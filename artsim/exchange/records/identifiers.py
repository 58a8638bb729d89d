"""The identifiers of a work in authority files, each with what it is known to identify."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from artsim.collection.artists import Attribution
from artsim.collection.authorities import ARTIST_IDS, AUTHORITIES, authority_address
from artsim.core.web_address import web_address

# Columns of identifiers that only an artist has: NGA's own, and a ULAN in any table.
_OF_THE_ARTIST = {"artist_ulanid": "ulan", "artist_wikidataid": "wikidata"}
_SUBJECTS = "iconclass"


@dataclass(frozen=True)
class Identifiers:
    """Addresses: ``makers`` has those of each artist, ``others`` those of unknown subject."""

    makers: tuple[tuple[str, ...], ...]
    subjects: tuple[str, ...]
    others: tuple[str, ...]


def identifiers(row: Mapping[str, Any], artists: Sequence[Attribution]) -> Identifiers:
    """The identifiers in the columns of a work; ``artists`` are its attributions.

    >>> row = {"ulan": "500115588", "iconclass": "71H7131", "gnd": "118540238"}
    >>> found = identifiers(row, [Attribution("Jan Steen")])
    >>> found.makers, found.others
    ((('http://vocab.getty.edu/ulan/500115588',),), ('https://d-nb.info/gnd/118540238',))
    """
    makers = _makers(row, artists)
    known = {address for own in makers for address in own}
    subjects = tuple(_addresses(row, _SUBJECTS))
    columns = [(column, column) for column in AUTHORITIES if column != _SUBJECTS]
    others = [
        address
        for column, authority in (*columns, *_OF_THE_ARTIST.items())
        for address in _addresses(row, column, authority)
        if address not in known
    ]
    return Identifiers(makers, subjects, tuple(dict.fromkeys(others)))


def _makers(row: Mapping[str, Any], artists: Sequence[Attribution]) -> tuple[tuple[str, ...], ...]:
    """The addresses of each artist; none where it is not known which of several is meant."""
    recorded = [piece.split() for piece in str(row.get(ARTIST_IDS) or "").split(";")]
    told = [[one for one in piece if web_address(one)] for piece in recorded]
    if len(artists) == 1:
        found = [one for piece in told for one in piece]
        for column, authority in _OF_THE_ARTIST.items():
            found += _addresses(row, column, authority)
        # Of a record it is known whose they are, and others in the column are of others.
        alone = [] if row.get(ARTIST_IDS) else list(_addresses(row, "ulan"))
        found += alone if len(alone) == 1 else []
        return (tuple(dict.fromkeys(found)),)
    if len(told) != len(artists):
        return tuple(() for _ in artists)
    return tuple(tuple(piece) for piece in told)


def _addresses(row: Mapping[str, Any], column: str, authority: str = "") -> Iterator[str]:
    for one in str(row.get(column) or "").split(";"):
        if address := authority_address(authority or column, one.strip()):
            yield address
