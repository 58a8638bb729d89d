"""Backbones exported to OpenVINO: kept by identity, version, precision and CPU, and verified.

In float32 an export must give what torch gives. In a reduced precision it must find the same works
of a collection, where there are enough to tell. What does not is refused, and the refusal is kept
in its place.
"""

import hashlib
import json
import logging
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from filelock import FileLock

from artsim.backbones.runtime import agreement
from artsim.backbones.runtime.agreement import Agreement, Works
from artsim.backbones.runtime.base import Inference
from artsim.backbones.runtime.openvino import (
    EXACT,
    PRECISIONS,
    OpenVinoInference,
    imported,
    processor,
)
from artsim.backbones.spec import BackboneSpec
from artsim.core import atomic
from artsim.core.digests import file_sha256
from artsim.core.lazy import lazy
from artsim.core.trouble import trouble

if TYPE_CHECKING:
    import torch as pytorch

    from artsim.backbones.runtime.pytorch import TorchInference
else:
    pytorch = lazy("torch")

MODEL, WEIGHTS = "model.xml", "model.bin"
_VERDICT = "verdict.json"
_FORMAT = 1  # raise it where exports of the same identity would differ
_LOWEST_COSINE = 0.9999
_LENGTH = 0.01  # by how much of its length an embedding may differ
_OUTGROWN = 4  # times as many works, of which a judgement is made anew
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Verdict:
    """What verifying an export found; ``reason`` says why it is not to be used, where it is not.

    ``lowest_cosine`` is over the pictures it was verified with, torch against OpenVINO; the
    seconds are of one core, an image. A reduced precision is judged by the ``agreement`` on works
    of a collection of ``total``; where there was none, or too few, that is None.
    """

    trusted: bool
    reason: str
    pictures: int
    lowest_cosine: float
    torch_seconds: float
    openvino_seconds: float
    sha256: dict[str, str]
    agreement: Agreement | None = None
    total: int = 0

    @property
    def faster(self) -> bool:
        return self.openvino_seconds < self.torch_seconds


def folder_of(spec: BackboneSpec, cache: Path, hint: str) -> Path:
    """Where the export of a backbone lies, if there is one."""
    version = imported().__version__
    where = hashlib.sha256(f"{_FORMAT}|{version}|{processor()[0]}".encode()).hexdigest()[:12]
    number = version.split("-")[0]
    return cache / "engines" / f"{spec.digest[:24]}-openvino-{number}-{hint}-{where}"


def read_verdict(folder: Path) -> Verdict | None:
    """The verdict on an export; None where there is none, or it is no longer what was verified."""
    try:
        stored = json.loads((folder / _VERDICT).read_text(encoding="utf-8"))
        if "note" in stored:  # as artsim 0.1 wrote it: a sentence that ends with the reason
            stored["reason"] = stored.pop("note").partition(": ")[2].removesuffix(".")
        if stored.get("agreement"):
            stored["agreement"] = Agreement(**stored["agreement"])
        verdict = Verdict(**stored)
        sound = all(file_sha256(folder / name) == sha for name, sha in verdict.sha256.items())
    except FileNotFoundError:
        return None
    except (OSError, ValueError, TypeError, AttributeError):
        sound = False
    if not sound:
        _log.warning("The export %s is damaged: it is not used.", folder.name)
        return None
    return verdict


def verdict_on(folder: Path, hint: str, works: Works | None) -> Verdict | None:
    """``read_verdict``; None too where ``works`` tell more of a reduced precision than it knows.

    That is where there were none, as in earlier versions, or the collection is much larger than the
    one that it was judged by: the nearest works lie closer together there.
    """
    verdict = read_verdict(folder)
    if verdict is None or works is None or hint == EXACT:
        return verdict
    return verdict if works.total < _OUTGROWN * verdict.total else None


def export(
    spec: BackboneSpec,
    folder: Path,
    hint: str,
    torch: "TorchInference",
    pictures: np.ndarray,
    works: Works | None = None,
) -> Verdict:
    """Export a backbone, verify it on ``pictures`` and ``works``, and keep both, in one step."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with FileLock(folder.with_name(f".{folder.name}.lock")):
        verdict = verdict_on(folder, hint, works)  # another process may have made it meanwhile
        if verdict is not None:
            return verdict
        with atomic.folder(folder) as aside:
            judges = None if hint == EXACT else works
            verdict = _made(spec, aside, hint, torch, pictures, judges)
            verdict = replace(verdict, total=judges.total if judges else 0)
            (aside / _VERDICT).write_text(json.dumps(asdict(verdict)), encoding="utf-8")
    return verdict


def _made(
    spec: BackboneSpec,
    folder: Path,
    hint: str,
    torch: "TorchInference",
    pictures: np.ndarray,
    works: Works | None,
) -> Verdict:
    expected = torch.embed(pictures)  # not below: its failures are none of OpenVINO's
    try:
        _convert(spec, folder, torch)
        openvino = OpenVinoInference(folder / MODEL, spec.dimension, hint)
        found = openvino.embed(pictures)
    except Exception as error:  # OpenVINO's errors are many; torch works in any case
        if trouble(error) is not None:
            raise  # a full disk passes, and the verdict would stay
        _log.warning("OpenVINO cannot run %r.", spec.name, exc_info=True)
        reason = f"it cannot run this network in {PRECISIONS[hint]} ({type(error).__name__})"
        return _refused(spec, folder, reason, len(pictures), 0.0)
    cosine, longer = _compared(expected, found)
    same = agreement.measured(spec, torch, openvino, works) if works else None
    if same and not same.suffices:
        reason = (
            f"in {PRECISIONS[hint]} {same}, where {100 * agreement.LEAST_STAY:.4g} % must stay and "
            f"mAP@10 may lose {100 * agreement.MOST_LOST:.1g} points"
        )
        return _refused(spec, folder, reason, len(pictures), cosine, same)
    if not same and not (cosine >= _LOWEST_COSINE and longer <= _LENGTH):
        reason = (
            f"in {PRECISIONS[hint]} an embedding has cosine {cosine:.5f} to that of torch and "
            f"{longer:.2%} another length, where {_LOWEST_COSINE} and {_LENGTH:.0%} are asked for"
        )
        return _refused(spec, folder, reason, len(pictures), cosine)
    seconds = _core_seconds(torch, pictures), _core_seconds(openvino, pictures)
    return Verdict(
        trusted=True,
        reason="",
        pictures=len(pictures),
        lowest_cosine=round(cosine, 7),
        torch_seconds=seconds[0],
        openvino_seconds=seconds[1],
        sha256={name: file_sha256(folder / name) for name in (MODEL, WEIGHTS)},
        agreement=same,
    )


def _convert(spec: BackboneSpec, folder: Path, torch: "TorchInference") -> None:
    openvino = imported()
    example = pytorch.zeros(2, 3, spec.input_size, spec.input_size, dtype=pytorch.uint8)
    shape = openvino.PartialShape([-1, 3, spec.input_size, spec.input_size])
    with warnings.catch_warnings(), pytorch.inference_mode():
        warnings.simplefilter("ignore")  # tracing is deprecated, but what OpenVINO uses
        model = openvino.convert_model(torch.model, example_input=example, input=[shape])
    openvino.save_model(model, folder / MODEL, compress_to_fp16=False)


def _refused(
    spec: BackboneSpec,
    folder: Path,
    reason: str,
    pictures: int,
    cosine: float,
    same: Agreement | None = None,
) -> Verdict:
    for name in (MODEL, WEIGHTS):
        (folder / name).unlink(missing_ok=True)
    _log.warning("The export of %r to OpenVINO is refused: %s.", spec.name, reason)
    return Verdict(False, reason, pictures, round(cosine, 7), 0.0, 0.0, {}, same)


def _compared(expected: np.ndarray, found: np.ndarray) -> tuple[float, float]:
    """Lowest cosine of two [N, D], and the largest share by which lengths differ."""
    a, b = expected.astype(np.float64), found.astype(np.float64)
    lengths = np.linalg.norm(a, axis=1), np.linalg.norm(b, axis=1)
    with np.errstate(all="ignore"):
        cosine = ((a * b).sum(1) / (lengths[0] * lengths[1])).min()
        longer = np.abs(lengths[1] / lengths[0] - 1).max()
    # Embeddings that are no numbers verify nothing.
    return float(np.nan_to_num(cosine, nan=0.0)), float(np.nan_to_num(longer, nan=1.0))


def _core_seconds(engine: Inference, pictures: np.ndarray) -> float:
    """Seconds of one core that an image takes: the cores are what everybody shares."""

    def once() -> float:
        before = time.process_time()
        engine.embed(pictures, one_core=True)
        return (time.process_time() - before) / len(pictures)

    return _in_a_thread(lambda: min(once() for _ in range(3)))


def _in_a_thread(work: Callable[[], float]) -> float:
    # torch keeps to one core from then on in the thread that was told so.
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(work).result()
