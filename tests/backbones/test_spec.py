"""The identity of a backbone: what changes it, and what backbone.json may hold."""

import json

import pytest

from artsim.backbones.lite import FAMILY
from artsim.backbones.spec import BackboneSpec, Part
from artsim.core.errors import ArtsimError, InvalidInput

SPEC = FAMILY["efficientnet_lite0"].spec


PARTED = SPEC.model_copy(
    update={
        "stages": ("blocks.0", "blocks.6"),
        "parts": (
            Part(name="style", dimension=1000, weight=1),
            Part(name="artist", dimension=280, weight=0.5),
        ),
    }
)


def test_the_digest_of_lite0_stays():
    """Embeddings out there carry it: what is unset is no part of an identity."""
    assert SPEC.digest == "b859a74eeb026841383ad88564e636fc42e1de6f428781a22ff149aac6d47545"
    assert not {"stages", "parts"} & set(json.loads(SPEC.to_json()))


def test_json_of_stages_and_parts_round_trips():
    again = BackboneSpec.from_json(PARTED.to_json())
    assert again == PARTED
    assert again.digest == PARTED.digest
    assert json.loads(PARTED.to_json())["parts"][1] == {
        "name": "artist",
        "dimension": 280,
        "weight": 0.5,
    }


def test_json_round_trip():
    again = BackboneSpec.from_json(SPEC.to_json())
    assert again == SPEC
    assert again.digest == SPEC.digest


@pytest.mark.parametrize(
    "change",
    [
        {"weights": "1" * 64},
        {"architecture": "resnet18"},
        {"input_size": 192},
        {"resize": "squash"},
        {"crop_pct": 0.9},
        {"interpolation": "bilinear"},
        {"mean": (0.5, 0.5, 0.4)},
        {"std": (0.5, 0.5, 0.4)},
        {"pooling": "max"},
        {"dimension": 640},
        {"stages": ("blocks.0",)},
        {"parts": (Part(name="style", dimension=1280, weight=1),)},
    ],
)
def test_whatever_changes_embeddings_changes_the_digest(change):
    assert SPEC.model_copy(update=change).digest != SPEC.digest


@pytest.mark.parametrize(
    "change",
    [{"name": "other"}, {"licence": "MIT"}, {"origin": "x"}, {"metrics": {"map": 0.5}}],
)
def test_descriptions_leave_the_digest_alone(change):
    assert SPEC.model_copy(update=change).digest == SPEC.digest


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"format": 2}, "update artsim"),
        ({"weights": "abc"}, "weights"),
        ({"weights_file": "/etc/passwd"}, "weights_file"),
        ({"std": [0, 1, 1]}, "std"),
        ({"crop_pct": 0}, "crop_pct"),
        ({"architecture": "../x"}, "architecture"),
        ({"dimension": "many"}, "dimension"),
    ],
)
def test_a_bad_file_is_refused_by_the_field(change, message):
    text = json.dumps(json.loads(SPEC.to_json()) | change)
    with pytest.raises(ArtsimError, match=message):
        BackboneSpec.from_json(text)


def part(**change):
    return {"name": "style", "dimension": 640, "weight": 1} | change


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"parts": [part()]}, "640 numbers together where the embedding has 1280"),
        ({"parts": [part(), part()]}, "same name"),
        ({"parts": [part(name="Style"), part()]}, r"parts\.0\.name"),
        ({"parts": [part(name="x" * 41), part()]}, r"parts\.0\.name"),
        ({"parts": [part(name="a.b"), part()]}, r"parts\.0\.name"),
        ({"parts": [part(weight=0), part()]}, r"parts\.0\.weight"),
        ({"parts": [part(dimension=0), part()]}, r"parts\.0\.dimension"),
        ({"parts": [part(more=1), part()]}, r"parts\.0\.more"),
        ({"parts": [part(name=f"p{i}", dimension=1) for i in range(17)], "dimension": 17}, "parts"),
        ({"stages": ["blocks.0", "blocks.0"]}, "twice"),
        ({"stages": [f"blocks.{i}" for i in range(65)]}, "stages"),
        ({"stages": [""]}, r"stages\.0"),
        ({"stages": ["a..b"]}, r"stages\.0"),
        ({"stages": ["a b"]}, r"stages\.0"),
        ({"stages": ["a\n"]}, r"stages\.0"),
        ({"stages": "blocks"}, "stages"),
    ],
)
def test_bad_stages_and_parts_are_refused_in_one_sentence(change, message):
    text = json.dumps(json.loads(SPEC.to_json()) | change)
    with pytest.raises(InvalidInput, match=message) as caught:
        BackboneSpec.from_json(text)
    assert "\n" not in str(caught.value)
    assert "Value error" not in str(caught.value)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"name": NaN}'])
def test_no_json_is_refused(text):
    with pytest.raises(InvalidInput, match=r"backbone\.json"):
        BackboneSpec.from_json(text)
