"""The address of a licence: the only form in which IIIF takes rights."""

import re

_CC = "http://creativecommons.org/"
_ADDRESS = re.compile(
    r"https?://(?:www\.)?(creativecommons\.org|rightsstatements\.org)/"
    r"((?:licenses|publicdomain|vocab)/[A-Za-z0-9./-]+)",
    re.IGNORECASE,
)
_LICENCE = re.compile(r"\bCC[ -](BY(?:[ -](?:NC|ND|SA)){0,2})(?:[ -]?v?(\d\.\d))?\b", re.IGNORECASE)
_PUBLIC = re.compile(r"\bpublic domain\b|\bpdm\b", re.IGNORECASE)
_ZERO = re.compile(r"\bcc[ -]?0\b|\bcc[ -]zero\b", re.IGNORECASE)


def rights_of(licence: str) -> str | None:
    """The address of a licence as it is written in a table; None where it is none that is known.

    >>> rights_of("CC BY-SA 4.0"), rights_of("Public Domain")
    ('http://creativecommons.org/licenses/by-sa/4.0/', 'http://creativecommons.org/publicdomain/mark/1.0/')
    >>> rights_of("Ask the registrar") is None
    True
    """
    written = _ADDRESS.search(licence)
    if written:
        host, path = written[1].lower(), written[2].removesuffix("deed.en").rstrip("/.")
        return f"http://{host}/{path.lower() if host.startswith('creative') else path}/"
    if _ZERO.search(licence):
        return f"{_CC}publicdomain/zero/1.0/"
    named = _LICENCE.search(licence)
    if named:
        kind = named[1].lower().replace(" ", "-")
        return f"{_CC}licenses/{kind}/{named[2] or '4.0'}/"
    return f"{_CC}publicdomain/mark/1.0/" if _PUBLIC.search(licence) else None
