"""What a person decided of the files of a collection, heeded whenever they are judged."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from artsim.core.formats import Format

if TYPE_CHECKING:
    from artsim.collection.store import Collection

FILE = "choices.json"
CHOICES = Format("choices of a person for", "restore it from a backup")
Pair = tuple[str, str]


@dataclass(frozen=True)
class Choices:
    """Judgements of a person by file key; they outlive imports and win over measurements.

    ``keep``: a work of its own, whatever its quality and whatever it repeats. ``reject``: out of
    the collection. ``apart``: never copies of each other, in either order. ``together``: (a, b), b
    is a picture of the work that a shows, also where b has a row of its own. ``best``: the picture
    that its work, or its group of copies, is shown by.

    >>> Choices(keep=frozenset({"a.jpg"})).apart_from("b.jpg", "a.jpg")
    False
    >>> Choices(apart=pairs([("b.jpg", "a.jpg")])).apart_from("a.jpg", "b.jpg")
    True
    """

    keep: frozenset[str] = frozenset()
    reject: frozenset[str] = frozenset()
    apart: frozenset[Pair] = frozenset()
    together: frozenset[Pair] = frozenset()
    best: frozenset[str] = frozenset()

    def apart_from(self, one: str, other: str) -> bool:
        """Whether two files were said to be no copies of each other."""
        return _pair(one, other) in self.apart

    def mains(self) -> dict[str, str]:
        """For each file that was put together with another: the one whose work it shows.

        >>> Choices(together=frozenset({("a", "b"), ("b", "c")})).mains()
        {'b': 'a', 'c': 'a'}
        """
        above = {other: main for main, other in sorted(self.together, reverse=True)}
        return {other: _top(above, other) for other in sorted(above) if _top(above, other) != other}


def pairs(some: Iterable[Pair]) -> frozenset[Pair]:
    """Pairs of file keys in the order in which ``Choices.apart`` holds them: (lower, higher)."""
    return frozenset(_pair(a, b) for a, b in some)


def load(collection: "Collection") -> Choices:
    """The choices for a collection, none where nobody chose; raises Unreadable."""
    text = collection.folder.read(FILE)
    if text is None:
        return Choices()
    document = CHOICES.parsed(text, collection.name)
    try:
        return Choices(
            keep=frozenset(map(str, document.get("keep", ()))),
            reject=frozenset(map(str, document.get("reject", ()))),
            apart=pairs((str(a), str(b)) for a, b in document.get("apart", ())),
            together=frozenset((str(a), str(b)) for a, b in document.get("together", ())),
            best=frozenset(map(str, document.get("best", ()))),
        )
    except (TypeError, ValueError) as error:
        raise CHOICES.unreadable(collection.name, "fields are of a wrong type") from error


def save(collection: "Collection", choices: Choices) -> None:
    """Put ``choices`` in the place of those for a collection, in one step.

    The caller holds the collection's lock "import", and calls ``reapply`` for them to take effect.
    """
    document = {
        "keep": sorted(choices.keep),
        "reject": sorted(choices.reject),
        "apart": sorted(pairs(choices.apart)),
        "together": sorted(choices.together),
        "best": sorted(choices.best),
    }
    collection.folder.write(FILE, json.dumps(CHOICES.stamped(document), indent=1))


def _top(above: dict[str, str], file: str) -> str:
    passed = {file}
    while (file := above.get(file, file)) not in passed:
        passed.add(file)
    return file


def _pair(one: str, other: str) -> Pair:
    return (one, other) if one <= other else (other, one)
