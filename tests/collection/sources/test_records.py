"""Works of IIIF, LIDO, Linked Art and Dublin Core: metadata, pictures, and what is hostile."""

import http.server
import json
import threading

import pytest
from collection_kit import image_bytes

from artsim.collection.artists import attributions
from artsim.collection.dimensions import Size, parse_size
from artsim.collection.reconcile import quality_report
from artsim.collection.sources.records import lido, linkedart
from artsim.collection.sources.records.source import Reading
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput
from artsim.core.progress import NULL
from artsim.core.workspace import Workspace
from artsim.tasks.kinds import kind_named
from artsim.tasks.sources import import_config

LIDO = """<?xml version="1.0"?>
<lido:lidoWrap xmlns:lido="http://www.lido-schema.org">
 <lido:lido>
  <lido:lidoRecID lido:type="local">DE-1/42</lido:lidoRecID>
  <lido:descriptiveMetadata xml:lang="de">
   <lido:objectClassificationWrap>
    <lido:objectWorkTypeWrap><lido:objectWorkType>
     <lido:conceptID lido:type="URI">http://vocab.getty.edu/aat/300033618</lido:conceptID>
     <lido:term>Gemälde</lido:term></lido:objectWorkType></lido:objectWorkTypeWrap>
    <lido:classificationWrap><lido:classification><lido:term>Landschaft</lido:term>
    </lido:classification></lido:classificationWrap>
   </lido:objectClassificationWrap>
   <lido:objectIdentificationWrap>
    <lido:titleWrap><lido:titleSet>
     <lido:appellationValue lido:pref="alternate">Moor</lido:appellationValue>
     <lido:appellationValue lido:pref="preferred">Moorgraben &amp; Birken</lido:appellationValue>
    </lido:titleSet></lido:titleWrap>
    <lido:repositoryWrap><lido:repositorySet><lido:workID>Inv. 7</lido:workID>
    </lido:repositorySet></lido:repositoryWrap>
    <lido:objectMeasurementsWrap><lido:objectMeasurementsSet><lido:displayObjectMeasurements>
     54 x 33 cm</lido:displayObjectMeasurements></lido:objectMeasurementsSet>
    </lido:objectMeasurementsWrap>
   </lido:objectIdentificationWrap>
   <lido:eventWrap>
    <lido:eventSet><lido:event><lido:eventType><lido:term>Erwerb</lido:term></lido:eventType>
     <lido:eventDate><lido:displayDate>1950</lido:displayDate></lido:eventDate>
    </lido:event></lido:eventSet>
    <lido:eventSet><lido:event><lido:eventType><lido:term>Herstellung</lido:term></lido:eventType>
     <lido:eventActor><lido:actorInRole><lido:actor>
      <lido:actorID>http://vocab.getty.edu/ulan/500115588</lido:actorID>
      <lido:nameActorSet><lido:appellationValue>Modersohn-Becker, Paula</lido:appellationValue>
      </lido:nameActorSet></lido:actor></lido:actorInRole></lido:eventActor>
     <lido:eventDate><lido:displayDate>um 1900</lido:displayDate><lido:date>
      <lido:earliestDate>1899</lido:earliestDate><lido:latestDate>1901</lido:latestDate>
     </lido:date></lido:eventDate>
     <lido:eventMaterialsTech><lido:displayMaterialsTech>Öl auf Pappe</lido:displayMaterialsTech>
     </lido:eventMaterialsTech></lido:event></lido:eventSet>
   </lido:eventWrap>
   <lido:objectRelationWrap><lido:subjectWrap><lido:subjectSet><lido:subject><lido:subjectConcept>
    <lido:conceptID lido:source="Iconclass" lido:type="local">25H1(+1)</lido:conceptID>
   </lido:subjectConcept></lido:subject></lido:subjectSet></lido:subjectWrap>
   </lido:objectRelationWrap>
  </lido:descriptiveMetadata>
  <lido:administrativeMetadata xml:lang="de">
   <lido:rightsWorkWrap><lido:rightsWorkSet><lido:rightsType>
    <lido:conceptID>http://creativecommons.org/publicdomain/zero/1.0/</lido:conceptID>
   </lido:rightsType></lido:rightsWorkSet></lido:rightsWorkWrap>
   <lido:resourceWrap>
    <lido:resourceSet>
     <lido:resourceRepresentation lido:type="image_thumb"><lido:linkResource>thumb.jpg
     </lido:linkResource></lido:resourceRepresentation>
     <lido:resourceRepresentation lido:type="image_master"><lido:linkResource>{picture}
     </lido:linkResource></lido:resourceRepresentation>
    </lido:resourceSet>
    <lido:resourceSet><lido:resourceRepresentation><lido:linkResource>verso.jpg
    </lido:linkResource></lido:resourceRepresentation></lido:resourceSet>
   </lido:resourceWrap>
  </lido:administrativeMetadata>
 </lido:lido>
</lido:lidoWrap>"""
LINKED_ART = {
    "@context": "https://linked.art/ns/v1/linked-art.json",
    "id": "https://museum.example/object/17",
    "type": "HumanMadeObject",
    "_label": "Moor",
    "identified_by": [
        {"type": "Name", "content": "Alternative"},
        {
            "type": "Name",
            "content": "Moor Ditch",
            "classified_as": [{"id": "http://vocab.getty.edu/aat/300404670", "type": "Type"}],
        },
        {
            "type": "Identifier",
            "content": "1950.7",
            "classified_as": [{"id": "http://vocab.getty.edu/aat/300312355", "type": "Type"}],
        },
    ],
    "produced_by": {
        "type": "Production",
        "timespan": {
            "type": "TimeSpan",
            "identified_by": [{"type": "Name", "content": "ca. 1900"}],
            "begin_of_the_begin": "1899-01-01T00:00:00Z",
            "end_of_the_end": "1901-12-31T23:59:59Z",
        },
        "carried_out_by": [
            {
                "id": "http://vocab.getty.edu/ulan/500115588",
                "type": "Person",
                "_label": "Paula Modersohn-Becker",
            }
        ],
    },
    "referred_to_by": [
        {
            "type": "LinguisticObject",
            "content": "Oil on cardboard",
            "classified_as": [{"id": "http://vocab.getty.edu/aat/300435429", "type": "Type"}],
        }
    ],
    "representation": [
        {
            "type": "VisualItem",
            "digitally_shown_by": [
                {"type": "DigitalObject", "access_point": [{"id": "front.jpg"}]}
            ],
        }
    ],
}
EDM = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/"
 xmlns:edm="http://www.europeana.eu/schemas/edm/" xmlns:ore="http://www.openarchives.org/ore/terms/">
 <edm:ProvidedCHO rdf:about="urn:work:9">
  <dc:title>Moor</dc:title><dc:creator>Paula Modersohn-Becker</dc:creator>
  <dc:creator rdf:resource="http://vocab.getty.edu/ulan/500115588"/>
  <dc:subject rdf:resource="http://vocab.getty.edu/aat/300132399"/>
  <dc:identifier>Inv. 9</dc:identifier><dcterms:created>1900</dcterms:created>
  <dcterms:medium>Oil</dcterms:medium>
  <dc:subject rdf:resource="https://www.wikidata.org/entity/Q191163"/>
 </edm:ProvidedCHO>
 <ore:Aggregation rdf:about="urn:agg:9">
  <edm:aggregatedCHO rdf:resource="urn:work:9"/><edm:isShownBy rdf:resource="front.jpg"/>
  <edm:rights rdf:resource="http://creativecommons.org/publicdomain/mark/1.0/"/>
 </ore:Aggregation>
 <skos:Concept rdf:about="http://vocab.getty.edu/aat/300132399"
  xmlns:skos="http://www.w3.org/2004/02/skos/core#"><skos:prefLabel>moors</skos:prefLabel>
 </skos:Concept>
</rdf:RDF>"""


@pytest.fixture
def workspace(tmp_path):
    return Workspace.open(tmp_path / "home")


@pytest.fixture
def folder(tmp_path):
    """Pictures beside records, and one that is outside."""
    made = tmp_path / "museum"
    made.mkdir()
    for number, name in enumerate(("front", "verso", "thumb")):
        (made / f"{name}.jpg").write_bytes(
            image_bytes((200, 60 * number, 30), size=(320, 240 + 10 * number))
        )
    (tmp_path / "secret.jpg").write_bytes(image_bytes((1, 2, 3), size=(320, 240)))
    return made


def imported(workspace, kind, place, name="mine", **more):
    config = import_config(kind)(place=str(place), name=name, quality=False, **more)
    kind_named(f"import_{kind}").run(workspace, config, NULL)
    collection = Collection.open(workspace, name)
    return collection, collection.metadata().to_pylist()


def test_lido(workspace, folder):
    (folder / "records.xml").write_text(LIDO.replace("{picture}", "front.jpg"))
    collection, (row,) = imported(workspace, "lido", folder / "records.xml")
    assert (row["original_id"], row["accession"]) == ("DE-1/42", "Inv. 7")
    assert row["title"] == "Moorgraben & Birken"
    assert row["artist"] == "Modersohn-Becker, Paula"
    assert (row["date"], row["year"], row["year_end"]) == ("um 1900", 1899, 1901)
    assert (row["medium"], row["dimensions"]) == ("Öl auf Pappe", "54 x 33 cm")
    assert (row["genre"], row["object_type"]) == ("Landschaft", "Gemälde")
    assert (row["ulan"], row["aat"]) == ("500115588", "300033618")
    assert row["artist_ids"] == "http://vocab.getty.edu/ulan/500115588"
    assert row["iconclass"] == "25H1(+1)"  # named by its source alone
    assert row["licence"] == "http://creativecommons.org/publicdomain/zero/1.0/"
    assert row["height"] == 240  # the master, not the thumbnail
    (verso,) = collection.pictures.listed("role <> 'primary'")
    assert (verso["work"], verso["height"]) == (row["id"], 250)


@pytest.mark.parametrize(
    ("written", "shown", "qualifier"),
    [
        ("Werkstatt von", "Werkstatt von Modersohn-Becker, Paula", "workshop of"),
        ("workshop", "Modersohn-Becker, Paula (workshop)", "workshop of"),
        ("after", "after Modersohn-Becker, Paula", "after"),
        ("", "Modersohn-Becker, Paula", ""),
    ],
)
def test_how_far_a_work_is_theirs_is_part_of_who_made_it(tmp_path, written, shown, qualifier):
    said = f"<lido:attributionQualifierActor>{written}</lido:attributionQualifierActor>"
    end = "</lido:actor></lido:actorInRole>"
    record = LIDO.replace(end, f"</lido:actor>{said}</lido:actorInRole>")
    (tmp_path / "a.xml").write_text(record)
    reading = Reading(str(tmp_path / "a.xml"), None, frozenset(), tmp_path, 1 << 20, [])
    found = next(lido.records(reading)).artwork().artist
    assert (found, attributions(found)[0].qualifier) == (shown, qualifier)


def test_sides_that_are_measured_one_by_one_are_dimensions(tmp_path):
    def of(reader, name, text):
        (tmp_path / name).write_text(text)
        reading = Reading(str(tmp_path / name), None, frozenset(), tmp_path, 1 << 20, [])
        return next(reader(reading)).artwork().dimensions

    sides = "".join(
        f"<lido:measurementSet><lido:measurementType>{side}</lido:measurementType>"
        "<lido:measurementUnit>cm</lido:measurementUnit>"
        f"<lido:measurementValue>{value}</lido:measurementValue></lido:measurementSet>"
        for side, value in (("Höhe", "54"), ("Breite", "33,5"))
    )
    start, shown, rest = LIDO.partition("<lido:displayObjectMeasurements>")
    end = rest.partition("</lido:displayObjectMeasurements>")[2]
    measured = f"{start}<lido:objectMeasurements>{sides}</lido:objectMeasurements>{end}"
    assert shown
    found = of(lido.records, "a.xml", measured)
    assert parse_size(found) == Size(54.0, 33.5)

    def side(kind, value):
        address = "http://vocab.getty.edu/aat/"
        unit = {"id": f"{address}300379097", "type": "MeasurementUnit"}
        kinds = [{"id": f"{address}{kind}", "type": "Type"}]
        return {"type": "Dimension", "value": value, "unit": unit, "classified_as": kinds}

    both = [side("300055647", 335), side("300055644", 540)]
    found = of(linkedart.records, "a.json", json.dumps({**LINKED_ART, "dimension": both}))
    assert parse_size(found) == Size(54.0, 33.5)


def test_linked_art_as_a_file_a_list_and_lines(workspace, folder):
    other = {**LINKED_ART, "id": "https://museum.example/object/18", "representation": []}
    for number, text in enumerate(
        (json.dumps([LINKED_ART, other]), f"{json.dumps(LINKED_ART)}\n{json.dumps(other)}\n")
    ):
        (folder / "records.json").write_text(text)
        _, rows = imported(
            workspace, "linkedart", folder / "records.json", f"c{number}", include_imageless=True
        )
        assert [(row["id"], row["has_image"]) for row in rows] == [("17", True), ("18", False)]
        row = rows[0]
        assert (row["title"], row["accession"]) == ("Moor Ditch", "1950.7")
        assert (row["artist"], row["ulan"]) == ("Paula Modersohn-Becker", "500115588")
        assert (row["date"], row["year"], row["year_end"]) == ("ca. 1900", 1899, 1901)
        assert row["medium"] == "Oil on cardboard"


def test_edm(workspace, folder):
    (folder / "records.xml").write_text(EDM)
    _, (row,) = imported(workspace, "dublincore", folder)
    assert (row["original_id"], row["accession"]) == ("urn:work:9", "Inv. 9")
    assert (row["title"], row["artist"], row["year"]) == ("Moor", "Paula Modersohn-Becker", 1900)
    assert (row["wikidata"], row["ulan"], row["theme"]) == ("Q191163", "500115588", "moors")
    assert row["licence"] == "http://creativecommons.org/publicdomain/mark/1.0/"
    assert row["has_image"]


@pytest.mark.parametrize(
    "picture", ["../secret.jpg", "/etc/hostname", "file:///etc/hostname", "javascript:alert(1)"]
)
def test_pictures_are_read_below_the_folder_alone(workspace, folder, picture):
    (folder / "records.xml").write_text(LIDO.replace("{picture}", picture))
    with pytest.raises(InvalidInput, match="2 files left out"):
        imported(workspace, "lido", folder / "records.xml")
    report = quality_report(Collection.open(workspace, "mine"))
    assert any("there is no picture" in file.reason for file in report.files)


ENTITY = """<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "{a}">
<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">
<!ENTITY f SYSTEM "file://{file}">]>
<lido:lidoWrap xmlns:lido="http://www.lido-schema.org"><lido:lido><lido:lidoRecID>1</lido:lidoRecID>
<lido:descriptiveMetadata><lido:objectIdentificationWrap><lido:titleWrap><lido:titleSet>
<lido:appellationValue>T &c; &f;</lido:appellationValue></lido:titleSet></lido:titleWrap>
</lido:objectIdentificationWrap></lido:descriptiveMetadata></lido:lido></lido:lidoWrap>"""


def test_entities_are_not_resolved(workspace, folder, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("a secret")
    text = ENTITY.replace("{a}", "bomb" * 100).replace("{file}", str(secret))
    (folder / "records.xml").write_text(text)
    try:
        _, rows = imported(workspace, "lido", folder / "records.xml", include_imageless=True)
    except InvalidInput:
        return
    assert "secret" not in str(rows)
    assert "bomb" not in str(rows)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("lido", "<a"),
        ("lido", "<nothing/>"),
        ("linkedart", "{"),
        ("linkedart", "[]"),
        ("linkedart", "[" * 100_000),
        ("iiif", '{"type": "Canvas"}'),
        ("iiif", "[]"),
        ("dublincore", "<nothing/>"),
    ],
)
def test_what_is_no_record_is_one_sentence(workspace, folder, kind, text):
    place = folder / ("records.xml" if kind in ("lido", "dublincore") else "records.json")
    place.write_text(text)
    with pytest.raises(InvalidInput) as refused:
        imported(workspace, kind, place)
    assert str(refused.value).endswith(".")
    with pytest.raises(InvalidInput):
        imported(workspace, kind, folder / "not there.xml")


@pytest.fixture
def web():
    """A server on loopback; ``pages`` of it are bytes by path, ``asked`` the paths it heard."""
    pages, asked = {}, []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            asked.append(self.path)
            body = pages.get(self.path)
            self.send_response(200 if body is not None else 404)
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", pages, asked
        server.shutdown()


def manifest(base, number, host=None):
    """A manifest of version 3 for odd numbers, of version 2 for even ones."""
    service = f"{host or base}/image/{number}"
    address = f"{base}/w{number}/manifest"
    pairs = [("Künstler", "Paula Modersohn-Becker"), ("Datierung", "1900"), ("Saal", "7")]
    if number % 2:
        body = {"id": f"{service}/full/max/0/default.jpg", "type": "Image"}
        body["service"] = [{"id": service, "type": "ImageService3", "profile": "level1"}]
        note = {"type": "Annotation", "motivation": "painting", "body": body}
        return {
            "@context": "http://iiif.io/api/presentation/3/context.json",
            "id": address,
            "type": "Manifest",
            "label": {"de": [f"Werk {number}"]},
            "metadata": [{"label": {"de": [a]}, "value": {"none": [b]}} for a, b in pairs],
            "rights": "http://creativecommons.org/publicdomain/mark/1.0/",
            "items": [{"type": "Canvas", "items": [{"type": "AnnotationPage", "items": [note]}]}],
        }
    resource = {"@id": f"{service}/full/full/0/default.jpg", "@type": "dctypes:Image"}
    resource["service"] = {"@id": service, "profile": "http://iiif.io/api/image/2/level1.json"}
    return {
        "@context": "http://iiif.io/api/presentation/2/context.json",
        "@id": address,
        "@type": "sc:Manifest",
        "label": f"Werk {number}",
        "metadata": [{"label": a, "value": b} for a, b in pairs],
        "license": "http://creativecommons.org/publicdomain/mark/1.0/",
        "sequences": [{"canvases": [{"images": [{"resource": resource}]}]}],
    }


def published(base, pages, numbers, host=None):
    items = [{"id": f"{base}/w{n}/manifest", "type": "Manifest"} for n in numbers]
    half = len(items) // 2
    inner = {"id": f"{base}/inner", "type": "Collection", "items": items[half:]}
    pages["/inner"] = json.dumps(inner).encode()
    lean = {"id": f"{base}/inner", "type": "Collection"}
    pages["/all"] = json.dumps(
        {"id": f"{base}/all", "type": "Collection", "items": [*items[:half], lean]}
    ).encode()
    for n in numbers:
        pages[f"/w{n}/manifest"] = json.dumps(manifest(base, n, host)).encode()
        pages[f"/image/{n}/full/!800,800/0/default.jpg"] = image_bytes(
            (n * 40 % 256, 90, 120), size=(300, 200 + n)
        )


def test_iiif_of_both_versions_by_address_and_again(workspace, web):
    base, pages, asked = web
    published(base, pages, range(1, 5))
    _, rows = imported(workspace, "iiif", f"{base}/all")
    assert sorted(row["title"] for row in rows) == [f"Werk {n}" for n in range(1, 5)]
    for row in rows:
        assert (row["artist"], row["year"], row["saal"]) == ("Paula Modersohn-Becker", 1900, "7")
        assert row["has_image"]
        assert row["iiif"].startswith(base)
        assert row["iiif_image"].startswith(base)  # whose tiles may be looked at
    del asked[:]
    pages["/w9/manifest"] = json.dumps(manifest(base, 9)).encode()
    _, again = imported(workspace, "iiif", f"{base}/all")
    assert [row["id"] for row in again] == [row["id"] for row in rows]
    assert not any(path.startswith("/image") for path in asked)


def test_iiif_of_ready_files_is_asked_for_the_size_that_it_names(workspace, web):
    base, pages, _ = web
    published(base, pages, range(1, 3))
    for number, size in ((1, "max"), (2, "full")):
        written = json.dumps(manifest(base, number)).replace("level1", "level0")
        pages[f"/w{number}/manifest"] = written.encode()
        ready = pages.pop(f"/image/{number}/full/!800,800/0/default.jpg")
        pages[f"/image/{number}/full/{size}/0/default.jpg"] = ready
    _, rows = imported(workspace, "iiif", f"{base}/all")
    assert [row["has_image"] for row in rows] == [True, True]


def test_iiif_asks_no_host_that_nobody_named(workspace, web):
    base, pages, asked = web
    elsewhere = base.replace("127.0.0.1", "localhost")
    published(base, pages, [1], elsewhere)
    with pytest.raises(InvalidInput, match=r"was not made.*--allow-host"):
        imported(workspace, "iiif", f"{base}/all")
    assert not any(path.startswith("/image") for path in asked)
    host = elsewhere.removeprefix("http://")
    _, rows = imported(workspace, "iiif", f"{base}/all", allow_hosts=(host,))
    assert [row["has_image"] for row in rows] == [True]
