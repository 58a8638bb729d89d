"""Files that lie elsewhere now: their works and pictures, and what a person chose, follow."""

from collections.abc import Mapping
from dataclasses import replace

from artsim.collection import works
from artsim.collection.import_log import ImportLog, LogEntry
from artsim.collection.pictures import PRIMARY
from artsim.collection.quality import choices
from artsim.collection.quality.choices import Choices, pairs
from artsim.collection.store import Collection


def relocate(collection: Collection, log: ImportLog, places: Mapping[str, LogEntry]) -> None:
    """Note where files of the log lie now; killed at any moment, a second call finishes it.

    The log is written last: until then the files are found to have moved again.
    """
    keys = log.keys_at(places)
    works.refile(
        collection.uri,
        {e.artwork_id: keys[k] for k, e in places.items() if e.artwork_id and e.role == PRIMARY},
    )
    collection.pictures.refile({e.sequence: keys[k] for k, e in places.items()})
    chosen = choices.load(collection)
    followed = _followed(chosen, {old: new for old, new in keys.items() if old != new})
    if followed != chosen:
        choices.save(collection, followed)
    log.place(places)


def _followed(chosen: Choices, keys: Mapping[str, str]) -> Choices:
    """The choices of files that go by other keys now."""

    def now(files: frozenset[str]) -> frozenset[str]:
        return frozenset(keys.get(file, file) for file in files)

    return replace(
        chosen,
        keep=now(chosen.keep),
        reject=now(chosen.reject),
        best=now(chosen.best),
        apart=pairs((keys.get(a, a), keys.get(b, b)) for a, b in chosen.apart),
        together=frozenset((keys.get(a, a), keys.get(b, b)) for a, b in chosen.together),
    )
