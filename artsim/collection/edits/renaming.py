"""Another name for a collection: its tables, uploads and what else has its name go with it."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from artsim.collection import manifest
from artsim.collection.edits.desk import Desk
from artsim.collection.edits.history import RENAME, History, Step
from artsim.collection.folders import ABOUT
from artsim.collection.manifest import TITLE
from artsim.collection.store import Collection, list_collections, seen_collections
from artsim.core.errors import ArtsimError, Conflict, InvalidInput
from artsim.core.names import checked_title
from artsim.core.progress import NULL, Progress
from artsim.core.workspace import Workspace, checked_name

_OTHER_WORK = ("index", "milvus")  # what else is locked for a collection, beside its embeddings
Follow = Callable[[str, str], None]


def rename(
    workspace: Workspace,
    name: str,
    new: str,
    who: str,
    follow: Follow,
    progress: Progress = NULL,
    title: str = "",
) -> Step:
    """Rename a collection; ``follow(name, new)`` then renames it in records kept elsewhere.

    ``title`` is what people call it then, "" where the new name says it. Killed at any moment, the
    collection has the one name or the other, and the same call finishes the rest. Raises NotFound,
    Conflict and InvalidInput.
    """
    checked_name(new)
    title = checked_title(title)
    title = "" if title == new else title
    if name == new:
        return _retitled(Collection.open(workspace, name), title, who, progress)
    names = list_collections(workspace)
    if new in names and _begun(workspace, name, new):
        if name in names:  # in an object store both are there for a moment
            Collection.open(workspace, name).folder.remove()
    else:
        collection = Collection.open(workspace, name)
        if new in names:
            raise Conflict(f"There is a collection {new!r} already: choose another name.")
        with _held(collection, progress):
            _moved(workspace, collection, new, who, title)
    return _finished(workspace, name, new, follow)


def _retitled(collection: Collection, title: str, who: str, progress: Progress) -> Step:
    """Call a collection otherwise; its name stays."""
    name, about = collection.name, collection.about()
    before, after = _called(name, about.get(TITLE, "")), _called(name, title)
    if before == after:
        raise InvalidInput(f"It is called {title or name!r} already: give another name.")
    with collection.lock("import", progress):
        history = History(collection)
        step = history.add(who, RENAME, before, after)
        collection.folder.write(ABOUT, _titled(about, title))
        history.settle([step])
    return step


def _called(name: str, title: str) -> dict[str, str]:
    return {"name": name, **({TITLE: title} if title else {})}


def _titled(about: dict[str, Any], title: str) -> str:
    """The manifest of a collection that is called ``title``."""
    return manifest.written(
        {n: v for n, v in about.items() if n != TITLE} | _called(about["name"], title)
    )


def former_name(workspace: Workspace, name: str) -> str | None:
    """What the collection that was called ``name`` is called now, None where none was."""
    for other in seen_collections(workspace):
        try:
            steps = History(Collection.open(workspace, other)).live([RENAME])
        except (ArtsimError, OSError, ValueError):  # one that cannot be read tells nothing
            continue
        if any(step.before.get("name") == name for step in steps):
            return other
    return None


def _begun(workspace: Workspace, name: str, new: str) -> bool:
    """Whether ``new`` is what a rename of ``name`` that was killed has left."""
    steps = History(Collection.open(workspace, new)).unsettled()
    return any(_is(step, name, new) for step in steps)


def _is(step: Step, name: str, new: str) -> bool:
    return step.what == RENAME and (step.before["name"], step.after["name"]) == (name, new)


@contextmanager
def _held(collection: Collection, progress: Progress) -> Iterator[None]:
    """Nothing else is done to the collection meanwhile."""
    works = [e.column for e in collection.info().embeddings]
    with ExitStack() as locks:
        for work in ("import", *works, *_OTHER_WORK):
            locks.enter_context(collection.lock(work, progress))
        yield


def _moved(workspace: Workspace, collection: Collection, new: str, who: str, title: str) -> None:
    Desk(workspace, collection, who, NULL).recover()
    history = History(collection)
    uploads = workspace.root / "uploads"
    begun = [step for step in history.unsettled() if step.what == RENAME]
    if not any(_is(step, collection.name, new) for step in begun):
        if (uploads / new).exists():
            raise Conflict(f"There are uploads for {new!r} already: choose another name.")
        history.settle(begun)  # of a rename to another name that came to nothing
        before = _called(collection.name, collection.about().get(TITLE, ""))
        history.add(who, RENAME, before, _called(new, title))
    if (uploads / collection.name).exists():
        (uploads / collection.name).rename(uploads / new)
    try:
        collection.folder.move(new)
    except FileExistsError as error:
        raise Conflict(f"There is a collection {new!r} already: choose another name.") from error


def _finished(workspace: Workspace, name: str, new: str, follow: Follow) -> Step:
    collection = Collection.open(workspace, new)
    history = History(collection)
    step = next(s for s in reversed(history.steps) if _is(s, name, new))
    about = {**collection.about(), "name": new}
    collection.folder.write(ABOUT, _titled(about, step.after.get(TITLE, "")))
    if workspace.first_collection == name:
        workspace.show_first(new)
    follow(name, new)
    history.settle([step])
    return History(collection).numbered(step.step) or step
