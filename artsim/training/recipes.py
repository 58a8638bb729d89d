"""The recipes: every number of a training in one place, each of which the config can change."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from artsim.core.errors import InvalidInput
from artsim.core.fields import invalid
from artsim.core.plugins import Registry, at
from artsim.training.config import TrainConfig

_OWN_FIELDS = ("epochs", "image_size", "batch_size", "learning_rate", "patience")
_WORDS = ("name", "loss")  # what is no number
# Each makes a function of embeddings [N, D] and classes [N], -1 for none, to a scalar tensor.
LOSSES: Registry[Any] = Registry(
    "artsim.losses",
    "loss",
    {"multi_similarity": at("artsim.training.losses:MetricLoss")},
    lambda _, thing: _callable(thing),
)


def _callable(thing: Any) -> Any:
    if not callable(thing):
        raise InvalidInput(
            f"{type(thing).__name__} is no loss: register what makes a function of embeddings "
            "and classes"
        )
    return thing


@dataclass(frozen=True)
class Augmentation:
    """How a training picture is changed; the fields of the same names of a recipe."""

    image_size: int
    crop: float
    stretch: float
    flip: float
    colour: float


@dataclass(frozen=True)
class Sampling:
    """Which works an epoch takes in which order, and how many make a step on all devices."""

    seed: int
    batch_size: int
    balance: float = 0.0


@dataclass(frozen=True)
class EmbeddingDesign:
    """What the published embedding is made of; the fields of the same names of a recipe."""

    embed_size: int
    dimension: int
    discriminant: float
    whitening: float
    refit: bool
    general: bool
    covariances: int
    beside: bool


class Recipe(BaseModel):
    """The numbers of one training; sizes in pixels, rates a step, shares in [0, 1]."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    name: str
    epochs: int = Field(14, ge=1, description="Times through the works")
    patience: int = Field(6, ge=1, description="Epochs without a better one before it stops")
    image_size: int = Field(160, ge=16, description="Side of the pictures while training")
    embed_size: int = Field(224, ge=16, description="Side of the pictures that are embedded")
    batch_size: int = Field(32, ge=2, description="Pictures a step, over all devices")

    learning_rate: float = Field(1e-3, gt=0, description="Highest rate of the backbone")
    head_learning_rate: float = Field(3e-3, gt=0, description="Highest rate of projections")
    layer_decay: float = Field(0.8, gt=0, le=1, description="Rate of a layer to the one after")
    weight_decay: float = Field(0.05, ge=0, description="Weight decay of matrices and kernels")
    warmup: float = Field(0.08, ge=0, lt=1, description="Share of the steps that warm up")
    final_rate: float = Field(0.01, ge=0, le=1, description="Last rate / highest rate")
    clip: float = Field(5.0, ge=0, description="Longest gradient; 0: any")
    frozen_stages: int = Field(2, ge=0, description="First stages that stay as they are")
    last_blocks: int = Field(
        0, ge=0, description="Only so many last blocks (stages) learn; 0: as frozen_stages says"
    )
    lora: int = Field(
        0, ge=0, le=256, description="Rank of adapters to attention, which alone learn; 0: none"
    )
    ema: float = Field(0.999, ge=0, lt=1, description="Decay of the averaged weights; 0: none")

    stages: bool = Field(True, description="Pool every stage, not only the last output")
    dimension: int = Field(256, ge=2, description="Length of each part of the embedding")
    dropout: float = Field(0.3, ge=0, lt=1, description="Share of the pooled layer dropped")
    scale: float = Field(16.0, gt=0, description="Sharpness of the cosine softmax")
    margin: float = Field(0.0, ge=0, lt=1, description="Cosine by which the right class must win")
    label_smoothing: float = Field(0.1, ge=0, lt=1, description="Share given to all classes")
    style: float = Field(0.7, ge=0, description="Weight of the loss of style")
    genre: float = Field(0.5, ge=0, description="Weight of the loss of genre")
    artist: float = Field(1.0, ge=0, description="Weight of the loss of artist")
    loss: str = Field("multi_similarity", description="Metric loss between works, by name")
    metric_weight: float = Field(0.0, ge=0, description="Weight of the metric loss by artist")
    distillation: float = Field(1.0, ge=0, description="Weight of the teacher, where there is one")
    balance: float = Field(0.0, ge=0, le=1, description="0: every work once; 1: classes alike")

    crop: float = Field(0.35, gt=0, le=1, description="Smallest share of a picture in a crop")
    stretch: float = Field(4 / 3, ge=1, description="Largest change of a crop's proportions")
    flip: float = Field(0.5, ge=0, le=1, description="Share of crops that are mirrored")
    colour: float = Field(0.15, ge=0, lt=1, description="Largest change of brightness")

    discriminant: float = Field(
        0.3, ge=0, description="Least shrinkage of labels' discriminants; 0: their projections"
    )
    whitening: float = Field(10.0, gt=0, description="Shrinkage of the general part")
    refit: bool = Field(True, description="Fit the heads again on all works at the end")
    general: bool = Field(True, description="Add the part that carries over to new artists")
    covariances: int = Field(
        0, ge=0, le=64, description="Directions whose covariances are pooled too; 0: none"
    )
    beside: bool = Field(
        False, description="Keep the untouched network beside it: better, at twice the time"
    )
    gallery_sample: int = Field(2000, ge=10, description="Works searched to choose an epoch")
    base: bool = Field(True, description="Measure the untouched backbone for comparison")

    frozen_epochs: int = Field(0, ge=0, description="First epochs with the whole backbone frozen")
    unfrozen_rate: float = Field(1e-4, gt=0, description="Rate after those epochs (seed)")
    plateau_patience: int = Field(2, ge=0, description="Epochs before the rate falls (seed)")
    plateau_factor: float = Field(0.1, gt=0, lt=1, description="New rate / old rate (seed)")

    @property
    def augmentation(self) -> Augmentation:
        """What happens to the pictures that are trained on."""
        return Augmentation(self.image_size, self.crop, self.stretch, self.flip, self.colour)

    @property
    def design(self) -> EmbeddingDesign:
        """What the published embedding is made of."""
        return EmbeddingDesign(
            embed_size=self.embed_size,
            dimension=self.dimension,
            discriminant=self.discriminant,
            whitening=self.whitening,
            refit=self.refit,
            general=self.general,
            covariances=self.covariances,
            beside=self.beside,
        )

    def sampling(self, seed: int) -> Sampling:
        """The order of works that ``seed`` draws."""
        return Sampling(seed, self.batch_size, self.balance)


_ARTSIM = Recipe(name="artsim")
# What the earlier work did: one label, the last output only, pictures cropped mildly.
_SEED = Recipe(
    name="seed",
    epochs=30,
    patience=5,
    image_size=224,
    learning_rate=1e-3,
    head_learning_rate=1e-3,
    layer_decay=1.0,
    weight_decay=0.0,
    warmup=0.0,
    clip=0.0,
    frozen_stages=0,
    ema=0.0,
    stages=False,
    dropout=0.0,
    label_smoothing=0.0,
    crop=0.8,
    colour=0.1,
    general=False,
    discriminant=0.0,
    refit=False,
    frozen_epochs=5,
)
_KNOWN: Mapping[str, Recipe] = {"artsim": _ARTSIM, "seed": _SEED}


def recipe_of(config: TrainConfig, input_size: int | None = None, one_size: bool = False) -> Recipe:
    """The recipe of a config with the config's own numbers in it.

    ``input_size`` is that of the backbone to start from: what its pictures are embedded at. A
    network that takes ``one_size`` is trained at what it embeds at, and ``image_size`` is both.
    Raises InvalidInput for a number that does not exist or does not fit.
    """
    known = _KNOWN.get(config.recipe)
    if known is None:
        raise InvalidInput(f"{config.recipe!r} is no recipe: use {', '.join(_KNOWN)}.")
    values: dict[str, Any] = known.model_dump()
    if input_size:
        values["embed_size"] = input_size
    if not config.pretrained and config.recipe == "artsim":
        # Without weights no layer is worth keeping as it is, and all have as far to go.
        values |= {"frozen_stages": 0, "layer_decay": 1.0}
    numbers = [name for name in values if name not in _WORDS]
    unknown = sorted(set(config.options) - set(numbers))
    if unknown:
        raise InvalidInput(
            f"{unknown[0][:40]!r} is no number of a recipe: use {', '.join(numbers)}."
        )
    if config.loss:
        LOSSES.get(config.loss)  # told before anything is read
        values |= {"loss": config.loss, "metric_weight": 1.0}
    own = {k: v for k in _OWN_FIELDS if (v := getattr(config, k)) is not None}
    given = config.options | own
    if one_size:
        values["image_size"] = values["embed_size"]
        given = _of_one_size(config.backbone, given)
    try:
        recipe = Recipe.model_validate(values | given)
    except ValidationError as error:
        raise invalid(error) from error
    if recipe.beside and not config.pretrained:
        raise InvalidInput(
            "A training from no weights has no untouched network to keep: leave out beside."
        )
    if recipe.lora and recipe.last_blocks:
        raise InvalidInput("Choose lora or last_blocks: with adapters no block learns itself.")
    return recipe


def _of_one_size(name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """The numbers, both sizes alike where one is given; raises InvalidInput where they differ."""
    sizes = {given[key] for key in ("image_size", "embed_size") if key in given}
    if len(sizes) > 1:
        raise InvalidInput(
            f"{name!r} takes pictures of one size: leave out embed_size, for it is trained at the "
            "size that it embeds."
        )
    return {**given, **dict.fromkeys(("image_size", "embed_size"), *sizes)} if sizes else {**given}
