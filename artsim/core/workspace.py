"""Where collections, checkpoints, runs and jobs live, and which names are safe there."""

import re
from dataclasses import dataclass
from pathlib import Path

from artsim.core import atomic
from artsim.core.errors import InvalidInput
from artsim.core.lent_folders import lend_folders
from artsim.core.settings import setting

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,62}")
_swept: set[Path] = set()
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")


def checked_name(name: str, what: str = "collection") -> str:
    """Return ``name`` if the file system and SQL are safe with it, else raise InvalidInput."""
    if not _NAME.fullmatch(name):
        raise InvalidInput(
            f"{_shown(name)} cannot name a {what}: use 1 to 63 lower-case letters, digits, "
            "'-' and '_', starting with a letter or digit."
        )
    return name


def checked_id(given: str, what: str = "an artwork") -> str:
    """Return the id ``given`` if it is safe in paths, URLs and SQL, else raise InvalidInput."""
    if not _ID.fullmatch(given) or ".." in given:
        raise InvalidInput(
            f"{_shown(given)} cannot be {what} id: use 1 to 128 letters, digits, "
            "'.', '-' and '_', starting with a letter or digit."
        )
    return given


def _shown(name: str) -> str:
    return repr(name if len(name) <= 60 else name[:57] + "...")


@dataclass(frozen=True)
class Workspace:
    """A folder that holds everything artsim writes (ARTSIM_HOME, else ``data/``).

    ``tables`` is the address in an object store where the collections are instead, "" where they
    are in the folder too (ARTSIM_TABLES).
    """

    root: Path
    tables: str = ""

    @classmethod
    def open(cls, root: str | Path | None = None, sweep: bool = True) -> "Workspace":
        """Open the workspace at ``root``, else at ARTSIM_HOME, else at ``data/``; create it.

        A process whose user has no home or temporary folder gets them in the workspace's cache.
        With ``sweep``, folders that a killed process left half deleted are removed, once a process.
        """
        given = str(root or setting("home"))
        if "://" in given:
            raise InvalidInput(
                "ARTSIM_HOME names a folder of this machine: put the object store's address into "
                "ARTSIM_TABLES, the collections are kept there then."
            )
        path = Path(given).expanduser().resolve()
        tables = setting("tables")
        try:
            for folder in ("collections", "checkpoints", "runs", "cache", "jobs"):
                (path / folder).mkdir(parents=True, exist_ok=True)
            lend_folders(path / "cache")
        except OSError as error:
            raise InvalidInput(
                f"The workspace {path} cannot be used ({error.strerror}): "
                "set ARTSIM_HOME to a folder that you may write to."
            ) from error
        if sweep and path not in _swept and not setting("read_only"):
            _swept.add(path)
            for holds in ("collections", "collections/*/maps", "checkpoints", "uploads"):
                for held in path.glob(holds):
                    atomic.sweep_deleted(held)
        return cls(path, tables)

    @property
    def collections(self) -> Path:
        return self.root / "collections"

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    @property
    def runs(self) -> Path:
        return self.root / "runs"

    @property
    def cache(self) -> Path:
        return self.root / "cache"

    @property
    def jobs(self) -> Path:
        return self.root / "jobs"

    @property
    def jobs_db(self) -> Path:
        return self.jobs / "jobs.sqlite"

    @property
    def first_collection(self) -> str:
        """Name of the collection that the app shows first, "" where nothing was chosen."""
        try:
            return (self.collections / ".first").read_text(encoding="utf-8").strip()
        except (OSError, ValueError):  # one that is damaged chooses none either
            return ""

    def show_first(self, name: str) -> None:
        """Make ``name`` the collection that the app shows first; "" chooses none."""
        atomic.write(self.collections / ".first", name and checked_name(name))
