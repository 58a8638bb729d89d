"""Third stage, from fitted network to fitted backbone: heads on it, and what they reach."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from artsim.backbones.network import EmbeddingNetwork
from artsim.backbones.spec import Part
from artsim.core.progress import Progress
from artsim.training.base import Base
from artsim.training.batches import Loading
from artsim.training.data import TrainingData
from artsim.training.embedder import Embedder
from artsim.training.embedding_heads import GENERAL, HeadTargets, fit_heads, with_heads
from artsim.training.fit import FittedNetwork, Outcome
from artsim.training.recipes import EmbeddingDesign
from artsim.training.widening import widened

_LARGEST_GALLERY = 20_000  # training works embedded at the end: more cost memory and tell no more
_LOOKED_AT = 500  # training works that tell how stages vary: more change the directions little


@dataclass(frozen=True)
class FittedBackbone:
    """A network that embeds pictures of ``input_size``, on the CPU, and how well it does.

    ``shrinkage`` is that of its parts. ``base_figures`` are those of the untouched backbone, {}
    where they were not measured.
    """

    network: EmbeddingNetwork = field(repr=False)
    input_size: int
    parts: tuple[Part, ...]
    figures: Mapping[str, float]
    shrinkage: Mapping[str, float]
    base_figures: Mapping[str, float]
    outcome: Outcome
    notes: tuple[str, ...] = field(repr=False)


def compose(
    fitted: FittedNetwork,
    data: TrainingData,
    design: EmbeddingDesign,
    base: Base,
    measured: bool,
    progress: Progress,
) -> FittedBackbone:
    """Fit the heads that ``design`` says, and measure; ``base`` too, where it is ``measured``."""
    notes = list(data.notes)
    evaluation = data.evaluation_set(_LARGEST_GALLERY)
    if len(evaluation.gallery) < len(data.split.train):
        notes.append(
            f"Figures and the general part are of {len(evaluation.gallery):,} of "
            f"{len(data.split.train):,} works trained on."
        )
    loading = Loading(workers=fitted.workers)
    pictures = data.whole_pictures(evaluation.rows, design.embed_size, loading)
    embedder = Embedder(pictures, data.colours, progress)
    network = fitted.network
    if design.covariances or design.beside:
        some = data.whole_pictures(evaluation.gallery[:_LOOKED_AT], design.embed_size, loading)
        beside = base if design.beside else None
        network = widened(network, design.covariances, beside, replace(embedder, batches=some))
    if design.covariances and not network.covariances:
        notes.append("The network gives no maps of a picture: no covariances are pooled.")
    pooled = embedder.pooled(network, "Embedding with the best epoch")
    progress.say("Choosing the parts of the embedding.")
    classes = {label: one.same for label, one in data.labels.items()} | {GENERAL: data.kin}
    projections = {n: one.padded(pooled.shape[1]) for n, one in fitted.projections.items()}
    heads = fit_heads(pooled, evaluation, HeadTargets(projections, classes), design)
    base_figures: dict[str, float] = {}
    if measured:
        untouched = base.network(design.embed_size).to(fitted.device)
        before = embedder.embeddings(untouched, "Embedding with the untouched backbone")
        base_figures = evaluation.figures(before) | evaluation.figures_by_others(before)
    if fitted.outcome.stopped == "nan":
        notes.append("The loss became not a number: the best epoch before that is published.")
    return FittedBackbone(
        network=with_heads(network, heads),
        input_size=design.embed_size,
        parts=heads.parts,
        figures=heads.figures,
        shrinkage=heads.shrinkage,
        base_figures=base_figures,
        outcome=fitted.outcome,
        notes=(*notes, *heads.notes),
    )
