"""Deleting a collection with everything that it was made from here."""

from artsim.collection import uploads
from artsim.collection.store import Collection, check_is_listed, folder_of
from artsim.core.errors import Unreadable
from artsim.core.workspace import Workspace


def delete_collection(workspace: Workspace, name: str) -> None:
    """Remove a collection, its embeddings and its uploads; raises NotFound.

    One that cannot be read goes too. Another collection of its name begins empty.
    """
    check_is_listed(workspace, name)
    uploads.forget(workspace, name)  # first: a kill must not leave what comes back by itself
    if workspace.first_collection == name:
        workspace.show_first("")
    try:
        Collection.open(workspace, name).delete()
    except Unreadable:
        folder_of(workspace, name).remove()
