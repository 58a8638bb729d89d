"""A backbone that is a Python function, or that only names vectors made elsewhere."""

import hashlib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from artsim.core.errors import InvalidInput
from artsim.core.plugins import Registry

Embed = Callable[[Any], Any]
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class OwnBackbone:
    """A backbone made of ``embed``, a function from n pictures to float32 [n, dimension].

    Without ``input_size`` it is given a list of n PIL images (RGB, upright, sRGB, of any size);
    with it a uint8 array [n, input_size, input_size, 3], the shortest side scaled and the centre
    cut out. A torch tensor may come back. One call runs at a time. Without ``embed`` it only
    names vectors that were made elsewhere: these are searched, evaluated and mapped, and new
    pictures cannot be embedded.

    ``digest`` is the identity: embeddings of another digest are never compared with these, so
    change it with whatever changes the vectors. It is a SHA-256 in hex, such as that of the
    weights; any other text is hashed. Raises InvalidInput where a value cannot be used.

    >>> import numpy as np
    >>> def brightness(images):
    ...     return np.array([np.asarray(image).mean((0, 1)) for image in images], np.float32)
    >>> OwnBackbone("brightness", 3, "1", brightness).digest[:12]
    '6b86b273ff34'
    """

    name: str
    dimension: int
    digest: str
    embed: Embed | None = field(default=None, repr=False)
    input_size: int | None = None
    licence: str = ""
    origin: str = ""
    family: str = "Own"
    labels: Mapping[str, Sequence[str]] = field(default_factory=dict, compare=False)

    # How a square is cut out: preprocess reads these of every backbone.
    resize = "shortest"
    interpolation = "bicubic"
    crop_pct = 1.0

    def __post_init__(self) -> None:
        if self.embed is not None and not callable(self.embed):
            raise InvalidInput(f"The backbone {self.name!r} needs a function as embed.")
        for what, value in (("dimension", self.dimension), ("input_size", self.input_size)):
            if value is not None and (isinstance(value, bool) or not 0 < int(value) <= 65_536):
                raise InvalidInput(f"The {what} of the backbone {self.name!r} is 1 to 65,536.")
        if not self.digest or not isinstance(self.digest, str):
            raise InvalidInput(
                f"The backbone {self.name!r} needs a digest: a text that changes whenever its "
                "vectors do."
            )
        object.__setattr__(self, "digest", as_digest(self.digest))

    @property
    def weights_file(self) -> None:
        """Functions have no file of weights, and so no record of what they were fitted on."""

    def called(self, pictures: Any) -> np.ndarray:
        """float32 [n, D] of n pictures; raises InvalidInput where ``embed`` gives no such thing."""
        if self.embed is None:
            raise InvalidInput(
                f"{self.name!r} embeds no pictures, for its vectors were made elsewhere: ask with "
                "a work that has one."
            )
        try:
            made = self.embed(pictures)
            if hasattr(made, "detach"):
                made = made.detach().cpu().numpy()
            found = np.ascontiguousarray(made, np.float32)
        except Exception as error:
            raise InvalidInput(
                f"The backbone {self.name!r} fails ({type(error).__name__}: {error}): correct "
                "its function."
            ) from error
        if found.shape != (len(pictures), self.dimension):
            raise InvalidInput(
                f"The backbone {self.name!r} gives an array of shape {list(found.shape)} for "
                f"{len(pictures)} pictures, where [{len(pictures)}, {self.dimension}] is due."
            )
        return found


def as_digest(text: str) -> str:
    """``text`` where it is a SHA-256 in hex, else the SHA-256 of it."""
    return text if _SHA256.fullmatch(text) else hashlib.sha256(text.encode()).hexdigest()


def _accepted(name: str, thing: Any) -> OwnBackbone:
    if not isinstance(thing, OwnBackbone):
        raise InvalidInput(
            f"{type(thing).__name__} is no backbone: make one with artsim.backbone(...)"
        )
    return replace(thing, name=name)


OWN: Registry[OwnBackbone] = Registry("artsim.backbones", "backbone", {}, _accepted)
