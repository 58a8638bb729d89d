"""The identity that Streamlit's own sign-in (OIDC, by Authlib) leaves in a browser's cookies."""

import importlib.util
import json
from collections.abc import Mapping
from typing import Any

from streamlit.auth_util import get_secrets_auth_section
from streamlit.web.server.starlette.starlette_server_config import USER_COOKIE_NAME
from streamlit.web.server.starlette.starlette_websocket import _get_signed_cookie_with_chunks

from artsim.core.errors import InvalidInput


def check() -> None:
    """Raise InvalidInput where nobody could sign in."""
    if importlib.util.find_spec("authlib") is None:
        raise InvalidInput("OIDC needs the package Authlib: run 'pip install artsim[oidc]'.")
    if not get_secrets_auth_section():
        raise InvalidInput(
            "OIDC needs a section [auth] in .streamlit/secrets.toml of the folder that the server "
            "starts in: docs/operator.md shows one."
        )


def claims(cookies: Mapping[str, str]) -> Mapping[str, Any]:
    """The provider's claims about the person who signed in, {} if the cookie is not ours."""
    try:
        # Streamlit has no public way to read the cookie outside of a page, which pictures need.
        found = json.loads(_get_signed_cookie_with_chunks(dict(cookies), USER_COOKIE_NAME) or "{}")
    except (ValueError, UnicodeError):
        return {}
    return found if isinstance(found, dict) else {}
