"""Words as vectors of the space in which a model of pictures and words has its pictures."""

import json
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from artsim.backbones.open_clip_hub import TOKENIZER, TOKENIZER_CONFIG
from artsim.backbones.registry import Backbone
from artsim.backbones.spec import BackboneSpec
from artsim.backbones.towers import Towers
from artsim.core.errors import InvalidInput, Unavailable
from artsim.core.lazy import lazy

_MISSING = (
    "Searching pictures by words needs open_clip, which is not installed here: run "
    "'pip install \"artsim[words]\"'."
)

if TYPE_CHECKING:
    import tokenizers
    import torch
    from open_clip import tokenizer as open_clip_tokenizer

    from artsim.backbones import network, tower_network
else:
    network = lazy("artsim.backbones.network")
    open_clip_tokenizer = lazy("open_clip.tokenizer", missing=_MISSING)
    tokenizers = lazy("tokenizers", missing=_MISSING)
    torch = lazy("torch")
    tower_network = lazy("artsim.backbones.tower_network")

_MAX_TOKENIZER = 100 << 20

Vectors = npt.NDArray[np.float32]
Tokenize = Callable[[Sequence[str]], Any]


def searches_by_words(backbone: Backbone) -> bool:
    """Whether words search the pictures of a backbone: it has a tower for them."""
    return isinstance(backbone, BackboneSpec) and backbone.towers is not None


class WordTower:
    """The tower for words of a backbone, in memory; safe to share between threads."""

    def __init__(self, backbone: Backbone) -> None:
        """Load it from the weights of the backbone.

        Raises InvalidInput for a backbone that has none, and where its weights or its tokenizer
        are not what they should be, Unavailable where they or open_clip are missing.
        """
        if not isinstance(backbone, BackboneSpec) or backbone.towers is None:
            raise InvalidInput(
                f"{backbone.name!r} knows no words, only pictures: choose a backbone of pictures "
                "and words, such as siglip2_base, or search the metadata by text."
            )
        self.spec = backbone
        self._tokenize = _tokenizer(backbone, backbone.towers)
        tensors = network.read_tensors(backbone)
        self._model = tower_network.text_tower(backbone.towers, tensors, backbone.name)
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> Vectors:
        """float32 [n, D] of texts; a text longer than the model takes is cut off."""
        tokens = self._tokenize(texts)
        with self._lock, torch.inference_mode():
            found = self._model(tokens)
        return np.ascontiguousarray(found.float().numpy(), np.float32)


def _tokenizer(spec: BackboneSpec, towers: Towers) -> Tokenize:
    length = int(str(towers.text_cfg.get("context_length", 77)))
    told = towers.text_cfg.get("tokenizer_kwargs")
    options: dict[str, Any] = dict(told) if isinstance(told, dict) else {}
    if not towers.own_tokenizer:
        clean = str(options.get("clean", "lower"))
        made: Tokenize = open_clip_tokenizer.SimpleTokenizer(context_length=length, clean=clean)
        return made
    return _from_file(spec, length, options)


def _from_file(spec: BackboneSpec, length: int, options: dict[str, Any]) -> Tokenize:
    """Splits words as open_clip's HFTokenizer does, without the library that it needs for that."""
    again = "fetch or publish it again."
    path = (spec.weights_file or Path()).parent / TOKENIZER
    if not path.is_file():
        raise Unavailable(f"The tokenizer of {spec.name!r} is not on this machine: {again}")
    try:
        if path.stat().st_size > _MAX_TOKENIZER:
            raise ValueError("too large")
        tokenizer = tokenizers.Tokenizer.from_file(str(path))
        tokenizer.enable_truncation(length)
        pad = _pad(path.with_name(TOKENIZER_CONFIG))
        number = tokenizer.token_to_id(pad)
        tokenizer.enable_padding(length=length, pad_id=number or 0, pad_token=pad)
    except Exception as error:  # tokenizers raises Exception itself
        raise InvalidInput(f"The tokenizer of {spec.name!r} cannot be used: {again}") from error
    clean = open_clip_tokenizer.get_clean_fn(str(options.get("clean", "whitespace")))

    def tokenize(texts: Sequence[str]) -> Any:
        found = tokenizer.encode_batch([clean(text) for text in texts])
        return torch.tensor([one.ids for one in found], dtype=torch.long)

    return tokenize


def _pad(path: Path) -> str:
    """The token that pads texts; that of T5 and Gemma where the file names none."""
    try:
        told = json.loads(path.read_text(encoding="utf-8")).get("pad_token", "<pad>")
    except (OSError, ValueError, AttributeError):
        return "<pad>"
    return str(told.get("content", "<pad>")) if isinstance(told, dict) else str(told)
