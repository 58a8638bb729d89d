"""Signing in and out over HTTP, tokens, proxies and logs, on a server in this process."""

import json
import time
from contextlib import contextmanager

import httpx
import pytest
from collection_kit import make_collection
from people_kit import PASSWORD, ruled, serving_here, with_tokens

from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.people import accounts, audit, quotas
from artsim.people.roles import Role

LIST = "/api/v1/collections"
client = httpx.Client(timeout=60)  # making one takes longer than all that it asks


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace.open(tmp_path_factory.mktemp("door"))
    make_collection(made, "shown", [{"id": f"w{i}", "artist": "M"} for i in range(3)])
    accounts.add(made, "ann", Role.CURATOR, PASSWORD)
    return made


@pytest.fixture(scope="module")
def headers(workspace):
    return with_tokens(workspace)


@pytest.fixture(scope="module")
def server(workspace):
    with serving_here(Library(workspace)) as url:
        yield url


@contextmanager
def browser(server, **more):
    with httpx.Client(base_url=server, headers={"Origin": server}, timeout=60, **more) as client:
        yield client


def sign_in(client, password=PASSWORD, **more):
    form = {"username": "ann", "password": password, **more}
    return client.post("/session/sign-in", data=form)


def test_signing_in_gives_a_cookie_that_ends_with_signing_out(server, workspace):
    with ruled(workspace), browser(server) as client:
        assert client.get(LIST).status_code == 401
        answer = sign_in(client, next="/map?collection=shown")
        assert (answer.status_code, answer.headers["location"]) == (303, "/map?collection=shown")
        cookie = answer.headers["set-cookie"]
        for word in ("HttpOnly", "SameSite=lax", "Max-Age=43200", "Path=/"):
            assert word in cookie
        assert client.get(LIST).json()[0]["name"] == "shown"
        kept = dict(client.cookies)
        out = client.post("/session/sign-out")
        assert out.headers["location"] == "/sign-in"
        with browser(server, cookies=kept) as thief:
            assert thief.get(LIST).status_code == 401


@pytest.mark.parametrize(
    "place", ["//evil.example", "https://evil.example", "/\\evil.example", "/a\r\nX: y", "", "map"]
)
def test_signing_in_leads_to_no_other_server(server, workspace, place):
    with ruled(workspace), browser(server) as client:
        assert sign_in(client, next=place).headers["location"] == "/"


@pytest.mark.parametrize("name", ["ann", "nobody-here"])
def test_a_wrong_password_tells_nothing(server, workspace, name):
    with ruled(workspace), browser(server) as client:
        answer = sign_in(client, "wrong password", username=name)
        assert answer.headers["location"].startswith("/sign-in?wrong=1")
        assert "set-cookie" not in answer.headers


def test_another_page_signs_nobody_in_and_sends_nothing_with_a_cookie(server, workspace):
    with ruled(workspace), browser(server) as client:
        form = {"username": "ann", "password": PASSWORD}
        for more in ({"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}):
            sent = {k: v for k, v in {"Origin": "", **more}.items() if v}
            with httpx.Client(base_url=server, headers=sent) as other:
                assert other.post("/session/sign-in", data=form).status_code == 403
        with httpx.Client(base_url=server) as script:
            assert script.post("/session/sign-in", data=form).status_code == 403
        sign_in(client)
        search = f"{LIST}/shown/search"
        assert client.post(search, json={}).status_code == 400
        with httpx.Client(base_url=server, cookies=dict(client.cookies)) as other:
            assert other.post(search, json={}).status_code == 403


@pytest.mark.parametrize("token", ["x", "artsim_", "artsim_" + "a" * 43, "a" * 5000])
def test_a_token_that_is_none_is_told(server, workspace, token):
    with ruled(workspace):
        answer = client.get(server + LIST, headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401
        assert "make another" in answer.json()["error"]


def test_cookies_that_are_none_are_nobodys(server, workspace):
    with ruled(workspace):
        for cookie in ("artsim_session=", "artsim_session=x", "artsim_session", "=;=;;", "a=b"):
            assert client.get(server + LIST, headers={"Cookie": cookie}).status_code == 401


def asked_from(server, address, *headers):
    """The name and role that the server takes a request for, by what it answers."""
    transport = httpx.HTTPTransport(local_address=address)
    with httpx.Client(transport=transport) as client:
        answer = client.get(f"{server}{LIST}/shown/history", headers=list(headers))
    return answer.status_code


PROXIED = [
    ("127.0.0.2", [("X-Remote", "carl")], 200),
    ("127.0.0.2", [("X-Remote", "CARL")], 200),
    ("127.0.0.2", [("X-Remote", "stranger")], 403),  # a viewer
    ("127.0.0.2", [], 401),
    ("127.0.0.2", [("X-Remote", "")], 401),
    ("127.0.0.2", [("X-Remote", "carl"), ("X-Remote", "ada")], 401),
    ("127.0.0.2", [("X-Forwarded-User", "carl")], 401),  # not the header that was named
    ("127.0.0.1", [("X-Remote", "carl")], 401),
    ("127.0.0.1", [("X-Remote", "carl"), ("X-Forwarded-For", "127.0.0.2")], 401),
    ("127.0.0.1", [("X-Remote", "carl"), ("X-Artsim-Address", "127.0.0.2")], 401),
]


@pytest.mark.parametrize(("address", "sent", "status"), PROXIED)
def test_a_proxys_header_is_believed_of_its_address_alone(
    server, workspace, headers, monkeypatch, address, sent, status
):
    monkeypatch.setenv("ARTSIM_PROXIES", "127.0.0.2, 10.0.0.0/8")
    monkeypatch.setenv("ARTSIM_PROXY_HEADER", "X-Remote")
    with ruled(workspace, mode="proxy"):
        assert asked_from(server, address, *sent) == status


def test_whoever_is_behind_a_proxy_is_known_by_the_address_that_it_saw(
    server, workspace, monkeypatch
):
    monkeypatch.setenv("ARTSIM_PROXIES", "127.0.0.2")
    before = len(logged(workspace, audit.ACCESS))
    with ruled(workspace, mode="proxy"):
        forwarded = ("X-Forwarded-For", "203.0.113.9, 192.0.2.7, 127.0.0.2")
        asked_from(server, "127.0.0.2", forwarded)
        asked_from(server, "127.0.0.1", forwarded)
    lines = new_lines(workspace, before, 2)
    assert {line["from"] for line in lines} == {"192.0.2.7", "127.0.0.1"}


def logged(workspace, name):
    if not (audit.folder(workspace) / name).is_file():
        return []
    text = (audit.folder(workspace) / name).read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def new_lines(workspace, before, count):
    """The next lines of the access log: each is written once its answer was sent."""
    end = time.monotonic() + 120
    while len(logged(workspace, audit.ACCESS)) < before + count and time.monotonic() < end:
        time.sleep(0.02)
    return logged(workspace, audit.ACCESS)[before:]


def test_logs_tell_who_asked_and_not_what_for(server, workspace, headers):
    before = len(logged(workspace, audit.ACCESS))
    with ruled(workspace):
        client.get(f"{server}{LIST}/shown/artworks?where=title='private'", headers=headers["vera"])
        client.get(f"{server}{LIST}/shown/history", headers=headers["vera"])
    first, second = new_lines(workspace, before, 2)
    assert (first["who"], first["path"], first["status"]) == (
        "vera",
        f"{LIST}/shown/artworks",
        200,
    )
    assert second["status"] == 403
    refused = logged(workspace, audit.AUDIT)[-1]
    assert (refused["who"], refused["what"], refused["refused"]) == ("vera", "reports", True)
    assert refused["from"] == "127.0.0.1"
    for name in (audit.ACCESS, audit.AUDIT):
        text = (audit.folder(workspace) / name).read_text(encoding="utf-8")
        secret = headers["vera"]["Authorization"].split()[1]
        assert [word for word in ("private", PASSWORD, secret) if word in text] == []


def test_uploads_and_searches_over_the_quota_are_refused(server, workspace, headers, monkeypatch):
    monkeypatch.setenv("ARTSIM_UPLOAD_MB_A_DAY", "1")
    monkeypatch.setenv("ARTSIM_SEARCHES_A_MINUTE", "2")
    monkeypatch.setattr(quotas, "_searches", {})
    search = f"{server}{LIST}/shown/search"
    with ruled(workspace):
        asked = {"id": "w0", "backbone": "tiny"}
        status = [
            client.post(search, json=asked, headers=headers["vera"]).status_code for _ in range(3)
        ]
        assert status == [200, 200, 429]
        files = {"image": b"x" * 700_000}
        sent = [
            client.post(search, files=files, data={"backbone": "tiny"}, headers=headers["carl"])
            for _ in range(2)
        ]
        assert sent[0].status_code == 415
        assert (sent[1].status_code, "1 MB a day" in sent[1].text) == (429, True)


def test_one_person_on_loopback_notices_nothing(server, workspace):
    assert client.get(server + LIST).status_code == 200
    assert client.get(f"{server}{LIST}/shown/history").status_code == 200
    with browser(server) as other:
        assert sign_in(other).status_code == 404
