"""Nothing heavy is imported before it is needed."""

import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY


def python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_importing_artsim_is_quick() -> None:
    code = "import time; t = time.perf_counter(); import artsim; print(time.perf_counter() - t)"
    assert float(python(code)) < 0.3


@pytest.mark.parametrize(
    "module",
    ["artsim.cli.app", "artsim.library", "artsim.api", "artsim.jobs.store", "artsim.tasks.kinds"],
)
def test_a_model_library_is_imported_only_when_a_model_is_needed(module: str) -> None:
    heavy = python(
        f"import sys, {module}; "
        "print([m for m in ('torch', 'timm', 'torchvision') if m in sys.modules])"
    )
    assert heavy.strip() == "[]"


def test_help_imports_nothing_that_reads_a_collection() -> None:
    heavy = python(
        "import sys; from artsim.cli.run import run; code = run(['search', '--help']); "
        "print(code, [m for m in ('torch', 'lance', 'pyarrow', 'cv2', 'httpx', 'streamlit') "
        "if m in sys.modules])"
    )
    assert heavy.splitlines()[-1] == "0 []"


def test_the_server_answers_before_what_reads_a_collection_is_imported() -> None:
    heavy = python(
        "import sys, artsim.api; "
        "print([m for m in ('lance', 'pyarrow', 'pandas', 'numpy') if m in sys.modules])"
    )
    assert heavy.strip() == "[]"


def test_what_the_first_page_waits_for_imports_nothing_that_it_does_not_use() -> None:
    heavy = python(
        "import sys, artsim.images.query_pictures; from artsim.api import routes; routes(); "
        "print([m for m in ('pydantic', 'cv2', 'httpx', 'artsim.maps.storage') "
        "if m in sys.modules])"
    )
    assert heavy.strip() == "[]"
