"""A person's choices are kept with the collection, and those of a newer artsim are not guessed."""

import json

import pytest

from artsim.collection.quality import choices
from artsim.collection.quality.choices import Choices, pairs
from artsim.collection.store import Collection
from artsim.core.errors import NewerFormat, Unreadable
from artsim.core.workspace import Workspace


@pytest.fixture
def collection(workspace: Workspace) -> Collection:
    return Collection.create(workspace, "little", "folder")


def test_choices_come_back_as_they_were_saved(collection: Collection) -> None:
    assert choices.load(collection) == Choices()
    chosen = Choices(
        keep=frozenset({"a.jpg"}),
        reject=frozenset({"é 1.jpg"}),
        apart=pairs([("b.jpg", "a.jpg")]),
        together=frozenset({("d.jpg", "c.jpg"), ("c.jpg", "e.jpg")}),
        best=frozenset({"c.jpg"}),
    )
    choices.save(collection, chosen)
    found = choices.load(collection)
    assert found == chosen
    assert found.apart_from("a.jpg", "b.jpg")
    assert found.mains() == {"c.jpg": "d.jpg", "e.jpg": "d.jpg"}


def test_a_circle_of_pictures_ends() -> None:
    circle = Choices(together=frozenset({("a", "b"), ("b", "a")}))
    assert len(circle.mains()) < 2


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("{", Unreadable),
        (json.dumps({"format": 1, "apart": ["a.jpg"], "keep": 3}), Unreadable),
        (json.dumps({"format": 99}), NewerFormat),
    ],
)
def test_choices_that_cannot_be_read_are_said_and_not_forgotten(
    collection: Collection, text: str, error: type[Exception]
) -> None:
    collection.folder.write(choices.FILE, text)
    with pytest.raises(error, match="little"):
        choices.load(collection)
