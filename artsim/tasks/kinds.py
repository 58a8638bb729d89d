"""The kinds of jobs: which config each takes and which function does it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import BaseModel, ValidationError

from artsim.collection.sources.base import Source
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.fields import invalid
from artsim.core.lazy import lazy
from artsim.core.plugins import plugin
from artsim.core.progress import Progress
from artsim.core.workspace import Workspace
from artsim.evaluation.config import EvaluateConfig
from artsim.maps.config import MapConfig
from artsim.people.roles import Action
from artsim.search.config import IndexConfig
from artsim.tasks.configs import (
    DemoConfig,
    EmbedConfig,
    ImportAndEmbedConfig,
    ImportFolderConfig,
    NgaFirstConfig,
    NgaImportConfig,
    PatchesConfig,
    SyncConfig,
)
from artsim.tasks.sources import SOURCES, import_config, options_of, source_of
from artsim.training.config import TrainConfig
from artsim.training.packages import check_installed
from artsim.training.wikiart.config import PrepareWikiartConfig

if TYPE_CHECKING:
    from artsim import library
    from artsim.backbones import build_patches, embed, one_pass
    from artsim.collection import importer, quality, store
    from artsim.evaluation import runs
    from artsim.maps import make
    from artsim.search import build_index as building
    from artsim.tasks import first_look
    from artsim.tasks import sync as syncing
    from artsim.training import finetune, possible
    from artsim.training.wikiart import prepare
else:
    build_patches = lazy("artsim.backbones.build_patches")
    building = lazy("artsim.search.build_index")
    embed = lazy("artsim.backbones.embed")
    first_look = lazy("artsim.tasks.first_look")
    finetune = lazy("artsim.training.finetune")
    importer = lazy("artsim.collection.importer")
    library = lazy("artsim.library")
    make = lazy("artsim.maps.make")
    one_pass = lazy("artsim.backbones.one_pass")
    possible = lazy("artsim.training.possible")
    prepare = lazy("artsim.training.wikiart.prepare")
    quality = lazy("artsim.collection.quality")
    runs = lazy("artsim.evaluation.runs")
    syncing = lazy("artsim.tasks.sync")
    store = lazy("artsim.collection.store")

IMPORT = "import_"  # before the name of a source
Run = Callable[[Workspace, Any, Progress], str]


@dataclass(frozen=True)
class Kind:
    """``run`` does the work of ``config`` and returns one sentence about the result.

    ``action`` is the permission that people need for it; None allows nobody. ``names`` is the field
    of the config that names the collection. ``check`` raises the sentence why a config cannot work,
    before it is queued.
    """

    name: str
    title: str
    config: type[BaseModel]
    run: Run
    action: Action | None = None
    names: str = "collection"
    check: Callable[[Workspace, Any], None] | None = None


def importing(source: str) -> Run:
    """What imports from a source of SOURCES into a collection."""

    def run(workspace: Workspace, config: Any, progress: Progress) -> str:
        opened = source_of(workspace, source, config)
        return _import(workspace, config, opened, progress, options_of(source, config))

    return run


def import_and_embed(workspace: Workspace, config: NgaFirstConfig, progress: Progress) -> str:
    """Import NGA works, embed, map and evaluate them, and show them first."""
    first = first_look.backbones_of(workspace, config.backbone)[0]
    with_first = config.model_copy(update={"embed": config.embed or first})
    imported = importing("nga")(workspace, with_first, progress)
    ready = first_look.make_ready(workspace, config.name, config.backbone, progress)
    if config.show_first:
        workspace.show_first(config.name)
    return f"{imported} {ready}"


def import_folder_and_embed(
    workspace: Workspace, config: ImportAndEmbedConfig, progress: Progress
) -> str:
    """Import pictures and embed them."""
    both = config.model_copy(update={"embed": config.backbone})
    return importing("folder")(workspace, both, progress)


def sync(workspace: Workspace, config: SyncConfig, progress: Progress) -> str:
    """Read again what a collection came from."""
    return syncing.sync_collection(workspace, config, progress)


def demo(workspace: Workspace, config: DemoConfig, progress: Progress) -> str:
    """Draw the demo collection, embed, map and evaluate it."""
    source = source_of(workspace, "demo", config)
    options = options_of("demo", config)
    first = first_look.backbones_of(workspace, config.backbone)[0]
    importer.import_collection(
        workspace,
        config.name,
        source,
        progress=progress,
        options=options,
        alongside=one_pass.one_pass(workspace, first),
    )
    ready = first_look.make_ready(workspace, config.name, config.backbone, progress)
    if not workspace.first_collection:
        workspace.show_first(config.name)
    return ready


def embed_collection(workspace: Workspace, config: EmbedConfig, progress: Progress) -> str:
    """Embed what is not embedded yet."""
    elsewhere = None
    if config.engine == "ray":
        elsewhere = plugin("artsim.embedders", "ray")(config.address, progress, config.inference)
    report = embed.embed_collection(
        workspace,
        store.Collection.open(workspace, config.collection),
        config.backbone,
        progress=progress,
        batch_size=config.batch_size,
        elsewhere=elsewhere,
        inference=config.inference,
    )
    if not report.embedded and not report.failed:
        return f"Everything in {config.collection!r} was embedded with {config.backbone} already."
    inference = f", {report.inference}" if report.inference else ""
    works = count(report.embedded, "work")
    text = (
        f"Embedded {works} of {config.collection!r} with {config.backbone}"
        f" ({report.images_per_second:.1f} a second{inference})."
    )
    return f"{text} {report.failed:,} could not be embedded." if report.failed else text


def patches(workspace: Workspace, config: PatchesConfig, progress: Progress) -> str:
    """Make the patches of pictures that have none yet."""
    collection = store.Collection.open(workspace, config.collection)
    report = build_patches.build_patches(
        workspace, collection, config.backbone, progress, config.anew
    )
    failed = f" {count(report.failed, 'picture')} could not be used." if report.failed else ""
    if not report.pictures and not report.failed:
        return f"Every picture of {config.collection!r} had patches of {config.backbone} already."
    return (
        f"Made the patches of {count(report.pictures, 'picture')} of {config.collection!r} "
        f"with {config.backbone}, {report.bytes_each / 1000:.1f} kB each, in "
        f"{report.seconds:.0f} s.{failed}"
    )


def evaluate(workspace: Workspace, config: EvaluateConfig, progress: Progress) -> str:
    """Evaluate backbones and store the run."""
    found = runs.evaluate_and_keep(library.open_library(workspace), config, progress)
    shown = ", ".join(config.backbones)
    return f"Evaluated {config.collection!r} with {shown}: kept as {found.id}."


def draw_map(workspace: Workspace, config: MapConfig, progress: Progress) -> str:
    """Make a map and store it."""
    info = make.make_map(library.open_library(workspace), config, progress)
    shown = config.backbone + (f" and {config.beside}" if config.beside else "")
    works = count(info.works, "work")
    return f"The map of {works} of {config.collection!r} with {shown} is ready."


def build_index(workspace: Workspace, config: IndexConfig, progress: Progress) -> str:
    """Build an approximate index and store it."""
    here = library.open_library(workspace)
    gallery = here.gallery(config.collection, config.backbone)
    collection = here.collection(config.collection)
    info = building.build_index(collection, gallery, config.metric, progress, config.anew)
    used = "" if info.trusted else ", too little to be used: searches stay exact"
    return (
        f"The index of {count(info.works, 'work')} of {config.collection!r} with "
        f"{config.backbone} finds {info.recall_at_10:.1%} of the ten nearest{used}."
    )


def prepare_wikiart(workspace: Workspace, config: PrepareWikiartConfig, progress: Progress) -> str:
    """Choose styles and split them into train, val and test folders."""
    done = prepare.prepare_wikiart(workspace, config, progress).report
    pictures, styles = count(done["images"], "picture"), count(done["styles_kept"], "style")
    return f"Prepared {pictures} of {styles} in {config.out}."


def check_training(workspace: Workspace, config: TrainConfig) -> None:
    """Raise the sentence why a training cannot work."""
    possible.check(workspace, config)


def train(workspace: Workspace, config: TrainConfig, progress: Progress) -> str:
    """Train a backbone and publish it; "" from a process that only helps another."""
    check_installed()
    found = finetune.finetune(workspace, config, progress)
    if found is None:
        return ""
    ended = {"early": ", stopped early", "nan": ", until the loss became not a number"}
    summary = found.summary
    return (
        f"Trained {config.name!r} from {config.backbone} on {summary['source']}: epoch "
        f"{summary['best_epoch']} of {summary['epochs']} is the best"
        f"{ended.get(summary['stopped'], '')}, mAP@10 {summary['metrics']['map10_mean']:.3f}."
    )


def _import(
    workspace: Workspace, config: Any, source: Source, progress: Progress, options: dict[str, Any]
) -> str:
    name = config.name
    alongside = one_pass.one_pass(workspace, config.embed) if config.embed else None
    report = importer.import_collection(
        workspace,
        name,
        source,
        thresholds=quality.Thresholds.model_validate(config.thresholds),
        quality=config.quality,
        progress=progress,
        options=options,
        yes=config.yes,
        alongside=alongside,
        title=config.title,
    )
    if report.rejected and not report.kept + report.converted + report.duplicates:
        raise InvalidInput(
            f"No work was made in {name!r}: {count(report.rejected, 'file')} left out, none "
            "kept. The cleaning desk shows each with its reason, and can keep it "
            f"('artsim quality {name}')."
        )
    imported = (
        f"{name!r}: {count(report.read, 'file')} read, {report.kept:,} kept, "
        f"{report.converted:,} converted, {report.rejected:,} rejected, "
        f"{report.duplicates:,} merged as copies; {report.changes}."
    )
    if not config.embed:
        return imported
    # Also works without an embedding from before, further pictures, and those left by a kill.
    collection = store.Collection.open(workspace, name)
    ready = alongside.runtime if alongside else None
    rest = embed.embed_collection(workspace, collection, config.embed, progress, ready=ready)
    failed = f" {rest.failed:,} could not be embedded." if rest.failed else ""
    there = count(rest.skipped + rest.embedded, "work")
    inference = f" ({ready.inference})" if ready else ""
    return f"{imported} Embedded with {config.embed}: {there}{inference}.{failed}"


KINDS: Mapping[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "import_folder",
            "Import pictures",
            ImportFolderConfig,
            importing("folder"),
            Action.IMPORT,
            "name",
        ),
        Kind(
            "import_folder_and_embed",
            "Import and embed pictures",
            ImportAndEmbedConfig,
            import_folder_and_embed,
            Action.IMPORT,
            "name",
        ),
        Kind(
            "import_nga",
            "Import NGA works",
            NgaImportConfig,
            importing("nga"),
            Action.IMPORT,
            "name",
        ),
        Kind(
            "import_and_embed",
            "Import and embed NGA works",
            NgaFirstConfig,
            import_and_embed,
            Action.IMPORT,
            "name",
        ),
        Kind("sync", "Read the source again", SyncConfig, sync, Action.IMPORT),
        Kind("demo", "Build the demo collection", DemoConfig, demo, Action.IMPORT, "name"),
        Kind("embed", "Embed", EmbedConfig, embed_collection, Action.PREPARE),
        Kind("patches", "Prepare regions", PatchesConfig, patches, Action.PREPARE),
        Kind("train", "Train", TrainConfig, train, Action.TRAIN, check=check_training),
        Kind("evaluate", "Evaluate", EvaluateConfig, evaluate, Action.EVALUATE),
        Kind("map", "Draw a map", MapConfig, draw_map, Action.PREPARE),
        Kind("index", "Build an index", IndexConfig, build_index, Action.PREPARE),
        Kind(
            "prepare_wikiart",
            "Prepare WikiArt",
            PrepareWikiartConfig,
            prepare_wikiart,
            Action.TRAIN,
        ),
    )
}


def kind_named(name: str) -> Kind:
    """The kind called ``name``; raises InvalidInput that lists them.

    ``import_NAME`` imports from a source of a package.
    """
    source = name.removeprefix(IMPORT)
    if name not in KINDS and name.startswith(IMPORT) and source in SOURCES.names():
        title = f"Import from {SOURCES.get(source).title}"
        return Kind(name, title, import_config(source), importing(source), Action.IMPORT, "name")
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
