"""The fields of a request's body, JSON or a form, read no further than its limit."""

import json
from collections.abc import Collection
from typing import Any

from starlette.datastructures import UploadFile
from starlette.exceptions import HTTPException
from starlette.formparsers import MultiPartException
from starlette.requests import Request
from starlette.types import Message

from artsim.api.requests import Upload
from artsim.core.errors import InvalidInput, TooLarge
from artsim.core.limits import UPLOAD_LIMITS

_JSON_BYTES = 64 << 10
_FILES, _FIELDS = 2, 256  # of a form
_FORM_EXTRA = 64 << 10  # what the fields and boundaries of a form may add to its image


async def read_body(request: Request, kinds: Collection[str]) -> tuple[str, dict[str, Any]]:
    """The body's media type, one of ``kinds``, and its fields; a file is an ``Upload``.

    A field that a form sends several times is a list.

    Fields that are null were not sent. Raises InvalidInput, or TooLarge while reading.
    """
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind not in kinds:
        raise InvalidInput(
            'Send a form with an image, or JSON such as {"id": "...", "backbone": "..."}.'
        )
    if kind == "application/json":
        document = _json(await limited(request, _JSON_BYTES, "The request").body())
        return kind, {name: value for name, value in document.items() if value is not None}
    return kind, await _form(limited(request, UPLOAD_LIMITS.max_bytes + _FORM_EXTRA, "The upload"))


def _json(body: bytes) -> dict[str, Any]:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise InvalidInput("The request's body is not valid JSON.") from error
    if not isinstance(document, dict):
        raise InvalidInput('The request\'s body must be a JSON object such as {"id": "..."}.')
    return document


async def _form(request: Request) -> dict[str, Any]:
    try:
        async with request.form(
            max_files=_FILES, max_fields=_FIELDS, max_part_size=_FORM_EXTRA
        ) as form:
            fields: dict[str, list[Any]] = {}
            for name, value in form.multi_items():
                one: Any = value
                if isinstance(value, UploadFile):
                    one = Upload(await value.read(), value.filename or "")
                fields.setdefault(name, []).append(one)
            return {name: some if len(some) > 1 else some[0] for name, some in fields.items()}
    except (MultiPartException, HTTPException) as error:
        raise InvalidInput("The form cannot be read: send one image and its fields.") from error


def limited(request: Request, limit: int, what: str) -> Request:
    """The same request, whose body raises TooLarge as soon as it passes ``limit`` bytes.

    Starlette's max_body_size answers an upload that announces its size with plain text.
    """
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
