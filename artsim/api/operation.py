"""One route of the API: what it takes and gives, said once for requests and for OpenAPI."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, TypeAdapter
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from artsim.api.access import asked_for
from artsim.api.body import read_body
from artsim.api.checking import checked
from artsim.api.decoding import check_room, in_turn
from artsim.api.headers import PRIVATE, tagged
from artsim.api.requests import Nothing
from artsim.people.roles import Action

JSON = "application/json"
_ANYTHING = TypeAdapter(Any, config=ConfigDict(ser_json_inf_nan="null"))


@dataclass(frozen=True)
class Operation:
    """``work`` is called in a thread with the ``asks`` of a request, after it what was sent.

    ``asks`` holds the parameters of path and query. ``sends`` has a model for each media type of a
    body; with one the method is POST, and ``verb`` names any other. ``gives`` is the type of the
    JSON answer, None where ``work`` returns bytes of the first of ``kinds``, or a pair of bytes and
    kind. ``fails`` are the statuses that an error can have beside 400, 500 and 503. A ``cached``
    answer has an ETag. ``action`` is what people need to be allowed for it: without one a server
    where people sign in answers nobody. ``of`` is the parameter that names the collection.
    """

    path: str
    work: Callable[..., Any]
    gives: Any
    asks: type[BaseModel] = Nothing
    sends: Mapping[str, type[BaseModel]] = field(default_factory=dict)
    kinds: tuple[str, ...] = (JSON,)
    fails: tuple[int, ...] = ()
    cached: bool = False
    verb: str = ""
    action: Action | None = None
    of: str = "name"

    @property
    def method(self) -> str:
        """GET, or POST where there is a body, unless it is another one."""
        return self.verb or ("POST" if self.sends else "GET")

    def route(self) -> Route:
        """Starlette's route."""
        return Route(self.path, self.answer, methods=[self.method], name=self.work.__name__)

    async def answer(self, request: Request) -> Response:
        """Check the request, do the work, send what came of it."""
        await asked_for(self.action, str(request.path_params.get(self.of, "")))
        asked = [checked(self.asks, {**request.query_params, **request.path_params})]
        runs: Callable[..., Awaitable[tuple[bytes, str]]] = run_in_threadpool
        if request.headers.get("content-type", "").lower().startswith("multipart/"):
            check_room()
            runs = in_turn
        if self.sends:
            kind, fields = await read_body(request, tuple(self.sends))
            asked.append(checked(self.sends[kind], fields))
        body, kind = await runs(self._worked, *asked)
        if self.cached:
            return tagged(request, body, kind)
        return Response(body, media_type=kind, headers=PRIVATE)

    def _worked(self, *asked: BaseModel) -> tuple[bytes, str]:
        found = self.work(*asked)
        if self.gives is not None:
            return _ANYTHING.dump_json(found), JSON
        return found if isinstance(found, tuple) else (found, self.kinds[0])
