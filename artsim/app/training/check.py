"""Checks of the training form, field by field; a free name; the equivalent command."""

import re
import shlex
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from artsim.app.shell import resources
from artsim.app.training import labels as train_labels
from artsim.app.widgets.texts import advice, markup
from artsim.backbones.registry import has_weights
from artsim.collection.store import CollectionInfo
from artsim.core.errors import InvalidInput
from artsim.core.fields import invalid
from artsim.core.workspace import checked_name
from artsim.training.config import TrainConfig
from artsim.training.record import published_folder, running_folder

if TYPE_CHECKING:
    from artsim.app.training.labels import Source

_LONGEST = 63
_BACKBONE = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,126}")
_FLAGS = {"pretrained": "--from-scratch"}


def of_collection(info: CollectionInfo) -> "Source":
    """What a collection offers to learn from."""
    return train_labels.of_collection(info, resources.library().catalog(info.name))


def problems(values: dict[str, Any], found: "Source | None") -> dict[str, str]:
    """A sentence for each field with a wrong value, as far as this server can tell."""
    wrong = {}
    if not values["source"]:
        wrong["source"] = "Write the folder's path as the server sees it."
    elif found is None:
        wrong["source"] = (
            "There is no such folder on the server, or it has neither a manifest.csv nor a folder "
            "with pictures for each class."
        )
    if not _BACKBONE.fullmatch(values["backbone"]):
        wrong["backbone"] = "Choose a backbone, or type the name of a timm architecture."
    elif not has_weights(values["backbone"]):
        wrong["backbone"] = "It has no weights that could be trained: choose another one."
    if problem := _name_problem(values["name"]):
        wrong["name"] = problem
    if not values["labels"]:
        wrong["labels"] = "Choose one label at least."
    elif found and all(found.labels[label].classes < 2 for label in values["labels"]):
        wrong["labels"] = "These labels tell nothing apart here: two classes are needed at least."
    return wrong


def _name_problem(name: str) -> str:
    if not name:
        return "Give the new backbone a name."
    try:
        checked_name(name, "backbone")
    except InvalidInput as error:
        return advice(error)
    if name in {b.name for b in resources.library().backbones()} or taken(name):
        return f"There is a backbone or a training called {name} already: choose another name."
    return ""


def taken(name: str) -> bool:
    """Whether a backbone, a training or a waiting job has this name."""
    workspace = resources.workspace()
    if published_folder(workspace, name).exists() or running_folder(workspace, name).exists():
        return True
    return any(
        job.kind == "train" and job.config.get("name") == name for job in resources.jobs().active()
    )


def free_name(source: str, backbone: str) -> str:
    """A free name for the backbone that training ``backbone`` on ``source`` makes."""
    words = f"{source.rstrip('/').rpartition('/')[2]}-{backbone.removeprefix('efficientnet_')}"
    name = re.sub(r"[^a-z0-9_-]+", "-", words.lower()).strip("-_")[: _LONGEST - 4] or "trained"
    known = {b.name for b in resources.library().backbones()}
    for number in range(1, 1000):
        candidate = name if number == 1 else f"{name}-{number}"
        if candidate not in known and not taken(candidate):
            return candidate
    return name


def by_field(error: ValidationError) -> dict[str, str]:
    """The first thing that is wrong with each field, as one sentence."""
    found: dict[str, str] = {}
    for line in error.errors(include_url=False):
        field = str(line["loc"][0]) if line["loc"] else "form"
        again: Any = {key: line[key] for key in ("type", "loc", "input", "ctx") if key in line}
        one = ValidationError.from_exception_data(error.title, [again])
        sentence = str(invalid(one)).removeprefix(f"{field}: ").removeprefix("input ")
        found.setdefault(field, sentence[:1].upper() + sentence[1:])
    return found


def number_problem(field: str, number: float | None) -> bool:
    """Whether a number by itself cannot be used in ``field`` of the config."""
    likely = {"source": "any", "backbone": "any", "name": "any"}
    try:
        TrainConfig(**{**likely, field: number})
    except ValidationError:
        return True
    return False


def command(config: TrainConfig) -> str:
    """The ``artsim train`` command that starts the same training."""
    words = ["artsim", "train", config.source, "--backbone", config.backbone, "--name", config.name]
    for name, field in TrainConfig.model_fields.items():
        value = getattr(config, name)
        if name in ("source", "backbone", "name") or value == field.get_default(
            call_default_factory=True
        ):
            continue
        if name in _FLAGS:
            words.append(_FLAGS[name])
        elif name == "options":
            words += [w for key, number in value.items() for w in ("--option", f"{key}={number:g}")]
        else:
            said = ",".join(value) if isinstance(value, tuple) else str(value)
            words += [f"--{name.replace('_', '-')}", said]
    return shlex.join(words)


def problem_html(sentence: str) -> str:
    """A sentence about what is wrong, to stand by its field."""
    return f"<p class='artsim-wrong' role='alert'>{markup(sentence, 400)}</p>"
