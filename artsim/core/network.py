"""Who can reach an address that is listened on, and whether that was meant."""

import ipaddress

from artsim.core.errors import InvalidInput
from artsim.core.settings import setting


def is_loopback(address: str) -> bool:
    """Whether only this machine can reach what listens on ``address``.

    >>> is_loopback("127.0.0.1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, False)
    """
    if address == "localhost":
        return True
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def check_open(address: str) -> None:
    """Raise InvalidInput where others can reach ``address`` without signing in, unasked."""
    if is_loopback(address) or setting("open_to_network") or setting("sign_in") != "none":
        return
    raise InvalidInput(
        f"{address or 'Every address of this machine'} can be reached from the network, and there "
        "is no sign-in: switch it on with --sign-in, or say --open-to-network "
        "(ARTSIM_OPEN_TO_NETWORK=1) to let everybody in."
    )
