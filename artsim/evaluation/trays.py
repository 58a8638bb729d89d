"""Works that a person has put into one tray, as relevance."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from artsim.core.errors import ArtsimError
from artsim.core.workspace import Workspace
from artsim.desk.trays import Trays
from artsim.evaluation.config import TRAY, TRAYS
from artsim.evaluation.judgement import Judgement
from artsim.search.catalog import Catalog

if TYPE_CHECKING:
    from artsim.evaluation.relevances import Setting


@dataclass(frozen=True)
class InTray:
    """Works are relevant to one another that lie in one tray: the one named ``tray``, "" for any.

    >>> InTray("Winter").name, InTray().name
    ('tray:Winter', 'trays')
    """

    tray: str = ""

    @property
    def name(self) -> str:
        """See Relevance."""
        return f"{TRAY}{self.tray}" if self.tray else TRAYS

    @property
    def title(self) -> str:
        """See Relevance."""
        return f"Tray {self.tray}" if self.tray else "In one tray"

    def judge(self, setting: "Setting") -> Judgement:
        """See Relevance; works that lie in no tray have no relevant work."""
        config = setting.config
        relevant = relevant_ids(
            setting.workspace, self.tray, config.queries or config.collection, config.collection
        )
        nothing = f"No tray holds two works of {config.collection!r}: fill one first"
        return setting.listed(self.name, relevant, nothing)

    def offered(self, workspace: Workspace, catalog: Catalog) -> bool:
        """See Relevance."""
        try:
            return bool(relevant_ids(workspace, self.tray, catalog.name, catalog.name))
        except ArtsimError:  # the Tray page says what is wrong with them
            return False


def relevant_ids(
    workspace: Workspace, tray: str, queries: str, collection: str
) -> dict[str, set[str]]:
    """For each work of ``queries`` in a tray, the other works of ``collection`` in it."""
    trays = Trays(workspace)
    found: dict[str, set[str]] = {}
    for one in [trays.get(tray)] if tray else trays.all():
        works = set(one.ids(collection))
        for query in one.ids(queries):
            others = works - {query} if queries == collection else works
            if others:
                found.setdefault(query, set()).update(others)
    return found


ANY_TRAY = InTray()
