"""What a backbone was fitted on, as the record in its folder says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import PurePosixPath
from typing import Literal

import numpy as np
import numpy.typing as npt

from artsim.backbones import fitted_record, registry
from artsim.backbones.fitted_record import FITTED, OTHER, Role, SeenWorks, Step
from artsim.collection.artists import artist_keys
from artsim.collection.quality.picture_hash import WIDTH, Hashes, first_alike
from artsim.collection.sources.naming import safe_id
from artsim.core.errors import ArtsimError
from artsim.core.workspace import Workspace

States = npt.NDArray[np.int8]


@dataclass(frozen=True)
class FittedOn:
    """What is known of the works that a backbone was fitted on.

    ``record`` is works where each one is named, labels where only artists that were learnt are,
    none where nothing is known. ``artists`` are the keys of those artists, ``steps`` the steps of
    its making, those of what it started from and of its teacher among them.
    """

    record: Literal["works", "labels", "none"]
    artists: frozenset[str] = frozenset()
    steps: tuple[Step, ...] = field(default=(), repr=False)

    @property
    def not_known(self) -> tuple[str, ...]:
        """The backbones that it builds on (start, teacher) whose own fitted works are not known."""
        return fitted_record.not_known(self.steps)

    @property
    def judged(self) -> frozenset[tuple[str, str]]:
        """Collections and the kinds of judgements on them that it was trained on."""
        return frozenset(
            (str(works.collection), kind) for step, works in self._seen for kind in step.judged
        )

    def states(
        self,
        collection: str,
        ids: Sequence[str],
        files: Sequence[str] = (),
        groups: Sequence[str] = (),
        artists: Sequence[str] = (),
    ) -> States:
        """int8 [N]: FITTED; CHOSEN where only weights and epoch were chosen by a work; else OTHER.

        A work is recognised by its id, and by its collection where the training was on one; works
        of a folder by id or file, whatever collection they were imported into. ``files`` are the
        paths that the works of ``ids`` were imported from, "" where there is none. ``groups`` with
        ``artists`` identify works of a work group that was seen, in any collection.
        """
        found = np.zeros(len(ids), np.int8)
        for step, works in self._seen:
            told: list[Sequence[str]] = []
            states = dict(zip(works.ids, step.states(), strict=True))
            if works.collection is None:
                states = _by_file(states)
                told = [ids, files, [PurePosixPath(file).name for file in files]]
            elif works.collection == collection:
                told = [ids]
            for names in told:
                if names:
                    found = np.maximum(found, [states.get(name, OTHER) for name in names])
            if groups and works.groups:
                seen = _highest(zip(works.groups, step.states(), strict=True))
                pairs = zip(groups, artists, strict=True)
                keys = [fitted_record.group_digest(g, a) for g, a in pairs]
                found = np.maximum(found, [seen.get(key, OTHER) if key else OTHER for key in keys])
        return found.astype(np.int8)

    @property
    def has_pictures(self) -> bool:
        """Whether works can be recognised by their pictures."""
        return any(works.pictures for _, works in self._seen)

    def states_by_picture(self, hashes: Hashes) -> States:
        """As ``states``, of works whose picture has one of ``hashes`` [N], whatever their id."""
        found = np.zeros(len(hashes), np.int8)
        for step, works in self._seen:
            if works.pictures:
                known = np.frombuffer(b"".join(works.pictures), np.uint8).reshape(-1, WIDTH)
                states = np.append(np.array(step.states(), np.int8), OTHER)  # for row -1
                found = np.maximum(found, states[first_alike(hashes, known)])
        return found

    def knows_artist(self, text: str) -> bool:
        """Whether it was fitted on a work of one of the artists that ``text`` names."""
        keys = artist_keys(text)
        if not self.artists.isdisjoint(keys):
            return True
        return not self._artist_digests.isdisjoint(map(fitted_record.digest, keys))

    @cached_property
    def _artist_digests(self) -> frozenset[str]:
        return frozenset(
            name
            for step, works in self._seen
            if works.artists
            for state, names in zip(step.states(), works.artists, strict=True)
            if state == FITTED
            for name in names
        )

    @property
    def _seen(self) -> list[tuple[Step, SeenWorks]]:
        return [(step, step.works) for step in self.steps if step.works is not None]


def fitted_on(workspace: Workspace, name: str, digest: str) -> FittedOn:
    """What the backbone ``name`` was fitted on; of other weights than ``digest`` nothing is known.

    What it started from and its teacher count too. Fetches nothing.

    ``fitted_on(workspace, "artsim-lite0", digest).states("paintings", ["p00002"])`` is ``[2]``.
    """
    spec = _at_hand(workspace, name)
    if spec is None or spec.digest != digest:
        return FittedOn("none")
    artists = _learnt(spec)
    steps = _steps(workspace, spec, frozenset())
    if not any(step.works for step in steps):
        return FittedOn("labels" if artists else "none", artists, steps)
    for step in steps:
        if step.role != "training" and step.works and not step.works.artists:
            before = _at_hand(workspace, step.name)
            artists |= _learnt(before) if before else frozenset()
    return FittedOn("works", artists, steps)


def inherited(workspace: Workspace, role: Role, name: str) -> tuple[Step, ...]:
    """What a training takes over as steps of its own: all that the backbone ``name`` saw."""
    return _inherited(workspace, role, name, frozenset())


def _inherited(
    workspace: Workspace, role: Role, name: str, above: frozenset[str]
) -> tuple[Step, ...]:
    spec = _at_hand(workspace, name)
    steps = () if spec is None else _steps(workspace, spec, above)
    if not any(step.role == "training" for step in steps):
        return (Step(role, name, None), *steps)
    return tuple(
        replace(s, role=role, name=name if s.role == "training" else s.name) for s in steps
    )


def _steps(
    workspace: Workspace, spec: registry.Backbone, above: frozenset[str]
) -> tuple[Step, ...]:
    folder = spec.weights_file.parent / fitted_record.RUN if spec.weights_file else None
    steps = fitted_record.read(folder) if folder else None
    if folder is None or steps is None:
        return ()
    # An older record has only the training itself.
    told, above = {step.role for step in steps}, above | {spec.name}
    for role, name in fitted_record.started_from(folder).items():
        if role not in told and name not in above:
            steps += _inherited(workspace, role, name, above)
    return steps


def _learnt(spec: registry.Backbone) -> frozenset[str]:
    return frozenset(key for text in spec.labels.get("artist", ()) for key in artist_keys(text))


def _at_hand(workspace: Workspace, name: str) -> registry.Backbone | None:
    listed = {info.name: info for info in registry.list_backbones(workspace)}
    if name not in listed or not listed[name].offline:
        return None  # resolving it would fetch weights
    try:
        return registry.resolve(workspace, name)
    except ArtsimError:  # unusable, so nothing is known of it
        return None


def _by_file(states: dict[str, int]) -> dict[str, int]:
    return _highest((name, state) for file, state in states.items() for name in _names(file))


def _highest(pairs: Iterable[tuple[str, int]]) -> dict[str, int]:
    """The state of each name; of two works with one name, that of the more used one."""
    found: dict[str, int] = {}
    for name, state in pairs:
        found[name] = max(state, found.get(name, OTHER))
    return found


def _names(file: str) -> set[str]:
    """The ids that importing a folder may give to the picture ``file``."""
    path = PurePosixPath(file)
    whole = path.with_suffix("").as_posix()
    plain = {file, path.name, path.stem, whole, f"{whole}-{path.suffix[1:].lower()}"}
    return plain | {safe_id(name) for name in plain}
