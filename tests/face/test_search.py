"""Searching from Python, with everything that a picture may come as."""

import io
import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

import artsim
from artsim.cli.run import run

REAL = "efficientnet_lite0"


def ids(found) -> list[str]:
    return [hit.id for hit in found.hits]


@pytest.mark.parametrize("form", ["text", "path", "bytes", "image", "array of bytes"])
def test_a_picture_may_be_a_path_bytes_or_an_image(real, pictures: Path, form: str) -> None:
    file = pictures / "p4.jpg"
    like = {
        "text": str(file),
        "path": file,
        "bytes": file.read_bytes(),
        "image": Image.open(file),
        "array of bytes": bytearray(file.read_bytes()),
    }[form]
    found = real.search(REAL, like=[like], k=3)
    assert found.hits[0].id == "p4"
    assert found.hits[0].score == pytest.approx(1, abs=2e-3 if form == "image" else 1e-5)
    assert ids(real.search(REAL, like, k=3)) == ids(found)


def test_an_id_goes_before_a_file_of_that_name(real, pictures: Path, monkeypatch) -> None:
    monkeypatch.chdir(pictures)
    Path("p2").write_bytes((pictures / "p4.jpg").read_bytes())
    try:
        assert "p2" not in ids(real.search(REAL, like=["p2"], k=20))
        assert ids(real.search(REAL, like=[Path("p2")], k=1)) == ["p4"]
    finally:
        Path("p2").unlink()


def test_the_answer_is_that_of_the_command(real, real_home, capsys, monkeypatch) -> None:
    monkeypatch.setenv("ARTSIM_HOME", str(real_home))
    options = ["--metric", "euclidean", "-k", "4", "--where", "year > 1800", "--json"]
    assert run(["search", "paintings", "--backbone", REAL, "--id", "p1", *options]) == 0
    printed = capsys.readouterr().out
    found = real.search(REAL, like=["p1"], k=4, metric="euclidean", where="year > 1800")
    document = json.loads(printed)
    assert found.to_json() | {"took_ms": 0} == document | {"took_ms": 0}
    frame = found.to_pandas()
    assert frame["id"].tolist() == [hit["id"] for hit in document["results"]]
    assert frame["score"].tolist() == (-frame["distance"]).tolist()
    assert str(frame["year"].dtype) == "Int64"


def test_a_picture_turned_by_its_camera_is_the_same_picture(real, pictures: Path) -> None:
    turned, exif = (
        Image.open(pictures / "p4.jpg").transpose(Image.Transpose.ROTATE_90),
        Image.Exif(),
    )
    exif[0x0112] = 6  # to be turned a quarter clockwise
    out = io.BytesIO()
    turned.save(out, "JPEG", quality=95, exif=exif)
    opened = Image.open(out)
    assert real.search(REAL, like=[opened], k=1).hits[0].score > 0.98
    assert opened.size == turned.size  # the caller's image is as it was


@pytest.mark.parametrize("mode", ["L", "P", "1", "RGBA", "LA", "CMYK", "YCbCr", "LAB", "I;16", "F"])
def test_an_image_of_any_mode_is_searched_with(real, pictures: Path, mode: str) -> None:
    image = Image.open(pictures / "p4.jpg").convert("RGB")
    if mode == "I;16":
        image = Image.fromarray(np.asarray(image.convert("L")).astype(np.uint16) * 257)
    else:
        image = image.convert(mode)
    assert image.mode == mode
    assert len(real.search(REAL, like=[image], k=3).hits) == 3


BAD = [
    (["p1", "p2"], {"unlike": "p2"}, artsim.InvalidInput, "both as like and as unlike"),
    ([], {"unlike": "p2"}, artsim.InvalidInput, "at least one work or picture as like"),
    (["p1"], {"parts": {"style": 0}}, artsim.InvalidInput, "have no parts"),
    (["p1"], {"distinct": "medium"}, artsim.InvalidInput, "told apart by 'medium'"),
    (["p1"], {"surprise": "much"}, artsim.InvalidInput, "Surprise is a number"),
    ([], {}, artsim.InvalidInput, "There are 0 things to search with"),
    (["nothing"], {}, artsim.NotFound, "'nothing' is neither a work of 'paintings' nor a file"),
    ([Path("nothing.jpg")], {}, artsim.InvalidInput, "nothing.jpg cannot be read"),
    ([7], {}, artsim.InvalidInput, "cannot be asked with int"),
    (7, {}, artsim.InvalidInput, "cannot be asked with int"),
    ([b"no picture"], {}, artsim.UnsupportedImage, "."),
    ([Image.new("RGB", (0, 0))], {}, artsim.UnsupportedImage, "cannot be used"),
    (["p1"], {"k": 0}, artsim.InvalidInput, "K"),
    (["p1"], {"metric": "manhattan"}, artsim.InvalidInput, "manhattan"),
    (["p1"], {"index": "magic"}, artsim.InvalidInput, "'magic' is no index"),
    (["p1"], {"where": "colour = 1"}, artsim.InvalidInput, "the columns are"),
]


def test_ids_paths_and_images_mix_as_liked_and_unliked(real, pictures: Path) -> None:
    found = real.search(
        REAL, like=["p1", pictures / "p2.jpg"], unlike=[Image.open(pictures / "p4.jpg")], k=20
    )
    assert "p1" not in {hit.id for hit in found.hits}
    assert found.to_json()["query"]["like"] == ["p1", "p2.jpg"]
    assert found.hits[0].id == "p2"


@pytest.mark.parametrize(("like", "options", "error", "message"), BAD)
def test_what_cannot_be_searched_gets_one_sentence(real, like, options, error, message) -> None:
    with pytest.raises(error, match=message) as caught:
        real.search(REAL, like=like, **options)
    assert "\n" not in str(caught.value)


def test_a_damaged_file_is_named_as_one(real, pictures: Path) -> None:
    data = (pictures / "p4.jpg").read_bytes()
    cut_off = Image.open(io.BytesIO(data[: len(data) // 2]))  # Pillow has read the header only
    with pytest.raises(artsim.UnsupportedImage, match="cannot be used"):
        real.search(REAL, like=[cut_off])


@pytest.mark.parametrize("size", ["full", "preview", "thumb"])
def test_a_picture_is_upright_rgb(real, pictures: Path, size) -> None:
    found = real.picture("p4", size=size)
    whole = Image.open(pictures / "p4.jpg")
    assert found.mode == "RGB"
    if size == "thumb":
        assert max(found.size) <= 320
    else:
        assert found.size == whole.size
    small = [np.asarray(image.convert("RGB").resize((16, 16)), float) for image in (found, whole)]
    assert np.abs(small[0] - small[1]).mean() < 6


@pytest.mark.parametrize(
    ("id", "size", "error", "message"),
    [
        ("none", "full", artsim.NotFound, "no artwork 'none'"),
        ("none", "thumb", artsim.NotFound, "no artwork 'none'"),
        ("../x", "full", artsim.InvalidInput, "cannot be an artwork id"),
        ("blank", "full", artsim.NotFound, "has no image"),
        ("blank", "preview", artsim.NotFound, "has no image"),
        ("w03", "huge", artsim.InvalidInput, "'huge' is no size: use full, preview, thumb"),
    ],
)
def test_a_picture_that_is_not_there(demo, id, size, error, message) -> None:
    with pytest.raises(error, match=message):
        demo.picture(id, size=size)
