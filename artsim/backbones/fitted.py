"""What a backbone was fitted on, as the record in its folder says."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from artsim.backbones import registry
from artsim.collection.artists import artist_keys
from artsim.collection.sources.naming import safe_id
from artsim.core.errors import ArtsimError
from artsim.core.workspace import Workspace

RUN, CONFIG, SUMMARY, SPLIT = "run", "config.json", "summary.json", "split.csv"
OTHER, CHOSEN, FITTED = 0, 1, 2
States = npt.NDArray[np.int8]


@dataclass(frozen=True)
class _Source:
    """The works of one training by id; of any collection where it was a folder."""

    collection: str | None
    states: dict[str, int] = field(repr=False)


@dataclass(frozen=True)
class FittedOn:
    """What is known of the works that a backbone was fitted on.

    ``record`` is works where each one is named, labels where only artists that were learnt are,
    none where nothing is known. ``artists`` are the keys of those artists.
    """

    record: Literal["works", "labels", "none"]
    artists: frozenset[str] = frozenset()
    sources: tuple[_Source, ...] = ()

    def states(self, collection: str, ids: Sequence[str], files: Sequence[str] = ()) -> States:
        """int8 [N]: FITTED; CHOSEN where only weights and epoch were chosen by a work; else OTHER.

        Works are told by their id, and by the collection where the training was of one. A folder's
        works are told by id or file, whatever collection it was imported into; ``files`` are the
        paths that the works of ``ids`` were imported from, "" where there is none.
        """
        found = np.zeros(len(ids), np.int8)
        for source in self.sources:
            if source.collection in (None, collection):
                found = np.maximum(found, [source.states.get(name, OTHER) for name in ids])
            if source.collection is None and files:
                names = [PurePosixPath(file).name for file in files]
                for told in (files, names):
                    found = np.maximum(found, [source.states.get(file, OTHER) for file in told])
        return found.astype(np.int8)


def fitted_on(workspace: Workspace, name: str, digest: str) -> FittedOn:
    """What the backbone ``name`` was fitted on; of other weights than ``digest`` nothing is known.

    What it started from and its teacher count too. Fetches nothing.

    ``fitted_on(workspace, "artsim-lite0", digest).states("paintings", ["p00002"])`` is ``[2]``.
    """
    spec = _at_hand(workspace, name)
    if spec is None or spec.digest != digest:
        return FittedOn("none")
    return _of(workspace, spec, frozenset())


def _of(workspace: Workspace, spec: registry.Backbone, above: frozenset[str]) -> FittedOn:
    artists = frozenset(key for text in spec.labels.get("artist", ()) for key in artist_keys(text))
    folder = spec.weights_file.parent / RUN if spec.weights_file else None
    works = _states(folder) if folder else None
    if folder is None or works is None:
        return FittedOn("labels" if artists else "none", artists)
    config, summary = _json(folder / CONFIG), _json(folder / SUMMARY)
    of_collection = str(summary.get("source", "")).startswith("collection ")
    source = _Source(str(config.get("source")), works) if of_collection else _by_file(works)
    sources: tuple[_Source, ...] = (source,)
    start = config.get("backbone") if config.get("pretrained", True) else None
    for name in {start, config.get("teacher")} - {None, *above, spec.name}:
        before = _at_hand(workspace, str(name))
        if before is not None:
            known = _of(workspace, before, above | {spec.name})
            artists, sources = artists | known.artists, sources + known.sources
    return FittedOn("works", artists, sources)


def _at_hand(workspace: Workspace, name: str) -> registry.Backbone | None:
    listed = {info.name: info for info in registry.list_backbones(workspace)}
    if name not in listed or not listed[name].offline:
        return None  # resolving it would fetch weights
    try:
        return registry.resolve(workspace, name)
    except ArtsimError:  # unusable, so nothing is known of it
        return None


def _states(folder: Path) -> dict[str, int] | None:
    """Each work of the split, None where there is none to be read.

    Parts that were fitted again at the end have seen the works kept aside as well.
    """
    numbers = _json(folder / CONFIG).get("recipe_numbers")
    refit = numbers.get("refit", True) if isinstance(numbers, dict) else True
    aside = FITTED if refit else CHOSEN
    meaning = {"train": FITTED, "validation": aside, "unseen": aside}
    try:
        with (folder / SPLIT).open(encoding="utf-8", newline="") as file:
            return {r["id"]: meaning.get(r["split"], OTHER) for r in csv.DictReader(file)}
    except (OSError, UnicodeDecodeError, csv.Error, KeyError):
        return None


def _by_file(works: dict[str, int]) -> _Source:
    states: dict[str, int] = {}
    for file, state in works.items():
        for name in _names(file):  # two files of one name: the one that was seen more counts
            states[name] = max(state, states.get(name, OTHER))
    return _Source(None, states)


def _names(file: str) -> set[str]:
    """The ids that importing a folder may give to the picture ``file``."""
    path = PurePosixPath(file)
    whole = path.with_suffix("").as_posix()
    plain = {file, path.name, path.stem, whole, f"{whole}-{path.suffix[1:].lower()}"}
    return plain | {safe_id(name) for name in plain}


def _json(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
