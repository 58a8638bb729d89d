"""Options that commands share, and the way from options to a job's config."""

from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from pydantic import BaseModel, ValidationError

from artsim.cli.output import print_json, say
from artsim.core.fields import invalid
from artsim.core.lazy import lazy
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim.tasks import kinds, queue
else:
    kinds = lazy("artsim.tasks.kinds")
    queue = lazy("artsim.tasks.queue")

C = TypeVar("C", bound=BaseModel)

Json = Annotated[bool, typer.Option("--json", help="Print one JSON document, nothing else.")]
Detach = Annotated[
    bool, typer.Option("--detach", help="Run it as a background job: see 'artsim jobs'.")
]
Uri = Annotated[
    str | None,
    typer.Option(metavar="URI", help="Address of Milvus; without it that in ARTSIM_MILVUS_URI."),
]
Name = Annotated[str, typer.Argument(metavar="NAME", help="Name of the collection.")]


def option(model: type[BaseModel], field: str, *names: str, **more: Any) -> Any:
    """A typer option for a config's field, with the field's own description as its help."""
    return typer.Option(*names, help=f"{model.model_fields[field].description}.", **more)


def argument(model: type[BaseModel], field: str, metavar: str) -> Any:
    """A typer argument for a config's field."""
    return typer.Argument(metavar=metavar, help=f"{model.model_fields[field].description}.")


def build(model: type[C], **values: Any) -> C:
    """The config of these options; a value that does not fit is a usage error."""
    try:
        return model(**values)
    except ValidationError as error:
        raise typer.BadParameter(str(invalid(error)).rstrip(".")) from error


def thresholds(pairs: list[str] | None) -> dict[str, float]:
    """``name=value`` options as numbers; raises a usage error."""
    found = {}
    for pair in pairs or []:
        name, _, value = pair.partition("=")
        try:
            found[name.strip()] = float(value)
        except ValueError:
            raise typer.BadParameter(f"{pair!r} is no threshold: write name=number") from None
    return found


def do(kind: str, config: BaseModel, detach: bool, as_json: bool = False) -> str | None:
    """Run a job and return what came of it in a sentence; or submit it and return None."""
    workspace = Workspace.open()
    if detach:
        job = queue.TaskQueue(workspace).submit(kind, config)
        if as_json:
            print_json(job.to_json())
        else:
            say(f"Job {job.id} is {job.state}: 'artsim jobs show {job.id}' shows how far it is.")
        return None
    return kinds.kind_named(kind).run(workspace, config, TerminalProgress())
