"""What counts as a web address, however it was written."""

from urllib.parse import SplitResult, urlsplit


def web_address(text: str) -> SplitResult | None:
    """The parts of an http or https address with a host, None for anything else.

    >>> web_address("https://art.example/1").netloc
    'art.example'
    >>> web_address("http://[art.example") is None
    True
    """
    try:
        parts = urlsplit(text)
        _ = parts.port  # a malformed one is only noticed when it is read
    except ValueError:
        return None
    good = parts.scheme in ("http", "https") and parts.hostname and " " not in text
    return parts if good else None
