"""An account that goes: what was its is nobody's who may sign in later."""

import json

import pytest
from people_kit import PASSWORD, ruled
from pictures_kit import jpeg

from artsim.cli.run import run
from artsim.core.errors import NotFound
from artsim.desk.searches import SavedSearches
from artsim.desk.tray import TrayItem
from artsim.desk.trays import Trays
from artsim.images import query_pictures
from artsim.jobs.table import JobTable
from artsim.people import accounts
from artsim.people.roles import Role
from artsim.search.view import View


def test_a_later_account_of_the_name_finds_nothing_of_the_removed_one(
    workspace, monkeypatch, capsys
):
    monkeypatch.setenv("ARTSIM_SIGN_IN", "local")
    accounts.add(workspace, "carl", Role.CURATOR, PASSWORD)
    trays = Trays(workspace)
    with ruled(workspace, "carl"):
        trays.create("Proposal")
        trays.add("Proposal", [TrayItem("demo", "w1")])
        SavedSearches(workspace, "carl").save("Snow", View("demo", text="snow"), ["w1"])
    picture = query_pictures.query_picture(jpeg(1))
    query_pictures.keep(workspace, picture, "carl")
    job = JobTable(workspace).add("map", {"collection": "demo"}, "carl")
    assert run(["users", "remove", "carl", "--json"]) == 0
    former = json.loads(capsys.readouterr().out)["former"]
    accounts.add(workspace, "carl", Role.CURATOR, PASSWORD)
    with ruled(workspace, "carl"):
        assert trays.all() == []
        trays.create("Proposal")  # the name is free
    assert SavedSearches(workspace, "carl").all() == []
    with pytest.raises(NotFound):
        query_pictures.read(workspace, picture.digest, "carl")
    assert JobTable(workspace).get(job.id).person == former
    assert [one.name for one in SavedSearches(workspace, former).all()] == ["Snow"]
    kept = {tray.owner: tray.items for tray in trays.all()}  # whoever runs the server sees all
    assert [item.id for item in kept[former]] == ["w1"]
    assert former.startswith("carl (removed 2")
