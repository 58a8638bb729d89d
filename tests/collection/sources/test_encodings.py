"""Short tables in the encodings that museums' programs write: fifty bytes must do."""

import codecs
from pathlib import Path

import pytest

from artsim.collection.sources.encodings import encoding_of
from artsim.collection.sources.preview import read_table
from artsim.collection.sources.tables import Table

TITLES = {
    "cp1252": [
        "Mädchen;Dürer|Café;Böcklin",
        "Der Kuß;Klimt|Sämann;van Gogh",
        "Nature morte à l’échelle;Cézanne|Déjeuner;Manet",
        "Las niñas;Goya|El jardín;Velázquez",
        "São João;Grão Vasco|Caça;Pousão",
        "Skridskoåkare;Munthe|Höst;Larsson",
        "Jeune fille à l'œuvre;Élisabeth Vigée",
        "“The Kiss” – study;Rodin|It’s late;Gwen John",
        "La Città;Boccioni|Natività;Perugino",
    ],
    "cp1250": [
        "Łódź nocą;Koś|Żółty;Gier",
        "Dívka;Čapek|Kůň;Švabinský",
        "Őszi táj;Munkácsy|Nő;Szinyei",
        "Bitwa pod Grunwaldem;Jan Matejko|Stańczyk;Matejko",
        "Žena v klobuku;Ivana Kobilca|Čez morje;Šubic",
        "Madonna – z dzieckiem;Mistrz z Wrocławia",
        "Ľudia;Ľudovít Fulla|Kôň;Benka",
    ],
    "iso8859-2": ["Łódź nocą;Koś|Żółty;Gier", "Dívka;Čapek|Kůň;Švabinský|Žena;Špála"],
    "cp1251": [
        "Ночь;Репин|Лес;Шишкин",
        "Девочка с персиками;Серов|Бурлаки на Волге;Репин",
        "Козаки;Ілля Рєпін|Їжак;Мурашко",
        "ПОРТРЕТ;РЕПИН|ЛЕС;ШИШКИН",
        "ночь;репин|лес;шишкин",
    ],
    "mac-roman": [
        "Mädchen;Dürer|Café;Böcklin",
        "Der Kuß;Klimt|Sämann;van Gogh",
        "Nature morte à l’échelle;Cézanne|Déjeuner;Manet",
        "Las niñas;Goya|El jardín;Velázquez",
        "“The Kiss” – study;Rodin|It’s late;Gwen John",
    ],
    "gb18030": ["静物;齐白石|山水;张大千", "夜景;徐悲鸿|少女与花;潘玉良"],
    "cp932": [
        "夜景;黒田清輝|湖畔;岡田三郎助",
        "神奈川沖浪裏;葛飾北斎",
        "カフェ;フジタ|さくら;横山大観",
    ],
    "euc-jp": [
        "雪中相合傘;鈴木春信|冨嶽三十六景 神奈川沖浪裏;葛飾北斎",
        "湖畔;黒田清輝|さくら;横山大観",
        "カフェ;フジタ",
    ],
    "iso8859-7": ["Λιμάνι;Βολανάκης|Άγιος Γεώργιος;Θεοτοκόπουλος"],
    "iso8859-15": ["Œuvre;Noël|Garçon;Greuze"],
    "iso8859-5": ["Грачи прилетели;Саврасов"],
    "koi8-r": ["Ночь;Репин|Лес;Шишкин"],
    "big5": ["靜物;齊白石|山水;張大千"],
    "cp949": ["소;이중섭|빨래터;박수근"],
    "cp1253": ["Νύχτα;Γύζης|Το κρυφό σχολειό;Γύζης"],
    "utf-8": ["Mädchen;Dürer|夜景;黒田清輝"],
    "utf-8-sig": ["Mädchen;Dürer"],
    "utf-16": ["Mädchen;Dürer|夜景;黒田清輝"],
    "utf-16-le": ["Mädchen;Dürer", "夜景;黒田清輝|湖畔;岡田三郎助"],
    "utf-16-be": ["Mädchen;Dürer", "夜景;黒田清輝|湖畔;岡田三郎助"],
    "utf-32": ["Mädchen;Dürer"],
}


def table(path: Path, data: bytes) -> Table:
    path.write_bytes(data)
    return Table(path, "table")


@pytest.mark.parametrize(
    ("codec", "rows"), [(codec, rows) for codec, some in TITLES.items() for rows in some]
)
def test_a_short_table_is_read_in_its_encoding(tmp_path: Path, codec: str, rows: str) -> None:
    wanted = [f"d{n};{row}".split(";") for n, row in enumerate(rows.split("|"), start=1)]
    text = "\n".join(["id;title;artist", *(";".join(row) for row in wanted), ""])
    found = table(tmp_path / "t.csv", text.encode(codec))
    assert [row for _, row in found.rows()] == wanted


# Tables of one or two letters beyond ASCII, which several encodings read as words.
TINY = {
    "cp1250": ["Řeka;Toyen", "Žena;Jan Zrzavý"],
    "cp1254": ["Ağaç;Güleryüz"],
    "cp1257": ["Saulė;Čiurlionis", "Mežs;Rozentāls"],
    "cp850": ["Der Kuß;Klimt", "Hôtel;Utrillo"],
    "cp852": ["Zátiší;Kubišta", "Nő;Szinyei"],
    "cp932": ["ﾓﾈ;睡蓮"],
    "gb18030": ["静物;齐白石"],
    "iso8859-2": ["Řeka;Toyen"],
    "mac-latin2": ["Podzim;Slavíček"],
    "mac-roman": ["Niño;Murillo", "Noël;Redon"],
}


@pytest.mark.parametrize(("codec", "row"), [(c, row) for c, some in TINY.items() for row in some])
def test_too_few_letters_are_read_right_or_with_a_doubt(
    tmp_path: Path, codec: str, row: str
) -> None:
    found = table(tmp_path / "t.csv", f"id;title;artist\n1;{row}\n".encode(codec))
    right = [cells for _, cells in found.rows()] == [["1", *row.split(";")]]
    doubt = [note for note in found.notes() if "too few letters" in note]
    assert right or doubt, found.reading
    assert all("--encoding" in note and "Encoding" in note for note in doubt)
    assert list(read_table((tmp_path / "t.csv").read_bytes()).notes) == [
        note.replace("t.csv", "table") for note in found.notes()
    ]
    named = Table(tmp_path / "t.csv", "table", encoding=codec)
    assert [cells for _, cells in named.rows()] == [["1", *row.split(";")]]
    assert named.notes() == []


def test_what_the_columns_are_called_tells_the_encoding(tmp_path: Path) -> None:
    text = "Nr;Título;Künstler\n1;Niña;Miró\n"
    for codec in ("mac-roman", "cp850", "cp1252"):
        found = table(tmp_path / "t.csv", text.encode(codec))
        assert [cells for _, cells in found.rows()] == [["1", "Niña", "Miró"]], codec


def test_a_long_table_leaves_no_doubt(tmp_path: Path) -> None:
    rows = "".join(f"{n};Mädchen mit Äpfeln;Dürer\n" for n in range(20))
    for codec in ("cp1252", "mac-roman"):
        found = table(tmp_path / "t.csv", f"id;title;artist\n{rows}".encode(codec))
        assert (found.notes(), next(found.rows())[1][1]) == ([], "Mädchen mit Äpfeln")


def test_letters_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_bytes("id;title\n1;Mill\n2;Mädchen\n".encode("cp1252"))
    found = Table(tmp_path / "t.csv", "table", encoding="utf-8")
    assert len(list(found.rows())) == 2
    assert found.notes()[0].startswith("1 row holds letters that cannot be read")
    assert "line 3" in found.notes()[0]


def test_letters_that_were_garbled_before_are_told(tmp_path: Path) -> None:
    found = table(tmp_path / "t.csv", "id;title\n1;Mill\n2;MÃ¤dchen\n".encode())
    assert list(found.rows())[1] == (3, ["2", "MÃ¤dchen"])
    assert "'MÃ¤dchen' for 'Mädchen'" in found.notes()[0]


def test_how_it_was_read_is_told_by_the_names_that_people_know(tmp_path: Path) -> None:
    text = "Export 2024;;\nid;title;artist\n1;Łódź nocą;Koś\n2;Żółty;Gier\n"
    assert table(tmp_path / "t.csv", text.encode("cp1250")).reading == (
        "read as Windows-1250, separated by semicolons, 1 line above the header passed over"
    )
    assert table(tmp_path / "u.csv", text.encode("utf-16")).reading.startswith("read as UTF-16,")


def test_what_was_lost_before_is_no_damage(tmp_path: Path) -> None:
    found = table(tmp_path / "t.csv", "id,title\n1,Caf\ufffd\n".encode())
    assert list(found.rows()) == [(2, ["1", "Caf\ufffd"])]


def test_one_damaged_character_does_not_garble_the_others(tmp_path: Path) -> None:
    rows = "".join(f"{n};Mädchen mit Äpfeln;Dürer\n" for n in range(20)).encode()
    found = table(tmp_path / "t.csv", b"id;title;artist\n" + rows + b"99;Caf\xe9;Manet\n")
    assert next(found.rows())[1] == ["0", "Mädchen mit Äpfeln", "Dürer"]
    assert list(found.rows())[-1][1][2] == "Manet"


def test_any_bytes_have_an_encoding(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    for data in (b"", b"\0", bytes(range(256)) * 9, b"\xff" * 99, codecs.BOM_UTF16_LE + b"a"):
        path.write_bytes(data)
        data.decode(encoding_of(path).codec, "replace")
