"""The notebook in docs/ runs from its first cell to its last, and is committed without output."""

import re
from pathlib import Path
from typing import Any

import nbformat
import pytest
from nbclient import NotebookClient

from tests.conftest import REPOSITORY

NOTEBOOK = REPOSITORY / "docs" / "researcher.ipynb"


@pytest.fixture
def notebook() -> Any:
    return nbformat.read(NOTEBOOK, as_version=4)


def test_it_is_committed_without_output(notebook: Any) -> None:
    nbformat.validate(notebook)
    for cell in notebook.cells:
        if cell.cell_type == "code":
            assert cell.outputs == []
            assert cell.execution_count is None
    assert not re.search(r"/(home|work|tmp|root|Users)/", NOTEBOOK.read_text(encoding="utf-8"))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_it_runs(notebook: Any, home: Path, tmp_path: Path, monkeypatch: Any) -> None:
    monkeypatch.setenv("PYTHONPATH", str(REPOSITORY))
    for variable in ("IPYTHONDIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR"):
        monkeypatch.setenv(variable, str(tmp_path / variable))
    folder = {"metadata": {"path": str(tmp_path)}}
    NotebookClient(notebook, timeout=280, kernel_name="python3", resources=folder).execute()
    shown = {cell.id: cell.outputs for cell in notebook.cells if cell.cell_type == "code"}
    data = {name: outputs[-1].data for name, outputs in shown.items() if outputs}
    assert "image/png" in data["picture"]
    assert data["embedded"]["text/plain"].startswith("((32, ")
    assert "colours" in data["histograms"]["text/plain"]
    assert data["figures"]["text/html"].count("<tr") == 1 + 3 * 4
    for chart in ("bars", "map"):
        assert data[chart]["application/vnd.plotly.v1+json"]["data"]
    assert "close_in_time" in data["document"]["text/plain"]
    assert not any(out.output_type == "error" for outputs in shown.values() for out in outputs)
