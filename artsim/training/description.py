"""What is said of a fitted backbone: its spec, the summary of its training, and its model card."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from artsim.backbones.spec import TRAINED_HERE, BackboneSpec
from artsim.core.version import code_version
from artsim.training.card import Provenance, model_card
from artsim.training.compose import FittedBackbone
from artsim.training.data import TrainingData

_LONGEST_ORIGIN = 500  # as spec.py allows


@dataclass(frozen=True)
class Description:
    """``spec`` for backbone.json, ``summary`` for summary.json, ``card`` for README.md."""

    spec: BackboneSpec
    summary: Mapping[str, Any] = field(repr=False)
    card: str = field(repr=False)


def describe(
    backbone: FittedBackbone,
    data: TrainingData,
    provenance: Provenance,
    epochs: Sequence[Mapping[str, float | None]],
) -> Description:
    """Describe ``backbone``; ``epochs`` are the lines of metrics.csv."""
    summary = _summary(backbone, data, provenance.backbone, epochs)
    spec = _spec(backbone, data, provenance, summary["metrics"])
    return Description(spec, summary, model_card(spec, provenance, summary))


def _spec(
    backbone: FittedBackbone,
    data: TrainingData,
    provenance: Provenance,
    metrics: Mapping[str, float],
) -> BackboneSpec:
    start = "no weights"
    if provenance.pretrained:
        start = f"{provenance.backbone} ({data.spec.origin})"
    origin = (
        f"{TRAINED_HERE} {code_version()} from {start} on {data.source}, data fingerprint "
        f"{data.fingerprint[:16]}"
    )
    return data.spec.model_copy(
        update={
            "name": provenance.name,
            "input_size": backbone.input_size,
            "stages": backbone.network.stages,
            "covariances": backbone.network.covariances,
            "beside": backbone.network.companion,
            "parts": backbone.parts,
            "dimension": sum(part.dimension for part in backbone.parts),
            "origin": origin[:_LONGEST_ORIGIN],
            "labels": {label: one.names for label, one in data.labels.items()},
            "metrics": metrics,
        }
    )


def _summary(
    backbone: FittedBackbone,
    data: TrainingData,
    start: str,
    epochs: Sequence[Mapping[str, float | None]],
) -> dict[str, Any]:
    outcome = backbone.outcome
    best = next((row for row in epochs if row["epoch"] == outcome.best_epoch), {})
    figures = {
        name: value
        for name, value in best.items()
        if value is not None and name.startswith(("accuracy", "macro"))
    }
    return {
        "best_epoch": outcome.best_epoch,
        "epochs": outcome.epochs,
        "stopped": outcome.stopped,
        "seconds": round(sum(row["seconds"] or 0.0 for row in epochs), 1),
        "source": data.source,
        "images": {
            "train": len(data.split.train),
            "validation": len(data.split.validation),
            "unseen": len(data.split.unseen),
        },
        "classes": {label: len(one.names) for label, one in data.labels.items()},
        "metrics": _rounded(figures | dict(backbone.figures)),
        "base": _rounded(backbone.base_figures),
        "parts": {part.name: part.weight for part in backbone.parts},
        "shrinkage": dict(backbone.shrinkage),
        "data_fingerprint": data.fingerprint,
        "code_version": code_version(),
        "backbone": start,
        "notes": list(backbone.notes),
    }


def _rounded(figures: Mapping[str, float]) -> dict[str, float]:
    return {name: round(float(value), 6) for name, value in figures.items()}
