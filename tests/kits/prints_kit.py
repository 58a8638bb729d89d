"""A collection with the faults that a curator puts right."""

from pathlib import Path

from pictures_kit import jpeg

from artsim.collection.edits.desk import Desk
from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace

COUNT = 44
WRONG, RIGHT = "Clude Monet", "Claude Monet"


def make_prints(workspace: Workspace, folder: Path) -> Collection:
    """'prints' of files in ``folder``, which is made.

    44 works, forty by an artist whose name is wrong; a tiny scan; two works merged wrongly.
    """
    pictures = folder / "in"
    pictures.mkdir(parents=True)
    lines = ["id,title,artist"]
    for i in range(COUNT):
        (pictures / f"w{i:02}.jpg").write_bytes(jpeg(i))
        lines.append(f"w{i:02},Work {i},{WRONG if i >= 4 else f'Artist {i}'}")
    (pictures / "tiny.jpg").write_bytes(jpeg(99, width=40, height=30))
    table = folder / "works.csv"
    table.write_text("\n".join(lines), encoding="utf-8")
    import_collection(workspace, "prints", FolderSource(pictures, table))
    prints = Collection.open(workspace, "prints")
    Desk(workspace, prints, "eve").merge("w00", ["w01"])
    return prints
