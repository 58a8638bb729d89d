"""Collections in an object store: real S3 requests to a server on loopback, real processes."""

import csv
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import numpy as np
import pytest
from backbones_kit import TINY, picture
from browser_kit import serving as serving_app
from collection_kit import add_works, make_collection
from map_plot_kit import collection_with_map
from s3_kit import KEYS, serving

from artsim.cli.run import run
from artsim.collection import lance_io, lease
from artsim.collection.edits.history import History
from artsim.collection.import_log import ImportLog, about_import
from artsim.collection.quality import Thresholds
from artsim.collection.store import Collection, list_collections
from artsim.core.errors import Conflict, InvalidInput, NotFound, Unavailable
from artsim.core.progress import NULL
from artsim.core.trouble import trouble
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.maps.storage import delete_map, list_maps, load_map
from artsim.training.examples import read_examples
from tests.conftest import REPOSITORY

# One after the other, a version's file is named after 2 ** 64 - 1 minus its number.
VERSION = "_versions/{}.manifest"


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    with serving(tmp_path_factory.mktemp("s3")) as started:
        yield started


@pytest.fixture
def tables(server, monkeypatch):
    """ARTSIM_TABLES of the test."""
    for name, value in {**KEYS, "AWS_ENDPOINT": server.address}.items():
        monkeypatch.setenv(name, value)
    address = f"s3://{server.bucket()}/museum"
    monkeypatch.setenv("ARTSIM_TABLES", address)
    return address


@pytest.fixture
def remote(tables, home):
    return Workspace.open(home)


@pytest.fixture
def tiny(remote):
    """A small untrained backbone, the checkpoint 'tiny' of the test's workspace."""
    import timm
    import torch

    from artsim.backbones.checkpoint import save_checkpoint

    torch.manual_seed(0)
    tensors = timm.create_model(TINY.architecture, pretrained=False, num_classes=0).state_dict()
    return save_checkpoint(remote.checkpoints / "tiny", TINY, tensors).name


def pictures(folder: Path, names: range) -> Path:
    """Pictures with metadata of their own."""
    folder.mkdir()
    with open(folder / "works.csv", "w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["id", "title", "artist", "image"])
        for i in names:
            (folder / f"{i}.jpg").write_bytes(picture(i, (64, 48)))
            rows.writerow([f"w{i}", f"Work {i}", f"Painter {i % 3}", f"{i}.jpg"])
    return folder


def importing(folder: Path, name: str) -> list[str]:
    where = ["import", "folder", str(folder), "--metadata", str(folder / "works.csv")]
    return ["collection", *where, "--name", name, "--no-quality"]


def started(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, *command],
        cwd=REPOSITORY,
        env=os.environ | {"PYTHONPATH": f"{REPOSITORY}:{REPOSITORY / 'tests'}"},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def artsim(*arguments: str) -> subprocess.Popen[str]:
    return started("-m", "artsim", *arguments)


def killed(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate(timeout=60)


def until(ask: Callable[[], Any], wanted: Any) -> None:
    """Wait until ``ask()`` gives what is wanted."""
    end = time.monotonic() + 60
    while ask() != wanted:
        assert time.monotonic() < end
        time.sleep(0.05)


def version(number: int) -> str:
    return VERSION.format(2**64 - 1 - number)


@pytest.mark.slow
def test_every_command_does_in_a_bucket_what_it_does_in_a_folder(
    remote, tables, tiny, tmp_path, capsys
):
    folder = pictures(tmp_path / "pictures", range(12))
    told = {}
    for command in (
        importing(folder, "works"),
        ["embed", "works", "--backbone", tiny],
        ["collection", "list", "--json"],
        ["collection", "show", "works", "--json"],
        ["quality", "works", "--json"],
        ["search", "works", "--backbone", tiny, "--id", "w3", "--json"],
        ["search", "works", "--backbone", tiny, "--image", str(folder / "5.jpg"), "--json"],
        ["search", "works", "--backbone", tiny, "--id", "w3", "--where", "title <> 'Work 4'"],
        ["evaluate", "works", "--backbone", tiny, "--relevance", "artist", "-k", "3"],
        ["collection", "export", "works", "--out", str(tmp_path / "works.csv")],
    ):
        assert run(command) == 0, (command, capsys.readouterr().err)
        told[" ".join(command[:2]) + ("" if "--image" not in command else " by image")] = (
            capsys.readouterr().out
        )
    shown = json.loads(told["collection show"])
    assert (shown["artworks"], shown["with_image"]) == (12, 12)
    assert shown["uri"] == f"{tables}/works/artworks.lance"
    assert [e["count"] for e in shown["embeddings"]] == [12]
    assert json.loads(told["quality works"])["kept"] == 12
    by_image = json.loads(told["search works by image"])["results"]
    assert by_image[0]["id"] == "w5"
    assert (tmp_path / "works.csv").read_text(encoding="utf-8").count("Painter") == 12
    assert not list(remote.collections.iterdir())
    library = Library(remote)
    assert len(library.media("works", "w3", "preview").data) > 100
    assert library.calibration("works", tiny) is not None
    assert run(["collection", "delete", "works", "--yes"]) == 0
    assert list_collections(remote) == []
    assert run(["collection", "show", "works"]) == 1
    assert "There is no collection 'works'" in capsys.readouterr().err


def test_two_machines_see_each_others_work(remote, tables, tmp_path):
    other = Workspace.open(tmp_path / "other")
    library = Library(other)
    make_collection(remote, "works", [{"id": f"w{i}"} for i in range(6)])
    assert library.info("works").artworks == 6
    assert len(library.gallery("works", "tiny").ids) == 6
    add_works(Collection.open(remote, "works"), [{"id": "late"}])
    until(lambda: library.info("works").artworks, 7)  # it looks twice a second
    Collection.open(other, "works").delete()
    with pytest.raises(NotFound):
        Collection.open(remote, "works")
    Collection.create(remote, "new", "test")
    with pytest.raises(Conflict, match="already"):
        Collection.create(other, "new", "test")


def test_a_collection_made_anew_shares_no_local_file_with_the_one_before(remote, monkeypatch):
    first = Collection.create(remote, "works", "test", "one")
    (first.path / "kept").write_text("x", encoding="utf-8")
    assert Collection.open(remote, "works").path == first.path
    first.folder.remove()  # as another machine does
    assert not (Collection.create(remote, "works", "test", "two").path / "kept").exists()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "arrives"),
    [
        (("works/artworks.lance", version(3)), True),
        (("works/artworks.lance", version(3)), False),
        (("works/files.lance", version(3)), False),
    ],
    ids=["commit arrives after the kill", "commit is lost", "log is lost"],
)
def test_a_killed_import_loses_nothing_and_goes_on(
    remote, server, tmp_path, capsys, words, arrives
):
    folder = pictures(tmp_path / "pictures", range(300))
    with server.holding(" ".join(words), arrives) as held:
        process = artsim(*importing(folder, "works"))
        held.wait()
        killed(process)
    collection = Collection.open(remote, "works")
    logged = [entry.artwork_id for entry in ImportLog(collection).entries.values()]
    assert len(logged) == 256
    assert set(logged) <= set(collection.metadata(["id"]).column("id").to_pylist())
    began = time.monotonic()
    assert run(importing(folder, "works")) == 0
    assert time.monotonic() - began < lease.DEAD_SECONDS  # nobody waits for the dead
    assert "300 files read, 300 kept" in capsys.readouterr().out
    ids = collection.metadata(["id"]).column("id").to_pylist()
    assert len(ids) == len(set(ids)) == 300
    assert all(collection.thumb(name) for name in ("w0", "w255", "w256", "w299"))


@pytest.mark.slow
def test_a_killed_embedding_keeps_what_was_committed(remote, server, tiny, tmp_path, capsys):
    collection = Collection.create(remote, "works", "test")
    add_works(collection, [{"id": f"w{i}"} for i in range(700)])
    # 1 made, 2 the works, 3 the column, 4 the first embeddings, 5 the others.
    with server.holding(f"works/artworks.lance {version(5)}", arrives=False) as held:
        process = artsim("embed", "works", "--backbone", tiny)
        held.wait(240)
        killed(process)
    (column,) = collection.info().embeddings
    before = dict(zip(*collection.embedding(column.column), strict=True))
    assert len(before) == column.count == 512
    assert run(["embed", "works", "--backbone", tiny]) == 0
    assert "Embedded 188 works" in capsys.readouterr().out
    after = dict(zip(*collection.embedding(column.column), strict=True))
    assert len(after) == 700
    assert all(np.array_equal(after[name], row) for name, row in before.items())


WRITER = """
import sys
import numpy as np
from artsim.collection.store import Collection
from artsim.core.trouble import trouble
from artsim.core.workspace import Workspace
collection, part = Collection.open(Workspace.open(), "works"), int(sys.argv[1])
column = collection.ensure_embedding_column("tiny", "d" * 64, 4)
for start in range(part * 40, part * 40 + 40, 10):
    ids = [f"w{i}" for i in range(start, start + 10)]
    rows = np.repeat(np.arange(start, start + 10, dtype=np.float32)[:, None], 4, 1)
    collection.write_embeddings(column, ids, rows)
"""


def test_two_writers_at_once_lose_no_row(remote):
    collection = Collection.create(remote, "works", "test")
    add_works(collection, [{"id": f"w{i}"} for i in range(80)])
    processes = [started("-c", WRITER, str(part)) for part in range(2)]
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    (column,) = collection.info().embeddings
    ids, rows = collection.embedding(column.column)
    assert len(ids) == 80
    assert all(np.array_equal(row, [int(i[1:])] * 4) for i, row in zip(ids, rows, strict=True))


@pytest.mark.slow
def test_two_imports_at_once_both_succeed(remote, server, tmp_path):
    folders = [pictures(tmp_path / name, range(i, i + 20)) for name, i in (("a", 0), ("b", 10))]
    # The first is slow to say that it has made the collection.
    with server.holding("works/collection.json", arrives=True) as held:
        processes = [artsim(*importing(folders[0], "works"))]
        held.wait()
        processes.append(artsim(*importing(folders[1], "works")))
        time.sleep(4)
    for process in processes:
        _, err = process.communicate(timeout=120)
        assert process.returncode == 0, err
    ids = Collection.open(remote, "works").metadata(["id"]).column("id").to_pylist()
    assert sorted(ids) == sorted(f"w{i}" for i in range(30))


def test_who_was_not_heard_of_for_long_stops(remote, monkeypatch):
    monkeypatch.setattr(lease, "BEAT_SECONDS", 0.5)
    uri = f"{remote.tables}/x.lease.lance"
    with lease.lease(uri, "waiting", NULL) as check:
        check()
        lance_io.update_where(uri, {"holder": "'another'"}, "true")
        for thread in threading.enumerate():
            if thread.name == "lease":
                thread.join(20)
        with pytest.raises(Conflict, match="Another process has gone on"):
            check()
    monkeypatch.setattr(lease, "DEAD_SECONDS", 0.5)
    with lease.lease(uri, "waiting", NULL) as check:  # 'another' counts no beat
        check()


@pytest.mark.parametrize("rows", [0, 3])
def test_what_a_kill_left_half_made_or_half_deleted_is_no_collection(remote, server, rows):
    made = Collection.create(remote, "works", "test")
    add_works(made, [{"id": f"old{i}"} for i in range(rows)])
    ImportLog(made).remember("old", ["an old note"], Thresholds(), {})
    server.delete(f"{remote.tables.removeprefix('s3://')}/works/collection.json")
    assert list_collections(remote) == []
    with pytest.raises(NotFound):
        Collection.open(remote, "works")
    anew = Collection.create(remote, "works", "test")
    assert anew.info().artworks == 0
    assert about_import(anew) == {}
    assert list_collections(remote) == ["works"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "arrives"),
    [
        ("works/collection.json", True),
        ("artworks.lance/_versions", False),
        ("artworks.lance/data", False),
    ],
    ids=["at the first file", "before the works", "after the works"],
)
def test_a_killed_deletion_leaves_no_collection(remote, server, words, arrives):
    add_works(Collection.create(remote, "works", "test"), [{"id": "old"}])
    with server.holding(words, arrives) as held:
        process = artsim("collection", "delete", "works", "--yes")
        held.wait()
        killed(process)
    until(lambda: list_collections(remote), [])  # what was held arrives
    assert Collection.create(remote, "works", "test").info().artworks == 0


def test_hostile_names_are_no_collections(remote, server):
    Collection.create(remote, "good", "test")
    place = remote.tables.removeprefix("s3://")
    for name in ("A%20B", "..evil", ".hidden", "x%27%20OR%201", "%3Cb%3E", "empty"):
        file = "collection.json" if name != "empty" else "other.json"
        server.put(f"{place}/{name}/{file}", b"{}")
    server.put(f"{place}/collection.json", b"{}")
    assert list_collections(remote) == ["good"]
    for name in ("../good", "..evil", "A B", "x' OR 1"):
        with pytest.raises(InvalidInput, match="cannot name a collection"):
            Collection.open(remote, name)


@pytest.mark.parametrize(
    ("variables", "said"),
    [
        ({"ARTSIM_TABLES": "s3://no-such-bucket/x"}, "bucket 'no-such-bucket' does not exist"),
        ({"ARTSIM_TABLES": "ftp://host/x"}, "use an address such as s3://"),
        ({"ARTSIM_TABLES": "s3://art/../x"}, "use an address such as s3://"),
        ({"ARTSIM_HOME": "s3://art/x"}, "into ARTSIM_TABLES"),
        ({"AWS_ENDPOINT": "http://127.0.0.1:9"}, "cannot be reached"),
        ({"AWS_ALLOW_HTTP": "false"}, "plain http"),
        ({"AWS_ACCESS_KEY_ID": "", "AWS_SECRET_ACCESS_KEY": ""}, "no credentials"),
        ({"ARTSIM_TABLES": "az://art/x"}, "no credentials"),
    ],
)
def test_what_is_wrong_with_the_store_is_one_sentence(
    tables, tmp_path, monkeypatch, capsys, variables, said
):
    monkeypatch.setenv("HOME", str(tmp_path))  # where profiles with keys may be
    for name, value in variables.items():
        if value:
            monkeypatch.setenv(name, value)
        else:
            monkeypatch.delenv(name)
    assert run(["collection", "list"]) == 1
    err = capsys.readouterr().err
    assert said in err
    assert len(err.splitlines()) == 1


def test_a_store_that_fails_is_unavailable(remote, monkeypatch):
    monkeypatch.setenv("ARTSIM_TABLES", "s3://no-such-bucket/y")
    with pytest.raises(Unavailable) as raised:
        Library(Workspace.open()).collections()
    assert raised.value.status == 503


@pytest.mark.slow
def test_the_app_serves_a_bucket(remote, tmp_path):
    make_collection(remote, "works", [{"id": f"w{i}", "title": f"Work {i}"} for i in range(6)])
    with serving_app(remote.root, tmp_path / "log") as app:
        for path, said in (
            ("api/v1/collections", b'"works"'),
            ("api/v1/collections/works/artworks?limit=2", b"Work 1"),
            ("media/works/w3/thumb.webp", b"WEBP"),
        ):
            with urlopen(f"{app.url}/{path}", timeout=60) as answer:
                assert said in answer.read()


def test_training_reads_its_pictures_from_a_bucket(remote):
    make_collection(remote, "works", [{"id": f"w{i}", "style": "Cubism"} for i in range(6)])
    examples = read_examples(remote, "works")
    assert sorted(row for row, _ in examples.encoded()) == list(range(6))
    assert all(data[:2] == b"\xff\xd8" for _, data in examples.encoded())


def test_what_is_deleted_meanwhile_is_one_sentence(remote):
    pinned = make_collection(remote, "works", [{"id": "w1"}]).pinned()
    Collection.open(remote, "works").delete()
    with pytest.raises((OSError, ValueError), match="Not found") as raised:
        pinned.metadata()
    assert "deleted it meanwhile" in str(trouble(raised.value))


def test_maps_are_shared_and_deleted_for_everybody(remote, server, tmp_path):
    other = Library(Workspace.open(tmp_path / "other"))
    library = Library(remote)
    made = collection_with_map(remote, "works", 40)
    (info,) = list_maps(other, "works")
    found = load_map(other, "works", info.id)
    assert info.id == made.id
    assert len(found) == 40
    assert np.array_equal(found.points, load_map(library, "works", info.id).points)
    place = remote.tables.removeprefix("s3://")
    server.put(f"{place}/works/maps/torn/points.npy", b"x")
    server.put(f"{place}/works/maps/..evil/map.json", b"{}")
    assert [m.id for m in list_maps(other, "works")] == [info.id]
    delete_map(other, "works", info.id)
    assert list_maps(library, "works") == []


def test_it_is_corrected_renamed_and_works_are_taken_down_there_too(remote, home):
    add_works(Collection.create(remote, "museum", "folder"), [{"id": i} for i in ("a", "b")])
    library = Library(remote)
    library.desk("museum", "ana").edit(["a"], {"artist": "Anna Ancher"})
    library.desk("museum", "ana").remove(["b"])
    library.rename("museum", "paintings", "ana")
    assert list_collections(remote) == ["paintings"]
    there = Collection.open(remote, "paintings")
    assert there.metadata(["id", "artist"]).to_pylist() == [{"id": "a", "artist": "Anna Ancher"}]
    assert [step.what for step in History(there).steps] == ["edit", "remove", "rename"]
    with pytest.raises(NotFound, match="'museum' is called 'paintings' now"):
        library.collection("museum")
    library.undo("paintings", 1, "ana")
    assert there.artwork("a")["artist"] is None
