"""Everything that packages can add to artsim: one registry a kind."""

from typing import Any

from artsim.backbones.own import OWN
from artsim.collection.export import EXPORTS
from artsim.core.plugins import Entry, Registry
from artsim.evaluation.config import RELEVANCES
from artsim.evaluation.metric import METRICS
from artsim.tasks.sources import SOURCES
from artsim.training.recipes import LOSSES

REGISTRIES: tuple[Registry[Any], ...] = (SOURCES, OWN, RELEVANCES, METRICS, EXPORTS, LOSSES)


def entries() -> list[Entry]:
    """Every entry of every registry, with one sentence where it cannot be used."""
    return [entry for registry in REGISTRIES for entry in registry.entries()]
