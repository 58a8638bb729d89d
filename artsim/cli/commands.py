"""Commands that are imported when they are run: ``artsim --help`` waits for none of them."""

from collections.abc import Iterator, MutableMapping
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup
from typer.main import get_group

from artsim.core.lazy import imported

# The module of artsim.cli that holds each command, and the first sentence of the command's help.
MODULES = {
    "demo": (
        "demo",
        "Build the demo collection, embed it with artsim's own backbone and a frozen one, map and "
        "evaluate it; import NGA paintings where they can be fetched.",
    ),
    "collection": (
        "collection",
        "Bring collections in, look at them, correct, export and delete them.",
    ),
    "export": ("export", "Take a collection, a tray or embeddings to other programs and museums."),
    "quality": (
        "quality",
        "Show what was kept, converted, rejected and merged, and why, per file.",
    ),
    "prepare": ("prepare", "Make what 'artsim train' reads."),
    "backbones": (
        "backbones",
        "List every backbone: family, origin, whether it is available offline, dimension, licence.",
    ),
    "embed": ("embed", "Embed whatever of a collection is not embedded with a backbone yet."),
    "patches": (
        "embed",
        "Make what a search by a region needs, for pictures that have none yet.",
    ),
    "plugins": (
        "plugins",
        "List sources, backbones, relevances, metrics, exports and losses, of artsim and packages.",
    ),
    "index": ("index", "Build the index of a large collection, or bring it up to date."),
    "search": ("search", "Find the works nearest to pictures and works, and far from others."),
    "identify": (
        "identify",
        "Say which work a photograph shows, or that it is none of the collection's.",
    ),
    "concept": (
        "concept",
        "Teach a collection a concept by 3 to 20 examples, and see how well it is told.",
    ),
    "why": (
        "why",
        "Say why two pictures are alike: parts of the embedding, places, colours, composition.",
    ),
    "tray": ("tray", "Put works together, in an order, with notes, and take them along as files."),
    "searches": (
        "searches",
        "Searches saved under a name, and what is new in them since they were looked at.",
    ),
    "evaluate": (
        "evaluate",
        "Evaluate backbones: every work a query, every figure with its 95 % interval.",
    ),
    "map": (
        "map",
        "Draw the map of a collection: works that are alike for a backbone lie together.",
    ),
    "train": ("train", "Train a backbone on works with labels and publish it under a name."),
    "judgements": (
        "judgements",
        "Count what people judged on a collection, and write it as pairs of works.",
    ),
    "retrain": (
        "judgements",
        "Weigh the parts of a backbone as people judged, and publish it under another name.",
    ),
    "jobs": ("jobs", "Background jobs: how far they are, their logs, cancel and resume."),
    "doctor": (
        "doctor",
        "Say what is wrong with the workspace, and repair what can be repaired.",
    ),
    "backup": (
        "backup",
        "Copy the workspace to a new folder, also while it is in use, and read the copy again.",
    ),
    "restore": (
        "backup",
        "Restore a backup as a workspace: each file is checked, no existing file is replaced.",
    ),
    "mcp": (
        "mcp",
        "Let agents search, show and explain, by the Model Context Protocol on stdin and stdout.",
    ),
    "serve": ("serve", "Serve the app and the HTTP routes until Ctrl-C."),
    "users": ("users", "Who may sign in at the server, and what they may do there."),
}


class Commands(TyperGroup):
    """The commands of MODULES, and those that were added to the app itself."""

    def __init__(self, **given: Any) -> None:
        super().__init__(**given)
        self.commands = _Imported(self.commands)

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002
        """Names in the order of the help; nothing is imported for it."""
        return list(self.commands)

    def format_commands(self, ctx: Any, formatter: Any) -> None:
        """Write the list of commands from the sentences in MODULES; nothing is imported for it."""
        told = TyperGroup(commands=[_summary(name, self.commands) for name in self.commands])
        told.format_commands(ctx, formatter)


class _Imported(MutableMapping[str, Any]):
    """Commands by their names, each imported when it is first asked for."""

    def __init__(self, added: MutableMapping[str, Any]) -> None:
        self.found = dict(added)

    def __getitem__(self, name: str) -> Any:
        if name not in self.found:
            self.found[name] = _imported(name, MODULES[name][0])
        return self.found[name]

    def __setitem__(self, name: str, command: Any) -> None:
        self.found[name] = command

    def __delitem__(self, name: str) -> None:
        del self.found[name]

    def __iter__(self) -> Iterator[str]:
        return iter(dict.fromkeys((*MODULES, *self.found)))

    def __len__(self) -> int:
        return len(set(MODULES) | set(self.found))


def _summary(name: str, commands: MutableMapping[str, Any]) -> Any:
    """A command that stands for its line in the help."""
    if name in MODULES:
        return TyperCommand(name, help=MODULES[name][1])
    return commands[name]


def _imported(name: str, module: str) -> Any:
    """The command ``name`` of a module that holds a group of commands, or registers single ones."""
    found = imported(f"artsim.cli.{module}")
    if hasattr(found, "app"):
        group = get_group(found.app)
        group.name = name
        return group
    app = typer.Typer(rich_markup_mode=None, add_completion=False)
    found.register(app)
    return get_group(app).commands[name]
