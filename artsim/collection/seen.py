"""Which collections there are, and which of them whoever asks may see."""

from typing import TYPE_CHECKING

from artsim.collection.folders import local_names
from artsim.collection.object_folders import object_names
from artsim.core.errors import NotFound
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.people import policy
from artsim.people.roles import Action

if TYPE_CHECKING:
    from artsim.collection.edits import renaming
else:  # it knows collections
    renaming = lazy("artsim.collection.edits.renaming")


def list_collections(workspace: Workspace) -> list[str]:
    """Names of the collections of a workspace, sorted, damaged ones too; raises Unavailable."""
    if not workspace.tables:
        return sorted(local_names(workspace.collections))
    return sorted(object_names(workspace.tables))


def check_is_seen(workspace: Workspace, name: str) -> None:
    """Raise NotFound where whoever asks may not see ``name``, as if it were not there."""
    if not policy.sees(name):
        check_is_listed(workspace, name)


def seen_collections(workspace: Workspace) -> list[str]:
    """``list_collections`` without those that whoever asks may not see."""
    return [name for name in list_collections(workspace) if policy.allows(Action.SEE, name)]


def check_is_listed(workspace: Workspace, name: str) -> None:
    """Raise NotFound that names the collections there are, unless ``name`` is one of them."""
    names = seen_collections(workspace)
    if name not in names:
        if now := renaming.former_name(workspace, name):
            raise NotFound(f"The collection {name!r} is called {now!r} now.")
        others = ", ".join(names) or "none yet: try 'artsim demo'"
        raise NotFound(f"There is no collection {name!r} (there are: {others}).")
