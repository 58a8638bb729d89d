"""Every test runs in a workspace of its own, with empty weight caches and no network."""

import ipaddress
import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock
from hypothesis import settings

from artsim.core.workspace import Workspace

REPOSITORY = Path(__file__).resolve().parent.parent
DEMO_SIZE = 48
BACKBONE = "efficientnet_lite0"
WORKER = os.environ.get("PYTEST_XDIST_WORKER")

# Files that take minutes, the longest first: one that begins last is waited for by all others.
LONGEST = tuple(
    f"tests/{name}.py"
    for name in (
        "test_docs",
        "app/test_browser_map",
        "app/test_browser",
        "app/test_browser_addresses",
        "app/test_browser_train",
        "collection/test_sync_killed",
        "app/test_browser_tray",
        "collection/test_object_store",
        "app/test_browser_saved",
        "app/test_browser_axe",
        "search/test_contract",
        "plugins/test_milvus",
        "app/test_browser_map_plot",
        "people/test_reverse_proxy",
        "app/test_browser_map_space",
        "benchmarks/test_load",
        "app/test_browser_evaluate",
        "test_wheel",
        "backbones/test_ray",
        "backbones/test_first_use",
        "test_notebook",
        "training/test_distributed",
    )
)

# A busy machine is no failure, and the same examples are tried everywhere.
settings.register_profile("artsim", deadline=None, derandomize=True)
settings.load_profile("artsim")
# The process that starts the workers makes the folder of all and deletes it, a worker's too that
# was killed. What tests and their processes leave in the temporary folder goes with it.
_all = Path(os.environ["ARTSIM_TESTS"] if WORKER else tempfile.mkdtemp(prefix="artsim-tests-"))
_session_home = _all / (WORKER or "main")
_session_home.mkdir(exist_ok=True)
if not WORKER:  # a run that is ended from outside tidies up as after Ctrl-C
    signal.signal(signal.SIGTERM, signal.default_int_handler)
os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", tempfile.gettempdir())  # failed tests' files stay
tempfile.tempdir = None
# Libraries read these when they are imported; processes that tests start inherit them.
os.environ |= {
    "ARTSIM_TESTS": str(_all),
    "TMPDIR": str(_session_home),
    "ARTSIM_HOME": str(_session_home / "home"),
    "HF_HOME": str(_session_home / "huggingface"),
    "HF_HUB_OFFLINE": "1",
    "TORCH_HOME": str(_session_home / "torch"),
    "XDG_CACHE_HOME": str(_session_home / "cache"),
    # Nothing listens there: a process that a test starts reaches no further than loopback.
    "http_proxy": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "HTTPS_PROXY": "http://127.0.0.1:9",
    "no_proxy": "localhost,127.0.0.1,::1",
    "NO_PROXY": "localhost,127.0.0.1,::1",
}
os.environ.pop("ARTSIM_TABLES", None)  # tests write to no bucket but their own
if WORKER:
    # There is a worker a core: more threads would only wait for one another.
    os.environ |= {"OMP_NUM_THREADS": "1", "NUMBA_NUM_THREADS": "1"}


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(_session_home if WORKER else _all, ignore_errors=True)


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A file of tests stays with one worker, as do files of one group; long files begin first."""
    turns = {file: turn for turn, file in enumerate(LONGEST)}
    items.sort(key=lambda item: turns.get(item.nodeid.partition("::")[0], len(turns)))
    for item in items:
        if item.get_closest_marker("xdist_group") is None:
            item.add_marker(pytest.mark.xdist_group(item.nodeid.partition("::")[0]))


class NetworkBlockedError(OSError):
    """A test tried to leave the machine."""


def _is_local(host: Any) -> bool:
    name = host.decode() if isinstance(host, bytes) else host
    if name in (None, "", "localhost"):
        return True
    try:
        return ipaddress.ip_address(str(name).split("%")[0]).is_loopback
    except ValueError:
        return False


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    patch = pytest.MonkeyPatch()
    for name in ("connect", "connect_ex"):
        real = getattr(socket.socket, name)

        def guarded(self: socket.socket, address: Any, real: Callable[..., Any] = real) -> Any:
            internet = self.family in (socket.AF_INET, socket.AF_INET6)
            if internet and not _is_local(address[0]):
                raise NetworkBlockedError(f"tests may not connect to {address[0]}")
            return real(self, address)

        patch.setattr(socket.socket, name, guarded)
    resolve = socket.getaddrinfo

    def guarded_resolve(host: Any, *args: Any, **kwargs: Any) -> Any:
        passive = (len(args) > 4 and args[4]) or kwargs.get("flags")
        if not (_is_local(host) or passive):
            raise socket.gaierror(socket.EAI_NONAME, f"tests may not look up {host!r}")
        return resolve(host, *args, **kwargs)

    patch.setattr(socket, "getaddrinfo", guarded_resolve)
    yield
    patch.undo()


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The test's own ARTSIM_HOME (not made yet)."""
    path = tmp_path / "home"
    monkeypatch.setenv("ARTSIM_HOME", str(path))
    return path


@pytest.fixture
def workspace(home: Path) -> Workspace:
    """An empty workspace, the one that ARTSIM_HOME names."""
    return Workspace.open(home)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of real paintings beside the repository; the test is skipped without it."""
    path = Path(os.environ.get("ARTSIM_TEST_DATA") or REPOSITORY.parent / "shared" / "data")
    if not (path / "paintings" / "artworks.csv").is_file():
        pytest.skip(f"no real paintings at {path}: set ARTSIM_TEST_DATA to where they are")
    return path


@pytest.fixture(scope="session")
def demo_workspace(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace whose collection 'demo' is imported and embedded. For reading only."""
    from artsim.backbones.embed import embed_collection
    from artsim.collection.importer import import_collection
    from artsim.collection.store import Collection
    from artsim.demo import DemoSource

    # The first worker makes it, the others wait for it: it takes a quarter of a minute.
    root = tmp_path_factory.getbasetemp()
    made = (root.parent if WORKER else root) / "demo-workspace"
    with FileLock(made.with_suffix(".lock")):
        if not made.is_dir():
            workspace = Workspace.open(tmp_path_factory.mktemp("demo"))
            import_collection(workspace, "demo", DemoSource(size=DEMO_SIZE))
            embed_collection(workspace, Collection.open(workspace, "demo"), BACKBONE)
            workspace.root.rename(made)
    return Workspace.open(made)


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    """A headless Chromium for the tests of one file."""
    from browser_kit import browsing

    with browsing() as started:
        yield started


@pytest.fixture(scope="module")
def app(workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The app on the workspace that a file of tests makes for all of them."""
    from browser_kit import serving

    with serving(workspace.root, tmp_path_factory.mktemp("served") / "app.log") as app:
        yield app
    app.check()


@pytest.fixture(scope="module")
def context(browser: Any) -> Iterator[Any]:
    """One for the tests of a file: the app's own scripts are loaded once."""
    from browser_kit import VIEW

    context = browser.new_context(**VIEW)
    yield context
    context.close()


@pytest.fixture
def page(context: Any) -> Iterator[Any]:
    """A page with a session of its own."""
    from browser_kit import watched

    with watched(context) as page:
        yield page


@pytest.fixture
def demo_copy(demo_workspace: Workspace, home: Path) -> Workspace:
    """A copy of ``demo_workspace`` in the test's own ARTSIM_HOME, to write to."""
    shutil.copytree(demo_workspace.root, home)
    return Workspace.open(home)


@pytest.fixture(scope="module")  # at rest, too, the server keeps a quarter of a core busy
def milvus(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where Milvus is: a real server on loopback, or milvus-lite where none starts."""
    from milvus_kit import some_milvus

    with some_milvus(tmp_path_factory.mktemp("milvus")) as uri:
        yield uri
