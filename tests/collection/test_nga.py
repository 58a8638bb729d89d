"""The NGA source end to end: joins, metadata and broken tables, from a real server on loopback."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from nga_server import IMAGES, LINKS, OBJECTS, PEOPLE, TERMS, NgaServer, bring, cut, status
from pydantic import ValidationError

from artsim.collection.sources.nga import NgaConfig, reachable
from artsim.core.errors import InvalidInput, Unavailable


@pytest.fixture
def museum() -> Iterator[NgaServer]:
    with NgaServer() as server:
        yield server


def test_every_table_becomes_metadata(museum: NgaServer, tmp_path: Path) -> None:
    museum.put(
        "objects.csv",
        OBJECTS,
        [
            museum.object(
                46,
                title="The <i>Feast</i>",
                displaydate="1503-06",
                beginyear="",
                endyear="",
                attribution="Follower of Titian",
                provenancetext="long " * 50,
                wikidataid="Q1",
                subclassification="panel",
            ),
            museum.object(7, classification="", visualbrowserclassification="painting", uuid="o-7"),
            museum.object(8, classification="Drawing", visualbrowserclassification="painting"),
        ],
    )
    museum.put("published_images.csv", IMAGES, [museum.image(i) for i in (46, 7, 8)])
    museum.put(
        "objects_constituents.csv",
        LINKS,
        [
            {"objectid": 46, "constituentid": 3, "displayorder": 1, "roletype": "donor"},
            {
                "objectid": 46,
                "constituentid": 2,
                "displayorder": 2,
                "roletype": "artist",
                "role": "painter",
            },
            {
                "objectid": 46,
                "constituentid": 1,
                "displayorder": 1,
                "roletype": "artist",
                "role": "painter",
                "prefix": "Follower of",
            },
            {
                "objectid": 46,
                "constituentid": 4,
                "displayorder": 0,
                "roletype": "artist",
                "role": "artist after",
            },
        ],
    )
    museum.put(
        "constituents.csv",
        PEOPLE,
        [
            {"constituentid": 1, "forwarddisplayname": "Titian", "nationality": "Venetian"},
            {"constituentid": 2, "preferreddisplayname": "Bellini, Giovanni"},
            {"constituentid": 3, "forwarddisplayname": "A Donor"},
            {"constituentid": 4, "forwarddisplayname": "Raphael"},
        ],
    )
    museum.put(
        "objects_terms.csv",
        TERMS,
        [
            {"objectid": 46, "termtype": "School", "term": "Venetian"},
            {"objectid": 46, "termtype": "Style", "term": "Renaissance"},
            {"objectid": 46, "termtype": "Theme", "term": "mythology"},
            {"objectid": 46, "termtype": "Theme", "term": "feast"},
            {"objectid": 46, "termtype": "Keyword", "term": "wine"},
            {
                "objectid": 7,
                "termtype": "Theme",
                "visualbrowsertheme": "landscape",
                "visualbrowserstyle": "Baroque",
            },
            {"objectid": 999, "termtype": "Style", "term": "nobody's"},
        ],
    )
    items, source = bring(museum, tmp_path)
    assert list(items) == ["7.jpg", "46.jpg"]
    feast = items["46.jpg"].artwork
    assert (feast.id, feast.title) == ("46", "The Feast")
    assert feast.artist == "Follower of Titian; Bellini, Giovanni"
    assert (feast.date, feast.year, feast.year_end) == ("1503-06", 1503, 1506)
    assert (feast.school, feast.style, feast.genre) == ("Venetian", "Renaissance", "mythology")
    assert feast.theme == "mythology; feast"
    assert (feast.licence, feast.credit, feast.accession) == ("CC0", "Gift", "1937.1.46")
    assert feast.url == "https://www.nga.gov/artworks/46"
    assert feast.extra["wikidataid"] == "Q1"
    assert feast.extra["classification"] == "Painting"
    assert feast.extra["attribution"] == "Follower of Titian"
    assert feast.extra["artist_nationality"] == "Venetian"
    assert feast.extra["keyword terms"] == "wine"
    assert "provenancetext" not in feast.extra
    other = items["7.jpg"].artwork
    assert (other.artist, other.year, other.year_end) == ("Anonymous", 1650, 1660)
    assert (other.genre, other.style, other.theme) == ("landscape", "Baroque", "landscape")
    assert items["7.jpg"].path is not None
    assert items["7.jpg"].path.read_bytes()[:2] == b"\xff\xd8"
    assert source.failures == []
    assert source.notes == []


def test_all_views_are_pictures_of_their_work_the_primary_of_lowest_sequence_first(
    museum: NgaServer, tmp_path: Path
) -> None:
    museum.put("objects.csv", OBJECTS, [museum.object(1), museum.object(2)])
    museum.put(
        "published_images.csv",
        IMAGES,
        [
            museum.image(1, sequence="10", iiifurl=f"{museum.url}/iiif/10"),
            museum.image(1, sequence="9.0", iiifurl=f"{museum.url}/iiif/9"),
            museum.image(1, sequence="11", iiifurl=f"{museum.url}/iiif/9"),
            museum.image(1, sequence="0", viewtype="alternate", iiifurl=f"{museum.url}/iiif/0"),
            museum.image(1, sequence="1", openaccess=0, iiifurl=f"{museum.url}/iiif/1"),
            museum.image(2, viewtype="alternate"),
        ],
    )
    items, source = bring(museum, tmp_path)
    assert items["1.jpg"].artwork.extra["iiifurl"].endswith("/iiif/9")
    assert museum.fetched() == {"9": 1, "10": 1, "0": 1}
    assert [(i.artwork.id, i.role) for i in items.values()] == [
        ("1", "primary"),
        ("1", "other"),
        ("1", "other"),
    ]
    assert source.notes == [
        "1 work has no image that may be used: not imported.",
        "2 further views kept as further pictures of their works.",
    ]


def test_closed_access_is_left_out_and_counted(museum: NgaServer, tmp_path: Path) -> None:
    museum.put("objects.csv", OBJECTS, [museum.object(i) for i in (1, 2, 3)])
    rows = [museum.image(i, openaccess=flag) for i, flag in ((1, "1"), (2, "0"), (3, ""))]
    museum.put("published_images.csv", IMAGES, rows)
    items, source = bring(museum, tmp_path)
    assert {f: i.artwork.licence for f, i in items.items()} == {"1.jpg": "CC0", "3.jpg": ""}
    assert any(n.startswith("1 work left out because") for n in source.notes)
    items, _ = bring(museum, tmp_path, include_restricted=True)
    assert items["2.jpg"].artwork.licence == "not open access"


def test_broken_tables_cost_only_their_broken_rows(museum: NgaServer, tmp_path: Path) -> None:
    old = [c for c in OBJECTS if c not in ("uuid", "customprinturl")]
    museum.put(
        "objects.csv",
        [*old, "newcolumn"],
        [
            museum.object(1, newcolumn="kept"),
            museum.object(2),
            museum.object(2, title="again"),
            museum.object("x"),
            museum.object(3, title='two\nlines, "quoted"'),
        ],
    )
    rows = museum.tables["objects.csv"].decode().splitlines()
    rows[0] = rows[0].title()
    rows.insert(2, "77,too,few")
    rows.insert(2, '88,"never closed' + "," * (len(old) - 1))
    museum.tables["objects.csv"] = b"\xef\xbb\xbf" + "\r\n".join([*rows, ""]).encode()
    images = [c for c in IMAGES if c not in ("openaccess", "uuid", "sequence")]
    museum.put(
        "published_images.csv",
        [c.upper() for c in images],
        [{k.upper(): v for k, v in museum.image(i).items()} for i in (1, 2, 3, 900, 900, 901)],
    )
    museum.tables["published_images.csv"] += b"9\0,,\n" + b"," * 40 + b"z\n"
    items, source = bring(museum, tmp_path)
    assert list(items) == ["1.jpg", "2.jpg", "3.jpg"]
    assert items["1.jpg"].artwork.extra["newcolumn"] == "kept"
    assert items["1.jpg"].artwork.licence == ""
    assert items["2.jpg"].artwork.title == "Work 2"
    assert items["3.jpg"].artwork.title.split() == ["two", "lines,", '"quoted"']
    notes = " ".join(source.notes)
    assert "objects.csv: 2 malformed rows skipped" in notes
    assert "objects: 1 row without a numeric objectid" in notes
    assert "objects: 1 row skipped, because an earlier row has the same objectid" in notes
    assert "2 object ids not in the objects table (orphans)" in notes
    assert "published_images.csv: 2 malformed rows skipped (the first at line 8)" in notes


def test_a_limit_is_varied_stable_and_grows(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(60)
    ten, _ = bring(museum, tmp_path, limit=10)
    again, _ = bring(museum, tmp_path, limit=10)
    more, _ = bring(museum, tmp_path, limit=20)
    other, _ = bring(museum, tmp_path, limit=10, seed=1)
    assert len(ten) == 10
    assert list(ten) == list(again)
    assert set(ten) <= set(more)
    assert set(ten) != set(other)
    assert list(ten) != [f"{i}.jpg" for i in range(1, 11)]
    ids = [int(file.removesuffix(".jpg")) for file in more]
    assert ids == sorted(ids)


def test_works_without_image_on_request(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(2)
    museum.put("objects.csv", OBJECTS, [museum.object(i) for i in (1, 2, 3)])
    items, _ = bring(museum, tmp_path, include_imageless=True)
    assert list(items) == ["1.jpg", "2.jpg", "3 (no image)"]
    assert (items["3 (no image)"].path, items["3 (no image)"].reject) == (None, "")


def test_tables_from_files(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(3)
    names = ("objects.csv", "published_images.csv")
    paths = [tmp_path / name for name in names]
    for name, path in zip(names, paths, strict=True):
        path.write_bytes(museum.tables[name])
    items, _ = bring(museum, tmp_path / "cache", objects=str(paths[0]), images=str(paths[1]))
    assert len(items) == 3
    assert not any(path.endswith(".csv") for path in museum.counts)


def test_tables_are_asked_about_but_not_brought_again(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(2)
    bring(museum, tmp_path)
    bring(museum, tmp_path)
    assert "If-None-Match" in museum.headers["objects.csv"][1]
    museum.works(3)
    items, _ = bring(museum, tmp_path)
    assert len(items) == 3


def test_a_broken_table_download_is_taken_up_where_it_stopped(
    museum: NgaServer, tmp_path: Path
) -> None:
    museum.works(200)
    museum.trouble["objects.csv"] = cut(times=1)
    items, _ = bring(museum, tmp_path, limit=2)
    assert len(items) == 2
    half = len(museum.tables["objects.csv"]) // 2
    assert museum.headers["objects.csv"][1]["Range"] == f"bytes={half}-"


def test_a_table_that_changed_meanwhile_is_brought_whole(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(200)
    museum.trouble["objects.csv"] = cut()
    with pytest.raises(Unavailable):
        bring(museum, tmp_path, attempts=1)
    museum.works(3, first=50)
    del museum.trouble["objects.csv"]
    assert list(bring(museum, tmp_path)[0]) == ["50.jpg", "51.jpg", "52.jpg"]


def test_a_silent_table_host_leaves_the_copy_in_use(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(2)
    bring(museum, tmp_path)
    museum.trouble["objects.csv"] = status(503)
    items, source = bring(museum, tmp_path, attempts=2)
    assert len(items) == 2
    assert "The copy of objects.csv from an earlier run was used" in source.notes[0]


def test_an_optional_table_that_cannot_be_had_is_noted(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(1)
    items, source = bring(museum, tmp_path, terms=f"{museum.url}/gone.csv")
    assert len(items) == 1
    assert source.notes[0].startswith("Imported without objects_terms.csv: ")


def test_servers_without_etag(museum: NgaServer, tmp_path: Path) -> None:
    museum.works(2)
    museum.etags = False
    bring(museum, tmp_path)
    museum.works(3)
    assert len(bring(museum, tmp_path)[0]) == 3


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"objects": "/nowhere/objects.csv"}, "There is no NGA table objects.csv /nowhere"),
        ({"classification": "sculpture"}, "No object's classification contains 'sculpture'"),
        ({"swap": True}, "has no column objectid, which NGA's objects.csv has"),
    ],
)
def test_unusable_tables_are_one_sentence(
    museum: NgaServer, tmp_path: Path, options: dict[str, object], message: str
) -> None:
    museum.works(1)
    if options.pop("swap", False):
        options["objects"] = f"{museum.url}/published_images.csv"
    with pytest.raises(InvalidInput) as caught:
        bring(museum, tmp_path, **options)
    assert message in str(caught.value)


def test_config_refuses_what_is_no_host() -> None:
    with pytest.raises(ValidationError, match="give --allow-host as host or host:port"):
        NgaConfig(allow_hosts=("http://evil.example/x",))
    assert NgaConfig().tables().keys() == {
        "objects",
        "images",
        "constituents",
        "objects_constituents",
        "terms",
    }
    assert NgaConfig(objects="a.csv", images="b.csv").tables().keys() == {"objects", "images"}


def test_reachable_says_why_not(museum: NgaServer) -> None:
    museum.works(1)
    assert reachable(NgaConfig(**museum.config()), timeout=60.0) == ""
    reason = reachable(NgaConfig(), timeout=2.0)
    assert reason.startswith("The NGA cannot be reached from here (api.nga.gov: ")
    assert "raw.githubusercontent.com: " in reason
