"""A collection as it is met first: embedded, with a map and an evaluation, so no page is empty."""

from typing import TYPE_CHECKING

from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy
from artsim.core.progress import Progress
from artsim.core.workspace import Workspace
from artsim.evaluation.config import EvaluateConfig
from artsim.maps.config import MapConfig

if TYPE_CHECKING:
    from artsim import library
    from artsim.backbones import embed
    from artsim.collection import store
    from artsim.evaluation import runs
    from artsim.maps import make
else:
    embed = lazy("artsim.backbones.embed")
    library = lazy("artsim.library")
    make = lazy("artsim.maps.make")
    runs = lazy("artsim.evaluation.runs")
    store = lazy("artsim.collection.store")


def backbones_of(workspace: Workspace, frozen: str) -> tuple[str, ...]:
    """What a first collection is embedded with: artsim's own best backbone, and a frozen one."""
    own = library.open_library(workspace).best_offline()
    return tuple(dict.fromkeys(name for name in (own, frozen) if name))


def is_ready(workspace: Workspace, name: str, frozen: str) -> bool:
    """Whether nothing of it is missing; raises NotFound where there is no such collection."""
    here = library.open_library(workspace)
    info, backbones = here.info(name), backbones_of(workspace, frozen)
    counts = {e.backbone: e.count for e in info.embeddings}
    embedded = all(counts.get(backbone, 0) >= info.with_image for backbone in backbones)
    return embedded and bool(here.maps(name)) and _is_evaluated(workspace, name)


def make_ready(workspace: Workspace, name: str, frozen: str, progress: Progress) -> str:
    """Do what is missing of it; returns a sentence about what there is now.

    Too few works for a map or an evaluation are no failure: the sentence says so.
    """
    here, backbones = library.open_library(workspace), backbones_of(workspace, frozen)
    for backbone in backbones:
        collection = store.Collection.open(workspace, name)
        embed.embed_collection(workspace, collection, backbone, progress=progress)
        here.refresh(name)

    def evaluate() -> None:
        if not _is_evaluated(workspace, name):
            config = EvaluateConfig(collection=name, backbones=backbones)
            runs.evaluate_and_keep(here, config, progress)

    def draw() -> None:
        if not here.maps(name):
            best = here.best_backbone(name)
            make.make_map(here, MapConfig(collection=name, backbone=best), progress)

    works = count(here.info(name).with_image, "work")
    said = [f"{works} of {name!r} embedded with {' and '.join(backbones)}"]
    # The evaluation decides which backbone is the best, and the map is drawn with that one.
    for what, do in (("evaluation", evaluate), ("map", draw)):
        try:
            do()
        except InvalidInput as error:
            said.append(f"there is no {what}: {str(error).rstrip('.')}")
        else:
            said.append(f"{'an' if what == 'evaluation' else 'a'} {what} is ready")
    return f"{'; '.join(said)}."


def _is_evaluated(workspace: Workspace, name: str) -> bool:
    here = library.open_library(workspace)
    return any(run.collection == name for run in here.evaluations())
