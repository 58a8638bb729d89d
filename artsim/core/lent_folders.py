"""A home and a temporary folder in the workspace, for a process whose user has none."""

import os
import tempfile
from pathlib import Path


def lend_folders(cache: Path) -> None:
    """Give this process, and those that it starts, the folders that libraries expect.

    Numba, Streamlit and Hugging Face fail where the user has no home folder that can be written,
    as in a container or a service; Python where no temporary folder can. Both then lie in
    ``cache``; weights that were fetched into a home that can only be read are still found.
    """
    home = Path(os.path.expanduser("~"))
    if not os.access(home, os.W_OK | os.X_OK):
        weights = home / ".cache" / "huggingface"
        if os.access(weights, os.R_OK):
            os.environ.setdefault("HF_HOME", str(weights))
        lent = cache / "home"
        lent.mkdir(exist_ok=True)
        os.environ["HOME"] = str(lent)
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        os.environ["TMPDIR"] = str(cache)
