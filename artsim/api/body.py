"""What a search request's body says, read no further than its limits."""

import json
from dataclasses import dataclass
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from artsim.core.errors import InvalidInput, TooLarge

FIELDS = ("id", "backbone", "metric", "k", "where", "index")
MAX_TEXT = 4_000
_JSON_BYTES = 64 << 10
_FORM_EXTRA = 64 << 10  # what the fields and boundaries of a form may add to its image


@dataclass(frozen=True)
class SearchBody:
    """The fields that were sent, as text, and the image where there is one."""

    fields: dict[str, str]
    image: bytes | None = None
    image_name: str = ""


async def read_search(request: Request, image_bytes: int) -> SearchBody:
    """Read a search from JSON or a form; raises InvalidInput or TooLarge (while reading)."""
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind == "application/json":
        return _from_json(await _limited(request, _JSON_BYTES, "The request").body())
    if kind in ("multipart/form-data", "application/x-www-form-urlencoded"):
        return await _from_form(_limited(request, image_bytes + _FORM_EXTRA, "The upload"))
    raise InvalidInput(
        'Send a form with an image, or JSON such as {"id": "...", "backbone": "..."}.'
    )


def _from_json(body: bytes) -> SearchBody:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The request's body is not valid JSON.") from error
    if not isinstance(document, dict):
        raise InvalidInput('The request\'s body must be a JSON object such as {"id": "..."}.')
    return SearchBody(
        {
            name: _text(name, value)
            for name, value in document.items()
            if value is not None and _known(name)
        }
    )


async def _from_form(request: Request) -> SearchBody:
    fields: dict[str, str] = {}
    image: bytes | None = None
    image_name = ""
    try:
        async with request.form(max_files=1, max_fields=20, max_part_size=_FORM_EXTRA) as form:
            for name, value in form.multi_items():
                if isinstance(value, UploadFile):
                    if name != "image":
                        raise InvalidInput(f"Send the file as field image, not {name[:40]!r}.")
                    image, image_name = await value.read(), value.filename or ""
                elif name == "image":
                    raise InvalidInput("The field image must be a file.")
                elif _known(name):
                    fields[name] = _text(name, value)
    except (MultiPartException, HTTPException) as error:
        raise InvalidInput("The form cannot be read: send one image and its fields.") from error
    return SearchBody(fields, image, image_name)


def _known(name: str) -> bool:
    if name not in FIELDS:
        raise InvalidInput(f"There is no field {name[:40]!r}: use {', '.join(FIELDS)} or image.")
    return True


def _text(name: str, value: Any) -> str:
    if name in ("id", "k") and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if not isinstance(value, str):
        wanted = "a whole number" if name == "k" else "text"
        raise InvalidInput(f"The field {name} must be {wanted}.")
    if len(value) > MAX_TEXT:
        raise InvalidInput(f"The field {name} is longer than {MAX_TEXT:,} characters.")
    return value


def _limited(request: Request, limit: int, what: str) -> Request:
    """The same request, whose body raises TooLarge as soon as it passes ``limit`` bytes."""
    too_large = TooLarge(f"{what} is over the limit of {limit / 1e6:,.1f} MB: send a smaller one.")
    announced = request.headers.get("content-length", "")
    if announced.isdecimal() and int(announced[:18]) > limit:
        raise too_large
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise too_large
        return message

    return Request(request.scope, receive)
