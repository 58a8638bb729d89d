"""A person with a browser, as the server sees one: Streamlit's websocket, and files over HTTP.

A visitor keeps what a browser keeps: the address, its widgets with the part of the page that each
belongs to, large messages by their hash, and files by their address.
"""

import asyncio
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple
from urllib.parse import urlencode

import httpx
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.BidiComponent_pb2 import BidiComponent
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection, connect

WAIT = 120.0
# A run of a part of the page that asks for a whole one is followed by it, and ends otherwise.
_ENDS = (
    ForwardMsg.FINISHED_SUCCESSFULLY,
    ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY,
    ForwardMsg.FINISHED_WITH_COMPILE_ERROR,
)
_MAP_FILES = ("points", "colours", "order")


class _Widget(NamedTuple):
    """What the server calls a widget, and the fragment that runs when it changes, if any."""

    id: str
    fragment: str


@dataclass
class Run:
    """One run of a page: ``seconds`` until it was finished, ``ids`` of the works in its grids.

    ``files`` are addresses of its pictures and of the points of its maps, ``maps`` the numbers of
    works on these, ``texts`` the sentences of its notes and errors.
    """

    seconds: float = 0.0
    bytes: int = 0
    messages: int = 0
    finished: int = -1
    page: str = ""
    ids: dict[str, list[str]] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)
    maps: list[int] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)

    @property
    def well(self) -> bool:
        """Whether the script came to its end."""
        return self.finished in _ENDS[:2]


class Visitor:
    """One session: ``async with Visitor(url) as visitor``.

    ``query`` is the address's query string, ``grid`` the key of the grid shown last.
    Widgets have the keys that the code of the page gives them.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._kept: dict[str, Delta] = {}
        self._widgets: dict[str, _Widget] = {}
        self._files: set[str] = set()
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

    async def click(self, key: str, event: str, value: Any) -> Run:
        """Do something with one of our own elements: a grid's open or similar gets a work's id."""
        told = json.dumps([{"event": event, "value": value}])
        widget = self._widgets[key]
        state = WidgetState(
            id=f"$$STREAMLIT_INTERNAL_KEY_{widget.id}__events", json_trigger_value=told
        )
        return await self._run(state=state, fragment=widget.fragment)

    async def press(self, key: str) -> Run:
        """Press a button."""
        widget = self._widgets[key]
        state = WidgetState(id=widget.id, trigger_value=True)
        return await self._run(state=state, fragment=widget.fragment)

    async def see(self, files: Iterable[str]) -> int:
        """Fetch the files that are not in the browser's cache yet; their bytes."""
        wanted = [file for file in files if file and file not in self._files]
        found = await asyncio.gather(*(self._file(file) for file in wanted))
        self._files.update(wanted)
        return sum(found)

    async def _file(self, address: str, tries: int = 3) -> int:
        """Fetch a file; as a browser, again where the server had closed the connection."""
        try:
            answer = await self._http.get(address)
        except httpx.TransportError:
            if tries == 1:
                raise
            return await self._file(address, tries - 1)
        answer.raise_for_status()
        return len(answer.content)

    async def _run(
        self, page_name: str = "", state: WidgetState | None = None, fragment: str = ""
    ) -> Run:
        message = BackMsg()
        asked = message.rerun_script
        asked.query_string, asked.page_name = self.query, page_name
        asked.page_script_hash, asked.fragment_id = self._page, fragment
        asked.cached_message_hashes.extend(self._kept)
        if state is not None:
            asked.widget_states.widgets.append(state)
        run = Run()
        began = time.perf_counter()
        await self._socket.send(message.SerializeToString())
        async with asyncio.timeout(WAIT):
            while run.finished not in _ENDS:
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
            self._show_ours(element.bidi_component, delta.fragment_id, run)
        elif kind == "button":
            self._widget(element.button.id, delta.fragment_id)
        elif kind == "alert":
            run.texts.append(element.alert.body)
        elif kind == "heading":
            run.texts.append(element.heading.body)
        run.sizes[kind] = run.sizes.get(kind, 0) + size

    def _show_ours(self, ours: BidiComponent, fragment: str, run: Run) -> None:
        key = self._widget(ours.id, fragment)
        if ours.component_name == "artsim_gallery":
            items = json.loads(ours.json)["items"]
            self.grid = key
            run.ids[key] = [item["id"] for item in items]
            run.files += [item["thumb"] for item in items]
        elif ours.component_name == "artsim_map":
            panes = json.loads(ours.json)["panes"]
            run.maps += [pane["count"] for pane in panes]
            run.files += [pane[file] for pane in panes for file in _MAP_FILES]

    def _widget(self, widget: str, fragment: str) -> str:
        """Keep a widget; its key."""
        key = widget.rpartition("-")[2]
        self._widgets[key] = _Widget(widget, fragment)
        return key
