"""Requests checked by their models: what does not fit is one sentence."""

from collections.abc import Mapping
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from artsim.api.requests import Upload
from artsim.core.errors import InvalidInput

M = TypeVar("M", bound=BaseModel)


def checked(model: type[M], fields: Mapping[str, Any]) -> M:
    """What was asked as ``model``; raises InvalidInput with one sentence on what is wrong first."""
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    raise InvalidInput(_sentence(model, str(first["loc"][0]), dict(first)))


def _sentence(model: type[BaseModel], name: str, first: dict[str, Any]) -> str:
    kind, given, limits = first["type"], first["input"], first.get("ctx", {})
    field = model.model_fields.get(name)
    if field is None:
        if isinstance(given, Upload):
            return f"Send the file as field image, not {name[:40]!r}."
        return f"There is no field {name[:40]!r}: use {', '.join(model.model_fields)}."
    if kind == "missing":
        return f"Name the {name}: the request needs it."
    if kind == "string_too_long":
        return f"The field {name} is longer than {limits['max_length']:,} characters."
    if kind == "too_long":
        return f"Ask for at most {limits['max_length']} {name} at a time."
    if kind in ("string_type", "string_unicode"):
        return f"The field {name} must be text."
    if kind == "list_type":
        return f"The field {name} must be a list."
    if kind == "dataclass_type":
        return f"The field {name} must be a file."
    return f"The value of {name} must be a whole number{_range(field, limits)}, not {_cut(given)}."


def _range(field: FieldInfo, limits: Mapping[str, Any]) -> str:
    """`` between 1 and 500`` where a number is outside it, else nothing."""
    if not limits.keys() & {"ge", "le"}:
        return ""
    bounds = dict(limits)
    for bound in field.metadata:
        bounds |= {side: getattr(bound, side) for side in ("ge", "le") if hasattr(bound, side)}
    if len(bounds) == 2:
        return f" between {bounds['ge']:,} and {bounds['le']:,}"
    return f" of at least {bounds['ge']:,}" if "ge" in bounds else f" of at most {bounds['le']:,}"


def _cut(given: Any) -> str:
    text = str(given)
    return repr(text if len(text) <= 40 else f"{text[:40]}...")
