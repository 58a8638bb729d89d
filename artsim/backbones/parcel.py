"""A published backbone as one file or folder, to be taken to another machine.

The file is a ZIP of what the folder holds. Nothing in it is ever run, and only files of known
names are read; the weights must be those that the description names.
"""

import shutil
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING

from artsim.backbones import fitted_record
from artsim.backbones.checkpoint import CARD, SPEC, WEIGHTS, read_checkpoint
from artsim.backbones.open_clip_hub import TOKENIZER, TOKENIZER_CONFIG
from artsim.backbones.spec import BackboneSpec
from artsim.backbones.weights import shapes, tensors_digest
from artsim.core import atomic
from artsim.core.errors import Conflict, InvalidInput, NotFound
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    import torch

    from artsim.backbones import network
else:
    network = lazy("artsim.backbones.network")
    torch = lazy("torch")

RECORD = (
    fitted_record.CONFIG,
    "metrics.csv",
    "confusion.json",
    "environment.json",
    "log.txt",
    fitted_record.SUMMARY,
    fitted_record.SPLIT,
    fitted_record.RECORD,
)
FILES = (
    WEIGHTS,
    SPEC,
    CARD,
    TOKENIZER,
    TOKENIZER_CONFIG,
    *(f"{fitted_record.RUN}/{name}" for name in RECORD),
)
_OTHER_BYTES = 64 << 20
_CHUNK = 1 << 20


def write_parcel(folder: Path, out: Path | IO[bytes]) -> None:
    """Write the backbone in ``folder`` as a ZIP file, or as a folder where ``out`` has no ending.

    Raises Conflict where there is something of that name, and what reading the backbone raises.
    """
    read_checkpoint(folder)
    there = [name for name in FILES if (folder / name).is_file()]
    if not isinstance(out, Path):
        _zip(folder, there, out)
    elif out.suffix.lower() == ".zip":
        if out.exists():
            raise Conflict(f"There is {out.name!r} already: choose another file.")
        with atomic.opened(out) as file:
            _zip(folder, there, file)
    else:
        try:
            with atomic.new_folder(out) as aside:
                for name in there:
                    (aside / name).parent.mkdir(exist_ok=True)
                    shutil.copyfile(folder / name, aside / name)
        except FileExistsError as error:
            raise Conflict(f"There is {out.name!r} already: choose another folder.") from error


@contextmanager
def opened_parcel(parcel: Path | IO[bytes], beside: Path) -> Iterator[tuple[Path, BackboneSpec]]:
    """A checked copy of a parcel in a new folder in ``beside``, and its description.

    The caller may rename the folder; whatever is left of it is deleted at the end. Raises NotFound
    and InvalidInput with one sentence why it is refused.
    """
    beside.mkdir(parents=True, exist_ok=True)
    aside = Path(tempfile.mkdtemp(prefix=".parcel-", dir=beside))
    aside.chmod(0o755)
    try:
        if isinstance(parcel, Path) and parcel.is_dir():
            _copy_folder(parcel, aside)
        elif isinstance(parcel, Path) and not parcel.is_file():
            raise NotFound(f"There is no file or folder {parcel.name!r}.")
        else:
            _unzip(parcel, aside)
        yield aside, _checked(aside)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _zip(folder: Path, names: list[str], out: IO[bytes]) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_STORED) as file:  # weights do not get smaller
        for name in names:
            info = zipfile.ZipInfo(name)  # of no date: the same backbone gives the same bytes
            info.file_size = (folder / name).stat().st_size
            with (folder / name).open("rb") as source, file.open(info, "w") as target:
                shutil.copyfileobj(source, target, _CHUNK)


def _copy_folder(folder: Path, aside: Path) -> None:
    for name in FILES:
        path = folder / name
        if path.is_file() and not path.is_symlink():
            (aside / name).parent.mkdir(exist_ok=True)
            shutil.copyfile(path, aside / name)


def _unzip(parcel: Path | IO[bytes], aside: Path) -> None:
    try:
        with zipfile.ZipFile(parcel) as file:
            for name in FILES:
                with suppress(KeyError):  # not in it: what is needed is asked for below
                    _extract(file, file.getinfo(name), aside / name)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError) as error:
        raise InvalidInput(
            "This file is no backbone, or it is damaged: choose a .zip that artsim has exported."
        ) from error


def _extract(file: zipfile.ZipFile, info: zipfile.ZipInfo, to: Path) -> None:
    # Weights hardly get smaller in a ZIP: what swells is no backbone, and would fill the disk.
    left = _OTHER_BYTES + 8 * info.compress_size * (info.filename == WEIGHTS)
    to.parent.mkdir(exist_ok=True)
    with file.open(info) as source, to.open("wb") as target:
        while some := source.read(_CHUNK):
            left -= len(some)
            if left < 0:
                raise InvalidInput(f"{info.filename} in this file is too large for a backbone.")
            target.write(some)


def _checked(folder: Path) -> BackboneSpec:
    """The description of a backbone whose weights are those that it names and fit its network."""
    for name in (WEIGHTS, SPEC):
        if not (folder / name).is_file():
            raise InvalidInput(
                f"This is no backbone, for there is no {name} in it: choose what artsim exported."
            )
    spec = BackboneSpec.from_json((folder / SPEC).read_bytes()).at(folder / WEIGHTS)
    if tensors_digest(folder / WEIGHTS) != spec.weights:
        raise InvalidInput(
            f"The weights of {spec.name!r} are not those that its description names: export it "
            "again where it comes from."
        )
    held = shapes(folder / WEIGHTS)
    with torch.device("meta"):  # a description of any size costs no memory
        wanted = network.tensors(network.build_network(spec))
    for name, tensor in wanted.items():
        if held.get(name) != tuple(tensor.shape):
            raise InvalidInput(
                f"The weights of {spec.name!r} do not fit {spec.architecture!r} ({name} first): "
                "export it again where it comes from."
            )
    return spec
