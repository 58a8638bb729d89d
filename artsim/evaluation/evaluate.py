"""Evaluate backbones on a collection: every work a query, every figure with its interval."""

import secrets
import time
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from artsim.backbones.fitted import fitted_on
from artsim.core.errors import ArtsimError, InvalidInput
from artsim.core.progress import NULL, Progress
from artsim.core.version import code_version
from artsim.evaluation.bootstrap import RESAMPLES
from artsim.evaluation.breakdown import facts_of
from artsim.evaluation.clusters import clusters_of
from artsim.evaluation.config import IN_WORDS, TITLE, VOTES, EvaluateConfig
from artsim.evaluation.copies import near_hits, suspects_note, without_suspects
from artsim.evaluation.evaluation_set import gather, random_cosines
from artsim.evaluation.fitted import known_of
from artsim.evaluation.judgement import Coded
from artsim.evaluation.judgements import check_not_trained_on
from artsim.evaluation.metrics import Doubles
from artsim.evaluation.other_artists import other_artists, partly_the_artist, without_own_artist
from artsim.evaluation.paired import compare
from artsim.evaluation.ranking import rank
from artsim.evaluation.relevance import available, title_facts
from artsim.evaluation.relevances import (
    TITLES,
    Relevance,
    Setting,
    as_relevance,
    called,
    in_words,
)
from artsim.evaluation.report import VOTES_NOTE, command, definitions, title_sentence
from artsim.evaluation.results import Evaluation, Run, TitleFacts
from artsim.evaluation.summary import Judged, Ranked, combine, summarise
from artsim.evaluation.title_pairs import doubtful_pairs, pairs_sentence
from artsim.evaluation.trec import write_trec
from artsim.search.galleries import Galleries

POLICY = "skip"
_PRODUCTS_A_SECOND = 1e11  # float32 operations of two cores, a careful guess
_QUERIES_A_SECOND = 1_500


def evaluate(
    galleries: Galleries,
    config: EvaluateConfig,
    progress: Progress = NULL,
    relevances: Sequence[Any] = (),
    trec_out: Path | None = None,
) -> Evaluation:
    """Evaluate as ``config`` says; memory does not grow with queries x works.

    ``trec_out`` is a folder for run files and qrels that trec_eval reads; see ``trec``.
    ``relevances``, where given, replace the names in ``config``: names, results of ``same``, and
    functions of two rows (see ``relevances.as_relevance``). The same collection, config and code
    give the same figures. Raises ArtsimError with one sentence where something cannot be evaluated,
    and what ``progress`` raises.

    >>> def near_in_time(query, work):  # rows are mappings of metadata
    ...     return bool(query["year"] and work["year"] and abs(query["year"] - work["year"]) < 20)
    >>> evaluate(library, config, relevances=["style", near_in_time])  # doctest: +SKIP
    """
    began = time.monotonic()
    chosen = _distinct([as_relevance(one) for one in relevances or config.relevances])
    material = gather(galleries, config)
    workspace = galleries.workspace
    records = {
        space.backbone: fitted_on(workspace, space.backbone, space.digest)
        for space in material.spaces
    }
    for backbone, record in records.items():
        check_not_trained_on(backbone, record, [one.name for one in chosen], config.collection)
    if config.leave_out_copies:
        material = without_suspects(material, config.copy_cosine, progress)
    notes = list(material.notes)
    setting = Setting(galleries.workspace, config, material, progress)
    judged, titles = _judgements(setting, chosen, notes)
    clusters = clusters_of(material.query_catalog, material.queries, config.cluster_by)
    of_relevance = {
        one.judgement.name: clusters.of(np.flatnonzero(one.n_relevant > 0)) for one in judged
    }
    by_hand = [one.judgement for one in judged if partly_the_artist(one.judgement.name)]
    apart = without_own_artist(material) if by_hand else None
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
            apart=apart.exclude if apart else None,
        )
        progress.finish()
        near = near_hits(ranking, config.copy_cosine)
        if told := suspects_note(material, ranking, near, config.copy_cosine):
            notes.append(f"With {space.backbone}: {told}")
        chance = random_cosines(space, material.exclude, seed=config.seed)
        ranked = Ranked(space, ranking, near, chance, *combine(config, ranking, titles, clusters))
        known = known_of(material, records[space.backbone], galleries.workspace)
        facts = facts_of(material.query_catalog, material.queries, known)
        by_others = {}
        if apart is not None and ranking.apart is not None:
            by_others = other_artists(config, apart, ranking.apart, by_hand, clusters)
        for one, in_top_r in zip(judged, ranking.hits_in_top_r, strict=True):
            name = one.judgement.name
            run, table = summarise(
                config, material, ranked, one, in_top_r, facts, clusters, by_others.get(name)
            )
            runs.append(run)
            tables.append(table)
            values[run.backbone, run.relevance] = {
                name: table.column(name).to_numpy() for name in run.figures
            }
    facts_told = _title_facts(titles, config)
    if facts_told is not None and any(one.judgement.name == "title" for one in judged):
        notes.append(title_sentence(facts_told, len(material.queries)))
        shown = pairs_sentence(facts_told.similar_pairs, facts_told.similar, config.title_threshold)
        notes += [shown] if shown else []
    names = [one.name for one in chosen]
    if VOTES in names:
        notes.append(VOTES_NOTE)
    notes += [
        f"The relevance {called(one.name)!r} was made in Python: no command can repeat it."
        for one in chosen
        if not _repeatable(one)
    ]
    now = datetime.now(UTC)
    found = Evaluation(
        id=f"eval-{now:%Y%m%d-%H%M%S}-{secrets.token_hex(3)}",
        date=now.isoformat(timespec="seconds"),
        collection=config.collection,
        queries_collection=config.queries or config.collection,
        collection_version=material.catalog.version,
        code_version=code_version(),
        config=config.model_dump(mode="json") | {"relevances": names},
        command=command(config, names),
        policy=POLICY,
        resamples=RESAMPLES,
        seconds=round(time.monotonic() - began, 3),
        definitions=definitions(config),
        notes=tuple(notes),
        titles=facts_told,
        runs=tuple(runs),
        comparisons=compare(values, config.seed, of_relevance) if len(material.spaces) > 1 else (),
        per_query=pa.concat_tables(tables),
    )
    if trec_out is not None:
        write_trec(trec_out, found, material, [one.judgement for one in judged])
    return found


def likely_seconds(galleries: Galleries, config: EvaluateConfig) -> float:
    """About how long an evaluation takes, to choose between waiting and a job; reads little."""
    info = galleries.info(config.collection)
    asked = galleries.info(config.queries).artworks if config.queries else info.artworks
    asked = min(asked, config.sample or asked)
    wide = max((c.dimension for c in info.embeddings), default=1_280)
    products = 2.0 * asked * info.artworks * wide / _PRODUCTS_A_SECOND
    titles = asked * info.artworks / 7_000**2 * 0.5
    return titles + len(config.backbones) * (products + asked / _QUERIES_A_SECOND)


def _distinct(chosen: list[Relevance]) -> list[Relevance]:
    names = [one.name for one in chosen]
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise InvalidInput(f"Two relevances are called {twice[0]!r}: give one another name.")
    return chosen


def _repeatable(relevance: Relevance) -> bool:
    """Whether its name is enough to evaluate by it again."""
    try:
        return as_relevance(relevance.name) == relevance
    except ArtsimError:
        return False


def _judgements(
    setting: Setting, chosen: list[Relevance], notes: list[str]
) -> tuple[list[Judged], Judged | None]:
    """The chosen relevances, by default all that the metadata allows; titles, for ``combined``."""
    material, collection = setting.material, setting.config.collection
    wanted = chosen or [as_relevance(n) for n in available(material.catalog, material.works)]
    found: dict[str, Judged] = {}
    reasons: list[InvalidInput] = []
    others = [] if TITLE in (one.name for one in wanted) else [TITLES]
    for one in (*wanted, *others):
        try:
            found[one.name] = _judged(setting, one)
        except InvalidInput as error:
            if one in chosen:
                raise
            if one in wanted:
                reasons.append(error)
    names = [one.name for one in wanted]
    if reasons and not any(name in found for name in names):
        raise reasons[0]
    notes += [str(reason) for reason in reasons]
    if not names:
        raise InvalidInput(
            f"Nothing in {collection!r} says which works are related: give its works a "
            f"{IN_WORDS}, with two works sharing one at least."
        )
    return [found[name] for name in names if name in found], found.get(TITLE)


def _judged(setting: Setting, relevance: Relevance) -> Judged:
    material, collection = setting.material, setting.config.collection
    judgement = relevance.judge(setting)
    n_relevant = material.n_relevant(judgement)
    asked = n_relevant > 0
    if not asked.any():
        raise InvalidInput(
            f"No query has a relevant work by {in_words(relevance.name)} in {collection!r}, its "
            "own copies left out: choose another relevance."
        )
    if (n_relevant[asked] == material.candidates[asked]).all():
        raise InvalidInput(
            f"By {in_words(relevance.name)} every work of {collection!r} that can be found is "
            "relevant to every query, so any ranking would be perfect: choose another relevance."
        )
    return Judged(judgement, n_relevant)


def _title_facts(titles: Judged | None, config: EvaluateConfig) -> TitleFacts | None:
    if titles is None or not isinstance(titles.judgement, Coded):
        return None
    facts = title_facts(titles.judgement, int(np.count_nonzero(titles.n_relevant)))
    count, shown = doubtful_pairs(titles.judgement, config.title_similarity)
    return replace(facts, similar_pairs=count, similar=shown)
