"""The words of measurements in the languages of museums, folded as ``fold`` does."""

from artsim.collection.folding import listed

_INCH, _FOOT = 2.54, 30.48

# Centimetres in one of each unit.
UNITS = {
    **dict.fromkeys(listed("cm cms см centimeter centimeters centimetres 厘米 公分 センチ"), 1.0),
    **dict.fromkeys(listed("mm мм millimeter millimeters millimetres 毫米"), 0.1),
    **dict.fromkeys(listed("m м meter meters metres"), 100.0),
    **dict.fromkeys(listed("in ins inch inches zoll pouces pulgadas pollici \" ″ ” ''"), _INCH),
    **dict.fromkeys(listed("ft foot feet ' ′"), _FOOT),
}
FEET = frozenset(unit for unit, size in UNITS.items() if size == _FOOT)
INCHES = frozenset(unit for unit, size in UNITS.items() if size == _INCH)

HEIGHT, WIDTH, DEPTH, LENGTH, DIAMETER = "height", "width", "depth", "length", "diameter"
LABELS = {
    **dict.fromkeys(
        listed(
            "h ht height high hohe hoehe hauteur haut altezza alto altura alcada hoogte hojd hojde"
            " hoyde korkeus wysokosc wys vyska magassag inaltime visina высота выс в υψος"
            " yukseklik 高 縦 纵 縱 세로"
        ),
        HEIGHT,
    ),
    **dict.fromkeys(
        listed(
            "w width wide b br breite largeur larg larghezza ancho anchura amplada largura breedte"
            " bredd bredde leveys szerokosc szer sirka szelesseg latime sirina ширина шир ш πλατος"
            " genislik 宽 寬 幅 横 橫 가로"
        ),
        WIDTH,
    ),
    **dict.fromkeys(
        listed(
            "d depth deep t tiefe p prof profondeur profondita profundidad fondo profundidade"
            " diepte djup dybde syvyys glebokosc hloubka hlbka melyseg глубина th thickness dicke"
            " epaisseur spessore grosor espessura 深 厚"
        ),
        DEPTH,
    ),
    **dict.fromkeys(
        listed("l length long lange laenge longueur lunghezza lengte langd lengde dlugosc delka"),
        LENGTH,
    ),
    **dict.fromkeys(
        listed(
            "diam diameter diametre diametro durchmesser dm dia o ⌀ doorsnede doorsnee srednica"
            " prumer diametr диаметр 直径 直徑 径"
        ),
        DIAMETER,
    ),
}

# What is measured: the work with what is around it, the work itself, or else one of its parts.
AROUND = frozenset(
    listed(
        "framed frame rahmen gerahmt rahmenmass rahmenmasse cadre encadre encadree cornice"
        " incorniciato marco enmarcado moldura lijst ingelijst ram inramad ramme рама раме рамой"
        " mount mounting mounted mat matted passepartout knobs base pedestal sockel socle plinth"
        " case crate integral"
    )
)
BARE = frozenset(
    listed("without ohne sans senza sin sem zonder utan uden uten bez без un excluding")
)
WHOLE = frozenset(
    listed(
        "overall unframed whole total gesamt gesamtmass insgesamt ungerahmt support canvas panel"
        " stretcher painting leinwand tafel bildtrager toile tableau panneau dipinto tela tavola"
        " lienzo soporte tabla doek paneel drager"
    )
)
