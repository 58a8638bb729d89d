"""Model cards of the published checkpoints, written again: style without the artist's own works.

The figures are those of the parts fitted on the works trained on alone, as all figures of a card.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from artsim.backbones import fitted_record
from artsim.backbones.checkpoint import CARD, SPEC, read_checkpoint
from artsim.core import atomic
from artsim.core.workspace import Workspace
from artsim.training import record
from artsim.training.card import Provenance, model_card
from artsim.training.weights import joined
from benchmarks.pooled_works import parts_of, pooled_works
from benchmarks.train_data import PUBLISHED


def remade(workspace: Workspace, folder: Path) -> Iterator[str]:
    """Write each card with its figures on ``folder`` (benchmarks.train_data); yields its name."""
    for run in sorted(PUBLISHED.glob(f"*/{record.RUN}")):
        _remake(workspace, folder, run.parent)
        yield run.parent.name


def _remake(workspace: Workspace, folder: Path, published: Path) -> None:
    run = published / record.RUN
    summary = json.loads((run / fitted_record.SUMMARY).read_text(encoding="utf-8"))
    config = record.read_config(run)
    works = pooled_works(workspace, folder, published.name)
    weights = {part.name: part.weight for part in works.spec.parts}
    embedding = joined(parts_of(works), weights)
    summary["metrics"] |= _rounded(works.evaluation.figures_by_others(embedding))
    if summary["base"]:
        before = pooled_works(workspace, folder, config["backbone"])
        last = np.ascontiguousarray(before.pooled[:, -before.spec.dimension :])
        summary["base"] |= _rounded(before.evaluation.figures_by_others(last))
    spec = read_checkpoint(published).model_copy(update={"metrics": summary["metrics"]})
    numbers = config["recipe_numbers"]
    provenance = Provenance(
        name=published.name,
        backbone=config["backbone"],
        pretrained=config["pretrained"],
        teacher=config["teacher"],
        recipe=config["recipe"],
        image_size=numbers["image_size"],
        seed=config["seed"],
        refit=numbers["refit"],
        not_known=fitted_record.not_known(fitted_record.read(run) or ()),
    )
    atomic.write(run / fitted_record.SUMMARY, json.dumps(summary, indent=1))
    atomic.write(published / SPEC, spec.to_json())
    atomic.write(published / CARD, model_card(spec, provenance, summary))


def _rounded(figures: dict[str, float]) -> dict[str, Any]:
    return {name: round(value, 6) for name, value in figures.items()}
