"""Short tables in the encodings that museums' programs write: fifty bytes must do."""

import codecs
from pathlib import Path

import pytest

from artsim.collection.sources.encodings import encoding_of
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
        data.decode(encoding_of(path), "replace")
