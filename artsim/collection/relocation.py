"""Files that lie elsewhere now: their works, and what else names them, follow."""

from collections.abc import Mapping

from artsim.collection import works
from artsim.collection.import_log import FileLog, LogEntry
from artsim.collection.store import Collection


def relocate(collection: Collection, log: FileLog, places: Mapping[str, LogEntry]) -> None:
    """Note where files of the log lie now; killed at any moment, a second call finishes it.

    The log is written last: until then the files are found to have moved again.
    """
    files = {e.artwork_id: e.name for e in places.values() if e.artwork_id}
    for uri in (collection.uri, log.aside_uri):
        works.refile(uri, files)
    log.place(places)
