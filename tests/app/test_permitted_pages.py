"""What each role finds on the pages: none breaks, and what may not be pressed is grey, with why."""

import pytest
from face_kit import make_demo
from page_kit import run, texts
from people_kit import ruled
from streamlit.testing.v1 import AppTest

from artsim.app.shell import resources
from artsim.core.errors import ArtsimError
from artsim.core.workspace import Workspace
from artsim.desk.tray import TrayItem
from artsim.desk.trays import Trays
from artsim.people import policy
from artsim.people.roles import Action

ADMINS = "which needs the role admin: ask whoever runs this server."
READ_ONLY = "This server is read-only: nothing can be changed here."


@pytest.fixture(autouse=True)
def tray(workspace: Workspace) -> str:
    """A demo, and a tray of Carl's with a link; gives the end of that link."""
    resources._workspace.clear()
    resources.jobs.clear()
    make_demo(workspace)
    with ruled(workspace, "carl"):
        trays = Trays(workspace)
        made = trays.create("Winter")
        trays.add(made.id, [TrayItem("demo", "w01"), TrayItem("demo", "w02")])
        return trays.share(made.id).token


def grey(app: AppTest) -> dict[str, str]:
    """Why each button that is grey is so, by its label, without the signs of markdown."""
    return {b.label: b.help.replace("\\", "") for b in app.button if b.disabled and b.help}


@pytest.mark.parametrize("who", ["vera", "carl", "ada"])
@pytest.mark.parametrize("read_only", [False, True])
def test_why_not_is_what_asking_is_refused_with(
    workspace: Workspace, who: str, read_only: bool
) -> None:
    with ruled(workspace, who, read_only=read_only):
        for action in Action:
            why = policy.why_not(action, "demo")
            if policy.allows(action, "demo"):
                assert why == ""
                continue
            with pytest.raises(ArtsimError) as refused:
                policy.ask(action, "demo")
            assert why == str(refused.value)


def test_a_viewer_may_look_and_is_told_what_not(workspace: Workspace, tray: str) -> None:
    with ruled(workspace, "vera"):
        for page, view in {
            "": {"collection": "demo", "backbone": "tiny", "query": "w03"},
            "work": {"collection": "demo", "id": "w03"},
            "map": {"collection": "demo"},
            "tray": {},
        }.items():
            app = run(page, **view)
            assert not app.exception, page
            assert not app.error, page
        assert "Nobody has changed this work" not in texts(run("work", collection="demo", id="w03"))
        app = run("tray", shared=tray)
        assert app.title[0].value == "Winter"
        assert "needs the role curator" in grey(app)["Copy into my trays"]


def test_a_curator_finds_what_is_for_admins_grey(workspace: Workspace) -> None:
    with ruled(workspace, "carl"):
        app = run("collections")
        assert not app.exception
        told = grey(app)
        assert told["Delete"].endswith(ADMINS)
        assert told["Show this collection first"].endswith(ADMINS)
        assert "Rename" not in told
        assert "Read the source again" not in told


def test_on_a_read_only_server_a_tray_is_to_look_at(workspace: Workspace) -> None:
    with ruled(workspace, "carl", read_only=True):
        app = run("work", collection="demo", id="w03")
        assert not app.exception
        app = run("tray")
        assert not app.exception
        assert app.title[0].value == "Winter"
        told = grey(app)
        assert {told[name] for name in ("Share link", "Rename", "Archive", "Delete")} == {READ_ONLY}
