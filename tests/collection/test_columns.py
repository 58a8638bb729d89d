"""One table of label columns: whatever it names, artworks, filters and views have."""

from dataclasses import fields

from artsim.app.shell.state import View
from artsim.collection.artwork import METADATA_NAMES
from artsim.collection.columns import FACETS, LABELS, RELEVANT_LABELS, century_name, century_of
from artsim.evaluation.config import RELEVANCES
from artsim.search.filters import Filters


def test_what_the_table_names_is_there():
    assert set(LABELS) <= set(METADATA_NAMES)
    for owner in (Filters, View):
        assert set(FACETS.values()) <= {field.name for field in fields(owner)}
    assert set(RELEVANT_LABELS) <= set(RELEVANCES.own)
    values = {field: (f"some {field}",) for field in FACETS.values()}
    assert Filters(**values).facets == {c: values[field] for c, field in FACETS.items()}
    assert View("works", **values).filters() == Filters(**values)


def test_centuries():
    named = {year: century_name(century_of(year)) for year in (1601, 1700, 1, -1, -100, -101, 2024)}
    assert list(named.values()) == [
        *("17th century", "17th century", "1st century", "1st century BC", "1st century BC"),
        *("2nd century BC", "21st century"),
    ]
