"""From files to answers, through the same commands that a person types; kills included."""

import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from pictures_kit import jpeg

from artsim.backbones.embed import embed_collection
from artsim.cli.run import run
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace

BACKBONE = "efficientnet_lite0"
SMALL_STEPS = """
import sys
from artsim.backbones import embed, writing
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace

writing.COMMIT_ROWS = 8
workspace = Workspace.open()
collection = Collection.open(workspace, "demo")
embed.embed_collection(workspace, collection, sys.argv[1], batch_size=4)
"""


@pytest.mark.slow
def test_files_become_answers(
    home: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def artsim(*arguments: str) -> str:
        """What a command says that a person types."""
        code = run(list(arguments))
        said = capsys.readouterr()
        assert code == 0, said.err
        return said.out

    def document(*arguments: str) -> dict:
        return json.loads(artsim(*arguments, "--json"))

    folder = tmp_path / "pictures"
    folder.mkdir()
    for i in range(12):
        (folder / f"w{i:02}.jpg").write_bytes(jpeg(i, 320, 240))
    (folder / "copy.jpg").write_bytes(jpeg(3, 320, 240, quality=60))
    (folder / "note.jpg").write_text("not a picture")
    lines = [
        "id,title,artist,year",
        *(f"w{i:02},Work {i},Artist {i % 3},{1800 + i}" for i in range(12)),
    ]
    (tmp_path / "works.csv").write_text("\n".join(lines))
    artsim(
        "collection", "import", "folder", str(folder),
        "--metadata", str(tmp_path / "works.csv"), "--name", "mine",
    )  # fmt: skip
    quality = document("quality", "mine")
    assert (quality["read"], quality["kept"]) == (14, 12)
    assert (quality["rejected"], quality["duplicates"]) == (1, 1)
    copy = next(f for f in quality["files"] if f["file"] == "copy.jpg")
    assert (copy["action"], copy["of"]) == ("duplicate", "w03")

    artsim("embed", "mine", "--backbone", BACKBONE)
    found = document("search", "mine", "--backbone", BACKBONE, "--id", "w05", "-k", "20")
    assert len(found["results"]) == 11
    assert "w05" not in [r["id"] for r in found["results"]]
    scores = [r["score"] for r in found["results"]]
    assert scores == sorted(scores, reverse=True)

    by_file = document(
        "search", "mine", "--backbone", BACKBONE, "--image", str(folder / "w05.jpg"), "-k", "3"
    )
    assert by_file["results"][0]["id"] == "w05"
    assert by_file["results"][0]["score"] == pytest.approx(1.0, abs=1e-6)

    narrowed = document(
        "search", "mine", "--backbone", BACKBONE, "--id", "w05", "-k", "2",
        "--metric", "euclidean", "--where", "artist = 'Artist 0' AND year < 1806",
    )  # fmt: skip
    assert sorted(r["id"] for r in narrowed["results"]) == ["w00", "w03"]
    assert all(r["score"] == -r["distance"] for r in narrowed["results"])


def _embedded(collection: Collection) -> int:
    return sum(e.count for e in collection.info().embeddings)


@pytest.mark.slow
def test_embedding_killed_at_any_moment_goes_on_where_it_was(demo_copy: Workspace) -> None:
    collection = Collection.open(demo_copy, "demo")
    column = collection.info().embeddings[0].column
    ids, whole = collection.embedding(column)
    collection.drop_embedding(column)
    former = 0
    for _ in range(2):
        process = subprocess.Popen([sys.executable, "-c", SMALL_STEPS, BACKBONE])
        deadline = time.monotonic() + 240
        while process.poll() is None and _embedded(collection) <= former:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert _embedded(collection) > former
        former = _embedded(collection)
        assert len(collection.metadata(["id"])) == len(ids)
    report = embed_collection(demo_copy, collection, BACKBONE)
    assert report.skipped == former
    assert report.embedded == len(ids) - former
    again, matrix = collection.embedding(column)
    assert again == ids
    cosine = (
        (matrix * whole).sum(1) / np.linalg.norm(matrix, axis=1) / np.linalg.norm(whole, axis=1)
    )
    assert cosine.min() > 0.9999


@pytest.mark.slow
def test_the_problem_files_get_the_action_that_their_manifest_names(
    workspace: Workspace, shared_data: Path, tmp_path: Path
) -> None:
    import csv
    import shutil

    from artsim.collection.importer import import_collection
    from artsim.collection.sources.folder import FolderSource

    with open(shared_data / "dirty" / "manifest.csv", encoding="utf-8", newline="") as file:
        manifest = list(csv.DictReader(file))
    folder = tmp_path / "in"
    folder.mkdir()
    for line in manifest:
        shutil.copy(shared_data / "dirty" / line["file"], folder)
        if line["source_id"]:
            shutil.copy(shared_data / "paintings" / "images" / f"{line['source_id']}.jpg", folder)
    source = FolderSource(folder, shared_data / "paintings" / "artworks.csv")
    report = {f.file: f for f in import_collection(workspace, "mixed", source).files}
    wrong = []
    for line in manifest:
        expected = {line["expected_action"].replace("reject_quality", "reject")}
        if expected <= {"convert", "keep"} and line["source_id"]:
            expected.add("duplicate")  # of the original, which a row names
        if line["problem"] == "corrupt_scan":
            expected |= {"keep", "duplicate"}
        if report[line["file"]].action not in expected:
            wrong.append((line["file"], line["problem"], report[line["file"]]))
    assert wrong == []
