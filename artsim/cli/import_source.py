"""``artsim collection import NAME`` for the sources of packages: a command made of its options."""

import inspect
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import typer
from pydantic import BaseModel
from typer.core import TyperGroup

from artsim.cli.do_import import NO_QUALITY, Embed, Threshold, Yes, do_import
from artsim.cli.options import Detach, Json, argument, build, option, thresholds
from artsim.tasks.sources import SOURCES, import_config, others

_SIMPLE = (bool, int, float, str, Path)


class Sources(TyperGroup):
    """The sources with a command, and all others, which are looked up when they are asked for."""

    def list_commands(self, ctx: Any) -> list[str]:
        """Names in the order of the help."""
        return [*super().list_commands(ctx), *others()]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """The command of a source, None for an unknown one."""
        own = super().get_command(ctx, cmd_name)
        if own is not None or cmd_name not in SOURCES.names():
            return own
        if cmd_name not in others():
            SOURCES.get(cmd_name)  # raises the sentence why it cannot be used
            return None
        return _command(cmd_name)


def _command(source: str) -> Any:
    kind, config = SOURCES.get(source), import_config(source)

    def run(**given: Any) -> None:
        detach, as_json = given.pop("detach"), given.pop("as_json")
        quality: dict[str, Any] = {"quality": not given.pop("no_quality")}
        quality |= {"thresholds": thresholds(given.pop("threshold"))}
        values = {name: value for name, value in given.items() if value is not None}
        made = build(config, **quality, **values)
        do_import(f"import_{source}", made, given["name"], detach, as_json)

    fixed = {
        "no_quality": (Annotated[bool, typer.Option("--no-quality", help=NO_QUALITY)], False),
        "threshold": (Threshold, None),
        "yes": (Yes, False),
        "embed": (Embed, None),
        "detach": (Detach, False),
        "as_json": (Json, False),
    }
    options = {
        field: _option(config, field) for field in ("name", "title", *kind.options.model_fields)
    }
    run.__signature__ = inspect.Signature(  # type: ignore[attr-defined]
        [
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, default=value, annotation=type_)
            for name, (type_, value) in {**options, **fixed}.items()
        ]
    )
    run.__annotations__ = {name: type_ for name, (type_, _) in {**options, **fixed}.items()}
    run.__doc__ = inspect.getdoc(kind.options) or f"Import from {kind.title}."
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    required = " ".join(_example(config, n) for n in options if _required(config, n))
    app.command(source, epilog=f"Example: artsim collection import {source} {required}")(run)
    return typer.main.get_command(app)


def _option(config: type[BaseModel], field: str) -> tuple[Any, Any]:
    """Type and default of a field's option; what is no simple type is text that pydantic reads."""
    info = config.model_fields[field]
    type_, many = _plain(info.annotation)
    shown = _shown(config, field)
    if shown.get("positional"):
        return Annotated[type_, argument(config, field, field.upper())], inspect.Parameter.empty
    name = f"--{field.replace('_', '-')}"
    names = (shown.get("option", name),) if type_ is not bool or "option" in shown else ()
    described = option(config, field, *names) if info.description else typer.Option(*names)
    if many:
        return Annotated[list[type_] | None, described], None  # type: ignore[valid-type]
    if info.is_required():
        return Annotated[type_, described], inspect.Parameter.empty
    if type_ is bool:
        return Annotated[bool, described], bool(info.default)
    return Annotated[type_ | None, described], None


def _plain(annotation: Any) -> tuple[type, bool]:
    """A type that a command line can read, and whether the option repeats."""
    if get_origin(annotation) in (Union, UnionType):
        kinds = [one for one in get_args(annotation) if one is not NoneType]
        return _plain(kinds[0]) if len(kinds) == 1 else (str, False)
    if get_origin(annotation) in (list, tuple, set, frozenset):
        return _plain(get_args(annotation)[0])[0], True
    return (annotation if annotation in _SIMPLE else str), False


def _shown(config: type[BaseModel], field: str) -> dict[str, Any]:
    """How a field says that it is to be shown: ``positional``, or the name of its ``option``."""
    found = config.model_fields[field].json_schema_extra
    return found if isinstance(found, dict) else {}


def _example(config: type[BaseModel], field: str) -> str:
    if _shown(config, field).get("positional"):
        return field.upper()
    return "--name mine" if field == "name" else f"--{field.replace('_', '-')} ..."


def _required(config: type[BaseModel], field: str) -> bool:
    return config.model_fields[field].is_required()
