"""Dynasties, reigns and periods of East Asia, as their museums bound them."""

import re

from artsim.collection.folding import listed

Span = tuple[int, int]

# name(s), years. Names in Chinese characters, traditional and simplified, or kana and Hangul.
_DYNASTIES = """
夏 -2070 -1600; 商 殷 -1600 -1046; 周 -1046 -256; 西周 -1046 -771; 東周 东周 -770 -256
春秋 -770 -476; 戰國 战国 -475 -221; 秦 -221 -206; 漢 汉 -206 220; 西漢 西汉 前漢 前汉 -206 9
東漢 东汉 後漢 后汉 25 220; 三國 三国 220 280; 晉 晋 265 420; 西晉 西晋 265 316; 東晉 东晋 317 420
南北朝 420 589; 北魏 386 534; 北齊 北齐 550 577; 北周 557 581; 隋 581 618; 唐 618 907
五代 907 960; 遼 辽 907 1125; 宋 960 1279; 北宋 960 1127; 南宋 1127 1279; 西夏 1038 1227
金 1115 1234; 元 1271 1368; 明 1368 1644; 清 1644 1911; 民國 民国 中華民國 中华民国 1912 1949
"""
# Reigns count years: the first is year 1. Some names served two countries. A Japanese name given
# in the last weeks of a lunar year, which fall in our next January, counts that lunar year.
_REIGNS = """
洪武 1368 1398; 建文 1399 1402; 永樂 永乐 1403 1424; 宣德 1426 1435; 景泰 1450 1456
天順 天顺 1457 1464; 成化 1465 1487; 弘治 1488 1505; 弘治 1555 1558; 正德 1506 1521
嘉靖 1522 1566; 隆慶 隆庆 1567 1572; 萬曆 万历 萬歷 1573 1620; 泰昌 1620 1620
天啟 天啓 天启 1621 1627; 崇禎 崇祯 1628 1644; 順治 顺治 1644 1661; 康熙 1662 1722
雍正 1723 1735; 乾隆 1736 1795; 嘉慶 嘉庆 1796 1820; 嘉慶 1387 1389; 道光 1821 1850
咸豐 咸丰 1851 1861; 同治 1862 1874; 光緒 光绪 1875 1908; 宣統 宣统 1909 1911
民國 民国 中華民國 中华民国 1912 1949
文明 1469 1487; 明応 1492 1501; 永正 1504 1521; 大永 1521 1528; 享禄 1528 1532; 天文 1532 1555
永禄 1558 1570; 元亀 1570 1573; 天正 1573 1592; 文禄 1592 1596; 慶長 1596 1615
元和 1615 1624; 元和 806 820; 寛永 1624 1644; 正保 1644 1648; 慶安 1648 1652; 承応 1652 1655
明暦 1655 1658; 万治 1658 1661; 寛文 1661 1673; 延宝 1673 1681; 天和 1681 1684; 貞享 1684 1688
元禄 1688 1704; 宝永 1704 1711; 正徳 1711 1716; 享保 1716 1736; 元文 1736 1741; 寛保 1741 1744
延享 1744 1748; 寛延 1748 1751; 宝暦 1751 1764; 明和 1764 1772; 安永 1772 1781; 天明 1781 1789
寛政 1789 1801; 享和 1801 1804; 文化 1804 1818; 文政 1818 1830; 天保 1830 1844; 弘化 1844 1848
嘉永 1848 1854; 安政 1854 1860; 万延 1860 1861; 文久 1861 1864; 元治 1864 1865
慶応 慶應 1865 1868; 明治 1868 1912; 大正 1912 1926; 昭和 1926 1989; 平成 1989 2019; 令和 2019 2100
"""
_PERIODS = """
縄文 -10500 -300; 弥生 -300 300; 古墳 300 552; 飛鳥 552 710; 奈良 710 794; 平安 794 1185
鎌倉 1185 1333; 南北朝 1333 1392; 室町 1392 1573; 戦国 1467 1573; 桃山 安土桃山 1573 1603
江戸 1603 1868; 幕末 1853 1868
신라 新羅 -57 935; 통일신라 統一新羅 668 935; 백제 百済 百濟 -18 660; 고구려 高句麗 -37 668
고려 高麗 918 1392; 조선 朝鮮 1392 1910; 대한제국 1897 1910; 일제강점기 1910 1945
宋元 960 1368; 元明 1271 1644; 明清 1368 1911; 隋唐 581 907; 唐宋 618 1279; 秦漢 秦汉 -221 220
메이지 1868 1912; 다이쇼 1912 1926; 쇼와 1926 1989; 에도 1603 1868
"""
# Transcribed, folded: these count beside a word such as 'dynasty', or where nothing else is said.
_TRANSCRIBED = """
shang -1600 -1046; zhou -1046 -256; qin -221 -206; han хань -206 220; sui 581 618
tang тан 618 907; liao 907 1125; song sung сун 960 1279; jin 1115 1234; jin 265 420
yuan юань 1271 1368; ming мин 1368 1644; qing ch'ing цин 1644 1911; republican 1912 1949
yongle 1403 1424; xuande 1426 1435; chenghua 1465 1487; hongzhi 1488 1505; zhengde 1506 1521
jiajing 1522 1566; longqing 1567 1572; wanli 1573 1620; tianqi 1621 1627; chongzhen 1628 1644
shunzhi 1644 1661; kangxi канси 1662 1722; yongzheng 1723 1735; qianlong цяньлун 1736 1795
jiaqing 1796 1820; daoguang 1821 1850; xianfeng 1851 1861; tongzhi 1862 1874
guangxu 1875 1908; xuantong 1909 1911
jomon -10500 -300; yayoi -300 300; kofun 300 552; asuka 552 710; nara 710 794
heian хэиан 794 1185; kamakura 1185 1333; nanbokucho 1333 1392; muromachi муромати 1392 1573
momoyama 1573 1603; edo эдо tokugawa 1603 1868; meiji мэидзи 1868 1912; taisho 1912 1926
showa 1926 1989; heisei 1989 2019; reiwa 2019 2100
joseon choson чосон 1392 1910; goryeo koryo koryŏ 918 1392; silla -57 935
"""
_COUNTED = listed("meiji taisho showa heisei reiwa мэидзи 메이지 다이쇼 쇼와")
# One character stands for a dynasty only where the text says so: 明 is also a name and a word.
_SINGLE_FOLLOWED_BY = "代朝初末中前後后早晚時时期至到~–"


def _table(text: str) -> dict[str, list[Span]]:
    found: dict[str, list[Span]] = {}
    for entry in re.split(r"[;\n]", text.strip()):
        *names, first, last = entry.split()
        for name in names:
            found.setdefault(name, []).append((int(first), int(last)))
    return found


DYNASTIES, REIGNS, TRANSCRIBED = _table(_DYNASTIES), _table(_REIGNS), _table(_TRANSCRIBED)
NATIVE = {**DYNASTIES, **REIGNS}
for _name, _spans in _table(_PERIODS).items():
    NATIVE[_name] = [*NATIVE.get(_name, []), *_spans]
COUNTED = {**REIGNS, **{n: [*TRANSCRIBED.get(n, []), *NATIVE.get(n, [])] for n in _COUNTED}}

_LONG = sorted((name for name in NATIVE if len(name) > 1), key=len, reverse=True)
_REIGN_NAMES = "|".join(name for name in _LONG if name in REIGNS)
# A name within a longer word is another word, unless a country, dynasty or period precedes it.
_START = r"(?:(?<![\u4e00-\u9fff])|(?<=[国國本代朝清明唐元晚晩末至到与]))"
_YEAR_NEXT = r"(?=[0-9元年・])"
PATTERN = (
    rf"{_START}(?:文化|文明|天文){_YEAR_NEXT}"  # also words: culture, civilisation, astronomy
    + f"|{_START}(?:{'|'.join(n for n in _LONG if n not in ('文化', '文明', '天文'))})"
    + rf"|{_START}(?:{'|'.join(n for n in NATIVE if len(n) == 1)})"
    + rf"(?=[{_SINGLE_FOLLOWED_BY}・\s(,0-9]|$|{_REIGN_NAMES})"
)


def meanings(name: str) -> list[Span]:
    """The years of every period of that name, as ``tokens`` found it."""
    return NATIVE.get(name) or TRANSCRIBED[name]


def chosen(named: list[list[Span]]) -> list[Span | None]:
    """The one period that each name means beside the others; None for a wider one, [] for unsure.

    A reign within its dynasty is the reign. A name may mean several periods: the one that the
    others allow counts, and where that leaves two, nothing is sure.

    >>> chosen([[(1644, 1911)], [(1736, 1795)]])
    [None, (1736, 1795)]
    """
    certain = [spans[0] for spans in named if len(spans) == 1]
    found: list[Span] = []
    for spans in named:
        near = [s for s in spans if any(s[0] <= b and a <= s[1] for a, b in certain)]
        possible = spans if len(spans) == 1 else near
        if len(possible) != 1:
            return []
        found.append(possible[0])
    return [
        None if any(s != o and s[0] <= o[0] and o[1] <= s[1] for o in found) else s for s in found
    ]
