"""Tables of museums as artworks: headers in their languages, texts, numbers."""

from pathlib import Path

import pytest

from artsim.collection.sources.headers import field_of
from artsim.collection.sources.metadata import MetadataRow, MetadataTable
from artsim.collection.sources.texts import clean
from artsim.core.csvfile import plain_cell
from artsim.core.errors import InvalidInput


def read(folder: Path, text: str, **options: str) -> tuple[list[MetadataRow], list[str]]:
    path = folder / "t.csv"
    path.write_text(text, encoding="utf-8")
    table = MetadataTable(path, **options)
    return list(table.rows()), table.notes


@pytest.mark.parametrize(
    "header",
    [
        "Inventarnummer;Titel;Künstler;Jahr",
        "Inv.-Nr.;Werktitel;Künstler/in;Datierung",
        "Numéro d'inventaire;Titre;Auteur;Année",
        "N° d’inventaire;Titre;Artiste;Datation",
        "Inv. nr.;Titel;Kunstenaar;Jaar",
        "Inventarisnummer;Titel;Vervaardiger;Datering",
        "N. inventario;Titolo;Autore;Datazione",
        "Nº de inventario;Título;Autor;Fecha",
        "N.º de inventário;Título;Artista;Data",
        "Nr inwentarzowy;Tytuł;Autor;Datowanie",
        "Inventární číslo;Název;Umělec;Datace",
        "Leltári szám;Cím;Alkotó;Datálás",
        "Инвентарный номер;Название;Художник;Дата создания",
        "所蔵品番号;題名;作者;制作年",
        "作品番号;作品名;作家名;年代",
        "藏品编号;题名;作者;年代",
        "소장품번호;작품명;작가;제작연도",
        "Inventarienummer;Titel;Konstnär;År",
        "Genstandsnummer;Titel;Kunstner;Datering",
        "Αριθμός ευρετηρίου;Τίτλος;Καλλιτέχνης;Χρονολογία",
        "Envanter No;Eser Adı;Sanatçı;Tarih",
        "Object Number;Title;Artist Display Name;Object Date",
        "accession_number;title;artist;dateText",
        "AccessionNumber;Title;Artist;Date",
        "\ufeff ID ;TITLE;Artist;Year",
    ],
)
def test_headers_in_the_languages_of_museums(tmp_path: Path, header: str) -> None:
    (row,), notes = read(tmp_path, f"{header};Saal\n12;Water lilies;Monet;1906;7\n")
    work = row.artwork
    assert (work.id, work.title, work.artist, work.year) == ("12", "Water lilies", "Monet", 1906)
    assert dict(work.extra) == {"saal": 7}
    assert "first titles: Water lilies" in notes[0]


@pytest.mark.parametrize("name", ["saal", "provenance", "constituentid", "begindate", "1", ""])
def test_other_columns_stay_what_they_are(name: str) -> None:
    assert field_of(name) == ""


def test_of_two_names_the_plainer_counts_and_the_other_is_kept(tmp_path: Path) -> None:
    (row,), _ = read(tmp_path, "id,Period,Object Date,Titel,Title\nx,Ming,1500,Krug,Jar\n")
    assert (row.artwork.date, row.artwork.title) == ("1500", "Jar")
    assert dict(row.artwork.extra) == {"period": "Ming", "titel": "Krug"}


@pytest.mark.parametrize("pair", ["Date Begin,Date End", "Datierung von,Datierung bis"])
def test_two_columns_of_years_are_one_date(tmp_path: Path, pair: str) -> None:
    (row,), _ = read(tmp_path, f"id,{pair}\nx,1889,1890\n")
    work = row.artwork
    assert (work.date, work.year, work.year_end) == ("1889–1890", 1889, 1890)


def test_which_column_is_the_id(tmp_path: Path) -> None:
    text = "ID,Inventarnummer,Datei,Blatt\n1,G 7,scans/b.tif,9\n"
    (row,), _ = read(tmp_path, text)
    assert (row.artwork.id, row.artwork.accession, row.image) == ("1", "G 7", "scans/b.tif")
    (row,), _ = read(tmp_path, text, id_column="Blatt")
    assert (row.artwork.id, row.artwork.accession) == ("9", "G 7")
    assert row.artwork.extra["id"] == "1"
    (row,), notes = read(tmp_path, "Inventarnummer,Titel\nG7,A\n")
    assert (row.artwork.id, row.artwork.accession) == ("G7", "G7")
    assert notes[0].endswith("The ids are those of 'inventarnummer'.")
    (row,), notes = read(tmp_path, "Dateiname,Titel\nC:\\scans\\b 2.tif,A\n")
    assert (row.original_id, row.artwork.title) == ("b 2", "A")
    assert "no column of ids: the names of the image files are the ids" in notes[0]
    with pytest.raises(InvalidInput, match="has no column 'id'"):
        read(tmp_path, "Titel,Künstler\nA,B\n")


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("  Water\u00a0 lilies\t", "Water lilies"),
        ("Cafe\u0301", "Café"),
        ("Zero\u200bwidth\ufeff \u00adtext\u200e", "Zerowidth text"),
        ("Tom &amp; Jerry &quot;now&quot; &#233;t&eacute;", 'Tom & Jerry "now" été'),
        ("<i>Nature&nbsp;morte</i><br/>et <b class='x'>pommes</b>", "Nature morte et pommes"),
        ("&lt;em&gt;Title&lt;/em&gt; &amp;amp; more", "Title & more"),
        ("<Untitled> 3 < 4 > 2", "<Untitled> 3 < 4 > 2"),
        ("AT&T, R&D &c. & Co", "AT&T, R&D &c. & Co"),
        ("one\r\ntwo\vthree", "one two three"),
        ("湖畔\u3000夏", "湖畔 夏"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("'=1+1", "=1+1"),
        ("bell\x07 and \x1bescape", "bell and escape"),
    ],
)
def test_texts_are_as_one_would_type_them(tmp_path: Path, written: str, text: str) -> None:
    assert clean(plain_cell(written)) == text
    quoted = written.replace('"', '""')
    (row,), _ = read(tmp_path, f'id,title,artist,shown at\na,"{quoted}","{quoted}",x\n')
    assert (row.artwork.title, row.artwork.artist) == (text, text)


def test_paragraphs_of_other_columns_stay(tmp_path: Path) -> None:
    (row,), _ = read(tmp_path, 'id,remarks\na,"<p>One&nbsp;a</p><p>Two</p>"\n')
    assert row.artwork.extra["remarks"] == "One a\nTwo"


@pytest.mark.parametrize(
    ("cells", "values"),
    [
        (["77", "", "1200"], [77, "", 1200]),
        (["77.0", "12.5", ""], [77.0, 12.5, ""]),
        (["77,5", "12", "-3"], [77.5, 12.0, -3.0]),
        (["\u22123", "+4", "0"], [-3, 4, 0]),
        (["1.5e3", "2", "0.5"], [1500.0, 2.0, 0.5]),
        (["00012", "13", "14"], ["00012", "13", "14"]),
        (["1,234", "1.5", ""], ["1,234", "1.5", ""]),
        (["1.234,50", "2.000,00", "7"], [1234.5, 2000.0, 7.0]),
        (["1 234", "12 000,5", ""], [1234.0, 12000.5, ""]),
        (["1,234", "12,345", ""], ["1,234", "12,345", ""]),
        (["77 cm", "12", ""], ["77 cm", "12", ""]),
        (["1234567890123456789", "1", ""], ["1234567890123456789", "1", ""]),
    ],
)
def test_columns_of_numbers_are_numbers(
    tmp_path: Path, cells: list[str], values: list[object]
) -> None:
    body = "".join(f"w{n}|{cell}|{cell}\n" for n, cell in enumerate(cells))
    rows, _ = read(tmp_path, f"id|height|work_group\n{body}")
    found = [row.artwork.extra["height"] for row in rows]
    assert (found, list(map(type, found))) == (values, list(map(type, values)))
    assert [row.artwork.extra["work_group"] for row in rows] == cells


def test_a_column_of_numbers_with_a_few_texts_is_text_and_told(tmp_path: Path) -> None:
    cells = "".join(f"w{n},{n},{'x' if n % 2 else 1}\n" for n in range(20))
    rows, notes = read(tmp_path, f"id,height,mark\n{cells}w99,ca. 7,1\n")
    assert rows[3].artwork.extra["height"] == "3"
    assert "cannot filter them: height ('ca. 7')." in " ".join(notes)
