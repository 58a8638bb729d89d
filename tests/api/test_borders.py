"""The server's borders on a real server: foreign names and pages, slow bodies, headers."""

import json
import socket
import threading
import time
from contextlib import suppress
from http.client import HTTPConnection, HTTPResponse

import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.testclient import TestClient
from uvicorn.protocols.http.h11_impl import H11Protocol
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from artsim.api import borders, connections
from artsim.api.borders import Borders
from artsim.core.errors import InvalidInput
from artsim.core.network import check_open, is_loopback
from artsim.core.settings import setting


async def _echo(request):
    body = await request.body()
    return JSONResponse({"bytes": len(body), "path": request.url.path})


async def _socket(websocket):
    await websocket.accept()
    await websocket.send_text("open")
    await websocket.receive()
    await websocket.close()


async def _gone(request):
    return PlainTextResponse("Range Not Satisfiable", 416, {"Content-Range": "bytes */5"})


async def _large(request):
    return Response(b"x" * (20 << 20))


def serving(address="127.0.0.1", names=(), http="auto"):
    """A server behind the borders; its port, and what stops it."""
    app = Starlette(
        routes=[
            WebSocketRoute("/stream", _socket),
            Route("/large", _large),
            Route("/gone", _gone),
            Route("/{path:path}", _echo, methods=["GET", "POST"]),
        ],
        middleware=[Middleware(Borders, address=address, names=names)],
    )
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="critical", http=http))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    end = time.monotonic() + 120
    while not server.started and time.monotonic() < end:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]

    def stop():
        server.should_exit = True
        thread.join(20)

    return port, stop


@pytest.fixture(scope="module")
def port():
    found, stop = serving()
    yield found
    stop()


@pytest.fixture(scope="module")
def open_port():
    found, stop = serving("0.0.0.0", ("art.museum.example",))
    yield found
    stop()


def ask(port, path="/api/v1/health", method="GET", body=None, **headers):
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    connection.putrequest(method, path, skip_host=True)
    sent = {"Host": f"127.0.0.1:{port}", **{k.replace("_", "-"): v for k, v in headers.items()}}
    for name, value in sent.items():
        connection.putheader(name, value)
    if body is not None:
        connection.putheader("Content-Length", str(len(body)))
    connection.endheaders(body)
    answer = connection.getresponse()
    return answer.status, json.loads(answer.read()), answer.headers


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST:8501", "127.0.0.1:1", "[::1]:8501"])
def test_names_of_this_machine_are_answered(port, host):
    assert ask(port, Host=host)[0] == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:8501", "localhost.evil.example", "192.168.1.9", ""]
)
def test_another_name_is_refused_in_one_sentence(port, host):
    status, answer, _ = ask(port, Host=host)
    assert status == 403
    assert "does not answer to the name" in answer["error"]


def test_a_server_of_the_network_answers_to_numbers_and_to_names_that_were_given(open_port):
    assert ask(open_port, Host="192.168.1.9:80")[0] == 200  # nobody can point a number elsewhere
    assert ask(open_port, Host="art.museum.example")[0] == 200
    assert ask(open_port, Host=socket.gethostname())[0] == 200
    assert ask(open_port, Host="evil.example")[0] == 403


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 200),  # a script
        ({"Origin": "http://127.0.0.1:{port}"}, 200),
        ({"Origin": "http://127.0.0.1:1"}, 403),
        ({"Origin": "https://evil.example"}, 403),
        ({"Origin": "null"}, 403),
        ({"Origin": "http://[127.0.0.1"}, 403),
        ({"Sec_Fetch_Site": "cross-site"}, 403),
        ({"Sec_Fetch_Site": "same-origin"}, 200),
    ],
)
def test_what_changes_anything_comes_from_a_page_of_this_server(port, headers, status):
    sent = {name: value.format(port=port) for name, value in headers.items()}
    assert ask(port, method="POST", body=b"{}", **sent)[0] == status
    assert ask(port, **sent)[0] == 200  # reading is no harm: the browser keeps the answer back


@pytest.mark.parametrize(
    ("origin", "host", "opened"),
    [
        ("http://127.0.0.1:{port}", "127.0.0.1:{port}", True),
        ("http://evil.example", "127.0.0.1:{port}", False),
        ("http://evil.example", "evil.example", False),
    ],
)
def test_a_websocket_opens_for_pages_of_this_server_alone(port, origin, host, opened):
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(_upgrade(host.format(port=port), origin.format(port=port)))
        status = line.recv(4096).split(b" ", 2)[1]
    assert status == (b"101" if opened else b"403")


def _upgrade(host, origin):
    return (
        f"GET /stream HTTP/1.1\r\nHost: {host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Origin: {origin}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
        "Sec-WebSocket-Version: 13\r\n\r\n"
    ).encode()


@pytest.mark.parametrize("path", ["/api/v1/../secret", "//server/share", "/a%0d%0ab", "/a%5cb"])
def test_an_address_that_plays_tricks_has_one_sentence(port, path):
    status, answer, _ = ask(port, path)
    assert status == 400
    assert "cannot be read" in answer["error"]


def test_a_failure_in_plain_text_is_told_as_json(port):
    status, answer, headers = ask(port, method="PUT", body=b"")
    assert (status, answer) == (405, {"error": "Use GET or HEAD or POST here."})
    assert sorted(headers["Allow"].split(", ")) == ["GET", "HEAD", "POST"]
    status, answer, headers = ask(port, "/gone")
    assert (status, answer["error"]) == (416, "Range Not Satisfiable.")
    assert headers["Content-Range"] == "bytes */5"


def test_every_answer_says_what_pages_may_do(port):
    for headers in (ask(port)[2], ask(port, Host="evil.example")[2]):
        assert "frame-ancestors 'self'" in headers["Content-Security-Policy"]
        assert "'unsafe-eval'" not in headers["Content-Security-Policy"]
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Referrer-Policy"] == "same-origin"
        assert "geolocation=()" in headers["Permissions-Policy"]


def test_bodies_that_stop_coming_are_dropped(port, monkeypatch):
    """Fifty clients that send half of what they announced hold nothing up and are let go."""
    monkeypatch.setattr(borders, "_PIECE_SECONDS", 0.5)
    half = (
        f"POST /api HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Length: 1000\r\n\r\nhalf"
    ).encode()
    lines = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(50)]
    try:
        for line in lines:
            line.sendall(half)
        assert ask(port, method="POST", body=b"whole")[1]["bytes"] == 5
        for line in lines:
            line.settimeout(30)
            while line.recv(4096):  # ends where the server lets go
                pass
    finally:
        for line in lines:
            line.close()


def ended(line):
    """Whether the server has let go of a connection, perhaps with an answer."""
    line.settimeout(30)
    with suppress(ConnectionError):
        while line.recv(1 << 16):
            pass
    return True


@pytest.mark.parametrize("kind", [HttpToolsProtocol, H11Protocol])
def test_connections_that_do_not_ask_are_let_go(kind):
    """200 silent ones and 200 with half a head; a page's websocket stays, others are served."""
    http = type("Limited", (kind,), {})
    connections.limit(http, head_seconds=1.0, read_seconds=1.0)
    port, stop = serving(http=http)
    lines = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(403)]
    try:
        page, reader, endless, *others = lines
        page.sendall(_upgrade(f"127.0.0.1:{port}", f"http://127.0.0.1:{port}"))
        reader.sendall(f"GET /large HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\n\r\n".encode())
        for line in others[:200]:
            line.sendall(b"GET /api/v1/health HTTP/1.1\r\nHost: 127.")
        assert ask(port)[0] == 200
        with suppress(ConnectionError):
            endless.sendall(b"GET / HTTP/1.1\r\nCookie: " + b"a" * (4 << 20))
        assert all(ended(line) for line in [endless, *others])
        assert ask(port, method="POST", body=b"whole")[1]["bytes"] == 5
        refused = ask(port, method="PUT", body=b"x" * (20 << 20))  # answered before it is sent
        assert refused[0] == 405
        assert ended(reader)  # took nothing of what it had asked for
        page.sendall(b"\x81\x80\0\0\0\0")  # an empty message of a browser
        assert b"open" in page.recv(4096)
    finally:
        for line in lines:
            line.close()
        stop()


def test_of_too_many_connections_those_go_that_have_not_asked():
    http = type("Limited", (HttpToolsProtocol,), {})
    connections.limit(http, most=20)
    port, stop = serving(http=http)
    asking = HTTPConnection("127.0.0.1", port, timeout=30)
    asking.request("GET", "/api/v1/health")
    asking.getresponse().read()
    silent = [socket.create_connection(("127.0.0.1", port), timeout=30) for _ in range(60)]
    try:
        assert all(ended(line) for line in silent[:30])
        assert ask(port)[0] == 200
        asking.request("GET", "/api/v1/health")
        assert asking.getresponse().status == 200
    finally:
        for line in silent:
            line.close()
        stop()


@pytest.mark.parametrize("kind", [HttpToolsProtocol, H11Protocol])
def test_what_is_no_request_is_told_in_words(kind):
    http = type("Limited", (kind,), {})
    connections.limit(http)
    port, stop = serving(http=http)
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(b"GET /a\rb HTTP/1.1\r\nHost: x\r\n\r\n")
        answer = HTTPResponse(line)
        answer.begin()
    assert (answer.status, "no HTTP request" in json.loads(answer.read())["error"]) == (400, True)
    stop()


def test_a_request_has_one_host(port):
    # a proxy in front may have looked at the other one
    with socket.create_connection(("127.0.0.1", port), timeout=20) as sock:
        sock.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example\r\n\r\n")
        assert sock.recv(1_000).startswith(b"HTTP/1.1 403 ")


def test_headers_without_end_are_refused(port):
    status, answer, _ = ask(port, Cookie="a" * 60_000, X_More="b" * 9_000)
    assert status in (400, 431)
    assert status == 400 or "too long" in answer["error"]


def test_the_network_comes_in_only_where_that_was_said(monkeypatch):
    assert [is_loopback(a) for a in ("127.0.0.9", "::1", "localhost")] == [True] * 3
    for address in ("0.0.0.0", "::", "", "192.168.1.9", "museum.example"):
        with pytest.raises(InvalidInput, match=r"no sign-in.*--open-to-network"):
            check_open(address)
    monkeypatch.setenv("ARTSIM_OPEN_TO_NETWORK", "1")
    check_open("0.0.0.0")


def test_host_names_are_checked(monkeypatch):
    monkeypatch.setenv("ARTSIM_HOST_NAMES", "Art.Museum.example, other")
    assert setting("host_names") == ("art.museum.example", "other")
    for bad in ("https://art.example", "art.example:8501", "a b"):
        monkeypatch.setenv("ARTSIM_HOST_NAMES", bad)
        with pytest.raises(InvalidInput, match="no host name"):
            setting("host_names")


def test_pages_ask_other_sites_for_pictures_only_where_the_operator_names_them():
    def policy(**options):
        app = Borders(Starlette(routes=[Route("/", _echo)]), **options)
        told = TestClient(app, base_url="http://127.0.0.1").get("/").headers
        return dict(rule.split(" ", 1) for rule in told["Content-Security-Policy"].split("; "))

    site = "https://media.nga.gov"
    assert not any("https:" in sources for sources in policy().values())
    named = policy(shown=[site])
    assert {rule for rule, sources in named.items() if site in sources} == {
        "img-src",
        "connect-src",
    }
