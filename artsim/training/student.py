"""The network that learns, with random heads on it, and the teacher where there is one."""

from collections.abc import Mapping

import torch

from artsim.training import lora
from artsim.training.base import Base
from artsim.training.heads import Heads, SeedHeads
from artsim.training.module import Student, Teacher
from artsim.training.recipes import Recipe
from artsim.training.split import Classes


def build_student(
    base: Base, labels: Mapping[str, Classes], recipe: Recipe, seed: int, teacher: Base | None
) -> Student:
    """The network of ``base`` with heads that ``seed`` draws, for each of ``labels``."""
    torch.manual_seed(seed)
    network = base.student(recipe.stages, recipe.embed_size).to(memory_format=torch.channels_last)
    if recipe.lora:
        lora.add_adapters(network.trunk, recipe.lora)
    counts = {label: len(one.names) for label, one in labels.items()}
    colours = (base.spec.mean, base.spec.std)
    if recipe.name == "seed":
        first = next(iter(counts))
        one = SeedHeads(network.pooled_dimension, {first: counts[first]}, recipe.dimension)
        return Student(network, one, colours)
    length = teacher.spec.dimension if teacher else 0
    heads = Heads(network.pooled_dimension, counts, recipe.dimension, length)
    return Student(
        network, heads, colours, _teacher(teacher, recipe.image_size) if teacher else None
    )


def _teacher(base: Base, side: int) -> Teacher:
    network = base.network(side).to(memory_format=torch.channels_last)
    return Teacher(network, (base.spec.mean, base.spec.std))
