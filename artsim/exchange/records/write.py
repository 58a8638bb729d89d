"""The works of a collection, or those of a tray, written as a file of records."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO

from artsim.core import atomic
from artsim.core.errors import InvalidInput
from artsim.core.progress import NULL, Progress
from artsim.core.web_address import web_address
from artsim.exchange.records import lido, linkedart
from artsim.exchange.records.work import Work, works
from artsim.library import Library

Writer = Callable[[Iterable[Work], BinaryIO, str], int]
KINDS: dict[str, Writer] = {
    "lido": lido.write,
    "linkedart": lambda found, out, _: linkedart.write(found, out),
}


def records(
    library: Library,
    kind: str,
    name: str,
    out: Path,
    tray: str = "",
    base: str = "http://localhost:8501",
    backbone: str = "",
    k: int = 5,
    progress: Progress = NULL,
) -> int:
    """Write the works of a collection to the file ``out``; returns how many.

    ``kind`` is lido or linkedart. With ``tray``, the name of a tray, only the collection's works in
    it are written. Relations are the works that show the same picture and, where ``backbone`` is
    given, the ``k`` nearest by it. The file is there whole or not at all. Raises NotFound, Conflict
    where the collection is not embedded with the backbone, and InvalidInput for an empty tray, a
    ``base`` that is not a web address, and a file that cannot be written.
    """
    if web_address(base) is None:
        raise InvalidInput(f"{base[:200]!r} is no web address: begin it with https://.")
    catalog = library.catalog(name)
    ids = list(library.trays.get(tray).ids(name)) if tray else list(catalog.positions)
    if tray and not ids:
        raise InvalidInput(f"The tray {tray!r} holds no work of {name!r}.")
    source = library.info(name).description or name
    try:
        with atomic.opened(out.absolute()) as file:
            found = works(library, name, ids, base, backbone, k, progress)
            return KINDS[kind](found, file, source)
    except OSError as error:
        raise InvalidInput(f"{out} cannot be written: {error.strerror or error}.") from error
