"""Walking a folder: which files are images to look at, and why the others are not."""

import os
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from artsim.core.counts import count
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy
from artsim.images.formats import EXTENSIONS
from artsim.images.kinds import kind_of_extension

if TYPE_CHECKING:
    from artsim.images import pages
else:
    pages = lazy("artsim.images.pages")  # with all decoders, which only a TIFF needs here

# PNM files are looked at, so that the decoder names them.
IMAGE_EXTENSIONS = frozenset(
    f".{extension}" for found in EXTENSIONS.values() for extension in found
) | {".ppm", ".pgm", ".pnm"}
TABLE_EXTENSIONS = frozenset((".csv", ".tsv", ".xlsx", ".ods"))
_SIDECARS = TABLE_EXTENSIONS | {
    *(".xmp", ".json", ".jsonl", ".txt", ".xml", ".yaml", ".yml", ".md", ".html", ".htm", ".ini"),
    *(".thm", ".aae", ".log", ".db", ".lst", ".xls", ".icc", ".icm", ".md5", ".sha256"),
}
_UNFINISHED = frozenset((".part", ".partial", ".crdownload", ".download", ".filepart", ".tmp"))
_SYSTEM = frozenset(
    {
        *("thumbs.db", "ehthumbs.db", "ehthumbs_vista.db", "desktop.ini", ".ds_store"),
        *(".picasa.ini", "picasa.ini", ".nomedia", ".localized", ".directory"),
    }
)
# Folders in which systems and programs keep what is deleted, shrunk or theirs.
_BINS = re.compile(
    r"\$recycle\.bin|recycle[rd]|recycle bin|\.?trash(es)?(-\d+)?|[#@.]recycle|lost\+found|"
    r"[#@]recently-snapshot|found\.\d{3}|papierkorb|papelera de reciclaje|ごみ箱|回收站|"
    r"資源回收筒|휴지통"
)
_PREVIEWS = re.compile(
    r"\.thumbnails?|\.?@__thumb|@eadir|[._]thumbs?|\.picasaoriginals|\.xvpics|_vti_cnf|"
    r"\.digikam.*|.*\.lrdata"
)
# These may also be all that there is.
_SMALL = re.compile(r"(square_?)?thumb(nail)?s?|vorschaubilder")
_SYSTEMS = re.compile(
    r"system volume information|__macosx|\.appledouble|\.appledesktop|\.spotlight-v100|"
    r"\.fseventsd|\.temporaryitems|\.documentrevisions-v100|network trash folder|"
    r"temporary items|\.git|\.svn|\.hg|\.bzr|[.#]snapshots?|\.zfs|@tmp|\.stversions|"
    r"\$.*|~snapshot|\.stfolder|\.dropbox\.cache|\.tmp\.drivedownload|\.sync"
)
_SMALL_ONES = "folders of thumbnails"
_SKIPPED = (
    (_BINS, "recycle bins"),
    (_PREVIEWS, _SMALL_ONES),
    (_SYSTEMS, "folders of a system"),
)
_NAMED = 6
_PAGE = re.compile(r"(?P<file>.+\.\w+)#(?P<page>\d+)", re.DOTALL)
_PAGED = tuple(f".{extension}" for extension in EXTENSIONS["TIFF"])
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\0", b"MM\0*", b"BM")


@dataclass(frozen=True)
class FoundFile:
    """A file below the folder: ``file`` is its path in it with '/', ``reject`` why it is none.

    ``page`` counts the pictures of a file from 1 where all of them are taken: scan.tif, scan.tif#2.
    """

    file: str
    path: Path
    fingerprint: str
    reject: str = ""
    page: int = 0

    @property
    def size(self) -> int:
        """Bytes of the file, -1 where it cannot be looked at."""
        return int(self.fingerprint.partition("-")[0] or -1)

    @property
    def stem(self) -> str:
        name = self.file.rpartition("/")[2]
        return name.removesuffix(self.path.suffix) or name


def find_files(directory: Path, metadata: Path | None, notes: list[str]) -> list[FoundFile]:
    """All files below ``directory`` sorted by path, but for ``metadata`` and hidden folders.

    Linked folders are not entered, and a linked file counts only where it stays in the folder.
    Adds to ``notes`` what was passed over. Raises InvalidInput where the folder is unreadable.
    """
    root = directory.resolve()
    skip = metadata.resolve() if metadata else None
    found, passed, unreadable = _walked(root, skip, True)
    if _SMALL_ONES in passed and not any(not f.reject for f in found):
        found, passed, unreadable = _walked(root, skip, False)
    if unreadable and not found:
        raise InvalidInput(
            f"The folder {directory} cannot be read ({unreadable[0].strerror}): "
            "check its permissions."
        )
    if unreadable:
        notes.append(f"{count(len(unreadable), 'folder')} could not be read: passed over.")
    for what, folders in passed.items():
        more = " ..." if len(folders) > _NAMED else ""
        notes.append(
            f"Passed over, {what}: {len(folders):,} ({', '.join(folders[:_NAMED])}{more})."
        )
    return sorted(found, key=lambda f: f.file)


def _walked(
    root: Path, skip: Path | None, small: bool
) -> tuple[list[FoundFile], dict[str, list[str]], list[OSError]]:
    """The files below ``root``, by reason the folders passed over, and what could not be read.

    With ``small`` folders that are called after thumbnails are passed over.
    """
    found: list[FoundFile] = []
    passed: dict[str, list[str]] = {}
    unreadable: list[OSError] = []
    for folder, names, files in os.walk(root, onerror=unreadable.append):
        here = Path(folder)
        why = {n: _why_passed(here / n, small) for n in names}
        for name in sorted(n for n in names if why[n]):
            passed.setdefault(why[name], []).append(_shown(here / name, root))
        names[:] = [n for n in names if not why[n]]
        found += [found_file(here / n, root) for n in files if skip is None or here / n != skip]
    return found, passed, unreadable


def with_pages(files: Iterable[FoundFile]) -> list[FoundFile]:
    """The files, each TIFF followed by its further pages."""
    found: list[FoundFile] = []
    for file in files:
        paged = not file.reject and file.path.suffix.casefold() in _PAGED
        count = pages.count_pages(file.path) if paged else 1
        found.append(replace(file, page=1) if count > 1 else file)
        found += [replace(file, file=f"{file.file}#{n}", page=n) for n in range(2, count + 1)]
    return found


def page_of(name: str) -> tuple[str, int]:
    """The file that a name means, and which of its pictures.

    >>> page_of("a/scan.tif#2"), page_of("a/scan.tif")
    (('a/scan.tif', 2), ('a/scan.tif', 1))
    """
    match = _PAGE.fullmatch(name)
    return (match["file"], int(match["page"])) if match else (name, 1)


def _why_passed(folder: Path, small: bool) -> str:
    """What kind of folder is not entered; "" for one that may hold pictures."""
    name = folder.name.casefold()
    for pattern, what in _SKIPPED:
        if pattern.fullmatch(name):
            return what
    if small and _SMALL.fullmatch(name):
        return _SMALL_ONES
    if folder.is_symlink():
        return "linked folders"
    return "hidden folders" if name.startswith(".") else ""


def found_file(path: Path, root: Path) -> FoundFile:
    """One file of the folder ``root``: its state now, and why it is no image to look at."""
    file = _shown(path, root)
    reject = _why_not(path, root)
    try:
        stat = path.stat()
        fingerprint = f"{stat.st_size}-{stat.st_mtime_ns}"
    except OSError as error:
        fingerprint, reject = "", reject or f"the file cannot be read ({error.strerror})"
    return FoundFile(file, path, fingerprint, reject)


def _shown(path: Path, root: Path) -> str:
    # names that are not UTF-8 must still fit in a report
    name = path.relative_to(root).as_posix()
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _why_not(path: Path, root: Path) -> str:
    name, extension = path.name.casefold(), path.suffix.casefold()
    if name.startswith("._"):
        return "sidecar file of another system (resource fork or preview)"
    if name in _SYSTEM:
        return "sidecar file of the operating system"
    if name.startswith("."):
        return "hidden file"
    if extension in _SIDECARS:
        return f"sidecar file ({extension}), no image"
    # realpath: of a link that leads to itself, resolve() raises
    if path.is_symlink() and not Path(os.path.realpath(path)).is_relative_to(root):
        return "link that leads out of the folder: copy the file in instead"
    if path.exists() and not path.is_file():  # reading one could wait for ever
        return "a pipe, socket or device, no file"
    if extension in IMAGE_EXTENSIONS:
        return ""
    if extension in _UNFINISHED:
        return f"unfinished copy or download ({extension}): copy the file again"
    if extension:
        what = kind_of_extension(extension)
        named = f"{what} ({extension})" if what else extension[:12]
        return f"{named} is no image format that can be imported: export it as JPEG or PNG"
    return _why_unsigned(path)


def _why_unsigned(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            signed = stream.read(8).startswith(_SIGNATURES)
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    return "" if signed else "no file extension, and not an image"
