"""The words of attributions, folded, in the languages of museums: qualifiers and peoples."""

from artsim.collection.folding import listed

# Before a name, with what joins them: "workshop of Rembrandt", "Werkstatt des Rembrandt".
_BEFORE = {
    "attributed to": """
        attributed to; attrib to; attr to; attr; ascribed to; possibly by; probably by; possibly
        probably; perhaps by; said to be by; traditionally attributed to; here attributed to
        zugeschrieben; zugeschrieben an; zugeschr; zuschreibung an; vermutlich; wohl von
        wahrscheinlich; moglicherweise; attribue a; attribuee a; attribution a; attribuable a
        peut-etre; probablement; attribuito a; attribuita a; attr a; attribuzione a; atribuido a
        atribuida a; atribuido al; atribucion a; atribuicao a; atribuivel a; toegeschreven aan
        toegeschr aan; tillskriven; tillskrivet; tilskrevet; przypisywany; przypisywana
        przypisywane; przyp; przypisywany do; pripisovano; pripsano; приписывается; припис
        приписывается кисти; atribuita lui; αποδιδεται στον; αποδιδεται στην; αποδιδεται σε
        αποδιδεται; tulajdonitva; 伝; (伝); 傳; 传; 傳為; 传为
        """,
    "formerly attributed to": """
        formerly attributed to; previously attributed to; once attributed to; old attribution to
        fruher zugeschrieben; ehemals zugeschrieben; anciennement attribue a
        autrefois attribue a; gia attribuito a; antiguamente atribuido a
        voorheen toegeschreven aan; dawniej przypisywany; ранее приписывалось
        """,
    "workshop of": """
        workshop of; workshop of the; studio of; studio of the; atelier of; shop of
        assistant of; werkstatt; werkstatt des; werkstatt der; werkstatt von; werkstatt von der
        atelier; atelier de; atelier du; atelier des; atelier d; atelier van; atelier van de
        bottega di; bottega del; bottega dei; taller de; taller del; obrador de; oficina de
        oficina do; atelie de; werkplaats van; verkstad; verkstad hos; verksted; vaerksted
        warsztat; pracownia; dilna; мастерская; εργαστηριο του; εργαστηριο; atelierul lui
        """,
    "circle of": """
        circle of; circle of the; close to; near; milieu of; associate of; umkreis; umkreis des
        umkreis von; umkreis der; umfeld des; kreis des; kreis von; entourage de; entourage du
        cercle de; cercle du; proche de; cerchia di; cerchia del; ambito di; ambito del
        circulo de; circulo del; circulo do; entorno de; omgeving van; kring van; kring rond
        krets; kreds; kretsen kring; kredsen omkring; krag; krag artysty; okruh; круг
        κυκλοσ του
        """,
    "follower of": """
        follower of; followers of; follower of the; imitator of; imitation of; epigone of
        nachfolger; nachfolger des; nachfolger von; nachfolge; nachfolge des; nachahmer
        nachahmer des; nachahmer von; suiveur de; suiveur du; imitateur de; continuateur de
        seguace di; seguace del; imitatore di; seguidor de; seguidor del; seguidor do
        imitador de; imitador del; navolger van; volgeling van; efterfoljare; efterfoljare till
        efterfolger af; nasladowca; nastepca; nasledovnik; napodobitel; последователь
        подражатель; οπαδοσ του; μιμητησ του
        """,
    "manner of": """
        manner of; in the manner of; style of; in the style of; taste of; art des; art von
        in der art; in der art des; in der art von; manier des; in der manier des; stil des
        im stil von; maniere de; a la maniere de; dans le gout de; gout de; genre de; maniera di
        alla maniera di; stile di; estilo de; al estilo de; manera de; a la manera de
        maneira de; a maneira de; manier van; in de manier van; stijl van; i stil med; w stylu
        v stylu; в манере; в стиле; в духе; στο υφοσ του; 仿; 倣
        """,
    "pupil of": """
        pupil of; student of; disciple of; apprentice of; schuler des; schuler von; eleve de
        disciple de; allievo di; discepolo di; discipulo de; alumno de; aluno de; leerling van
        elev till; elev av; elev af; uczen; ученик; μαθητησ του
        """,
    "school of": """
        school of; school of the; schule des; schule von; schule der; ecole de; ecole du
        ecole des; ecole d; scuola di; scuola del; escuela de; escuela del; escola de; escola do
        school van; skola; szkola; skole; школа; σχολη του
        """,
    "copy after": """
        copy after; copy of; copies after; replica of; kopie nach; copie d'apres; copie de
        copie apres; copia da; copia di; copia de; copia segun; kopie naar; kopia efter
        kopi efter; kopia wg; kopia wedlug; kopie podle; копия с; копия; αντιγραφο του; 摹; 臨
        模
        """,
    "after": """
        after; after a design by; after the design of; after a work by; based on; nach
        nach einem; entwurf von; d'apres; d'apres une oeuvre de; apres; naar; naar ontwerp van
        tratto da; segun; segun dibujo de; efter; wg; wedlug; wedlug projektu; podle
        по оригиналу; с оригинала; по рисунку; κατα τον
        """,
}
# After a name, a comma or in brackets: "Rembrandt (Werkstatt)"; the forms above without 'of' too.
_BEHIND = {
    "attributed to": """
        attributed; attribution; attrib; attr; att; ascribed; zugeschrieben; zugeschr
        zuschreibung; attribue; attribuee; attribuito; attribuita; attribuzione; atribuido
        atribuida; toegeschreven; tillskriven; tilskrevet; przypisywany; przypisywane; pripsano
        приписывается; tulajdonitott; possibly; probably; perhaps; 推定; 추정; 전칭; 款; 伝; 传
        傳
        """,
    "formerly attributed to": "formerly attributed; fruher zugeschrieben; dawniej przypisywany",
    "workshop of": """
        workshop; studio; shop; werkstatt; atelier; bottega; taller; oficina; warsztat
        werkplaats; verkstad; vaerksted; dilna; мастерская; muhelye; and workshop; und werkstatt
        et atelier; e bottega; y taller; en atelier; and studio; and assistants; i warsztat
        и мастерская; 工房
        """,
    "circle of": """
        circle; entourage; umkreis; kreis; cerchia; ambito; circulo; entorno; omgeving; kring
        krets; krag; okruh; круг; kore
        """,
    "follower of": """
        follower; followers; imitator; nachfolger; nachfolge; nachahmer; suiveur; imitateur
        seguace; seguidor; navolger; nasladowca; nasledovnik; последователь; kovetoje
        """,
    "manner of": "manner; style; manier; maniere; maniera; manera; in the manner of; 風",
    "pupil of": "pupil; student; schuler; eleve; allievo; discipulo; leerling; ученик; tanitvanya",
    "school of": "school; schule; ecole; scuola; escuela; skola; szkola; школа; iskolaja; 派",
    "copy after": "copy; copy after; kopie; kopie nach; copie; copia; kopia; копия; 模写; 摹本",
    "after": "after; nach; d'apres; naar; da; segun; efter; wg; wedlug; podle; utan; 原画",
}
# Alone behind a name: surnames are none of these words, and no name ends so.
_BARE = frozenset(
    listed("""
    workshop studio school follower werkstatt zugeschrieben nachfolger umkreis nachahmer
    toegeschreven muhelye kore kovetoje iskolaja tanitvanya attributed utan 工房 派
    """)
)
# Between two names: a print after a painting.
AFTER = (
    ("after",),
    ("d'apres",),
    ("nach",),
    ("naar",),
    ("segun",),
    ("efter",),
    ("wg",),
    ("podle",),
)


def _phrases(table: dict[str, str]) -> dict[tuple[str, ...], str]:
    return {
        tuple(phrase.split()): qualifier
        for qualifier, text in table.items()
        for line in text.splitlines()
        for phrase in line.split(";")
        if phrase.strip()
    }


PREFIXES, SUFFIXES = _phrases(_BEFORE), _phrases(_BEHIND)
# 'of' and its like, without which a qualifier may stand behind a name.
_JOINING = frozenset(
    listed("of to the des der von van de di del du do an aan a till af av lui του hos")
)
_NAMES = {("art",), ("near",), ("close",), ("shop",), ("taste",), ("said", "to", "be")}
for _words, _qualifier in PREFIXES.items():
    for _form in (_words, _words[:-1] if _words[-1] in _JOINING else _words):
        if _form and _form not in _NAMES:
            SUFFIXES.setdefault(_form, _qualifier)
BARE_SUFFIXES = {words: q for words, q in SUFFIXES.items() if words[-1] in _BARE or len(words) > 1}
LONGEST = max(len(words) for words in (*PREFIXES, *SUFFIXES))

# A people is nobody: "Japanese", "Netherlandish, 16th century", "Anonymous, Flemish".
PEOPLES = frozenset(
    listed("""
    african american afghan arab arabic argentine argentinian armenian assyrian australian
    austrian aztec babylonian balinese bavarian belgian bohemian bolivian brazilian british
    bulgarian burmese burgundian byzantine cambodian canadian catalan celtic chilean chinese
    colombian coptic cretan croatian cuban cypriot czech danish dutch ecuadorian egyptian
    english estonian ethiopian etruscan european fang finnish flemish florentine franconian
    frankish french genoese georgian german ghanaian gothic greek guatemalan haitian hungarian
    icelandic inca indian indonesian iranian iraqi irish islamic israeli italian jamaican
    japanese javanese jewish kenyan khmer korean lao latin latvian lebanese lithuanian lombard
    luba malaysian malian maya mayan mexican milanese minoan mongolian moroccan mughal mycenaean
    neapolitan nepalese netherlandish nigerian norwegian ottoman pakistani palestinian parisian
    persian peruvian philippine filipino phoenician polish portuguese prussian rajput rhenish
    roman romanian russian saxon scandinavian scottish serbian sicilian sienese slovak slovenian
    spanish sumerian swabian swedish swiss syrian thai tibetan tuscan turkish tyrolean ukrainian
    umbrian uruguayan uzbek venetian venezuelan vietnamese welsh yoruba zairian anglo deutsch
    deutscher deutsche osterreichisch osterreichischer schweizerisch schweizer franzosisch
    franzosischer italienisch italienischer niederlandisch niederlandischer flamisch flamischer
    spanisch spanischer englisch englischer russisch russischer japanisch japanischer chinesisch
    chinesischer suddeutsch suddeutscher norddeutsch oberdeutsch oberrheinisch rheinisch
    frankisch schwabisch bayerisch bohmisch venezianisch florentinisch romisch griechisch
    agyptisch francais francaise allemand allemande italien italienne flamand flamande
    hollandais hollandaise neerlandais neerlandaise espagnol espagnole anglais anglaise russe
    japonais japonaise chinois chinoise venitien venitienne florentin romain romaine americain
    americaine italiano italiana francese tedesco tedesca fiammingo fiamminga olandese spagnolo
    spagnola inglese russo russa giapponese cinese veneziano veneziana fiorentino fiorentina
    romano romana lombardo lombarda toscano toscana senese napoletano napoletana veneto veneta
    emiliano emiliana frances francesa aleman alemana flamenco flamenca holandes holandesa
    espanol espanola ingles inglesa ruso rusa japones japonesa chino china italiani sevillano
    sevillana madrileno alemao alema flamengo flamenga espanhol espanhola portugues portuguesa
    brasileiro brasileira nederlands nederlandse vlaams vlaamse hollands hollandse duits duitse
    frans franse italiaans italiaanse engels engelse spaans spaanse japans japanse chinees
    polski polska niemiecki niemiecka wloski wloska francuski francuska holenderski flamandzki
    nemecky nemecka cesky ceska italsky francouzsky русский русскии русская немецкий немецкии
    французский французскии итальянский итальянскии голландский голландскии фламандский
    фламандскии английский англиискии испанский испанскии японский японскии китайский китаискии
    northern southern eastern western north south east west upper lower central middle colonial
    flamandes nord sud attic attisch cuzqueno cuzquena quiteno quitena
    """)
)
_ELDER = r"""the elder|the older|d\. ?a\.?|d\. ?ae\.?|der al?e?tere|l'ancien|le vieux|il vecchio
|el viejo|de oude|o velho|starszy|старшии|starsi|den aldre|den aeldre|elder"""
_YOUNGER = r"""the younger|d\. ?j\.?|der ju?e?ngere|le jeune|il giovane|el joven|el mozo|de jonge
|o moco|mlodszy|младшии|mladsi|den yngre|younger"""
ELDER, YOUNGER = (f"(?:{table.replace(chr(10), '')})" for table in (_ELDER, _YOUNGER))
HONOURS = frozenset(listed("sir dame bart kcvo ra pra dr drs prof"))
TITLES = HONOURS | frozenset(listed("mr mrs ms herr frau hon honorable captain col doctors"))
PARTICLES = frozenset(
    listed("da de di del della van von der den du le la il dei degli do dos das af av the")
)
COMPANIES = frozenset(
    listed("""
    workshop studio company co cie sons son brothers bros fils freres sohn sohne gebruder gebr
    others assistants assistant werkstatt atelier bottega taller workers family group partners
    associates school circle followers follower pupils ltd inc gmbh figli hijos zonen zoon
    another andere fund foundation estate trust association service collection press archive
    museum institut gallery galleries galerie national society incorporated master baron
    baroness earl viscount duke king queen
    """)
)
