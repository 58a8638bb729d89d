"""What makes one work relevant to another: artsim's own, any column, and functions of one's own.

A package registers more under the entry points ``artsim.relevance``; the registry is
``artsim.evaluation.config.RELEVANCES``.
"""

import inspect
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Any, Protocol, runtime_checkable

import numpy as np

from artsim.collection.authorities import AUTHORITIES
from artsim.collection.columns import CENTURY, LABELS, RELEVANT_LABELS, title_of
from artsim.core.errors import ArtsimError, InvalidInput
from artsim.core.progress import Progress
from artsim.core.workspace import Workspace
from artsim.evaluation import votes
from artsim.evaluation.config import RELEVANCES, SAME, TITLE, TRAY, VOTES, WITHIN, EvaluateConfig
from artsim.evaluation.evaluation_set import EvaluationSet
from artsim.evaluation.judgement import Judgement, Listed, Rows
from artsim.evaluation.relevance import coded, has_label, judge, texts
from artsim.evaluation.trays import InTray
from artsim.evaluation.trec import QRELS, Grades, judged_pairs, read_qrels
from artsim.evaluation.years import YearsApart, years_of
from artsim.search.catalog import Catalog

Row = Mapping[str, Any]
Compare = Callable[[Row, Row], "bool | float"]
Key = Callable[[Row], Any]


@dataclass(frozen=True)
class Setting:
    """What a relevance judges: the works and queries of an evaluation, and its options."""

    workspace: Workspace
    config: EvaluateConfig
    material: EvaluationSet
    progress: Progress

    def check_own_queries(self, what: str) -> None:
        """Raise InvalidInput where the queries are of another collection than ``what`` is about."""
        if self.config.queries:
            raise InvalidInput(
                f"{what} are about the works of a collection itself: leave out the other "
                "collection of queries, or choose another relevance."
            )

    def listed(self, name: str, relevant: Mapping[str, set[str]], nothing: str) -> Judgement:
        """The judgement of ids that people gave.

        Raises InvalidInput where there are none; ``nothing`` says why and what to do.
        """
        if not relevant:
            raise InvalidInput(f"{nothing}, or choose another relevance.")
        return Listed.of(name, relevant, self.material.work_ids, self.material.query_ids)


@runtime_checkable
class Relevance(Protocol):
    """One way to say which works are relevant to which queries."""

    @property
    def name(self) -> str:
        """What it is chosen by, and what tables call it."""

    @property
    def title(self) -> str:
        """What forms and reports call it."""

    def judge(self, setting: Setting) -> Judgement:
        """Judge the works; raises InvalidInput where nothing in them can be judged by."""

    def offered(self, workspace: Workspace, catalog: Catalog) -> bool:
        """Whether a collection has what this judges by."""


@dataclass(frozen=True)
class Titles:
    """Works whose titles are similar; see ``EvaluateConfig`` for its options."""

    name: str = TITLE
    title: str = "Title"

    def judge(self, setting: Setting) -> Judgement:
        """See Relevance."""
        material, config = setting.material, setting.config
        return judge(
            TITLE,
            (material.catalog, material.works),
            (material.query_catalog, material.queries),
            config.title_threshold,
            config.title_similarity,
            setting.workspace.cache / "titles",
            setting.progress,
        )

    def offered(self, workspace: Workspace, catalog: Catalog) -> bool:  # noqa: ARG002
        """See Relevance."""
        return has_label(catalog, _all(catalog), TITLE)


@dataclass(frozen=True)
class Curators:
    """Works of the lists that curators preferred on the Compare page."""

    name: str = VOTES
    title: str = "Votes"

    def judge(self, setting: Setting) -> Judgement:
        """See Relevance."""
        collection = setting.config.collection
        setting.check_own_queries(self.title)
        relevant = votes.relevance(setting.workspace, collection)
        nothing = f"No vote on {collection!r} prefers a list: vote on the Compare page first"
        return setting.listed(VOTES, relevant, nothing)

    def offered(self, workspace: Workspace, catalog: Catalog) -> bool:
        """See Relevance."""
        try:
            return bool(votes.relevance(workspace, catalog.name))
        except ArtsimError:  # the Compare page says what is wrong with them
            return False


@dataclass(frozen=True)
class Same:
    """Works that share a value: of a column, of the century, or of a function of their row."""

    by: str | Key = field(repr=False)
    name: str
    title: str

    def judge(self, setting: Setting) -> Judgement:
        """See Relevance."""
        material = setting.material
        works = material.catalog, material.works
        queries = material.query_catalog, material.queries
        if isinstance(self.by, str):
            return judge(self.name, works, queries, column=self.by)
        found, _ = coded(self.name, self._values(*works), self._values(*queries))
        return found

    def offered(self, workspace: Workspace, catalog: Catalog) -> bool:  # noqa: ARG002
        """See Relevance; functions are always offered: a check would have to judge every work."""
        return not isinstance(self.by, str) or has_label(catalog, _all(catalog), self.by)

    def _values(self, catalog: Catalog, positions: Rows) -> list[str]:
        found = []
        for row in rows_of(catalog, positions):
            value = _called(self.name, self.by, row)
            found.append("" if value is None else str(value))
        return found


@dataclass(frozen=True)
class Compared:
    """Works for which a function of two rows is true, or a grade above 0."""

    compare: Compare = field(repr=False)
    name: str
    title: str

    def judge(self, setting: Setting) -> Judgement:
        """See Relevance; the function is called for every pair of a query and a work."""
        material = setting.material
        works = rows_of(material.catalog, material.works)
        queries = rows_of(material.query_catalog, material.queries)
        pairs: list[int] = []
        weights: list[float] = []
        setting.progress.start(len(queries), f"Judging by {self.name}", "queries")
        for i, query in enumerate(queries):
            for j, work in enumerate(works):
                grade = _grade(self.name, _called(self.name, self.compare, query, work))
                if grade:
                    pairs.append(i * len(works) + j)
                    weights.append(grade)
            setting.progress.advance(1)
        setting.progress.finish()
        graded = np.array(weights) if set(weights) - {1.0} else None
        return Listed(self.name, len(queries), len(works), np.array(pairs, np.int64), graded)

    def offered(self, workspace: Workspace, catalog: Catalog) -> bool:  # noqa: ARG002
        """See Relevance: always offered, because a check would compare every pair."""
        return True


@dataclass(frozen=True)
class Within:
    """Works made at most ``years`` apart."""

    years: int

    @property
    def name(self) -> str:
        """See Relevance."""
        return f"{WITHIN}{self.years}"

    @property
    def title(self) -> str:
        """See Relevance."""
        return f"Within {self.years:,} years"

    def judge(self, setting: Setting) -> Judgement:
        """See Relevance."""
        material = setting.material
        return YearsApart(
            self.name,
            self.years,
            years_of(material.query_catalog, material.queries),
            years_of(material.catalog, material.works),
        )

    def offered(self, workspace: Workspace, catalog: Catalog) -> bool:  # noqa: ARG002
        """See Relevance."""
        return catalog.years is not None


@dataclass(frozen=True)
class Judged:
    """Works that people judged relevant to a query: grades by query and work; see ``trec``."""

    grades: Grades = field(repr=False)
    name: str = QRELS
    title: str = "Judged pairs"

    def judge(self, setting: Setting) -> Judgement:
        """See Relevance; works that nobody judged count as not relevant."""
        return judged_pairs(self.grades, setting.material.work_ids, setting.material.query_ids)

    def offered(self, workspace: Workspace, catalog: Catalog) -> bool:  # noqa: ARG002
        """See Relevance."""
        return any(query in catalog.positions for query in self.grades)


TITLES, CURATORS = Titles(), Curators()


def judged(pairs: Grades | str) -> Judged:
    """Relevance by a table of judged pairs: a mapping of queries to works and grades, or qrels.

    ``pairs`` as text is what trec_eval reads, lines of 'QUERY 0 WORK GRADE'.

    >>> judged({"w1": {"w2": 1}}).name, judged("w1 0 w2 1").grades
    ('qrels', {'w1': {'w2': 1.0}})
    """
    return Judged(read_qrels(pairs) if isinstance(pairs, str) else pairs)


def same(column: str | Key) -> Same:
    """Works are relevant that share a value of ``column``, upper and lower case alike.

    ``column`` is a column of metadata, ``"century"``, or a function from a row (a mapping of
    metadata) to what is shared, None where nothing is known.

    >>> same("century").name, same("style").name, same(lambda row: row["year"]).title
    ('same:century', 'style', 'Function')
    """
    if callable(column):
        name = _name_of(column)
        return Same(column, name, title_of(name))
    name = column if column in RELEVANT_LABELS else f"{SAME}{column}"
    return Same(column, name, title_of(column))


def as_relevance(thing: Any, name: str = "") -> Relevance:
    """The relevance that ``thing`` names or is, under ``name`` where one is given.

    A name of the registry, ``same:COLUMN``, ``within:YEARS``, what ``same`` or ``judged`` gives,
    or a function of two rows (the
    query's and another work's, mappings of metadata) to a bool or to a grade of 0 or more.
    Raises NotFound for an unknown name, InvalidInput for anything else.
    """
    if isinstance(thing, str):
        if thing.startswith(WITHIN):
            return Within(int(thing.removeprefix(WITHIN)))
        if thing.startswith(TRAY):
            return InTray(thing.removeprefix(TRAY))
        return same(thing.removeprefix(SAME)) if thing.startswith(SAME) else RELEVANCES.get(thing)
    if isinstance(thing, Same | Compared | Judged):
        return replace(thing, name=name, title=title_of(name)) if name else thing
    if isinstance(thing, Relevance) and not isinstance(thing, type):
        return thing
    if callable(thing) and not isinstance(thing, type):
        try:
            inspect.signature(thing).bind({}, {})
        except (TypeError, ValueError) as error:
            raise InvalidInput(
                "a relevance takes two rows, the query's and another work's; write "
                "same(function) for a function of one row"
            ) from error
        name = name or _name_of(thing)
        return Compared(thing, name, title_of(name))
    raise InvalidInput(
        f"{type(thing).__name__} is no relevance: use a name, same(column), or a function of two "
        "rows."
    )


def offered(workspace: Workspace, catalog: Catalog) -> dict[str, str]:
    """The relevances by which a collection can be judged: their titles by name."""
    columns = [name for name in (*LABELS, *AUTHORITIES) if name not in RELEVANT_LABELS]
    found = [*RELEVANCES.usable().values(), *(same(c) for c in (CENTURY, *columns)), Within(20)]
    return {one.name: one.title for one in found if one.offered(workspace, catalog)}


def called(name: str) -> str:
    """What people call the relevance of a run, also where nothing here has that name any longer.

    >>> called("same:century"), called("within:20"), called("close_in_time")
    ('Century', 'Within 20 years', 'Close in time')
    """
    try:
        return as_relevance(name).title
    except ArtsimError:
        return title_of(name)


def in_words(name: str) -> str:
    """What follows "by" in a sentence about the relevance of a run.

    >>> in_words("style"), in_words("same:ulan"), in_words("within:20")
    ('style', 'ULAN', "'Within 20 years'")
    """
    title = called(name)
    if " " in title:
        return f"'{title}'"
    return title.lower() if title.istitle() else title


def rows_of(catalog: Catalog, positions: Rows) -> list[Row]:
    """The metadata at ``positions``, one read-only mapping a work, with its ``century``."""
    centuries = texts(catalog, positions, CENTURY)
    return [
        MappingProxyType({**row, CENTURY: century})
        for row, century in zip(catalog.rows(positions), centuries, strict=True)
    ]


def _called(name: str, function: Any, *rows: Row) -> Any:
    try:
        return function(*rows)
    except Exception as error:
        about = " and ".join(repr(row["id"]) for row in rows)
        raise InvalidInput(
            f"The relevance {name!r} fails for {about} ({type(error).__name__}: {error}): correct "
            "the function."
        ) from error


def _grade(name: str, value: Any) -> float:
    try:
        grade = float(value)
    except (TypeError, ValueError):
        grade = math.nan
    if not math.isfinite(grade) or grade < 0:
        raise InvalidInput(
            f"The relevance {name!r} gives {str(value)[:40]!r}: let it give True, False, or a "
            "grade of 0 or more."
        )
    return grade


def _all(catalog: Catalog) -> Rows:
    return np.arange(len(catalog))


def _name_of(function: Any) -> str:
    name = getattr(function, "__name__", type(function).__name__)
    return "function" if name == "<lambda>" else str(name)
