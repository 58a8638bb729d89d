"""WikiArt as it lies on Kaggle, fetched through kagglehub."""

import logging
from pathlib import Path
from typing import TYPE_CHECKING

from artsim.core.errors import Unavailable
from artsim.core.lazy import lazy
from artsim.core.progress import Progress

if TYPE_CHECKING:
    import kagglehub
else:
    kagglehub = lazy(
        "kagglehub",
        missing="kagglehub is not installed: run 'pip install \"artsim[training]\"', or give "
        "--csv and --images.",
    )

DATASET = "simolopes/wikiart-all-artpieces"


def fetch(progress: Progress) -> tuple[Path, Path]:
    """The table and the folder of pictures; fetched once, then found in kagglehub's cache.

    Raises Unavailable with the way round it.
    """
    progress.say(f"Fetching {DATASET} from Kaggle, unless it is here already.")
    logging.getLogger("kagglehub").setLevel(logging.CRITICAL)
    try:
        folder = Path(kagglehub.dataset_download(DATASET))
    except Unavailable:
        raise
    except OSError as error:
        if error.errno is not None and error.filename:
            raise  # the disk, not the network
        raise _unavailable(error) from error
    except Exception as error:
        raise _unavailable(error) from error
    return table_in(folder), folder


def table_in(folder: Path) -> Path:
    """The largest CSV below ``folder`` whose header names style; raises Unavailable."""
    tables = sorted(folder.rglob("*.csv"), key=lambda p: (-p.stat().st_size, str(p)))
    for path in tables:
        with path.open(encoding="utf-8", errors="replace") as lines:
            if "style" in lines.readline().casefold():
                return path
    raise Unavailable(
        f"{DATASET} holds no table with a column 'style' any more: give --csv and --images."
    )


def _unavailable(error: Exception) -> Unavailable:
    what = type(error).__name__
    return Unavailable(
        f"{DATASET} cannot be fetched from Kaggle ({what}): check the network and, if Kaggle asks "
        "for it, sign in (kagglehub.login()); or download it elsewhere and give --csv and --images."
    )
