"""A function as a backbone, and what `import artsim` names."""

import numpy as np
import pytest

import artsim
from artsim.backbones.own import OWN
from artsim.core import errors


def colours(images):
    return np.array([np.asarray(image).mean(axis=(0, 1)) for image in images])


@pytest.fixture
def own():
    yield artsim.backbone("own", embed=colours, dimension=3, digest="1", licence="MIT")
    OWN.remove("own")


def test_a_function_embeds_searches_and_is_evaluated(demo, own) -> None:
    made = demo.embed("own")
    assert made.digest == own.digest
    expected = colours([demo.picture(id) for id in made.ids])
    np.testing.assert_allclose(made.matrix, expected, atol=1e-3)
    found = demo.search("own", like=[demo.picture("w07")], k=1, metric="euclidean")
    assert found.hits[0].id == "w07"
    assert len(demo.evaluate(["own", "tiny"], relevance="artist", k=5).to_pandas()) == 2
    line = artsim.open().backbones.loc["own"]
    assert line[["dimension", "licence", "offline"]].tolist() == [3, "MIT", True]


def test_embeddings_of_its_model_may_be_made_elsewhere(demo, own) -> None:
    ids = ["w00", "w01", "w02"]
    added = demo.add_embeddings("own", ids, np.ones((3, 3)), digest=own.digest)
    assert len(added) == 3
    assert len(demo.embed("own")) == 24
    with pytest.raises(artsim.Conflict, match="'own' is a backbone of this workspace"):
        demo.add_embeddings("own", ids, np.ones((3, 3)), digest="2")


GOOD = {"name": "mine", "embed": colours, "dimension": 3, "digest": "1"}
BAD = [
    ({"name": "resnet50"}, "artsim has a backbone 'resnet50' of its own"),
    ({"name": "artsim-lite0"}, "artsim has a backbone 'artsim-lite0' of its own"),
    ({"name": "my own"}, "'my own' cannot name a backbone"),
    ({"embed": 3}, "needs a function as embed"),
    ({"dimension": 0}, "The dimension of the backbone 'mine' is 1 to 65,536"),
    ({"digest": ""}, "needs a digest"),
]


@pytest.mark.parametrize(("changes", "message"), BAD)
def test_what_cannot_be_a_backbone_gets_one_sentence(changes, message) -> None:
    with pytest.raises(artsim.InvalidInput, match=message):
        artsim.backbone(**GOOD | changes)
    assert "mine" not in OWN.names()


def test_every_error_is_public() -> None:
    kinds = [value for value in vars(errors).values() if isinstance(value, type)]
    assert {kind.__name__ for kind in kinds} <= set(artsim.__all__)
    assert all(getattr(artsim, kind.__name__) is kind for kind in kinds)


def test_names_are_those_that_are_told_and_no_others() -> None:
    assert set(artsim.__all__) <= set(dir(artsim))
    with pytest.raises(AttributeError, match="no attribute 'surprise'"):
        _ = artsim.surprise
