"""The options of a map; the CLI, the page and the job share them. Imports nothing heavy."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from artsim.core.fields import CollectionName


class MapConfig(BaseModel):
    """Draw the map of one embedding space, or of two beside each other."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    collection: CollectionName = Field(description="Name of the collection")
    backbone: str = Field(min_length=1, description="Name of the backbone whose space is drawn")
    metric: Literal["cosine", "euclidean"] = Field(
        "cosine", description="Which works are neighbours in that space"
    )
    neighbours: int = Field(
        15,
        ge=2,
        le=200,
        description="Neighbours that hold a work in place: few show detail, many the whole",
    )
    min_distance: float = Field(
        0.1, ge=0, le=0.99, description="How close works may lie: 0 packs groups tightly"
    )
    dimensions: Literal[2, 3] = Field(2, description="A flat map or one in space")
    seed: int = Field(0, ge=0, le=2**32 - 1, description="Another seed draws another map")
    beside: str | None = Field(
        None, description="Another backbone, whose map is laid out to compare with this one"
    )

    @model_validator(mode="after")
    def _two_backbones(self) -> Self:
        if self.beside == self.backbone:
            raise ValueError("The two maps are of one backbone: name another one beside it")
        return self

    def turned(self) -> "MapConfig":
        """The config of the other of two maps; raises ValueError where there is one only."""
        if self.beside is None:
            raise ValueError("a map that has none beside it cannot be turned")
        return self.model_copy(update={"backbone": self.beside, "beside": self.backbone})
