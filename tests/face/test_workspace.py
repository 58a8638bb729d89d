"""A workspace: opened, looked through, filled."""

from pathlib import Path

import numpy as np
import pytest
from face_kit import DIGEST
from finetune_kit import NUMBERS, TINY, write_labelled

import artsim

BAD = [
    (lambda ws: ws["none"], artsim.NotFound, "no collection 'none'"),
    (lambda ws: ws["../x"], artsim.InvalidInput, "cannot name a collection"),
    (lambda ws: ws.import_folder("x", "nowhere"), artsim.InvalidInput, "nowhere"),
    (lambda ws: ws.import_folder("A b", "."), artsim.InvalidInput, "cannot name a collection"),
    (
        lambda ws: ws.import_folder("x", ".", thresholds={"sharp": 1}),
        artsim.InvalidInput,
        "'sharp' is no threshold",
    ),
    (lambda ws: ws.import_from("cellar", "x"), artsim.NotFound, "'cellar' is no source: use"),
    (lambda ws: ws.import_from("folder", "x"), artsim.InvalidInput, "directory: "),
    (lambda ws: ws.import_from("folder", "x", directry="y"), artsim.InvalidInput, "direct"),
    (lambda ws: ws.demo(size=1), artsim.InvalidInput, "size: "),
    (lambda ws: ws.train("none", "tiny", "mine", epochs=0), artsim.InvalidInput, "epochs: "),
    (lambda ws: ws.train("none", "tiny", "mine", epoch=1), artsim.InvalidInput, "epoch: "),
    (lambda ws: ws.train("none", "tiny", "Mine!"), artsim.InvalidInput, "cannot name a backbone"),
]


@pytest.mark.parametrize(("ask", "error", "message"), BAD)
def test_what_cannot_be_done_gets_one_sentence(ask, error, message, home: Path) -> None:
    with pytest.raises(error, match=message) as caught:
        ask(artsim.open())
    assert "\n" not in str(caught.value)


def test_a_path_a_variable_or_the_folder_here(home: Path, tmp_path: Path, monkeypatch) -> None:
    assert artsim.open().path == home
    assert artsim.open(tmp_path / "there").path == tmp_path / "there"
    monkeypatch.delenv("ARTSIM_HOME")
    monkeypatch.chdir(tmp_path)
    assert artsim.open().path == tmp_path / "data"


def test_a_file_is_no_workspace(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(artsim.InvalidInput, match="cannot be used"):
        artsim.open(tmp_path / "file")


def test_collections_and_backbones_are_listed(other: artsim.Collection) -> None:
    ws = artsim.open()
    assert ws.collections == ["demo", "other"]
    assert list(ws) == ws.collections
    assert "demo" in ws
    assert "none" not in ws
    line = ws.backbones.loc["efficientnet_lite0"]
    assert (line["dimension"], line["input_size"], line["offline"]) == (1280, 224, True)
    assert len(line["digest"]) == 64


def test_a_folder_becomes_a_collection_that_grows(pictures: Path, home: Path) -> None:
    ws = artsim.open()
    table = pictures.parent / "works.csv"
    paintings = ws.import_folder("paintings", pictures, metadata=table)
    assert len(paintings) == 9
    works = paintings.to_pandas()
    assert works.index.tolist() == [f"p{i}" for i in range(1, 10)]
    assert works.loc["p3", ["title", "artist", "year"]].tolist() == ["Work 3", "Artist 1", 1820]
    (pictures / "note.jpg").write_text("no picture")
    try:
        quality = paintings.import_folder(pictures, metadata=table)
    finally:
        (pictures / "note.jpg").unlink()
    files = quality.to_pandas().set_index("file")
    assert files.loc["note.jpg", "action"] == "reject"
    assert quality.to_json()["rejected"] == 1
    assert len(paintings) == 9


def test_any_source_is_imported_from_by_its_name(pictures: Path, home: Path) -> None:
    ws = artsim.open()
    named = ws.import_from("folder", "mine", directory=pictures, quality=False)
    assert named.to_pandas().index.tolist() == [f"p{i}" for i in range(1, 10)]
    assert len(ws.import_from("demo", "drawn", size=8)) == 8


def test_what_was_written_is_searched_at_once(demo: artsim.Collection, pictures: Path) -> None:
    works = demo.to_pandas().index[:10]
    for name in ("one", "two", "three"):
        demo.add_embeddings(name, works, np.eye(10) + 0.1)
        assert len(demo.search(name, like=["w03"]).hits) == 9
    demo.import_folder(pictures)
    assert demo.search("tiny", like=["w03"], where="file LIKE 'p%'").hits == ()
    added = [name for name in demo.to_pandas().index if name.startswith("p")]
    demo.add_embeddings("tiny", added, np.ones((9, 8)), digest=DIGEST)
    found = demo.search("tiny", like=["w03"], where="file LIKE 'p%'")
    assert sorted(hit.id for hit in found.hits) == sorted(added)


@pytest.mark.slow
def test_a_training_publishes_a_backbone_that_embeds(home: Path, tmp_path: Path) -> None:
    ws = artsim.open()
    folder = write_labelled(tmp_path / "labelled")
    told = ws.train(folder, name="mine", options=NUMBERS, **TINY | {"epochs": 1})
    assert told["name"] == "mine"
    assert "map10_mean" in told["metrics"]
    made = ws.import_folder("works", folder, quality=False).embed("mine")
    assert len(made) == 96
    assert made.digest == ws.backbones.loc["mine", "digest"]
