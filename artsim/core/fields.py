"""Types of fields that several configs share, and the sentence for a config that is not valid."""

from pathlib import Path
from typing import Annotated, Any

from pydantic import AfterValidator, ValidationError

from artsim.core.errors import InvalidInput
from artsim.core.names import checked_title
from artsim.core.workspace import checked_name


def _safe_name(name: str) -> str:
    try:
        return checked_name(name)
    except InvalidInput as error:
        raise ValueError(str(error)) from error


def _title(title: str) -> str:
    try:
        return checked_title(title)
    except InvalidInput as error:
        raise ValueError(str(error)) from error


def _absolute(path: Path) -> Path:
    return path.expanduser().absolute()


CollectionTitle = Annotated[str, AfterValidator(_title)]
CollectionName = Annotated[str, AfterValidator(_safe_name)]
LocalPath = Annotated[Path, AfterValidator(_absolute)]


def invalid(error: ValidationError) -> InvalidInput:
    """The first thing that is wrong with a config, as one sentence."""
    first: Any = error.errors(include_url=False)[0]
    where = ".".join(str(part) for part in first["loc"])
    what = str(first["msg"]).removeprefix("Value error, ").rstrip(".")
    if first["type"] == "value_error":
        return InvalidInput(f"{what}.")
    return InvalidInput(f"{where}: {what[:1].lower()}{what[1:]}.")
