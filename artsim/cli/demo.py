"""``artsim demo``: a collection to try, and NGA paintings where the network allows them."""

from typing import TYPE_CHECKING, Annotated

import typer

from artsim.cli.options import build, option
from artsim.cli.output import say
from artsim.core.errors import NotFound
from artsim.core.lazy import lazy
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.tasks.configs import (
    DEMO_NAME,
    DEMO_SIZE,
    NGA_FIRST_LIMIT,
    NGA_NAME,
    OFFLINE_BACKBONE,
    DemoConfig,
    NgaFirstConfig,
)

if TYPE_CHECKING:
    from artsim.collection import reconcile, store
    from artsim.collection.sources import nga
    from artsim.tasks import first_look, kinds, queue
else:
    first_look = lazy("artsim.tasks.first_look")
    kinds = lazy("artsim.tasks.kinds")
    nga = lazy("artsim.collection.sources.nga")
    queue = lazy("artsim.tasks.queue")
    reconcile = lazy("artsim.collection.reconcile")
    store = lazy("artsim.collection.store")

NGA_SECONDS = 5.0


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(epilog="Example: artsim demo --offline")(demo)


def demo(
    offline: Annotated[
        bool, typer.Option("--offline", help="Do not check whether NGA paintings can be fetched.")
    ] = False,
    size: Annotated[int, option(DemoConfig, "size")] = DEMO_SIZE,
) -> None:
    """Build the demo collection, embed it with artsim's own backbone and a frozen one, map and
    evaluate it; import NGA paintings where they can be fetched.

    A second call repeats nothing.
    """
    workspace = Workspace.open()
    config = build(DemoConfig, size=size)
    if not offline:
        bring_nga(workspace)
    if is_ready(workspace, size):
        say(f"The demo collection {DEMO_NAME!r} is ready.")
    else:
        say("Drawing the demo collection: its works are generated, none of them is a real one.")
        say(kinds.demo(workspace, config, TerminalProgress()))
    say(
        f"Next: artsim serve    or    artsim search {DEMO_NAME} --backbone {OFFLINE_BACKBONE}"
        " --image FILE"
    )


def is_ready(workspace: Workspace, size: int) -> bool:
    """Whether the demo collection is whole, embedded, mapped and evaluated."""
    try:
        collection = store.Collection.open(workspace, DEMO_NAME)
    except NotFound:
        return False
    whole = reconcile.quality_report(collection).read >= size
    return whole and first_look.is_ready(workspace, DEMO_NAME, OFFLINE_BACKBONE)


def bring_nga(workspace: Workspace) -> None:
    """Start the job that imports NGA paintings, where they are missing and can be fetched."""
    jobs, config = queue.TaskQueue(workspace), NgaFirstConfig()
    job = jobs.find_active("import_and_embed", config)
    if job is not None:
        say(f"A job imports NGA paintings already (job {job.id}, {job.state}).")
        return
    if NGA_NAME in store.list_collections(workspace):
        say(f"NGA paintings are here: the collection {NGA_NAME!r}.")
        return
    reason = nga.reachable(nga.NgaConfig(), timeout=NGA_SECONDS)
    if reason:
        say(f"No NGA paintings: {reason.rstrip('.')}. The app offers them again later.")
        return
    job = jobs.submit("import_and_embed", config)
    say(
        f"Job {job.id} imports {NGA_FIRST_LIMIT} paintings of the National Gallery of Art "
        f"meanwhile; 'artsim jobs show {job.id}' shows how far it is."
    )
