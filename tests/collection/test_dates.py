"""Displayed dates of museums, and whatever else may stand in that field."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from artsim.collection.dates import parse_years

CASES = {
    "1919": (1919, 1919),
    "c. 1650/1660": (1650, 1660),
    "c. 1650/60": (1650, 1660),
    "1503-1506": (1503, 1506),
    "1503-06": (1503, 1506),
    "1503–6": (1503, 1506),
    "ca. 1505–9": (1505, 1509),
    "1901–2": (1901, 1902),
    "c.1820": (1820, 1820),
    "c1820": (1820, 1820),
    "ca 1820": (1820, 1820),
    "circa 1820": (1820, 1820),
    "c. 1485-c. 1490": (1485, 1490),
    "c. 1485/c. 1490": (1485, 1490),
    "ca. 1425–before ca. 1467": (1425, 1467),
    "ca. 1500–before 1506": (1500, 1506),
    "after 1872": (1872, 1872),
    "after ca. 1461": (1461, 1461),
    "before 1140": (1140, 1140),
    "by 1861": (1861, 1861),
    "1820 or later": (1820, 1820),
    "1890s": (1890, 1899),
    "1890's": (1890, 1899),
    "early 1660s": (1660, 1663),
    "mid-1550s": (1553, 1556),
    "late 1890s": (1896, 1899),
    "mid- to late 1780s": (1783, 1789),
    "early or mid-1630s": (1630, 1636),
    "1860s-1870s": (1860, 1879),
    "1700s": (1700, 1799),
    "17th century": (1600, 1699),
    "18th Century": (1700, 1799),
    "15th c.": (1400, 1499),
    "15th cent.": (1400, 1499),
    "1st century CE": (1, 99),
    "early 17th century": (1600, 1633),
    "mid-14th century": (1333, 1366),
    "late 16th century": (1566, 1599),
    "Early sixteenth century": (1500, 1533),
    "twenty-first century": (2000, 2099),
    "first half 17th century": (1600, 1649),
    "second half 15th century": (1450, 1499),
    "second quarter 18th century": (1725, 1749),
    "last quarter 11th century": (1075, 1099),
    "third quarter of the 19th century": (1850, 1874),
    "last third of the 15th century": (1467, 1499),
    "last decade of the 1st century BCE": (-10, -1),
    "2nd half of 3rd century BCE": (-250, -201),
    "4th century BCE": (-400, -301),
    "mid-4th century BCE": (-367, -334),
    "late 4th–early 3rd century BCE": (-334, -267),
    "16th–17th century": (1500, 1699),
    "18th or 19th century": (1700, 1899),
    "late 13th–early 14th century": (1266, 1333),
    "late 14th–15th century": (1366, 1499),
    "2nd–3rd century CE": (100, 299),
    "turn of the 20th century": (1890, 1910),
    "50 BC": (-50, -50),
    "50 B.C.": (-50, -50),
    "50 BCE": (-50, -50),
    "332–246 B.C.": (-332, -246),
    "ca. 1427–1400 B.C.": (-1427, -1400),
    "ca. 50–40 BCE": (-50, -40),
    "400–200 BC": (-400, -200),
    "50 BC-AD 50": (-50, 50),
    "100 BC - 50 AD": (-100, 50),
    "A.D. 120–140": (120, 140),
    "ca. 14–68 CE": (14, 68),
    "ca. A.D. 250": (250, 250),
    "dated 608 AH/1211–12 CE": (1211, 1212),
    "dated 1294 AH/1877 CE": (1877, 1877),
    "1888 (published 1901)": (1888, 1888),
    "1888, published 1901": (1888, 1888),
    "model 1881, cast 1920": (1881, 1881),
    "cast 1920, modeled 1889": (1889, 1889),
    "printed 1920": (1920, 1920),
    "XVI-XVII ww.": (1500, 1699),
    "кінець XIX ст.": (1866, 1899),
    "sfârșitul secolului al XIX-lea": (1866, 1899),
    "1890-luvun alku": (1890, 1893),
    "1890-ті": (1890, 1899),
    "published 1901": (1901, 1901),
    "1300–1350 (before 1366)": (1300, 1350),
    "(1890)": (1890, 1890),
    "1880–90 (?)": (1880, 1890),
    "186[3?]": (1863, 1863),
    "186?": (1860, 1869),
    "186-": (1860, 1869),
    "18--": (1800, 1899),
    "1484?": (1484, 1484),
    "1560s?": (1560, 1569),
    "[1650]": (1650, 1650),
    "1852, 1857, or 1863": (1852, 1863),
    "1776, reworked 1803": (1776, 1803),
    "1843 and 1857": (1843, 1857),
    "1748/49, miniatures 1767": (1748, 1767),
    "1773–74, miniature ca. 1778–80": (1773, 1780),
    "?1813–17; 1823–24?": (1813, 1824),
    "dated 1561 or 1621": (1561, 1621),
    "12th century, modern restoration": (1100, 1199),
    "Kanzan and Jittoku: probably 14th century; Kannon: probably 15th century": (1300, 1499),
    "active 1480, died 1520": (1480, 1520),
    "12 May 1890": (1890, 1890),
    "May 4th, 1880": (1880, 1880),
    "12-14 May 1890": (1890, 1890),
    "1890-05-12": (1890, 1890),
    "12/05/1890": (1890, 1890),
    "1890-05": (1890, 1890),
    "1939-": (1939, 1939),
    "um 1650": (1650, 1650),
    "16. Jahrhundert": (1500, 1599),
    "XVIe siècle": (1500, 1599),
    "XIX century": (1800, 1899),
    "probably c. 1650/1660": (1650, 1660),
    "1955.": (1955, 1955),
}
UNDATED = [
    "300 pr. n. š.",
    "",
    "n.d.",
    "undated",
    "unknown",
    "date unknown",
    "-",
    "?",
    "12 x 15",
    "99999",
    "0000",
]
# Of two eras, of another calendar, or no date at all.
UNSURE = [
    *("b. 1840", "geb. 1840 in Paris", "b. 1840, d. 1903", "b. c. 1650", "† 1903"),  # an artist's
    *("1889-1789", "1660–1650", "500 O.C.", "500 x.y.z.", "300 RC"),
    *(
        "0",
        "00",
        "45123",
        "32509",
        "32509.0",
        "0001-01-01",
        "0000-00-00",
        "#VALUE!",
        "Jan-89",
        "'89",
    ),
    *("12/05/89", "unspecified", "XXXX", "uuuu", "1294 AH", "AH 1294", "3rd century AH", "2461 BE"),
    *(
        "3000 BP",
        "2000 years ago",
        "500 eKr.",
        "Vancouver BC 1889",
        "XIX",
        "XVIIIe",
        "anni Novanta",
    ),
    *(
        "120 x 80 cm",
        "120,5 × 180,2 cm",
        "1500 mm",
        "inv. 1889",
        "仰韶文化",
        "文明",
        "弘治3年",
        "弘治",
    ),
    *(
        "o.J.",
        "s.d.",
        "s.a.",
        "sans date",
        "senza data",
        "bez daty",
        "без даты",
        "年代不詳",
        "미상",
    ),
    *("Artemis", "civil", "mild", "Romanesque", "Song of the sea", "Louis XIV", "Dynasty 18"),
    *(
        "3rd c BC - 2nd c",
        "300-luku eaa.",
        "-3. Jh.",
        "300 vor Etwas",
        "300 CC",
        "1200 SH",
        "5ú haois, RC",
    ),
]
FORMS = Path(__file__).with_name("displayed_dates.txt")


@pytest.mark.parametrize(("text", "years"), CASES.items())
def test_displayed_date(text: str, years: tuple[int, int]) -> None:
    assert parse_years(text) == years


@pytest.mark.parametrize("text", UNDATED)
def test_undated(text: str) -> None:
    assert parse_years(text) == (None, None)


_PIECES = st.sampled_from(
    [
        *"0123456789",
        *" -–/,.()?[]'",
        "1650",
        "1503",
        "06",
        "50",
        "0",
        "early ",
        "mid-",
        "late ",
        "first half ",
        "last decade of ",
        "turn of ",
        "17th",
        "1st",
        "4th",
        " century",
        "fourth ",
        "s",
        " BC",
        " AD",
        "CE",
        " or ",
        " to ",
        "c. ",
        "before ",
        "printed ",
        "xvi",
        "e siècle",
        "AH ",
        "明治",
        "世紀",
        "前",
        "v. Chr. ",
        "połowa ",
        "lata ",
        "-y",
    ]
)


def _sane(text: str) -> None:
    first, last = parse_years(text)
    assert (first is None) == (last is None)
    if first is not None and last is not None:
        assert -100_000 <= first <= last <= 2_110
        assert first != 0
        assert last != 0


@pytest.mark.parametrize("text", UNSURE)
def test_no_date_where_unsure(text: str) -> None:
    assert parse_years(text) == (None, None)


def test_dates_in_the_languages_of_museums() -> None:
    """A line each: the displayed date = first year, and the last one where it is another."""
    wrong = {}
    lines = FORMS.read_text(encoding="utf-8").splitlines()
    for line in lines:
        text, _, years = line.rpartition(" = ")
        first, last = (int(years.split()[i]) for i in (0, -1))
        if (found := parse_years(text)) != (first, last):
            wrong[text] = found, (first, last)
    assert len(lines) > 400
    assert wrong == {}


@given(st.text(max_size=200))
def test_any_text_gives_ordered_years_or_none(text: str) -> None:
    _sane(text)


@given(st.lists(_PIECES, max_size=14))
def test_any_mix_of_dated_pieces_gives_ordered_years_or_none(pieces: list[str]) -> None:
    _sane("".join(pieces))


@given(st.integers(100, 2100))
def test_a_plain_year_is_itself(year: int) -> None:
    assert parse_years(str(year)) == (year, year)


@given(st.integers(100, 2100), st.integers(0, 300))
def test_a_range_is_itself(year: int, more: int) -> None:
    last = min(year + more, 2100)
    assert parse_years(f"c. {year}–{last}") == (year, last)


@given(st.integers(1, 9999), st.integers(0, 9998))
def test_a_range_before_christ_is_itself(year: int, less: int) -> None:
    last = max(1, year - less)
    assert parse_years(f"{year}-{last} BC") == (-year, -last)
