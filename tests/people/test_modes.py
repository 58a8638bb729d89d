"""Each way to sign in, on the server that 'artsim serve' starts."""

import httpx
import pytest
from browser_kit import serving
from collection_kit import make_collection
from people_kit import PASSWORD, with_tokens

from artsim.cli.run import run
from artsim.core.workspace import Workspace
from artsim.people import access, accounts
from artsim.people.roles import Role

LIST = "/api/v1/collections"
WORKS = [{"id": f"w{i}", "artist": "M"} for i in range(3)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace.open(tmp_path_factory.mktemp("modes"))
    for name in ("shown", "secret"):
        make_collection(made, name, WORKS)
    access.set_rule(made, "secret", "named")
    return made


@pytest.fixture(scope="module")
def headers(workspace):
    accounts.add(workspace, "ann", Role.ADMIN, PASSWORD)
    return with_tokens(workspace)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["--host", "0.0.0.0"], "switch it on with --sign-in"),
        (["--sign-in", "local"], "users add NAME --role admin"),
        (["--sign-in", "proxy"], "--proxy-address"),
    ],
)
def test_a_server_that_would_be_open_or_closed_to_all_does_not_start(
    home, capsys, monkeypatch, options, said
):
    monkeypatch.setenv("ARTSIM_SIGN_IN", "none")  # what is set in this process ends with the test
    assert run(["serve", *options]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert said in line


@pytest.mark.slow
def test_local_accounts(workspace, headers, tmp_path):
    with serving(workspace.root, tmp_path / "log", options=("--sign-in", "local")) as app:
        with httpx.Client(base_url=app.url, headers={"Origin": app.url}, timeout=60) as client:
            assert client.get("/").status_code == 200  # the page that asks to sign in
            for path in (LIST, "/media/shown/w0/thumb.webp", "/media/abc.png"):
                assert client.get(path).status_code == 401, path
            for path in ("/_stcore/metrics", "/_stcore/agent/openapi.json", "/unknown"):
                assert client.get(path, headers=headers["ada"]).status_code == 403, path
            upload = "/_stcore/upload_file/00000000-0000-0000-0000-000000000000/x"
            assert client.put(upload, files={"f": b"x"}).status_code == 401
            form = {"username": "ann", "password": PASSWORD}
            assert client.post("/session/sign-in", data=form).status_code == 303
            assert client.get("/media/shown/w0/thumb.webp").status_code == 200
            for method, path in (("GET", "/media/abc.png"), ("PUT", "/_stcore/health")):
                streamlits = client.request(method, path)  # its own words are plain text
                assert streamlits.status_code in (404, 405), path
                assert streamlits.json()["error"], path
            assert client.put(upload, files={"f": b"x"}).status_code in (400, 403)  # no such page
            evaluate = client.post(f"{LIST}/shown/evaluate", json={"backbones": ["no"]})
            assert evaluate.status_code not in (401, 403)
        app.check()


@pytest.mark.slow
def test_a_proxy_that_says_who_it_is(workspace, headers, tmp_path):
    options = ("--sign-in", "proxy", "--proxy-address", "127.0.0.2")
    with serving(workspace.root, tmp_path / "log", options=options) as app:
        for address, status in (("127.0.0.2", 200), ("127.0.0.1", 401)):
            transport = httpx.HTTPTransport(local_address=address)
            with httpx.Client(transport=transport, base_url=app.url, timeout=60) as client:
                sent = {"X-Forwarded-User": "carl", "X-Forwarded-For": "192.0.2.7, 127.0.0.2"}
                assert client.get(f"{LIST}/shown/history", headers=sent).status_code == status


@pytest.mark.slow
def test_a_server_for_reading(workspace, tmp_path):
    with serving(workspace.root, tmp_path / "log", options=("--read-only",)) as app:
        found = httpx.get(app.url + LIST).json()
        assert [one["name"] for one in found] == ["shown"]  # the other is for named people
        asked = {"id": "w0", "backbone": "tiny"}
        assert httpx.post(f"{app.url}{LIST}/shown/search", json=asked).status_code == 200
        answer = httpx.post(f"{app.url}{LIST}/shown/evaluate", json={"backbones": ["tiny"]})
        assert (answer.status_code, answer.json()["error"]) == (
            403,
            "This server is read-only: nothing can be changed here.",
        )
