"""Uploads: a later one adds and changes what its table says; a deleted collection takes them."""

import io
from pathlib import Path

import pytest
from pictures_kit import draw, jpeg
from PIL import Image
from workspace_kit import OLDEST, unpacked

from artsim.collection.reconcile import quality_report
from artsim.collection.store import Collection, list_collections
from artsim.collection.uploads import checked_choices, receive
from artsim.core.errors import InvalidInput
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.evaluation import votes
from artsim.library import Library
from artsim.tasks.configs import ImportFolderConfig, SyncConfig
from artsim.tasks.kinds import kind_named


def upload(workspace: Workspace, files: list[tuple[str, bytes]], table: str = "") -> str:
    folder = receive(workspace, "mine", files, table.encode() if table else None)
    config = ImportFolderConfig(directory=folder, name="mine")
    return kind_named("import_folder").run(workspace, config, NULL)


def works(workspace: Workspace, *columns: str) -> dict[str, tuple[object, ...]]:
    rows = Collection.open(workspace, "mine").metadata(["id", *columns]).to_pylist()
    return {row["id"]: tuple(row[c] for c in columns) for row in rows}


def pictures(*seeds: int) -> list[tuple[str, bytes]]:
    return [(f"p{seed:05}.jpg", jpeg(seed)) for seed in seeds]


def test_later_uploads_add_and_change_what_their_tables_say_and_nothing_else(
    workspace: Workspace,
) -> None:
    upload(workspace, pictures(1, 2), "id,title,artist\np00001,One,Ada\np00002,Two,Bo\n")
    upload(workspace, pictures(3, 4), "id,title,artist\np00003,Three,Cy\np00004,Four,Di\n")
    before = {"p00001": ("One", "Ada"), "p00002": ("Two", "Bo")}
    after = before | {"p00003": ("Three", "Cy"), "p00004": ("Four", "Di")}
    assert works(workspace, "title", "artist") == after
    upload(workspace, pictures(5))
    after |= {"p00005": ("p00005", None)}
    assert works(workspace, "title", "artist") == after
    # A row for a picture that came before, with a column less; and the same picture once more.
    upload(workspace, pictures(2, 5), "id,image,title\nX,p00002.jpg,Deux\n")
    after["X"] = ("Deux", "Bo")
    del after["p00002"]
    assert works(workspace, "title", "artist") == after


def test_a_row_means_the_file_of_its_own_upload(workspace: Workspace) -> None:
    """Cameras begin anew: the same name, another picture."""
    upload(workspace, [("a.jpg", jpeg(1))], "id,image,title\none,a.jpg,One\n")
    upload(workspace, [("a.jpg", jpeg(2))], "id,image,title\ntwo,a.jpg,Two\n")
    upload(workspace, [("a.jpg", jpeg(1))], "id,image,artist\none,a.jpg,Ada\n")
    assert works(workspace, "title", "artist") == {"one": ("One", "Ada"), "two": ("Two", None)}


def test_a_table_alone_corrects_by_the_number_of_a_work(workspace: Workspace) -> None:
    upload(
        workspace, pictures(1, 2), "id,image,title,artist\nA,p00001.jpg,One,Ada\nB,p00002.jpg,,Bo\n"
    )
    upload(workspace, [], "id,title\nA,Eins\nnone,Nothing\n")
    assert works(workspace, "title", "artist") == {"A": ("Eins", "Ada"), "B": ("p00002", "Bo")}


def test_what_the_last_version_left_is_the_first_upload(workspace: Workspace) -> None:
    folder = workspace.root / "uploads" / "mine"
    folder.mkdir(parents=True)
    (folder / "p1.jpg").write_bytes(jpeg(1))
    (folder / "artsim-metadata.csv").write_text("id,title\np1,One\n")
    config = ImportFolderConfig(
        directory=folder, name="mine", metadata=folder / "artsim-metadata.csv"
    )
    kind_named("import_folder").run(workspace, config, NULL)
    upload(workspace, [("p2.jpg", jpeg(2))], "id,title\np2,Two\n")
    assert works(workspace, "title") == {"p1": ("One",), "p2": ("Two",)}


def test_uploads_of_a_released_version_are_known_again(home: Path) -> None:
    """The workspace lies elsewhere than it was made, so that no path is what it was."""
    old = unpacked(OLDEST, home)
    attic = Collection.open(old, "attic")
    before = attic.metadata().to_pylist()
    counted = {e.backbone: e.count for e in attic.info().embeddings}
    assert "0 new, 0 changed, 0 moved, 0 renamed, 0 missing, 12 unchanged" in kind_named(
        "sync"
    ).run(old, SyncConfig(collection="attic"), NULL)
    folder = receive(old, "attic", [("added.jpg", jpeg(5))])
    kind_named("import_folder").run(old, ImportFolderConfig(directory=folder, name="attic"), NULL)
    after = attic.metadata().to_pylist()
    assert [work for work in after if work["id"] != "added"] == before
    assert {e.backbone: e.count for e in attic.info().embeddings} == counted


def test_a_collection_is_deleted_with_its_uploads(workspace: Workspace) -> None:
    library = Library(workspace)
    upload(workspace, pictures(1, 2), "id,title\np00001,One\n")
    workspace.show_first("mine")
    shown = votes.ShownList("tiny", "d" * 64, "cosine", ("p00002",))
    votes.cast(workspace, votes.Vote("v1", "mine", "p00001", "", 1, (shown, shown), None))
    before = library.media("mine", "p00001", "thumb").data
    library.delete_collection("mine")
    assert list_collections(workspace) == []
    assert not (workspace.root / "uploads" / "mine").exists()
    assert workspace.first_collection == ""
    upload(workspace, [("p00001.jpg", jpeg(3))])
    assert works(workspace, "title") == {"p00001": ("p00001",)}
    assert votes.of_collection(workspace, "mine") == []
    assert library.media("mine", "p00001", "thumb").data != before


def test_uploads_that_an_earlier_version_left_do_not_come_back(workspace: Workspace) -> None:
    folder = workspace.root / "uploads" / "mine"
    folder.mkdir(parents=True)
    (folder / "old.jpg").write_bytes(jpeg(1))
    upload(workspace, pictures(3))
    assert works(workspace, "title") == {"p00003": ("p00003",)}


def test_an_upload_without_files_is_refused(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="at least one picture"):
        receive(workspace, "mine", [], b"id\n1\n")
    assert not (Path(workspace.root) / "uploads" / "mine").exists()


def test_an_upload_is_read_as_its_own_choices_say(workspace: Workspace) -> None:
    folder = [("scans/Cubism/glass.jpg", jpeg(1)), ("scans/Fauvism/glass.jpg", jpeg(2))]
    sheet = ("sheet.tif", tiff_of(3, 4))

    def read(files: list[tuple[str, bytes]], table: bytes | None = None, **said: str) -> None:
        place = receive(workspace, "mine", files, table, checked_choices(said))
        config = ImportFolderConfig(directory=place, name="mine")
        kind_named("import_folder").run(workspace, config, NULL)

    read(folder, folders="style")
    assert sorted(works(workspace, "style").values()) == [("Cubism",), ("Fauvism",)]
    read(
        [sheet], "nr,title\nsheet,Źródło\n".encode("mac-latin2"), encoding="mac-latin2", pages="all"
    )
    mine = Collection.open(workspace, "mine")
    assert mine.artwork("sheet")["title"] == "Źródło"
    assert [row["file"] for row in mine.pictures.of_work("sheet")] == ["sheet.tif#2"]
    read([("other.tif", tiff_of(5, 6))])
    assert mine.pictures.of_work("other") == []
    kind_named("sync").run(workspace, SyncConfig(collection="mine"), NULL)
    assert sorted(works(workspace, "style").values(), key=str) == [
        *[("Cubism",), ("Fauvism",)],
        *[(None,), (None,)],
    ]
    with pytest.raises(InvalidInput, match="'rot13' is no encoding"):
        checked_choices({"encoding": "rot13"})


def tiff_of(*seeds: int) -> bytes:
    out = io.BytesIO()
    first, *others = (Image.fromarray(draw(seed)) for seed in seeds)
    first.save(out, "TIFF", save_all=True, append_images=others)
    return out.getvalue()


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"", "^The metadata table is empty"),
        (b"foo,bar\n1,2\n", "has no column 'id'.*Column of ids"),
        (b"PK\x03\x04 no workbook", "table.csv"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused_before_anything_is_stored(
    workspace: Workspace, table: bytes, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said) as raised:
        receive(workspace, "mine", pictures(1), table)
    assert str(workspace.root) not in str(raised.value)
    assert not (workspace.root / "uploads" / "mine").exists()
    upload(workspace, pictures(1), "id,title\np00001,One\n")
    # what an earlier version has stored stops no later upload
    (workspace.root / "uploads" / "mine" / "0001" / "table.csv").write_bytes(table)
    upload(workspace, pictures(2), "id,title\np00002,Two\n")
    assert works(workspace, "title") == {"p00001": ("One",), "p00002": ("Two",)}


def test_a_later_upload_brings_a_better_picture_of_a_work(workspace: Workspace) -> None:
    upload(workspace, [("b.jpg", jpeg(1))], "id,image,title,artist\nA,b.jpg,One,Ada\n")
    upload(workspace, [("a_new.jpg", jpeg(2))], "id,image,title\nA,a_new.jpg,One\n")
    mine = Collection.open(workspace, "mine")
    shown = {"A": ("One", "Ada", "a_new.jpg")}
    assert works(workspace, "title", "artist", "file") == shown
    assert [p["file"] for p in mine.pictures.of_work("A")] == ["b.jpg"]
    # an id that comes with another title may be a slip: a person decides
    upload(workspace, [("c.jpg", jpeg(3))], "id,image,title\nA,c.jpg,Other\n")
    assert works(workspace, "title", "artist", "file") == shown
    (aside,) = [f for f in quality_report(mine).files if f.action == "reject"]
    assert (aside.file, aside.reason) == ("c.jpg", "its id 'A' is already that of a_new.jpg")
