"""What makes a backbone: architecture, weights and preprocessing as one identity."""

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    PrivateAttr,
    StringConstraints,
    ValidationError,
    model_validator,
)

from artsim.backbones.towers import Towers
from artsim.core.errors import InvalidInput
from artsim.core.formats import newer

if TYPE_CHECKING:
    from artsim.backbones.own import OwnBackbone

Triple = tuple[float, float, float]
Positive = Annotated[float, Field(gt=0)]
ModuleName = Annotated[str, StringConstraints(pattern=r"^\w+(\.\w+)*$", max_length=100)]
Architecture = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9_]{0,99}$")]
PoolingName = Annotated[str, StringConstraints(pattern=r"^[a-z]{0,20}$")]

TRAINED_HERE = "Trained by artsim"  # how the origin of a backbone begins that artsim has trained
_DESCRIPTORS = {"colour": "Palette", "composition": "Light and shapes"}
_WIDE = "artsim-lite0-wide"  # published with a second network beside it
_PHOTOGRAPHS = ("ImageNet", "Hugging Face hub timm/")
# What changes no embedding: everything else is part of the identity.
_DESCRIPTION = {"name", "family", "licence", "origin", "labels", "metrics"}


def _unset(value: object) -> bool:
    return not value


class Part(BaseModel):
    """One part of an embedding: a linear map of the pooled layer, of length ``weight``."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    name: str = Field(pattern=r"^[a-z0-9_]{1,40}$", description="Name of its tensors.")
    dimension: int = Field(ge=1, le=65536, description="How many numbers it has.")
    weight: Positive = Field(description="Its length; the square is its share of a cosine.")


class Covariance(BaseModel):
    """Covariances of a stage's channels along some directions, pooled beside its means."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    stage: ModuleName = Field(description="Module whose maps are looked at.")
    channels: int = Field(ge=1, le=65536, description="How many channels it has.")
    directions: int = Field(ge=1, le=64, description="Along how many directions of them.")


class Companion(BaseModel):
    """A second network that sees the same pictures, its pooled layer after the first one's."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    architecture: Architecture = Field(description="Name of the architecture in timm.")
    pooling: PoolingName = Field("", description="How timm pools its last feature map.")
    stages: tuple[ModuleName, ...] = Field(
        (), max_length=64, description="Modules whose means and deviations are pooled."
    )
    covariances: tuple[Covariance, ...] = Field(
        (), max_length=16, description="Stages whose covariances are pooled."
    )


class BackboneSpec(BaseModel):
    """One backbone, as ``backbone.json`` holds it. Reading one needs no torch."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    format: Literal[1] = Field(1, description="Version of this file's format.")
    name: str = Field(min_length=1, max_length=128, description="Name people choose it by.")
    family: str = Field(max_length=80, description="Kind of network, such as ResNet.")
    architecture: Architecture = Field(description="Name of the architecture in timm.")
    weights: str = Field(
        pattern=r"^[0-9a-f]{64}$",
        description="SHA-256 over names, types, shapes and bytes of the tensors.",
    )
    input_size: int = Field(ge=8, le=2048, description="Height and width of the input in pixels.")
    resize: Literal["shortest", "squash"] = Field(
        "shortest", description="Scale the shortest side and crop the centre, or squash to fit."
    )
    crop_pct: float = Field(gt=0, le=1, description="Input size / size scaled to before the crop.")
    interpolation: Literal["bilinear", "bicubic"] = Field(description="How pixels are resampled.")
    mean: Triple = Field(description="Mean of each channel (red, green, blue), in [0, 1].")
    std: tuple[Positive, Positive, Positive] = Field(description="Deviation of each channel.")
    pooling: PoolingName = Field(
        description="How timm pools the last feature map; empty: the architecture's own way.",
    )
    dimension: int = Field(ge=1, le=65536, description="Length of an embedding.")
    # Left out where unset, so that backbones without them keep their digests.
    stages: tuple[ModuleName, ...] = Field(
        (),
        max_length=64,
        exclude_if=_unset,
        description="Modules whose means and deviations come before the pooled output.",
    )
    covariances: tuple[Covariance, ...] = Field(
        (),
        max_length=16,
        exclude_if=_unset,
        description="Stages whose covariances come after the pooled output.",
    )
    beside: Companion | None = Field(
        None,
        exclude_if=_unset,
        description="A second network whose pooled layer comes last.",
    )
    parts: tuple[Part, ...] = Field(
        (), max_length=16, exclude_if=_unset, description="What the embedding is made of."
    )
    towers: Towers | None = Field(
        None,
        exclude_if=_unset,
        description="What a model of pictures and words is made of, by open_clip; None for timm's.",
    )
    licence: str = Field("", max_length=200, description="Licence of the weights.")
    origin: str = Field("", max_length=500, description="Where the weights come from.")
    labels: dict[str, tuple[str, ...]] = Field({}, description="What it was trained to tell apart.")
    metrics: dict[str, float] = Field({}, description="Figures reached when it was made.")

    _weights_file: Path | None = PrivateAttr(None)

    @model_validator(mode="after")
    def _fits_together(self) -> Self:
        if len(set(self.stages)) < len(self.stages):
            raise ValueError("a stage is named twice")
        if len({part.name for part in self.parts}) < len(self.parts):
            raise ValueError("two parts have the same name")
        total = sum(part.dimension for part in self.parts)
        if self.parts and total != self.dimension:
            raise ValueError(
                f"the parts have {total} numbers together where the embedding has {self.dimension}"
            )
        wide = self.stages or self.covariances or self.beside
        if self.towers and (self.parts or wide or self.towers.embed_dim != self.dimension):
            raise ValueError("a model of pictures and words has no parts, and one dimension")
        return self

    @property
    def digest(self) -> str:
        """SHA-256 hex of the identity: weights, preprocessing and pooling, no descriptions."""
        identity = self.model_dump(mode="json", exclude=_DESCRIPTION)
        text = json.dumps(identity, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    @property
    def weights_file(self) -> Path | None:
        """Where the weights lie on this machine; never part of the JSON."""
        return self._weights_file

    def at(self, weights_file: Path) -> Self:
        """The same backbone, its weights at ``weights_file``."""
        spec = self.model_copy()
        spec._weights_file = weights_file
        return spec

    def to_json(self) -> str:
        """The text of ``backbone.json``."""
        return self.model_dump_json(indent=1) + "\n"

    @classmethod
    def from_json(cls, text: str | bytes) -> "BackboneSpec":
        """Parse ``backbone.json``; raises InvalidInput with the first thing that is wrong.

        Raises Unreadable where a newer artsim made it.
        """
        try:
            return cls.model_validate_json(text, strict=True)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            number = first["input"]
            if where == "format" and type(number) is int and number > 1:
                raise newer("backbone.json", number, 1) from error
            what = first["msg"].removeprefix("Value error, ")
            raise InvalidInput(
                f"backbone.json cannot be used ({where + ': ' if where else ''}{what}): "
                "publish the checkpoint again."
            ) from error


@dataclass(frozen=True)
class BackboneInfo:
    """What a person chooses a backbone by.

    ``digest`` is None while the weights were never on this machine, the sizes where nothing
    is known of them. ``note`` is one sentence where the backbone cannot be used as it is. ``words``
    says whether words search its pictures.
    """

    name: str
    family: str
    origin: str
    offline: bool
    dimension: int | None
    input_size: int | None
    licence: str
    digest: str | None
    note: str = ""
    words: bool = False

    @property
    def to_begin_with(self) -> bool:
        """Whether a collection may be embedded with it unasked.

        Descriptors are no such thing, and what takes twice the time is for who asks for it.
        """
        return self.name not in (*_DESCRIPTORS, _WIDE)

    @property
    def knows(self) -> str:
        """What it knows, in words for a curator; "" where nothing is known of it.

        >>> BackboneInfo("r", "ResNet", "ImageNet-1k", True, 512, 224, "MIT", None).knows
        'General'
        """
        if self.name in _DESCRIPTORS:
            return _DESCRIPTORS[self.name]
        if self.origin.startswith(TRAINED_HERE):
            return "Knows art"
        return "General" if any(words in self.origin for words in _PHOTOGRAPHS) else ""


def describe(
    spec: "BackboneSpec | OwnBackbone", offline: bool = True, note: str = ""
) -> BackboneInfo:
    """The line about a backbone whose identity is known."""
    return BackboneInfo(
        name=spec.name,
        family=spec.family,
        origin=spec.origin,
        offline=offline,
        dimension=spec.dimension,
        input_size=spec.input_size,
        licence=spec.licence,
        digest=spec.digest,
        note=note,
        words=getattr(spec, "towers", None) is not None,
    )
