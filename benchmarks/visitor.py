"""A person with a browser, as the server sees one: Streamlit's websocket, and pictures over HTTP.

A visitor keeps what a browser keeps: the address, the state of its widgets, large messages by
their hash, and pictures by their address.
"""

import asyncio
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.asyncio.client import ClientConnection, connect

WAIT = 120.0


@dataclass
class Run:
    """One run of a page: ``seconds`` until it was finished, ``ids`` of the works in its grids.

    ``texts`` are the sentences of its notes and errors, ``finished`` how it ended (0 is well).
    """

    seconds: float = 0.0
    bytes: int = 0
    messages: int = 0
    finished: int = -1
    page: str = ""
    ids: dict[str, list[str]] = field(default_factory=dict)
    thumbs: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)


class Visitor:
    """One session: ``async with Visitor(url) as visitor``.

    ``query`` is the address's query string, ``grid`` the key of the grid shown last.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._kept: dict[str, Delta] = {}
        self._grids: dict[str, str] = {}
        self._pictures: set[str] = set()
        self._page = ""
        self.query = ""
        self.grid = ""

    async def __aenter__(self) -> "Visitor":
        address = f"{self._url.replace('http', 'ws', 1)}/_stcore/stream"
        self._socket: ClientConnection = await connect(
            address, subprotocols=["streamlit"], max_size=None, compression=None, open_timeout=WAIT
        )
        # As a browser: six connections, and none used that the server may be closing.
        limits = httpx.Limits(max_connections=6, keepalive_expiry=2.0)
        self._http = httpx.AsyncClient(base_url=self._url, timeout=WAIT, limits=limits)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()
        await self._http.aclose()

    async def open(self, page: str = "", /, **view: Any) -> Run:
        """Follow a link."""
        self.query, self._page = urlencode(view, doseq=True), ""
        return await self._run(page_name=page)

    async def click(self, grid: str, event: str, value: str) -> Run:
        """Click on a work of a grid: ``event`` is open or similar, ``value`` the work's id."""
        told = json.dumps([{"event": event, "value": value}])
        widget = f"$$STREAMLIT_INTERNAL_KEY_{self._grids[grid]}__events"
        return await self._run(widgets={widget: told})

    async def see(self, thumbs: Iterable[str]) -> int:
        """Fetch the pictures that are not in the browser's cache yet; their bytes."""
        wanted = [thumb for thumb in thumbs if thumb and thumb not in self._pictures]
        found = await asyncio.gather(*(self._picture(thumb) for thumb in wanted))
        self._pictures.update(wanted)
        return sum(found)

    async def _picture(self, address: str, tries: int = 3) -> int:
        """Fetch a picture; as a browser, again where the server had closed the connection."""
        try:
            answer = await self._http.get(address)
        except httpx.TransportError:
            if tries == 1:
                raise
            return await self._picture(address, tries - 1)
        answer.raise_for_status()
        return len(answer.content)

    async def _run(self, page_name: str = "", widgets: dict[str, str] | None = None) -> Run:
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = self.query, page_name
        state.page_script_hash = self._page
        state.cached_message_hashes.extend(self._kept)
        for widget, told in (widgets or {}).items():
            state.widget_states.widgets.add(id=widget, json_trigger_value=told)
        run = Run()
        began = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(WAIT):
            while run.finished not in (
                ForwardMsg.FINISHED_SUCCESSFULLY,
                ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
            ):
                self._take(await self._socket.recv(), run)
        run.seconds = time.perf_counter() - began
        return run

    def _take(self, data: bytes | str, run: Run) -> None:
        message = ForwardMsg.FromString(data if isinstance(data, bytes) else data.encode())
        run.bytes += len(data)
        run.messages += 1
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self._page = message.navigation.page_script_hash
        elif kind == "page_info_changed":
            self.query = message.page_info_changed.query_string
        elif kind == "script_finished":
            run.finished = message.script_finished
        elif kind == "ref_hash":
            self._show(self._kept[message.ref_hash], 0, run)
        elif kind == "delta":
            if message.metadata.cacheable:
                self._kept[message.hash] = message.delta
            self._show(message.delta, len(data), run)

    def _show(self, delta: Delta, size: int, run: Run) -> None:
        if delta.WhichOneof("type") != "new_element":
            return
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "bidi_component":
            kind = element.bidi_component.component_name
        run.sizes[kind] = run.sizes.get(kind, 0) + size
        if kind == "artsim_gallery":
            grid = element.bidi_component
            key = grid.id.rpartition("-")[2]
            items = json.loads(grid.json)["items"]
            self._grids[key], self.grid = grid.id, key
            run.ids[key] = [item["id"] for item in items]
            run.thumbs += [item["thumb"] for item in items]
        elif kind == "alert":
            run.texts.append(element.alert.body)
        elif kind == "heading":
            run.texts.append(element.heading.body)
