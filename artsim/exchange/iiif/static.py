"""IIIF as a folder of files: any web server that gives them out answers viewers (level 0)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from artsim.core import atomic
from artsim.core.errors import InvalidInput
from artsim.core.progress import NULL, Progress
from artsim.core.web_address import web_address
from artsim.exchange.iiif import image, presentation
from artsim.exchange.iiif.addresses import Addresses
from artsim.exchange.iiif.works import ShownWork, shown_work, shown_works
from artsim.library import Library

BASE = "http://localhost:8000"
LEVEL = "level0"


def export_collection(
    library: Library, name: str, out: Path, base: str = BASE, progress: Progress = NULL
) -> int:
    """Write a whole collection to the new folder ``out``, to be published at ``base``.

    ``manifest.json`` of the folder of the collection lists all works. Returns how many there are.
    Raises NotFound, and InvalidInput where the folder exists already or ``base`` is not a web
    address.
    """
    addresses = _addresses(base)
    table = library.catalog(name).listed("id", "title")
    ids, titles = table.column("id").to_pylist(), table.column("title").to_pylist()
    works = list(zip(ids, titles, strict=True))
    with _folder(out) as folder:
        progress.start(len(works), "Writing works", "works")
        for work in ids:
            _write_work(library, shown_work(library, name, work), folder, addresses)
            progress.advance()
        progress.finish()
        root, label = folder / name, library.called(name)
        root.mkdir(exist_ok=True)
        _write(root / "manifest.json", presentation.collection(name, label, works, addresses))
        if len(works) > presentation.PART:
            for part in range(1, 2 + (len(works) - 1) // presentation.PART):
                listed = presentation.collection(name, label, works, addresses, part)
                _write(root / f"part-{part}.json", listed)
    return len(works)


def export_works(
    library: Library,
    label: str,
    items: Sequence[tuple[str, str, str]],
    out: Path,
    base: str = BASE,
    progress: Progress = NULL,
) -> tuple[int, int]:
    """Write works, by collection, id and note, to the new folder ``out``, for ``base``.

    ``manifest.json`` shows them in their order. Returns how many there are, and how many of
    ``items`` were gone.
    """
    addresses = _addresses(base)
    works, gone = shown_works(library, items)
    with _folder(out) as folder:
        progress.start(len(works), "Writing works", "works")
        for work in works:
            _write_work(library, work, folder, addresses)
            progress.advance()
        progress.finish()
        own = f"{addresses.root}/manifest.json"
        made = presentation.listed_manifest(label, works, addresses, own)
        _write(folder / "manifest.json", _level0(made))
    return len(works), gone


def _write_work(library: Library, work: ShownWork, folder: Path, addresses: Addresses) -> None:
    place = folder / work.collection / work.id
    place.mkdir(parents=True, exist_ok=True)
    for picture in work.pictures:
        jpeg = library.stored(work.collection, work.id, picture.file)
        address = addresses.picture(work.collection, work.id, picture.id)
        service = place / picture.id
        description = image.info(jpeg, address, LEVEL)
        full = service / "full"
        for size in description["sizes"]:
            sides = f"{size['width']},{size['height']}"
            data, _ = image.rendered(jpeg, "full", sides, "0", "default", "jpg")
            _write(full / sides / "0" / "default.jpg", data)
        _write(full / "max" / "0" / "default.jpg", jpeg)
        _write(service / "info.json", description)
    made = presentation.manifest(work, addresses)
    if work.pictures:
        first = image.sizes(work.pictures[0].width, work.pictures[0].height)[0]
        address = addresses.picture(work.collection, work.id, work.pictures[0].id)
        made["thumbnail"][0] |= {
            "id": f"{address}/full/{first[0]},{first[1]}/0/default.jpg",
            "width": first[0],
            "height": first[1],
        }
    _write(place / "manifest.json", _level0(made))


def _level0(manifest: dict[str, Any]) -> dict[str, Any]:
    """The manifest, whose pictures are files and so are given in the listed sizes only."""
    for canvas in manifest["items"]:
        for service in canvas["items"][0]["items"][0]["body"]["service"]:
            service["profile"] = LEVEL
    return manifest


def _write(path: Path, content: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    data = content if isinstance(content, bytes) else json.dumps(content, ensure_ascii=False)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())


def _addresses(base: str) -> Addresses:
    parts = web_address(base)
    if parts is None or parts.query:
        raise InvalidInput(
            f"{base[:80]!r} is no web address: write where the folder will be found, such as "
            "https://art.museum.example/iiif."
        )
    return Addresses(base.rstrip("/"))


def _folder(out: Path) -> Any:
    if out.exists():
        raise InvalidInput(f"{out} is there already: name a folder that is not there yet.")
    if not out.absolute().parent.is_dir():
        raise InvalidInput(f"There is no folder {out.absolute().parent}: make it first.")
    return atomic.new_folder(out)
