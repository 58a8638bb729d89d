"""The kinds of jobs: which config each takes and which function does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from artsim.collection.sources.base import Source
from artsim.core.errors import InvalidInput
from artsim.core.fields import invalid
from artsim.core.plugins import plugin
from artsim.core.progress import Progress
from artsim.core.workspace import Workspace
from artsim.evaluation.config import EvaluateConfig
from artsim.maps.config import MapConfig
from artsim.search.config import IndexConfig
from artsim.tasks.configs import (
    DemoConfig,
    EmbedConfig,
    ImportFolderConfig,
    NgaFirstConfig,
    NgaImportConfig,
)
from artsim.tasks.sources import SOURCES, import_config, source_of
from artsim.training.config import TrainConfig
from artsim.training.wikiart.config import PrepareWikiartConfig

IMPORT = "import_"  # before the name of a source
Run = Callable[[Workspace, Any, Progress], str]


@dataclass(frozen=True)
class Kind:
    """``run`` does the work of ``config`` and returns one sentence on what came of it."""

    name: str
    title: str
    config: type[BaseModel]
    run: Run


def importing(source: str) -> Run:
    """What imports from a source of SOURCES into a collection."""

    def run(workspace: Workspace, config: Any, progress: Progress) -> str:
        return _import(workspace, config, source_of(workspace, source, config), progress)

    return run


def import_and_embed(workspace: Workspace, config: NgaFirstConfig, progress: Progress) -> str:
    """Import NGA works, embed them and show them first."""
    imported = importing("nga")(workspace, config, progress)
    embed = EmbedConfig(collection=config.name, backbone=config.backbone)
    embedded = embed_collection(workspace, embed, progress)
    if config.show_first:
        workspace.show_first(config.name)
    return f"{imported} {embedded}"


def demo(workspace: Workspace, config: DemoConfig, progress: Progress) -> str:
    """Draw the demo collection and embed it."""
    from artsim.collection.importer import import_collection

    source = source_of(workspace, "demo", config)
    import_collection(workspace, config.name, source, progress=progress)
    embed = EmbedConfig(collection=config.name, backbone=config.backbone)
    embedded = embed_collection(workspace, embed, progress)
    if not workspace.first_collection:
        workspace.show_first(config.name)
    return embedded


def embed_collection(workspace: Workspace, config: EmbedConfig, progress: Progress) -> str:
    """Embed what is not embedded yet."""
    from artsim.backbones.embed import embed_collection as embed
    from artsim.collection.store import Collection

    elsewhere = None
    if config.engine == "ray":
        elsewhere = plugin("artsim.embedders", "ray")(config.address, progress, config.inference)
    report = embed(
        workspace,
        Collection.open(workspace, config.collection),
        config.backbone,
        progress=progress,
        batch_size=config.batch_size,
        elsewhere=elsewhere,
        inference=config.inference,
    )
    if not report.embedded and not report.failed:
        return f"Everything in {config.collection!r} was embedded with {config.backbone} already."
    inference = f", {report.inference}" if report.inference else ""
    text = (
        f"Embedded {report.embedded:,} works of {config.collection!r} with {config.backbone}"
        f" ({report.images_per_second:.1f} a second{inference})."
    )
    return f"{text} {report.failed:,} could not be embedded." if report.failed else text


def evaluate(workspace: Workspace, config: EvaluateConfig, progress: Progress) -> str:
    """Evaluate backbones and keep the run."""
    from artsim.evaluation.runs import evaluate_and_keep
    from artsim.library import open_library

    found = evaluate_and_keep(open_library(workspace), config, progress)
    shown = ", ".join(config.backbones)
    return f"Evaluated {config.collection!r} with {shown}: kept as {found.id}."


def draw_map(workspace: Workspace, config: MapConfig, progress: Progress) -> str:
    """Make a map and keep it."""
    from artsim.library import open_library
    from artsim.maps.make import make_map

    info = make_map(open_library(workspace), config, progress)
    shown = config.backbone + (f" and {config.beside}" if config.beside else "")
    return f"The map of {info.works:,} works of {config.collection!r} with {shown} is ready."


def build_index(workspace: Workspace, config: IndexConfig, progress: Progress) -> str:
    """Build an approximate index and keep it."""
    from artsim.library import open_library
    from artsim.search.build_index import build_index as build

    here = open_library(workspace)
    gallery = here.gallery(config.collection, config.backbone)
    collection = here.collection(config.collection)
    info = build(collection, gallery, config.metric, progress, config.anew)
    used = "" if info.trusted else ", too little to be used: searches stay exact"
    return (
        f"The index of {info.works:,} works of {config.collection!r} with {config.backbone} finds "
        f"{info.recall_at_10:.1%} of the ten nearest{used}."
    )


def prepare_wikiart(workspace: Workspace, config: PrepareWikiartConfig, progress: Progress) -> str:
    """Choose styles and split them into train, val and test folders."""
    from artsim.training.wikiart.prepare import prepare_wikiart as prepare

    done = prepare(workspace, config, progress).report
    return (
        f"Prepared {done['images']:,} pictures of {done['styles_kept']:,} styles in {config.out}."
    )


def train(workspace: Workspace, config: TrainConfig, progress: Progress) -> str:
    """Train a backbone and publish it; "" from a process that only helps another."""
    from artsim.training.finetune import finetune

    found = finetune(workspace, config, progress)
    if found is None:
        return ""
    ended = {"early": ", stopped early", "nan": ", until the loss became no number"}
    summary = found.summary
    return (
        f"Trained {config.name!r} from {config.backbone} on {summary['source']}: epoch "
        f"{summary['best_epoch']} of {summary['epochs']} is the best"
        f"{ended.get(summary['stopped'], '')}, mAP@10 {summary['metrics']['map10_mean']:.3f}."
    )


def _import(workspace: Workspace, config: Any, source: Source, progress: Progress) -> str:
    from artsim.collection.importer import import_collection
    from artsim.collection.quality import Thresholds

    name = config.name
    report = import_collection(
        workspace,
        name,
        source,
        thresholds=Thresholds.model_validate(config.thresholds),
        quality=config.quality,
        progress=progress,
    )
    if report.rejected and not report.kept + report.converted + report.duplicates:
        raise InvalidInput(
            f"Nothing could be imported into {name!r}: all {report.rejected:,} files were "
            f"rejected, and 'artsim quality {name}' says why."
        )
    return (
        f"{name!r}: {report.read:,} files read, {report.kept:,} kept, {report.converted:,} "
        f"converted, {report.rejected:,} rejected, {report.duplicates:,} merged as copies."
    )


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind("import_folder", "Import pictures", ImportFolderConfig, importing("folder")),
        Kind("import_nga", "Import NGA works", NgaImportConfig, importing("nga")),
        Kind("import_and_embed", "Import and embed NGA works", NgaFirstConfig, import_and_embed),
        Kind("demo", "Build the demo collection", DemoConfig, demo),
        Kind("embed", "Embed", EmbedConfig, embed_collection),
        Kind("train", "Train", TrainConfig, train),
        Kind("evaluate", "Evaluate", EvaluateConfig, evaluate),
        Kind("map", "Draw a map", MapConfig, draw_map),
        Kind("index", "Build an index", IndexConfig, build_index),
        Kind("prepare_wikiart", "Prepare WikiArt", PrepareWikiartConfig, prepare_wikiart),
    )
}


def kind_named(name: str) -> Kind:
    """The kind called ``name``; raises InvalidInput that lists them.

    ``import_NAME`` imports from a source of a package.
    """
    source = name.removeprefix(IMPORT)
    if name not in KINDS and name.startswith(IMPORT) and source in SOURCES.names():
        title = f"Import from {SOURCES.get(source).title}"
        return Kind(name, title, import_config(source), importing(source))
    if name not in KINDS:
        raise InvalidInput(f"{name[:40]!r} is no kind of job: use {', '.join(KINDS)}.")
    return KINDS[name]


def checked_config(kind: str, config: BaseModel | Mapping[str, Any]) -> BaseModel:
    """``config`` as the kind's own model; raises InvalidInput with one sentence."""
    model = kind_named(kind).config
    if type(config) is model:
        return config
    values = config.model_dump(exclude_unset=True) if isinstance(config, BaseModel) else config
    try:
        return model.model_validate(dict(values))
    except ValidationError as error:
        raise invalid(error) from error
