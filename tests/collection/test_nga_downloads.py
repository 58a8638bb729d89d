"""Images of the NGA source: retries, refusals, cancellation and kills, counted at the server."""

import email.utils
import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import cycle
from pathlib import Path
from typing import Any

import nga_server
import pytest
from nga_server import NgaServer, body, bring, cut, slow, status
from PIL import Image

from artsim.collection.sources.nga import NgaConfig, NgaSource
from artsim.collection.sources.nga.config import Hosts
from artsim.collection.sources.nga.fetch import Fetcher, FetchFailed
from artsim.core.errors import Cancelled
from artsim.core.progress import NULL, NullProgress
from artsim.people.addresses import asked_by

SCRIPT = Path(nga_server.__file__).resolve()


@pytest.fixture
def museum() -> Iterator[NgaServer]:
    with NgaServer() as server:
        yield server


def test_a_missing_image_is_final(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(3)
    museum.trouble["2"] = status(404)
    items, source = bring(museum, tmp_path)
    assert items["2.jpg"].reject == "image not found (404)"
    assert items["2.jpg"].fingerprint == ""
    assert museum.fetched() == {"1": 1, "2": 1, "3": 1}
    assert source.failures == [("2.jpg", "image not found (404)")]
    assert source.notes == ["1 image could not be fetched; the next import tries again."]


@pytest.mark.parametrize("code", [429, 500, 503])
def test_a_busy_server_is_asked_again(museum: NgaServer, tmp_path: Path, code: int) -> None:
    museum.works(2)
    museum.trouble["1"] = status(code, times=2)
    items, _ = bring(museum, tmp_path)
    assert not any(item.reject for item in items.values())
    assert museum.fetched() == {"1": 3, "2": 1}


def test_a_server_that_stays_broken_is_given_up(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(2)
    museum.trouble["1"] = status(500)
    items, _ = bring(museum, tmp_path, attempts=3)
    assert items["1.jpg"].reject == "download failed: HTTP 500"
    assert items["2.jpg"].reject == ""
    assert museum.fetched()["1"] == 3


def test_retry_after_in_seconds_is_honoured_by_all(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(4)
    museum.trouble["1"] = status(429, times=1, Retry_After="1")
    began = time.monotonic()
    bring(museum, tmp_path, concurrency=1)
    assert time.monotonic() - began >= 1.0


def test_retry_after_as_a_date_is_honoured_and_capped(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(1)
    later = email.utils.formatdate(time.time() + 3600, usegmt=True)
    museum.trouble["1"] = status(503, times=1, Retry_After=later)
    began = time.monotonic()
    items, _ = bring(museum, tmp_path, max_wait=0.5)
    assert 0.5 <= time.monotonic() - began < 300
    assert items["1.jpg"].reject == ""


def test_a_slow_answer_is_asked_for_again(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(1)
    museum.trouble["1"] = slow(8.0, times=1)
    items, _ = bring(museum, tmp_path, timeout=2.0)
    assert items["1.jpg"].reject == ""
    assert museum.fetched() == {"1": 2}


def test_a_truncated_body_is_fetched_again_and_never_kept(
    museum: NgaServer, tmp_path: Path
) -> None:
    museum.works(2)
    museum.trouble["1"] = cut(times=1)
    museum.trouble["2"] = cut()
    items, _ = bring(museum, tmp_path, attempts=2)
    assert items["1.jpg"].reject == ""
    assert items["2.jpg"].reject == "download failed: the connection broke off"
    assert [p.name.split("-")[0] for p in (tmp_path / "images").iterdir()] == ["1"]


def test_an_empty_answer_is_no_image(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(1)
    museum.trouble["1"] = body(b"")
    items, _ = bring(museum, tmp_path, attempts=2)
    assert items["1.jpg"].reject == "download failed: the answer was empty"


def test_only_images_are_cached(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(2)
    museum.trouble["1"] = body(b"<html>Sorry</html>")
    items, _ = bring(museum, tmp_path)
    assert items["1.jpg"].reject.startswith("refused: the answer is a web page (HTML), not a")
    assert museum.fetched()["1"] == 1
    assert [path.name[:2] for path in (tmp_path / "images").iterdir()] == ["2-"]
    # What an earlier version kept of it is no image either.
    museum.trouble.clear()
    (cached,) = (tmp_path / "images").iterdir()
    cached.write_bytes(b"<html>Sorry</html>")
    items, _ = bring(museum, tmp_path)
    assert not any(item.reject for item in items.values())
    assert cached.read_bytes()[:2] == b"\xff\xd8"


@pytest.mark.parametrize("code", [400, 403])
@pytest.mark.parametrize("own", ["max", "full"])
def test_an_image_smaller_than_what_is_asked_for_comes_in_its_own_size(
    museum: NgaServer, tmp_path: Path, code: int, own: str
) -> None:
    """Servers must not enlarge: by IIIF 3 they refuse, and IIIF 2 calls the whole image full."""
    museum.works(2)

    def small(handler: Any, _: int) -> bool:
        asked = handler.path.split("/")[4]
        handler.answer(200, nga_server.painting(1, 40)) if asked == own else handler.answer(
            code, b""
        )
        return True

    museum.trouble["1"] = small
    items, _ = bring(museum, tmp_path)
    assert items["1.jpg"].path is not None
    with Image.open(items["1.jpg"].path) as image:
        assert image.size == (40, 30)
    museum.trouble["2"] = status(code)
    (tmp_path / "images").joinpath(items["2.jpg"].path.name).unlink()  # type: ignore[union-attr]
    items, _ = bring(museum, tmp_path)
    assert items["2.jpg"].reject == f"download failed: HTTP {code}"


def test_an_answer_over_the_limit_is_refused(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(1)
    museum.trouble["1"] = body(b"x" * 50_000)
    items, _ = bring(museum, tmp_path, max_image_bytes=10_000)
    assert items["1.jpg"].reject == "refused: larger than 10,000 bytes"
    assert museum.fetched() == {"1": 1}


def test_redirects_only_to_allowed_hosts(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(3)
    with NgaServer() as foreign:
        museum.trouble["1"] = status(
            302, Location=f"{foreign.url}/iiif/1/full/!64,64/0/default.jpg"
        )
        museum.trouble["2"] = status(301, Location="/iiif/3/full/!64,64/0/default.jpg")
        items, _ = bring(museum, tmp_path)
        assert foreign.counts == {}
    assert items["1.jpg"].reject == (
        f"redirect refused: {foreign.host} is not allowed to be asked; "
        f"name it as a further host (--allow-host {foreign.host})"
    )
    assert items["2.jpg"].reject == ""


@pytest.mark.parametrize(
    ("person", "allowed", "leads", "told"),
    [
        ("carl", "", ["127.0.0.1"], "within the server's own network"),
        ("carl", "", ["192.0.1.1", "127.0.0.1"], "cannot be connected to"),  # looked up twice
        ("carl", "museum.example", ["127.0.0.1"], ""),
        ("", "", ["127.0.0.1"], ""),  # whoever runs the server
    ],
)
def test_a_name_that_leads_inside_by_the_time_it_is_fetched_is_not_asked(
    museum: NgaServer,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    person: str,
    allowed: str,
    leads: list[str],
    told: str,
) -> None:
    look_up, next_one = socket.getaddrinfo, cycle(leads)

    def looked_up(_host: str, *rest: Any, **options: Any) -> Any:
        return look_up(next(next_one), *rest, **options)

    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(socket, "getaddrinfo", looked_up)
    monkeypatch.setenv("ARTSIM_IMPORT_HOSTS", allowed)
    museum.tables["m.json"] = b"{}"
    host = museum.host.replace("127.0.0.1", "museum.example")
    with asked_by(person), Fetcher(NgaConfig(attempts=1)) as fetcher:
        said = ""
        try:
            fetcher.document(
                f"http://{host}/m.json", Hosts(frozenset(), (host,)), tmp_path / "m", 9
            )
        except FetchFailed as error:
            said = str(error)
    assert told in said
    assert bool(told) == bool(said)
    assert sum(museum.counts.values()) == (0 if told else 1)


def test_a_circle_of_redirects_ends(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(1)
    museum.trouble["1"] = status(302, Location="/iiif/1/full/!64,64/0/default.jpg")
    items, _ = bring(museum, tmp_path)
    assert items["1.jpg"].reject == "download failed: too many redirects"


def test_images_come_only_from_allowed_hosts(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(1)
    items, _ = bring(museum, tmp_path, allow_hosts=())
    assert items["1.jpg"].reject.endswith(f"name it as a further host (--allow-host {museum.host})")
    assert museum.fetched() == {}
    items, _ = bring(museum, tmp_path, allow_hosts=("127.0.0.1",))
    assert items["1.jpg"].reject == ""


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("https://api.nga.gov/iiif/x", ""),
        ("https://API.nga.gov:443/iiif/x", ""),
        ("http://api.nga.gov/iiif/x", "must be asked over https"),
        ("https://api.nga.gov:8443/x", "is not allowed to be asked"),
        ("https://api.nga.gov.evil.example/x", "is not allowed to be asked"),
        ("https://api.nga.gov@evil.example/x", "holds a user name"),
        ("https://evil.example/api.nga.gov", "is not allowed to be asked"),
        ("file:///etc/passwd", "is no web address"),
        ("https://[::1/x", "malformed"),
        ("https://api.nga.gov:x/", "malformed"),
        ("http://10.0.0.1:80/x", ""),
        ("http://10.0.0.1:81/x", "is not allowed to be asked"),
        ("http://mirror.example:1/x", ""),
        ("", "is no web address"),
    ],
)
def test_host_rules(url: str, reason: str) -> None:
    hosts = Hosts(frozenset({"api.nga.gov"}), ("10.0.0.1:80", "mirror.example"))
    found = hosts.why_not(url)
    assert (reason in found) if reason else found == ""


def test_downloads_overlap_within_the_limit_and_arrive_in_order(
    museum: NgaServer, tmp_path: Path
) -> None:
    museum.works(24)
    for n in range(1, 25):
        museum.trouble[str(n)] = slow(0.3 if n == 1 else 0.05)
    items, _ = bring(museum, tmp_path, concurrency=6)
    assert list(items) == [f"{n}.jpg" for n in range(1, 25)]
    assert 2 <= museum.busiest <= 6


def test_nothing_known_or_cached_is_fetched_again(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(4)
    first, _ = bring(museum, tmp_path)
    known = {file: item.fingerprint for file, item in first.items() if file != "4.jpg"}
    again, _ = bring(museum, tmp_path, known)
    assert [item.unchanged for item in again.values()] == [True, True, True, False]
    elsewhere, _ = bring(museum, tmp_path / "other", known)
    assert [item.path is None for item in elsewhere.values()] == [True, True, True, False]
    assert museum.fetched() == {"1": 1, "2": 1, "3": 1, "4": 2}


def test_a_dead_host_is_not_hammered(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(80)
    for n in range(1, 81):
        museum.trouble[str(n)] = status(503)
    items, source = bring(museum, tmp_path, attempts=1, concurrency=2)
    assert len(items) == len(source.failures) == 80
    assert sum(museum.fetched().values()) <= 20
    assert "stopped answering" in items["80.jpg"].reject


class _Counting(NullProgress):
    """Notes the stages, and cancels after so many images."""

    def __init__(self, most: int = 10**9) -> None:
        self.stages: list[tuple[int | None, str, str]] = []
        self.done: dict[str, int] = {}
        self._most = most

    def start(self, total: int | None, what: str, unit: str = "images") -> None:
        self.stages.append((total, what, unit))

    def advance(self, n: int = 1) -> None:
        what = self.stages[-1][1]
        self.done[what] = self.done.get(what, 0) + n
        if self.done.get("Fetching images", 0) >= self._most:
            raise Cancelled("Stopped.")


def test_stages_tell_bytes_rows_and_images(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(5)
    progress = _Counting()
    list(NgaSource(NgaConfig(**museum.config()), tmp_path).items({}, progress))
    size = len(museum.tables["objects.csv"])
    assert (size, "Fetching objects.csv", "bytes") in progress.stages
    assert progress.done["Fetching objects.csv"] == size
    assert progress.done["Reading objects.csv"] == 5
    assert progress.stages[-1] == (5, "Fetching images", "images")
    assert progress.done["Fetching images"] == 5


def test_cancelling_is_prompt_and_keeps_what_is_there(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(20)
    for n in range(4, 21):
        museum.trouble[str(n)] = slow(60.0, times=1)
    source = NgaSource(NgaConfig(**museum.config(concurrency=3, timeout=90.0)), tmp_path)
    began = time.monotonic()
    with pytest.raises(Cancelled):
        list(source.items({}, _Counting(most=3)))
    assert time.monotonic() - began < 30
    museum.trouble.clear()
    items, _ = bring(museum, tmp_path)
    assert not any(item.reject for item in items.values())
    assert all(museum.fetched()[str(n)] == 1 for n in (1, 2, 3))


def test_cancelling_while_a_table_host_is_silent_is_prompt(
    museum: NgaServer, tmp_path: Path
) -> None:
    museum.works(1)
    museum.trouble["objects.csv"] = slow(60.0)

    class Stop(NullProgress):
        def advance(self, n: int = 1) -> None:
            raise Cancelled("Stopped.")

    began = time.monotonic()
    with pytest.raises(Cancelled):
        list(NgaSource(NgaConfig(**museum.config()), tmp_path).items({}, Stop()))
    assert time.monotonic() - began < 30


def test_a_killed_import_fetches_nothing_twice(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(60)
    for n in range(1, 61):
        museum.trouble[str(n)] = slow(0.03)
    options = museum.config(concurrency=4)
    command = [sys.executable, str(SCRIPT), json.dumps(options), str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(SCRIPT.parents[1])}
    for most in (8, 20):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
        assert process.stdout is not None
        for _ in range(most):
            assert process.stdout.readline()
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        process.stdout.close()
        time.sleep(0.2)
    kept = {path.name.split("-")[0] for path in (tmp_path / "images").glob("*.jpg")}
    before = museum.fetched()
    assert 20 <= len(kept) < 60
    items = {i.file: i for i in NgaSource(NgaConfig(**options), tmp_path).items({}, NULL)}
    assert len(items) == 60
    assert not any(item.reject for item in items.values())
    after = museum.fetched()
    assert all(after[n] == before[n] for n in kept)
    # only what a kill caught under way was asked for again
    assert sum(after.values()) <= 60 + 2 * 4
    assert museum.counts["/objects.csv"] == 3
    assert sum("If-None-Match" in h for h in museum.headers["objects.csv"]) == 2
