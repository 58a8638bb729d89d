"""What a viewer is to open, as text: the example of the Content State API and what is no state."""

import pytest

from artsim.core.errors import InvalidInput
from artsim.core.settings import setting
from artsim.exchange.iiif import content_state as states

# Section 6.3.2 of https://iiif.io/api/content-state/1.0/, with the text that it gives for it.
STATE = {
    "id": "https://example.org/object1/canvas7#xywh=1000,2000,1000,2000",
    "type": "Canvas",
    "partOf": [{"id": "https://example.org/object1/manifest", "type": "Manifest"}],
}
TEXT = (
    "JTdCJTIyaWQlMjIlM0ElMjJodHRwcyUzQSUyRiUyRmV4YW1wbGUub3JnJTJGb2JqZWN0MSUyRmNhbnZhczclMjN4eXdo"
    "JTNEMTAwMCUyQzIwMDAlMkMxMDAwJTJDMjAwMCUyMiUyQyUyMnR5cGUlMjIlM0ElMjJDYW52YXMlMjIlMkMlMjJwYXJ0"
    "T2YlMjIlM0ElNUIlN0IlMjJpZCUyMiUzQSUyMmh0dHBzJTNBJTJGJTJGZXhhbXBsZS5vcmclMkZvYmplY3QxJTJGbWFu"
    "aWZlc3QlMjIlMkMlMjJ0eXBlJTIyJTNBJTIyTWFuaWZlc3QlMjIlN0QlNUQlN0Q"
)


def test_the_example_of_the_specification_goes_there_and_back():
    assert states.encoded(STATE) == TEXT
    assert states.decoded(TEXT) == STATE
    made = states.content_state(STATE["partOf"][0]["id"], STATE["id"])
    assert made == STATE
    other = {"id": "https://art.example/Grüße 日本語?a=1&b=!'()*~"}
    assert states.decoded(states.encoded(other)) == other


@pytest.mark.parametrize("text", ["", "JTdC", "not base64!", "JTdCJTI", "Zm9v", "77-9", TEXT[:-7]])
def test_what_is_no_state_is_refused_in_a_sentence(text):
    with pytest.raises(InvalidInput, match="no IIIF content state"):
        states.decoded(text)


@pytest.mark.parametrize(
    ("viewer", "link"),
    [
        ("https://a.example/mirador/", "https://a.example/mirador/?iiif-content="),
        ("https://a.example/m?x=1", "https://a.example/m?x=1&iiif-content="),
        ("https://a.example/uv.html#", "https://a.example/uv.html#?iiif-content="),
        ("https://a.example/uv.html#?", "https://a.example/uv.html#?iiif-content="),
    ],
)
def test_a_viewer_is_named_with_all_that_stands_in_its_address(viewer, link, monkeypatch):
    monkeypatch.setenv("ARTSIM_IIIF_VIEWER", viewer)
    assert states.viewer_link(setting("iiif_viewer"), STATE) == link + TEXT


@pytest.mark.parametrize("viewer", ["javascript:alert(1)", "mirador", "https://a.example/<b>"])
def test_what_is_no_address_of_a_viewer_is_refused(viewer, monkeypatch):
    monkeypatch.setenv("ARTSIM_IIIF_VIEWER", viewer)
    with pytest.raises(InvalidInput, match="ARTSIM_IIIF_VIEWER"):
        setting("iiif_viewer")
