"""From the best epoch to a backbone: parts, weights, figures, model card, one folder."""

import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from safetensors.torch import load_file

from artsim.backbones.checkpoint import save_checkpoint
from artsim.backbones.network import EmbeddingNetwork, tensors
from artsim.backbones.spec import BackboneSpec
from artsim.core.progress import Progress
from artsim.core.version import code_version
from artsim.core.workspace import Workspace
from artsim.training import record
from artsim.training.base import Base
from artsim.training.batches import Share
from artsim.training.callbacks import BEST
from artsim.training.card import model_card
from artsim.training.config import TrainConfig
from artsim.training.data import Data
from artsim.training.files import write_json
from artsim.training.fit import Ended, material_batches
from artsim.training.folder import publish_folder
from artsim.training.module import FineTuning
from artsim.training.parts import GENERAL, Parts, embedded, make_parts, with_parts
from artsim.training.recipes import Recipe

_MOST_SEARCHED = 20_000  # training works embedded at the end: more cost memory and tell no more


@dataclass(frozen=True)
class Result:
    """A trained backbone: where it is, how it is described, and what the training reached."""

    name: str
    folder: Path
    spec: BackboneSpec
    summary: dict[str, Any] = field(repr=False)


def publish(
    workspace: Workspace,
    folder: Path,
    config: TrainConfig,
    recipe: Recipe,
    base: Base,
    data: Data,
    module: FineTuning,
    ended: Ended,
    workers: int,
    progress: Progress,
) -> Result:
    """Make a backbone of the best weights in ``folder`` and publish it in one step."""
    module.load_state_dict(load_file(folder / BEST))
    notes = list(data.notes)
    material = data.material(_MOST_SEARCHED, config.seed)
    if len(material.gallery) < len(data.split.train):
        notes.append(
            f"Figures and the general part are of {len(material.gallery):,} of "
            f"{len(data.split.train):,} works trained on."
        )
    batches = material_batches(data.pixels.images, material.rows, recipe, Share(), workers)
    colours = (base.spec.mean, base.spec.std)
    pooled = embedded(module.network, batches, colours, progress, "Embedding with the best epoch")
    progress.say("Choosing the parts of the embedding.")
    known = {label: one.same for label, one in data.labels.items()} | {GENERAL: data.kin}
    made = make_parts(pooled, module.heads.affine(), known, material, recipe, notes)
    before: dict[str, float] = {}
    if recipe.base and config.pretrained:
        network = base.network().to(module.device)
        plain = embedded(network, batches, colours, progress, "Embedding as before", whole=True)
        before = material.figures(plain)
    summary = _summary(config, data, module, ended, made, before, notes, folder)
    network = with_parts(module.network, base.spec.pooling, made)
    spec = _spec(config, recipe, base, data, network, made, summary)
    write_json(folder / record.SUMMARY, summary)
    saved = _save(folder, spec, network, model_card(spec, config, recipe, summary))
    target = record.published_folder(workspace, config.name)
    publish_folder(saved, folder, target)
    return Result(config.name, target, spec, summary)


def _save(folder: Path, spec: BackboneSpec, network: EmbeddingNetwork, card: str) -> Path:
    aside = folder / "publish" / spec.name
    shutil.rmtree(aside, ignore_errors=True)  # what a kill left
    save_checkpoint(aside, spec, tensors(network), half=True, readme=card)
    return aside


def _spec(
    config: TrainConfig,
    recipe: Recipe,
    base: Base,
    data: Data,
    network: EmbeddingNetwork,
    made: Parts,
    summary: dict[str, Any],
) -> BackboneSpec:
    start = f"{config.backbone} ({base.spec.origin})" if config.pretrained else "no weights"
    origin = (
        f"Trained by artsim {code_version()} from {start} on {data.source}, data fingerprint "
        f"{data.fingerprint[:16]}"
    )
    return data.spec.model_copy(
        update={
            "name": config.name,
            "family": base.spec.family,
            "input_size": recipe.embed_size,
            "pooling": base.spec.pooling,
            "stages": network.stages,
            "parts": made.parts,
            "dimension": sum(part.dimension for part in made.parts),
            "licence": base.spec.licence,
            "origin": origin[:500],
            "labels": {label: one.names for label, one in data.labels.items()},
            "metrics": summary["metrics"],
        }
    )


def _summary(
    config: TrainConfig,
    data: Data,
    module: FineTuning,
    ended: Ended,
    made: Parts,
    before: dict[str, float],
    notes: list[str],
    folder: Path,
) -> dict[str, Any]:
    rows = record.read_rows(folder / record.METRICS)
    best = next((row for row in rows if row["epoch"] == ended.best_epoch), {})
    kept = {k: v for k, v in best.items() if v is not None and k.startswith(("accuracy", "macro"))}
    if ended.stopped == "nan":
        notes.append("The loss became no number: the best epoch before that is published.")
    figures = {name: round(float(value), 6) for name, value in (kept | made.figures).items()}
    return {
        "best_epoch": ended.best_epoch,
        "epochs": ended.epochs,
        "stopped": ended.stopped,
        "seconds": round(sum(row["seconds"] or 0.0 for row in rows), 1),
        "source": data.source,
        "images": {
            "train": len(data.split.train),
            "validation": len(data.split.validation),
            "unseen": len(data.split.unseen),
        },
        "classes": {label: len(one.names) for label, one in module.labels.items()},
        "metrics": figures,
        "base": {name: round(float(value), 6) for name, value in before.items()},
        "parts": {part.name: part.weight for part in made.parts},
        "data_fingerprint": data.fingerprint,
        "code_version": code_version(),
        "backbone": config.backbone,
        "notes": notes,
    }
