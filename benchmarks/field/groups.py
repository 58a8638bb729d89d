"""Works that look alike and are catalogued apart: each stays findable, and few are grouped."""

import tempfile
from pathlib import Path

from artsim.collection.importer import import_collection
from artsim.collection.reconcile import quality_report
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace

Row = tuple[str, str, str, str, bool]
CASE = "40"


def rows(folder: Path) -> list[Row]:
    """(case, file, expected, measured, whether that is right) for what is measured here.

    ``folder`` holds the cases, each with ``in`` and a table.
    """
    case = folder / CASE
    with tempfile.TemporaryDirectory() as home:
        workspace = Workspace.open(home)
        source = FolderSource(case / "in", case / "m.csv")
        import_collection(workspace, "alike", source)
        collection = Collection.open(workspace, "alike")
        files = {f.file: f for f in quality_report(collection).files}
        found: list[Row] = []
        for path in sorted((case / "in").glob("*")):
            report = files[path.name]
            there = collection.artwork(path.stem)["id"] == path.stem
            said = f"{report.action}, {report.group or 'no group'}"
            right = there and report.action in ("keep", "convert")
            found.append((CASE, path.name, "a work of its own, findable", said, right))
    grouped = sum(files[row[1]].group is not None for row in found)
    measured = f"{grouped} of {len(found)} grouped"
    found.append((CASE, "all", "at most the two impressions grouped", measured, grouped <= 2))
    return found
