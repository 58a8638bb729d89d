"""What the columns of an artwork are called in the tables of museums, in one list."""

import unicodedata
from functools import cache

from artsim.collection.columns import LABELS

# By column of the contract. A number of its own is the accession, and the id where there is none.
_NAMES = {
    "id": (
        "id, identifier, object id, work id, artwork id, record id, item id, nr, no, number"
        ", nummer, lfd. nr., laufende nummer, systematik-id, objekt-id, datensatznummer"
        ", identifiant, numéro, identificatore, identificativo, codice, id scheda, numero"
        ", identificador, código, número, identificatie, id objektu, numer, lp., číslo"
        ", azonosító, sorszám, идентификатор, код, номер, αριθμός, 编号, 編號, 番号, 번호"
    ),
    "accession": (
        "accession, accession number, accession no, acc. no., object number, object no"
        ", inventory number, inventory no, inventory, inv. no., museum number, catalogue number"
        ", catalog number, registration number, ref. no., inventarnummer, inventarnr"
        ", inventar-nr., inv. nr., inv.-nr., invnr, inventar, objektnummer, objekt-nr."
        ", sammlungsnummer, katalognummer, numéro d'inventaire, n° d'inventaire"
        ", no d'inventaire, n° inv., n° inventaire, numéro inventaire, inventaire"
        ", numéro d'objet, numero di inventario, numero d'inventario, numero inventario"
        ", n. inventario, n. inv., inventario, número de inventario, nº de inventario"
        ", n.º de inventario, nº inventario, núm. inventario, número de inventário"
        ", nº de inventário, n.º inventário, nº inv., inventário, número de registro"
        ", número de registo, inventarisnummer, inventarisnr, objectnummer, inventarienummer"
        ", inventarienr, föremålsnummer, genstandsnummer, gjenstandsnummer, inventaarionumero"
        ", numer inwentarzowy, nr inwentarzowy, nr inw., inventární číslo, inv. číslo, inv. č."
        ", inventárne číslo, evidenčné číslo, leltári szám, ltsz., număr de inventar"
        ", nr. inventar, inventarni broj, inv. br., inventarna številka, инвентарный номер"
        ", инв. номер, инв. №, инв №, инвентарен номер, інвентарний номер, інв. №"
        ", инвентарни број, αριθμός ευρετηρίου, αριθμός καταγραφής, envanter no"
        ", envanter numarası, 藏品编号, 藏品編號, 登录号, 登錄號, 馆藏编号, 館藏編號"
        ", 総登録番号, 収蔵番号, 所蔵品番号, 作品番号, 資料番号, 登録番号, 소장품번호, 유물번호"
    ),
    "title": (
        "title, titles, object title, work title, artwork title, title of work, name of work"
        ", caption, titel, werktitel, objekttitel, bildtitel, bezeichnung, werk, titre"
        ", titre de l'œuvre, intitulé, titolo, titolo dell'opera, denominazione, título"
        ", título de la obra, título da obra, denominación, denominação, títol, benaming"
        ", verktitel, teoksen nimi, nimi, nimeke, tytuł, nazwa, tytuł dzieła, název, název díla"
        ", názov, názov diela, cím, a mű címe, megnevezés, titlu, titlul, denumire, naslov"
        ", naziv, название, наименование, заглавие, назва, наслов, назив, τίτλος, başlık"
        ", eser adı, adı, 题名, 題名, 标题, 標題, 名称, 名稱, 作品名, 作品名称, 作品名稱, 品名"
        ", 画题, 画題, タイトル, 作品タイトル, 제목, 작품명, 명칭, العنوان, כותרת, שם היצירה"
    ),
    "artist": (
        "artist, artists, artist name, artist display name, artist/maker, maker, makers"
        ", creator, painter, author, attribution, display artist, künstler, künstlerin"
        ", künstler/in, künstler:in, künstler*in, künstlername, kuenstler, maler, urheber"
        ", hersteller, beteiligte, artiste, artistes, auteur, auteurs, peintre, créateur"
        ", auteur/exécutant, artista, autore, autori, pittore, autor, autora, autor/a, autores"
        ", pintor, creador, criador, kunstenaar, vervaardiger, schilder, maker(s), konstnär"
        ", upphovsman, kunstner, kunstnar, taiteilija, tekijä, twórca, artysta, malarz"
        ", autor dzieła, umělec, umelec, művész, alkotó, szerző, umjetnik, umetnik, slikar"
        ", художник, автор, авторы, мастер, художник/автор, уметник, аутор, καλλιτέχνης"
        ", δημιουργός, sanatçı, ressam, 作者, 艺术家, 藝術家, 画家, 畫家, 作家, 作家名, 作者名"
        ", アーティスト, 作家名称, 작가, 작가명, 화가, الفنان, אמן, שם האמן"
    ),
    "year": (
        "year, year created, year of creation, object begin date, jahr, entstehungsjahr, année"
        ", année de création, anno, año, ano, any, jaar, år, årtal, vuosi, rok, rok powstania"
        ", rok vzniku, év, készítés éve, an, anul, godina, leto, год, год создания, година, рік"
        ", έτος, yıl, 年, 年份, 年代, 制作年, 制作年代, 연도, 제작연도, 제작년도, السنة, שנה"
        ", date begin, date start, date earliest, earliest date"
        ", year begin, begin year, year start, start year, year from, jahr von, jahr ab"
        ", datierung von, datum von, datierung beginn, date début, année début, anno inizio"
        ", data inizio, datazione inizio, año inicio, fecha inicio, ano início"
        ", datum vroegst, rok od, datace od, год начала, 開始年, 起始年"
    ),
    "year_end": (
        "year end, end year, object end date, date end, date latest, latest date"
        ", year to, year until, jahr bis, datierung bis, datum bis, datierung ende, date fin"
        ", année fin, anno fine, data fine, datazione fine, año fin, fecha fin, ano fim"
        ", datum laatst, rok do, datace do, год окончания, 終了年, 结束年"
    ),
    "date": (
        "date, dates, dating, object date, date text, display date, creation date, date created"
        ", date of creation, date made, period, datierung, entstehungszeit, entstehungsdatum"
        ", herstellungsdatum, zeit, datation, date de création, date d'exécution, époque"
        ", datazione, data, cronologia, datación, fecha, fecha de creación, cronología, datação"
        ", data de criação, datering, vervaardigingsdatum, datum, ajoitus, datering/periode"
        ", datowanie, data powstania, datace, datování, datovanie, datálás, kor, készítés ideje"
        ", datare, data creării, datacija, datiranje, дата, датировка, дата создания"
        ", время создания, датування, датиране, χρονολογία, tarih, 创作年代, 創作年代, 创作时间"
        ", 日期, 時代, 时代, 制作時期, 制作年月日, 시대, 제작시기, التاريخ, תאריך"
    ),
    "medium": (
        "medium, media, technique, material, materials, material/technique, technik"
        ", material/technik, material und technik, materialien, technique/matériau, matériaux"
        ", matériaux et techniques, matière, matières, technique sur support, tecnica, materia"
        ", materia e tecnica, materiali, técnica, materiales, material y técnica"
        ", técnica/material, materiaal, materiaal/techniek, techniek, teknik"
        ", material och teknik, teknikk, tekniikka, technika, materiał, technika i materiał"
        ", technika/materiał, materiál, anyag, anyag/technika, technică, tehnika, техника"
        ", материал, материал и техника, техніка, τεχνική, υλικό, malzeme, teknik/malzeme, 材质"
        ", 材質, 质地, 質地, 媒材, 技法, 素材, 材質・技法, 技法・材質, 技法材質, 재질, 재료"
        ", 기법, 재료기법"
    ),
    "dimensions": (
        "dimensions, dimension, size, measurements, maße, masse, abmessungen, format, größe"
        ", mesures, taille, dimensioni, misure, dimensiones, medidas, dimensões, mides"
        ", afmetingen, formaat, mått, mål, mitat, koko, wymiary, rozměry, rozmery, méret"
        ", méretek, dimensiuni, dimenzije, mere, размер, размеры, розмір, димензије, διαστάσεις"
        ", ölçüler, boyut, 尺寸, 規格, 规格, 寸法, サイズ, 大きさ, 크기"
    ),
    "school": (
        "school, schule, école, scuola, escuela, escola, skola, szkoła, škola, iskola, школа"
        ", σχολή, 流派"
    ),
    "style": (
        "style, movement, art movement, stil, stilrichtung, kunstrichtung, mouvement, stile"
        ", corrente, estilo, movimiento, movimento, stijl, stroming, tyyli, styl, kierunek"
        ", sloh, stílus, стиль, направление, стил, στυλ, üslup, akım, 风格, 風格, 様式"
    ),
    "genre": (
        "genre, genres, gattung, bildgattung, genere, género, gênero, laji, gatunek, žánr"
        ", žáner, műfaj, жанр, είδος, tür, 体裁, 題材, ジャンル, 장르"
    ),
    "theme": (
        "theme, themes, thema, thème, tema, onderwerp, temat, téma, тема, θέμα, konu, 主题, 主題"
    ),
    "credit": (
        "credit, credits, credit line, creditline, provenance line, copyright line"
        ", quellenangabe, creditzeile, mention obligatoire, crédit, crédits, linea di credito"
        ", crediti, línea de crédito, créditos, bildnachweis"
    ),
    "licence": (
        "licence, license, rights, lizenz, rechte, droits, licenza, diritti, licencia, derechos"
        ", licença, direitos, licentie, rechten, licens, licencja, prawa, лицензия, права"
    ),
    "url": "url, link, permalink, web page, webseite, object url, lien, enlace, 链接",
    "image": (
        "image, images, image file, image filename, image file name, image name, image url"
        ", image path, image link, imageurl, file, file name, filename, file path, filepath"
        ", path, picture, photo, photograph, scan, bild, bilder, bilddatei, bildname, bild-url"
        ", datei, dateiname, dateipfad, foto, abbildung, fichier, nom du fichier"
        ", nom de fichier, fichier image, visuel, immagine, file immagine, nome file"
        ", fotografia, imagen, archivo, nombre de archivo, fichero, imagem, arquivo, ficheiro"
        ", nome do arquivo, imatge, afbeelding, bestand, bestandsnaam, bestandnaam, fil"
        ", filnamn, filnavn, bildfil, billede, bilde, kuva, tiedosto, tiedostonimi, plik"
        ", nazwa pliku, zdjęcie, obraz plik, soubor, název souboru, obrázek, súbor"
        ", názov súboru, fájl, fájlnév, kép, fișier, imagine, datoteka, slika, файл, имя файла"
        ", изображение, фото, файл изображения, зображення, ім'я файлу, датотека, αρχείο"
        ", εικόνα, dosya, dosya adı, görsel, resim, 文件名, 檔名, 文件, 图片, 圖片, 图像, 圖像"
        ", 画像, 画像ファイル, 画像ファイル名, ファイル名, ファイル, 이미지, 파일명, 파일"
    ),
}


FIELDS = tuple(_NAMES)


def field_of(name: str) -> str:
    """The column of an artwork that a header means in any language, "" for any other.

    >>> field_of("Künstler"), field_of("N° d'inventaire"), field_of("inv. nr"), field_of("Room")
    ('artist', 'accession', 'accession', '')
    """
    return _fields().get(_key(name), ("", 0))[0]


def fields_of(header: list[str]) -> dict[str, int]:
    """Where each column of an artwork stands in a header; of two with one meaning the plainer.

    >>> fields_of(["Period", "Object Date", "Titel"])
    {'date': 1, 'title': 2}
    """
    found: dict[str, tuple[int, int]] = {}
    for place, name in enumerate(header):
        field, rank = _fields().get(_key(name), ("", 0))
        if field and (field not in found or rank < found[field][0]):
            found[field] = (rank, place)
    return {field: place for field, (_, place) in found.items()}


@cache
def _fields() -> dict[str, tuple[str, int]]:
    """By key of a name its field, and how far back in the list of names it stands."""
    found: dict[str, tuple[str, int]] = {}
    for field, names in _NAMES.items():
        for rank, name in enumerate((field, *names.split(", "))):
            found.setdefault(_key(name), (field, rank))
    return {**{_key(label): (label, 0) for label in LABELS}, **found}


def _key(name: str) -> str:
    """Letters and digits alone: ``Inv.-Nr.`` is ``invnr``, ``Künstler`` is ``kunstler``."""
    plain = unicodedata.normalize("NFKD", name[:100].casefold())
    return "".join(sign for sign in plain if sign.isalnum())
