"""The words of displayed dates, folded (lower case, no accents), in the languages of museums.

Each table maps words to what they mean; a word that several languages share stands once. Folded
Greek has no final sigma.
"""

from artsim.collection.folding import listed

# English; German; French; Italian; Spanish and Portuguese; Dutch; Scandinavian; Polish and Czech;
# Russian and Ukrainian; Hungarian; Greek. CJK words stand in tables of their own below.
_ORDINALS = {
    1: """first 1st former erste ersten erster erstes premier premiere primo prima primer primera
        primero primeiro primeira eerste forsta forste forra pierwsza pierwszej pierwszy pierwsze
        prvni перв первая первой первое первыи першо перша elso πρωτο πρωτη α prva
        prve prvi първа първата pirma pirmoji pirmas ensimmainen""",
    2: """second 2nd latter zweite zweiten zweiter zweites deuxieme seconde secondo seconda segundo
        segunda tweede andra anden andet annen senare druga drugiej drugi drugie druha druhe druhy
        втор вторая второи второе друга друго masodik δευτερο δευτερη β andre doua втората
        otra antroji toinen ikinci""",
    3: """third 3rd dritte dritten drittes troisieme terzo terza tercer tercero tercera terceiro
        terceira derde tredje trzecia trzeciej trzeci treti трет третья третьеи третии третье
        harmadik τριτο τριτη γ treca trece tretja treia""",
    4: """fourth 4th vierte vierten viertes quatrieme quarto quarta cuarto cuarta vierde fjarde
        fjerde czwarta czwartej czwarty ctvrta ctvrte четвертая четвертои negyedik τεταρτο δ""",
    -1: """last final letzte letzten letztes dernier derniere ultimo ultima laatste sista sidste
        siste ostatnia ostatniej ostatnie posledni посл последняя последнеи последнее utolso
        τελευταιο τελευταια zadnja zadnje posljednja posljednje poslednja poslednje ultimul""",
}
NTH = {word: n for n, words in _ORDINALS.items() for word in listed(words)}

_UNITS = {
    2: """half halfte hft halften h hlft moitie meta mitad metade helft halvdel halvdelen halft
        polowa polowy polowie pol polovina polovine половина половины половине пол fele feleben
        fel μισο ημισυ polovica polovici polovice jumatate jumatatea половината
        половини puse yarisi""",
    4: """quarter viertel quart quartel quarto cuarto kwart fjardedel fjerdedel fjerdedelen kvart
        kvartal cwierc cwierci cw ctvrtina ctvrtine четверть четверти четв negyed negyede
        negyedeben τεταρτο stvrtina stvrtine cetrtina cetrtine cetvrtina cetvrtine sfert
        чверть чверті""",
    3: """third drittel tiers terzo tercio terco tredjedel tretina tretine треть трети harmad
        harmada τριτο""",
    10: """decade jahrzehnt jahrzehnts decennie decennio decenio decada decennium dekada dekady
        desetileti десятилетие десятилетия evtized evtizede δεκαετια δεκαετιασ arti
        dezennium dezenniums decennija""",
}
UNITS: dict[str, int] = {word: n for n, words in _UNITS.items() for word in listed(words)}
# "metà del XV secolo" without an ordinal is its middle.
HALF_OR_MIDDLE = frozenset(listed("meta polowa polowy pol polovina polovine polovica polovici"))

_PARTS = {
    "early": """early fruh fruhe fruhes fruhen ineunte anfang anfangs beginn debut inizio inizi
        inicio inicios principio principios comienzo comienzos begin beginning vroeg vroege borjan
        tidigt tidig begyndelsen begyndelse begynnelsen tidlig poczatek poczatku pocz zacatek
        zacatku pocatek начало начала начале нач поч eleje elejen eleji kezdete αρχεσ αρχη
        inceputul inceput alku alun alussa zaciatok zaciatku zacetek zacetku pocetkom pocetak
        pocetku почетак початку sakums sakuma pradzia algus algul basi baslari""",
    "mid": """mid middle mitte milieu medio mediados meados midden mitten midten mitt srodek
        середина середины сер kozepe kozepen μεσα mijlocul
        puolivali sredina sredine sredinom средина vidus vidurys keskpaik ortasi ortalari""",
    "late": """late later end spat spate spates spaten ex exeunte ende fin fines finales final
        fine finis fim finais eind einde laat late slut slutt slutet slutning slutningen slutten
        sent sen koniec konca kon konec konce конец конца кон кін кінець кінця
        края краят vege vegen vegi τελη τελοσ sfarsitul sfarsit loppu lopun lopulla kraj kraja
        krajem крај краи краят beigas pabaiga lopp lopul sonu sonlari""",
    "turn": """turn wende jahrhundertwende tournant przelom przelomu prelom рубеж рубежа fordulo
        forduloja""",
}
PARTS = {word: part for part, words in _PARTS.items() for word in listed(words)}

# Words for a century: before its number, after it, or either.
_CENTURIES = {
    "after": """century centuries cent c cc jahrhundert jahrhunderts jahrhunderte jahrh jh jhd jhdt
        jhs siecle siecles eeuw eeuwse arhundradet arhundrade arhundrede arhundredet arhundre w ww
        wiek wieku wieki stoleti stol stoletie storocia storocie stoljece век века веке веков в вв
        ст столiття століття szazad szazadi szazadbol sz αιωνασ αιωνα αι π yuzyil yuzyili yy
        vuosisata sajand amzius stulecie stulecia stoletje stoletja stoljeca st vek
        veka gadsimts gadsimta gs saj sajandi sajandil amziaus yuzyilin yuzyilda vuosisadan stor
        storoci столеће столећа mendea mendearen haois haoise old oldin""",
    "before": """siglo siglos seculo seculos secolul secolului segle saec saeculum saeculi
        shekulli shek ky""",
    "either": "secolo secoli sec secc s ss",
}
CENTURIES = {word: side for side, words in _CENTURIES.items() for word in listed(words)}
# These are centuries only right beside a Roman or ordinal number.
SHORT_CENTURIES = frozenset(
    listed("c cc cent w ww в вв s ss sec secc sz ст st gs saj stor ky old αι yy π")
)
MILLENNIA = frozenset(
    listed("""millennium millennia jahrtausend jahrtausends millenaire millennio milenio milenium
    millennio tysiaclecie tysiaclecia tisicileti тысячелетие тысячелетия evezred evezredi
    artusende artusind χιλιετια χιλιετιασ mill тыс""")
)

# "années 1890", "lata 90. XIX w.": a decade where its year ends in 0 and no range follows.
DECADE_BEFORE = frozenset(
    listed("""annees anni anos jaren lat lata latach leta годы годах decada decadas decenni
    decennio decennie δεκαετια δεκαετιασ""")
)
DECADE_AFTER = frozenset(listed("jahre jahren годы годов годах гг evek leta lata"))

# "300 vor der Zeitenwende": with a word that is not known, an era that may not be ours.
BEFORE = frozenset(
    listed("before vor avant prima antes voor fore for przed pred до πριν pries pirms enne ennen")
)

LINKS = frozenset(
    listed("""a to until till through or and bis und oder et ou ja e ed o y u al och eller til og
    tot en of i lub do oraz a az až nebo и или по до та або zum au aux es vagy και η ή εωσ ωσ
        και""")
)

FILLERS = frozenset(
    listed("""the of in part years year from between about around circa ca cca approx
    approximately by before after probably possibly perhaps presumably likely or dated date made
    created active der die das des dem den im am vom zur um gegen etwa ungefahr wohl vermutlich
    wahrscheinlich vor nach zwischen von ab seit datiert jahr jahre jahren entstanden
    du de la le les l d vers environ env avant apres entre annee date fait depuis probablement
    peut-etre del dello della dell degli dei di il lo ai alla nel nella verso prima dopo tra fra
    circa anno forse на los las el un hacia alrededor antes despues ano do da dos das no na cerca
    depois het t een van omstreeks rond voor na tussen ongeveer waarschijnlijk jaar
    av af fran mellan omkring omkr ungefar fore efter cirka ar aret arene fra mellem mellom for
    okolo ok przed po miedzy od r roku rok z ze we lat około kolem kol pred mezi asi
    г гг год года году годов около ок между перед после от с не позднее ранее в во начиная
    korul k ev ben evbol kozott elott utan y m του τησ των το τα στα περι περιπου γυρω μεταξυ
    πριν μετα π year's c s w v""")
)

# Centuries in one word.
_NUMBERS = (
    "fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth "
    "sixteenth seventeenth eighteenth nineteenth twentieth twenty-first"
)
_NUMBERS_NL = (
    "vijfde zesde zevende achtste negende tiende elfde twaalfde dertiende veertiende vijftiende "
    "zestiende zeventiende achttiende negentiende twintigste"
)
_NUMBERS_DE = (
    "funft sechst siebt acht neunt zehnt elft zwolft dreizehnt vierzehnt funfzehnt sechzehnt "
    "siebzehnt achtzehnt neunzehnt zwanzigst"
)
_NUMBERS_RU = (
    "пят шест седьм восьм девят десят одиннадцат двенадцат тринадцат четырнадцат пятнадцат "
    "шестнадцат семнадцат восемнадцат девятнадцат двадцат"
)
NUMBER_WORDS = {
    f"{word}{end}": n
    for words, ends in (
        (_NUMBERS, ("",)),
        (_NUMBERS_NL, ("",)),
        (_NUMBERS_DE, ("e", "en", "es")),
        (_NUMBERS_RU, ("ыи", "ого")),
    )
    for n, word in enumerate(listed(words), start=5)
    for end in ends
}
# Decades in one word, which only a century beside them dates: the twenties of the 20th century.
_DECADES = (
    "twenties thirties forties fifties sixties seventies eighties nineties",
    "zwanziger dreissiger vierziger funfziger sechziger siebziger achtziger neunziger",
    "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "dwudzieste trzydzieste czterdzieste piecdziesiate szescdziesiate siedemdziesiate "
    "osiemdziesiate dziewiecdziesiate",
    "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
    "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "двадцатые тридцатые сороковые пятидесятые шестидесятые семидесятые восьмидесятые девяностые",
)
DECADE_WORDS = {
    word: n for words in _DECADES for n, word in zip(range(20, 100, 10), listed(words), strict=True)
}
CENTURY_NAMES = {
    **dict(
        zip(listed("duecento trecento quattrocento cinquecento"), (13, 14, 15, 16), strict=True)
    ),
    **dict(zip(listed("seicento settecento ottocento novecento"), (17, 18, 19, 20), strict=True)),
}

# What stands after these counts only if nothing else is dated.
LATER = frozenset(
    listed("""published printed cast replica restrike edition editions frame framed gedruckt
    druck abzug guss gegossen veroffentlicht imprime imprimee tirage tire publie publiee fonte
    stampato stampata fusione impreso impresa publicado fundicion gedrukt gegoten afdruk
    uitgegeven tryckt trykt gjuten odlew wydruk wydane tisk отпечатано издано отливка отлив
    reproduction restaure restauriert restaurato restaurado""")
)
LATER_STEMS = ("reprint", "restor")

# A number after these is no year.
NUMBERED = frozenset(listed("nr inv lot cat kat acc"))

PERIOD_WORDS = frozenset(
    listed("""period dynasty dynasties era reign zeit dynastie periode ara dynastia dinastia epoca
    epoque periodo regno reinado regne okres dynastii epoka obdobi эпоха период династия эра
    правление kor koraban dinasztia περιοδοσ δυναστεια perioden tid regering""")
)

# CJK: found within a text, the longest first; these parts stand after what they divide.
CJK_PARTS = {
    **dict.fromkeys(
        listed("初頭 初期 前期 早期 初葉 初叶 早段 초기 초엽 전기 초 初 上旬"), "early"
    ),
    **dict.fromkeys(listed("中頃 中期 中葉 中叶 半ば 中ごろ 중기 중엽 중반 中"), "mid"),
    **dict.fromkeys(listed("末期 末葉 末叶 晩期 晚期 後期 后期 末 말기 말엽 후기 말"), "late"),
    **dict.fromkeys(listed("前半 上半 上半葉 上半叶 前葉 전반기 전반 前半期"), "1/2"),
    **dict.fromkeys(listed("後半 后半 下半 下半葉 下半叶 後葉 후반기 후반 後半期"), "2/2"),
    **dict.fromkeys(("第1四半期", "第一四半期", "1/4분기", "第1四半世紀"), "1/4"),
    **dict.fromkeys(("第2四半期", "第二四半期", "2/4분기", "第2四半世紀"), "2/4"),
    **dict.fromkeys(("第3四半期", "第三四半期", "3/4분기", "第3四半世紀"), "3/4"),
    **dict.fromkeys(("第4四半期", "第四四半期", "4/4분기", "第4四半世紀"), "4/4"),
}
CJK_FORWARD = {"晚": "late", "晩": "late", "早": "early", "初": "early"}
CJK_CENTURIES = {"世紀": 100, "世纪": 100, "세기": 100, "千年紀": 1000, "千年纪": 1000}
CJK_LINKS = (
    "から",
    "より",
    "まで",
    "または",
    "或いは",
    "或",
    "至",
    "到",
    "与",
    "及び",
    "부터",
    "또는",
)
CJK_FILLERS = (
    *(
        "年間",
        "年间",
        "時代",
        "时代",
        "시대",
        "年",
        "년",
        "月",
        "日",
        "代",
        "朝",
        "頃",
        "ころ",
        "ごろ",
    ),
    *("約", "约", "경", "약", "大約", "大约", "時期", "时期", "期", "第", "の", "후", "연간", "・"),
    *(
        "左右",
        "以前",
        "以後",
        "以后",
        "前後",
        "전",
        "이전",
        "이후",
        "推定",
        "伝",
        "筆",
        "作",
        "初め",
    ),
)
