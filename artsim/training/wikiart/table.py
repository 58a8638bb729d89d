"""A CSV of pictures with their styles, joined with a folder of image files."""

import re
import unicodedata
from pathlib import Path
from urllib.parse import unquote

from artsim.collection.sources.files import FoundFile, find_files
from artsim.collection.sources.naming import readable_title
from artsim.collection.sources.tables import Table
from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.training.wikiart.listing import Entry, LeftOut, Listing, one_style_each

FILE_COLUMNS = ("file_name", "filename", "file", "image", "path", "id")
_COLUMNS = {
    "artist": ("artist",),
    "genre": ("genre",),
    "title": ("title",),
    "movement": ("movement",),
    "tags": ("tags",),
    "url": ("url",),
    "work": ("work_group",),
}
_LETTER = re.compile(r"[^\W\d_]")
_NO_FILE = "the folder of pictures has no such file"
_TWO_FILES = "several files of the folder have this name: name it with its subfolder"
_OUTSIDE = "names a file outside the folder of pictures: refused"


def read_table(csv: Path, images: Path | None) -> Listing:
    """The pictures that ``csv`` lists and ``images`` holds; without ``images`` all it lists.

    Needs a column ``style`` and one of FILE_COLUMNS. Names that lead out of the folder are left
    out. Raises InvalidInput where the table or the folder cannot be used at all.
    """
    if not csv.is_file():
        raise InvalidInput(f"There is no table {csv}: check the path.")
    table = Table(csv, "table", ("style", *FILE_COLUMNS))
    column = {name: i for i, name in enumerate(table.header)}
    files = [name for name in FILE_COLUMNS if name in column]
    if "style" not in column or not files:
        missing = "style" if "style" not in column else "file_name"
        raise InvalidInput(
            f"The table {csv.name} has no column '{missing}' (it has: "
            f"{', '.join(table.header)[:200]}): name the columns as WikiArt's table does."
        )
    places = {
        key: next((column[n] for n in names if n in column), None)
        for key, names in _COLUMNS.items()
    }
    notes: list[str] = []
    folder = _Folder(check_folder(images), csv, notes) if images else None
    entries: list[Entry] = []
    left: list[LeftOut] = []
    rows = 0
    for number, fields in table.rows():
        rows += 1
        named = next((fields[column[name]] for name in files if fields[column[name]]), "")
        style = " ".join(unicodedata.normalize("NFC", fields[column["style"]]).split())
        if not named or not style:
            what = "no file" if not named else "no style"
            left.append(LeftOut(named or f"line {number}", style, f"its row names {what}"))
            continue
        file, reason = _placed(named, folder)
        if reason:
            left.append(LeftOut(named, style, reason))
            continue
        told = {key: fields[i] for key, i in places.items() if i is not None}
        slug = not told.get("title") and bool(told.get("url"))
        if slug:
            told["title"] = _title_of(told["url"])
        entries.append(Entry(file, style, slug=slug, **told))
    if not rows:
        raise InvalidInput(f"The table {csv.name} has no rows: give WikiArt's table.")
    notes += table.notes()
    kept, elsewhere = one_style_each(entries)
    repeated = len(entries) - len(kept) - len(elsewhere)
    if repeated:
        notes.append(
            f"{count(repeated, 'row repeats', 'rows repeat')} a file and its style: counted once."
        )
    if elsewhere:
        notes.append(
            f"{count(len(elsewhere), 'file is', 'files are')} listed under several styles: counted "
            "once, under the style that has most files."
        )
    if folder is not None:
        listed = {entry.file for entry in kept}
        left += [
            LeftOut(f.file, "", f.reject or "no row of the table names it")
            for f in folder.files
            if f.file not in listed and f.file not in folder.refused
        ]
    paths = {e.file: folder.paths[e.file] for e in kept} if folder else {}
    return Listing(csv.name, rows, tuple(kept), (*left, *elsewhere), tuple(notes), paths)


def check_folder(images: Path) -> Path:
    """``images`` if it is a folder, else InvalidInput."""
    if not images.is_dir():
        raise InvalidInput(f"There is no folder {images}: check the path of the pictures.")
    return images


class _Folder:
    """Finds the one file that a row means: by its path, else by its name or its stem."""

    def __init__(self, root: Path, csv: Path, notes: list[str]) -> None:
        self.files = find_files(root, csv, notes)
        self.paths = {f.file: f.path for f in self.files}
        self.refused: set[str] = set()
        self._by: dict[str, FoundFile | None] = {}
        for found in self.files:
            self._by[_plain(found.file)] = found
        for keys in (_name, _stem):
            more: dict[str, FoundFile | None] = {}
            for found in self.files:
                if not found.reject:
                    key = keys(found)
                    more[key] = None if key in more else found
            self._by = more | self._by

    def find(self, named: str) -> tuple[str, str]:
        key = _plain(named.replace("\\", "/").removeprefix("./"))
        if key not in self._by:
            return "", _NO_FILE
        found = self._by[key]
        if found is None:
            return "", _TWO_FILES
        if found.reject:
            self.refused.add(found.file)
            return "", found.reject
        return found.file, ""


def _placed(named: str, folder: _Folder | None) -> tuple[str, str]:
    """The file's path in the folder, or why there is none."""
    parts = named.replace("\\", "/").split("/")
    if not parts[0] or ":" in parts[0] or parts[0].startswith("~") or ".." in parts:
        return "", _OUTSIDE
    return folder.find(named) if folder else (named.replace("\\", "/").removeprefix("./"), "")


def _plain(name: str) -> str:
    # macOS stores names decomposed, spreadsheets write them composed
    return unicodedata.normalize("NFC", name).casefold()


def _name(found: FoundFile) -> str:
    return _plain(found.file.rpartition("/")[2])


def _stem(found: FoundFile) -> str:
    return _plain(found.stem)


def _title_of(url: str) -> str:
    """The last part of an address in words: ``.../en/claude-monet/water-lilies-1906``."""
    path = url.partition("?")[0].partition("#")[0].rstrip("/")
    last = path.rpartition("/")[2]
    if "%" in last:
        last = unquote(last).replace("/", " ")
    title = readable_title(last)
    return title if _LETTER.search(title) else ""
