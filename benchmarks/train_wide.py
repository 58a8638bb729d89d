"""The checkpoint artsim-lite0-wide: artsim-lite0's trained network, its embedding composed anew.

What a training with the options ``covariances`` and ``beside`` ends in, without training again.
"""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np

from artsim.backbones import fitted, fitted_record
from artsim.backbones.network import EmbeddingNetwork, load_tensors, read_tensors
from artsim.backbones.registry import resolve
from artsim.core.progress import Progress
from artsim.core.workspace import Workspace
from artsim.training import record
from artsim.training.affine import AffineMap
from artsim.training.base import find_base
from artsim.training.card import Provenance
from artsim.training.compose import compose
from artsim.training.config import TrainConfig
from artsim.training.data import DataRequest, prepare, squashed
from artsim.training.description import describe
from artsim.training.files import write_json
from artsim.training.fit import FittedNetwork, Outcome
from artsim.training.publish import Destination, Result, publish
from artsim.training.recipes import recipe_of
from benchmarks.train_data import PUBLISHED

TRAINED, NAME = "artsim-lite0", "artsim-lite0-wide"
OPTIONS = {"covariances": 32.0, "beside": 1.0}


def composed(workspace: Workspace, folder: Path, progress: Progress) -> Result:
    """Publish it in the workspace, fitted on the pictures of ``folder`` (benchmarks.train_data)."""
    run = PUBLISHED / TRAINED / record.RUN
    former = record.read_config(run)
    options = former["options"] | OPTIONS
    config = TrainConfig(
        source=str(folder),
        backbone=former["backbone"],
        name=NAME,
        epochs=former["epochs"],
        batch_size=former["batch_size"],
        seed=former["seed"],
        options=options,
    )
    base = find_base(workspace, config.backbone)
    recipe = recipe_of(config, base.spec.input_size)
    request = DataRequest(config.source, config.labels, config.division)
    spec = squashed(base.spec, max(recipe.embed_size, recipe.image_size))
    data = prepare(workspace, request, spec, progress)
    trained = resolve(workspace, TRAINED)
    network = EmbeddingNetwork(trained.architecture, trained.pooling, trained.stages)
    load_tensors(network, read_tensors(trained), TRAINED, trunk_only=True)
    summary = json.loads((run / fitted_record.SUMMARY).read_text(encoding="utf-8"))
    outcome = Outcome(summary["stopped"], summary["best_epoch"], summary["epochs"])
    nothing = AffineMap(np.zeros((1, 1)), np.zeros(1))
    network_fitted = FittedNetwork(network, dict.fromkeys(data.labels, nothing), outcome, 1)
    backbone = compose(network_fitted, data, recipe.design, base, True, progress)
    told = f"The trained network is that of {TRAINED}; only the embedding was composed anew."
    backbone = replace(backbone, notes=(told, *backbone.notes))

    running = record.running_folder(workspace, NAME)
    running.mkdir(parents=True)
    for name in record.KEPT:
        if (run / name).is_file():
            shutil.copy2(run / name, running / name)
    changed = {"name": NAME, "options": options, "recipe_numbers": recipe.model_dump()}
    write_json(running / fitted_record.CONFIG, former | changed)
    own = fitted_record.Step("training", NAME, data.seen_works(), recipe.refit)
    steps = [own, *fitted.inherited(workspace, "start", config.backbone)]
    fitted_record.write(running, steps)
    provenance = Provenance(
        name=NAME,
        backbone=config.backbone,
        pretrained=True,
        teacher=None,
        recipe=recipe.name,
        image_size=recipe.image_size,
        seed=config.seed,
        refit=recipe.refit,
        not_known=fitted_record.not_known(steps),
    )
    description = describe(backbone, data, provenance, record.read_rows(running / record.METRICS))
    published = record.published_folder(workspace, NAME)
    return publish(backbone.network, description, Destination(running, published))
