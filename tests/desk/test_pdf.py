"""PDF: what a reader of it sees, read back by another program."""

from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from face_kit import make_demo, works_of

from artsim.core.workspace import Workspace
from artsim.desk.exports.options import ExportOptions
from artsim.desk.exports.pdf.fonts import Fonts
from artsim.desk.exports.pdf.text import Style, Writer
from artsim.library import Library

CREDIT = "© City Museum"


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    workspace = Workspace.open(tmp_path_factory.mktemp("pdf"))
    works = works_of(8)
    for work, title in zip(
        works, ("Боярыня Морозова", "神奈川沖浪裏", "لوحة (1530)", "שלום", "Ⲙ 🎨"), strict=False
    ):
        work["title"] = title
    make_demo(workspace, works=works)
    library = Library(workspace)
    library.trays.create("Winter", "For Ana\nbefore Friday")
    library.add_to_tray("Winter", "demo", [w["id"] for w in works], found="like w05 with tiny")
    library.trays.create("Herat")  # the font of Chinese and Japanese takes a second to read
    library.add_to_tray("Herat", "demo", ["w02", "w00", "w05", "w06", "w07"])
    return library


def document(library: Library, name: str = "Winter", **options: object) -> pypdfium2.PdfDocument:
    tray = library.trays.get(name)
    return pypdfium2.PdfDocument(library.export_tray(tray, "pdf", ExportOptions(**options)))


def text_of(page: pypdfium2.PdfPage) -> str:
    return page.get_textpage().get_text_range()


def test_a_contact_sheet_says_all_and_shows_every_picture(library: Library) -> None:
    pdf = document(library, columns=4, credit=CREDIT)
    assert len(pdf) == 1
    page = pdf[0]
    assert [round(side * 25.4 / 72) for side in page.get_size()] == [210, 297]
    told = text_of(page)
    for words in (
        "Winter",
        "before Friday",
        "Боярыня Морозова",
        "神奈川沖浪裏",
        "Artist 1",
        CREDIT,
    ):
        assert words in told
    assert CREDIT in told
    assert told.count("Found like w05 with tiny") == 8
    assert "[U+2C98] [U+1F3A8]" in " ".join(told.split())
    assert "shown by their Unicode numbers" in told
    pictures = [o for o in page.get_objects() if o.type == pypdfium2.raw.FPDF_PAGEOBJ_IMAGE]
    assert len(pictures) == 8


def test_plates_have_a_page_each(library: Library) -> None:
    pdf = document(library, "Herat", layout="plates", page="Letter", landscape=True)
    assert len(pdf) == 6
    assert [round(side / 72, 1) for side in pdf[1].get_size()] == [11.0, 8.5]
    assert "Боярыня Морозова" in text_of(pdf[2])
    assert "6 / 6" in text_of(pdf[5])


def test_more_works_than_a_page_holds_go_on_and_nothing_is_cut(library: Library) -> None:
    pdf = document(library, "Herat", columns=1)
    assert len(pdf) > 2
    for page in pdf:
        dark = np.asarray(page.render(scale=1).to_pil().convert("L")) < 200
        edge = round(10 / 25.4 * 72)
        assert not dark[:edge].any()
        assert not dark[-edge:].any()
        assert not dark[:, -edge:].any()


def test_arabic_is_read_from_the_right_and_brackets_stand_round_the_number(
    library: Library,
) -> None:
    page = document(library, "Herat", caption=("title",), found=False)[0].get_textpage()
    told = page.get_text_range()
    number = told.index("1530")
    at = [told.index("("), number, number + 3, told.index(")"), told.index("ل")]
    # As a reader of Arabic sees it, from the left: (1530) لوحة
    places = [page.get_charbox(one)[0] for one in at]
    assert sorted(places[1:3]) == places[1:3]
    assert min(places[0], places[3]) < places[1] < places[2] < max(places[0], places[3])
    assert places[4] > max(places[:4])


@pytest.mark.parametrize(
    ("text", "fonts"),
    [
        ("Élan, Brücke", ["NotoSans[wdth,wght]"]),
        ("Боярыня Ωδή", ["NotoSans[wdth,wght]"]),
        ("冨嶽三十六景", ["NotoSansCJKjp-Regular"]),
        ("미인도", ["NotoSansCJKjp-Regular"]),
        ("لوحة", ["NotoSansArabic[wdth,wght]"]),
        ("ภาพเขียน", ["NotoSansThai[wdth,wght]"]),
        ("שלום", ["OpenSans[wdth,wght]"]),
        ("a 🎨", ["NotoSans[wdth,wght]", ""]),
    ],
)
def test_each_script_has_a_font_or_is_told(text: str, fonts: list[str], tmp_path: Path) -> None:
    assert [run.font for run in Fonts(tmp_path).runs(text)] == fonts


def writer() -> Writer:
    import fpdf

    pdf = fpdf.FPDF()
    pdf.add_page()
    return Writer(pdf, Path("none"))


def test_lines_break_where_they_may() -> None:
    made, style = writer(), Style(10)

    def broken(text: str, width: float, most: int = 0) -> list[str]:
        lines = made.lines(text, width, style, most)
        assert all(line.width <= width + 0.01 for line in lines)
        return ["".join(piece[1] for piece in line.pieces) for line in lines]

    assert broken("oil on canvas\u00a0· 34\u00a0x\u00a045\u00a0cm", 26) == [
        "oil on canvas\u00a0·",
        "34\u00a0x\u00a045\u00a0cm",
    ]
    assert not any(line.startswith("。") for line in broken("浪裏である。" * 8, 30))
    assert len(broken("x" * 200, 30)) > 4
    cut = broken("one two three four five six seven eight nine ten", 20, 2)
    assert len(cut) == 2
    assert cut[-1].endswith("…")
    assert broken("one\n\ntwo", 50) == ["one", "two"]


def test_a_font_of_the_workspace_is_used_where_no_other_has_a_letter(
    library: Library, tmp_path: Path
) -> None:
    from fontTools.fontBuilder import FontBuilder
    from fontTools.pens.ttGlyphPen import TTGlyphPen

    pen = TTGlyphPen(None)
    pen.moveTo((0, 0))
    pen.lineTo((500, 0))
    pen.lineTo((250, 700))
    pen.closePath()
    builder = FontBuilder(1000)
    builder.setupGlyphOrder([".notdef", "mi"])
    builder.setupCharacterMap({0x2C98: "mi"})
    builder.setupGlyf({".notdef": pen.glyph(), "mi": pen.glyph()})
    builder.setupHorizontalMetrics({".notdef": (600, 0), "mi": (600, 0)})
    builder.setupHorizontalHeader(ascent=800, descent=-200)
    builder.setupNameTable({"familyName": "Own", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    builder.save(tmp_path / "own.ttf")
    (tmp_path / "broken.ttf").write_bytes(b"no font")
    (run,) = Fonts(tmp_path).runs("Ⲙ")
    assert run.font == "own"
