"""Which pictures belong together: photographs and versions of one work, works of one artist."""

import re
from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from artsim.collection.artists import artist_key, related_artists
from artsim.evaluation.titles import fold_title, says_nothing
from artsim.training.wikiart.listing import Entry

_PART = re.compile(r"(?<=.) (?:detail|details|fragment)(?: \d{1,2})?$")
# Addresses tell versions apart by the year, and by a number after it.
_YEAR = re.compile(r"(?<=.) (?:1\d{3}|20[0-2]\d)(?: \d{1,2})?$")
_LETTER = re.compile(r"[^\W\d_]")
_NUMBER = re.compile(r"(?<=.) \d{1,2}$")


@dataclass(frozen=True)
class Leak:
    """How many groups stand in more than one split, and how many pictures those hold."""

    groups: int
    pictures: int


def work_groups(
    entries: Sequence[Entry], listed: Sequence[Entry], same: Collection[tuple[str, str]] = ()
) -> dict[str, str]:
    """The work that each file of ``entries`` shows, named by the first of its files.

    ``listed`` are all files there are. These count as one work: files with the same group in the
    table; the same title by the same artist, years of addresses and words like "detail" left out;
    the same title with a number after it where the title without one is listed too; and the pairs
    of ``same``. Untitled works and those of unknown artists are alone.
    """
    joined = _Joined()
    folded = {artist: artist_key(artist) for artist in {e.artist for e in listed}}
    # Others can be joined with none of these.
    near = {folded[e.artist] for e in entries}
    given = {e.work for e in entries if e.work}
    copies = {file for pair in same for file in pair}
    listed = [e for e in listed if folded[e.artist] in near or e.work in given or e.file in copies]
    titles = {e.file: _title(e) for e in listed}
    artists = {e.file: folded[e.artist] for e in listed}
    bare = {(artists[e.file], titles[e.file]) for e in listed}
    first: dict[tuple[str, str], str] = {}
    for entry in listed:
        file = entry.file
        if entry.work:
            joined.join(file, first.setdefault(("", entry.work), file))
        artist, title = artists[file], titles[file]
        if not artist or not title:
            continue
        without = _NUMBER.sub("", title)
        title = without if (artist, without) in bare else title
        joined.join(file, first.setdefault((artist, title), file))
    for one, two in same:
        joined.join(one, two)
    return {e.file: joined.root(e.file) for e in entries}


def artist_groups(entries: Sequence[Entry], works: Mapping[str, str]) -> dict[str, str]:
    """The group of each file by artist, named by the first file; a work is never torn apart."""
    joined = _Joined()
    first: dict[str, str] = {}
    for entry, artist in zip(entries, related_artists([e.artist for e in entries]), strict=True):
        joined.join(entry.file, works[entry.file])
        if artist:
            joined.join(entry.file, first.setdefault(artist, entry.file))
    return {e.file: joined.root(e.file) for e in entries}


def leak(groups: Sequence[str], splits: Sequence[str]) -> Leak:
    """The groups that stand in more than one split; "" is no group."""
    sides: dict[str, set[str]] = defaultdict(set)
    for group, split in zip(groups, splits, strict=True):
        sides[group].add(split)
    torn = {group for group, found in sides.items() if group and len(found) > 1}
    sizes = Counter(groups)
    return Leak(len(torn), sum(sizes[group] for group in torn))


def _title(entry: Entry) -> str:
    """The title that versions of a work share, "" where it says nothing."""
    folded = fold_title(entry.title)
    bare = _PART.sub("", folded)
    if entry.slug:
        bare = _YEAR.sub("", bare)
    nothing = says_nothing(folded) or says_nothing(bare) or not _LETTER.search(bare)
    return "" if nothing else bare


class _Joined:
    """Sets of files that are joined two by two; a set is named by its first file."""

    def __init__(self) -> None:
        self._parent: dict[str, str] = {}

    def root(self, file: str) -> str:
        parent = self._parent.setdefault(file, file)
        while parent != self._parent[parent]:
            self._parent[parent] = parent = self._parent[self._parent[parent]]
        self._parent[file] = parent
        return parent

    def join(self, one: str, two: str) -> None:
        one, two = sorted((self.root(one), self.root(two)))
        self._parent[two] = one
