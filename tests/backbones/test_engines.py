"""Inference engines: the same embeddings from each, and nothing that was not verified."""

import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from backbones_kit import cosines, picture

from artsim.backbones import embed, verified_with
from artsim.backbones.checkpoint import save_checkpoint
from artsim.backbones.embed import embed_image
from artsim.backbones.runtime import agreement, export
from artsim.backbones.runtime.load import load_runtime
from artsim.backbones.runtime.openvino import PRECISIONS, processor
from artsim.backbones.runtime.samples import samples
from artsim.collection import lance_io
from artsim.collection.artwork import ARTWORK_SCHEMA
from artsim.collection.store import Collection
from artsim.core.errors import InvalidInput, Unavailable
from artsim.core.progress import NULL, NullProgress
from artsim.tasks.configs import EmbedConfig
from artsim.tasks.kinds import kind_named


def load(spec, workspace, inference="openvino", **more):
    return load_runtime(spec, "cpu", inference, workspace.cache, **more)


@pytest.fixture(autouse=True)
def in_float32(monkeypatch):
    """One precision on every processor; what is tested of bfloat16 states it."""
    monkeypatch.setenv("ARTSIM_PRECISION", "float32")


@pytest.fixture(scope="module")
def made_once(tmp_path_factory, tiny_spec, tensors):
    """A cache with the export of 'tiny': exporting takes some seconds."""
    folder = tmp_path_factory.mktemp("exported")
    spec = save_checkpoint(folder / "tiny", tiny_spec, tensors)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARTSIM_PRECISION", "float32")
        load_runtime(spec, "cpu", "openvino", folder / "cache")
    return folder / "cache"


@pytest.fixture
def exported(workspace, tiny, made_once):
    """The checkpoint 'tiny' in a workspace that has its export already."""
    shutil.copytree(made_once, workspace.cache, dirs_exist_ok=True)
    return tiny


def refused_by_cosine(folder):
    """Write the verdict of version 0.1.0 on an export; its reason."""
    reason = "in bfloat16 an embedding has cosine 0.99871 to that of torch"
    verdict = {"trusted": False, "note": f"OpenVINO is not used for 'tiny': {reason}."}
    verdict |= {"pictures": 4, "lowest_cosine": 0.99871, "sha256": {}}
    verdict |= {"torch_seconds": 0.0, "openvino_seconds": 0.0}
    folder.mkdir()
    (folder / "verdict.json").write_text(json.dumps(verdict))
    return reason


def exports(workspace):
    return sorted(p for p in (workspace.cache / "engines").glob("*") if p.is_dir())


@pytest.mark.parametrize("name", ["exported", "parted"])
def test_openvino_gives_what_torch_gives(workspace, request, name):
    spec = request.getfixturevalue(name)
    torch, openvino = load(spec, workspace, "torch"), load(spec, workspace)
    assert torch.inference == "torch float32 on cpu"
    assert openvino.inference.startswith("OpenVINO")
    jpegs = [picture(i) for i in range(11)]
    images = np.stack([openvino.preprocess(jpeg) for jpeg in jpegs])
    expected, found = torch.embed(images), openvino.embed(images)
    assert cosines(found, expected).min() > 0.9999
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(openvino.embed(images, one_core=True), found, atol=1e-5)
    np.testing.assert_allclose(embed_image(openvino, jpegs[3]), found[3], atol=1e-5)
    assert openvino.embed(images[:0]).shape == (0, spec.dimension)


def test_threads_share_an_engine(workspace, exported):
    runtime = load(exported, workspace)
    images = samples(exported)
    alone = runtime.embed(images)
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda i: runtime.embed(images, one_core=i % 2 == 0), range(24)))
    for other in found:
        np.testing.assert_allclose(other, alone, atol=1e-5)


def test_one_export_serves_all(workspace, tiny):
    with ThreadPoolExecutor(4) as pool:
        loaded = list(pool.map(lambda _: load(tiny, workspace), range(4)))
    assert len(exports(workspace)) == 1
    assert {runtime.inference for runtime in loaded} == {"OpenVINO float32 on cpu"}


def test_an_export_is_loaded_without_torch_and_reports_to_nobody(workspace, exported):
    [folder] = exports(workspace)
    verdict = json.loads((folder / "verdict.json").read_text())
    # So that auto takes it, whatever this machine measured.
    verdict |= {"torch_seconds": 1.0, "openvino_seconds": 0.1}
    (folder / "verdict.json").write_text(json.dumps(verdict))
    script = (
        "import sys\n"
        "from artsim.backbones.registry import resolve\n"
        "from artsim.backbones.runtime.load import load_runtime\n"
        "from artsim.core.workspace import Workspace\n"
        "workspace = Workspace.open()\n"
        "runtime = load_runtime(resolve(workspace, 'tiny'), cache=workspace.cache)\n"
        "print(runtime.inference, 'torch' in sys.modules, 'openvino_telemetry.main' in sys.modules)"
    )
    command = [sys.executable, "-c", script]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "OpenVINO float32 on cpu False False"


def test_weights_that_somebody_changed_are_refused_though_their_export_is_there(
    workspace, exported
):
    load(exported, workspace)
    data = bytearray(exported.weights_file.read_bytes())
    data[-1] ^= 1
    exported.weights_file.write_bytes(bytes(data))
    with pytest.raises(InvalidInput, match="not those"):
        load(exported, workspace)


def test_the_slower_engine_is_left_alone(workspace, exported):
    [folder] = exports(workspace)
    verdict = json.loads((folder / "verdict.json").read_text())
    verdict |= {"torch_seconds": 0.1, "openvino_seconds": 1.0}
    (folder / "verdict.json").write_text(json.dumps(verdict))
    assert load(exported, workspace, "auto").inference.startswith("torch")
    assert load(exported, workspace, "openvino").inference.startswith("OpenVINO")


def test_auto_exports_nothing_for_one_picture(workspace, tiny):
    assert load(tiny, workspace, "auto").inference.startswith("torch")
    assert exports(workspace) == []


@pytest.mark.parametrize("file", ["model.bin", "verdict.json"])
def test_a_damaged_export_is_refused_and_made_again(workspace, exported, file, caplog):
    images = samples(exported)
    before = load(exported, workspace).embed(images)
    path = exports(workspace)[0] / file
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0xFF
    path.write_bytes(bytes(data))
    assert load(exported, workspace, "auto").inference.startswith("torch")
    assert "damaged" in caplog.text
    np.testing.assert_allclose(load(exported, workspace).embed(images), before, atol=1e-5)
    caplog.clear()
    load(exported, workspace, "auto")
    assert "damaged" not in caplog.text


def test_an_export_that_differs_is_refused_and_remembered(workspace, tiny, monkeypatch):
    monkeypatch.setattr(export, "_LOWEST_COSINE", 1.1)
    runtime = load(tiny, workspace, "auto", pictures=lambda: samples(tiny))
    assert runtime.inference.startswith("torch")
    assert "OpenVINO is not used for 'tiny'" in runtime.note
    [folder] = exports(workspace)
    assert [path.name for path in folder.iterdir()] == ["verdict.json"]
    written = (folder / "verdict.json").stat().st_mtime_ns
    with pytest.raises(Unavailable, match=r"not used for 'tiny'.*; use torch or auto\.$"):
        load(tiny, workspace, "openvino")
    assert (folder / "verdict.json").stat().st_mtime_ns == written


@pytest.mark.parametrize("native", [True, False])
def test_bfloat16_is_tried_where_the_processor_has_it(workspace, tiny, monkeypatch, native):
    monkeypatch.setenv("ARTSIM_PRECISION", "bfloat16" if native else "auto")
    if not native and "bf16" in processor()[1]:
        pytest.skip("this processor has bfloat16: float32 alone is what the other tests state")
    runtime = load(tiny, workspace)
    torch, images = load(tiny, workspace, "torch"), samples(tiny)
    tried = [folder.name.split("-")[-2] for folder in exports(workspace)]
    assert tried[0] == ("bf16" if native else "f32")
    # Whether this network keeps its embeddings in bfloat16 is the processor's to say.
    assert runtime.inference == f"OpenVINO {PRECISIONS[tried[-1]]} on cpu"
    assert bool(runtime.note) == (len(tried) == 2)
    assert cosines(runtime.embed(images), torch.embed(images)).min() >= 0.9999


def test_a_refused_bfloat16_leaves_float32_and_is_told_as_such(workspace, exported, monkeypatch):
    monkeypatch.setenv("ARTSIM_PRECISION", "bfloat16")
    reason = refused_by_cosine(export.folder_of(exported, workspace.cache, "bf16"))
    runtime = load(exported, workspace)
    assert runtime.inference == "OpenVINO float32 on cpu"
    assert runtime.note == f"OpenVINO embeds with 'tiny' in float32: {reason}."


def test_an_unknown_precision_is_one_sentence(workspace, exported, monkeypatch):
    monkeypatch.setenv("ARTSIM_PRECISION", "half")
    with pytest.raises(InvalidInput, match=r"'half' .*PRECISION.* none of auto, float32, bf"):
        load(exported, workspace)


def test_what_torch_cannot_do_is_no_verdict_on_openvino(workspace, tiny):
    torch = load(tiny, workspace, "torch").engine
    folder = export.folder_of(tiny, workspace.cache, "f32")
    four_channels = np.zeros((2, 4, 64, 64), np.uint8)
    with pytest.raises(RuntimeError, match="size of tensor"):
        export.export(tiny, folder, "f32", torch, four_channels)
    assert export.read_verdict(folder) is None


def test_a_network_that_gives_no_numbers_verifies_nothing(workspace, tiny, tensors):
    bad = {k: v.clone() for k, v in tensors.items()}
    next(v for k, v in bad.items() if k.endswith("weight")).fill_(float("nan"))
    spec = save_checkpoint(workspace.checkpoints / "broken", tiny, bad)
    with pytest.raises(Unavailable, match="not used for 'broken'"):
        load(spec, workspace)


def test_an_unknown_engine_is_one_sentence(workspace, exported, monkeypatch):
    with pytest.raises(InvalidInput, match="'tensorrt' is no inference engine: use auto, torch"):
        load(exported, workspace, "tensorrt")
    monkeypatch.setenv("ARTSIM_ENGINE", "tensorrt")
    with pytest.raises(InvalidInput, match="ARTSIM_ENGINE"):
        load(exported, workspace, None)
    monkeypatch.setenv("ARTSIM_ENGINE", "openvino")
    assert load(exported, workspace, None).inference.startswith("OpenVINO")
    assert load(exported, workspace, "torch").inference.startswith("torch")


def collection_of(workspace, count):
    """The collection 'works', each with a picture of its own."""
    collection = Collection.create(workspace, "works", "folder")
    rows = [{"id": str(i), "has_image": True, "image": picture(i)} for i in range(count)]
    lance_io.append(collection.uri, pa.Table.from_pylist(rows, schema=ARTWORK_SCHEMA))
    return collection


def test_a_collection_is_embedded_with_what_its_own_works_verified(workspace, tiny, monkeypatch):
    monkeypatch.setattr(embed, "WORTH_EXPORTING", 20)
    collection = collection_of(workspace, 30)
    config = EmbedConfig(collection="works", backbone="tiny", inference="openvino")
    assert "OpenVINO float32 on cpu" in kind_named("embed").run(workspace, config, NULL)
    [folder] = exports(workspace)
    verdict = json.loads((folder / "verdict.json").read_text())
    assert verdict["pictures"] > 4
    assert verdict["agreement"] is None  # float32 must give the same, whatever stays near
    ids, matrix = collection.embedding(collection.info().embeddings[0].column)
    torch = load(tiny, workspace, "torch")
    expected = np.stack([embed_image(torch, picture(int(i))) for i in ids])
    assert cosines(matrix, expected).min() > 0.9999


def test_works_that_judge_are_drawn_with_their_labels_from_those_with_a_picture(workspace):
    collection = Collection.create(workspace, "works", "folder")
    shows = [{"has_image": bool(i % 3), "image": picture(i) if i % 3 else None} for i in range(180)]
    rows = [{"id": str(i), "style": f"style {i % 5}"} | show for i, show in enumerate(shows)]
    lance_io.append(collection.uri, pa.Table.from_pylist(rows, schema=ARTWORK_SCHEMA))
    works = verified_with.works(collection, 120)
    jpegs, labels = works.drawn()
    assert (works.total, len(labels["artist"]), set(labels["artist"])) == (120, len(jpegs), {-1})
    assert 20 < len(jpegs) < 40
    number = {show["image"]: i for i, show in enumerate(shows)}
    styles = np.array([number[jpeg] % 5 for jpeg in jpegs])
    same = labels["style"][:, None] == labels["style"]
    assert np.array_equal(same, styles[:, None] == styles)
    assert verified_with.works(collection, 119) is None


def test_bfloat16_is_judged_by_what_stays_near_and_its_loss_is_told(
    workspace, exported, monkeypatch
):
    monkeypatch.setenv("ARTSIM_PRECISION", "bfloat16")
    monkeypatch.setattr(embed, "WORTH_EXPORTING", 20)
    folder = export.folder_of(exported, workspace.cache, "bf16")
    reason = refused_by_cosine(folder)
    load(exported, workspace)
    assert export.read_verdict(folder).reason == reason  # a search judges nothing
    collection = collection_of(workspace, 120)
    config = EmbedConfig(collection="works", backbone="tiny", inference="openvino")
    progress = Said()
    done = kind_named("embed").run(workspace, config, progress)
    assert "Comparing bfloat16 with float32 on works of the collection." in progress.said
    verdict = export.read_verdict(folder)
    assert (verdict.agreement.works, verdict.total) == (30, 120)
    # Whether this network keeps its neighbours in bfloat16 is the processor's to say.
    if verdict.trusted:
        assert f"OpenVINO bfloat16 on cpu: {verdict.agreement})" in done
    else:
        assert "OpenVINO float32 on cpu)" in done

    monkeypatch.setattr(agreement, "LEAST_STAY", 1.1)
    again = {"pictures": lambda: samples(exported), "works": verified_with.works(collection, 120)}
    load(exported, workspace, **again)
    assert export.read_verdict(folder) == verdict
    again["works"] = replace(again["works"], total=480)  # as if the collection had grown
    runtime = load(exported, workspace, **again)
    assert runtime.inference == "OpenVINO float32 on cpu"
    assert "% of the ten nearest stay, measured on 30 works, where 110 % must stay" in runtime.note


class Said(NullProgress):
    def __init__(self):
        self.said = []

    def say(self, text):
        self.said.append(text)
