"""The address says what is shown, on every way into every page, in a real Chromium.

The server listens on every address, and whom it looks up or connects to is written down: nobody.
"""

import base64
import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_kit import MARKS, App, UncleanError, fits, on_first_screen, serving
from face_kit import make_demo

from artsim.core.workspace import Workspace

pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
from playwright.sync_api import expect

pytestmark = MARKS
PAGES = ("Search", "Compare", "Map", "Evaluate", "Train", "Collections")
# What a page shows of the view that is carried along: the work asked with, or the collection.
WITH_QUERY = ("Search", "Compare", "Map")
VIEW = {"collection": "second", "backbone": "tiny", "query": "w03", "k": 7}


@pytest.fixture(scope="module")
def workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace.open(tmp_path_factory.mktemp("addresses"))
    make_demo(workspace, "first")
    make_demo(workspace, "second")
    workspace.show_first("first")
    return workspace


@pytest.fixture(scope="module")
def app(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    folder = tmp_path_factory.mktemp("served")
    options = ("--host", "0.0.0.0", "--open-to-network", "--host-name", "museum.test")
    calls = noting(folder / "outgoing")
    with serving(workspace.root, folder / "app.log", options=options, **calls) as running:
        yield running
        running.check()
        if asked := outgoing(folder / "outgoing"):
            raise UncleanError(f"the server asked outside: {asked}")


def noting(file: Path) -> dict[str, str]:
    """The environment of a process whose look-ups and connections are written to ``file``.

    Without the proxy of these tests, which would be asked in the place of those outside.
    """
    kit = str(Path(__file__).parents[1] / "kits" / "outgoing")
    paths = os.pathsep.join(filter(None, (kit, os.environ.get("PYTHONPATH"))))
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "")
    return {"PYTHONPATH": paths, "OUTGOING": str(file), "HF_HUB_OFFLINE": "0", **proxies}


def outgoing(file: Path) -> list[str]:
    """Whom the process asked, other than this machine."""
    own = {"127.0.0.1", "::1", "localhost", "0.0.0.0", "None"}
    return sorted(set(file.read_text(encoding="utf-8").split()) - own)


def go(page: Any, name: str) -> None:
    """Follow the link of the navigation, and wait until its page is there."""
    before = page.title()
    page.get_by_role("link", name=name, exact=True).click()
    page.wait_for_function("before => document.title !== before", arg=before)
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    page.wait_for_selector("[data-test-script-state=notRunning]")


def seen(page: Any) -> tuple[str, str]:
    """What a person sees at once: the title of the page and its heading."""
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    return page.title(), page.get_by_role("heading", level=1).inner_text()


def test_every_page_from_every_page_has_an_address_that_shows_the_same(
    page: Any, app: App, browser: Any
) -> None:
    page.goto(app.link(**VIEW))
    expect(page.get_by_role("heading", name="Second")).to_be_visible()
    # A way along which each page is come to from each other one.
    way = [n for a in PAGES for b in PAGES if a != b for n in (a, b)]
    links: dict[str, set[str]] = {name: set() for name in PAGES}
    shown: dict[str, set[tuple[str, str]]] = {name: set() for name in PAGES}
    at = "Search"
    for name in way:
        if name == at:
            continue
        go(page, name)
        at = name
        links[name].add(page.url)
        shown[name].add(seen(page))
    titles, fresh = set(), browser.new_context().new_page()
    for name in PAGES:
        assert len(shown[name]) == 1, (name, shown[name])
        (look,) = shown[name]
        titles.add(look[0])
        for link in links[name]:
            if name in WITH_QUERY:
                assert "collection=second" in link, (name, link)
                assert "query=w03" in link, (name, link)
            fresh.goto("about:blank")
            fresh.goto(link)  # a session of its own
            expect(fresh).to_have_title(look[0])
            heading = fresh.get_by_role("heading", level=1)
            expect(heading).to_have_text(look[1], use_inner_text=True)
    fresh.context.close()
    assert len(titles) == len(PAGES)


def test_a_name_in_capitals_does_not_make_the_server_ask_outside(app: App) -> None:
    """Whom this one asks is looked at where the server ends."""
    key = base64.b64encode(os.urandom(16)).decode()
    asked = (
        "GET /_stcore/stream HTTP/1.1\r\nHost: museum.test\r\nConnection: Upgrade\r\n"
        f"Upgrade: websocket\r\nOrigin: http://MUSEUM.test\r\nSec-WebSocket-Key: {key}\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", int(app.url.rpartition(":")[2])), 60) as line:
        line.sendall(asked.encode())
        assert line.recv(12) == b"HTTP/1.1 101"


def test_what_a_process_asks_outside_is_written_down(tmp_path: Path) -> None:
    file = tmp_path / "outgoing"
    asking = "import socket; socket.socket(type=socket.SOCK_DGRAM).connect(('192.0.2.1', 9))"
    environment = {**os.environ, **noting(file)}
    subprocess.run([sys.executable, "-c", asking], env=environment, check=False)
    assert outgoing(file) == ["192.0.2.1"]


def test_back_returns_step_by_step_and_what_is_gone_is_said(page: Any, app: App) -> None:
    page.goto(app.link(**VIEW))
    expect(page.get_by_role("heading", name="Second")).to_be_visible()
    searched = page.title()
    go(page, "Train")
    go(page, "Collections")
    page.go_back()
    expect(page).to_have_title("Train · artsim")
    page.go_back()
    expect(page).to_have_title(searched)
    expect(page).to_have_url(re.compile("query=w03"))

    page.goto(app.link("work", collection="second", id="w03"))
    expect(page).to_have_title("Work 3 · Artist 0 · Second · artsim")
    page.get_by_role("button", name="Next").click()
    expect(page).to_have_title("Work 4 · Artist 1 · Second · artsim")
    expect(page).to_have_url(re.compile("id=w04"))
    page.go_back()
    expect(page).to_have_title("Work 3 · Artist 0 · Second · artsim")
    page.goto(app.link("work", collection="second", id="gone"))
    expect(page.get_by_text("There is no artwork 'gone' in 'second'")).to_be_visible()
    page.goto(app.link(collection="second", backbone="tiny", query="gone"))
    expect(page.get_by_text("There is no artwork 'gone' in 'second'")).to_be_visible()
    page.get_by_role("button", name="Show the whole collection").click()
    expect(page.locator(".gallery .card")).to_have_count(24)
    page.goto(app.link("map", collection="nowhere"))
    expect(page).to_have_title("Not here · Map · artsim")
    page.get_by_role("button", name="Open First").click()
    expect(page).to_have_title("Map of First · artsim")


def test_what_is_clicked_before_the_browser_hears_of_the_last_click_is_not_lost(
    app: App, browser: Any
) -> None:
    page = browser.new_context(viewport={"width": 1440, "height": 1000}).new_page()
    held: list[Any] = []
    slow = False

    def between(socket: Any) -> None:
        server = socket.connect_to_server()
        server.on_message(lambda told: held.append((socket, told)) if slow else socket.send(told))

    page.route_web_socket("**/_stcore/stream", between)
    page.goto(app.link(collection="second", backbone="tiny"))
    card = page.locator(".gallery .card").first
    expect(card).to_be_visible()
    page.wait_for_selector("[data-test-script-state=notRunning]")
    results = page.get_by_label("Results", exact=True).and_(page.locator("input"))
    slow = True
    card.get_by_role("button", name="More like this").click()
    results.fill("5")
    results.press("Enter")
    page.wait_for_timeout(3000)  # the server has answered both, and nothing of it is heard yet
    slow = False
    for opened, told in held:
        opened.send(told)
    expect(page).to_have_url(re.compile("k=5.*query=w00|query=w00.*k=5"))
    expect(page.locator(".gallery[aria-label^=Results] .card")).to_have_count(5)
    page.go_back()
    page.go_back()
    expect(page).not_to_have_url(re.compile("query="))
    expect(page.locator(".gallery .card")).to_have_count(24)
    page.context.close()


def test_a_phone_shows_its_first_picture_on_the_first_screen(app: App, browser: Any) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    for view in ({"collection": "second", "backbone": "tiny"}, VIEW):
        page.goto(app.link(**view))
        first = page.locator(".gallery .card").first
        expect(first).to_be_visible()
        page.wait_for_load_state("networkidle")
        on_first_screen(page, first)
    page.goto(app.link("work", collection="second", id="w03"))
    expect(page.get_by_role("heading", name="Work 3")).to_be_visible()
    fits(page, 390)
    context.close()
