"""What there is to learn from: the classes and labelled works of each label of a source."""

import os
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow.compute as pc

from artsim.collection.store import CollectionInfo
from artsim.search.catalog import Catalog
from artsim.training.config import LABELS

MANIFEST = "manifest.csv"
_SPLITS = ("train", "val", "test")
_MOST_CLASSES = 5_000  # a folder with more sub-folders is not a tree of classes


@dataclass(frozen=True)
class Counted:
    """``classes`` of a label among ``labelled`` works; ``single`` classes have one work only."""

    classes: int = 0
    labelled: int = 0
    single: int = 0

    @property
    def problem(self) -> str:
        """Why a training learns little from it, "" if it can be used."""
        if not self.labelled:
            return "no work has it"
        if self.classes < 2:
            return "there is one class only, so there is nothing to tell apart"
        if self.single * 2 > self.classes:
            return f"{self.single:,} of {self.classes:,} classes have a single work"
        return ""


@dataclass(frozen=True)
class Source:
    """A collection or folder: its works with a picture, and what each label offers."""

    works: int
    labels: Mapping[str, Counted]


def of_collection(info: CollectionInfo, catalog: Catalog) -> Source:
    """The works of a collection that have a picture."""
    table = catalog.table.filter(pc.field("has_image"))
    found = {label: _counted(_column(table, label)) for label in LABELS}
    return Source(info.with_image, found)


def _column(table: object, label: str) -> dict[str, int]:
    values = table.column(label).drop_null().value_counts()  # type: ignore[attr-defined]
    return {str(v["values"]): int(v["counts"].as_py()) for v in values if str(v["values"]).strip()}


def of_folder(folder: str) -> Source | None:
    """A folder made by ``artsim prepare wikiart``, or one with a folder for each class.

    None where it is neither. Counts files, opens none but the manifest.
    """
    manifest = Path(folder) / MANIFEST
    try:
        if manifest.is_file():
            return _manifest(manifest)
        return _tree(Path(folder))
    except (OSError, ValueError):  # not a table, or not text
        return None


def _manifest(path: Path) -> Source | None:
    lines = pd.read_csv(
        path, dtype=str, keep_default_na=False, encoding="utf-8-sig", on_bad_lines="skip"
    )
    if "style" not in lines:
        return None
    texts = lines.reindex(columns=list(LABELS), fill_value="").apply(lambda c: c.str.strip())
    counts = {label: texts[label].value_counts().drop("", errors="ignore") for label in LABELS}
    found = {label: _counted(values.to_dict()) for label, values in counts.items()}
    return Source(len(lines), found)


def _tree(root: Path) -> Source | None:
    parts = [root / part for part in _SPLITS if (root / part).is_dir()] or [root]
    counts: Counter[str] = Counter()
    for part in parts:
        for folder in _folders(part):
            counts[folder.name] += sum(1 for f in os.scandir(folder.path) if f.is_file())
            if len(counts) > _MOST_CLASSES:
                return None
    found = Counter({name: number for name, number in counts.items() if number})
    if not found:
        return None
    return Source(
        sum(found.values()), {label: Counted() for label in LABELS} | {"style": _counted(found)}
    )


def _folders(root: Path) -> Iterable[os.DirEntry[str]]:
    return (f for f in os.scandir(root) if f.is_dir() and not f.name.startswith("."))


def _counted(counts: Mapping[str, int]) -> Counted:
    return Counted(
        classes=len(counts),
        labelled=sum(counts.values()),
        single=sum(1 for number in counts.values() if number == 1),
    )
