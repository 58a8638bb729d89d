"""The set-ups of the operator's guide behind a real nginx, with the guide's own lines."""

import re
import shutil
import subprocess
import time

import httpx
import pytest
from browser_kit import MARKS, VIEW, free_port, serving, watched
from collection_kit import make_collection
from people_kit import PASSWORD
from playwright.sync_api import expect

from artsim.core.workspace import Workspace
from artsim.people import access, accounts
from artsim.people.roles import Role
from tests.conftest import REPOSITORY

NGINX = shutil.which("nginx") or shutil.which("nginx", path="/usr/sbin")
pytestmark = [
    *(MARKS if isinstance(MARKS, list) else [MARKS]),
    pytest.mark.skipif(NGINX is None, reason="nginx is not installed"),
]
GUIDE = re.compile(r"```nginx\nlocation / \{\n(.*?)\n\}\n```", re.DOTALL)
LIST = "/api/v1/collections"
HOST = "art.museum.example"
CONFIG = """
daemon off; pid {folder}/pid; error_log {folder}/error.log;
events {{ }}
http {{
  access_log off;
  client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
  fastcgi_temp_path {folder}/fastcgi; uwsgi_temp_path {folder}/uwsgi; scgi_temp_path {folder}/scgi;
  server {{ listen 127.0.0.1:{port}; location / {{ {lines} {more} }} }}
}}
"""


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace.open(tmp_path_factory.mktemp("proxied"))
    works = [{"id": f"w{i}", "title": f"Work {i}", "artist": "Monet"} for i in range(4)]
    for name in ("shown", "secret"):
        make_collection(made, name, works)
    access.set_rule(made, "secret", "named")
    accounts.add(made, "ann", Role.ADMIN, PASSWORD)
    return made


@pytest.fixture
def behind(tmp_path):
    """Starts an nginx with the guide's lines before a server, and gives its address."""
    started = []

    def behind(app, more=""):
        (lines,) = GUIDE.findall((REPOSITORY / "docs/operator.md").read_text(encoding="utf-8"))
        assert "http://127.0.0.1:8501" in lines
        port, folder = free_port(), tmp_path / "nginx"
        folder.mkdir()
        lines = lines.replace("http://127.0.0.1:8501", app.url)
        config = folder / "nginx.conf"
        config.write_text(CONFIG.format(folder=folder, port=port, lines=lines, more=more))
        started.append(subprocess.Popen([NGINX, "-c", str(config), "-e", f"{folder}/error.log"]))
        url = f"http://127.0.0.1:{port}"
        until = time.monotonic() + 120
        while True:
            try:
                httpx.get(url + "/api/v1/health", timeout=10)
                return url
            except httpx.TransportError:
                assert time.monotonic() < until, (folder / "error.log").read_text()
                time.sleep(0.1)

    yield behind
    for process in started:
        process.terminate()
        process.wait(20)


def test_a_department_signs_in_through_the_proxy(workspace, browser, behind, tmp_path):
    options = ("--sign-in", "local", "--host-name", HOST, "--proxy-address", "127.0.0.1")
    with serving(workspace.root, tmp_path / "log", options=options) as app:
        url = behind(app)
        assert httpx.get(url + LIST).status_code in (401, 403)
        named = {"Host": HOST}
        assert httpx.get(url + LIST, headers=named).status_code == 401
        assert httpx.get(url + LIST, headers={"Host": "evil.example"}).status_code == 403
        context = browser.new_context(**VIEW)
        with watched(context) as page:
            page.goto(url + "/?collection=shown")
            page.fill("input[name=username]", "ann")
            page.fill("input[name=password]", PASSWORD)
            page.locator(".artsim-sign-in button").click()
            expect(page.get_by_text("Signed in as ann · admin")).to_be_visible()
        context.close()
        app.check()


def test_a_proxy_that_knows_who_people_are(workspace, behind, tmp_path):
    accounts.add(workspace, "vera@museum.example", Role.VIEWER, None)
    options = ("--sign-in", "proxy", "--proxy-address", "127.0.0.1", "--host-name", HOST)
    with serving(workspace.root, tmp_path / "log", options=options) as app:
        url = behind(app, "proxy_set_header X-Forwarded-User vera@museum.example;")
        forged = {"Host": HOST, "X-Forwarded-User": "ann"}  # the proxy puts its own in its place
        assert [c["name"] for c in httpx.get(url + LIST, headers=forged).json()] == ["shown"]
        assert httpx.get(f"{url}{LIST}/shown/history", headers=forged).status_code == 403
        here = {"Host": "127.0.0.1"}  # who comes through the proxy is not on this machine
        assert httpx.get(f"{url}/metrics", headers=here).status_code == 403


def test_everybody_reads_through_the_proxy(workspace, browser, behind, tmp_path):
    options = ("--read-only", "--host-name", HOST)
    with serving(workspace.root, tmp_path / "log", options=options) as app:
        url = behind(app)
        named = {"Host": HOST}
        assert [c["name"] for c in httpx.get(url + LIST, headers=named).json()] == ["shown"]
        asked = {"id": "w0", "backbone": "tiny"}
        search = f"{url}{LIST}/shown/search"
        assert httpx.post(search, headers=named, json=asked).status_code == 200
        evaluate = f"{url}{LIST}/shown/evaluate"
        asked = {"backbones": ["tiny"]}
        assert httpx.post(evaluate, headers=named, json=asked).status_code == 403
        context = browser.new_context(**VIEW)
        with watched(context) as page:
            page.goto(url + "/?collection=shown")
            expect(page.get_by_text("Work 0").first).to_be_visible()
        context.close()
        app.check()
