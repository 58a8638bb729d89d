"""The stored record of the works that a backbone was fitted on: ``run/fitted_on.json``.

It holds one entry for the training itself, and one for the backbone that it started from and for
its teacher, with all that their own records say: they may be gone when the record is asked. Works
are named by id; artists and work groups only by digests, so that a backbone that is handed on tells
nobody what a collection holds, but answers for a work that one has.
"""

import csv
import hashlib
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from artsim.collection.artists import artist_key, artist_keys
from artsim.collection.labels import label_key
from artsim.collection.quality.picture_hash import WIDTH
from artsim.core import atomic
from artsim.core.errors import Unreadable
from artsim.core.formats import Document, Format, text_of

RUN, CONFIG, SUMMARY, SPLIT = "run", "config.json", "summary.json", "split.csv"
RECORD = "fitted_on.json"
FORMAT = Format("record of fitted works", "publish the backbone again")
OTHER, CHOSEN, FITTED = 0, 1, 2
Role = Literal["training", "start", "teacher"]
# How a work was seen, one letter each in the file.
TRAIN, VALIDATION, UNSEEN = "t", "v", "u"
_LETTERS = {"train": TRAIN, "validation": VALIDATION, "unseen": UNSEEN}
_DIGEST = 6  # bytes: a million of them are different


@dataclass(frozen=True)
class SeenWorks:
    """The works that one training saw, N each; "" and () where something is not known of a work.

    ``ids`` are artwork ids of ``collection``, or files of a folder where that is None. ``saw`` is
    TRAIN, VALIDATION or UNSEEN, the last for works of artists kept aside. ``artists`` holds the
    digests of each work's artists, ``groups`` that of its work group, ``pictures`` its picture's
    hash (see collection.quality.picture_hash), all 0 where it has none.
    """

    collection: str | None
    ids: tuple[str, ...] = field(repr=False)
    saw: str = field(repr=False)
    artists: tuple[tuple[str, ...], ...] = field(default=(), repr=False)
    groups: tuple[str, ...] = field(default=(), repr=False)
    pictures: tuple[bytes, ...] = field(default=(), repr=False)


@dataclass(frozen=True)
class Step:
    """One step of a backbone's making: what ``name`` saw, None where its works are not known.

    ``refit``: the parts were fitted again on all works at the end, those kept aside too. ``judged``
    names the kinds of judgements (votes, marks, groups) on the works that it learnt of.
    """

    role: Role
    name: str
    works: SeenWorks | None
    refit: bool = False
    judged: tuple[str, ...] = ()

    def states(self) -> list[int]:
        """FITTED, or CHOSEN where only epoch and weights were chosen by a work; one for each."""
        aside, saw = FITTED if self.refit else CHOSEN, self.works.saw if self.works else ""
        return [FITTED if letter == TRAIN else aside for letter in saw]


def not_known(steps: Iterable[Step]) -> tuple[str, ...]:
    """The backbones among ``steps`` whose own works are not known."""
    return tuple(dict.fromkeys(step.name for step in steps if step.works is None))


def digest(text: str) -> str:
    """12 hexadecimal digits that stand for a text; "" for none."""
    return hashlib.blake2b(text.encode(), digest_size=_DIGEST).hexdigest() if text else ""


def artist_digests(text: str) -> tuple[str, ...]:
    """Digests of the artists that a text names; empty for nobody."""
    return tuple(digest(key) for key in artist_keys(text))


def group_digest(group: str, artist: str) -> str:
    """The digest of a work group, "" for none; groups of two artists are two, named alike or not.

    >>> group_digest("12", "Jan Steen") == group_digest("12", "Titian"), group_digest("", "Titian")
    (False, '')
    """
    key = label_key(group)
    return digest(f"{key}\0{artist_key(artist)}") if key else ""


def seen_works(
    collection: str | None,
    ids: Sequence[str],
    splits: Sequence[str],
    artists: Sequence[str] = (),
    groups: Sequence[str] = (),
    pictures: Sequence[bytes] = (),
) -> SeenWorks:
    """Those works of a training that it saw; ``splits`` are train, validation, unseen ..."""
    rows = [row for row, split in enumerate(splits) if split in _LETTERS]
    of_group = [group_digest(g, a) for g, a in zip(groups, artists, strict=True)] if groups else []
    return SeenWorks(
        collection,
        tuple(ids[row] for row in rows),
        "".join(_LETTERS[splits[row]] for row in rows),
        tuple(artist_digests(artists[row]) for row in rows) if artists else (),
        tuple(of_group[row] for row in rows) if any(of_group) else (),
        tuple(pictures[row] for row in rows) if pictures else (),
    )


def write(folder: Path, steps: Sequence[Step]) -> None:
    """Write the record into the folder of a run, whole or not at all."""
    documents = [_step_document(step, steps[:number]) for number, step in enumerate(steps)]
    document = FORMAT.stamped({"steps": documents})
    atomic.write(folder / RECORD, json.dumps(document, separators=(",", ":")))


def read(folder: Path) -> tuple[Step, ...] | None:
    """The steps that the folder of a run records, None where it knows none.

    A run's folder from before artsim 0.2 has only the split: then the works are known by id,
    and what the training started from is not among the steps. A damaged record is no record.
    """
    try:
        text = text_of(folder / RECORD)
        if text is not None:
            return _steps_of(FORMAT.parsed(text, folder.parent.name)["steps"])
    except (Unreadable, LookupError, TypeError, ValueError):
        pass
    return _of_split(folder)


def rename_collection(folder: Path, old: str, new: str) -> None:
    """Let the record in a run's folder name a collection as it is called now."""
    steps = read(folder) if (folder / RECORD).is_file() else None
    renamed = tuple(
        replace(step, works=replace(step.works, collection=new))
        if step.works and step.works.collection == old
        else step
        for step in steps or ()
    )
    if steps is not None and renamed != steps:
        write(folder, renamed)


def started_from(folder: Path) -> dict[Role, str]:
    """The backbones that a run's config names: its start, where it had weights, and its teacher."""
    config = read_json(folder / CONFIG)
    start = config.get("backbone") if config.get("pretrained", True) else None
    named: dict[Role, Any] = {"start": start, "teacher": config.get("teacher")}
    return {role: str(name) for role, name in named.items() if name}


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object in a file, {} where there is none to be read."""
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _of_split(folder: Path) -> tuple[Step, ...] | None:
    config, summary = read_json(folder / CONFIG), read_json(folder / SUMMARY)
    numbers = config.get("recipe_numbers")
    refit = bool(numbers.get("refit", True)) if isinstance(numbers, dict) else True
    of_collection = str(summary.get("source", "")).startswith("collection ")
    try:
        with (folder / SPLIT).open(encoding="utf-8", newline="") as file:
            rows = [(row["id"], row["split"]) for row in csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error, KeyError):
        return None
    collection = str(config.get("source")) if of_collection else None
    works = seen_works(collection, [i for i, _ in rows], [split for _, split in rows])
    return (Step("training", folder.parent.name, works, refit),)


def _step_document(step: Step, before: Sequence[Step]) -> Document:
    document: Document = {"role": step.role, "name": step.name, "refit": step.refit, "works": None}
    document |= {"judged": step.judged} if step.judged else {}
    if step.works is None:
        return document
    same = [number for number, one in enumerate(before) if one.works == step.works]
    # A teacher has mostly seen the very works that it teaches.
    return document | {"works": same[0] if same else _works_document(step.works)}


def _works_document(works: SeenWorks) -> Document:
    names = sorted({name for one in works.artists for name in one})
    number = {name: i for i, name in enumerate(names)}
    return {
        "collection": works.collection,
        "ids": works.ids,
        "saw": works.saw,
        "artist_digests": names,
        "artists": [[number[name] for name in one] for one in works.artists],
        "groups": works.groups,
        "pictures": [one.hex() for one in works.pictures],
    }


def _steps_of(documents: Sequence[Document]) -> tuple[Step, ...]:
    steps: list[Step] = []
    for document in documents:
        found = document["works"]
        works = steps[found].works if isinstance(found, int) else _works(found) if found else None
        judged = tuple(map(str, document.get("judged", ())))
        name, refit = str(document["name"]), bool(document["refit"])
        steps.append(Step(document["role"], name, works, refit, judged))
    return tuple(steps)


def _works(document: Document) -> SeenWorks:
    names, count = document["artist_digests"], len(document["ids"])
    pictures = tuple(bytes.fromhex(one) for one in document["pictures"])
    columns = [document[name] for name in ("artists", "groups", "pictures") if document[name]]
    lengths = {len(column) for column in (document["saw"], *columns)}
    if lengths != {count} or {len(one) for one in pictures} - {WIDTH}:
        raise ValueError("columns of different lengths")
    return SeenWorks(
        document["collection"],
        tuple(map(str, document["ids"])),
        str(document["saw"]),
        tuple(tuple(names[i] for i in one) for one in document["artists"]),
        tuple(map(str, document["groups"])),
        pictures,
    )
