"""The identity of a backbone: what changes it, and what backbone.json may hold."""

import json

import pytest

from artsim.backbones.lite import FAMILY
from artsim.backbones.spec import BackboneSpec
from artsim.errors import InvalidInput

SPEC = FAMILY["efficientnet_lite0"].spec


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
    with pytest.raises(InvalidInput, match=message):
        BackboneSpec.from_json(text)


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"name": NaN}'])
def test_no_json_is_refused(text):
    with pytest.raises(InvalidInput, match=r"backbone\.json"):
        BackboneSpec.from_json(text)
