"""Models of pictures and words, by tiny random ones in a hub's cache: as open_clip makes them."""

import json
import subprocess
import sys

import numpy as np
import open_clip
import pytest
import torch
import towers_kit
from backbones_kit import cosines, picture
from collection_kit import add_works
from starlette.applications import Starlette
from starlette.middleware.exceptions import ExceptionMiddleware
from starlette.testclient import TestClient

import artsim
from artsim.api import routes
from artsim.api.errors import HANDLERS
from artsim.backbones import registry
from artsim.backbones.embed import embed_collection
from artsim.backbones.preprocess import preprocess_jpeg
from artsim.backbones.runtime.load import load_runtime
from artsim.backbones.words import WordTower
from artsim.cli.run import run
from artsim.collection.store import Collection
from artsim.core.errors import Conflict, InvalidInput
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.search.mark import Mark, readable
from artsim.search.query import Query
from artsim.search.query_item import Item

MODELS = {
    "siglip2_base": ("timm/ViT-B-16-SigLIP2", "SigLIP", towers_kit.SIGLIP),
    "openclip_b32": ("laion/CLIP-ViT-B-32-laion2B-s34B-b79K", "OpenCLIP", towers_kit.OPENCLIP),
}
TEXTS = ["a red boat", "Winter!", "a woman a woman a woman a woman a woman", "☃ zebra"]


@pytest.fixture(scope="module")
def hub(tmp_path_factory):
    """A hub's cache with both models, and the models as open_clip has them."""
    folder = tmp_path_factory.mktemp("hub")
    models = {name: towers_kit.model_of(about[2]) for name, about in MODELS.items()}
    for name, about in MODELS.items():
        towers_kit.cache(folder, *about, models[name])
    return folder, models


@pytest.fixture(autouse=True)
def _cached(hub, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(hub[0]))
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)


@pytest.fixture(scope="module")
def library(hub, tmp_path_factory):
    """Six pictures embedded with the tiny SigLIP 2, and with nothing else."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("HF_HUB_CACHE", str(hub[0]))
        workspace = Workspace.open(tmp_path_factory.mktemp("home"))
        collection = Collection.create(workspace, "demo", "folder", "made for a test")
        add_works(collection, [{"id": f"w{i}", "image": picture(i)} for i in range(6)])
        embed_collection(workspace, collection, "siglip2_base")
    return Library(workspace)


@pytest.mark.parametrize("name", MODELS)
def test_pictures_and_words_are_embedded_as_open_clip_does(name, hub, workspace):
    spec = registry.resolve(workspace, name, fetch=False)
    model, about = hub[1][name], MODELS[name]
    shown = towers_kit.PREPROCESS[about[1]]
    side = about[2]["vision_cfg"]["image_size"]
    jpegs = [picture(seed) for seed in range(3)]
    pixels = np.stack([preprocess_jpeg(spec, jpeg) for jpeg in jpegs]) / 255
    mean, std = (np.array(shown[key]).reshape(3, 1, 1) for key in ("mean", "std"))
    with torch.inference_mode():
        expected = model.encode_image(torch.tensor((pixels - mean) / std).float()).numpy()
        tokens = (
            open_clip.SimpleTokenizer(context_length=77)(TEXTS)
            if name == "openclip_b32"
            else torch.tensor(
                [
                    [3, 4, 6, 1, 0, 0, 0, 0],
                    [8, 1, 0, 0, 0, 0, 0, 0],
                    [3, 7, 3, 7, 3, 7, 3, 1],
                    [2, 2, 1, 0, 0, 0, 0, 0],
                ]
            )
        )
        said = model.encode_text(tokens).numpy()
    assert spec.input_size == side
    assert pixels.shape[2:] == (side, side)
    found = load_runtime(spec, "cpu", "torch").embed(
        np.stack([preprocess_jpeg(spec, jpeg) for jpeg in jpegs])
    )
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(WordTower(spec).embed(TEXTS), said, rtol=1e-3, atol=1e-4)


def test_each_is_listed_by_its_own_family_with_its_licence(workspace):
    listed = {info.name: info for info in registry.list_backbones(workspace)}
    told = {
        name: (listed[name].family, listed[name].licence) for name in listed if listed[name].words
    }
    assert told["siglip2_base"] == ("SigLIP 2", "Apache-2.0")
    assert told["mobileclip2_b"][0] == "MobileCLIP"
    assert "research" in told["mobileclip2_b"][1]
    assert told["openclip_b32"] == ("OpenCLIP", "MIT")
    assert not any(family == "CLIP" for family, _ in told.values())
    assert not listed["efficientnet_lite0"].words


def test_words_rank_pictures_by_their_cosines(library):
    column = library.column("demo", "siglip2_base")
    gallery = library.gallery("demo", "siglip2_base", column.digest)
    vector = WordTower(registry.resolve(library.workspace, "siglip2_base")).embed(["a red boat"])
    by_hand = cosines(np.asarray(gallery.matrix), np.repeat(vector, len(gallery), 0))
    found = library.search("demo", Query("siglip2_base", like=(Item(words="a red boat"),)))
    assert [hit.id for hit in found.hits] == [gallery.ids[i] for i in np.argsort(-by_hand)]
    np.testing.assert_allclose([h.score for h in found.hits], np.sort(by_hand)[::-1], atol=1e-5)
    assert found.query["like"] == ["words:a red boat"]


def test_words_are_marks_like_any_other(library):
    like = (Item(words="winter"), Item(id="w1"))
    both = library.search("demo", Query("siglip2_base", like=like))
    assert "w1" not in {hit.id for hit in both.hits}
    without = Query("siglip2_base", like=(Item(id="w1"),), unlike=(Item(words="winter"),))
    assert library.search("demo", without).hits != both.hits
    mark = Mark("+", words="winter, 50 % & “snow”")
    assert readable(mark.text)
    assert Mark.of(mark.text) == mark
    assert not readable("+words:%20")


@pytest.fixture
def doors(library, monkeypatch, capsys):
    """A search by words through each door: what it says, of hits or of what is wrong."""
    monkeypatch.setenv("ARTSIM_HOME", str(library.workspace.root))
    app = Starlette(routes=routes(library), exception_handlers=HANDLERS)
    client = TestClient(ExceptionMiddleware(app, handlers=HANDLERS))

    def ask(words, backbone="siglip2_base", metric="cosine"):
        collection = artsim.open(library.workspace.root)["demo"]
        said = []
        try:
            hits = collection.search(backbone, words=words, metric=metric).hits
            said.append([hit.id for hit in hits])
        except artsim.ArtsimError as error:
            said.append(str(error))
        sent = {"words": [words], "backbone": backbone, "metric": metric}
        answer = client.post("/api/v1/collections/demo/search", json=sent).json()
        said.append(answer.get("error") or [one["id"] for one in answer["results"]])
        options = ["--words", words, "--backbone", backbone, "--metric", metric, "--json"]
        run(["search", "demo", *options])
        out = capsys.readouterr()
        said.append(
            [one["id"] for one in json.loads(out.out)["results"]] if out.out else out.err.strip()
        )
        return said

    return ask


def test_every_door_searches_by_words(doors):
    python, http, cli = doors("a blue boat")
    assert python == http == cli
    assert len(python) == 6


@pytest.mark.parametrize(
    ("words", "options", "said"),
    [
        (" ?! ", {}, "There are no words to look for in the pictures"),
        ("x" * 301, {}, "301 letters"),
        ("boat", {"metric": "euclidean"}, "by cosine"),
        ("boat", {"backbone": "efficientnet_lite0"}, "efficientnet_lite0"),
    ],
)
def test_what_cannot_be_asked_is_one_sentence(doors, words, options, said):
    answers = doors(words, **options)
    for answer in answers:
        assert isinstance(answer, str)
        assert said in answer
        assert "\n" not in answer


def test_a_backbone_of_pictures_alone_knows_no_words(library, workspace):
    spec = registry.resolve(workspace, "efficientnet_lite0")
    with pytest.raises(InvalidInput, match="knows pictures and no words"):
        library.words.vectors(Query("x", like=(Item(words="boat"),)), spec)
    assert library.knows_words("demo", "siglip2_base")
    assert not library.knows_words("demo", "efficientnet_lite0")


def test_a_search_fetches_nothing(library, monkeypatch, tmp_path):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(Conflict, match="a search fetches none: embed a collection with it first"):
        Library(library.workspace).search("demo", Query("siglip2_base", like=(Item(words="boat"),)))


def test_without_open_clip_one_sentence_says_what_to_do(workspace, tmp_path):
    code = """
import importlib.util, sys
sys.modules["open_clip"] = None
real = importlib.util.find_spec
importlib.util.find_spec = lambda name, *rest: None if name == "open_clip" else real(name, *rest)
from artsim.backbones import registry
from artsim.backbones.runtime.load import load_runtime
from artsim.backbones.words import WordTower
from artsim.core.errors import Unavailable
from artsim.core.workspace import Workspace
workspace = Workspace.open(sys.argv[1])
line = next(i for i in registry.list_backbones(workspace) if i.name == "openclip_b32")
print(line.offline, line.note)
spec = registry.resolve(workspace, "openclip_b32")
for load in (lambda: load_runtime(spec, "cpu", "torch"), lambda: WordTower(spec)):
    try:
        load()
    except Unavailable as error:
        print(error)
"""
    ran = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=True
    )
    lines = ran.stdout.splitlines()
    assert len(lines) == 3, ran.stderr
    assert lines[0].startswith("False ")
    assert all('pip install "artsim[words]"' in line for line in lines)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text_cfg": {"hf_model_name": "xlm-roberta-base"}}, "made in a way"),
        ({"vision_cfg": {"timm_model_name": "tinysiglip", "timm_model_pretrained": True}}, "way"),
        ({"embed_dim": "many"}, "made in a way"),
    ],
)
def test_what_would_fetch_or_is_foreign_is_refused(
    hub, workspace, monkeypatch, tmp_path, change, said
):
    repository, kind, config = MODELS["siglip2_base"]
    path = towers_kit.cache(tmp_path, repository, kind, config, hub[1]["siglip2_base"])
    told = json.loads((path / "open_clip_config.json").read_text())
    told["model_cfg"] |= change
    (path / "open_clip_config.json").write_text(json.dumps(told))
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    with pytest.raises(InvalidInput, match=said):
        registry.resolve(workspace, "siglip2_base")


def test_a_damaged_tokenizer_is_one_sentence(hub, workspace, monkeypatch, tmp_path):
    repository, kind, config = MODELS["siglip2_base"]
    path = towers_kit.cache(tmp_path, repository, kind, config, hub[1]["siglip2_base"])
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path))
    spec = registry.resolve(workspace, "siglip2_base")
    (path / "tokenizer.json").write_text("{}")
    with pytest.raises(InvalidInput, match="tokenizer"):
        WordTower(spec)
