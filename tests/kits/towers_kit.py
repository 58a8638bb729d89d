"""Tiny random models of pictures and words, in a hub's cache as open_clip publishes them."""

import json

import families_kit
import open_clip
import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer, models, pre_tokenizers, processors

VOCABULARY = ["<pad>", "<eos>", "<unk>", "a", "red", "blue", "boat", "woman", "winter"]
# As the published configurations are, but for the sizes.
SIGLIP = {
    "embed_dim": 32,
    "init_logit_bias": -10,
    "custom_text": True,
    "vision_cfg": {
        "image_size": 64,
        "timm_model_name": "tinysiglip",
        "timm_model_pretrained": False,
        "timm_pool": "map",
        "timm_proj": "none",
    },
    "text_cfg": {
        "context_length": 8,
        "vocab_size": len(VOCABULARY),
        "hf_tokenizer_name": "timm/ViT-B-16-SigLIP2",
        "tokenizer_kwargs": {"clean": "canonicalize"},
        "width": 32,
        "heads": 2,
        "layers": 2,
        "no_causal_mask": True,
        "proj_bias": True,
        "pool_type": "last",
        "norm_kwargs": {"eps": 1e-6},
        "act_kwargs": {"approximate": "tanh"},
    },
}
OPENCLIP = {
    "embed_dim": 24,
    "vision_cfg": {
        "image_size": 32,
        "layers": 2,
        "width": 32,
        "head_width": 16,
        "patch_size": 16,
    },
    "text_cfg": {
        "context_length": 77,
        "vocab_size": 49408,
        "width": 16,
        "heads": 2,
        "layers": 2,
    },
}
PREPROCESS = {
    "SigLIP": {
        "mean": [0.5] * 3,
        "std": [0.5] * 3,
        "interpolation": "bicubic",
        "resize_mode": "squash",
    },
    "OpenCLIP": {"mean": [0.48, 0.46, 0.41], "std": [0.27, 0.26, 0.28], "size": 32},
}


def tokenizer():
    """Words of ``VOCABULARY``, an end sign after them."""
    made = Tokenizer(models.WordLevel({w: i for i, w in enumerate(VOCABULARY)}, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing("$A <eos>", special_tokens=[("<eos>", 1)])
    return made


def model_of(config):
    """The model of a configuration as open_clip builds it, its weights drawn by a seed."""
    families_kit.register()
    torch.manual_seed(11)
    values = {key: value for key, value in config.items() if key != "custom_text"}
    text = {k: v for k, v in config["text_cfg"].items() if "tokenizer" not in k}
    kind = open_clip.CustomTextCLIP if config.get("custom_text") else open_clip.CLIP
    made = kind(**{**values, "text_cfg": text}).eval()
    for parameter in made.parameters():
        if parameter.ndim <= 1 or not parameter.any():
            torch.nn.init.normal_(parameter, 0.3, 0.3)
    return made


def cache(folder, repository, kind, config, model):
    """Put a model into the hub's cache at ``folder``."""
    home = folder / f"models--{repository.replace('/', '--')}"
    path = home / "snapshots" / "abc"
    path.mkdir(parents=True)
    (home / "refs").mkdir()
    (home / "refs" / "main").write_text("abc")
    told = {"model_cfg": config, "preprocess_cfg": PREPROCESS[kind]}
    (path / "open_clip_config.json").write_text(json.dumps(told))
    state = {key: one.contiguous() for key, one in model.state_dict().items()}
    save_file(state, path / "open_clip_model.safetensors")
    if config["text_cfg"].get("hf_tokenizer_name"):
        tokenizer().save(str(path / "tokenizer.json"))
        (path / "tokenizer_config.json").write_text(json.dumps({"pad_token": "<pad>"}))
    return path
