"""TIFFs as scanners, conservators and archives write them: true tones, and the right page."""

import io
import tempfile
from pathlib import Path

import imagecodecs
import numpy as np
import pytest
import tifffile
from colour_kit import grey_scene, off, saved, scene
from PIL import Image, ImageCms

from artsim.core.errors import TooLarge, UnsupportedImage
from artsim.core.limits import Limits
from artsim.images.decode import DecodedImage, decode
from artsim.images.pages import count_pages, picture_at

GREY, COLOUR = grey_scene(), scene()
WHITE_GREY = np.tile(np.linspace(0, 65535, 90).astype(np.uint16), (60, 1))
DEEP_GREY, DEEP = GREY.astype(np.uint16) * 257, COLOUR.astype(np.uint16) * 257


def tiff(values: np.ndarray, **options: object) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, values, metadata=None, **options)
    return out.getvalue()


def _tag(data: bytes, code: int, value: object) -> bytes:
    out = io.BytesIO(data)
    with tifffile.TiffFile(out, mode="r+b") as file:
        file.pages[0].tags[code].overwrite(value)
    return out.getvalue()


def _in_words(values: np.ndarray, bits: int, **options) -> bytes:
    """A TIFF that says that its samples have so many bits, each of which has a word of 16."""
    out = io.BytesIO(tiff(values, **options))
    with tifffile.TiffFile(out) as file:
        tag = file.pages[0].tags[258]
        place, count = tag.valueoffset, tag.count
    data = bytearray(out.getvalue())
    data[place : place + 2 * count] = bits.to_bytes(2, "little") * count
    return bytes(data)


def _with_alpha(values: np.ndarray) -> np.ndarray:
    full = np.full(values.shape[:2], np.iinfo(values.dtype).max, values.dtype)
    return np.dstack([values, full])


RGB = {"photometric": "rgb"}
BILEVEL = np.kron(np.arange(24).reshape(4, 6) % 3 == 0, np.ones((16, 16), bool))
PALETTE = np.random.default_rng(0).integers(0, 256, (3, 256)).astype(np.uint16)
NUMBERS = GREY
TONES = {
    "grey": (tiff(GREY), GREY),
    "grey of 16 bits": (tiff(DEEP_GREY), GREY),
    "white is zero": (tiff(255 - GREY, photometric="miniswhite"), GREY),
    "white is zero, 16 bits": (tiff(65535 - DEEP_GREY, photometric="miniswhite"), GREY),
    "1 bit": (tiff(BILEVEL, photometric="minisblack"), BILEVEL * 255),
    "1 bit, white is zero": (tiff(~BILEVEL, photometric="miniswhite"), BILEVEL * 255),
    "1 bit, fax 4": (
        saved(Image.fromarray(BILEVEL), "TIFF", compression="group4"),
        BILEVEL * 255,
    ),
    "1 bit, fax 3": (
        saved(Image.fromarray(BILEVEL), "TIFF", compression="group3"),
        BILEVEL * 255,
    ),
    "12 bits in 16, told": (tiff(DEEP_GREY >> 4, extratags=[(281, 3, 1, 4095, True)]), GREY),
    "12 bits in 16": (tiff(DEEP_GREY >> 4), GREY),
    "10 bits in 16": (tiff(DEEP_GREY >> 6), GREY),
    "14 bits in 16": (tiff(DEEP_GREY >> 2), GREY),
    "14 bits in 16, told": (tiff(DEEP_GREY >> 2, extratags=[(281, 3, 1, 16383, True)]), GREY),
    "11 bits in 16, up to their white": (tiff(WHITE_GREY >> 5), WHITE_GREY / 257),
    "12 bits in 16, colour": (tiff(DEEP >> 4, **RGB), COLOUR),
    "14 bits in 16 with opacity": (
        tiff(_with_alpha(DEEP) >> 2, extrasamples=["unassalpha"], **RGB),
        COLOUR,
    ),
    "12 bits in words of 16": (_in_words(DEEP_GREY >> 4, 12), GREY),
    "14 bits in words of 16, colour": (_in_words(DEEP >> 2, 14, rowsperstrip=7, **RGB), COLOUR),
    "14 bits in words of 16, tiled": (_in_words(DEEP_GREY >> 2, 14, tile=(32, 32)), GREY),
    "dark, of 8 bits": (tiff((GREY // 9) * np.uint16(257)), GREY // 9),
    "dark, of one tone": (tiff(np.full_like(DEEP_GREY, 9 * 257)), np.full_like(GREY, 9)),
    "12 bits packed": (tiff(DEEP_GREY >> 4, bitspersample=12), GREY),
    "RGB": (tiff(COLOUR, **RGB), COLOUR),
    "RGB of 16 bits": (tiff(DEEP, **RGB), COLOUR),
    "RGBA of 16 bits": (tiff(_with_alpha(DEEP), extrasamples=["unassalpha"], **RGB), COLOUR),
    "premultiplied RGBA": (tiff(_with_alpha(COLOUR), extrasamples=["assocalpha"], **RGB), COLOUR),
    "a mask that is no opacity": (
        tiff(np.dstack([COLOUR, COLOUR[..., :1]]), extrasamples=["unspecified"], **RGB),
        COLOUR,
    ),
    "planar": (tiff(np.moveaxis(COLOUR, 2, 0), planarconfig="separate", **RGB), COLOUR),
    "planar, 16 bits": (tiff(np.moveaxis(DEEP, 2, 0), planarconfig="separate", **RGB), COLOUR),
    "big-endian LZW with predictor": (
        tiff(DEEP, byteorder=">", compression="lzw", predictor=True, rowsperstrip=7, **RGB),
        COLOUR,
    ),
    "LZW": (tiff(COLOUR, compression="lzw", predictor=True, **RGB), COLOUR),
    "grey LZW": (tiff(GREY, compression="lzw"), GREY),
    "deflate with predictor, tiled": (
        tiff(DEEP, compression="zlib", predictor=True, tile=(32, 32), **RGB),
        COLOUR,
    ),
    "zstd": (tiff(COLOUR, compression="zstd", **RGB), COLOUR),
    "packbits": (tiff(COLOUR, compression="packbits", **RGB), COLOUR),
    "JPEG": (tiff(COLOUR, compression="jpeg", compressionargs={"level": 97}, **RGB), COLOUR),
    "JPEG 2000": (tiff(DEEP, compression="jpeg2000", **RGB), COLOUR),
    "WebP": (
        tiff(COLOUR, compression="webp", compressionargs={"lossless": True}, **RGB),
        COLOUR,
    ),
    "BigTIFF, tiled JPEG": (
        tiff(COLOUR, bigtiff=True, compression="jpeg", tile=(32, 32), **RGB),
        COLOUR,
    ),
    "JPEG of YCbCr by libtiff": (
        saved(Image.fromarray(COLOUR), "TIFF", compression="jpeg", quality=97),
        COLOUR,
    ),
    "float, grey": (tiff(GREY.astype(np.float32) / 255), GREY),
    "float of 16 bits": (tiff((GREY / 255).astype(np.float16)), GREY),
    "float, colour": (tiff(COLOUR.astype(np.float32) / 255, **RGB), COLOUR),
    "float up to 255": (tiff(COLOUR.astype(np.float32), **RGB), COLOUR),
    "float up to 65535": (tiff(DEEP.astype(np.float64), **RGB), COLOUR),
    "32 bits": (tiff(DEEP_GREY.astype(np.uint32) * 65537), GREY),
    "palette": (
        tiff(NUMBERS, photometric="palette", colormap=PALETTE * 257),
        PALETTE.T[NUMBERS],
    ),
    "palette on an 8-bit scale": (
        tiff(NUMBERS, photometric="palette", colormap=PALETTE),
        PALETTE.T[NUMBERS],
    ),
}


@pytest.mark.parametrize("kind", TONES)
def test_tones_are_true(kind: str) -> None:
    data, right = TONES[kind]
    decoded = decode(data, name="a.tif")
    assert off(decoded.pixels, right) < (6 if "JPEG" in kind else 1.1)
    assert (decoded.width, decoded.height) == right.shape[1::-1]


def test_a_guess_of_fewer_bits_is_told_and_a_picture_with_a_profile_may_be_dark() -> None:
    dark = DEEP_GREY // 5
    guessed = decode(tiff(dark))
    assert any("14 bits in 16" in said and "too bright" in said for said in guessed.conversions)
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    told = decode(tiff(np.dstack([dark] * 3), iccprofile=profile, **RGB))
    assert off(told.pixels, np.rint(GREY / 5)) < 1.1


def test_a_large_scan_is_reduced_with_its_tones_and_its_opacity() -> None:
    large = np.kron(COLOUR, np.ones((40, 40, 1), np.uint8))
    clear = np.dstack([large, np.full(large.shape[:2], 255, np.uint8)])
    clear[: len(large) // 2, :, 3] = 0
    clear[: len(large) // 2, :, :3] = 0  # what is transparent is often black
    for values, kind in ((large, None), (clear, "unassalpha"), (clear, "assocalpha")):
        options = {} if kind is None else {"extrasamples": [kind]}
        decoded = decode(tiff(values, compression="zlib", **options, **RGB))
        assert decoded.pixels.shape == (683, 1024, 3)
        assert off(decoded.pixels[400:], _at(large, 1024)[400:]) < 2
        if kind:
            assert decoded.pixels[:335].min() == 255
            assert decoded.pixels[345:].min() > 30


def _at(pixels: np.ndarray, side: int) -> np.ndarray:
    image = Image.fromarray(pixels)
    image.thumbnail((side, side), Image.Resampling.BOX)
    return np.asarray(image)


def test_dark_prints_with_a_profile_stay_dark() -> None:
    from colour_kit import ADOBE

    dark = np.minimum(DEEP, 3000)
    assert decode(tiff(dark, iccprofile=ADOBE, **RGB)).pixels.max() < 20


def _multiband(bands: int) -> np.ndarray:
    return np.repeat(DEEP_GREY[:, :, None], bands, axis=2)


NORMALS = np.stack([np.linspace(-1, 1, 900).reshape(30, 30)] * 3, axis=2).astype(np.float32)
UNTRUE = {
    "8 bands": (
        tiff(_multiband(8), photometric="minisblack", planarconfig="contig"),
        "multispectral TIFF of 8 bands",
    ),
    "16 planes": (
        tiff(np.moveaxis(_multiband(16), 2, 0), photometric="minisblack", planarconfig="separate"),
        "multispectral TIFF of 16 bands",
    ),
    "a band a page": (
        tiff(np.stack([GREY.astype(np.float32)] * 12), photometric="minisblack"),
        "multispectral TIFF of 12 bands",
    ),
    "directions of light": (tiff(NORMALS, **RGB), r"measured values \(-1 to 1\).*RTI"),
    "heights": (tiff(np.linspace(0, 3.7, 900, dtype=np.float32).reshape(30, 30)), "heights"),
    "signed": (tiff(GREY.astype(np.int16) - 128), "signed numbers"),
    "complex": (tiff(GREY.astype(np.complex64)), "complex numbers"),
    "a raw file": (_tag(tiff(DEEP_GREY), 262, 32803), "camera's raw file"),
    "a DNG": (
        tiff(COLOUR, extratags=[(50706, 1, 4, b"\1\4\0\0", True)], **RGB),
        r"camera's raw file \(DNG\)",
    ),
    "inks": (
        tiff(_multiband(5)[..., :4], photometric="separated", extratags=[(332, 3, 1, 2, True)]),
        "separate inks",
    ),
    "LogLuv": (_tag(tiff(COLOUR, **RGB), 262, 32845), "high dynamic range"),
}


@pytest.mark.parametrize("kind", UNTRUE)
def test_what_has_no_true_look_is_refused_by_its_kind(kind: str) -> None:
    data, words = UNTRUE[kind]
    with pytest.raises(UnsupportedImage, match=words) as problem:
        decode(data)
    assert "damaged" not in str(problem.value)
    assert str(problem.value).count(". ") == 0


def _pages(*pages: tuple[np.ndarray, int | None], **options: object) -> bytes:
    out = io.BytesIO()
    with tifffile.TiffWriter(out, **options) as writer:
        for values, kind in pages:
            colours = "rgb" if values.ndim == 3 else "minisblack"
            writer.write(values, subfiletype=kind, photometric=colours, metadata=None)
    return out.getvalue()


def _pictures(data: bytes) -> list[DecodedImage]:
    """What an import of all pages takes of a file: the picture that is shown, then the others."""
    with tempfile.NamedTemporaryFile(suffix=".tif") as file:
        Path(file.name).write_bytes(data)
        count = count_pages(Path(file.name))
    found = []
    for number in range(1, count + 1):
        try:
            found.append(picture_at(data, number))
        except UnsupportedImage as error:
            if "smaller copy" not in str(error):
                raise
    return found


def _sizes(data: bytes) -> list[tuple[int, int]]:
    return [(picture.width, picture.height) for picture in _pictures(data)]


RECTO = scene(400, 300)
VERSO = np.ascontiguousarray(255 - RECTO[:, ::-1])


def _small(values: np.ndarray, factor: int) -> np.ndarray:
    return np.ascontiguousarray(values[::factor, ::factor])


def test_recto_and_verso_are_two_pages_and_the_first_is_shown() -> None:
    data = _pages((RECTO, 0), (VERSO, 0))
    decoded = decode(data)
    assert off(decoded.pixels, RECTO) == 0
    assert decoded.further_pages == 1
    assert "1 further page not taken" in decoded.conversions
    recto, verso = _pictures(data)
    assert off(recto.pixels, RECTO) == off(verso.pixels, VERSO) == 0
    assert not any("not taken" in note for note in (*recto.conversions, *verso.conversions))


@pytest.mark.parametrize("flag", [1, None])
def test_a_thumbnail_as_the_first_page_is_not_the_picture(flag: int | None) -> None:
    large = scene(1200, 900)
    data = _pages((_small(large, 10), flag), (large, 0))
    decoded = decode(data)
    assert (decoded.width, decoded.height) == (1200, 900)
    assert decoded.further_pages == 0
    assert _sizes(data) == [(1200, 900)]


@pytest.mark.parametrize("flag", [1, None])
def test_the_levels_of_a_pyramid_are_no_pages(flag: int | None) -> None:
    large = scene(2000, 1600)
    levels = [(large, 0), (_small(large, 2), flag), (_small(large, 4), flag)]
    for order in (levels, levels[::-1]):
        data = _pages(*order)
        assert decode(data).further_pages == 0
        assert _sizes(data) == [(2000, 1600)]


def test_levels_below_a_page_and_a_page_below_its_thumbnail() -> None:
    large = scene(1200, 900)
    for first, below in ((large, _small(large, 2)), (_small(large, 8), large)):
        out = io.BytesIO()
        with tifffile.TiffWriter(out) as writer:
            writer.write(first, subifds=1, metadata=None, **RGB)
            writer.write(below, subfiletype=int(below is not large), metadata=None, **RGB)
        assert _sizes(out.getvalue()) == [(1200, 900)]
        assert decode(out.getvalue()).width == 1200


def test_a_smaller_page_that_shows_another_thing_is_a_page() -> None:
    data = _pages((_small(VERSO, 2), 0), (RECTO, 0))
    decoded = decode(data)
    assert decoded.width == 400
    assert decoded.further_pages == 1
    assert _sizes(data) == [(400, 300), (200, 150)]


def test_a_blank_first_page_is_not_the_picture_and_a_mask_is_no_page() -> None:
    blank = np.full_like(RECTO, 250)
    decoded = decode(_pages((blank, 0), (RECTO, 0), (RECTO[..., 0] > 99, 4)))
    assert off(decoded.pixels, RECTO) == 0
    assert decoded.further_pages == 1
    only = decode(_pages((blank, 0), (blank, 0)))
    assert only.pixels.min() == 250


def test_pictures_are_counted_and_numbered_from_the_one_that_is_shown(tmp_path: Path) -> None:
    """Behind it come the others in their order; a smaller copy of it is none."""
    blank = np.full_like(RECTO, 250)
    data = _pages((blank, 0), (RECTO, 0), (VERSO, 0), (_small(RECTO, 2), 0))
    (tmp_path / "a.tif").write_bytes(data)
    assert count_pages(tmp_path / "a.tif") == 4
    for number, expected in enumerate((RECTO, blank, VERSO), 1):
        picture = picture_at(data, number)
        assert off(picture.pixels, expected) == 0
        assert picture.conversions == ("TIFF converted",)
    for number, said in ((4, "smaller copy"), (5, "no page 5")):
        with pytest.raises(UnsupportedImage, match=said):
            picture_at(data, number)
    (tmp_path / "b.tif").write_bytes(data[:100])
    assert count_pages(tmp_path / "b.tif") == 1


@pytest.mark.parametrize("compression", [None, "lzw"])
def test_every_page_is_turned_by_its_own_orientation(compression: str | None) -> None:
    out = io.BytesIO()
    with tifffile.TiffWriter(out) as writer:
        for turn in (1, 6):
            tags = [(274, 3, 1, turn, True)]
            writer.write(RECTO, extratags=tags, compression=compression, metadata=None, **RGB)
    first, second = _pictures(out.getvalue())
    assert (first.width, first.height, second.width, second.height) == (400, 300, 300, 400)
    assert off(second.pixels, np.rot90(RECTO, -1)) == 0


def test_a_file_of_another_format_has_one_page() -> None:
    data = saved(COLOUR, "PNG")
    (only,) = _pictures(data)
    assert off(only.pixels, COLOUR) == 0
    assert picture_at(data, 1, name="a.jpg").conversions == ("PNG data in a file named .jpg",)
    with pytest.raises(UnsupportedImage, match="one picture only"):
        picture_at(data, 2)


def test_a_page_that_only_libtiff_decodes() -> None:
    image = Image.fromarray(COLOUR).convert("YCbCr")
    data = saved(image, "TIFF")
    assert off(decode(data).pixels, COLOUR) < 2


@pytest.mark.parametrize(
    "kind", ["RGB", "LZW", "big-endian LZW with predictor", "BigTIFF, tiled JPEG"]
)
@pytest.mark.parametrize("share", [0.05, 0.5, 0.9, 0.999])
def test_a_tiff_cut_off_anywhere_is_refused(kind: str, share: float) -> None:
    data = TONES[kind][0]
    with pytest.raises(UnsupportedImage, match=r"incomplete|damaged"):
        decode(data[: int(len(data) * share)])


def test_limits_are_checked_on_the_header() -> None:
    data = tiff(COLOUR, **RGB)
    with pytest.raises(TooLarge, match="100,000 x 60"):
        decode(_tag(data, 256, 100_000))
    tiled = tiff(COLOUR, tile=(32, 32), **RGB)
    with pytest.raises((TooLarge, UnsupportedImage)):
        decode(_tag(_tag(tiled, 322, 65_520), 323, 65_520))
    with pytest.raises(TooLarge, match="MB once decoded"):
        decode(tiff(COLOUR.astype(np.float64) / 255, **RGB), Limits(max_pixels=5400))


@pytest.mark.parametrize("bits", [10, 12, 14])
@pytest.mark.parametrize("values", [DEEP_GREY, DEEP], ids=["grey", "colour"])
@pytest.mark.parametrize("encode", [imagecodecs.png_encode, imagecodecs.jpeg2k_encode])
def test_fewer_bits_than_16_in_a_png_or_jpeg_2000_are_no_dark_picture(encode, values, bits) -> None:
    decoded = decode(encode(np.ascontiguousarray(values >> (16 - bits))))
    assert off(decoded.pixels, np.rint(values / 257).astype(np.uint8)) < 1.1
    assert any(f"{bits} bits in 16" in said for said in decoded.conversions)
