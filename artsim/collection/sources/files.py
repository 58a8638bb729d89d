"""Walking a folder: which files are images to look at, and why the others are not."""

import os
from dataclasses import dataclass
from pathlib import Path

from artsim.core.errors import InvalidInput

IMAGE_EXTENSIONS = frozenset(
    {
        *(".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".apng", ".gif", ".webp", ".tif", ".tiff"),
        *(".bmp", ".avif", ".heic", ".heif", ".jp2", ".j2k", ".jpx", ".ppm", ".pgm", ".pnm"),
    }
)
_SIDECARS = frozenset(
    {
        *(".xmp", ".json", ".jsonl", ".csv", ".tsv", ".txt", ".xml", ".yaml", ".yml", ".md"),
        *(".html", ".htm", ".ini", ".thm", ".aae", ".log", ".db", ".lst", ".xls", ".xlsx"),
        *(".ods", ".icc", ".icm", ".md5", ".sha256"),
    }
)
_SYSTEM = frozenset({"thumbs.db", "ehthumbs.db", "desktop.ini", ".ds_store"})
_SIDECAR_FOLDERS = frozenset({"__macosx", "@eadir"})
_SIGNATURES = (b"\xff\xd8\xff", b"\x89PNG", b"GIF8", b"RIFF", b"II*\0", b"MM\0*", b"BM")


@dataclass(frozen=True)
class FoundFile:
    """A file below the folder: ``file`` is its path in it with '/', ``reject`` why it is none."""

    file: str
    path: Path
    fingerprint: str
    reject: str = ""

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
    found: list[FoundFile] = []
    passed: list[str] = []
    unreadable: list[OSError] = []
    for folder, names, files in os.walk(root, onerror=unreadable.append):
        here = Path(folder)
        entered = [n for n in names if not n.startswith(".") and not (here / n).is_symlink()]
        passed += [_shown(here / n, root) for n in names if n not in entered]
        names[:] = entered
        found += [_look(here / n, root) for n in files if skip is None or here / n != skip]
    if unreadable and not found:
        raise InvalidInput(
            f"The folder {directory} cannot be read ({unreadable[0].strerror}): "
            "check its permissions."
        )
    if unreadable:
        notes.append(f"{len(unreadable):,} folders could not be read and were passed over.")
    if passed:
        notes.append(f"{len(passed):,} hidden or linked folders were passed over: {passed[0]} ...")
    return sorted(found, key=lambda f: f.file)


def _look(path: Path, root: Path) -> FoundFile:
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
    folders = {part.casefold() for part in path.relative_to(root).parts[:-1]}
    if name.startswith("._") or folders & _SIDECAR_FOLDERS:
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
    if extension:
        return f"{extension[:12]} is no image format that can be imported: export it as JPEG or PNG"
    return _why_unsigned(path)


def _why_unsigned(path: Path) -> str:
    try:
        with path.open("rb") as stream:
            signed = stream.read(8).startswith(_SIGNATURES)
    except OSError as error:
        return f"the file cannot be read ({error.strerror})"
    return "" if signed else "no file extension, and not an image"
