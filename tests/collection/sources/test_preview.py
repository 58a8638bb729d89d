"""A table as it is shown before it is imported, and what comes of putting its columns right."""

from pathlib import Path

import pytest
from pictures_kit import jpeg

from artsim.collection.importer import import_collection
from artsim.collection.sources import preview
from artsim.collection.sources.uploaded import UploadedSource
from artsim.collection.store import Collection
from artsim.collection.uploads import receive
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace

GERMAN = "Inventarnummer;Titel;Künstler;Saal\n0012;Wintér;Dürer;4\n13;Sommer;Böcklin;5\n"
STRANGE = b"Nr der Sammlung;Was;Saal\na;Winter;4\nb;Sommer;5\n"


def test_columns_are_guessed_in_the_languages_of_museums() -> None:
    read = preview.read_table(GERMAN.encode("cp1252"))
    assert [meaning for _, meaning in read.columns] == ["accession", "title", "artist", ""]
    assert (read.first[2], read.rows) == ("Dürer", 2)
    joined = preview.joined(GERMAN.encode("cp1252"), ["0012.jpg", "else.jpg"])
    assert (joined.rows, joined.pictured) == (2, 1)
    assert [(row.title, row.file) for row in joined.first] == [
        ("Wintér", "0012.jpg"),
        ("Sommer", ""),
    ]


def test_columns_that_were_put_right_are_imported_so(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput):
        preview.joined(STRANGE, ["a.png"])
    right = preview.mapped(STRANGE, ["id", "title", preview.LEFT_OUT])
    files = [(f"{name}.jpg", jpeg(seed)) for seed, name in enumerate("ab")]
    folder = receive(workspace, "prints", files, right)
    assert titles(workspace, folder) == {"a": "Winter", "b": "Sommer"}
    # A table alone corrects what is here.
    receive(workspace, "prints", [], b"id,title\na,Deep winter\n")
    assert titles(workspace, folder) == {"a": "Deep winter", "b": "Sommer"}


def test_a_table_alone_needs_pictures_that_came_before(workspace: Workspace) -> None:
    with pytest.raises(InvalidInput, match="at least one picture"):
        receive(workspace, "prints", [], b"id,title\na,Winter\n")
    assert not (workspace.root / "uploads").exists()


@pytest.mark.parametrize(
    ("data", "said"), [(b"", "^The metadata table is empty"), (b"\0\1\2", "has no column 'id'")]
)
def test_what_is_no_table_is_refused_in_a_sentence(data: bytes, said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        preview.joined(data, [])
    assert preview.joined(b"id\n", []).rows == 0


def titles(workspace: Workspace, folder: Path) -> dict[str, str]:
    import_collection(workspace, "prints", UploadedSource(folder))
    table = Collection.open(workspace, "prints").metadata()
    return dict(zip(table["id"].to_pylist(), table["title"].to_pylist(), strict=True))
