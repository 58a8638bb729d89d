"""How long a connection may hold the server without asking, and how many there may be at once.

uvicorn ends a connection that is idle after an answer. One that says nothing, sends the head of a
request piece by piece, or takes no answer it would hold for ever.
"""

import resource
from asyncio import TimerHandle
from typing import Any

HEAD_SECONDS = 15.0  # in which the head of a request comes whole
READ_SECONDS = 60.0  # in which a client takes something of what is ready for it
_MOST_HEAD_BYTES = 256 << 10  # more than Borders lets by, which says so in words
_MOST = 8192
_UNREADABLE = b'{"error": "This is no HTTP request that can be read: check its address."}'


def limit(
    protocol: type[Any],
    head_seconds: float = HEAD_SECONDS,
    read_seconds: float = READ_SECONDS,
    most: int | None = None,
) -> None:
    """Give the connections of a protocol class of uvicorn, h11's or httptools', their limits.

    Of more than ``most`` connections the one goes that has waited longest without having asked: by
    default half of the files that this process may open, 8,192 at most. A websocket has asked. The
    class is changed in place: whoever starts Streamlit's server cannot choose another.
    """
    if "limits" in vars(protocol):
        return
    most = most or _half_of_files()
    silent, unread, refused = (_Deadlines(s) for s in (head_seconds, read_seconds, read_seconds))
    made, received, lost = (
        protocol.connection_made,
        protocol.data_received,
        protocol.connection_lost,
    )
    paused, resumed = protocol.pause_writing, protocol.resume_writing

    def connection_made(self: Any, transport: Any) -> None:
        made(self, transport)
        silent.start(self)
        if len(self.connections) > most:
            silent.end_first()

    def data_received(self: Any, data: bytes) -> None:
        received(self, data)
        cycle = self.cycle
        if self.transport.get_protocol() is not self or (cycle and not cycle.response_complete):
            silent.stop(self)
            refused.stop(self)
        elif cycle and cycle.more_body and self.scope is cycle.scope:
            refused.start(self)  # clients that read an answer only after they have sent everything
        else:
            silent.start(self, len(data))

    def connection_lost(self: Any, error: Exception | None) -> None:
        for deadlines in (silent, unread, refused):
            deadlines.stop(self)
        lost(self, error)

    def pause_writing(self: Any) -> None:
        unread.start(self)
        paused(self)

    def resume_writing(self: Any) -> None:
        unread.stop(self)
        resumed(self)

    protocol.limits = (silent, unread, refused)
    protocol.connection_made, protocol.data_received = connection_made, data_received
    protocol.connection_lost = connection_lost
    protocol.pause_writing, protocol.resume_writing = pause_writing, resume_writing
    protocol.send_400_response = _refuse


def _half_of_files() -> int:
    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return _MOST if files == resource.RLIM_INFINITY else min(_MOST, files // 2)


class _Deadlines:
    """Connections that something is waited for, the longest waiting first."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._waiting: dict[Any, tuple[TimerHandle, int]] = {}

    def start(self, connection: Any, size: int = 0) -> None:
        """Wait for one, unless that is done already; ``size`` bytes of a head came meanwhile."""
        timer, before = self._waiting.get(connection, (None, 0))
        timer = timer or connection.loop.call_later(self._seconds, self._end, connection)
        self._waiting[connection] = timer, before + size
        if before + size > _MOST_HEAD_BYTES:
            self._end(connection)

    def stop(self, connection: Any) -> None:
        """Wait no more for one."""
        if connection in self._waiting:
            self._waiting.pop(connection)[0].cancel()

    def end_first(self) -> None:
        """End the one that has waited longest."""
        self._end(next(iter(self._waiting)))

    def _end(self, connection: Any) -> None:
        self.stop(connection)
        connection.transport.abort()


def _refuse(self: Any, _: str) -> None:
    """What uvicorn says in plain text, in the words of this API."""
    head = (
        b"HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\nconnection: close\r\n"
        b"cache-control: no-store\r\nx-content-type-options: nosniff\r\n"
        b"content-length: %d\r\n\r\n" % len(_UNREADABLE)
    )
    self.transport.write(head + _UNREADABLE)
    self.transport.close()
