"""A workspace: the folder that holds collections, backbones and runs."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pandas as pd

from artsim.backbones.recommended import recommended
from artsim.collection.store import list_collections
from artsim.core import workspace
from artsim.core.counts import count
from artsim.face.collection import Collection
from artsim.face.searches import SavedSearches
from artsim.face.trays import Trays
from artsim.face.work import do
from artsim.library import Library, open_library
from artsim.tasks.kinds import IMPORT
from artsim.tasks.sources import SOURCES
from artsim.training.record import load_training


class Workspace:
    """The collections and backbones of one folder: ``artsim.open()``.

    >>> ws = artsim.open()
    >>> "demo" in ws.collections
    True
    >>> ws["demo"]
    <Collection 'demo': 24 works>
    """

    def __init__(self, library: Library) -> None:
        self._library = library

    def __repr__(self) -> str:
        return f"<Workspace {self.path}: {count(len(self), 'collection')}>"

    @property
    def path(self) -> Path:
        """The folder of the workspace."""
        return self._library.workspace.root

    @property
    def collections(self) -> list[str]:
        """Names of the collections, sorted."""
        return list_collections(self._library.workspace)

    def __getitem__(self, name: str) -> Collection:
        """A collection; raises ``artsim.NotFound`` that names the ones there are."""
        return Collection(self._library, name)

    def __iter__(self) -> Iterator[str]:
        return iter(self.collections)

    def __len__(self) -> int:
        return len(self.collections)

    @property
    def trays(self) -> Trays:
        """Trays of works: a mapping by name.

        >>> list(artsim.open().trays)
        []
        """
        return Trays(self._library)

    @property
    def searches(self) -> SavedSearches:
        """Searches saved under names: a mapping by name.

        >>> list(artsim.open().searches)
        []
        """
        return SavedSearches(self._library)

    @property
    def backbones(self) -> pd.DataFrame:
        """Every backbone there is, one line each, index ``name``.

        ``family``, ``origin``, ``offline`` (works without a network), ``dimension`` of an
        embedding, ``input_size`` in pixels, ``licence``, ``digest`` (None while the weights were
        never here), ``note`` (why it cannot be used, "" if it can).

        >>> int(artsim.open().backbones.loc["efficientnet_lite0", "dimension"])
        1280
        """
        frame = pd.DataFrame([asdict(info) for info in self._library.backbones()])
        sizes = {"dimension": "Int32", "input_size": "Int32"}
        return frame.astype(sizes).set_index("name")

    @property
    def recommended(self) -> pd.DataFrame:
        """A dozen backbones to begin with, one line each, index ``name``; fetches nothing.

        ``family``, ``licence``, ``dimension``, ``input_size`` in pixels, ``parameters`` in
        millions, ``megabytes`` of weights, ``multiplications`` in thousand millions a picture,
        ``cost`` beside efficientnet_lite0, ``available`` and ``art``, what is known of it for art.

        >>> artsim.open().recommended.loc["resnet50", "licence"]
        'apache-2.0'
        """
        rows = [asdict(one) for one in recommended(self._library.workspace)]
        return pd.DataFrame(rows).set_index("name")

    def import_folder(
        self,
        name: str,
        directory: str | os.PathLike[str],
        metadata: str | os.PathLike[str] | None = None,
        id_column: str = "id",
        include_imageless: bool = False,
        folders: str = "",
        pages: str = "first",
        encoding: str = "",
        quality: bool = True,
        thresholds: Mapping[str, float] | None = None,
        progress: bool = False,
        yes: bool = False,
        embed: str | None = None,
    ) -> Collection:
        """Import a folder of pictures, with or without a table of metadata, as a collection.

        See ``Collection.import_folder``; an existing collection grows.
        """
        values = {
            "name": name,
            "directory": directory,
            "metadata": metadata,
            "id_column": id_column,
            "include_imageless": include_imageless,
            "folders": folders,
            "pages": pages,
            "encoding": encoding,
            "quality": quality,
            "thresholds": dict(thresholds or {}),
            "yes": yes,
            "embed": embed,
        }
        do(self._library.workspace, "import_folder", values, progress)
        self._library.refresh(name)
        return self[name]

    def import_from(
        self, source: str, name: str, progress: bool = False, **options: Any
    ) -> Collection:
        """Import from any source by its name, as a collection; an existing one grows.

        ``source`` is folder, nga, demo, or one that a package registered; ``options`` are those of
        ``artsim collection import SOURCE``, with ``_`` for ``-``.

        >>> artsim.open().import_from("demo", "drawn", size=8)
        <Collection 'drawn': 8 works>
        """
        SOURCES.get(source)
        do(self._library.workspace, f"{IMPORT}{source}", {"name": name, **options}, progress)
        self._library.refresh(name)
        return self[name]

    def demo(
        self,
        name: str = "demo",
        size: int = 360,
        seed: int = 0,
        backbone: str = "efficientnet_lite0",
        progress: bool = False,
    ) -> Collection:
        """Draw the demo collection of ``size`` works (8 or more) and embed it."""
        values = {"name": name, "size": size, "seed": seed, "backbone": backbone}
        do(self._library.workspace, "demo", values, progress)
        self._library.refresh(name)
        return self[name]

    def train(
        self,
        source: str | os.PathLike[str] | Collection,
        backbone: str,
        name: str,
        progress: bool = False,
        **options: Any,
    ) -> dict[str, Any]:
        """Train a backbone on a collection, or a folder of pictures, and publish it as ``name``.

        ``options`` are those of ``artsim train``: recipe, labels, epochs, image_size, batch_size,
        learning_rate and so on. Returns what ``artsim train --json`` prints: ``name``,
        ``folder``, ``metrics`` reached and ``base``, the same figures before training. Killed at
        any moment, the same call with ``resume=True`` goes on from the last whole epoch.
        """
        if isinstance(source, Collection):
            source = source.name
        elif isinstance(source, os.PathLike):
            source = str(Path(source).expanduser().absolute())
        values = {"source": source, "backbone": backbone, "name": name, **options}
        done = do(self._library.workspace, "train", values, progress)
        if not done:  # another process of the training returns its summary
            return {"name": name}
        run = load_training(self._library.workspace, name)
        return {"name": name, "folder": str(run.folder.parent), **(run.summary or {})}


def open_workspace(path: str | os.PathLike[str] | None = None) -> Workspace:
    """The workspace at ``path``, else the one that ARTSIM_HOME names, else ``data`` here.

    The folder is made if there is none. Raises ``artsim.InvalidInput`` if it cannot be made.

    >>> artsim.open()["demo"].name
    'demo'
    """
    root = None if path is None else Path(path)
    return Workspace(open_library(workspace.Workspace.open(root)))
