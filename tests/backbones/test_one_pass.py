"""Importing and embedding in one pass: the same collection and vectors as in two."""

import io
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from pictures_kit import draw, jpeg
from PIL import Image

from artsim.backbones.runtime import pytorch
from artsim.backbones.spec import BackboneSpec
from artsim.collection.reconcile import quality_report
from artsim.collection.store import Collection
from artsim.core.errors import NotFound
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.tasks.configs import EmbedConfig, ImportFolderConfig
from artsim.tasks.kinds import kind_named

DIES = """
import os, signal, sys
from pathlib import Path
from artsim.backbones import embed, one_pass, writing
from artsim.backbones.runtime import pytorch
from artsim.cli.run import run
from artsim.collection import importer

importer.BATCH, writing.COMMIT_ROWS, embed.WORTH_EXPORTING, one_pass._MOST_WAITING = 3, 1, 1, 0
pytorch.CHUNK = 1
commit, written = writing.Writer.commit, []

def dies(self):
    if written:
        os.kill(os.getpid(), signal.SIGKILL)
    written.extend(self._names)
    commit(self)

writing.Writer.commit = dies
options = ["--name", "one", "--pages", "all", "--embed", "tiny"]
run(["collection", "import", "folder", sys.argv[1], *options])
"""


def saved(picture: Image.Image, format: str, **more: object) -> bytes:
    out = io.BytesIO()
    picture.save(out, format, **more)
    return out.getvalue()


@pytest.fixture(autouse=True)
def one_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Give the network one picture at a time: how many it has at once moves its last digits."""
    monkeypatch.setenv("ARTSIM_ENGINE", "torch")
    monkeypatch.setattr(pytorch, "CHUNK", 1)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Files whose stored picture is their own, is reduced, made anew, left out or a copy."""
    there = tmp_path / "in"
    there.mkdir()
    turned = Image.Exif()
    turned[0x0112] = 6
    files = {
        "own.jpg": jpeg(1),
        "reduced.jpg": jpeg(2, 700, 600),
        "square.jpg": jpeg(3, 1024, 1024),
        "large.jpg": jpeg(4, 1500, 1200),
        "copy.jpg": jpeg(4, 1500, 1200, quality=60),
        "image.png": saved(Image.fromarray(draw(5)), "PNG"),
        "grey.jpg": saved(Image.fromarray(draw(6)).convert("L"), "JPEG"),
        "turned.jpg": saved(Image.fromarray(draw(7)), "JPEG", exif=turned),
        "cut.jpg": jpeg(8)[:900],
        "small.jpg": jpeg(9, 24, 24),
        "blank.jpg": saved(Image.new("RGB", (300, 300), "white"), "JPEG"),
        "pages.tiff": saved(
            Image.fromarray(draw(10)),
            "TIFF",
            save_all=True,
            append_images=[Image.fromarray(draw(11))],
        ),
    }
    for name, data in files.items():
        (there / name).write_bytes(data)
    return there


def imported(workspace: Workspace, folder: Path, name: str, embed: str | None = None) -> Collection:
    config = ImportFolderConfig(directory=folder, name=name, pages="all", embed=embed)
    kind_named("import_folder").run(workspace, config, NULL)
    return Collection.open(workspace, name)


def in_two_passes(workspace: Workspace, folder: Path) -> Collection:
    collection = imported(workspace, folder, "two")
    kind_named("embed").run(workspace, EmbedConfig(collection="two", backbone="tiny"), NULL)
    return collection


def assert_same(one: Collection, two: Collection) -> None:
    (column,) = two.info().embeddings
    assert one.info().embeddings == (column,)
    for found, expected in (
        (one.embedding(column.column), two.embedding(column.column)),
        (one.pictures.embedding(column.column), two.pictures.embedding(column.column)),
    ):
        assert found[:-1] == expected[:-1]
        assert np.array_equal(found[-1], expected[-1])
    assert quality_report(one).files == quality_report(two).files


def test_the_vectors_are_those_of_two_passes_bit_for_bit(
    workspace: Workspace, folder: Path, tiny: BackboneSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = in_two_passes(workspace, folder)
    read = Collection.pending
    left: list[str] = []

    def pending(self: Collection, *asked: object) -> object:
        for ids, images in read(self, *asked):  # type: ignore[arg-type]
            left.extend(ids)
            yield ids, images

    monkeypatch.setattr(Collection, "pending", pending)
    one = imported(workspace, folder, "one", "tiny")
    assert left == []  # no stored picture was read and decoded again
    assert_same(one, two)
    assert one.info().embeddings[0].count == 8
    assert len(one.pictures.embedding(one.info().embeddings[0].column)[0]) == 1

    assert tiny.weights_file is not None
    tiny.weights_file.write_bytes(b"")  # what has its vector asks for no network
    version = one.version
    again = imported(workspace, folder, "one", "tiny")
    assert_same(again, two)
    assert again.version - version <= 1


def test_killed_in_the_middle_the_same_command_finishes(
    workspace: Workspace, folder: Path, tiny: BackboneSpec
) -> None:
    command = [sys.executable, "-c", DIES, str(folder)]
    assert subprocess.run(command, check=False).returncode == -signal.SIGKILL
    works = Collection.open(workspace, "one")
    column = works.info().embeddings[0]
    assert 0 < column.count < works.info().with_image
    assert_same(imported(workspace, folder, "one", tiny.name), in_two_passes(workspace, folder))


def test_an_unknown_backbone_imports_nothing(workspace: Workspace, folder: Path) -> None:
    with pytest.raises(NotFound):
        imported(workspace, folder, "one", "no-such-backbone")
    with pytest.raises(NotFound):
        Collection.open(workspace, "one")
