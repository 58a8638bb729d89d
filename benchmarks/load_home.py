"""The workspace that a crowd asks, and the right answers to what it asks."""

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from map_plot_kit import keep_map, made_collection, scattered

from artsim.backbones import registry
from artsim.collection.patch_store import patch_column
from artsim.collection.store import Collection, list_collections
from artsim.core.workspace import Workspace
from artsim.images.query_pictures import QueryPicture, keep, query_picture
from artsim.library import Library
from artsim.maps.selection import Shape, rows_in
from artsim.search.query import Query
from artsim.search.query_item import Item
from benchmarks.kit.processes import artsim_command

BACKBONE = "efficientnet_lite0"
DEMO = "demo"
ASKED_WITH = 60  # works a collection that people ask with
PICTURES = 8
OUTLINES = 12  # boxes drawn on a map
K = 12
PAGE = 36  # works on a page of all of them


@dataclass(frozen=True)
class Marked:
    """A result that is liked and one that is not, with what a search with both finds."""

    like: str
    unlike: str
    found: list[str]


@dataclass(frozen=True)
class Mapped:
    """A map: the works in each outline, and the nearest of each work that is placed on it."""

    works: int
    outlines: dict[str, set[str]]
    nearest: dict[str, list[str]]


@dataclass(frozen=True)
class Task:
    """What can be asked of a collection, each with the right answer.

    ``works`` and ``marked`` are by the work asked with; ``pictures`` are uploads by digest, each
    with the work that it is of. Regions are asked for where there are ``patches``. ``array`` is
    the size of the embeddings in bytes.
    """

    collection: str
    backbone: str
    works: dict[str, list[str]]
    pages: int
    array: int
    marked: dict[str, Marked] = field(default_factory=dict)
    pictures: dict[str, tuple[str, QueryPicture]] = field(default_factory=dict)
    patches: bool = False
    map: Mapped | None = None


def prepare(home: Path, works: int) -> None:
    """Build what is not there yet: the demo with patches, and made up embeddings with a map."""
    workspace = Workspace.open(home)
    if DEMO not in list_collections(workspace):
        artsim_command(home, DEMO, "--offline")
    best = Library(workspace).best_backbone(DEMO)
    artsim_command(home, "patches", DEMO, "--backbone", best)
    if works:
        name = prepared(home, works)
        library = Library(workspace)
        if not library.maps(name):
            digest = library.gallery(name, BACKBONE).column.digest
            keep_map(library, name, scattered(works), BACKBONE, digest=digest)


def prepared(home: Path, works: int) -> str:
    """The name of the collection of so many made up embeddings, which is built where it is not."""
    workspace, name = Workspace.open(home), f"made-{works}"
    if name not in list_collections(workspace):
        digest = str(registry.resolve(workspace, BACKBONE).digest)
        made_collection(workspace, name, works, BACKBONE, digest, dimension=1280)
    return name


def tasks(home: Path) -> list[Task]:
    """What is asked of each collection that is embedded."""
    library = Library(Workspace.open(home))
    return [task(library, info.name) for info in library.collections() if info.embeddings]


def task(library: Library, name: str) -> Task:
    """What is asked of one collection, with the backbone that the app begins with."""
    backbone = library.best_backbone(name)
    gallery = library.gallery(name, backbone)
    ids = gallery.ids[:: max(1, len(gallery.ids) // ASKED_WITH)][:ASKED_WITH]
    works = {asked: found(library, name, Query(backbone, id=asked, k=K)) for asked in ids}
    # Made up embeddings have neither patches nor anything to do with the pictures.
    patches = patch_column(library.collection(name), backbone, gallery.column.digest) is not None
    kept = ids[:: max(1, len(ids) // PICTURES)] if patches else []
    return Task(
        name,
        backbone,
        works,
        pages=-(-library.info(name).artworks // PAGE),
        array=gallery.matrix.nbytes,
        marked={asked: _marked(library, name, backbone, asked, works[asked]) for asked in ids},
        pictures=_pictures(library, name, kept),
        patches=patches,
        map=_mapped(library, name, backbone, ids),
    )


def found(library: Library, name: str, query: Query) -> list[str]:
    """Ids of the works that a search finds."""
    return [hit.id for hit in library.search(name, query).hits]


def _marked(library: Library, name: str, backbone: str, asked: str, hits: list[str]) -> Marked:
    like, unlike = hits[1], hits[-1]
    query = Query(backbone, like=(Item(asked), Item(like)), unlike=(Item(unlike),), k=K)
    return Marked(like, unlike, found(library, name, query))


def _pictures(library: Library, name: str, ids: list[str]) -> dict[str, tuple[str, QueryPicture]]:
    collection = Collection.open(library.workspace, name)
    kept = {}
    for asked in ids:
        picture = query_picture(collection.image(asked) or b"", "load.jpg")
        keep(library.workspace, picture)
        kept[picture.digest] = asked, picture
    return kept


def _mapped(library: Library, name: str, backbone: str, ids: list[str]) -> Mapped | None:
    """The map that the page opens first, with boxes round some of its works."""
    info = next(iter(library.maps(name)), None)
    if info is None or info.config.backbone != backbone:
        return None
    kept = library.map(name, info.id)
    points, names = np.asarray(kept.points), np.array(kept.ids)
    side = np.ptp(points, axis=0) / 4
    outlines = {}
    for middle in points[:: max(1, len(points) // OUTLINES)][:OUTLINES]:
        text = Shape("box", (tuple(middle - side / 2), tuple(middle + side / 2))).to_text()
        outlines[text] = set(names[rows_in(points, Shape.from_text(text))].tolist())
    nearest = {
        asked: names[library.placed(name, info.id, Query(backbone, id=asked, k=K)).rows].tolist()
        for asked in ids
    }
    return Mapped(len(names), outlines, nearest)
