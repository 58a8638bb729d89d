"""Which files of a folder were imported before: recognised by content, not by path.

A file is opened only where its size is that of an imported one and its name or time is not.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from artsim.collection.import_log import LogEntry
from artsim.collection.sources.files import FoundFile, page_of
from artsim.core.digests import file_sha256

_SAMPLE = 48  # files that decide which source a folder is
Entries = Mapping[str, LogEntry]


class Digests:
    """SHA-256 of files, each read once; "" where one cannot be read."""

    def __init__(self) -> None:
        self._known: dict[Path, str] = {}

    def of(self, path: Path) -> str:
        """The digest of the file's bytes."""
        if path not in self._known:
            try:
                self._known[path] = file_sha256(path)
            except OSError:
                self._known[path] = ""
        return self._known[path]


@dataclass
class Recognised:
    """The files of a source beside the log, by name in the source or by key in the log.

    ``places`` says where files of the log are now that were elsewhere, or had another time,
    with the same bytes. ``copies`` are files whose picture another source holds, by its key.
    """

    places: dict[str, LogEntry] = field(default_factory=dict)
    copies: dict[str, str] = field(default_factory=dict)
    unchanged: set[str] = field(default_factory=set)
    moved: set[str] = field(default_factory=set)
    renamed: set[str] = field(default_factory=set)
    changed: dict[str, FoundFile] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    missing: set[str] = field(default_factory=set)


def origin_of(
    files: list[FoundFile],
    entries: Entries,
    origins: Iterable[str],
    hint: str,
    digests: Digests,
    share: Callable[[str], float],
) -> str | None:
    """Which of ``origins`` the files are, wherever they lie now; None where they are new.

    ``hint`` is the origin that was last seen at their place, "" where there is none. ``share``
    tells how much of an origin's files must be found, bytes for bytes.
    """
    by_origin: dict[str, list[LogEntry]] = {o: [] for o in origins}
    for entry in entries.values():
        if entry.origin in by_origin and entry.sha256:
            by_origin[entry.origin].append(entry)
    if not by_origin.get(hint):
        by_origin.pop(hint, None)
    marks = {f.file: f.fingerprint for f in files}
    same = [marks.get(e.name) == e.fingerprint for e in by_origin.get(hint, ())]
    if same and sum(same) >= share(hint) * len(same):
        return hint
    sizes: dict[int, list[FoundFile]] = defaultdict(list)
    for found in files:
        sizes[found.size].append(found)
    shares = {o: _share(of_origin, sizes, digests) for o, of_origin in by_origin.items()}
    best = max(shares, key=lambda o: (shares[o], o == hint), default="")
    if best and shares[best] >= share(best):
        return best
    return hint if hint in by_origin else None


def _share(
    entries: list[LogEntry], sizes: Mapping[int, list[FoundFile]], digests: Digests
) -> float:
    """The share of the entries whose bytes are among the files, by a sample of them."""
    if not any(e.size in sizes for e in entries):
        return 0.0
    step = max(1, len(entries) // _SAMPLE)
    sample = sorted(entries, key=lambda e: e.sha256)[::step]
    found = 0
    for entry in sample:
        alike = sizes.get(entry.size, [])
        alike = sorted(alike, key=lambda f: _base(f.file) != _base(entry.name))
        found += any(digests.of(f.path) == entry.sha256 for f in alike)
    return found / len(sample)


def recognise(
    files: list[FoundFile],
    entries: Entries,
    origin: str,
    digests: Digests,
    is_there: Callable[[LogEntry], bool],
) -> Recognised:
    """Compare the usable files of a source with what is known of it and of other sources.

    ``is_there`` says whether a file of another source is still at its place.
    """
    found = Recognised()
    own = {e.name: key for key, e in entries.items() if e.origin == origin and not e.imageless}
    left_files: dict[str, FoundFile] = {}
    left = dict(own)
    for file in files:
        key = own.get(file.file)
        entry = entries[key] if key else None
        same = entry is not None and file.fingerprint == entry.fingerprint
        touched = entry is not None and not same and _same_bytes(file, entry, digests)
        if key and entry and (same or touched):
            found.unchanged.add(file.file)
            del left[file.file]
            if touched or entry.missing:
                found.places[key] = _at(file, entry, origin)
        else:
            left_files[file.file] = file
    lost = _by_size({key: entries[key] for key in left.values()})
    _take_moved(found, left_files, lost, digests, origin)
    gone = set(left.values()) - found.places.keys()
    for name in sorted(left_files.keys() & left.keys()):
        if left[name] in gone:
            found.changed[name] = left_files.pop(name)
            gone.discard(left[name])
    others = _by_size({k: e for k, e in entries.items() if e.origin != origin})
    absent = {
        size: [(k, e) for k, e in some if not is_there(e)]
        for size, some in others.items()
        if any(f.size == size for f in left_files.values())
    }
    _take_moved(found, left_files, absent, digests, origin)
    for name, file in left_files.items():
        holder = _holder(file, others.get(file.size, []), found.places, digests)
        if holder is None:
            found.new.add(name)
        else:
            found.copies[name] = holder
    found.missing = gone
    return found


def _take_moved(
    found: Recognised,
    files: dict[str, FoundFile],
    lost: Mapping[int, list[tuple[str, LogEntry]]],
    digests: Digests,
    origin: str,
) -> None:
    """Give lost entries the files that have their bytes; those are no longer in ``files``."""
    for name in sorted(files):
        file = files[name]
        alike = [
            (k, e)
            for k, e in lost.get(file.size, ())
            if k not in found.places and _same_page(file, e)
        ]
        if not alike:
            continue
        digest = digests.of(file.path)
        alike = [(k, e) for k, e in alike if e.sha256 == digest]
        if alike:
            key, entry = min(alike, key=lambda pair: (_base(pair[1].name) != _base(name), pair[0]))
            found.places[key] = _at(file, entry, origin)
            if _base(entry.name) != _base(name):
                found.renamed.add(name)
            elif entry.name != name:
                found.moved.add(name)
            else:
                found.unchanged.add(name)
            del files[name]


def _holder(
    file: FoundFile,
    alike: list[tuple[str, LogEntry]],
    placed: Mapping[str, LogEntry],
    digests: Digests,
) -> str | None:
    """The file of another source that has the same bytes and is still there."""
    alike = [(k, e) for k, e in alike if k not in placed and e.artwork_id and _same_page(file, e)]
    digest = digests.of(file.path) if alike else ""
    return next((k for k, e in alike if e.sha256 == digest), None)


def _at(file: FoundFile, entry: LogEntry, origin: str) -> LogEntry:
    return replace(
        entry,
        origin=origin,
        name=file.file,
        fingerprint=file.fingerprint,
        missing="",
        broken="",
    )


def _same_page(file: FoundFile, entry: LogEntry) -> bool:
    return max(file.page, 1) == page_of(entry.name)[1]


def _same_bytes(file: FoundFile, entry: LogEntry, digests: Digests) -> bool:
    if not entry.sha256 or file.size != entry.size:
        return False
    return digests.of(file.path) == entry.sha256


def _by_size(entries: Entries) -> dict[int, list[tuple[str, LogEntry]]]:
    sizes: dict[int, list[tuple[str, LogEntry]]] = defaultdict(list)
    for key, entry in entries.items():
        if entry.sha256 and not entry.imageless:
            sizes[entry.size].append((key, entry))
    return sizes


def _base(name: str) -> str:
    return name.rpartition("/")[2]
