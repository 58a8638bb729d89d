"""Evaluate backbones on a collection: every work a query, every figure with its interval."""

import secrets
import time
from datetime import UTC, datetime

import numpy as np
import pyarrow as pa

from artsim.backbones.fitted import fitted_on
from artsim.core.errors import InvalidInput
from artsim.core.progress import NULL, Progress
from artsim.core.version import code_version
from artsim.evaluation.bootstrap import RESAMPLES
from artsim.evaluation.breakdown import facts_of
from artsim.evaluation.config import VOTES, EvaluateConfig
from artsim.evaluation.evaluation_set import EvaluationSet, gather, random_cosines
from artsim.evaluation.fitted import known_of
from artsim.evaluation.metrics import Doubles
from artsim.evaluation.paired import compare
from artsim.evaluation.ranking import rank
from artsim.evaluation.relevance import (
    Coded,
    Judgement,
    Listed,
    available,
    judge,
    title_facts,
)
from artsim.evaluation.report import VOTES_NOTE, command, definitions, title_sentence
from artsim.evaluation.results import FIGURES, Evaluation, Run, TitleFacts
from artsim.evaluation.summary import Judged, Ranked, combine, summarise
from artsim.search.galleries import Galleries

POLICY = "skip"
_PRODUCTS_A_SECOND = 1e11  # float32 operations of two cores, a careful guess
_QUERIES_A_SECOND = 1_500


def evaluate(galleries: Galleries, config: EvaluateConfig, progress: Progress = NULL) -> Evaluation:
    """Evaluate as ``config`` says; memory does not grow with queries x works.

    The same collection, config and code give the same figures. Raises ArtsimError with one
    sentence where something cannot be evaluated, and what ``progress`` raises.
    """
    began = time.monotonic()
    material = gather(galleries, config)
    notes = list(material.notes)
    judged, titles = _judgements(galleries, config, material, notes, progress)
    runs: list[Run] = []
    tables: list[pa.Table] = []
    values: dict[tuple[str, str], dict[str, Doubles]] = {}
    for space in material.spaces:
        progress.start(len(material.queries), f"Ranking with {space.backbone}", "queries")
        ranking = rank(
            space.index,
            space.queries,
            material.exclude,
            config.k,
            config.metric,
            [(one.judgement, one.n_relevant) for one in judged],
            progress=progress,
        )
        progress.finish()
        chance = random_cosines(space, material.exclude, seed=config.seed)
        ranked = Ranked(space, ranking, chance, *combine(config, ranking, titles))
        record = fitted_on(galleries.workspace, space.backbone, space.digest)
        facts = facts_of(material.query_catalog, material.queries, known_of(material, record))
        for one, in_top_r in zip(judged, ranking.hits_in_top_r, strict=True):
            run, table = summarise(config, material, ranked, one, in_top_r, facts)
            runs.append(run)
            tables.append(table)
            values[run.backbone, run.relevance] = {
                name: table.column(name).to_numpy() for name in FIGURES
            }
    told = _title_facts(titles)
    if told is not None and any(one.judgement.name == "title" for one in judged):
        notes.append(title_sentence(told, len(material.queries)))
    if VOTES in config.relevances:
        notes.append(VOTES_NOTE)
    now = datetime.now(UTC)
    return Evaluation(
        id=f"eval-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
        date=now.isoformat(timespec="seconds"),
        collection=config.collection,
        queries_collection=config.queries or config.collection,
        collection_version=material.catalog.version,
        code_version=code_version(),
        config=config.model_dump(mode="json"),
        command=command(config),
        policy=POLICY,
        resamples=RESAMPLES,
        seconds=round(time.monotonic() - began, 3),
        definitions=definitions(config),
        notes=tuple(notes),
        titles=told,
        runs=tuple(runs),
        comparisons=compare(values, config.seed) if len(material.spaces) > 1 else (),
        per_query=pa.concat_tables(tables),
    )


def likely_seconds(galleries: Galleries, config: EvaluateConfig) -> float:
    """About how long an evaluation takes, to choose between waiting and a job; reads little."""
    info = galleries.info(config.collection)
    asked = galleries.info(config.queries).artworks if config.queries else info.artworks
    asked = min(asked, config.sample or asked)
    wide = max((c.dimension for c in info.embeddings), default=1_280)
    products = 2.0 * asked * info.artworks * wide / _PRODUCTS_A_SECOND
    titles = asked * info.artworks / 7_000**2 * 0.5
    return titles + len(config.backbones) * (products + asked / _QUERIES_A_SECOND)


def _judgements(
    galleries: Galleries,
    config: EvaluateConfig,
    material: EvaluationSet,
    notes: list[str],
    progress: Progress,
) -> tuple[list[Judged], Judged | None]:
    """The relevances asked for, else all that tell anything; and titles, for ``combined``."""
    wanted = config.relevances or available(material.catalog, material.works)
    found: dict[str, Judged] = {}
    reasons: list[InvalidInput] = []
    for name in dict.fromkeys([*wanted, "title"]):
        try:
            found[name] = _judged(galleries, config, material, name, progress)
        except InvalidInput as error:
            if name in config.relevances:
                raise
            if name in wanted:
                reasons.append(error)
    if reasons and not any(name in found for name in wanted):
        raise reasons[0]
    notes += [str(reason) for reason in reasons]
    if not wanted:
        raise InvalidInput(
            f"Nothing in {config.collection!r} says which works are related: give its works a "
            "title, style, genre, school or artist, with two works sharing one at least."
        )
    return [found[name] for name in wanted if name in found], found.get("title")


def _judged(
    galleries: Galleries,
    config: EvaluateConfig,
    material: EvaluationSet,
    name: str,
    progress: Progress,
) -> Judged:
    judgement: Judgement
    if name == VOTES:
        judgement = _by_votes(galleries, config, material)
    else:
        judgement = judge(
            name,
            (material.catalog, material.works),
            (material.query_catalog, material.queries),
            config.title_threshold,
            config.title_similarity,
            galleries.workspace.cache / "titles",
            progress,
        )
    n_relevant = material.n_relevant(judgement)
    asked = n_relevant > 0
    if not asked.any():
        raise InvalidInput(
            f"No query has a relevant work by {name} in {config.collection!r}, its own copies "
            "left out: choose another relevance."
        )
    if (n_relevant[asked] == material.candidates[asked]).all():
        raise InvalidInput(
            f"By {name} every work of {config.collection!r} that can be found is relevant to "
            "every query, so any ranking would be perfect: choose another relevance."
        )
    return Judged(judgement, n_relevant)


def _by_votes(galleries: Galleries, config: EvaluateConfig, material: EvaluationSet) -> Judgement:
    from artsim.evaluation import votes

    if config.queries:
        raise InvalidInput(
            "Votes are about the works of a collection itself: leave out the other collection of "
            "queries, or choose another relevance."
        )
    relevant = votes.relevance(galleries.workspace, config.collection)
    if not relevant:
        raise InvalidInput(
            f"No vote on {config.collection!r} prefers a list: vote on the Compare page first, or "
            "choose another relevance."
        )
    return Listed.of(VOTES, relevant, material.work_ids, material.query_ids)


def _title_facts(titles: Judged | None) -> TitleFacts | None:
    if titles is None or not isinstance(titles.judgement, Coded):
        return None
    return title_facts(titles.judgement, int(np.count_nonzero(titles.n_relevant)))
