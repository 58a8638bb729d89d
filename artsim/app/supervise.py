"""The server as a child process: signals are passed on, and one that freezes is started again."""

import os
import select
import signal
import subprocess
import sys
import threading
from collections.abc import Sequence

from artsim.core import watchdog
from artsim.core.errors import Unavailable

BEAT = "ARTSIM_BEAT"  # the file descriptor to which the server's event loop writes
_STOP_SECONDS = 15.0
_LOOK_SECONDS = 1.0


def beat() -> None:
    """Tell the supervisor that the event loop goes on; end the server if the supervisor is gone."""
    if stated := os.environ.get(BEAT):
        try:
            os.write(int(stated), b".")
        except BrokenPipeError:  # without the supervisor nobody could stop or restart this server
            os.kill(os.getpid(), signal.SIGTERM)
        except (OSError, ValueError):  # the pipe is full for a while
            pass


def run(command: Sequence[str]) -> None:
    """Run a server until it ends or this process is told to stop.

    A server that was heard once and is then silent for three times its own watchdog's limit is
    killed and started again: nothing is lost, since every write is atomic. Raises Unavailable where
    it ends with an error.
    """
    server = _Server(command)
    for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
        signal.signal(number, server.stop)
    while True:
        code = server.outlive()
        if code is None:
            continue
        if code > 0:
            raise Unavailable("The app could not be served: the lines above say why.")
        return


class _Server:
    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._process: subprocess.Popen[bytes] | None = None
        self._stopping = False

    def stop(self, *_: object) -> None:
        self._stopping = True
        if self._process is None:
            return
        self._process.terminate()
        # A frozen server does not hear it. Nothing is lost: every write is atomic.
        killing = threading.Timer(_STOP_SECONDS, self._process.kill)
        killing.daemon = True
        killing.start()

    def outlive(self) -> int | None:
        """Start the server and wait for its end; its exit status, None where it was frozen."""
        listening, beating = os.pipe()
        os.set_blocking(beating, False)
        try:
            environment = os.environ | {BEAT: str(beating)}
            process = subprocess.Popen(self._command, env=environment, pass_fds=[beating])
            os.close(beating)
            self._process = process
            if self._stopping:
                self.stop()
            return self._watch(process, listening)
        finally:
            os.close(listening)

    def _watch(self, process: subprocess.Popen[bytes], listening: int) -> int | None:
        most = 3 * watchdog.server_limit()
        missed: float | None = None
        while True:
            # Counts looks, not time: this process may have been suspended meanwhile as well.
            ready, _, _ = select.select([listening], [], [], _LOOK_SECONDS)
            if process.poll() is not None or (ready and not os.read(listening, 65_536)):
                return process.wait()
            if ready:
                missed = 0.0
            elif missed is not None:
                missed += _LOOK_SECONDS
            if missed is not None and missed >= most and not self._stopping:
                process.kill()
                process.wait()
                sys.stderr.write(
                    "artsim: The server had stopped answering and is started again; "
                    "the log has the stacks of its threads.\n"
                )
                return None
