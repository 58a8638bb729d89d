"""The options of an evaluation; the CLI, the page and the job share it. Imports nothing heavy."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Literal, Self, cast

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from artsim.collection.columns import CENTURY, RELEVANT_LABELS
from artsim.core.errors import ArtsimError
from artsim.core.fields import CollectionName
from artsim.core.limits import MAX_K
from artsim.core.plugins import Registry, at

if TYPE_CHECKING:
    from artsim.evaluation.relevances import Relevance

TitleSimilarity = Literal["ratio", "token_set", "tfidf"]
TITLE = "title"
VOTES = "votes"  # curators' preferences from the Compare page; never chosen by default
MARKS = "marks"  # works liked as examples of one concept; only where asked for
TRAYS = "trays"  # works that lie in one tray; only where asked for
TRAY = "tray:"  # before the name of a tray
WITHIN = "within:"  # before a number of years
SAME = "same:"  # before the name of any column of metadata, or century
DEFAULT_RELEVANCES = (TITLE, *RELEVANT_LABELS)
IN_WORDS = f"{', '.join(DEFAULT_RELEVANCES[:-1])} or {DEFAULT_RELEVANCES[-1]}"
MAX_BACKBONES = 12


_same = at("artsim.evaluation.relevances:same")


def _same_label(column: str) -> "Relevance":
    return cast("Relevance", _same()(column))


_as_relevance = at("artsim.evaluation.relevances:as_relevance")
RELEVANCES: "Registry[Relevance]" = Registry(
    "artsim.relevance",
    "relevance",
    {
        TITLE: at("artsim.evaluation.relevances:TITLES"),
        **{name: partial(_same_label, name) for name in RELEVANT_LABELS},
        VOTES: at("artsim.evaluation.relevances:CURATORS"),
        MARKS: at("artsim.evaluation.judgements:MARKED"),
        TRAYS: at("artsim.evaluation.trays:ANY_TRAY"),
    },
    lambda name, thing: _as_relevance()(thing, name),
)


def _relevance_name(name: str) -> str:
    if name in RELEVANCES.own or (name.startswith((SAME, TRAY)) and name not in (SAME, TRAY)):
        return name
    if name.startswith(WITHIN) and name.removeprefix(WITHIN).isdecimal():
        return name
    try:
        RELEVANCES.get(name)
    except ArtsimError as error:
        if name in RELEVANCES.names():
            raise ValueError(str(error)) from error
        *names, last = (repr(known) for known in RELEVANCES.names())
        raise ValueError(
            f"{name[:40]!r} is no relevance: use {', '.join(names)} or {last}, or "
            f"{SAME}COLUMN for any column of metadata, or {WITHIN}YEARS"
        ) from error
    return name


def _not_negative(weight: float) -> float:
    if weight < 0:
        raise ValueError(f"A weight cannot be negative ({weight:g}): use 0 or more")
    return weight


RelevanceName = Annotated[str, AfterValidator(_relevance_name)]
Weight = Annotated[float, AfterValidator(_not_negative)]
Share = Annotated[float, Field(gt=0, le=1)]


class EvaluateConfig(BaseModel):
    """Evaluate backbones on a collection whose works, or another collection's, are queries."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False, defer_build=True)

    collection: CollectionName = Field(description="Name of the collection that is searched")
    backbones: tuple[str, ...] = Field(
        min_length=1, max_length=MAX_BACKBONES, description="Name of a backbone; repeat to compare"
    )
    relevances: tuple[RelevanceName, ...] = Field(
        (),
        description=f"What counts as a hit: {', '.join(DEFAULT_RELEVANCES)} (by default all of "
        f"these that the collection has), {VOTES}, {MARKS} (liked as examples of "
        f"one concept), {TRAYS} or {TRAY}NAME (works that lie in one tray), {SAME}COLUMN for any "
        f"column of metadata, {SAME}{CENTURY}, {WITHIN}YEARS (made at most so many years apart), "
        "or one of a plug-in; repeat",
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
    cluster_by: str = Field(
        "auto",
        description="Column whose values mark queries that depend on each other, for intervals and "
        "tests; auto: artist and work_group where they are known; none: each query by itself",
    )
    leave_out_copies: bool = Field(
        False, description="Leave out works so near to a query that they may be copies of it"
    )
    copy_cosine: float = Field(
        0.98, ge=0, le=1, description="Cosine from which a work may be an unmarked copy"
    )
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
