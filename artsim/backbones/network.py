"""The network of a backbone: a timm model, the stages that it pools, and the embedding's parts."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import torch
from safetensors.torch import load_file
from torch import Tensor, nn
from torch.nn import functional as F

from artsim.backbones import lite
from artsim.backbones.covariances import covariances
from artsim.backbones.spec import BackboneSpec, Companion, Covariance, Part
from artsim.backbones.stages import at_rest, blank_image, feature_stages, looking, watch
from artsim.backbones.timm_model import converted, timm_model
from artsim.backbones.tower_network import PictureTower
from artsim.backbones.weights import others, tensors_digest
from artsim.core.counts import count
from artsim.core.errors import InvalidInput, Unavailable

_PARTS, _COVARIANCES, _BESIDE = "parts.", "covariances.", "beside."
_SCALES = 3  # finer ones tell of the picture's grain alone


class EmbeddingNetwork(nn.Module):
    """Normalised float images [N, 3, S, S] to embeddings [N, D].

    Without ``parts`` the embedding is the pooled layer. With them it is, part after part,
    weight * (W p + b) / |W p + b|, p the pooled layer: the cosine of two embeddings is then the
    mean of the parts' cosines, each counted by the square of its weight. A part that would be
    zero stays zero. ``side`` is S for networks that are built for one size, None for their own.
    ``beside`` is a network of its own that sees the same images.
    Raises InvalidInput where timm has no such network, or the network no such stage.
    """

    trunk: nn.Module
    beside: "EmbeddingNetwork | None"

    def __init__(
        self,
        architecture: str,
        pooling: str = "",
        stages: Sequence[str] = (),
        parts: Sequence[Part] = (),
        side: int | None = None,
        covariances: Sequence[Covariance] = (),
        beside: Companion | None = None,
    ) -> None:
        super().__init__()
        self.architecture, self.pooling, self.side = architecture, pooling, side
        self.stages = tuple(stages)
        self.covariances = tuple(covariances)
        self.spec_parts = tuple(parts)
        self.trunk = timm_model(architecture, pooling, side)
        centred = [one.stage for one in self.covariances]
        watch(self.trunk, list(dict.fromkeys((*self.stages, *centred))), architecture, centred)
        self.beside = None
        if beside is not None:
            self.beside = EmbeddingNetwork(
                beside.architecture,
                beside.pooling,
                beside.stages,
                side=side,
                covariances=beside.covariances,
            )
        self.directions = nn.ParameterList(
            nn.Parameter(torch.zeros(one.channels, one.directions), requires_grad=False)
            for one in self.covariances
        )
        self.parts = nn.ModuleList(
            nn.Linear(self.pooled_dimension, part.dimension) for part in self.spec_parts
        )

    @property
    def companion(self) -> Companion | None:
        """What describes the network beside, None for none."""
        if self.beside is None:
            return None
        return Companion(
            architecture=self.beside.architecture,
            pooling=self.beside.pooling,
            stages=self.beside.stages,
            covariances=self.beside.covariances,
        )

    @cached_property
    def pooled_dimension(self) -> int:
        """P, the length of the pooled layer; the first time costs a forward pass.

        Raises InvalidInput where a stage has other channels than its covariances say.
        """
        try:
            with at_rest(self), torch.no_grad():
                return int(self.pooled(blank_image(self.trunk)).shape[1])
        except RuntimeError as error:
            raise InvalidInput(
                f"What is pooled does not fit {self.architecture!r}: publish this backbone again."
            ) from error

    def pooled(self, images: Tensor) -> Tensor:
        """The pooled layer [N, P].

        For each stage, of the module's output [N, C, H, W], the mean of each channel over the
        positions and the root of its variance (biased, + 1e-5); then the pooled output of the
        timm model, the covariances, and the pooled layer of the network beside.
        """
        with looking() as seen:
            last = self.trunk(images)
        found = [*(seen.summaries[name] for name in self.stages), last]
        for one, directions in zip(self.covariances, self.directions, strict=True):
            found.append(covariances(seen.centred[one.stage], directions))
        if self.beside is not None:
            found.append(self.beside.pooled(images))
        return found[0] if len(found) == 1 else torch.cat(found, dim=1)

    def forward(self, images: Tensor) -> Tensor:
        """The embeddings [N, D]."""
        pooled = self.pooled(images)
        if not self.spec_parts:
            return pooled
        pairs = zip(self.spec_parts, self.parts, strict=True)
        return torch.cat(
            [part.weight * F.normalize(linear(pooled).float(), dim=1) for part, linear in pairs],
            dim=1,
        )


def build_network(spec: BackboneSpec) -> EmbeddingNetwork | PictureTower:
    """The network that a spec describes, its weights random; raises InvalidInput.

    Raises Unavailable where it needs open_clip, and that is not installed.
    """
    if spec.towers is not None:
        return PictureTower(spec.towers)
    return timm_network(spec)


def timm_network(spec: BackboneSpec) -> EmbeddingNetwork:
    """The network of a spec that has no tower for words; raises InvalidInput."""
    return EmbeddingNetwork(
        spec.architecture,
        spec.pooling,
        spec.stages,
        spec.parts,
        spec.input_size,
        spec.covariances,
        spec.beside,
    )


def tensors(network: EmbeddingNetwork | PictureTower) -> dict[str, Tensor]:
    """What a checkpoint holds, no copies.

    timm's state dict, ``covariances.<stage>``, ``parts.<name>.{weight,bias}``, and all that the
    network beside has after ``beside.``.
    """
    found: dict[str, Tensor] = dict(network.trunk.state_dict())
    found |= _directions(network) | _part_tensors(network)
    if network.beside is not None:
        found |= {_BESIDE + name: tensor for name, tensor in tensors(network.beside).items()}
    return found


def read_tensors(spec: BackboneSpec) -> dict[str, Tensor]:
    """The tensors of a resolved backbone, from its weights file, on the CPU as stored.

    Raises Unavailable where the file is gone, InvalidInput where it is not that of the spec.
    """
    path = spec.weights_file
    if path is None or not path.is_file():
        raise Unavailable(
            f"The weights of {spec.name!r} are no longer on this machine: "
            "fetch or publish them again."
        )
    if path.suffix != ".safetensors":
        return lite.load_tensors(spec)
    if tensors_digest(path) != spec.weights:
        raise others(spec.name)
    return load_file(path)


def load_tensors(
    network: EmbeddingNetwork | PictureTower,
    found: Mapping[str, Tensor],
    name: str = "this backbone",
    trunk_only: bool = False,
) -> None:
    """Copy ``found`` into ``network``, float16 as float32; a classifier's tensors are left out.

    What was stored for another size of pictures, or in an older layout, is brought to the
    network's by timm's own conversion. With ``trunk_only`` the network's parts stay as they are,
    and what ``found`` has beside the network's is left out, for training to start from. Raises
    InvalidInput where a tensor is missing or has another shape, or ``found`` has other parts;
    ``name`` is the backbone's, for that sentence.
    """
    ours = {k: v for k, v in found.items() if not k.startswith((_PARTS, _COVARIANCES, _BESIDE))}
    ours = dict(converted(network.trunk, ours))
    try:
        # A classifier's tensors have no place in the model and are left out.
        missing = list(network.trunk.load_state_dict(ours, strict=False).missing_keys)
    except RuntimeError as error:
        raise InvalidInput(
            f"The weights of {name!r} do not fit {network.architecture!r}: publish it again."
        ) from error
    wanted = _directions(network) | ({} if trunk_only else _part_tensors(network))
    missing += [key for key in wanted if key not in found]
    if missing:
        raise InvalidInput(
            f"The weights of {name!r} lack {count(len(missing), 'tensor')} of "
            f"{network.architecture!r} ({missing[0]} first): publish it again."
        )
    beside = network.beside
    told = (_PARTS, _COVARIANCES) if beside else (_PARTS, _COVARIANCES, _BESIDE)
    for key in found:
        if not trunk_only and key.startswith(told) and key not in wanted:
            raise InvalidInput(
                f"The weights of {name!r} have the tensor {key!r}, which its description does "
                "not: publish it again."
            )
    for key, tensor in wanted.items():
        if found[key].shape != tensor.shape:
            raise InvalidInput(
                f"The tensor {key!r} of {name!r} is {list(found[key].shape)} where "
                f"{list(tensor.shape)} is needed: publish it again."
            )
        tensor.copy_(found[key])
    if beside is not None:
        own = {k.removeprefix(_BESIDE): v for k, v in found.items() if k.startswith(_BESIDE)}
        load_tensors(beside, own, name, trunk_only)


def covariances_of(architecture: str, most: int) -> tuple[Covariance, ...]:
    """The last three scales at which a network looks, with at most ``most`` directions of each.

    () for networks without feature maps [N, C, H, W].
    """
    trunk = timm_model(architecture).eval()
    known = set(feature_stages(trunk))
    listed = [str(one["module"]) for one in getattr(trunk, "feature_info", ())]
    names = [name for name in listed if name in known][-_SCALES:]
    watch(trunk, names, architecture, names)
    with torch.no_grad(), looking() as seen:
        trunk(blank_image(trunk))
    found = []
    for name in names:
        channels = seen.centred[name].shape[2]
        found.append(Covariance(stage=name, channels=channels, directions=min(most, channels)))
    return tuple(found)


def default_stages(architecture: str) -> tuple[str, ...]:
    """The stages that tell about an image beside the last layer; raises InvalidInput.

    Every block of the EfficientNets, what timm lists as features of other convolutional
    networks, nothing for those without feature maps [N, C, H, W].
    """
    return feature_stages(timm_model(architecture).eval())


def _directions(network: EmbeddingNetwork | PictureTower) -> dict[str, Tensor]:
    pairs = zip(network.covariances, network.directions, strict=True)
    return {_COVARIANCES + one.stage: tensor.data for one, tensor in pairs}


def _part_tensors(network: EmbeddingNetwork | PictureTower) -> dict[str, Tensor]:
    return {
        f"{_PARTS}{part.name}.{kind}": tensor
        for part, linear in zip(network.spec_parts, network.parts, strict=True)
        for kind, tensor in linear.state_dict().items()
    }
