"""What the operator has set: every ARTSIM_ variable of the environment, read here and nowhere else.

No pydantic model: the first page and ``artsim --help`` would wait for it.
"""

import ipaddress
import os
import re
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Literal, TypeVar, get_args
from urllib.parse import urlsplit

from artsim.core.errors import InvalidInput

Runtime = Literal["auto", "torch", "openvino"]
Precision = Literal["auto", "float32", "bfloat16"]
SignIn = Literal["none", "local", "proxy", "oidc"]
RoleName = Literal["none", "viewer", "curator", "admin"]
Access = Literal["public", "signed-in", "named"]
C = TypeVar("C", bound=str)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_WEB = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?")
_VIEWER = re.compile(rf"{_WEB.pattern}/?(?:[?#][A-Za-z0-9._~/?&=%#-]*)?")
_HEADER = re.compile(r"[A-Za-z][A-Za-z0-9-]{0,63}")
_TABLES = re.compile(
    r"(?:s3|gs|az)://[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9_=-][A-Za-z0-9._=-]*)*"
)


@dataclass(frozen=True)
class Settings:
    """The variables, each a field: ``home`` is ARTSIM_HOME. Values are as ``settings`` checks them.

    ``home``: the folder of the workspace. ``tables``: the address in an object store where
    collections are instead, "" for the workspace. ``engine``: what runs networks. ``precision``:
    what it calculates in. ``approximate_from``: embedded works from which searches are
    approximate where there is an index. ``sessions``: people who ask at once, 0 for 50 a core.
    ``stall_seconds``: without progress, after which work is said to have stopped.
    ``host_names``: names, besides this machine's own, that browsers may find the server under.
    ``open_to_network``: whether it may listen where others can reach it, though it has no sign-in.
    ``public_url``: where people find the server, for the addresses in what it gives to others.
    ``iiif_origins``: sites whose pages may read the IIIF addresses; * lets every site.
    ``iiif_sources``: sites whose IIIF pictures people's browsers may ask for when a work that came
    from there is enlarged; none unless set.
    ``reconcile_origins``: as ``iiif_origins``, for matching tables; OpenRefine on one's own
    machine unless set.
    ``iiif_viewer``: the IIIF viewer that works and lists are opened in, "" for none.
    ``milvus_uri`` and ``milvus_token``: the Milvus server that embeddings are published to.
    ``sign_in``: how people sign in. ``read_only``: whether the server changes nothing.
    ``proxies``: addresses of trusted proxies; ``proxy_header``: the header in which
    they name a person. ``role_claim`` and ``roles``: the claim of an OIDC identity, and the role
    of each value of it or e-mail address. ``default_role``: of people without an account.
    ``default_access``: of collections for which nobody said otherwise. ``session_hours``: after
    which a person signs in again. ``import_folders``: folders of this machine that people may
    name in a browser. ``import_hosts``: hosts of the museum's own network that they may name
    there, where people sign in. ``searches_a_minute``, ``jobs_at_once`` and ``upload_mb_a_day``:
    of one person who signs in, 0 for any number. ``access_log``: whether requests are logged.
    """

    home: str = "data"
    tables: str = ""
    engine: Runtime = "auto"
    precision: Precision = "auto"
    approximate_from: int = 500_000
    sessions: int = 0
    stall_seconds: float = 300.0
    host_names: tuple[str, ...] = ()
    open_to_network: bool = False
    public_url: str = ""
    iiif_origins: tuple[str, ...] = ()
    iiif_sources: tuple[str, ...] = ()
    reconcile_origins: tuple[str, ...] = ("http://127.0.0.1:3333", "http://localhost:3333")
    iiif_viewer: str = ""
    milvus_uri: str = ""
    milvus_token: str = ""
    sign_in: SignIn = "none"
    read_only: bool = False
    proxies: tuple[str, ...] = ()
    proxy_header: str = "X-Forwarded-User"
    role_claim: str = "groups"
    roles: tuple[tuple[str, str], ...] = ()
    default_role: RoleName = "viewer"
    default_access: Access = "signed-in"
    session_hours: int = 12
    import_folders: tuple[str, ...] = ()
    import_hosts: tuple[str, ...] = ()
    searches_a_minute: int = 300
    jobs_at_once: int = 5
    upload_mb_a_day: int = 5_000
    access_log: bool = True


def variable(field: str) -> str:
    """The name of the variable behind a field of Settings."""
    return f"ARTSIM_{field.upper()}"


def setting(field: str) -> Any:
    """One value of Settings, read and checked now; raises InvalidInput that names the variable.

    >>> setting("sessions")
    0
    """
    default = getattr(Settings, field)
    stated = os.environ.get(variable(field), "").strip()
    return _CHECKS.get(field, str)(stated) if stated else default


def settings() -> Settings:
    """All that is set; raises InvalidInput for the first variable that cannot be used."""
    return Settings(**{field.name: setting(field.name) for field in fields(Settings)})


def _one_of(field: str, choices: tuple[C, ...], stated: str) -> C:
    for choice in choices:
        if stated == choice:
            return choice
    raise InvalidInput(
        f"{stated[:40]!r} (set by {variable(field)}) is none of {', '.join(choices)}: use one of "
        "them, or leave it empty."
    )


def _whole(field: str, what: str, stated: str) -> int:
    if not stated.isdecimal():
        raise InvalidInput(f"{variable(field)} is {stated[:40]!r}: set it to a number of {what}.")
    return int(stated)


def _seconds(stated: str) -> float:
    if not re.fullmatch(r"\d{1,6}(\.\d+)?", stated) or not 1 <= float(stated) <= 86_400:
        raise InvalidInput(
            f"{stated[:40]!r} (set by {variable('stall_seconds')}) is no number of 1 to 86400."
        )
    return float(stated)


def _address(stated: str) -> str:
    address = stated.rstrip("/")
    if not _TABLES.fullmatch(address):
        shown = repr(address if len(address) <= 60 else address[:57] + "...")
        raise InvalidInput(
            f"{variable('tables')} is {shown}: use an address such as s3://bucket/folder (or "
            "gs://, az://), or leave it empty to keep the collections in the workspace."
        )
    return address


def _names(field: str, stated: str) -> tuple[str, ...]:
    names = tuple(name.strip().casefold() for name in stated.split(",") if name.strip())
    for name in names:
        if not _HOST.fullmatch(name):
            raise InvalidInput(
                f"{name[:60]!r} (set by {variable(field)}) is no host name: write names "
                "such as art.museum.example, with commas between them, without https:// and ports."
            )
    return names


def _web(field: str, stated: str) -> str:
    if not _WEB.fullmatch(stated):
        raise InvalidInput(
            f"{stated[:60]!r} (set by {variable(field)}) is no web address: write it like "
            "https://art.museum.example, without a slash at its end."
        )
    return stated


def _viewer(stated: str) -> str:
    if not _VIEWER.fullmatch(stated):
        raise InvalidInput(
            f"{stated[:60]!r} (set by {variable('iiif_viewer')}) is no web address of a viewer: "
            "write it like https://art.museum.example/mirador/."
        )
    return stated


def _addresses(stated: str) -> tuple[str, ...]:
    found = tuple(one.strip() for one in stated.split(",") if one.strip())
    for one in found:
        try:
            ipaddress.ip_network(one)
        except ValueError as error:
            raise InvalidInput(
                f"{one[:60]!r} (set by {variable('proxies')}) is no address: write addresses such "
                "as 127.0.0.1 or 10.0.0.0/24, with commas between them."
            ) from error
    return found


def _header(stated: str) -> str:
    if not _HEADER.fullmatch(stated):
        raise InvalidInput(
            f"{stated[:60]!r} (set by {variable('proxy_header')}) is no name of a header: write "
            "one such as X-Forwarded-User."
        )
    return stated


def _origins(field: str, stated: str) -> tuple[str, ...]:
    return tuple(o if o == "*" else _web(field, o) for o in _listed(stated))


def _sites(field: str, stated: str) -> tuple[str, ...]:
    """Sites without a path, as a content security policy names them."""
    pages = (urlsplit(_web(field, part)) for part in _listed(stated))
    return tuple(f"{page.scheme}://{page.netloc}".casefold() for page in pages)


def _listed(stated: str) -> list[str]:
    return [part.strip().rstrip("/") for part in stated.split(",") if part.strip()]


def _roles(stated: str) -> tuple[tuple[str, str], ...]:
    pairs = tuple(pair.strip().rpartition("=") for pair in stated.split(",") if pair.strip())
    for who, equals, role in pairs:
        if not who or not equals or role not in get_args(RoleName):
            raise InvalidInput(
                f"{variable('roles')} is {stated[:60]!r}: write pairs such as "
                f"conservators=curator, with commas between them; roles are "
                f"{', '.join(get_args(RoleName))}."
            )
    return tuple((who.strip(), role) for who, _, role in pairs)


def _folders(stated: str) -> tuple[str, ...]:
    folders = tuple(one.strip() for one in stated.split(os.pathsep) if one.strip())
    for one in folders:
        if not os.path.isabs(one):
            raise InvalidInput(
                f"{one[:60]!r} (set by {variable('import_folders')}) is no whole path: write "
                f"folders such as /srv/pictures, with {os.pathsep} between them."
            )
    return folders


def _yes_or_no(field: str, stated: str) -> bool:
    if stated not in ("0", "1"):
        raise InvalidInput(f"{variable(field)} is {stated[:40]!r}: set it to 1 or 0.")
    return stated == "1"


_CHECKS: dict[str, Any] = {
    "tables": _address,
    "engine": partial(_one_of, "engine", get_args(Runtime)),
    "precision": partial(_one_of, "precision", get_args(Precision)),
    "approximate_from": partial(_whole, "approximate_from", "works"),
    "sessions": partial(_whole, "sessions", "people"),
    "stall_seconds": _seconds,
    "host_names": partial(_names, "host_names"),
    "public_url": partial(_web, "public_url"),
    "iiif_origins": partial(_origins, "iiif_origins"),
    "reconcile_origins": partial(_origins, "reconcile_origins"),
    "iiif_sources": partial(_sites, "iiif_sources"),
    "iiif_viewer": _viewer,
    "open_to_network": partial(_yes_or_no, "open_to_network"),
    "sign_in": partial(_one_of, "sign_in", get_args(SignIn)),
    "read_only": partial(_yes_or_no, "read_only"),
    "proxies": _addresses,
    "proxy_header": _header,
    "roles": _roles,
    "default_role": partial(_one_of, "default_role", get_args(RoleName)),
    "default_access": partial(_one_of, "default_access", get_args(Access)),
    "session_hours": partial(_whole, "session_hours", "hours"),
    "import_folders": _folders,
    "import_hosts": partial(_names, "import_hosts"),
    "searches_a_minute": partial(_whole, "searches_a_minute", "searches"),
    "jobs_at_once": partial(_whole, "jobs_at_once", "jobs"),
    "upload_mb_a_day": partial(_whole, "upload_mb_a_day", "megabytes"),
    "access_log": partial(_yes_or_no, "access_log"),
}
