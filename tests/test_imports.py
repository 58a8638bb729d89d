"""Nothing heavy is imported before it is needed."""

import os
import subprocess
import sys

import pytest

from tests.conftest import REPOSITORY

NOT_FOR_HELP = (
    *("torch", "streamlit", "pandas", "numpy", "lance", "pyarrow", "PIL", "cv2", "httpx", "rich"),
    *("sklearn", "filelock", "artsim.library", "artsim.collection.store", "artsim.search.service"),
)


def python(code: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=REPOSITORY, capture_output=True, text=True, timeout=120
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def seconds_of_processor(code: str) -> float:
    """What a program takes of the processor beyond what Python itself takes, the least of three.

    Not the time that passes: other programs may be running.
    """

    def taken(code: str) -> float:
        before = os.times()
        python(code)
        after = os.times()
        return sum(after[2:4]) - sum(before[2:4])

    return min(taken(code) for _ in range(3)) - taken("pass")


def test_importing_artsim_is_quick() -> None:
    assert seconds_of_processor("import artsim") < 0.3


def test_help_is_quick() -> None:
    run = "import sys; from artsim.cli import main; sys.argv = ['artsim', '--help']; main()"
    assert seconds_of_processor(run) < 0.5


def test_importing_artsim_brings_nothing_else() -> None:
    code = """
import sys
before = set(sys.modules)
import artsim
print([name for name in set(sys.modules) - before if name.partition(".")[0] in HEAVY])
artsim.open().collections
print([name for name in ("torch", "timm", "streamlit", "lightning") if name in sys.modules])
"""
    heavy = (
        "HEAVY = ('torch', 'streamlit', 'pandas', 'numpy', 'pyarrow', 'lance', 'PIL', 'pydantic')"
    )
    assert python(heavy + code).split("\n")[:2] == ["[]", "[]"]


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


def test_the_server_answers_before_tables_are_loaded() -> None:
    heavy = ("lance", "pyarrow", "pandas", "cv2", "artsim.library", "artsim.collection.store")
    code = f"import sys, artsim.app.server; print([m for m in {heavy} if m in sys.modules])"
    assert python(code).strip() == "[]"


def test_help_imports_no_command() -> None:
    imported = python(
        "import sys; from artsim.cli.run import run; "
        "codes = [run(['--help'])]; "
        "print(codes, [m for m in sys.modules if m in ('pydantic', 'artsim.cli.search') "
        "or m.startswith('artsim.tasks')])"
    )
    assert imported.splitlines()[-1] == "[0] []"


def test_help_imports_nothing_that_reads_a_collection() -> None:
    heavy = python(
        "import sys; from artsim.cli.run import run; "
        "codes = [run(['--help']), run(['search', '--help']), run(['train', '--help'])]; "
        f"print(codes, [m for m in {NOT_FOR_HELP} if m in sys.modules])"
    )
    assert heavy.splitlines()[-1] == "[0, 0, 0] []"


def test_the_server_answers_before_what_reads_a_collection_is_imported() -> None:
    answered = python(
        "import asyncio, sys\n"
        "from starlette.routing import Router\n"
        "from artsim.api import routes\n"
        "scope = {'type': 'http', 'method': 'GET', 'path': '/api/v1/health', 'headers': []}\n"
        "async def send(message): print(message.get('status', ''), end='')\n"
        "asyncio.run(Router(routes())(scope, None, send))\n"
        "print([m for m in ('lance', 'pyarrow', 'pandas', 'numpy') if m in sys.modules])"
    )
    assert answered.strip() == "200[]"


def test_what_reads_a_collection_is_imported_while_the_server_waits_for_a_visitor() -> None:
    imported = python(
        "import asyncio, sys, threading\n"
        "from artsim.api import loading\n"
        "async def serve():\n"
        "    async with loading(None):\n"
        "        while threading.active_count() > 1: await asyncio.sleep(0.01)\n"
        "asyncio.run(serve())\n"
        "print('lance' in sys.modules)"
    )
    assert imported.strip() == "True"


def test_what_the_first_page_waits_for_imports_nothing_that_it_does_not_use() -> None:
    heavy = python(
        "import sys, artsim.images.query_pictures; "
        "from artsim.api.application import application; "
        "from artsim.library import open_library; application(open_library()); "
        "print([m for m in ('pydantic', 'cv2', 'httpx', 'artsim.maps.storage') "
        "if m in sys.modules])"
    )
    assert heavy.strip() == "[]"
