"""Whether the NGA can be reached from here, asked quickly."""

import threading
import time
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from artsim.collection.sources.nga.config import IMAGE_HOSTS, OPEN_DATA, NgaConfig, is_url
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import httpx
else:
    httpx = lazy("httpx")


def reachable(config: NgaConfig, timeout: float = 5.0) -> str:
    """ "" where every host of an import answers within ``timeout`` seconds, else the plain reason.

    Asks each host once, all at the same time, and brings nothing.
    """
    urls = {urlsplit(url).netloc: url for url in config.tables().values() if is_url(url)}
    if config.images.startswith(OPEN_DATA):
        urls |= {host: f"https://{host}/" for host in IMAGE_HOSTS}
    reasons: dict[str, str] = {}

    def ask(host: str, url: str) -> None:
        reasons[host] = _why_silent(url, timeout)

    # daemon threads, because looking up a name cannot be interrupted
    threads = [threading.Thread(target=ask, args=pair, daemon=True) for pair in urls.items()]
    deadline = time.monotonic() + timeout
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(max(0.0, deadline - time.monotonic()))
    silent = {host: reasons.get(host, "no answer in time") for host in urls}
    found = [f"{host}: {reason}" for host, reason in sorted(silent.items()) if reason]
    return f"The NGA cannot be reached from here ({'; '.join(found)})." if found else ""


def _why_silent(url: str, timeout: float) -> str:
    try:
        answer = httpx.head(url, timeout=timeout, follow_redirects=False)
    except httpx.TimeoutException:
        return "no answer in time"
    except httpx.ConnectError as error:
        return "its name is unknown" if "name" in str(error).lower() else "no connection"
    except httpx.HTTPError:
        return "the connection broke off"
    return f"it answers HTTP {answer.status_code}" if answer.status_code >= 500 else ""
