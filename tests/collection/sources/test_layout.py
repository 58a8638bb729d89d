"""Sub-folders as labels: WikiArt's trees, and trees that only look like some."""

from pathlib import Path

import pytest
from PIL import Image

from artsim.collection.artwork import Artwork
from artsim.collection.sources.folder import FolderSource
from artsim.core.errors import InvalidInput
from artsim.core.progress import NULL
from artsim.tasks.configs import FolderOptions


def tree(root: Path, files: list[str]) -> Path:
    for name in files:
        path = root / "in" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        Image.new("RGB", (4, 4)).save(path)
    return root / "in"


def read(
    root: Path, folders: str = "", table: Path | None = None
) -> tuple[dict[str, Artwork], str]:
    source = FolderSource(root, table, folders=folders)
    works = {item.file: item.artwork for item in source.items({}, NULL)}
    return works, " ".join(source.notes)


WIKIART = [
    "Cubism/juan-gris_glass-1914.jpg",
    "Cubism/pablo-picasso_violin.jpg",
    "Art_Nouveau_(Modern)/gustav-klimt_the-kiss.jpg",
    "Art_Nouveau_(Modern)/gustav-klimt_judith.jpg",
]


def test_wikiarts_tree_gives_style_artist_and_title(tmp_path: Path) -> None:
    root = tree(tmp_path, WIKIART)
    plain, notes = read(root)
    assert {work.style for work in plain.values()} == {""}
    assert "look like styles (Art_Nouveau_(Modern), Cubism): import again with --folders" in notes
    works, notes = read(root, "style")
    glass, kiss = works[WIKIART[0]], works[WIKIART[2]]
    assert (glass.style, glass.artist, glass.title) == ("Cubism", "juan gris", "glass 1914")
    assert (kiss.style, kiss.artist) == ("Art Nouveau (Modern)", "gustav klimt")
    assert glass.id == plain[WIKIART[0]].id
    assert "--folders" not in notes


def test_folders_of_artists_and_two_levels(tmp_path: Path) -> None:
    root = tree(tmp_path, ["Claude Monet/a.jpg", "Claude Monet/b.jpg", "Degas/x/c.jpg", "d.jpg"])
    works, _ = read(root, "artist")
    assert [w.artist for w in works.values()] == ["Claude Monet", "Claude Monet", "Degas", ""]
    assert [w.title for w in works.values()] == ["a", "b", "c", "d"]
    works, _ = read(root, "artist/style")
    assert (works["Degas/x/c.jpg"].artist, works["Degas/x/c.jpg"].style) == ("Degas", "x")
    assert "may be artists or styles (Claude Monet, Degas)" in read(root)[1]


def test_a_table_counts_before_the_folders(tmp_path: Path) -> None:
    root = tree(tmp_path, WIKIART)
    table = tmp_path / "t.csv"
    table.write_text(
        "id,title,style\njuan-gris_glass-1914,Glass,Analytic\npablo-picasso_violin,,\n"
    )
    works, _ = read(root, "style", table)
    glass, violin = works[WIKIART[0]], works[WIKIART[1]]
    assert (glass.title, glass.style, glass.artist) == ("Glass", "Analytic", "juan gris")
    assert (violin.title, violin.style) == ("violin", "Cubism")
    assert "--folders" not in read(root, "", table)[1]


@pytest.mark.parametrize(
    "files",
    [
        ["2019/a.jpg", "2019/b.jpg", "2020/c.jpg", "2020/d.jpg"],
        ["recto/a.jpg", "recto/b.jpg", "verso/a.jpg", "verso/b.jpg"],
        ["one/a.jpg", "one/b.jpg", "one/c.jpg"],
        ["a.jpg", "b.jpg"],
        ["train/Cubism/a.jpg", "test/Cubism/b.jpg"],
        [f"object {n}/a.jpg" for n in range(9)],
    ],
)
def test_other_trees_get_no_hint(tmp_path: Path, files: list[str]) -> None:
    assert "--folders" not in read(tree(tmp_path, files))[1]


def test_what_is_no_label_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(
        InvalidInput, match=r"cannot be 'style/room': 'room' is no label: use style"
    ):
        FolderSource(tmp_path, folders="style/room")
    with pytest.raises(ValueError, match="'room' is no label"):
        FolderOptions(directory=tmp_path, folders="room")
