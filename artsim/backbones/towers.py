"""What a model of pictures and words is made of, as open_clip describes it. Imports no torch."""

from typing import Any, Self

from pydantic import BaseModel, ConfigDict, Field, JsonValue, model_validator

# Sides of the tower that is not wanted, so small that building it costs nothing.
_SMALL_TEXT: dict[str, Any] = {
    "context_length": 4,
    "vocab_size": 8,
    "width": 8,
    "heads": 1,
    "layers": 1,
}
_SMALL_PICTURE: dict[str, Any] = {
    "image_size": 16,
    "patch_size": 16,
    "width": 8,
    "head_width": 8,
    "layers": 1,
}


class Towers(BaseModel):
    """A tower for pictures and one for words, which give vectors of one space.

    The two configurations are those of open_clip's ``model_cfg``. Towers whose weights would come
    from elsewhere are refused.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    embed_dim: int = Field(ge=1, le=65536, description="Length of the vectors of both.")
    vision_cfg: dict[str, JsonValue] = Field(description="The tower for pictures.")
    text_cfg: dict[str, JsonValue] = Field(description="The tower for words.")
    custom_text: bool = Field(False, description="Whether tensors of the words begin with text.")
    quick_gelu: bool = Field(False, description="Whether activations are QuickGELU.")

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if self.text_cfg.get("hf_model_name"):
            raise ValueError("its tower for words is of another library than open_clip")
        if self.vision_cfg.get("timm_model_pretrained"):
            raise ValueError("its tower for pictures would fetch other weights")
        return self

    @property
    def prefix(self) -> str:
        """How the names of the tensors of the tower for words begin."""
        return "text." if self.custom_text else ""

    @property
    def own_tokenizer(self) -> bool:
        """Whether the tokenizer is a ``tokenizer.json`` beside the weights."""
        return bool(self.text_cfg.get("hf_tokenizer_name"))

    def of_pictures(self) -> dict[str, Any]:
        """Arguments of ``open_clip.CustomTextCLIP`` for the tower for pictures."""
        return self._arguments(self.vision_cfg, _SMALL_TEXT)

    def of_words(self) -> dict[str, Any]:
        """Arguments of ``open_clip.CustomTextCLIP`` for the tower for words."""
        told = ("hf_tokenizer_name", "tokenizer_kwargs", "tokenizer_mode")
        text = {key: value for key, value in self.text_cfg.items() if key not in told}
        return self._arguments(_SMALL_PICTURE, text)

    def _arguments(self, picture: dict[str, Any], text: dict[str, Any]) -> dict[str, Any]:
        return {
            "embed_dim": self.embed_dim,
            "vision_cfg": dict(picture),
            "text_cfg": dict(text),
            "quick_gelu": self.quick_gelu,
        }
