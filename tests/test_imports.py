"""The library stands alone: no page, no widget, and nothing heavy before it is needed."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent
FORBIDDEN = {"streamlit", "ui", "pages", "app"}
MODULES = sorted((REPOSITORY / "artsim").rglob("*.py"))


def imported_names(path: Path) -> set[str]:
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.add(node.module or "")
    return names


@pytest.mark.parametrize("path", MODULES, ids=lambda p: str(p.relative_to(REPOSITORY)))
def test_the_library_imports_no_user_interface(path: Path) -> None:
    assert {name.split(".")[0] for name in imported_names(path)} & FORBIDDEN == set()


def test_files_are_small() -> None:
    lengths = sorted(len(path.read_text(encoding="utf-8").splitlines()) for path in MODULES)
    assert lengths[-1] <= 400
    assert lengths[len(lengths) // 2] < 150


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
    ["artsim.cli.app", "artsim.engine", "artsim.api", "artsim.jobs.store", "artsim.jobs.kinds"],
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
        "import sys; from artsim.api import routes; routes(); import artsim.search.pictures; "
        "print([m for m in ('pydantic', 'cv2', 'httpx', 'artsim.maps.kept') if m in sys.modules])"
    )
    assert heavy.strip() == "[]"
