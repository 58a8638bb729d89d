"""Every picture measured once: in threads, remembered by its name, size and time of change."""

import itertools
import os
import uuid
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.ipc as ipc

from artsim.collection.quality import FileRecord, from_table, to_table
from artsim.collection.quality.inspect import inspect_file
from artsim.collection.sources.naming import digest
from artsim.core import atomic
from artsim.core.progress import Progress
from artsim.core.workspace import Workspace

BATCH = 256
_MOST_WORKERS = 8  # each may hold one full-size scan
_VERSION = 1  # another one after a change of what is measured


class Measurements:
    """Records of the pictures of one folder, kept in the workspace's cache.

    Each finished batch is one file, written aside and renamed: a kill loses at most one batch,
    and another preparation of the same folder reads no picture again.
    """

    def __init__(self, workspace: Workspace, folder: Path) -> None:
        self.path = workspace.cache / "wikiart" / f"{digest(str(folder.resolve()), 16)}-{_VERSION}"
        self._known: dict[tuple[str, str], FileRecord] = {}
        for part in sorted(self.path.glob("*.arrow")):
            try:
                with pa.OSFile(str(part)) as file:
                    table = ipc.open_file(file).read_all()
            except (OSError, pa.ArrowInvalid):
                continue  # what cannot be read is measured again
            marks = table.column("fingerprint").to_pylist()
            for mark, record in zip(marks, from_table(table), strict=True):
                self._known[record.file, mark] = record

    def measure(
        self, files: Sequence[str], paths: Mapping[str, Path], progress: Progress
    ) -> dict[str, FileRecord]:
        """The record of each file; reads those that are not known or have changed.

        Raises what ``progress`` raises and OSError where the records cannot be written.
        """
        found: dict[str, FileRecord] = {}
        new: list[tuple[str, str]] = []
        for file in files:
            mark = _fingerprint(paths[file])
            known = self._known.get((file, mark)) if mark else None
            if known is None:
                new.append((file, mark))
            else:
                found[file] = known
        if not new:
            return found
        progress.start(len(new), "Checking pictures", "pictures")
        with ThreadPoolExecutor(min(_MOST_WORKERS, os.cpu_count() or 1)) as pool:
            for start in range(0, len(new), BATCH):
                batch = new[start : start + BATCH]
                records = list(pool.map(_look, [(f, paths[f]) for f, _ in batch]))
                self._keep(records, [mark for _, mark in batch])
                found |= {record.file: record for record in records}
                progress.advance(len(batch))
        progress.finish()
        return found

    def _keep(self, records: list[FileRecord], marks: list[str]) -> None:
        table = to_table(records).append_column("fingerprint", pa.array(marks, pa.string()))
        # a file that could not be opened has no mark: it is tried again next time
        table = table.filter(pa.array([bool(r.sha256) for r in records]))
        self.path.mkdir(parents=True, exist_ok=True)
        part = self.path / f"{uuid.uuid4().hex}.arrow"
        options = ipc.IpcWriteOptions(compression="zstd")
        with (
            atomic.opened(part) as file,
            ipc.new_file(file, table.schema, options=options) as writer,
        ):
            writer.write_table(table)
        for record, mark in itertools.compress(
            zip(records, marks, strict=True), (bool(r.sha256) for r in records)
        ):
            self._known[record.file, mark] = record


def _fingerprint(path: Path) -> str:
    try:
        stat = path.stat()
    except OSError:
        return ""
    return f"{stat.st_size}-{stat.st_mtime_ns}"


def _look(pair: tuple[str, Path]) -> FileRecord:
    file, path = pair
    try:
        data = path.read_bytes()
    except OSError as error:
        return FileRecord(file, file, error=f"cannot be read: {error.strerror}")
    return inspect_file(file, data, has_metadata=True).record
