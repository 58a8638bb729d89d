"""The examples in docstrings are true, in a small workspace with a collection 'demo'."""

import doctest
import importlib
from pathlib import Path

import pytest
from face_kit import make_demo

import artsim
from artsim.core.workspace import Workspace
from tests.conftest import REPOSITORY

pytestmark = pytest.mark.xdist_group("maps")  # one worker compiles UMAP, for 15 seconds

PACKAGE = REPOSITORY / "artsim"
MODULES = sorted(
    ".".join(path.relative_to(REPOSITORY).with_suffix("").parts).removesuffix(".__init__")
    for path in PACKAGE.rglob("*.py")
    if ">>> " in path.read_text(encoding="utf-8")
)


@pytest.fixture(scope="module")
def example(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """One workspace for all examples: none spoils it for the next."""
    workspace = Workspace.open(tmp_path_factory.mktemp("examples"))
    make_demo(workspace)
    return workspace


@pytest.mark.parametrize("module", MODULES)
def test_examples_run(
    module: str, example: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTSIM_HOME", str(example.root))
    monkeypatch.chdir(tmp_path)
    tested = importlib.import_module(module)
    assert any(test.examples for test in doctest.DocTestFinder().find(tested))
    assert doctest.testmod(tested, extraglobs={"artsim": artsim}).failed == 0


def test_every_public_name_has_an_example_or_is_an_error() -> None:
    for name in artsim.__all__:
        public = getattr(artsim, name)
        if isinstance(public, type) and issubclass(public, artsim.ArtsimError):
            continue
        methods = [value for key, value in vars(public).items() if not key.startswith("_")]
        texts = [public.__doc__ or "", *(getattr(m, "__doc__", "") or "" for m in methods)]
        assert any(">>> " in text for text in texts), name
