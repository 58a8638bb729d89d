"""``artsim searches`` from a shell."""

import json

import pytest
from collection_kit import add_works
from face_kit import make_demo

from artsim.cli.run import run
from artsim.core.workspace import Workspace
from artsim.library import open_library


def test_a_search_is_saved_run_and_deleted(
    workspace: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    def done(*words: str) -> object:
        assert run(["searches", *words, "--json"]) == 0
        return json.loads(capsys.readouterr().out)

    collection = make_demo(workspace)
    address = "http://museum.example/search?collection=demo&artists=Artist+1&k=3"
    saved = done("save", "By one", address)
    assert saved["address"] == "/search?collection=demo&k=3&artists=Artist+1"
    add_works(collection, [{"id": "a1", "title": "Late", "artist": "Artist 1"}])
    open_library(workspace).refresh("demo")  # commands of a shell are processes of their own
    assert [one["name"] for one in done("list")] == ["By one"]
    for words, new in ((["--peek"], ["a1"]), ([], ["a1"]), ([], [])):
        assert done("run", "By one", *words)["new"] == new
    assert run(["searches", "run", "By one"]) == 0
    assert "By one: 0 new of 9 works." in capsys.readouterr().out
    assert done("delete", "By one") == {"deleted": "By one"}
    assert run(["searches", "list"]) == 0
    assert "No search is saved yet" in capsys.readouterr().out
    assert run(["searches", "run", "By one"]) == 1
    assert "There is no saved search 'By one'" in capsys.readouterr().err
