"""First stage, from a source to the data of one training: pictures, labels, split."""

from dataclasses import dataclass, field

import numpy as np

from artsim.backbones.fitted_record import SeenWorks, seen_works
from artsim.backbones.spec import BackboneSpec
from artsim.collection.quality.picture_hash import WIDTH, hash_of_pixels
from artsim.core.counts import count
from artsim.core.progress import NULL, Progress
from artsim.core.workspace import Workspace
from artsim.training.batches import Colours, LabelledPictures, Loading, PlainBatches
from artsim.training.config import Division
from artsim.training.examples import Examples, fingerprint, read_examples
from artsim.training.pixels import Pixels, cached_pixels
from artsim.training.retrieval import EvaluationSet
from artsim.training.split import Classes, Codes, Rows, Split, classes, labelled, same_codes, split

_TOLD = 5  # pictures that cannot be read are told one by one up to so many
_EMBED_BATCH = 32


@dataclass(frozen=True)
class DataRequest:
    """Which works of ``source`` with which ``labels``, and how they are divided.

    ``unlabelled`` works are trained on too where a teacher tells something about them.
    """

    source: str
    labels: tuple[str, ...]
    division: Division
    unlabelled: bool = False


@dataclass(frozen=True)
class TrainingData:
    """N works of a training; ``spec`` is how their pictures were preprocessed.

    ``collection`` is that of the works, None where they are of a folder. ``artist_texts`` [N] and
    ``work_groups`` ([N], or () for none) are as the source writes them.
    ``kin`` int64 [N] says which works the general head holds together, -1 for none. ``seed`` is
    that of the division.
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
    seed: int
    notes: tuple[str, ...] = field(repr=False)
    collection: str | None
    artist_texts: tuple[str, ...] = field(repr=False)
    work_groups: tuple[str, ...] = field(repr=False)

    @property
    def colours(self) -> Colours:
        """Mean and deviation of each channel that the network expects, in [0, 1]."""
        return self.spec.mean, self.spec.std

    def split_rows(self) -> list[tuple[str, str]]:
        """Each work's id and split: train, validation, unseen, or none for one left out."""
        return list(zip(self.ids, self.split.of_each(len(self.ids)), strict=True))

    def seen_works(self) -> SeenWorks:
        """The works that any step sees, as the record of the backbone names them."""
        splits = self.split.of_each(len(self.ids))
        blank = bytes(WIDTH)
        return seen_works(
            self.collection,
            self.ids,
            splits,
            self.artist_texts,
            self.work_groups,
            [
                hash_of_pixels(self.pixels.images[row]).tobytes() if usable else blank
                for row, usable in enumerate(self.pixels.usable)
            ],
        )

    def training_pictures(self) -> LabelledPictures:
        """The works that are trained on."""
        return LabelledPictures(self.pixels.images, self.split.train, self.labels)

    def evaluation_set(self, gallery: int) -> EvaluationSet:
        """Validation works and unseen artists' as queries, at most ``gallery`` training works."""
        rng = np.random.default_rng((self.seed, len(self.split.train)))
        return EvaluationSet(
            gallery=np.sort(rng.permutation(self.split.train)[:gallery]),
            queries=self.split.validation,
            unseen=self.split.unseen,
            groups=self.groups,
            same={label: one.same for label, one in self.labels.items()},
            artists=self.artists,
        )

    def whole_pictures(self, rows: Rows, side: int, loading: Loading) -> PlainBatches:
        """The pictures of ``rows`` squashed to ``side`` pixels, as they are embedded."""
        return PlainBatches(self.pixels.images, rows, side, _EMBED_BATCH, loading)


def squashed(spec: BackboneSpec, side: int) -> BackboneSpec:
    """The preprocessing of ``spec`` for training at ``side`` pixels: nothing is cut off."""
    return spec.model_copy(
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


def prepare(
    workspace: Workspace, request: DataRequest, spec: BackboneSpec, progress: Progress = NULL
) -> TrainingData:
    """Read the works, decode their pictures as ``spec`` (``squashed``) says, and divide them.

    Raises NotFound for an unknown source and InvalidInput where nothing can be learnt of it.
    """
    examples = read_examples(workspace, request.source)
    labels = _known(examples, request.labels)
    pixels = cached_pixels(examples, spec, workspace.cache / "training", progress)
    found = split(examples, pixels.usable, request.division)
    learnt, not_learnt = classes(examples, found.train, labels)
    notes = [*examples.notes, *_unknown(examples, request.labels, labels), *_skipped(pixels)]
    notes += [*found.notes, *not_learnt]
    if not request.unlabelled:
        train = labelled(learnt, found.train)
        if len(train) < len(found.train):
            notes.append(
                f"{count(len(found.train) - len(train), 'work')} without a label to learn left out."
            )
        found = Split(train, found.validation, found.unseen)
    artists = same_codes(examples.labels["artist"], "artist")
    return TrainingData(
        source=examples.source,
        ids=examples.ids,
        spec=spec,
        pixels=pixels,
        split=found,
        labels=learnt,
        artists=artists,
        groups=examples.groups,
        kin=_kin(artists, learnt, found.train),
        fingerprint=fingerprint(examples, pixels.digests),
        seed=request.division.seed,
        notes=tuple(notes),
        collection=examples.collection,
        artist_texts=tuple(examples.labels["artist"]),
        work_groups=examples.work_groups,
    )


def _known(examples: Examples, labels: tuple[str, ...]) -> tuple[str, ...]:
    """The labels that any work has; all where there is none, which ``classes`` refuses."""
    return tuple(label for label in labels if any(examples.labels[label])) or labels


def _unknown(examples: Examples, asked: tuple[str, ...], known: tuple[str, ...]) -> list[str]:
    return [f"{examples.source} has no {k}: not learnt." for k in asked if k not in known]


def _skipped(pixels: Pixels) -> list[str]:
    notes = [f"Skipped {failure}" for failure in pixels.failures[:_TOLD]]
    if len(pixels.failures) > _TOLD:
        notes.append(f"Skipped {len(pixels.failures) - _TOLD:,} more pictures like these.")
    return notes


def _kin(artists: Codes, learnt: dict[str, Classes], train: Rows) -> Codes:
    """Artists where two of them have two works to train on, else the label of most classes."""
    there = artists[train]
    counts = np.bincount(there[there >= 0], minlength=1)
    if (counts >= 2).sum() >= 2:
        return artists
    return max(learnt.values(), key=lambda one: len(one.names)).same
