"""The wheel, installed outside the checkout: the demo, the server and the published backbones."""

import json
import os
import re
import site
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
import venv
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY

pytestmark = pytest.mark.slow
TRAINING = ("lightning", "pytorch_metric_learning", "torchmetrics", "kagglehub")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of this checkout."""
    out = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation"]
    subprocess.run([*build, "--wheel-dir", str(out), str(REPOSITORY)], check=True)
    return next(out.glob("artsim-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an environment's commands: artsim from its wheel, the rest as here."""
    root = tmp_path_factory.mktemp("environment") / "env"
    venv.create(root, with_pip=False, symlinks=True)
    packages = next((root / "lib").glob("python*/site-packages"))
    (packages / "others.pth").write_text("\n".join(site.getsitepackages()), encoding="utf-8")
    install = [sys.executable, "-m", "pip", "--python", str(root / "bin" / "python"), "install"]
    subprocess.run([*install, "--quiet", "--no-deps", "--no-index", str(wheel)], check=True)
    return root / "bin"


def run(installed: Path, home: Path, *arguments: str) -> Any:
    """What a command prints as JSON, run far from the checkout."""
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    done = subprocess.run(
        [installed / "artsim", *arguments],
        cwd=home,
        env=environment | {"ARTSIM_HOME": str(home / "data")},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout) if "--json" in arguments else done.stdout


@pytest.fixture(scope="module")
def home(installed: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a workspace in which the demo was built by the installed command."""
    folder = tmp_path_factory.mktemp("elsewhere")
    run(installed, folder, "demo", "--offline", "--size", "12")
    return folder


def test_the_commands_run_from_the_wheel_and_not_from_the_checkout(installed: Path) -> None:
    found = subprocess.run(
        [installed / "python", "-c", "import artsim; print(artsim.__file__)"],
        cwd=installed,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(installed.parent) in found.stdout


def test_published_backbones_travel_with_it(installed: Path, home: Path) -> None:
    names = {line["name"] for line in run(installed, home, "backbones", "--json")}
    assert {path.parent.name for path in (REPOSITORY / "models").glob("*/backbone.json")} <= names


def test_searching_needs_nothing_that_only_training_imports(installed: Path, home: Path) -> None:
    blocked = "; ".join(f"sys.modules[{name!r}] = None" for name in TRAINING)
    run(installed, home, "collection", "export", "demo", "--out", "works.csv")
    first = (home / "works.csv").read_text(encoding="utf-8").splitlines()[1].split(",")[0]
    search = ["search", "demo", "--backbone", "efficientnet_lite0", "--id", first, "--json"]
    train = ["train", "demo", "--backbone", "efficientnet_lite0", "--name", "x"]
    code = (
        f"import sys; {blocked}; from artsim.cli.run import run; "
        f"sys.exit(run({search!r}) or 10 + run({train!r}))"
    )
    done = subprocess.run(
        [installed / "python", "-c", code],
        cwd=home,
        env={k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
        | {"ARTSIM_HOME": str(home / "data")},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 10 + 1, done.stderr
    assert json.loads(done.stdout)["results"]
    assert "Training needs packages that are not installed" in done.stderr
    assert len(done.stderr.splitlines()) == 1


@pytest.fixture(scope="module")
def served(installed: Path, home: Path) -> Iterator[str]:
    """The address of a server that the installed command started."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if k != "PYTHONPATH"}
    server = subprocess.Popen(
        [installed / "artsim", "serve", "--port", str(port)],
        cwd=home,
        env=environment | {"ARTSIM_HOME": str(home / "data")},
        stderr=subprocess.PIPE,
    )
    url = f"http://127.0.0.1:{port}"
    end = time.monotonic() + 120
    while time.monotonic() < end:
        try:
            urllib.request.urlopen(f"{url}/api/v1/health", timeout=5).close()
            break
        except (OSError, urllib.error.URLError):
            assert server.poll() is None
            time.sleep(0.2)
    yield url
    server.terminate()
    server.wait(timeout=30)


def test_the_server_shows_the_demo(served: str) -> None:
    with urllib.request.urlopen(f"{served}/api/v1/collections", timeout=60) as answer:
        assert "demo" in answer.read().decode()
    with urllib.request.urlopen(served, timeout=60) as answer:
        assert "<title>" in answer.read().decode()


def test_every_package_that_is_imported_is_declared(wheel: Path) -> None:
    metadata = zipfile.ZipFile(wheel)
    name = next(n for n in metadata.namelist() if n.endswith("METADATA"))
    required = re.findall(r"^Requires-Dist: ([A-Za-z0-9_.-]+)", metadata.read(name).decode(), re.M)
    declared = {re.sub(r"[-_.]+", "-", found).lower() for found in required}
    assert imported_distributions() - declared == set()


def imported_distributions() -> set[str]:
    """The packages that the code imports, by the names under which they are installed."""
    import ast
    from importlib.metadata import packages_distributions

    known = packages_distributions()
    names = set()
    for path in (REPOSITORY / "artsim").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom):
                names.add((node.module or "").split(".")[0])
    foreign = names - set(sys.stdlib_module_names) - {"artsim"}
    return {re.sub(r"[-_.]+", "-", known[name][0]).lower() for name in foreign}
