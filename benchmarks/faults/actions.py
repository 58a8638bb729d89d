"""What is killed: for each action what it begins with, what it does, and what must be so after it.

``begin``, ``act`` and ``end`` run in processes of their own. ``act`` appends a line to a file after
each thing that a person was told is done; ``end`` does what a person does after a crash, which is
the same again, and gives the counts of what is not as it must be.
"""

import shutil
import tarfile
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from artsim.backbones.embed import embed_collection
from artsim.collection import uploads
from artsim.collection.deletion import delete_collection
from artsim.collection.edits.desk import Desk
from artsim.collection.edits.history import History
from artsim.collection.seen import list_collections
from artsim.collection.store import Collection
from artsim.core.errors import ArtsimError, NotFound
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.desk.tray import TrayItem
from artsim.desk.trays import Trays
from artsim.face.backbone import backbone
from artsim.jobs.table import JobTable
from artsim.people import accounts
from artsim.people.roles import Role
from artsim.tasks.configs import ImportFolderConfig, SyncConfig
from artsim.tasks.kinds import kind_named
from artsim.upkeep.backup import backup, check
from benchmarks.kit.processes import REPOSITORY

_OLDEST = REPOSITORY / "tests" / "fixtures" / "workspaces" / "0.1.0" / "workspace.tar.gz"
NAME, BACKBONE = "mine", "brightness"
_ROUNDS = 60  # of what is done over and over: a kill falls into any of them


@dataclass(frozen=True)
class Place:
    """Where an action works: its workspace, files beside it, how many pictures, what was said."""

    home: Path
    beside: Path
    works: int

    @property
    def workspace(self) -> Workspace:
        return Workspace.open(self.home)

    @property
    def collection(self) -> Collection:
        return Collection.open(self.workspace, NAME)

    @property
    def said(self) -> list[str]:
        path = self.beside / "said.txt"
        return path.read_text().splitlines() if path.is_file() else []

    def say(self, text: str) -> None:
        """Note that something was done, as a person sees it on the screen."""
        with (self.beside / "said.txt").open("a") as file:
            file.write(f"{text}\n")


Counts = dict[str, int]  # lost, doubled: how many


class Action(Protocol):
    """What is done and killed; with ``family`` all that it started is killed at the same time.

    ``imports`` are modules that take long to import and are imported once, before any of it.
    """

    family: bool
    imports: Sequence[str]

    def begin(self, place: Place) -> None: ...

    def act(self, place: Place) -> None: ...

    def end(self, place: Place) -> Counts: ...


class Alone:
    """An action that is killed by itself."""

    family = False
    imports: Sequence[str] = ()


def ids(place: Place) -> list[str]:
    return list(place.collection.dataset().to_table(columns=["id"]).column("id").to_pylist())


def compared(found: list[str], wanted: list[str]) -> Counts:
    counted = Counter(found)
    return {
        "lost": len(set(wanted) - counted.keys()),
        "doubled": sum(n - 1 for n in counted.values()) + len(counted.keys() - set(wanted)),
    }


def _picture(path: Path, seed: int) -> None:
    pixels = np.random.default_rng(seed).integers(0, 255, (12, 16, 3), dtype=np.uint8)
    cv2.imwrite(str(path), cv2.resize(pixels, (160, 120), interpolation=cv2.INTER_CUBIC))


def pictures(place: Place) -> Path:
    folder = place.beside / "pictures"
    folder.mkdir(exist_ok=True)
    for number in range(place.works):
        _picture(folder / f"w{number:04}.jpg", number)
    rows = [f"w{n:04},w{n:04}.jpg,Title {n},Ada" for n in range(place.works)]
    (place.beside / "works.csv").write_text("\n".join(["id,image,title,artist", *rows]))
    return folder


def names(place: Place) -> list[str]:
    return [f"w{number:04}" for number in range(place.works)]


def imported(place: Place) -> None:
    config = ImportFolderConfig(
        directory=place.beside / "pictures",
        name=NAME,
        metadata=place.beside / "works.csv",
        quality=False,
    )
    kind_named("import_folder").run(place.workspace, config, NULL)


class Import(Alone):
    """A folder of pictures with a table."""

    def begin(self, place: Place) -> None:
        pictures(place)

    def act(self, place: Place) -> None:
        imported(place)
        place.say("imported")

    def end(self, place: Place) -> Counts:
        if NAME in list_collections(place.workspace):
            ids(place)  # it is readable as it is
        imported(place)
        found = compared(ids(place), names(place))
        images = place.collection.images(ids(place))
        return found | {"lost": found["lost"] + place.works - len(images)}


class Sync(Import):
    """The same folder again, after files were added, renamed, changed and taken away."""

    def begin(self, place: Place) -> None:
        folder = pictures(place)
        imported(place)
        (folder / "w0000.jpg").rename(folder / "other.jpg")
        _picture(folder / "w0001.jpg", 9001)
        (folder / "w0002.jpg").unlink()
        _picture(folder / "new.jpg", 9002)

    def act(self, place: Place) -> None:
        kind_named("sync").run(place.workspace, SyncConfig(collection=NAME, yes=True), NULL)
        place.say("synced")

    def end(self, place: Place) -> Counts:
        before = compared(ids(place), [*names(place), "new"])
        lost = before["lost"] - ("new" not in ids(place))
        self.act(place)
        found = compared(ids(place), [*names(place), "new"])
        return found | {"lost": found["lost"] + lost}


class Edit(Alone):
    """A title given to all works, undone, and given again, over and over."""

    def begin(self, place: Place) -> None:
        pictures(place)
        imported(place)

    def act(self, place: Place) -> None:
        desk = Desk(place.workspace, place.collection, "Ada")
        for number in range(_ROUNDS // 5):
            desk.edit(names(place), {"title": f"Edit {number}"})
            place.say("edit")
            desk.undo()
            place.say("undo")

    def end(self, place: Place) -> Counts:
        desk = Desk(place.workspace, place.collection, "Ada")
        desk.edit(names(place)[:1], {"artist": "Bob"})  # finishes what was cut off first
        titles = place.collection.metadata(["title"]).column("title").to_pylist()
        whole = len(set(titles)) == 1 or titles == [f"Title {n}" for n in range(place.works)]
        steps = [s for s in History(place.collection).steps if "artist" not in str(s.after)]
        # What was said is done; at most one more was done and not yet said.
        lost = not whole or not 0 <= len(steps) - len(place.said) <= 1
        return compared(ids(place), names(place)) | {"lost": int(lost)}


class Delete(Alone):
    """A collection that came through a browser, with its uploads."""

    def begin(self, place: Place) -> None:
        folder = pictures(place)
        files = [(path.name, path.read_bytes()) for path in sorted(folder.iterdir())]
        uploads.receive(place.workspace, NAME, files)
        config = ImportFolderConfig(
            directory=uploads.folder_of(place.workspace, NAME), name=NAME, quality=False
        )
        kind_named("import_folder").run(place.workspace, config, NULL)

    def act(self, place: Place) -> None:
        delete_collection(place.workspace, NAME)
        place.say("deleted")

    def end(self, place: Place) -> Counts:
        there = NAME in list_collections(place.workspace)
        lost = 0
        if there:
            lost = place.works - len(ids(place))
            delete_collection(place.workspace, NAME)
        folder = uploads.folder_of(place.workspace, NAME)
        back = folder.is_dir() or NAME in list_collections(place.workspace)
        return {"lost": lost + (there and bool(place.said)), "doubled": int(back)}


class Tray(Alone):
    """Works put into trays, trays made and renamed."""

    def begin(self, place: Place) -> None:
        Trays(place.workspace).create("first")

    def act(self, place: Place) -> None:
        trays = Trays(place.workspace)
        for number in range(_ROUNDS):
            trays.create(f"tray {number}")
            trays.add(f"tray {number}", [TrayItem(NAME, name) for name in names(place)])
            trays.rename(f"tray {number}", f"done {number}")
            place.say(f"done {number}")

    def end(self, place: Place) -> Counts:
        found = [t for t in Trays(place.workspace).all() if t.name.startswith("done")]
        whole = {tray.name for tray in found if len(tray.items) == place.works}
        more = {tray.name for tray in found} - set(place.said)
        return {"lost": len(set(place.said) - whole), "doubled": max(0, len(more) - 1)}


class Users(Alone):
    """Accounts made, given another role and taken away."""

    def begin(self, place: Place) -> None:
        accounts.add(place.workspace, "first", Role.ADMIN, None)

    def act(self, place: Place) -> None:
        here = place.workspace
        for number in range(_ROUNDS):
            accounts.add(here, f"user{number}", Role.VIEWER, None)
            accounts.set_role(here, f"user{number}", Role.CURATOR)
            accounts.add(here, f"gone{number}", Role.VIEWER, None)
            accounts.remove(here, f"gone{number}")
            place.say(f"user{number}")

    def end(self, place: Place) -> Counts:
        roles = {one.name: one.role for one in accounts.every(place.workspace)}
        right = {name for name in place.said if roles.get(name) == Role.CURATOR}
        gone = {name.replace("user", "gone") for name in place.said} & roles.keys()
        return {"lost": len(place.said) - len(right), "doubled": len(gone)}


class Embed(Alone):
    """Every work embedded with a backbone that is a function."""

    def begin(self, place: Place) -> None:
        pictures(place)
        imported(place)

    def act(self, place: Place) -> None:
        backbone(BACKBONE, _brightness, dimension=4, digest="1")
        embed_collection(place.workspace, place.collection, BACKBONE, batch_size=4)
        place.say("embedded")

    def end(self, place: Place) -> Counts:
        ids(place)
        self.act(place)
        (column,) = place.collection.info().embeddings
        embedded, vectors = place.collection.embedding(column.column)
        wrong = int((~np.isfinite(vectors).all(1) | (np.abs(vectors).sum(1) == 0)).sum())
        found = compared(embedded, names(place))
        return found | {"lost": found["lost"] + wrong}


def _brightness(images: list[object]) -> np.ndarray:
    means = [np.asarray(image).mean((0, 1)) for image in images]
    return np.array([[*mean, 1.0] for mean in means], np.float32)


class Migrate(Alone):
    """A workspace of the first release, opened by this one."""

    def begin(self, place: Place) -> None:
        _unpack(place.home)
        _unpack(place.beside / "reference")  # opened by nobody who is killed

    def act(self, place: Place) -> None:
        _opened(place.workspace)
        place.say("migrated")

    def end(self, place: Place) -> Counts:
        found = _opened(place.workspace)
        wanted = _opened(Workspace.open(place.beside / "reference"))
        lost = [name for name, rows in wanted.items() if found.get(name) != rows]
        return {"lost": len(lost), "doubled": len(found.keys() - wanted.keys())}


def _unpack(home: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        with tarfile.open(_OLDEST) as tar:
            tar.extractall(folder, filter="data")
        shutil.copytree(Path(folder, "workspace"), home, dirs_exist_ok=True)


def _opened(workspace: Workspace) -> dict[str, object]:
    """The works of every collection; opening migrates, and so does looking at jobs."""
    JobTable(workspace).all()
    names = list_collections(workspace)
    return {name: Collection.open(workspace, name).metadata().to_pylist() for name in names}


class Backup(Alone):
    """A backup of a collection, made and checked."""

    def begin(self, place: Place) -> None:
        pictures(place)
        imported(place)

    def act(self, place: Place) -> None:
        for number in range(8):
            backup(place.workspace, place.beside / f"backup{number}")
            place.say(f"backup{number}")

    def end(self, place: Place) -> Counts:
        lost = doubled = 0
        for number in range(9):
            path = place.beside / f"backup{number}"
            try:
                check(path)
                doubled += path.name not in place.said and number > len(place.said)
            except NotFound:
                lost += path.name in place.said or path.exists()
            except ArtsimError:
                lost += 1
        return {"lost": lost, "doubled": doubled}


LIGHT: dict[str, Action] = {
    "import": Import(),
    "sync": Sync(),
    "edit and undo": Edit(),
    "delete": Delete(),
    "tray": Tray(),
    "users": Users(),
    "embed": Embed(),
    "migrate": Migrate(),
    "backup": Backup(),
}
