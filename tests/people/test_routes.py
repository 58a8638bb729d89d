"""Every route and every role: who is answered, on a real server; a new route must be added here."""

import re
from unittest.mock import MagicMock

import httpx
import pytest
from collection_kit import make_collection
from people_kit import ROLES, ruled, serving_here, with_tokens
from starlette.responses import PlainTextResponse
from starlette.routing import Route
from streamlit.web.server.starlette.starlette_app import create_streamlit_routes

from artsim.api import routes, v1
from artsim.api.application import application
from artsim.api.door import Door
from artsim.api.iiif import COLLECTION, IMAGE, INFO, MANIFEST, PART, RESULTS, Iiif
from artsim.api.operation import Operation
from artsim.api.reconcile import Reconcile
from artsim.app.shell import places
from artsim.app.widgets.components import ROUTE
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.people import access, accounts, sessions
from artsim.people.roles import Action, Role

ALL, VIEWER, CURATOR, ADMIN = None, Role.VIEWER, Role.CURATOR, Role.ADMIN
OF = "/api/v1/collections/{name}"
# The least role that each route answers, ALL for everybody.
LEAST = {
    "GET /api/v1/health": ALL,
    "GET /metrics": ALL,  # from this machine; see below for elsewhere
    "POST /session/sign-in": ALL,
    "POST /session/sign-out": ALL,
    "GET /plotly.min.js": ALL,
    "GET /ui/{release}/{path:path}": ALL,
    "GET /media/{collection}/{id}/{size}.{ending}": VIEWER,
    **{f"GET {path}": VIEWER for path in (COLLECTION, PART, RESULTS, MANIFEST, INFO, IMAGE)},
    f"GET {IMAGE.split('/{region}')[0]}": VIEWER,
    "GET /reconcile/{collection}": VIEWER,
    "POST /reconcile/{collection}": VIEWER,
    "GET /reconcile/{collection}/suggest/{what}": VIEWER,
    "GET /reconcile/{collection}/properties": VIEWER,
    "GET /reconcile/{collection}/preview": VIEWER,
    "GET /api/v1/collections": VIEWER,
    "GET /api/v1/backbones": VIEWER,
    "GET /api/v1/backbones/recommended": VIEWER,
    "GET /api/v1/plugins": VIEWER,
    "GET /api/v1/openapi.json": VIEWER,
    f"GET {OF}/artworks": VIEWER,
    f"GET {OF}/artworks/{{id}}": VIEWER,
    f"GET {OF}/artworks/{{id}}/difference": VIEWER,
    f"POST {OF}/search": VIEWER,
    f"GET {OF}/export": VIEWER,
    f"GET {OF}/history": CURATOR,
    f"POST {OF}/evaluate": CURATOR,
    f"POST {OF}/retrain": ADMIN,
    f"GET {OF}/maps": VIEWER,
    f"POST {OF}/identify": VIEWER,
    "GET /api/v1/trays": CURATOR,
    "POST /api/v1/trays": CURATOR,
    "GET /api/v1/trays/{tray}": CURATOR,
    "PATCH /api/v1/trays/{tray}": CURATOR,
    "DELETE /api/v1/trays/{tray}": CURATOR,
    "POST /api/v1/trays/{tray}/items": CURATOR,
    "PATCH /api/v1/trays/{tray}/items": CURATOR,
    "DELETE /api/v1/trays/{tray}/items": CURATOR,
    "POST /api/v1/trays/{tray}/copy": CURATOR,
    "GET /api/v1/trays/{tray}/export": CURATOR,
    "GET /api/v1/shared/{token}": VIEWER,
    "GET /api/v1/searches": CURATOR,
    "POST /api/v1/searches": CURATOR,
    "GET /api/v1/searches/{search}": CURATOR,
    "DELETE /api/v1/searches/{search}": CURATOR,
    "POST /api/v1/searches/{search}/look": CURATOR,
    f"GET {OF}/judgements": CURATOR,
    f"POST {OF}/why": VIEWER,
    f"GET {OF}/concepts": VIEWER,
    f"POST {OF}/concepts": CURATOR,
    f"POST {OF}/concepts/import": CURATOR,
    f"GET {OF}/concepts/{{concept}}": VIEWER,
    f"GET {OF}/concepts/{{concept}}/export": VIEWER,
    f"DELETE {OF}/concepts/{{concept}}": CURATOR,
    **{
        f"GET {OF}/maps/{{id}}/{what}": VIEWER
        for what in ("points", "colours", "works", "order", "years", "grid", "mosaic.{ending}")
    },
}
# Streamlit's own: what the door asks before it lets them answer, None where it never does.
STREAMLIT = {
    "/_stcore/health": Action.OPEN,
    "/_stcore/host-config": Action.OPEN,
    "/_stcore/stream": Action.OPEN,
    "/_stcore/bidi-components/{path:path}": Action.OPEN,
    "/component/{path:path}": Action.OPEN,
    "/auth/login": Action.OPEN,
    "/auth/logout": Action.OPEN,
    "/oauth2callback": Action.OPEN,
    "/_stcore/upload_file/{session_id}/{file_id}": Action.SEARCH,
    "/media/{file_id:path}": Action.SEE,
    "/_stcore/metrics": None,
    "/_stcore/agent/interact": None,
    "/_stcore/agent/openapi.json": None,
    "/_stcore/agent/mcp": None,
}
client = httpx.Client(timeout=60)  # making one takes longer than all that it asks
WORKS = [{"id": f"w{i}", "title": f"Work {i}", "artist": "Monet"} for i in range(4)]


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    made = Workspace.open(tmp_path_factory.mktemp("people"))
    for name in ("shown", "secret", "open"):
        make_collection(made, name, WORKS)
    access.set_rule(made, "secret", "named", ["carl"])
    access.set_rule(made, "open", "public")
    return made


@pytest.fixture(scope="module")
def headers(workspace):
    accounts.add(workspace, "cora", CURATOR, None)  # whom no collection names
    secret = sessions.make_token(workspace, "cora", "test")[1]
    return {**with_tokens(workspace), "cora": {"Authorization": f"Bearer {secret}"}}


@pytest.fixture(scope="module")
def server(workspace):
    async def careless(request):
        return PlainTextResponse("everything")

    forgetful = Operation("/api/v1/forgetful", lambda asked: {"all": 1}, dict).route()
    with serving_here(Library(workspace), (Route("/careless", careless), forgetful)) as url:
        yield url


def every_route(library):
    """Method and path of all that the app answers itself, from its routers."""
    shown = [r for r in routes(library) if r.path != "/{path:artsim}"]
    later = ("/api/{path:path}", "/iiif/{path:path}", "/reconcile/{path:path}")
    shared = [*Iiif(library).routes(), *Reconcile(library).routes()]
    inner = [*(r for r in application(library).routes if r.path not in later), *shared]
    for route in (*shown, *inner, *v1.router(library).routes, ROUTE):
        for method in sorted((route.methods or {"GET"}) - {"HEAD"}):
            yield f"{method} {route.path}"


def test_every_route_is_in_the_table(workspace):
    assert set(every_route(Library(workspace))) == set(LEAST)


def asked(server, route, headers, **values):
    method, path = route.split(" ")
    given = {
        "name": "shown",
        "collection": "shown",
        "id": "w1",
        "size": "thumb",
        "ending": "webp",
        "part": "1",
    }
    filled = re.sub(r"\{(\w+)[^}]*\}", lambda m: {**given, **values}.get(m[1], "x"), path)
    sent = {"json": {}, "headers": {**headers, "Origin": server}} if method == "POST" else {}
    return client.request(method, server + filled, **{"headers": headers, **sent})


@pytest.fixture
def nothing_public(workspace):
    access.set_rule(workspace, "open", "signed-in")
    yield
    access.set_rule(workspace, "open", "public")


@pytest.mark.parametrize("route", LEAST)
def test_a_route_answers_roles_from_its_least_on(route, server, workspace, headers, nothing_public):
    with ruled(workspace):
        for name, role in ROLES.items():
            status = asked(server, route, headers[name]).status_code
            least = LEAST[route]
            if least is None or (role is not None and role >= least):
                assert status not in (401, 403), (route, name)
            else:
                assert status == (401 if role is None else 403), (route, name)


OF_COLLECTIONS = [route for route in LEAST if "{name}" in route or "{collection}" in route]


@pytest.mark.parametrize("route", OF_COLLECTIONS)
def test_a_collection_for_named_people_is_not_there_for_others(route, server, workspace, headers):
    with ruled(workspace):
        named = {"name": "secret", "collection": "secret"}
        missing = {"name": "missing", "collection": "missing"}
        let_in = headers["ada" if LEAST[route] is ADMIN else "carl"]
        assert asked(server, route, let_in, **named).status_code not in (401, 403)
        for name in {VIEWER: ("vera", "cora"), CURATOR: ("cora",)}.get(LEAST[route], ()):
            there = asked(server, route, headers[name], **named)
            never = asked(server, route, headers[name], **missing)
            assert (there.status_code, there.json()["error"].replace("secret", "X")) == (
                never.status_code,
                never.json()["error"].replace("missing", "X"),
            )
        if LEAST[route] is not VIEWER:
            assert asked(server, route, headers["vera"], **named).status_code == 403
        assert asked(server, route, headers["nobody"], **named).status_code == 401


def test_lists_leave_out_what_one_may_not_see(server, workspace, headers):
    with ruled(workspace):
        for name, seen in (
            ("nobody", ["open"]),
            ("vera", ["open", "shown"]),
            ("carl", ["open", "secret", "shown"]),
            ("ada", ["open", "secret", "shown"]),
        ):
            found = client.get(f"{server}/api/v1/collections", headers=headers[name]).json()
            assert [one["name"] for one in found] == seen, name
            unknown = client.get(f"{server}{OF.format(name='no')}/maps", headers=headers[name])
            assert ("secret" in unknown.text) == ("secret" in seen)


def test_a_public_collection_is_searched_without_signing_in(server, workspace, headers):
    with ruled(workspace):
        assert asked(server, f"GET {OF}/artworks", {}, name="open").status_code == 200
        picture = "GET /media/{collection}/{id}/{size}.{ending}"
        answer = asked(server, picture, {}, collection="open")
        assert answer.status_code == 200
        assert answer.headers["cache-control"].startswith("private")
        assert asked(server, f"GET {OF}/history", {}, name="open").status_code == 401


@pytest.mark.parametrize("route", LEAST)
def test_a_read_only_server_changes_nothing_for_anybody(route, server, workspace, headers):
    concepts = ("POST {}/concepts", "POST {}/concepts/import", "DELETE {}/concepts/{{concept}}")
    kept = {r for r in LEAST if re.search("/api/v1/(trays|searches)", r) and r[:3] != "GET"}
    looks = {"POST /api/v1/searches/{search}/look"}  # what one has looked at is no change
    changing = {f"POST {OF}/{what}" for what in ("evaluate", "retrain")}
    changing |= {*(route.format(OF) for route in concepts), *(kept - looks)}
    with ruled(workspace, read_only=True):
        status = asked(server, route, headers["ada"]).status_code
        assert (status == 403) == (route in changing)
    with ruled(workspace, mode="none", read_only=True):  # nobody signs in: all are viewers
        refused = LEAST[route] in (CURATOR, ADMIN)
        assert (asked(server, route, {}).status_code == 403) == refused


@pytest.mark.parametrize("path", ["/careless", "/api/v1/forgetful"])
def test_a_route_that_asks_nobody_answers_nobody(path, server, workspace, headers):
    with ruled(workspace):
        answer = client.get(server + path, headers=headers["ada"])
        assert answer.status_code == 403
        assert "Nobody has said who may" in answer.json()["error"]
    assert client.get(server + path).status_code == 200  # one person on loopback


def test_every_address_of_streamlit_is_in_the_table():
    door = Door(None, pages=places.PAGES)  # type: ignore[arg-type]
    found = {}
    for route in create_streamlit_routes(MagicMock()):
        path = getattr(route, "path", "")
        if path and "script-health" not in path:
            found[path] = door._action(re.sub(r"\{[^}]*\}", "x", path))
    assert found == STREAMLIT
    assert door._action("/static/js/index.js") is door._action("/search") is Action.OPEN
    for path in ("/unknown", "/iiif/3/x/manifest.json", "/api/v1/collections", "/media/a/b/c.webp"):
        assert door._action(path) is None


def test_every_page_says_what_it_needs():
    source = places.ROUTER.read_text(encoding="utf-8")
    named = set(re.findall(r'_page\(places\.\w+, "([a-z-]+)"', source))
    assert len(named) == source.count("= _page(")
    assert named == set(places.PAGES)


def test_metrics_are_for_this_machine_and_for_admins(server, workspace, headers):
    elsewhere = {"X-Forwarded-For": "192.0.2.7"}
    with ruled(workspace):
        here = client.get(f"{server}/metrics")
        assert here.status_code == 200
        for name, status in (("nobody", 401), ("vera", 403), ("carl", 403), ("ada", 200)):
            answer = client.get(f"{server}/metrics", headers={**headers[name], **elsewhere})
            assert answer.status_code == status, name
    values = dict(line.rsplit(" ", 1) for line in here.text.splitlines() if line[0] != "#")
    assert float(values['artsim_requests_total{status="2xx"}']) > 10
    assert float(values["artsim_memory_bytes"]) > 1e7
    private = ("vera", "carl", "ada", "shown", "secret", "127.0.0.1", str(workspace.root))
    assert [word for word in private if word in here.text] == []
