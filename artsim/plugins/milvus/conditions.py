"""Which works a query may find, as conditions that Milvus can check."""

from dataclasses import dataclass

from artsim.plugins.milvus.shape import NO_YEAR, RECORD, cut, literal
from artsim.plugins.milvus.where import translated
from artsim.search.filters import Filters
from artsim.search.query import Query

_LARGEST_YEAR = 2**31 - 1


@dataclass(frozen=True)
class Conditions:
    """``parts`` must all hold; ``rest`` is what only the collection's own table can answer."""

    parts: tuple[str, ...]
    rest: Filters

    @property
    def is_whole(self) -> bool:
        """Whether Milvus can check everything."""
        rest = self.rest
        return not (rest.text.split() or rest.where.strip() or rest.having or rest.without)


def conditions(query: Query, group: str | None) -> Conditions:
    """What ``query`` allows; ``group`` is the duplicate group of the work it asks with."""
    parts = [f"id != {literal(RECORD)}", *_barred(query, group), *_facets(query.filters)]
    parts += _years(query.filters)
    if query.filters.has_image is False:
        parts.append('id == ""')  # what is embedded has an image
    where = query.filters.where
    if where.strip() and (condition := translated(where)) is not None:
        parts.append(condition)
        where = ""
    asked = query.filters
    rest = Filters(text=asked.text, where=where, having=asked.having, without=asked.without)
    return Conditions(tuple(parts), rest)


def any_of(field: str, values: tuple[str, ...]) -> str:
    """A condition on a field of text."""
    return f"{field} in [{', '.join(literal(cut(value)) for value in values)}]"


def _barred(query: Query, group: str | None) -> list[str]:
    ids = (*query.exclude_ids, *(() if query.id is None else (query.id,)))
    groups = (*query.exclude_groups, *(() if group is None else (group,)))
    return [
        f"not ({any_of(field, values)})"
        for field, values in (("id", ids), ("duplicate_group", groups))
        if values
    ]


def _facets(filters: Filters) -> list[str]:
    return [any_of(field, values) for field, values in filters.facets.items() if values]


def _years(filters: Filters) -> list[str]:
    parts = []
    if filters.year_from is not None:
        first = _year(filters.year_from)
        alone = f"(year_end == {NO_YEAR} and year >= {first})"
        parts.append(f"(year_end >= {first} or {alone})")
    if filters.year_to is not None:
        parts.append(f"(year != {NO_YEAR} and year <= {_year(filters.year_to)})")
    if filters.undated:
        return [f"({part} or year == {NO_YEAR})" for part in parts]
    return parts


def _year(year: int) -> int:
    return max(NO_YEAR + 1, min(year, _LARGEST_YEAR))
