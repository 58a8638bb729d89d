"""Evaluating over HTTP, people's judgements and learning from them, and the registries."""

from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from artsim.api import requests
from artsim.api.answers import Retrained
from artsim.api.operation import Operation
from artsim.core.errors import Conflict
from artsim.core.fields import invalid
from artsim.core.plugins import Entry
from artsim.evaluation.config import MAX_BACKBONES, EvaluateConfig
from artsim.evaluation.evaluate import likely_seconds
from artsim.evaluation.judgements import KINDS, JudgedPair, judged_pairs
from artsim.evaluation.report import command
from artsim.evaluation.runs import evaluate_and_keep
from artsim.library import Library
from artsim.people.roles import Action
from artsim.tasks.registries import entries
from artsim.training.judged import retrain

MOST_SECONDS = 20.0  # what a request may take; longer evaluations are jobs
MOST_RELEVANCES = 20


def _field(name: str) -> Any:
    known = EvaluateConfig.model_fields[name]
    return Field(known.default, description=known.description)


class Evaluate(BaseModel):
    """What to evaluate; the other options of the command have their defaults."""

    model_config = ConfigDict(extra="forbid")

    backbones: Annotated[list[requests.Text], Field(min_length=1, max_length=MAX_BACKBONES)]
    relevances: Annotated[list[requests.Text], Field(max_length=MOST_RELEVANCES)] = Field(
        [], description=EvaluateConfig.model_fields["relevances"].description
    )
    metric: requests.Text = Field("cosine", description="cosine or euclidean")
    k: requests.Whole = Field(10, description="How many works are retrieved a query")
    queries: requests.Text | None = _field("queries")
    sample: requests.Whole | None = Field(
        None, description="Number of queries to draw; all works if left out"
    )
    seed: requests.Whole = Field(0, description="Seed of the sample and the intervals")
    cluster_by: requests.Text = _field("cluster_by")
    leave_out_copies: bool = _field("leave_out_copies")
    copy_cosine: float = _field("copy_cosine")
    title_threshold: float = _field("title_threshold")
    title_similarity: requests.Text = _field("title_similarity")


class Retrain(BaseModel):
    """The backbone whose parts to weight again, and the judgements to do it by."""

    model_config = ConfigDict(extra="forbid")

    backbone: requests.Text = Field(description="Trained backbone whose parts to weight again")
    name: requests.Text = Field(description="Name of the new backbone")
    kinds: Annotated[list[requests.Text], Field(min_length=1, max_length=len(KINDS))] = Field(
        list(KINDS), description=f"Where judgements come from: {', '.join(KINDS)}"
    )
    seed: requests.Whole = Field(0, description="Seed of the random choices")


class EvaluationEndpoints:
    """What is done for each route; every method is called in a thread."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def plugins(self, asked: requests.Nothing) -> Sequence[Entry]:  # noqa: ARG002
        """Sources, backbones, relevances, metrics, exports and losses of artsim and of packages."""
        return entries()

    def evaluate(self, asked: requests.InCollection, sent: Evaluate) -> dict[str, Any]:
        """Evaluate backbones: every work a query, every figure with its interval; kept as a run."""
        try:
            config = EvaluateConfig(
                collection=asked.name,
                **{**sent.model_dump(), "backbones": tuple(sent.backbones)},
            )
        except ValidationError as error:
            raise invalid(error) from error
        if likely_seconds(self._library, config) > MOST_SECONDS:
            raise Conflict(f"This takes longer than a request may: run '{command(config)}'.")
        return evaluate_and_keep(self._library, config).to_json()

    def judgements(self, asked: requests.InCollection) -> Sequence[JudgedPair]:
        """What people judged on a collection: votes, marks and groups as pairs of works."""
        return judged_pairs(self._library.workspace, asked.name)

    def retrain(self, asked: requests.InCollection, sent: Retrain) -> dict[str, Any]:
        """Publish a backbone under another name, its parts weighted to agree with people."""
        told = sent.backbone, sent.name, sent.kinds, sent.seed
        return retrain(self._library, asked.name, *told).to_json()

    def operations(self, found: str) -> list[Operation]:
        """The routes; ``found`` is the path of a collection."""
        return [
            Operation("/api/v1/plugins", self.plugins, list[Entry], action=Action.SEE),
            Operation(
                f"{found}/judgements",
                self.judgements,
                list[JudgedPair],
                requests.InCollection,
                fails=(404,),
                action=Action.REPORTS,
            ),
            Operation(
                f"{found}/retrain",
                self.retrain,
                Retrained,
                requests.InCollection,
                {"application/json": Retrain},
                fails=(404, 409),
                action=Action.TRAIN,
            ),
            Operation(
                f"{found}/evaluate",
                self.evaluate,
                dict[str, Any],
                requests.InCollection,
                {"application/json": Evaluate},
                fails=(404, 409),
                action=Action.EVALUATE,
            ),
        ]
