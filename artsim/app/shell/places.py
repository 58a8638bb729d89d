"""Where the app's own files lie: the script of each page, and the assets that browsers fetch."""

from pathlib import Path

from artsim.people.roles import Action

_APP = Path(__file__).resolve().parent.parent

ROUTER = _APP / "shell" / "router.py"
ASSETS = _APP / "assets"
SEARCH = _APP / "search" / "page.py"
COMPARE = _APP / "compare" / "page.py"
TRAY = _APP / "trays" / "page.py"
MAP = _APP / "maps" / "page.py"
EVALUATE = _APP / "evaluation" / "page.py"
TRAIN = _APP / "training" / "page.py"
COLLECTIONS = _APP / "collections" / "page.py"
WORK = _APP / "work" / "page.py"
DESK = _APP / "collections" / "desk" / "page.py"
SIGN_IN = _APP / "shell" / "sign_in_page.py"

# What one needs to be allowed for each page; a page without a line here is nobody's where people
# sign in.
PAGES = {
    "search": Action.SEE,
    "compare": Action.SEE,
    "map": Action.SEE,
    "tray": Action.SEE,  # a shared one is for whoever has its link
    "evaluate": Action.REPORTS,
    "train": Action.TRAIN,
    "collections": Action.IMPORT,
    "desk": Action.CLEAN,
    "work": Action.SEE,
    "sign-in": Action.OPEN,
}

# The pages that only these find in the navigation.
NAMED = {"tray": Action.REPORTS}

_first = "search"


def set_first(page: str) -> None:
    """Open the app at ``page``, one of search, compare, tray, map, evaluate, train, collections."""
    global _first
    _first = page


def first() -> str:
    """The page that the app opens at."""
    return _first
