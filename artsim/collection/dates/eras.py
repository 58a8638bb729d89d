"""How museums write before and after Christ, and the calendars that are not ours; folded text."""

import re

# Alternatives of one pattern; "\s?" stands for a blank that may be left out.
_BEFORE = (
    r"b\.?\s?c\.?(?:\s?e\b\.?)?",
    r"before (?:christ|(?:the )?common era)",
    r"v\.?\s?chr\.?|vor (?:christus|christi(?: geburt)?|chr\b\.?|unserer zeit(?:rechnung)?)",
    r"v\.\s?u\.\s?z\.?|v\.\s?d\.\s?z\.?|v\.\s?o\.\s?j\.?|v\.\s?g\.\s?j\.?",
    r"voor (?:christus|chr\b\.?)|av(?:ant|\.)?\s?(?:j\.?\s?-?c\.?|jesus-christ|n\.\s?e\.?)",
    r"avant (?:notre ere|l'ere (?:commune|chretienne))|av\. notre ere",
    r"a\.\s?c\.?|ac|a\.\s?(?:de )?(?:j\.\s?)?c\.?|a\.\s?n\.\s?e\.?|a\.?\s?e\.?\s?c\.?",
    r"av(?:\.|anti)\s?cr(?:isto|\.)?|antes d[ea] (?:cristo|nuestra era|era comum|c\.)",
    r"a(?:nte|\.)?\s?(?:chr(?:istum|\.)?(?:\s?n(?:atum|\.))?)",
    r"p\.?\s?n\.?\s?e\.?|przed (?:nasza era|chr(?:ystusem)?\b\.?|n\.\s?e\.?)",
    r"p(?:r(?:ed)?)?\.?\s?n\.?\s?l\.?|pr(?:ed|ije|\.)?\s?kr(?:istem|ista|istom)?\b\.?|pr\.?\s?n\.?\s?e\.?",
    r"до\s?(?:н\.?\s?[эе]\.?|нашеи эры|нашоi ери|нашои ери|р(?:\.|ождества)\s?х(?:ристова|\.)?)",
    r"пр\.?\s?(?:хр(?:иста|\.)?|н\.?\s?[еэ]\.?)|п\.?\s?н\.?\s?е\.?",
    r"kr(?:isztus|\.)\s?e(?:lott|\.)",
    r"f\.?\s?kr(?:istus)?\b\.?|for(?:e)? kristus|f\.?\s?v\.?\s?t\.?|eaa\b\.?",
    r"π\.?\s?χ\.?|π\.?\s?κ\.?\s?χ\.?|προ χριστου",
    r"[mi]\.\s?o\.|i\.\s?hr\.?|i\.\s?e\.\s?n\.?|pr?\.?\s?m\.?\s?e\.?|vuz",
    r"(?<=\d)\s?v\.?\s?c\.?",
    r"r\.\s?ch?\.|roimh chr\w+|e\.\s?m\.\s?a\.?|ema|enne (?:meie aega|meie ajaarvamist|kristust)",
    r"pries kr(?:istu|\.)?|k\.\s?a\.|kristo aurre\w+|q\.\s?k\.|para krishtit|i\.\s?e\.\s?n\.?",
    r'ق\.?\s?م\.?|לפנה"ס|לפני הספירה',
    r"mo(?=\s?(?:\d{3}(?!\d)|[\divx]+\.? ?(?:yuzyil|yy|bin)))|(?<=\d)\s?mo",
    r"(?<=yuzyil )mo|(?<=yuzyil, )mo|ennen (?:kristusta|ajanlaskun\w*)|inainte de (?:h|ch)ristos",
    r"milattan once|isadan once|да н\.\s?э\.?",
    r"до нов(?:ои|ии) эры|до р\.\s?хр\.|пре (?:н(?:ове|\.)\s?е(?:ре|\.)?|хр(?:иста|\.)?)",
    r"v\.\s?u\.\s?zt\.?|vor der zeitenwende|a\.\s?cr\.|(?<=\d) ?a/c|a\.\s?e\.\s?v\.|a\.\s?k\.",
    r"(?:for|fore) (?:var|vor) tid(?:srak(?:e)?ning|sregning)|prede? n\.\s?l\.?|pr\.\s?n\.\s?st\.?",
    r"p\.\s?e\.\s?[sr]\.|pirms musu eras|(?<=\d)\s?tcn|truoc cong nguyen|մ\.թ\.ա",
)
_AFTER = (
    r"a\.?\s?d\.?|c\.?\s?e\.?|anno domini|common era",
    r"n\.?\s?chr\.?|nach (?:christus|christi(?: geburt)?|chr\b\.?)|(?:n\.\s?)?u\.\s?z\.?",
    r"na (?:christus|chr\b\.?)",
    r"ap(?:res|r?\.)?\s?(?:j\.?\s?-?c\.?|jesus-christ)|de notre ere|apr\.\s?n\.\s?e\.?",
    r"d\.\s?(?:de )?(?:j\.\s?)?c\.?|dopo cristo|d\.?\s?cr\.|de(?:spues|pois) de cristo",
    r"p(?:ost|\.)\s?chr(?:istum|\.)?(?:\s?n(?:atum|\.))?",
    r"n\.\s?e\.?|po (?:chr(?:ystusie)?\b\.?|kr(?:istu)?\b\.?)|n\.\s?l\.?",
    r"н\.?\s?[эе]\.?|нашеи эры|от р\.\s?х\.?|сл\.?\s?хр\.?",
    r"kr\.\s?u\.?|i\.\s?sz\.?|krisztus utan",
    r"e\.\s?kr\.?|efter kristus|e\.\s?v\.\s?t\.?|jkr\.?|jaa\b\.?",
    r"μ\.?\s?χ\.?|μετα χριστον",
    r"m\.\s?s\.|d\.\s?hr\.?|e\.\s?n\.|dc|e\.\s?c\.|m\.\s?(?:a\.\s?j|e)\.?|по р\.\s?х\.?",
    r"parast kristust|pkr|e\.\s?s\.|(?<=\d)\s?ms|k\.\s?o\.|milattan sonra|musu era",
    r"ms(?=\s?[\divx]+\.? ?(?:yuzyil|yy|bin))",
)
# eKr. is before Christ in Finnish and after him in Swedish.
_OTHER = (
    r"a\.?\s?h\.?|anno heg\w+|hijr\w*|hegir\w*|hidschr\w*|heg\.|هـ|ه\.?|هجري\w*|s\.\s?h\.",
    r"(?<=\d)\s?sh|(?<=\d\d\d)\s?h\.?|(?<=\d\d)\s?b\.?\s?e\.?|b\.e\.|buddhist era|พ\.ศ\.?",
    r"b\.?\s?p\.?|before present|years? ago|jahre alt|(?<=\d)\s?k?ya",
    r"anno mundi|a\.?\s?m\.|a\.?\s?u\.?\s?c\.?|ab urbe condita|от сотворения мира|皇紀|檀紀|단기",
    r"v\.?\s?s\.|samvat|vikram \w+|saka|shaka|ekr\.?|黄帝|仏暦|佛曆|佛历|佛暦",
)
# Always before the number that they belong to.
_AHEAD = {
    "bc": "紀元前|公元前|西元前|纪元前|기원전|서기전",
    "ad": "公元後|公元后|紀元後|公元|西元|西暦|西历|西曆|紀元|서기|기원후",
}
# 前500年 is before Christ, 1900年前 is not.
_CJK_BEFORE = r"前(?=\s?[0-9]+\s?(?:世|年|[-~/–,至]|$))"


def _pattern(alternatives: tuple[str, ...]) -> str:
    # longest first within one place is told by trying each; letters beside it make other words
    return "|".join(f"(?:{part})" for part in alternatives)


PATTERN = (
    rf"(?P<bc_ahead>{_AHEAD['bc']}|{_CJK_BEFORE})|(?P<ad_ahead>{_AHEAD['ad']})"
    rf"|(?<![^\W\d_])(?:(?P<bc>{_pattern(_BEFORE)})|(?P<ad>{_pattern(_AFTER)})"
    rf"|(?P<calendar>{_pattern(_OTHER)}))(?![^\W\d_])"
)
_BC = re.compile(rf"(?<![^\W\d_])(?:{_pattern(_BEFORE)})(?![^\W\d_])|{_AHEAD['bc']}")
_ID_EST = re.compile(r"(?<!\w)i\.\s?e\.\s?(?!n\b)")
_FINNIC = re.compile(r"(?<!\w)(?:saj|sajand\w*|vuosisa\w+)(?!\w)|luku(?!\w)")
_LITHUANIAN = re.compile(r"(?<!\w)([ivx]+) a\.(?!\s?[cdejknx])")
_HUNGARIAN = re.compile(
    r"\b(?:szazad|sz\b|ezred|evezred|korul|kozott|kozepe|vege|eleje|evek|kor\b)"
)


_ABBREVIATION = re.compile(r"(?<![^\W_])(?:[^\W\d_]\.\s?){2,4}(?![^\W_])")


def abbreviated(text: str) -> bool:
    """Whether a folded text has an abbreviation such as an era's, and it is no era that we know.

    >>> abbreviated("500 x.y.z."), abbreviated("500 b.c."), abbreviated("c. 500")
    (True, False, False)
    """
    return _ABBREVIATION.search(text) is not None and re.search(PATTERN, text) is None


def says_before_christ(text: str) -> bool:
    """Whether a folded text has any form of BC."""
    return _BC.search(text) is not None


def settled(text: str) -> str:
    """A folded text whose words of two languages are made those of one."""
    if _FINNIC.search(text):
        text = re.sub(r"(?<!\w)ekr(?!\w)", "bc", text)  # after Christ in Swedish
    return _settle_id_est(_LITHUANIAN.sub(r"\1 amzius", text))


def _settle_id_est(text: str) -> str:
    """'i. e.' is BC in Hungarian and 'that is' elsewhere: made 'bc', left out, or another era."""

    def meant(found: re.Match[str]) -> str:
        if re.search(r"\d", text[: found.start()]) and not _HUNGARIAN.search(text):
            return " "
        number = re.match(r"\d+", text[found.end() :])
        if _HUNGARIAN.search(text) or (number and int(number[0]) < 1000):
            return "kr. e. "
        return " "

    return _ID_EST.sub(meant, text)
