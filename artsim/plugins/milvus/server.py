"""The Milvus server that embeddings are published to: its address, and its errors as sentences."""

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from artsim.core.cache import LoadingCache
from artsim.core.errors import InvalidInput, Unavailable
from artsim.core.lazy import lazy
from artsim.core.settings import setting, variable

if TYPE_CHECKING:
    import pymilvus
else:
    pymilvus = lazy(
        "pymilvus",
        missing="Milvus needs its client: install it with 'pip install artsim[cluster]'.",
    )

_SCHEMES = ("http", "https", "tcp")
_CONNECT_SECONDS = 10.0
_clients: LoadingCache[tuple[str, str], Any] = LoadingCache(4)


def checked_uri(uri: str | None) -> str:
    """``uri``, else what ARTSIM_MILVUS_URI says: a server's address, or a file of milvus-lite.

    Raises InvalidInput. It must never come from a request: whoever sets it may make this machine
    connect anywhere.
    """
    uri = (uri or setting("milvus_uri")).strip()
    if not uri:
        raise InvalidInput(
            f"Say where Milvus is: with --uri http://HOST:19530, or in {variable('milvus_uri')}."
        )
    if "://" in uri:
        try:
            parts = urlsplit(uri)
            usable = parts.scheme in _SCHEMES and bool(parts.hostname) and parts.port != 0
        except ValueError:
            usable = False
    else:
        usable = uri.endswith(".db") and Path(uri).absolute().parent.is_dir()
    if not usable:
        raise InvalidInput(
            f"{shown(uri)} is no address of Milvus: write http://HOST:19530, or for a trial the "
            "path of a file that ends in .db, in a folder that is there."
        )
    return uri


def shown(uri: str) -> str:
    """``uri`` without user and password, for messages."""
    return re.sub(r"//[^/@]*@", "//", uri)[:200]


@contextmanager
def connected(uri: str) -> Iterator[Any]:
    """A ``MilvusClient``, shared by threads; its errors are raised as Unavailable."""

    def connect() -> Any:
        logging.getLogger("pymilvus").setLevel(logging.CRITICAL)  # it also raises what it logs
        return pymilvus.MilvusClient(uri, timeout=_CONNECT_SECONDS, **_access())

    try:
        yield _clients.get((uri, setting("milvus_token")), connect)
    except pymilvus.MilvusException as error:
        raise Unavailable(_sentence(uri, error)) from error


def _access() -> dict[str, str]:
    token = setting("milvus_token")
    return {"token": token} if token else {}


def _sentence(uri: str, error: Any) -> str:
    reason = " ".join(str(error.message).split())[:200].rstrip(".")
    lower = reason.lower()
    if "connecting" in lower or "unavailable" in lower or "deadline" in lower:
        return f"Milvus at {shown(uri)} does not answer: start it, or correct its address."
    if "lock" in lower and "://" not in uri:
        return f"{uri} is open in another process: end that one, or use a Milvus server."
    return f"Milvus at {shown(uri)} cannot do this ({reason})."
