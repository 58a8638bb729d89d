"""Works as LIDO and Linked Art: what artsim writes, another museum's artsim reads again."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from collection_kit import make_collection
from lxml import etree
from referencing import Registry, Resource

from artsim.cli.run import run
from artsim.collection.artists import attributions
from artsim.collection.artwork import METADATA_NAMES
from artsim.collection.sources.naming import safe_id
from artsim.collection.sources.records import lido, linkedart
from artsim.collection.sources.records.source import Reading
from artsim.core.errors import ArtsimError
from artsim.core.workspace import Workspace
from artsim.exchange.records import lido as lido_out
from artsim.exchange.records import linkedart as linkedart_out
from artsim.exchange.records import write
from artsim.exchange.records.identifiers import identifiers
from artsim.exchange.records.work import Work
from artsim.library import Library

BASE = "https://art.example/collection"
WORKS: list[dict[str, Any]] = [
    {
        "id": "inv-7b",
        "title": "Moorgraben & <Birken> \x0b東京",
        "artist": "workshop of Jan Steen; Maria Sibylla Merian",
        "date": "um 1665",
        "year": 1660,
        "year_end": 1670,
        "medium": "oil on panel",
        "dimensions": "54 x 33 cm",
        "style": "Baroque",
        "genre": "landscape",
        "theme": "birches",
        "school": "Dutch",
        "credit": "Gift of A. & B.",
        "licence": "CC0",
        "url": "https://museum.example/7",
        "accession": "1950.7",
        "duplicate_group": "g1",
        "original_id": "Inv. 7/b",
        "ulan": "500032921; 500024618; 500115493",
        "gnd": "118733400",
        "wikidata": "Q205863",
        "iconclass": "25G3(BIRCH); 11H(JOHN THE BAPTIST)",
        "artist_ids": "http://vocab.getty.edu/ulan/500032921; http://vocab.getty.edu/ulan/500024618",
    },
    {"id": "old", "title": "Head", "year": -44, "year_end": -44, "duplicate_group": "g1"},
    {"id": "bare", "has_image": False},
    {
        "id": "w4",
        "title": "Sea",
        "url": "javascript:alert(1)",
        "artist": "Follower of the Blue Panel",
    },
]
READERS = {"lido": lido.records, "linkedart": linkedart.records}
ENDINGS = {"lido": "xml", "linkedart": "jsonl"}


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    workspace = Workspace.open(tmp_path_factory.mktemp("records"))
    make_collection(workspace, "small", WORKS)
    library = Library(workspace)
    library.trays.create("Seas")
    library.add_to_tray("Seas", "small", ["w4"])
    return library


def written(library: Library, kind: str, folder: Path, **options: Any) -> Path:
    out = folder / f"works.{ENDINGS[kind]}"
    count = write.records(library, kind, "small", out, base=BASE, **options)
    assert count == (1 if options.get("tray") else len(WORKS))
    return out


@pytest.mark.parametrize("kind", READERS)
def test_what_is_written_is_read_again(library: Library, kind: str, tmp_path: Path) -> None:
    out = written(library, kind, tmp_path)
    reading = Reading(str(out), None, frozenset(), tmp_path, 1 << 20, [])  # type: ignore[arg-type]
    found = {record.artwork().accession: record.artwork() for record in READERS[kind](reading)}
    work = found["1950.7"]
    assert work.title == "Moorgraben & <Birken> 東京"
    assert "Jan Steen" in (work.artist or "")
    assert "Maria Sibylla Merian" in (work.artist or "")
    assert (work.date, work.year, work.year_end) == ("um 1665", 1660, 1670)
    for column in ("medium", "dimensions", "style", "genre", "credit", "licence", "url"):
        assert getattr(work, column) == WORKS[0][column], column
    assert found["old"].year == -44
    assert found["bare"].title.startswith("Untitled")
    assert not found["w4"].url or kind == "lido"
    assert found["w4"].artist == "Follower of the Blue Panel"


@pytest.mark.parametrize("kind", READERS)
def test_identifiers_come_back_as_they_went_out(
    library: Library, kind: str, tmp_path: Path
) -> None:
    """In, out and in again, twice: of the record, of its artists, and of what is not recorded."""
    columns = ("ulan", "gnd", "wikidata", "iconclass")
    known = {name: WORKS[0][name] for name in (*columns, "original_id")}
    place = written(library, kind, tmp_path)
    for turn in range(2):
        reading = Reading(str(place), None, frozenset(), tmp_path, 1 << 20, [])  # type: ignore[arg-type]
        found = {record.artwork().accession: record.artwork() for record in READERS[kind](reading)}
        work = found["1950.7"]
        assert work.id == safe_id("Inv. 7/b")
        for name, ids in known.items():
            assert set(str(work.extra[name]).split("; ")) == set(ids.split("; ")), name
        assert found.get("old", work).id == (work.id if turn else "old")
        again = tmp_path / f"again{turn}.{ENDINGS[kind]}"
        row = {name: getattr(work, name) for name in METADATA_NAMES} | dict(work.extra)
        with again.open("wb") as out:
            sent = Work(row, BASE, f"{BASE}/work/other/{work.id}", "")
            lido_out.write([sent], out, "x") if kind == "lido" else linkedart_out.write([sent], out)
        place = again


def test_an_identifier_is_said_of_an_artist_only_where_that_is_known() -> None:
    ulan = "http://vocab.getty.edu/ulan/500115493"
    one, two = "Vincent van Gogh", "Vincent van Gogh; Paul Gauguin"
    for row, artist, makers in (
        ({"ulan": "500115493"}, one, ((ulan,),)),
        ({"ulan": "500115493"}, two, ((), ())),
        ({"ulan": "500115493", "artist_ids": f"-; {ulan}"}, two, ((), (ulan,))),
        ({"artist_ulanid": "500115493"}, one, ((ulan,),)),
        ({"ulan": "500115493; 500011421"}, one, ((),)),
    ):
        found = identifiers(row, attributions(artist))
        assert found.makers == makers
        assert (ulan in found.others) == (ulan not in sum(makers, ()))


@pytest.mark.parametrize("kind", READERS)
def test_relations_are_told_as_findings(library: Library, kind: str, tmp_path: Path) -> None:
    text = written(library, kind, tmp_path, backbone="tiny", k=2).read_text(encoding="utf-8")
    assert "same picture as" in text
    assert "found by artsim, judged by nobody" in text
    assert f"{BASE}/work/small/inv-7b" in text
    alone = written(library, kind, tmp_path, tray="Seas").read_text(encoding="utf-8")
    assert "looks like" not in alone


def test_the_command_writes_whole_files_or_says_why_not(
    library: Library, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.setenv("ARTSIM_HOME", str(library.workspace.root))
    out = tmp_path / "works.xml"
    assert run(["export", "lido", "small", "--out", str(out), "--backbone", "tiny"]) == 0
    assert "4 works written" in capsys.readouterr().out
    before = out.read_bytes()
    for wrong, said in (
        (["--backbone", "none"], "none"),
        (["--tray", "gone"], "gone"),
        (["--base", "art.example"], "is no web address"),
        (["--out", str(tmp_path / "no" / "folder.xml")], "cannot be written"),
    ):
        assert run(["export", "lido", "small", "--out", str(out), *wrong]) == 1
        assert said in capsys.readouterr().err
    assert out.read_bytes() == before
    library.trays.create("Empty")
    with pytest.raises(ArtsimError, match="holds no work"):
        write.records(library, "lido", "small", out, tray="Empty")


@pytest.fixture(scope="module")
def schemas() -> Path:
    """A folder with the official schemas: lido-v1.1.xsd, and linked-art/ with object.json."""
    path = Path(os.environ.get("ARTSIM_TEST_SCHEMAS", ""))
    if not (path / "lido-v1.1.xsd").is_file():
        pytest.skip("no official schemas: set ARTSIM_TEST_SCHEMAS to a folder that has them")
    return path


@pytest.mark.parametrize("backbone", ["", "tiny"])
def test_lido_is_valid_by_its_official_schema(
    library: Library, schemas: Path, tmp_path: Path, backbone: str
) -> None:
    schema = etree.XMLSchema(etree.parse(schemas / "lido-v1.1.xsd"))
    document = etree.parse(written(library, "lido", tmp_path, backbone=backbone))
    schema.validate(document)
    assert [str(error) for error in schema.error_log] == []


def test_linked_art_is_valid_by_its_official_schema(
    library: Library, schemas: Path, tmp_path: Path
) -> None:
    folder = schemas / "linked-art"
    known: Iterator[tuple[str, Any]] = (
        (f"https://linked.art/api/1.0/schema/{file.name}", json.loads(file.read_text()))
        for file in folder.glob("*.json")
    )
    registry = Registry().with_resources(
        [(address, Resource.from_contents(one)) for address, one in known]
    )
    schema = json.loads((folder / "object.json").read_text())
    checker = jsonschema.Draft202012Validator(schema, registry=registry)
    lines = written(library, "linkedart", tmp_path, backbone="tiny").read_text().splitlines()
    found = [error.message for line in lines for error in checker.iter_errors(json.loads(line))]
    assert found == []
