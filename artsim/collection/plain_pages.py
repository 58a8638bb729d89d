"""Embeddings read straight from the files of a Lance table, where they lie there as plain numbers.

Lance hands a column out in pieces that it allocates one by one, which takes a fresh process longer
than all else that a search does. A column of vectors without nulls lies in its file row by row,
uncompressed; what the file says of itself tells so, and where. Whatever is told otherwise (nulls,
compression, a format of later versions, an object store) is left to Lance.
"""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import lance
    from lance import file as lance_file
else:
    lance_file = lazy("lance.file")

Floats = npt.NDArray[np.float32]
Rows = npt.NDArray[np.int64]

_READERS = 2  # at once: more of them wait for the memory
_BLOCK_BYTES = 2 << 20  # read at once, while the cache holds it
# How a page says that it has vectors of float32 and nothing else: its encoding without spaces.
_PLAIN = re.compile(
    r"PageLayout\{layout:Some\(FullZipLayout\(FullZipLayout\{bits_rep:0,bits_def:0,"
    r"num_items:(?P<rows>\d+),num_visible_items:(?P=rows),"
    r"value_compression:Some\(CompressiveEncoding\{compression:Some\(FixedSizeList\(FixedSizeList\{"
    r"items_per_value:(?P<width>\d+),has_validity:false,"
    r"values:Some\(CompressiveEncoding\{compression:Some\(Flat\(Flat\{"
    r"bits_per_value:32,data:None,?\},?\),?\),?\},?\),?\},?\),?\),?\},?\),"
    r"layers:\[RepdefAllValidItem,?\],details:Some\(BitsPerValue\((?P<bits>\d+),?\),?\),?"
    r"\},?\),?\),?\}"
)


@dataclass(frozen=True)
class _Page:
    """Rows ``first`` to ``first`` + ``rows`` of a fragment, from byte ``position`` of a file."""

    file: Path
    position: int
    first: int
    rows: int


@dataclass(frozen=True)
class _Fragment:
    """A column of one fragment of a table in ``folder``."""

    folder: Path
    dataset: "lance.LanceDataset"
    number: int
    column: str

    @property
    def opened(self) -> "lance.LanceFragment":
        return _opened(self.dataset, self.number)

    def first(self) -> Floats:
        """Its first vector, as Lance reads it."""
        scanner = self.opened.scanner(columns=[self.column], filter=f"{self.column}_ok", limit=1)
        values: Floats = scanner.to_table().column(self.column).combine_chunks().flatten()
        return np.asarray(values)


def read_vectors(
    dataset: "lance.LanceDataset",
    column: str,
    places: npt.NDArray[np.uint64],
    rows: Rows,
    folder: Path | None,
) -> Floats:
    """The vectors of the works whose ``column``_ok is true, float32 [N, D], C-contiguous.

    ``places`` [N] are their row addresses as a scan gives them, and ``rows`` [N] where each goes.
    ``folder`` is that of the table, None where it is not on this machine.
    """
    width = dataset.schema.field(column).type.list_size
    matrix = np.empty((len(places), width), np.float32)

    def read(run: tuple[int, slice]) -> bool:
        if folder is None:
            return False
        number, mine = run
        offsets = (places[mine] & 0xFFFFFFFF).astype(np.int64)
        fragment = _Fragment(folder, dataset, number, column)
        return _read(fragment, offsets, rows[mine], matrix)

    runs = list(_runs((places >> 32).astype(np.int64)))
    with ThreadPoolExecutor(_READERS) as pool:
        found = list(pool.map(read, runs))
    left = [run for run, done in zip(runs, found, strict=True) if not done]
    if left:
        to, done = np.concatenate([rows[mine] for _, mine in left]), 0
        fragments = [_opened(dataset, number) for number, _ in left]
        scanner = dataset.scanner(
            columns=[column], filter=f"{column}_ok", fragments=fragments, scan_in_order=True
        )
        for batch in scanner.to_batches():
            values = batch.column(0).flatten().to_numpy().reshape(-1, width)
            matrix[to[done : done + len(values)]] = values
            done += len(values)
    return matrix


def _opened(dataset: "lance.LanceDataset", number: int) -> "lance.LanceFragment":
    fragment = dataset.get_fragment(number)
    if fragment is None:
        raise OSError(f"{dataset.uri} has no fragment {number}")
    return fragment


def _runs(fragments: Rows) -> Iterator[tuple[int, slice]]:
    """The number of each fragment, and which of the rows are its."""
    ends = np.flatnonzero(np.diff(fragments)) + 1
    starts = [0, *ends.tolist()] if len(fragments) else []
    for start, end in zip(starts, [*ends.tolist(), len(fragments)], strict=False):
        yield int(fragments[start]), slice(start, end)


def _read(fragment: _Fragment, offsets: Rows, rows: Rows, to: Floats) -> bool:
    """Put the vectors at ``offsets`` (ascending) of a fragment into ``rows`` of ``to``.

    False where they do not lie there as plain numbers; then what ``rows`` hold means nothing.
    """
    try:
        pages = _pages(fragment, to.shape[1])
        if not pages or offsets[-1] >= pages[-1].first + pages[-1].rows:
            return False
        for page in pages:
            for first, block in _blocks(page, to.shape[1]):
                here = slice(*np.searchsorted(offsets, (first, first + len(block))))
                to[rows[here]] = block[offsets[here] - first]
    except OSError:  # what is wrong with the file is Lance's to say
        return False
    return bool(np.array_equal(fragment.first().view(np.uint32), to[rows[0]].view(np.uint32)))


def _pages(fragment: _Fragment, width: int) -> list[_Page] | None:
    """Where the column of a fragment lies, None where it is not plain."""
    said = fragment.dataset.lance_schema.field(fragment.column)
    field = said.id() if said else None
    file = next((file for file in fragment.opened.data_files() if field in file.fields), None)
    if field is None or file is None:
        return None
    path = fragment.folder / "data" / file.path
    column_of_file = file.column_indices[file.fields.index(field)]
    told = lance_file.LanceFileReader(str(path)).metadata().columns[column_of_file].pages
    pages: list[_Page] = []
    for page in told:
        rows = _plain_rows(page, width)
        if rows is None:
            return None
        first = pages[-1].first + pages[-1].rows if pages else 0
        pages.append(_Page(path, page.buffers[0].position, first, rows))
    return pages


def _plain_rows(page: Any, width: int) -> int | None:
    """How many vectors of so many float32 a page has, None where it has anything else."""
    found = _PLAIN.fullmatch(re.sub(r"\s", "", str(page.encoding)))
    if found is None or len(page.buffers) != 1:
        return None
    rows = int(found["rows"])
    expected = (width, 32 * width, 4 * width * rows)
    said = (int(found["width"]), int(found["bits"]), page.buffers[0].size)
    return rows if said == expected else None


def _blocks(page: _Page, width: int) -> Iterator[tuple[int, Floats]]:
    """The vectors of a page, some at a time, each block valid until the next: (first, block)."""
    step = max(1, _BLOCK_BYTES // (4 * width))
    buffer = np.empty((min(step, page.rows), width), "<f4")
    with page.file.open("rb", buffering=0) as file:
        file.seek(page.position)
        for start in range(0, page.rows, step):
            block = buffer[: min(step, page.rows - start)]
            if file.readinto(block.data.cast("B")) != block.nbytes:
                raise OSError(f"{page.file} ends early")
            yield page.first + start, block
