"""The options of building an approximate index; the CLI and the job share them."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from artsim.core.fields import CollectionName


class IndexConfig(BaseModel):
    """Build the approximate index of one backbone's embeddings, or bring it up to date."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    collection: CollectionName = Field(description="Name of the collection")
    backbone: str = Field(min_length=1, description="Name of the backbone")
    metric: Literal["cosine", "euclidean"] = Field("cosine", description="How works are compared")
    anew: bool = Field(False, description="Build it from nothing, though one is kept")
