"""The options of a training: the CLI, the page's form and the job store share them."""

from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from artsim.core.errors import InvalidInput
from artsim.core.workspace import checked_name

RECIPES = ("artsim", "seed")
LABELS = ("style", "genre", "artist")


def _backbone_name(name: str) -> str:
    try:
        return checked_name(name, "backbone")
    except InvalidInput as error:
        raise ValueError(str(error)) from error


@dataclass(frozen=True)
class Division:
    """How works are divided: the same seed divides the same works alike.

    ``unseen_artists`` is a share of the artists, ``validation`` one of the other works' groups.
    """

    seed: int = 7
    unseen_artists: float = 0.1
    validation: float = 0.12


@dataclass(frozen=True)
class Hardware:
    """What computes: ``devices`` of one kind on each of ``nodes`` machines.

    ``workers`` are the threads that prepare pictures for each device, None for its kind's number.
    """

    accelerator: str = "auto"
    devices: int = 1
    nodes: int = 1
    precision: str = "32"
    workers: int | None = None


class TrainConfig(BaseModel):
    """Fine-tune a backbone on works with labels; what is None the recipe decides."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    source: str = Field(min_length=1, description="Collection, or folder of pictures, to train on")
    backbone: str = Field(min_length=1, description="Backbone to start from, or any timm name")
    name: Annotated[str, AfterValidator(_backbone_name)] = Field(
        description="Name of the backbone that comes of it"
    )
    recipe: Literal["artsim", "seed"] = Field("artsim", description="How it is trained")
    labels: tuple[str, ...] = Field(LABELS, description="Labels to learn, separated by commas")
    epochs: int | None = Field(None, ge=1, le=1000, description="Times through the works")
    image_size: int | None = Field(
        None, ge=16, le=1024, description="Side of the pictures while training, in pixels"
    )
    batch_size: int | None = Field(
        None, ge=2, le=4096, description="Pictures a step, over all devices"
    )
    learning_rate: float | None = Field(
        None, gt=0, le=10, description="Highest learning rate of the backbone"
    )
    patience: int | None = Field(
        None, ge=1, description="Stop after so many epochs without a better one"
    )
    seed: int = Field(7, ge=0, lt=2**31, description="Another seed draws and shuffles differently")
    unseen_artists: float = Field(
        0.1, ge=0, le=0.5, description="Share of the artists whose works are kept aside"
    )
    validation: float = Field(
        0.12, gt=0, le=0.5, description="Share of the other works that are kept aside to choose by"
    )
    pretrained: bool = Field(True, description="Start from the backbone's weights, else from none")
    teacher: str | None = Field(None, description="Backbone whose embeddings are to be learnt too")
    devices: int = Field(1, ge=1, le=64, description="Devices (processes) a machine")
    nodes: int = Field(1, ge=1, le=1024, description="Machines")
    accelerator: Literal["auto", "cpu", "cuda", "mps"] = Field(
        "auto", description="What computes: auto, cpu, cuda or mps"
    )
    precision: Literal["32", "bf16"] = Field("32", description="Arithmetic: 32 or bf16")
    workers: int | None = Field(
        None, ge=1, le=64, description="Threads that prepare pictures on each device"
    )
    loss: str | None = Field(
        None,
        description="Metric loss between works, which then counts (recipe artsim): "
        "multi_similarity, or one of a plug-in",
    )
    options: dict[str, float] = Field(
        default_factory=dict, description="Numbers of the recipe that differ"
    )
    resume: bool = Field(False, description="Go on with the training of this name")

    @field_validator("labels")
    @classmethod
    def _are_labels(cls, labels: tuple[str, ...]) -> tuple[str, ...]:
        for label in labels:
            if label not in LABELS:
                raise ValueError(f"{label[:40]!r} is no label: use {', '.join(LABELS)}")
        if not labels or len(set(labels)) < len(labels):
            raise ValueError(f"name each label once: {', '.join(LABELS)}")
        return labels

    @property
    def division(self) -> Division:
        """How the works are divided."""
        return Division(self.seed, self.unseen_artists, self.validation)

    @property
    def hardware(self) -> Hardware:
        """What computes."""
        return Hardware(self.accelerator, self.devices, self.nodes, self.precision, self.workers)

    def identity(self) -> dict[str, Any]:
        """What must be equal for one training to go on with another's checkpoint."""
        left_out = {"resume", "workers", *(() if self.loss else ("loss",))}
        return self.model_dump(mode="json", exclude=left_out)
