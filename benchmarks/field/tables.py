"""Field cases of tables: damaged ids (20), dialects and encodings (22), short rows (23)."""

from collections.abc import Iterator
from pathlib import Path

from artsim.collection.artwork import Artwork
from artsim.collection.sources.folder import FolderSource
from artsim.core.progress import NULL

Row = tuple[str, str, str, str, bool]
_DAMAGED = {
    "00012.jpg": "Lost zeros",
    "0013.jpg": "Lost zeros two",
    "1230000000000.jpg": "Scientific",
    "77.jpg": "Float",
    "88.jpg": "Space",
}
_PLAIN = "Mädchen, Dürer; Café, Böcklin"
_MIXED = "Mädchen „in Blau“, Dürer; Café, nuit, Łukasz"
_DIALECTS = {
    "cp1250.csv": "Łódź nocą, Koś; Żółty, Gier",
    "cp1251.csv": "Ночь, Репин; Лес, Шишкин",
    **dict.fromkeys(("cp1252.csv", "crlf_macline.csv", "mac.csv"), _PLAIN),
    **dict.fromkeys(
        ("gz.csv", "sep.csv", "titlerow.csv", "utf16nobom.csv", "utf16tab.csv"), _MIXED
    ),
}
_SHORT = {
    "s1.jpg": "Full, A, 1900, Gift, x",
    "s2.jpg": "No notes, B, 1901, , ",
    "s3.jpg": "Only title, , , , ",
    "s4.jpg": "Too many, D, 1904, Gift, x",
}


def rows(folder: Path) -> list[tuple[str, str, str, str, bool]]:
    """What was read of the cases below ``folder``: (case, file, expected, measured, right).

    Raises InvalidInput where the cases are not there.
    """
    return [*_damaged_ids(folder / "20"), *_dialects(folder / "22"), *_short_rows(folder / "23")]


def _damaged_ids(case: Path) -> Iterator[Row]:
    works, notes = _read(case / "in", case / "m.csv")
    for file, title in _DAMAGED.items():
        yield _row("20", file, title, works[file].title)
    told = [id_ for id_ in ("12", "13", "77.0", "1.23E+12") if f"{id_} = " in notes]
    yield _row("20", "m.csv", "12 13 77.0 1.23E+12", " ".join(told))


def _dialects(case: Path) -> Iterator[Row]:
    for table, expected in _DIALECTS.items():
        works, notes = _read(case / "in", case / table)
        found = "; ".join(f"{work.title}, {work.artist}" for work in works.values())
        yield _row("22", table, expected, found)
        first = "; ".join(work.title for work in works.values())
        told = "read as" in notes and f"first titles: {first}" in notes
        yield ("22", table, "told how it was read", "told" if told else notes, told)


def _short_rows(case: Path) -> Iterator[Row]:
    works, notes = _read(case / "in", case / "m.csv")
    for file, expected in _SHORT.items():
        work = works[file]
        cells = (work.title, work.artist, work.date, work.credit, work.extra.get("notes", ""))
        yield _row("23", file, expected, ", ".join(map(str, cells)))
    told = "1 metadata row has more cells than the header (the first at line 5)" in notes
    yield ("23", "m.csv", "a longer row is told", "told" if told else notes, told)


def _read(images: Path, table: Path) -> tuple[dict[str, Artwork], str]:
    source = FolderSource(images, table)
    works = {item.file: item.artwork for item in source.items({}, NULL)}
    return works, " ".join(source.notes)


def _row(case: str, file: str, expected: str, measured: str) -> Row:
    return (case, file, expected, measured, expected == measured)
