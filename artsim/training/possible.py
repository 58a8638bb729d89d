"""What training cannot do, said in one sentence before anything starts. Fetches no weights."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from artsim.backbones import hub, registry
from artsim.backbones.spec import BackboneSpec
from artsim.core.errors import ArtsimError, Conflict, InvalidInput
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.training.config import TrainConfig
from artsim.training.packages import check_installed
from artsim.training.recipes import Recipe, recipe_of

if TYPE_CHECKING:
    from artsim.backbones import timm_model
    from artsim.training import base, lora
else:
    base = lazy("artsim.training.base")
    lora = lazy("artsim.training.lora")
    timm_model = lazy("artsim.backbones.timm_model")


def check(workspace: Workspace, config: TrainConfig) -> None:
    """Raise the sentence why a training of ``config`` cannot work, where that can be told now.

    Costs some seconds the first time, for it builds the network without its weights.

    >>> check(workspace, TrainConfig(  # doctest: +SKIP
    ...     source="paintings", backbone="colour", name="mine"
    ... ))
    Traceback (most recent call last):
    artsim.core.errors.InvalidInput: 'colour' has no weights that could be trained: ...
    """
    check_installed()
    spec = _spec(workspace, config.backbone, config.pretrained)
    recipe = recipe_for(config, spec)
    check_network(spec, recipe)
    if config.teacher:
        try:
            teacher = _spec(workspace, config.teacher, True, registry.network_of)
        except ArtsimError as error:
            raise base.of_teacher(error) from error
        check_teacher(teacher, recipe)


def recipe_for(config: TrainConfig, spec: BackboneSpec) -> Recipe:
    """The recipe of a config that starts from ``spec``; raises InvalidInput."""
    one_size = timm_model.takes_one_size(spec.architecture)
    own = spec.input_size if config.pretrained or one_size else None
    return recipe_of(config, own, one_size)


def check_network(spec: BackboneSpec, recipe: Recipe) -> None:
    """Raise InvalidInput where a network cannot be trained by a recipe."""
    if recipe.name == "seed" and (recipe.lora or recipe.last_blocks):
        raise InvalidInput(
            "Recipe seed trains as the earlier work did: leave out lora and last_blocks, or use "
            "recipe artsim."
        )
    trunk = timm_model.blank_model(spec.architecture, spec.pooling, recipe.embed_size)
    if not any(True for _ in trunk.parameters()):
        raise InvalidInput(f"{spec.name!r} has no weights that could be trained: {_OTHER}")
    if recipe.lora and not lora.attention_layers(trunk):
        raise InvalidInput(
            f"{spec.name!r} has no attention that could have adapters: leave out lora, or let its "
            "last blocks learn (last_blocks)."
        )
    for side in dict.fromkeys((recipe.image_size, recipe.embed_size)):
        _check_side(spec, side)


def check_teacher(spec: BackboneSpec, recipe: Recipe) -> None:
    """Raise InvalidInput where a teacher cannot see the pictures that are trained on."""
    try:
        _check_side(spec, recipe.image_size)
    except InvalidInput as error:
        raise base.of_teacher(error) from error


_OTHER = "choose a backbone with weights, such as efficientnet_lite0."


def _spec(
    workspace: Workspace,
    name: str,
    pretrained: bool,
    as_network: Callable[[registry.Backbone], BackboneSpec] | None = None,
) -> BackboneSpec:
    """What is known of a backbone without fetching it."""
    if not pretrained:
        return base.architecture(workspace, name)
    try:
        found = registry.resolve(workspace, name, fetch=False)
        return as_network(found) if as_network else base.with_weights(found)
    except Conflict:  # timm knows it, and its weights are fetched when it is trained
        hub.check_online(name)
        return base.architecture(workspace, name)


def _check_side(spec: BackboneSpec, side: int) -> None:
    trunk = timm_model.blank_model(spec.architecture, spec.pooling, side)
    patch = timm_model.patch_side(trunk)
    if side % patch:
        lower = side // patch * patch
        sizes = f"{lower} or {lower + patch}" if lower else f"{patch}"
        raise InvalidInput(
            f"{spec.name!r} sees patches of {patch} pixels, which do not divide pictures of "
            f"{side}: use an image size of {sizes}."
        )
    if not timm_model.takes(spec.architecture, spec.pooling, side):
        raise InvalidInput(
            f"{spec.name!r} cannot take pictures of {side} pixels: use another image size, such "
            f"as {spec.input_size}."
        )
