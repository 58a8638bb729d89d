"""What counts as a web address: none that is malformed takes a page or a request down."""

import pytest
from pydantic import ValidationError

from artsim.collection.sources.nga.config import NgaConfig
from artsim.collection.sources.records.options import IiifOptions
from artsim.core.web_address import web_address

MALFORMED = ["http://[art.example", "https://art.example:x/1", "http://art.example:99999999"]


@pytest.mark.parametrize(
    ("text", "host"),
    [
        ("https://Art.example:8000/a?b#c", "Art.example:8000"),
        ("http://[::1]/1", "[::1]"),
        *[(text, None) for text in MALFORMED],
        *[(text, None) for text in ("", "art.example", "ftp://art.example", "javascript:alert(1)")],
        ("http:///1", None),
        ("https://art.example/a b", None),
    ],
)
def test_what_is_a_web_address(text, host):
    parts = web_address(text)
    assert (parts.netloc if parts else None) == host


@pytest.mark.parametrize("text", MALFORMED)
def test_a_malformed_address_to_import_from_is_one_sentence(text):
    for options in (
        lambda: IiifOptions(place=text),
        lambda: NgaConfig(objects=text),
        lambda: NgaConfig(terms=text),
    ):
        with pytest.raises(ValidationError, match="is a malformed web address"):
            options()
