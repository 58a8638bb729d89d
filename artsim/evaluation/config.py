"""What an evaluation is told; the CLI, the page and the job share it. Imports nothing heavy."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from artsim.core.fields import CollectionName

Relevance = Literal["title", "style", "genre", "school", "artist", "votes"]
TitleSimilarity = Literal["ratio", "token_set", "tfidf"]
RELEVANCES: tuple[Relevance, ...] = ("title", "style", "genre", "school", "artist")
VOTES: Relevance = "votes"  # what curators preferred on the Compare page; only where asked for
MAX_K = 1_000
MAX_BACKBONES = 12


def _not_negative(weight: float) -> float:
    if weight < 0:
        raise ValueError(f"A weight cannot be negative ({weight:g}): use 0 or more")
    return weight


Weight = Annotated[float, AfterValidator(_not_negative)]
Share = Annotated[float, Field(gt=0, le=1)]


class EvaluateConfig(BaseModel):
    """Evaluate backbones on a collection whose works, or another collection's, are queries."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)

    collection: CollectionName = Field(description="Name of the collection that is searched")
    backbones: tuple[str, ...] = Field(
        min_length=1, max_length=MAX_BACKBONES, description="Name of a backbone; repeat to compare"
    )
    relevances: tuple[Relevance, ...] = Field(
        (), description="What counts as a hit; repeat; by default all that the collection has"
    )
    metric: Literal["cosine", "euclidean"] = Field("cosine", description="How works are ranked")
    k: int = Field(10, ge=1, le=MAX_K, description="How many works are retrieved a query")
    queries: CollectionName | None = Field(
        None, description="Another collection whose works are the queries"
    )
    sample: int | None = Field(
        None, ge=1, description="Ask with so many works only, drawn by the seed"
    )
    seed: int = Field(0, ge=0, description="Seed of the sample and the intervals")
    title_threshold: Share = Field(0.8, description="Titles as similar as this are relevant")
    title_similarity: TitleSimilarity = Field("ratio", description="How titles are compared")
    feature_threshold: float = Field(
        0.8, ge=-1, le=1, description="Cosine from which feature precision counts a work"
    )
    title_weight: Weight = Field(0.4, description="Weight of title precision when combined")
    visual_weight: Weight = Field(0.6, description="Weight of mean similarity when combined")

    @model_validator(mode="after")
    def _make_sense(self) -> Self:
        if self.title_weight + self.visual_weight <= 0:
            raise ValueError("The weights of title and visual are both zero: raise one of them")
        for what, values in (("backbone", self.backbones), ("relevance", self.relevances)):
            twice = sorted({v for v in values if values.count(v) > 1})
            if twice:
                raise ValueError(f"The {what} {twice[0]!r} is named twice: name each one once")
        if self.queries == self.collection:
            raise ValueError(
                "Queries come from the collection itself unless another one is named: "
                f"leave out --queries {self.queries}"
            )
        return self
