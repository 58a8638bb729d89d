"""Every backbone by its name. Listing imports neither torch nor timm."""

import difflib
import re
from importlib.util import find_spec
from pathlib import Path

from artsim.backbones import hub, lite, open_clip_hub
from artsim.backbones.checkpoint import read_checkpoint
from artsim.backbones.descriptors import DESCRIPTORS
from artsim.backbones.own import OWN, OwnBackbone
from artsim.backbones.spec import BackboneInfo, BackboneSpec, describe
from artsim.core.errors import ArtsimError, Conflict, InvalidInput, NotFound, Unavailable
from artsim.core.plugins import Entry
from artsim.core.workspace import Workspace

Backbone = BackboneSpec | OwnBackbone

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,126}")
_PUBLISHED = Path(__file__).resolve().parents[1] / "models"
_NO_OPEN_CLIP = (
    "Models of pictures and words need open_clip, which is not installed here: run "
    "'pip install \"artsim[words]\"'."
)
_NOT_FETCHED = "Fetched from the hub when first used: needs a network once."


def list_backbones(workspace: Workspace) -> list[BackboneInfo]:
    """Every backbone that can be named, those that work offline first among the built-in."""
    found = [_packaged_line(name) for name in lite.FAMILY]
    for name, known in hub.KNOWN.items():
        found.append(_hub_line(name, known.repository, workspace))
    found += [_hub_line(n, f"timm/{n}", workspace) for n in hub.cached_models()]
    found += [_towers_line(name, workspace) for name in open_clip_hub.KNOWN]
    found += [describe(descriptor) for descriptor in DESCRIPTORS.values()]
    names = {info.name for info in found}
    for folder in _checkpoint_folders(workspace):
        line = _checkpoint_line(folder, taken=folder.name in names)
        names.add(line.name)
        found.append(line)
    return found + [_own_line(entry, taken=entry.name in names) for entry in OWN.entries()]


def resolve(workspace: Workspace, name: str, fetch: bool = True) -> Backbone:
    """The backbone ``name`` with its weights at hand; fetches those of timm's hub once.

    With ``fetch`` False nothing is fetched: raises Conflict where weights are not here.

    Names are looked up in the order of ``list_backbones``. Raises InvalidInput for an unusable
    name or checkpoint, NotFound for an unknown name, Unavailable where the weights cannot be had.
    """
    if not _NAME.fullmatch(name) or ".." in name:
        shown = repr(name if len(name) <= 60 else name[:57] + "...")
        raise InvalidInput(
            f"{shown} cannot name a backbone: use a name that 'artsim backbones' lists."
        )
    if name in lite.FAMILY:
        return lite.located(name)
    if name in DESCRIPTORS:
        return DESCRIPTORS[name]
    if name in open_clip_hub.KNOWN:
        return _towers(workspace, name, fetch)
    known = hub.KNOWN.get(name)
    if known is None:
        for folder in _checkpoint_folders(workspace):
            if folder.name == name:
                return read_checkpoint(folder)
        if name in OWN.names():
            return OWN.get(name)
    repository = known.repository if known else f"timm/{name}"
    path = hub.snapshot(repository)
    if path is None:
        repository = known.repository if known else _repository(workspace, name)
        path = hub.snapshot(repository)
    if path is None and not fetch:
        raise _not_here(name)
    path = path or hub.fetch(name, repository)
    spec = hub.read_spec(name, path, workspace.cache)
    if spec is None:
        raise Unavailable(f"The weights of {name!r} cannot be read: fetch them again.")
    return spec


def comes_with_artsim(name: str) -> bool:
    """Whether artsim itself has a backbone of that name, which goes before any other."""
    known = any(name in ours for ours in (lite.FAMILY, DESCRIPTORS, hub.KNOWN, open_clip_hub.KNOWN))
    return known or (_PUBLISHED / name).is_dir()


def has_weights(name: str) -> bool:
    """Whether a backbone of that name, where there is one, is a network and no function."""
    return name not in DESCRIPTORS and name not in OWN.names()


def network_of(backbone: Backbone) -> BackboneSpec:
    """The backbone where it is a network with weights; raises InvalidInput for a function."""
    if isinstance(backbone, OwnBackbone):
        raise InvalidInput(
            f"{backbone.name!r} is a Python function, which can embed in this process and nothing "
            "else: choose a backbone with weights."
        )
    return backbone


def _towers(workspace: Workspace, name: str, fetch: bool) -> BackboneSpec:
    """A model of pictures and words with its weights at hand."""
    known = open_clip_hub.KNOWN[name]
    path = open_clip_hub.snapshot(known)
    if path is None and not fetch:
        raise _not_here(name)
    path = path or open_clip_hub.fetch(name, known)
    spec = open_clip_hub.read_spec(name, known, path, workspace.cache)
    if spec is None:
        raise Unavailable(f"The weights of {name!r} cannot be read: fetch them again.")
    return spec


def _not_here(name: str) -> Conflict:
    return Conflict(
        f"The weights of {name!r} are not on this machine, and a search fetches none: embed a "
        f"collection with it first ('artsim embed NAME --backbone {name}')."
    )


def _repository(workspace: Workspace, name: str) -> str:
    repository = hub.timm_repository(name)
    if repository is not None:
        return repository
    ours = [info.name for info in list_backbones(workspace)]
    close = difflib.get_close_matches(name, ours, n=3)
    close += difflib.get_close_matches(name, hub.timm_names(), n=2)
    hint = f" (close: {', '.join(dict.fromkeys(close))})" if close else ""
    raise NotFound(f"There is no backbone {name!r}{hint}: 'artsim backbones' lists them.")


def _packaged_line(name: str) -> BackboneInfo:
    spec = lite.FAMILY[name].spec
    if lite.weights_file(name) is None:
        return describe(spec, False, "Its package is not installed.")
    return describe(spec)


def _checkpoint_folders(workspace: Workspace) -> list[Path]:
    folders: list[Path] = []
    for parent in (_PUBLISHED, workspace.checkpoints):
        if parent.is_dir():
            folders += sorted(p for p in parent.iterdir() if p.is_dir() and _NAME.fullmatch(p.name))
    return folders


def _checkpoint_line(folder: Path, taken: bool) -> BackboneInfo:
    try:
        if taken:
            raise InvalidInput(
                f"The checkpoint {folder.name!r} has the name of another backbone: rename its "
                "folder."
            )
        return describe(read_checkpoint(folder))
    except ArtsimError as error:
        return _unusable(folder.name, "checkpoint", str(error))


def _own_line(entry: Entry, taken: bool) -> BackboneInfo:
    trouble = entry.trouble
    if taken:
        trouble = f"{entry.name!r} of {entry.package} has the name of another backbone."
    if trouble:
        return _unusable(entry.name, entry.package, trouble)
    own = OWN.get(entry.name)
    elsewhere = f"The vectors of {own.name!r} were made elsewhere: it embeds no pictures."
    return describe(own, own.embed is not None, "" if own.embed else elsewhere)


def _hub_line(name: str, repository: str, workspace: Workspace) -> BackboneInfo:
    known = hub.KNOWN.get(name)
    path = hub.snapshot(repository)
    origin = f"Hugging Face hub {repository}"
    if path is not None:
        try:
            spec = hub.read_spec(name, path, workspace.cache, compute=False)
        except ArtsimError as error:
            return _unusable(name, origin, str(error))
        if spec is not None:
            return describe(spec)
    if known is None:
        return BackboneInfo(name, hub.family_of(name), origin, True, None, None, "", None)
    return BackboneInfo(
        name,
        known.family,
        origin,
        path is not None,
        known.dimension,
        known.input_size,
        known.licence,
        None,
        "" if path is not None else _NOT_FETCHED,
    )


def _towers_line(name: str, workspace: Workspace) -> BackboneInfo:
    known = open_clip_hub.KNOWN[name]
    path = open_clip_hub.snapshot(known)
    missing = "" if find_spec("open_clip") else _NO_OPEN_CLIP
    if path is not None:
        try:
            spec = open_clip_hub.read_spec(name, known, path, workspace.cache, compute=False)
        except ArtsimError as error:
            return _unusable(name, f"Hugging Face hub {known.repository}", str(error))
        if spec is not None:
            return describe(spec, not missing, missing)
    return BackboneInfo(
        name,
        known.family,
        f"Hugging Face hub {known.repository}",
        path is not None and not missing,
        known.dimension,
        known.input_size,
        known.licence,
        None,
        missing or ("" if path is not None else _NOT_FETCHED),
        words=True,
    )


def _unusable(name: str, origin: str, reason: str) -> BackboneInfo:
    return BackboneInfo(name, "", origin, False, None, None, "", None, reason)
