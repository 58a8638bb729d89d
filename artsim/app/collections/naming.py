"""Finding a collection by the name that a person types."""

from collections.abc import Iterable

from artsim.collection.store import CollectionInfo
from artsim.core.names import free_name, name_for


def name_of(typed: str, collections: Iterable[CollectionInfo]) -> str:
    """The name of the collection called ``typed``, else a name for a new one; "" for "".

    Collections with different titles are different, even if both titles give the same name.
    """
    title, name = typed.casefold(), name_for(typed)
    found = list(collections)
    for info in found:
        if title in (info.name, info.heading.casefold()) or (name == info.name and not info.title):
            return info.name
    return free_name(typed) if any(info.name == name for info in found) else name
