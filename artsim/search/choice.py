"""Which of artsim's own indexes answers: exact, or the approximate one where it may be trusted."""

from artsim.collection.store import Collection
from artsim.core.errors import Conflict
from artsim.core.settings import setting
from artsim.search.approximate import LARGEST_K
from artsim.search.gallery import Gallery
from artsim.search.index import Index
from artsim.search.index_store import ENOUGH_RECALL, about, read_index
from artsim.search.query import Query


def chosen(collection: Collection, gallery: Gallery, query: Query) -> tuple[Index, str]:
    """What answers ``query``, exact or approximate, and a sentence where one may wonder why.

    ``auto`` is approximate from ``from_works()`` works on. Raises Conflict where an approximate
    index is asked for and none is built.
    """
    asked = query.index == "approximate"
    if not asked and (query.index != "auto" or len(gallery) < from_works()):
        return gallery.index, ""
    command = f"artsim index {collection.name} --backbone {query.backbone}"
    if query.metric != "cosine":
        command += f" --metric {query.metric}"
    known = about(collection, gallery.column, query.metric)
    if known is None:
        if asked:
            raise Conflict(
                f"No approximate index of {collection.name!r} is built for {query.backbone!r} and "
                f"{query.metric}: run '{command}', or search with index exact."
            )
        return gallery.index, f"This search was exact: '{command}' builds an index that is faster."
    key, info = known
    if not info.trusted:
        recall = min(info.recall_at_10, info.recall_at_100)
        return gallery.index, (
            f"This search was exact: the approximate index finds {recall:.1%} of the right works, "
            f"and less than {ENOUGH_RECALL:.0%} is not used."
        )
    if query.k > LARGEST_K:
        return gallery.index, (
            f"This search was exact: the approximate index answers K up to {LARGEST_K}."
        )

    def load() -> Index | None:
        kept = read_index(collection, gallery.column, query.metric)
        return None if kept is None else kept.index(gallery)

    index = gallery.indexes.get((query.metric, key), load)
    gallery.indexes.forget(lambda other: other[0] == query.metric and other[1] != key)
    if index is None:
        return gallery.index, (
            "This search was exact: the approximate index lacks too many works by now, "
            f"and '{command}' adds them."
        )
    return index, ""


def from_works() -> int:
    """From how many embedded works on ``auto`` is approximate: ARTSIM_APPROXIMATE_FROM."""
    return int(setting("approximate_from"))
