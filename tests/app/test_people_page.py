"""An admin manages people where they sign in; nobody else finds anything of it."""

import json

import pytest
from page_kit import run, texts
from people_kit import PASSWORD, ruled, with_tokens

from artsim.app.shell import resources
from artsim.core.workspace import Workspace
from artsim.people import accounts, audit, sessions
from artsim.people.roles import Role


@pytest.fixture(autouse=True)
def people(workspace: Workspace) -> None:
    """Vera, Carl and Ada have accounts with a token each."""
    resources._workspace.clear()
    resources.jobs.clear()
    with_tokens(workspace)


def test_an_admin_adds_changes_and_removes_people_and_revokes_their_tokens(
    workspace: Workspace,
) -> None:
    with ruled(workspace, "ada"):
        app = run("sign_in")
        assert not app.exception
        # Nobody can shut themselves out.
        assert app.selectbox(key="people_person").options == ["carl", "vera"]

        app.text_input(key="people_name").set_value("Dora")
        app.text_input(key="people_password").set_value("short")
        pressed(app, "Add")
        assert "10 to 1,024 characters" in app.error[0].value
        assert accounts.find(workspace, "dora") is None
        app.text_input(key="people_name").set_value("Dora")
        app.text_input(key="people_password").set_value(PASSWORD)
        app.selectbox(key="people_role").set_value("curator")
        pressed(app, "Add")
        assert app.success[0].value == "Dora was added as curator."
        assert accounts.verified(workspace, "dora", PASSWORD, "192.0.2.1")

        app.selectbox(key="people_person").set_value("vera").run()
        app.selectbox(key="people_role_of_vera_viewer").set_value("admin").run()
        pressed(app, "Give this role")
        assert accounts.get(workspace, "vera").role == Role.ADMIN
        app.text_input(key="people_other_password").set_value("another " + PASSWORD)
        pressed(app, "Set password")
        assert accounts.verified(workspace, "vera", "another " + PASSWORD, "192.0.2.1")
        pressed(app, "Remove vera")
        assert accounts.find(workspace, "vera") is None

        (token,) = [one for one in sessions.tokens(workspace) if one.name == "carl"]
        app.button(key=f"people_revoke_{token.id}").click().run()
        assert [one.name for one in sessions.tokens(workspace)] == ["ada"]
        assert not app.exception
    lines = (audit.folder(workspace) / audit.AUDIT).read_text(encoding="utf-8").splitlines()
    told = {entry["what"] for entry in map(json.loads, lines) if entry["who"] == "ada"}
    assert told >= {"users add", "users role", "users password", "users remove"}


@pytest.mark.parametrize(("who", "read_only"), [("carl", False), ("vera", False), ("ada", True)])
def test_nobody_else_finds_anything_of_it(workspace: Workspace, who: str, read_only: bool) -> None:
    with ruled(workspace, who, read_only=read_only):
        app = run("sign_in")
        assert f"signed in as **{who}**" in texts(app)
        assert not app.header
        assert not app.button
        assert not app.text_input


def pressed(app, label: str) -> None:
    """Press the button with this label."""
    next(button for button in app.button if button.label == label).click().run()
