"""Which web addresses people may make the server fetch: public ones and the operator's hosts.

What a server can reach and its people cannot (its own programs, a cloud's description of the
machine, the museum's inner network) must not be asked on their behalf.
"""

import ipaddress
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any
from urllib.parse import urlsplit

from artsim.core.errors import NotAllowed
from artsim.core.settings import setting
from artsim.people import present

_HOSTS = "allow_hosts"  # the option of a source that names further hosts
_for_people = False  # of the whole process: a job fetches from several threads


def check_addresses(config: Mapping[str, Any]) -> None:
    """Raise NotAllowed if a job's config names a host of the inner network; only with sign-in.

    What counts is the address that a name resolves to now, in whatever notation. The sentence is
    the same whether or not anything answers there.
    """
    if present.house() is None:
        return
    for host in _hosts(config):
        if is_inside(host):
            raise NotAllowed(
                f"{host[:80]!r} is no host that can be named here: it is within this server's own "
                "network. Whoever runs the server can allow it (ARTSIM_IMPORT_HOSTS)."
            )


@contextmanager
def asked_by(person: str) -> Iterator[None]:
    """Within the block, this process fetches what ``person`` named; "" is the server's operator."""
    global _for_people
    before, _for_people = _for_people, bool(person)
    try:
        yield
    finally:
        _for_people = before


def for_people() -> bool:
    """Whether what is fetched now was named by somebody who may not ask the server's network."""
    return _for_people


def is_inside(host: str, reached: str = "") -> bool:
    """Whether a host is within the server's own network, and the operator has not allowed it.

    ``reached`` is the address of an open connection to it: a name can lead to another address each
    time it is looked up.
    """
    if host.casefold() in setting("import_hosts"):
        return False
    return any(not _is_public(one) for one in ([reached] if reached else _leads_to(host)))


def _leads_to(host: str) -> list[str]:
    """The addresses that a host resolves to; none for an unknown host, which fails when fetched.

    >>> _leads_to("0x7f.1")
    ['127.0.0.1']
    """
    with suppress(ValueError):
        return [str(ipaddress.ip_address(host))]
    with suppress(OSError, ValueError):  # 2130706433 and 127.1 are addresses too
        return [socket.inet_ntoa(socket.inet_aton(host))]
    with suppress(OSError, ValueError):
        return [str(at[0]) for *_, at in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    return []


def _is_public(address: str) -> bool:
    number = ipaddress.ip_address(address.partition("%")[0])
    inner = number.ipv4_mapped if isinstance(number, ipaddress.IPv6Address) else None
    return (inner or number).is_global and not number.is_multicast


def _hosts(value: Any, name: str = "") -> Iterator[str]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _hosts(inner, str(key))
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from _hosts(inner, name)
    elif isinstance(value, str):
        text = f"//{value}" if name == _HOSTS else value
        try:
            parts = urlsplit(text)
            if name == _HOSTS or parts.scheme in ("http", "https"):
                yield (parts.hostname or "").casefold()
        except ValueError:  # malformed: the source says so
            return
