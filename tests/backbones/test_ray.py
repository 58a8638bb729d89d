"""Embedding on Ray: the local engine's embeddings, each once, whatever is killed on the way."""

import os
import re
import signal
import socket
import sys
import threading
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from backbones_kit import picture

from artsim.backbones.checkpoint import save_checkpoint
from artsim.backbones.embed import embed_collection
from artsim.cli.run import run
from artsim.collection import lance_io
from artsim.collection.artwork import ARTWORK_SCHEMA
from artsim.collection.store import Collection
from artsim.core.errors import Cancelled, InvalidInput, Unavailable
from artsim.core.progress import NullProgress
from artsim.plugins.ray.engine import _watched, embed_on_ray

# Read when Ray is imported, here before the engine does: no telemetry, nothing but loopback.
os.environ |= {
    "RAY_USAGE_STATS_ENABLED": "0",
    "RAY_ENABLE_AUTO_CONNECT": "0",
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
}
pytest.importorskip("ray", reason="Ray is not installed: pip install 'artsim[cluster]'")

WORKS = 60
STORE = 100 << 20


@pytest.fixture(scope="module")
def cluster():
    """Two machines with one core each, on loopback."""
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args=node() | {"include_dashboard": False})
    made.second = made.add_node(**node())
    yield made
    made.shutdown()


def node():
    """A machine; Ray gives its agents too little time to choose ports where cores are busy."""
    agents = ("metrics_agent_port", "dashboard_agent_listen_port", "runtime_env_agent_port")
    with ExitStack() as taken:
        sockets = [taken.enter_context(socket.socket()) for _ in agents]
        for one in sockets:
            one.bind(("127.0.0.1", 0))
        ports = {name: s.getsockname()[1] for name, s in zip(agents, sockets, strict=True)}
    return ports | {"num_cpus": 1, "object_store_memory": STORE, "node_ip_address": "127.0.0.1"}


@pytest.fixture
def slow(workspace, tiny, tensors):
    """A backbone that takes its time: long enough for something to be killed half-way."""
    spec = tiny.model_copy(update={"name": "slow", "input_size": 320})
    return save_checkpoint(workspace.checkpoints / "slow", spec, tensors)


@pytest.fixture
def collection(workspace):
    made = Collection.create(workspace, "works", "folder")
    rows = [{"id": str(i), "has_image": True, "image": picture(i)} for i in range(WORKS)]
    lance_io.append(made.uri, pa.Table.from_pylist(rows, schema=ARTWORK_SCHEMA))
    return made


class Killer(NullProgress):
    """Does something once so many works are done."""

    def __init__(self, after, deed):
        self.done, self.after, self.deed = 0, after, deed

    def advance(self, n=1):
        self.done += n
        if self.deed and self.done >= self.after:
            deed, self.deed = self.deed, None
            deed()


def models(cluster):
    """Ids of the processes of the cluster that hold a model."""
    raylets = {node.all_processes["raylet"][0].process.pid for node in cluster.list_all_nodes()}
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            title = (folder / "cmdline").read_text()
            parent = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
        if parent in raylets and "Embedder" in title:
            found.append(int(folder.name))
    return found


def on_ray(workspace, collection, cluster, progress, batch_size=4):
    engine = embed_on_ray(cluster.address, progress)
    return embed_collection(workspace, collection, "slow", progress, batch_size, engine)


def assert_same_as_here(workspace, collection, report):
    """The embeddings are those of the local engine, no work missing or there twice."""
    ids, found = collection.embedding(report.column)
    assert sorted(map(int, ids)) == list(range(WORKS))
    collection.drop_embedding(report.column)
    embed_collection(workspace, collection, "slow")
    again, expected = collection.embedding(report.column)
    assert ids == again
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)


def assert_nothing_asks_ray():
    """A thread that asks Ray after the connection has ended brings this process down."""
    names = [thread.name for thread in threading.enumerate()]
    assert [n for n in names if n.startswith(("ray-", "iter_", "Streaming"))] == []


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_killed_worker_costs_nothing(workspace, collection, slow, cluster):
    killed = []

    def kill():
        killed.append(models(cluster)[0])
        os.kill(killed[0], signal.SIGKILL)

    progress = Killer(4, kill)
    report = on_ray(workspace, collection, cluster, progress)
    assert killed
    assert (report.embedded, report.skipped, report.failed) == (WORKS, 0, 0)
    assert progress.done == WORKS
    assert_same_as_here(workspace, collection, report)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_cancelled_and_then_a_machine_lost(workspace, collection, slow, cluster):
    def cancel():
        raise Cancelled("Stopped.")

    with pytest.raises(Cancelled):
        on_ray(workspace, collection, cluster, Killer(8, cancel))
    assert_nothing_asks_ray()
    progress = Killer(12, lambda: cluster.remove_node(cluster.second, allow_graceful=False))
    report = on_ray(workspace, collection, cluster, progress)
    assert report.skipped >= 8
    assert report.embedded + report.skipped == WORKS
    assert progress.done == report.embedded
    assert_nothing_asks_ray()
    assert_same_as_here(workspace, collection, report)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_fails_on_a_machine_is_told_as_here(workspace, collection, slow, cluster):
    good = slow.weights_file.read_bytes()
    slow.weights_file.write_bytes(good[:-1] + bytes([good[-1] ^ 1]))
    with pytest.raises(InvalidInput) as here:
        embed_collection(workspace, collection, "slow")
    with pytest.raises(Unavailable, match=re.escape(str(here.value))):
        on_ray(workspace, collection, cluster, NullProgress())


def test_nothing_is_fetched_for_nobody():
    fetched = []

    def tables():
        for number in range(1_000):
            fetched.append(number)
            yield number

    came = _watched(tables())
    assert next(came) == 0
    came.close()
    for thread in threading.enumerate():
        if thread.name == "ray-results":
            thread.join()
    assert len(fetched) < 20


EMBED = ["embed", "works", "--backbone", "tiny"]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--engine", "ray", "--address", "127.0.0.1:9"], 1, "Nothing answers at 127.0.0.1:9"),
        (["--engine", "ray", "--address", "somewhere"], 2, "address"),
        (["--address", "auto"], 2, "An address is for the engine ray"),
    ],
)
def test_addresses_that_cannot_be_used(collection, tiny, capsys, options, code, says):
    assert run([*EMBED, *options]) == code
    assert says.lower() in capsys.readouterr().err.lower()


def test_without_ray_it_says_what_to_install(collection, tiny, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "ray", None)
    assert run([*EMBED, "--engine", "ray"]) == 1
    assert "pip install 'artsim[cluster]'" in capsys.readouterr().err
