"""The decoder: every accepted format and every kind of bad input."""

import io
import struct
import zlib
from collections.abc import Callable
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageOps

from artsim.core.errors import ArtsimError, TooLarge, UnsupportedImage
from artsim.core.limits import CANONICAL_SIDE, Limits
from artsim.images.canonical import canonical_jpeg, canonical_upload, decode_canonical
from artsim.images.decode import decode
from artsim.images.thumbnail import thumbnail_webp


def painting(width: int = 90, height: int = 60) -> Image.Image:
    """A smooth picture without symmetry: bright red left, dark top, blue to the right."""
    y, x = np.mgrid[0:height, 0:width] / np.array([height, width])[:, None, None]
    red = 220 - 180 * x
    green = 40 + 160 * y
    blue = 60 + 150 * x * y
    return Image.fromarray(np.stack([red, green, blue], axis=2).astype(np.uint8))


def saved(image: Image.Image, format: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def apart(pixels: np.ndarray, image: Image.Image) -> float:
    return float(np.abs(pixels.astype(float) - np.asarray(image.convert("RGB"))).mean())


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "BMP", "TIFF", "GIF"])
def test_every_format_gives_the_same_picture(format: str) -> None:
    decoded = decode(saved(painting(), format))
    assert decoded.format == format
    assert decoded.pixels.shape == (60, 90, 3)
    assert decoded.pixels.dtype == np.uint8
    assert apart(decoded.pixels, painting()) < 6


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_exif_orientation_is_applied(format: str, orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = saved(painting(), format, exif=exif)
    with Image.open(io.BytesIO(data)) as image:
        upright = ImageOps.exif_transpose(image)
        decoded = decode(data)
        assert (decoded.width, decoded.height) == upright.size
        assert apart(decoded.pixels, upright) < 3
    assert any("orientation" in note for note in decoded.conversions) == (orientation != 1)


def _with_alpha() -> Image.Image:
    image = painting().convert("RGBA")
    image.putalpha(Image.new("L", image.size, 0))
    return image


@pytest.mark.parametrize(
    ("image", "format", "note"),
    [
        (painting().convert("CMYK"), "JPEG", "CMYK"),
        (painting().convert("L"), "JPEG", "grey"),
        (painting().quantize(32), "PNG", "palette"),
        (painting().convert("1"), "PNG", "1-bit"),
        (_with_alpha(), "PNG", "transparency"),
        (painting(), "WEBP", "WEBP"),
    ],
)
def test_conversions_are_named(image: Image.Image, format: str, note: str) -> None:
    decoded = decode(saved(image, format))
    assert any(note in text for text in decoded.conversions)
    assert decoded.pixels.shape == (60, 90, 3)


def test_transparent_pixels_become_white() -> None:
    assert decode(saved(_with_alpha(), "PNG")).pixels.min() == 255


def test_sixteen_bit_grey_is_scaled_and_not_clipped() -> None:
    ramp = np.linspace(0, 65535, 90 * 60).reshape(60, 90).astype(np.uint16)
    decoded = decode(saved(Image.fromarray(ramp), "PNG"))
    assert np.abs(decoded.pixels[..., 0].astype(float) - ramp / 257).max() <= 1
    assert any("16 bits" in note for note in decoded.conversions)


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Image.new("RGB", (40, 30), colour) for colour in ("red", "blue", "green")]
    data = saved(frames[0], "GIF", save_all=True, append_images=frames[1:])
    decoded = decode(data)
    assert decoded.pixels[5, 5].tolist() == [255, 0, 0]
    assert any("animation" in note for note in decoded.conversions)


def test_the_srgb_profile_changes_nothing_and_a_broken_one_is_ignored() -> None:
    plain = decode(saved(painting(), "JPEG")).pixels
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    assert np.array_equal(decode(saved(painting(), "JPEG", icc_profile=srgb)).pixels, plain)
    broken = decode(saved(painting(), "JPEG", icc_profile=b"nonsense" * 30))
    assert np.array_equal(broken.pixels, plain)


def test_a_wrong_extension_is_noted() -> None:
    assert decode(saved(painting(), "PNG"), name="a.jpg").conversions == (
        "PNG data in a file named .jpg",
    )
    assert decode(saved(painting(), "JPEG"), name="Étude nº 3.JPG").conversions == ()


def _png_header(width: int, height: int) -> bytes:
    head = b"IHDR" + struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = struct.pack(">I", 13) + head + struct.pack(">I", zlib.crc32(head))
    return b"\x89PNG\r\n\x1a\n" + chunk + struct.pack(">I", 4) + b"IDATaaaa" + bytes(4)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"just some words about a painting", "text"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "web page"),
        (b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>', "SVG"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "PostScript"),
        (b"\x00\x05\x16\x07" + bytes(80), "sidecar"),
        (saved(painting(), "JPEG")[:300], "incomplete"),
        (saved(painting(), "PNG")[:300], "PNG file is incomplete"),
        (saved(painting(), "JPEG").replace(b"\xff\xdb", b"\xff\x19"), "JPEG file is damaged"),
        (b"\0" + saved(painting(), "JPEG")[1:], "a JPEG whose first bytes were changed"),
        (saved(painting(), "PNG").replace(b"\r\n", b"\n"), "a PNG whose first bytes were changed"),
    ],
)
def test_what_is_no_image_is_named(data: bytes, words: str) -> None:
    with pytest.raises(UnsupportedImage, match=words):
        decode(data)


@pytest.mark.parametrize(
    "format", ["JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF", "JPEG2000", "AVIF"]
)
@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_off_file_is_called_incomplete(format: str, share: float) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (80, 80, 3)).astype(np.uint8)
    data = saved(Image.fromarray(noise), format)
    with pytest.raises(UnsupportedImage, match="incomplete"):
        decode(data[: int(len(data) * share)])


@pytest.mark.parametrize("format", ["PNG", "GIF"])
def test_bytes_lost_in_the_middle_are_damage_not_a_missing_end(format: str) -> None:
    noise = np.random.default_rng(0).integers(0, 255, (80, 80, 3)).astype(np.uint8)
    data = saved(Image.fromarray(noise), format)
    middle = len(data) // 2
    with pytest.raises(UnsupportedImage, match="is damaged"):
        decode(data[: middle - 1000] + bytes(2000) + data[middle + 1000 :])


def test_bombs_are_refused_by_their_header_and_master_scans_are_not() -> None:
    with pytest.raises(TooLarge, match="100,000 x 100,000"):
        decode(_png_header(100_000, 100_000))
    with pytest.raises(TooLarge):
        decode(saved(Image.new("1", (14_000, 14_000)), "PNG"))
    master = decode(saved(Image.new("1", (15_000, 10_000)), "PNG"))
    assert (master.width, master.height) == (15_000, 10_000)
    assert max(master.pixels.shape) == CANONICAL_SIDE


def test_upload_limits() -> None:
    with pytest.raises(TooLarge, match="limit"):
        decode(bytes(2000), Limits(max_bytes=1000))
    assert TooLarge("").status == 413
    assert UnsupportedImage("").status == 415


@given(st.binary(max_size=300), st.sampled_from(["", "JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP"]))
def test_random_bytes_raise_nothing_but_our_errors(noise: bytes, format: str) -> None:
    head = saved(painting(12, 8), format)[:60] if format else b""
    with suppress(ArtsimError):
        decode(head + noise)


@given(st.integers(0, 2**31), st.sampled_from(["JPEG", "PNG", "GIF", "TIFF", "BMP", "WEBP"]))
def test_flipped_bytes_raise_nothing_but_our_errors(seed: int, format: str) -> None:
    rng = np.random.default_rng(seed)
    data = np.frombuffer(saved(painting(24, 16), format), np.uint8).copy()
    data[rng.integers(0, len(data), 6)] = rng.integers(0, 256, 6)
    with suppress(ArtsimError):
        assert decode(data.tobytes(), Limits(max_pixels=1_000_000)).pixels.ndim == 3


@pytest.mark.parametrize(("width", "height"), [(3000, 2000), (1500, 1200), (700, 2600), (90, 60)])
def test_the_canonical_image_is_bounded_and_repeatable(width: int, height: int) -> None:
    data = saved(painting(width, height), "JPEG", quality=90)
    decoded = decode(data)
    stored = canonical_jpeg(decoded)
    assert (decoded.width, decoded.height) == (width, height)
    assert stored == canonical_upload(data, "again.jpg")
    with Image.open(io.BytesIO(stored)) as image:
        assert max(image.size) == min(max(width, height), CANONICAL_SIDE)
        assert image.width / image.height == pytest.approx(width / height, rel=0.01)
        assert apart(np.asarray(image), painting(width, height).resize(image.size)) < 3


def test_thumbnails_and_scaled_decoding() -> None:
    stored = canonical_jpeg(decode(saved(painting(1000, 800), "PNG")))
    with Image.open(io.BytesIO(thumbnail_webp(decode_canonical(stored), 320))) as thumb:
        assert thumb.format == "WEBP"
        assert thumb.size == (320, 256)
    assert decode_canonical(stored, 224).shape == (400, 500, 3)
    assert decode_canonical(stored, 800).shape == (800, 1000, 3)
    with pytest.raises(UnsupportedImage):
        decode_canonical(b"nothing")


@pytest.mark.parametrize("make", [lambda: painting(1, 1), lambda: painting(2000, 1)])
def test_shapes_at_the_edge(make: Callable[[], Image.Image]) -> None:
    decoded = decode(saved(make(), "PNG"))
    assert thumbnail_webp(decoded.pixels)
    assert canonical_jpeg(decoded)
