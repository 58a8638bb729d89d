"""Everything about the works of one training: pictures, labels, who is trained on and who asks."""

from dataclasses import dataclass, field

import numpy as np

from artsim.backbones.spec import BackboneSpec
from artsim.core.progress import Progress
from artsim.core.workspace import Workspace
from artsim.training.base import Base
from artsim.training.config import TrainConfig
from artsim.training.examples import Examples, fingerprint, read_examples
from artsim.training.pixels import Pixels, cached_pixels
from artsim.training.recipes import Recipe
from artsim.training.retrieval import Material
from artsim.training.split import Classes, Codes, Split, classes, labelled, same_codes, split

_TOLD = 5  # pictures that cannot be read are told one by one up to so many


@dataclass(frozen=True)
class Data:
    """The works of a training; ``spec`` is how their pictures were preprocessed.

    ``kin`` int64 [N] says which works the general part holds together, -1 for none.
    """

    source: str
    ids: tuple[str, ...] = field(repr=False)
    spec: BackboneSpec
    pixels: Pixels = field(repr=False)
    split: Split = field(repr=False)
    labels: dict[str, Classes] = field(repr=False)
    artists: Codes = field(repr=False)
    groups: Codes = field(repr=False)
    kin: Codes = field(repr=False)
    fingerprint: str
    notes: list[str] = field(repr=False)

    def parts(self) -> list[tuple[str, str]]:
        """Each work's id and part: train, validation, unseen, or none for one left out."""
        part = dict.fromkeys(range(len(self.ids)), "none")
        for name in ("train", "validation", "unseen"):
            part |= dict.fromkeys(getattr(self.split, name).tolist(), name)
        return [(self.ids[row], name) for row, name in part.items()]

    def material(self, sample: int, seed: int) -> Material:
        """Who asks and who is searched: ``sample`` works trained on at most."""
        same = {label: one.same for label, one in self.labels.items()}
        return Material.of(self.split, self.groups, same, self.artists, sample, seed)


def read_data(
    workspace: Workspace, config: TrainConfig, recipe: Recipe, base: Base, progress: Progress
) -> Data:
    """Read, decode and divide the works that ``config`` names.

    Raises NotFound for an unknown source and InvalidInput where nothing can be learnt of it.
    """
    notes: list[str] = []
    examples = read_examples(workspace, config.source)
    labels = _known(examples, config, notes)
    side = max(recipe.embed_size, recipe.image_size)
    spec = base.spec.model_copy(
        update={
            "input_size": side,
            "resize": "squash",
            "crop_pct": 1.0,
            "stages": (),
            "parts": (),
            "labels": {},
            "metrics": {},
        }
    )
    pixels = cached_pixels(examples, spec, workspace.cache / "training", progress)
    for failure in pixels.failures[:_TOLD]:
        notes.append(f"Skipped {failure}")
    if len(pixels.failures) > _TOLD:
        notes.append(f"Skipped {len(pixels.failures) - _TOLD:,} more pictures like these.")
    found = split(examples, pixels.usable, config, notes)
    learnt = classes(examples, found, labels, notes)
    if config.teacher is None:
        train = labelled(learnt, found.train)
        if len(train) < len(found.train):
            notes.append(f"{len(found.train) - len(train):,} works have no label to learn.")
        found = Split(train, found.validation, found.unseen)
    artists = same_codes(examples.labels["artist"])
    return Data(
        source=examples.source,
        ids=examples.ids,
        spec=spec,
        pixels=pixels,
        split=found,
        labels=learnt,
        artists=artists,
        groups=examples.groups,
        kin=_kin(artists, learnt, found),
        fingerprint=fingerprint(examples, pixels.digests),
        notes=[*examples.notes, *notes],
    )


def _known(examples: Examples, config: TrainConfig, notes: list[str]) -> tuple[str, ...]:
    """The labels of ``config`` that any work has; ``classes`` refuses where there is none."""
    there = tuple(label for label in config.labels if any(examples.labels[label]))
    for label in config.labels:
        if label not in there and there:
            notes.append(f"{examples.source} has no {label}: not learnt.")
    return there or config.labels


def _kin(artists: Codes, learnt: dict[str, Classes], found: Split) -> Codes:
    """Artists where two of them have two works to train on, else the label of most classes."""
    there = artists[found.train]
    counts = np.bincount(there[there >= 0], minlength=1)
    if (counts >= 2).sum() >= 2:
        return artists
    return max(learnt.values(), key=lambda one: len(one.names)).same
