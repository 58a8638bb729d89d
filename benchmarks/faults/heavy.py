"""What takes long or many processes, and is killed too: index, map, training, and the server."""

import json
import os
import signal
import socket
import sys
import threading
import time
import urllib.request

from finetune_kit import tiny, write_labelled
from map_plot_kit import made_collection

from artsim.app import supervise
from artsim.backbones.checkpoint import read_checkpoint
from artsim.core.progress import NULL
from artsim.desk.trays import Trays
from artsim.library import Library
from artsim.maps.config import MapConfig
from artsim.search.config import IndexConfig
from artsim.search.index_store import read_index
from artsim.tasks.kinds import kind_named
from benchmarks.faults.actions import LIGHT, NAME, Action, Alone, Counts, Place
from benchmarks.kit.processes import REPOSITORY

_WORKS = 1_200  # from a thousand on there is an approximate index
_BACKBONE = "tiny"
_REQUESTS = 150


class Index(Alone):
    """The approximate index of a collection, built anew."""

    def begin(self, place: Place) -> None:
        made_collection(place.workspace, NAME, _WORKS, _BACKBONE, dimension=64)

    def act(self, place: Place) -> None:
        for number in range(6):
            config = IndexConfig(collection=NAME, backbone=_BACKBONE, anew=True)
            kind_named("index").run(place.workspace, config, NULL)
            place.say(str(number))

    def end(self, place: Place) -> Counts:
        (column,) = place.collection.info().embeddings
        lost = bool(place.said) and read_index(place.collection, column, "cosine") is None
        self.act(place)
        lost |= read_index(place.collection, column, "cosine") is None
        return {"lost": int(lost) + _WORKS - place.collection.info().artworks, "doubled": 0}


class Map(Alone):
    """The map of a collection."""

    imports = ("umap.umap_", "sklearn.manifold", "sklearn.cluster", "scipy.spatial")

    def begin(self, place: Place) -> None:
        made_collection(place.workspace, NAME, 300, _BACKBONE)

    def act(self, place: Place) -> None:
        for seed in (0, 1):
            config = MapConfig(collection=NAME, backbone=_BACKBONE, seed=seed)
            kind_named("map").run(place.workspace, config, NULL)
            place.say(f"{seed}")

    def end(self, place: Place) -> Counts:
        before, said = Library(place.workspace).maps(NAME), {int(seed) for seed in place.said}
        self.act(place)
        missing = said - {one.config.seed for one in before}
        seeds = [one.config.seed for one in Library(place.workspace).maps(NAME)]
        return {"lost": len(missing), "doubled": len(seeds) - len(set(seeds))}


class Train(Alone):
    """A training of a tiny network, which goes on from its last checkpoint."""

    imports = ("artsim.training.finetune", "timm", "lightning.pytorch")

    def begin(self, place: Place) -> None:
        write_labelled(place.beside / "labelled", 48)

    def act(self, place: Place) -> None:
        config = tiny(place.beside / "labelled")
        kind_named("train").run(place.workspace, config, NULL)
        place.say("trained")

    def end(self, place: Place) -> Counts:
        folder = place.home / "checkpoints" / "mine"
        there = folder.is_dir()
        lost = bool(place.said) and not there
        if there:
            read_checkpoint(folder)  # what is published is whole
        else:
            self.act(place)
            read_checkpoint(folder)
        others = [p for p in folder.parent.iterdir() if p.name not in ("mine", ".training")]
        return {"lost": int(lost), "doubled": len(others)}


class Server:
    """Trays made over HTTP at a server that is killed with all its processes at once."""

    family = True
    imports = ()

    def begin(self, place: Place) -> None:
        Trays(place.workspace).create("first")

    def act(self, place: Place) -> None:
        with socket.socket() as listener:
            listener.bind(("127.0.0.1", 0))
            port = listener.getsockname()[1]
        threading.Thread(target=_ask, args=(place, port), daemon=True).start()
        os.chdir(REPOSITORY)
        supervise.run([sys.executable, "-m", "streamlit", "run", "app.py", f"--server.port={port}"])

    def end(self, place: Place) -> Counts:
        names = {tray.name for tray in Trays(place.workspace).all()}
        return {
            "lost": len(set(place.said) - names) + ("first" not in names),
            "doubled": max(0, len(names - set(place.said)) - 2),
        }


class Supervisor(Server):
    """The same where only the first process is killed: the server must not go on without it."""

    family = False


def _ask(place: Place, port: int) -> None:
    """Make trays until there are enough, then end the server as a terminal does."""
    made = 0
    while made < _REQUESTS:
        request = urllib.request.Request(
            f"http://127.0.0.1:{port}/api/v1/trays",
            json.dumps({"name": f"tray {made}"}).encode(),
            {"Content-Type": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                answer.read()
        except OSError:  # it has not started yet
            time.sleep(0.1)
            continue
        place.say(f"tray {made}")
        made += 1
    os.kill(os.getpid(), signal.SIGTERM)


ACTIONS: dict[str, Action] = {
    **LIGHT,
    "index": Index(),
    "map": Map(),
    "train": Train(),
    "server": Server(),
    "supervisor": Supervisor(),
}
