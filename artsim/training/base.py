"""What a training starts from: a backbone with its weights, or an architecture without any."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from artsim.backbones import lite
from artsim.backbones.hub import family_of
from artsim.backbones.network import (
    EmbeddingNetwork,
    default_stages,
    load_tensors,
    read_tensors,
    timm_network,
)
from artsim.backbones.own import OwnBackbone
from artsim.backbones.registry import Backbone, network_of, resolve
from artsim.backbones.spec import BackboneSpec
from artsim.core.errors import ArtsimError, InvalidInput, NotFound, Unavailable
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    import timm
    from torch import Tensor
else:
    timm = lazy("timm")

_NO_WEIGHTS = "0" * 64
_SIDES = (16, 512)  # input sizes of architectures that are used unchanged


@dataclass(frozen=True)
class Base:
    """``spec`` with ``tensors``, which are None where training starts from no weights."""

    spec: BackboneSpec
    tensors: "Mapping[str, Tensor] | None" = field(repr=False)

    def network(self, side: int | None = None) -> EmbeddingNetwork:
        """The backbone as it is; raises InvalidInput where it cannot be built.

        It takes pictures of ``side`` pixels, by default of its own size: a network that is built
        for one size then has its positions interpolated.
        """
        spec = self.spec.model_copy(update={"input_size": side or self.spec.input_size})
        found = timm_network(spec)
        if self.tensors is not None:
            load_tensors(found, self.tensors, self.spec.name)
        return found

    def student(self, with_stages: bool, side: int | None = None) -> EmbeddingNetwork:
        """The network to train: the backbone's trunk without heads, every stage pooled or not.

        ``side`` as ``network`` has it.
        """
        spec, side = self.spec, side or self.spec.input_size
        stages = (spec.stages or default_stages(spec.architecture)) if with_stages else ()
        found = EmbeddingNetwork(spec.architecture, spec.pooling, stages, side=side)
        if self.tensors is not None:
            load_tensors(found, self.tensors, spec.name, trunk_only=True)
        return found


def find_base(workspace: Workspace, name: str, pretrained: bool = True) -> Base:
    """The backbone ``name``; where it isn't ``pretrained``, any architecture of timm.

    Raises what resolving raises, and NotFound for an architecture that timm does not have.
    """
    if pretrained:
        spec = with_weights(resolve(workspace, name))
        return Base(spec, read_tensors(spec))
    return Base(architecture(workspace, name), None)


def architecture(workspace: Workspace, name: str) -> BackboneSpec:
    """How a network that starts from no weights sees pictures, by timm's name or a backbone's."""
    try:
        spec = _architecture(name)
    except NotFound:
        spec = with_weights(resolve(workspace, name))
    nothing = {"parts": (), "stages": (), "covariances": (), "beside": None, "origin": ""}
    return spec.model_copy(update=nothing)


def with_weights(backbone: Backbone) -> BackboneSpec:
    """The backbone where there is something to train; raises InvalidInput for a function."""
    if isinstance(backbone, OwnBackbone):
        raise InvalidInput(
            f"{backbone.name!r} has no weights that could be trained: choose a backbone with "
            "weights, such as efficientnet_lite0."
        )
    if backbone.towers is not None:
        raise InvalidInput(
            f"{backbone.name!r} is a model of pictures and words, which artsim does not train: "
            "choose another backbone."
        )
    return backbone


def find_teacher(workspace: Workspace, name: str) -> Base:
    """The backbone to learn from; raises one sentence that says that it is the teacher."""
    try:
        spec = with_weights(network_of(resolve(workspace, name)))
        return Base(spec, read_tensors(spec))
    except ArtsimError as error:
        raise of_teacher(error) from error


def of_teacher(error: ArtsimError) -> ArtsimError:
    """The same error, which says that it is about the teacher."""
    return type(error)(f"The teacher cannot be used: {error}")


def _architecture(name: str) -> BackboneSpec:
    """A spec of a timm architecture by its own preprocessing; its weights are none."""
    architecture = name.partition(".")[0]  # a tag only tells weights apart
    if not timm.is_model(architecture):
        if name in lite.FAMILY:
            return lite.FAMILY[name].spec
        raise NotFound(f"There is no architecture {name[:60]!r}: 'artsim backbones' lists some.")
    config = timm.get_pretrained_cfg(architecture)
    if config is None:
        raise Unavailable(f"timm does not say how {name!r} sees pictures: choose another one.")
    channels, height, width = config.input_size
    if channels != 3 or height != width:
        raise InvalidInput(f"{name!r} does not take square colour pictures: choose another one.")
    return BackboneSpec(
        name=name,
        family=family_of(architecture),
        architecture=architecture,
        weights=_NO_WEIGHTS,
        input_size=height if config.fixed_input_size else max(_SIDES[0], min(_SIDES[1], height)),
        crop_pct=1.0,
        interpolation="bicubic",
        mean=tuple(config.mean),
        std=tuple(config.std),
        pooling="",
        dimension=1,
        licence="",
    )
