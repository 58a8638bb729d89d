"""The networks of a model of pictures and words, built by open_clip. Imports torch."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from torch import Tensor, nn

from artsim.backbones.towers import Towers
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import open_clip
else:
    open_clip = lazy(
        "open_clip",
        missing="Models of pictures and words need open_clip, which is not installed here: run "
        "'pip install \"artsim[words]\"'.",
    )

_CANNOT = (RuntimeError, TypeError, AssertionError, ValueError, AttributeError, KeyError)


class PictureTower(nn.Module):
    """Normalised float images [N, 3, S, S] to embeddings [N, D]; its tensors are ``visual.*``.

    ``trunk`` and what is empty here are as ``EmbeddingNetwork`` has them.
    """

    spec_parts = ()
    stages = ()
    covariances = ()
    directions = ()
    beside = None

    def __init__(self, towers: Towers) -> None:
        super().__init__()
        self.trunk = nn.ModuleDict({"visual": _built(towers.of_pictures()).visual})
        self.parts = nn.ModuleList()

    def forward(self, images: Tensor) -> Tensor:
        """The embeddings [N, D]."""
        found: Tensor = self.trunk["visual"](images)
        return found


def text_tower(towers: Towers, tensors: Mapping[str, Tensor], name: str) -> nn.Module:
    """The tower for words with its weights, in eval mode: tokens int64 [N, L] to [N, D].

    ``tensors`` are those of the whole model. Raises InvalidInput where some are missing or of
    another shape, Unavailable without open_clip.
    """
    model: nn.Module = _built(towers.of_words()).text
    wanted = model.state_dict()
    found = {key: tensors.get(towers.prefix + key) for key in wanted}
    for key, tensor in found.items():
        if tensor is None or tensor.shape != wanted[key].shape:
            raise InvalidInput(
                f"The weights of {name!r} lack or misshape {towers.prefix + key!r} of the tower "
                "for words: fetch or publish it again."
            )
    model.load_state_dict({key: one.float() for key, one in found.items() if one is not None})
    return model.eval().requires_grad_(False)


def _built(arguments: dict[str, Any]) -> Any:
    try:
        return open_clip.CustomTextCLIP(**arguments)
    except _CANNOT as error:
        raise InvalidInput(
            f"open_clip cannot build this model of pictures and words ({error}): choose another "
            "backbone."
        ) from error
