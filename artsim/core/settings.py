"""What the operator has set: every ARTSIM_ variable of the environment, read here and nowhere else.

No pydantic model: the first page and ``artsim --help`` would wait for it.
"""

import os
import re
from dataclasses import dataclass, fields
from functools import partial
from typing import Any, Literal, TypeVar, get_args

from artsim.core.errors import InvalidInput

Runtime = Literal["auto", "torch", "openvino"]
Precision = Literal["auto", "float32", "bfloat16"]
C = TypeVar("C", bound=str)
_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?")
_WEB = re.compile(r"https?://[A-Za-z0-9.-]+(?::\d{1,5})?(?:/[A-Za-z0-9._~/-]*[A-Za-z0-9._~-])?")
_TABLES = re.compile(
    r"(?:s3|gs|az)://[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9_=-][A-Za-z0-9._=-]*)*"
)


@dataclass(frozen=True)
class Settings:
    """The variables, each a field: ``home`` is ARTSIM_HOME. Values are as ``settings`` checks them.

    ``home``: the folder of the workspace. ``tables``: the address in an object store where
    collections are instead, "" for the workspace. ``engine``: what runs networks. ``precision``:
    what it calculates in. ``approximate_from``: embedded works from which searches are
    approximate where there is an index. ``sessions``: people served at once, 0 for 50 a core.
    ``stall_seconds``: without progress, after which work is said to have stopped.
    ``host_names``: names, besides this machine's own, that browsers may find the server under.
    ``open_to_network``: whether it may listen where others can reach it, though it has no sign-in.
    ``public_url``: where people find the server, for the addresses in what it gives to others.
    ``iiif_origins``: sites whose pages may read the IIIF addresses; * lets every site.
    ``milvus_uri`` and ``milvus_token``: the Milvus server that embeddings are published to.
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
    milvus_uri: str = ""
    milvus_token: str = ""


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


def _names(stated: str) -> tuple[str, ...]:
    names = tuple(name.strip().casefold() for name in stated.split(",") if name.strip())
    for name in names:
        if not _HOST.fullmatch(name):
            raise InvalidInput(
                f"{name[:60]!r} (set by {variable('host_names')}) is no host name: write names "
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


def _origins(stated: str) -> tuple[str, ...]:
    origins = tuple(part.strip().rstrip("/") for part in stated.split(",") if part.strip())
    return tuple(o if o == "*" else _web("iiif_origins", o) for o in origins)


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
    "host_names": _names,
    "public_url": partial(_web, "public_url"),
    "iiif_origins": _origins,
    "open_to_network": partial(_yes_or_no, "open_to_network"),
}
