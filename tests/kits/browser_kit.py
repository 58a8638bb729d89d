"""The app as a person meets it: a real server in a process of its own, and a real Chromium."""

import importlib.util
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
START_SECONDS = 240.0
# Two such tests at a time, beside servers that load models, keep two cores busy.
PATIENCE = 120_000
VIEW: dict[str, Any] = {"viewport": {"width": 1440, "height": 1200}, "accept_downloads": True}
CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome")
_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--use-fake-device-for-media-stream",  # a camera, for those who are permitted one
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def chromium() -> str | None:
    """Path of the system's Chromium or Chrome, None where there is none."""
    return next((path for path in map(shutil.which, CHROMIUM_NAMES) if path), None)


class UncleanError(Exception):
    """A page or a server did what it must never do: no second run makes that good."""


MARKS = [
    pytest.mark.slow,
    # A race costs a second run, which the summary names; what is wrong each time fails. A test that
    # goes on while a closed dialog takes its step of the history back aborts its own navigation.
    pytest.mark.flaky(
        reruns=1,
        only_rerun=["^AssertionError", "^TimeoutError", "^Error: Page.goto: net::ERR_ABORTED"],
        rerun_except=[UncleanError],
    ),
    pytest.mark.skipif(chromium() is None, reason="no Chromium here: apt-get install chromium"),
    pytest.mark.skipif(
        importlib.util.find_spec("playwright") is None, reason="playwright is not installed"
    ),
]


@dataclass(frozen=True)
class App:
    """A running server."""

    url: str
    home: Path
    log: Path
    process: subprocess.Popen[bytes]

    def link(self, page: str = "", **view: Any) -> str:
        """The address of a view."""
        return f"{self.url}/{page}" + (f"?{urlencode(view, doseq=True)}" if view else "")

    def errors(self) -> str:
        """Whatever the server's log says of failed scripts and requests."""
        lines = self.log.read_text(encoding="utf-8", errors="replace").splitlines()
        marks = ("Traceback", "page failed", " failed")
        return "\n".join(line for line in lines if any(mark in line for mark in marks))

    def check(self) -> None:
        """Raise ``UncleanError`` where a script or a request has failed."""
        if found := self.errors():
            raise UncleanError(found)


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


@contextmanager
def serving(
    home: Path,
    log: Path,
    through_artsim: bool = False,
    options: tuple[str, ...] = (),
    tree: Path = REPOSITORY,
    **env: str,
) -> Iterator[App]:
    """Serve the workspace ``home`` until the block ends; ``options`` are those of artsim serve.

    ``tree`` is the checkout whose code serves.
    """
    port = free_port()
    command = (
        ["artsim", "serve", "--port", str(port), *options]
        if through_artsim or options
        else ["streamlit", "run", "app.py", "--server.port", str(port)]
    )
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", *command],
            cwd=tree,
            env={**os.environ, "ARTSIM_HOME": str(home), **env},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
        )
    app = App(f"http://127.0.0.1:{port}", home, log, process)
    try:
        wait_until_up(app)
        yield app
    except AssertionError:
        app.check()  # the reason, perhaps
        raise
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until_up(app: App) -> None:
    """Return when the server answers; it has four minutes."""
    end = time.monotonic() + START_SECONDS
    while time.monotonic() < end and app.process.poll() is None:
        try:
            with urllib.request.urlopen(f"{app.url}/api/v1/health", timeout=2):
                return
        except (OSError, urllib.error.URLError):
            time.sleep(0.05)
    raise AssertionError(f"the server did not start: {app.log.read_text(encoding='utf-8')}")


@contextmanager
def browsing() -> Iterator[Any]:
    """A headless Chromium of the system."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=_ARGUMENTS)
        yield browser
        browser.close()


@dataclass
class Watch:
    """What a page must never do: ask other hosts, open dialogs, throw errors."""

    outside: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)

    def on(self, page: Any) -> None:
        page.on("request", lambda request: self._request(request.url))
        page.on("dialog", self._dialog)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _request(self, url: str) -> None:
        if not url.startswith(("http://127.0.0.1:", "ws://127.0.0.1:", "data:", "blob:")):
            self.outside.append(url)

    def _dialog(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def assert_clean(self) -> None:
        """Nothing of the kind happened."""
        if self.outside or self.dialogs or self.errors:
            raise UncleanError(f"{self.outside} {self.dialogs} {self.errors}")


@contextmanager
def watched(context: Any) -> Iterator[Any]:
    """A page that must ask no other host, open no dialog and throw no error."""
    page = context.new_page()
    page.set_default_timeout(PATIENCE)
    watch = Watch()
    watch.on(page)
    try:
        yield page
        if "Traceback" in page.locator("body").inner_text():
            raise UncleanError("The page shows a stack trace")
    finally:
        page.close()
    watch.assert_clean()


def at_rest(page: Any) -> None:
    """Wait until nothing moves: what moves between press and release is not clicked."""
    page.wait_for_function("() => document.getAnimations().every(a => a.playState !== 'running')")


def rested(page: Any) -> None:
    """Wait until no run of the page is going on: a click takes a moment to start one."""
    page.wait_for_timeout(400)
    page.wait_for_selector("[data-test-script-state=notRunning]")


def until(page: Any, ask: Callable[[], Any], wanted: Any = True) -> None:
    """Wait until ``ask()`` gives what is wanted: for what ``expect`` of Playwright has no word."""
    end = time.monotonic() + PATIENCE / 1000
    while (found := ask()) != wanted and time.monotonic() < end:
        page.wait_for_timeout(50)
    assert found == wanted, f"{found!r} is not {wanted!r}"


def fits(page: Any, width: int) -> None:
    """Wait until nothing of a page, nor of what scrolls in it, goes beyond ``width`` pixels."""
    widest = """() => Math.max(...[document.documentElement, ...document.querySelectorAll(
        "[data-testid=stMain]")].map((part) => part.scrollWidth))"""
    until(page, lambda: page.evaluate(widest) <= width)


def on_first_screen(page: Any, card: Any, height: int = 844) -> None:
    """Wait until the picture of a card is seen without scrolling."""
    until(page, lambda: (box := card.bounding_box()) is not None and box["y"] + 100 < height)
