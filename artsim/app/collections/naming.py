"""What a person types as the name of a collection, and the collection that it names."""

from collections.abc import Iterable

from artsim.collection.store import CollectionInfo
from artsim.core.names import free_name, name_for


def name_of(typed: str, collections: Iterable[CollectionInfo]) -> str:
    """The name of the collection that is called ``typed``, else one for a new one; "" of nothing.

    Two that are called otherwise are two, though the same name would be made of both.
    """
    title, name = typed.casefold(), name_for(typed)
    found = list(collections)
    for info in found:
        if title in (info.name, info.heading.casefold()) or (name == info.name and not info.title):
            return info.name
    return free_name(typed) if any(info.name == name for info in found) else name
