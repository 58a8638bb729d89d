"""The rules that a server starts with: whether people sign in, and whether they could."""

import os
from collections.abc import Callable, Mapping
from typing import Any

from artsim.core.errors import InvalidInput
from artsim.core.settings import setting, variable
from artsim.core.workspace import Workspace
from artsim.people import accounts, table
from artsim.people.present import House
from artsim.people.roles import Role

# What uvicorn reads: it would put the address that a proxy forwards in place of the proxy's own.
FORWARDED = "FORWARDED_ALLOW_IPS"


def has_rules() -> bool:
    """Whether the settings restrict what people may do."""
    return setting("sign_in") != "none" or bool(setting("read_only"))


def house(
    workspace: Workspace, claims: Callable[[Mapping[str, str]], Mapping[str, Any]] = lambda _: {}
) -> House | None:
    """The rules that the settings ask for, None where there are none.

    Raises InvalidInput if nobody could sign in, or if anybody could pretend to be somebody else.
    """
    if not has_rules():
        return None
    mode = setting("sign_in")
    table.remember_sign_in(workspace, mode)
    if mode == "local":
        _check_admin(workspace)
    if mode == "proxy":
        _check_proxies()
    return House(workspace, mode, bool(setting("read_only")), claims)


def is_on(workspace: Workspace) -> bool:
    """Whether people sign in at this workspace's server, by the settings or when it last ran."""
    return setting("sign_in") != "none" or table.sign_in(workspace) != "none"


def _check_admin(workspace: Workspace) -> None:
    if not any(a.role is Role.ADMIN and a.password for a in accounts.every(workspace)):
        raise InvalidInput(
            "Nobody could sign in as an admin yet: run 'artsim users add NAME --role admin' first."
        )


def _check_proxies() -> None:
    if not setting("proxies"):
        raise InvalidInput(
            "Anybody could pretend to be a proxy: name the address of yours with --proxy-address "
            f"({variable('proxies')})."
        )
    if os.environ.get(FORWARDED) != "":
        raise InvalidInput(
            "Start the server with 'artsim serve' here: another start hides the proxy's address."
        )
