"""Signing in with a browser: with a password, and with a real OIDC provider."""

import re

import axe_kit
import pytest
from browser_kit import MARKS, PATIENCE, VIEW, free_port, serving, until, watched
from collection_kit import make_collection
from people_kit import PASSWORD
from playwright.sync_api import expect

from artsim.core.workspace import Workspace
from artsim.people import access, accounts, table
from artsim.people.roles import Role

pytestmark = MARKS
BACKBONE = "efficientnet_lite0"
SECRETS = """
[auth]
redirect_uri = "{url}/oauth2callback"
cookie_secret = "a secret of this test alone, which is long"
client_id = "artsim"
client_secret = "another secret"
server_metadata_url = "{provider}/.well-known/openid-configuration"
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace.open(tmp_path_factory.mktemp("sign-in"))
    works = [{"id": f"w{i}", "title": f"Work {i}", "artist": "Monet"} for i in range(4)]
    for name in ("shown", "secret"):
        make_collection(made, name, works, BACKBONE)
    access.set_rule(made, "secret", "named", ["carl"])
    for name, role in (("vera", Role.VIEWER), ("carl", Role.CURATOR), ("ada", Role.ADMIN)):
        accounts.add(made, name, role, PASSWORD)
    return made


def sign_in(page, name, password=PASSWORD):
    page.fill("input[name=username]", name)
    page.fill("input[name=password]", password)
    page.locator(".artsim-sign-in button").click()


def sees_pages(page, *names):
    links = page.locator(".st-key-navigation a")
    expect(links).to_have_text([re.compile(f"{name}$") for name in names])


def sees_collections(page, *names):
    page.get_by_role("combobox", name="Collection").first.click()
    shown = sorted(name.capitalize() for name in names)
    until(page, lambda: sorted(page.get_by_role("option").all_inner_texts()), shown)
    page.keyboard.press("Escape")


def test_a_viewer_sees_less_than_a_curator_and_signs_out(workspace, browser, tmp_path):
    with serving(workspace.root, tmp_path / "log", options=("--sign-in", "local")) as app:
        context = browser.new_context(**VIEW)
        with watched(context) as page:
            page.goto(app.link("compare", collection="shown"))
            expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
            expect(page.locator(".artsim-sign-in")).to_be_visible()
            sign_in(page, "vera", "wrong password")
            expect(page.get_by_text("The name or the password is wrong.")).to_be_visible()
            if axe_kit.AXE.is_file():
                axe_kit.settle(page)
                assert axe_kit.checked(page, "sign-in") == []
            sign_in(page, "vera")
            expect(page.get_by_text("Signed in as vera · viewer")).to_be_visible()
            expect(page).to_have_url(re.compile("/compare"))  # where she wanted to go
            sees_pages(page, "Search", "Compare", "Map")
            expect(page.get_by_text("Blind: judge unnamed lists")).to_have_count(0)
            page.goto(app.link(collection="shown"))
            expect(page.get_by_text("Signed in as vera")).to_be_visible()
            sees_collections(page, "shown")
            page.goto(app.link("collections"))  # no page of hers
            expect(page.get_by_text("Signed in as vera")).to_be_visible()
            expect(page.get_by_text("Add a collection")).to_have_count(0)
            page.goto(app.link(collection="secret"))
            expect(page.get_by_text("There is no collection 'secret'")).to_be_visible()
            page.get_by_role("button", name="Sign out").click()
            expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
            page.goto(app.link(collection="shown"))
            expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
            sign_in(page, "carl")
            expect(page.get_by_text("Signed in as carl · curator")).to_be_visible()
            sees_pages(page, "Search", "Compare", "Map", "Tray", "Evaluate", "Collections")
            sees_collections(page, "secret", "shown")
            page.get_by_text("Advanced", exact=True).click()
            accounts.remove(workspace, "carl")  # on the machine, while his page is open
            page.wait_for_timeout(2500)
            page.get_by_text("Euclidean").first.click()
            expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        context.close()
        app.check()
        context = browser.new_context(**VIEW)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.goto(app.link(collection="shown"))
        sign_in(page, "ada")
        random = page.get_by_role("button", name="Start from a random work")
        expect(random).to_be_visible()
        with table.connection(workspace) as db:  # twelve hours later
            db.execute("UPDATE sessions SET expires = 1")
        page.wait_for_timeout(2500)
        random.click()  # Streamlit writes what its callback raises into the log
        expect(page.get_by_text("sign in first")).to_be_visible()
        page.get_by_role("link", name="Sign in").last.click()
        expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
        context.close()


def test_oidc_gives_the_role_that_the_provider_says(workspace, browser, tmp_path, monkeypatch):
    mock = pytest.importorskip("oidc_provider_mock")
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    monkeypatch.setattr("browser_kit.free_port", lambda: port)
    claims = {"email": "gia@museum.example", "email_verified": True, "groups": ["conservators"]}
    user = mock.User(sub="u-1", claims=claims)
    with mock.run_server_in_thread(user_claims=[user]) as provider:
        secrets = tmp_path / ".streamlit" / "secrets.toml"
        secrets.parent.mkdir()
        issuer = f"http://127.0.0.1:{provider.server_port}"
        secrets.write_text(SECRETS.format(url=url, provider=issuer), encoding="utf-8")
        env = {
            "HOME": str(tmp_path),
            "ARTSIM_ROLES": "conservators=curator",
            "AUTHLIB_INSECURE_TRANSPORT": "1",
        }
        options = ("--sign-in", "oidc")
        with serving(workspace.root, tmp_path / "log", options=options, **env) as app:
            context = browser.new_context(**VIEW)
            # The provider's own pages ask for a style from another host.
            context.route("https://**", lambda route: route.abort())
            page = context.new_page()
            page.set_default_timeout(PATIENCE)
            page.goto(app.link())
            page.get_by_role("button", name="Sign in").click()
            page.locator("input[name=sub]").fill("u-1")
            page.get_by_role("button", name="Authorize").click()
            expect(page.get_by_text("Signed in as gia@museum.example · curator")).to_be_visible()
            sees_collections(page, "shown")
            picture = context.request.get(f"{url}/media/shown/w0/thumb.webp")
            assert picture.status == 200
            page.get_by_role("button", name="Sign out").click()
            expect(page.get_by_role("heading", name="End Session")).to_be_visible()
            assert context.request.get(f"{url}/media/shown/w0/thumb.webp").status == 401
            context.close()
            app.check()
