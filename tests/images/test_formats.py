"""The newer formats are read within the limits, and what is no picture is named."""

import io
import struct
from contextlib import suppress

import imagecodecs
import numpy as np
import pillow_heif
import pytest
from colour_kit import ADOBE, LINEAR, grey_scene, linear, off, saved, scene, stored_in
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from artsim.core.errors import ArtsimError, TooLarge, UnsupportedImage
from artsim.core.limits import Limits
from artsim.images.decode import decode
from artsim.images.formats import EXTENSIONS, format_of

COLOUR, GREY = scene(), grey_scene()
DEEP_GREY, DEEP = GREY.astype(np.uint16) * 257, COLOUR.astype(np.uint16) * 257


def heic(*pictures: np.ndarray, **options: object) -> bytes:
    out = io.BytesIO()
    file = pillow_heif.from_pillow(Image.fromarray(pictures[0]))
    for picture in pictures[1:]:
        file.add_from_pillow(Image.fromarray(picture))
    file.save(out, quality=-1, chroma=444, matrix_coefficients=0, **options)
    return out.getvalue()


def jxl(values: np.ndarray) -> bytes:
    return bytes(imagecodecs.jpegxl_encode(values, lossless=True))


def jp2_with_profile(data: bytes, profile: bytes) -> bytes:
    """A JP2 whose colour box holds an ICC profile instead of a number."""
    place = data.index(b"colr") - 4
    size = int.from_bytes(data[place : place + 4], "big")
    box = struct.pack(">I", 11 + len(profile)) + b"colr\2\0\0" + profile
    head = data.index(b"jp2h") - 4
    grown = int.from_bytes(data[head : head + 4], "big") + len(box) - size
    return (
        data[:head] + struct.pack(">I", grown) + data[head + 4 : place] + box + data[place + size :]
    )


def _rgba() -> np.ndarray:
    clear = np.dstack([COLOUR, np.full((60, 90), 255, np.uint8)])
    clear[:20, :, 3] = 0
    return clear


ON_WHITE = COLOUR.copy()
ON_WHITE[:20] = 255
READ = {
    "jp2": (saved(COLOUR, "JPEG2000"), "JPEG 2000", COLOUR),
    "j2k": (saved(COLOUR, "JPEG2000", no_jp2=True), "JPEG 2000", COLOUR),
    "grey jp2": (saved(GREY, "JPEG2000"), "JPEG 2000", GREY),
    "16-bit grey jp2": (saved(DEEP_GREY, "JPEG2000"), "JPEG 2000", GREY),
    "16-bit jp2": (bytes(imagecodecs.jpeg2k_encode(DEEP)), "JPEG 2000", COLOUR),
    "RGBA jp2": (saved(_rgba(), "JPEG2000"), "JPEG 2000", ON_WHITE),
    "Adobe RGB jp2": (
        jp2_with_profile(saved(stored_in(ADOBE), "JPEG2000"), ADOBE),
        "JPEG 2000",
        COLOUR,
    ),
    "heic": (heic(COLOUR), "HEIF", COLOUR),
    "RGBA heic": (heic(_rgba()), "HEIF", ON_WHITE),
    "Adobe RGB heic": (heic(stored_in(ADOBE), icc_profile=ADOBE), "HEIF", COLOUR),
    "avif": (saved(COLOUR, "AVIF", quality=100, subsampling="4:4:4"), "AVIF", COLOUR),
    "jxl": (jxl(COLOUR), "JPEG XL", COLOUR),
    "grey jxl": (jxl(GREY), "JPEG XL", GREY),
    # This writer takes 16 bits to be linear, and says so in the file.
    "16-bit linear jxl": (jxl(linear(COLOUR, 1.0)), "JPEG XL", COLOUR),
    "16-bit linear grey jxl": (jxl(linear(GREY, 1.0)), "JPEG XL", GREY),
    "16-bit linear jp2": (
        jp2_with_profile(
            bytes(imagecodecs.jpeg2k_encode(linear(COLOUR, 1.0), codecformat="jp2")), LINEAR
        ),
        "JPEG 2000",
        COLOUR,
    ),
    "RGBA jxl": (jxl(_rgba()), "JPEG XL", ON_WHITE),
}


@pytest.mark.parametrize("kind", READ)
def test_newer_formats_are_read_in_their_true_colours(kind: str) -> None:
    data, format, right = READ[kind]
    decoded = decode(data)
    assert decoded.format == format
    assert off(decoded.pixels, right) < 2.5
    assert (decoded.width, decoded.height) == (90, 60)
    assert f"{format} converted" in decoded.conversions


def test_deep_samples_keep_the_dark_tones_of_a_linear_profile() -> None:
    dark = np.tile(np.arange(2, 40, dtype=np.uint8), (38, 1))
    values = np.repeat(linear(dark, 1.0)[:, :, None], 3, axis=2)
    jp2 = jp2_with_profile(bytes(imagecodecs.jpeg2k_encode(values, codecformat="jp2")), LINEAR)
    for data in (jxl(values), jp2):
        assert np.abs(decode(data).pixels[..., 0].astype(int) - dark).max() <= 1


@pytest.mark.parametrize("format", ["JPEG 2000", "JPEG XL"])
def test_a_large_picture_is_reduced(format: str) -> None:
    large = np.kron(COLOUR, np.ones((30, 30, 1), np.uint8))
    data = saved(large, "JPEG2000") if format == "JPEG 2000" else jxl(large)
    decoded = decode(data)
    assert (decoded.width, decoded.height) == (2700, 1800)
    assert decoded.pixels.shape == (683, 1024, 3)
    middle = decoded.pixels[5 :: 683 // 60, 5 :: 1024 // 90][:60, :90]
    assert abs(middle.mean() - COLOUR.mean()) < 8


def test_a_packed_jpeg_gives_the_jpeg_back() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    jpeg = saved(COLOUR, "JPEG", quality=95, exif=exif)
    packed = bytes(imagecodecs.jpegxl_encode_jpeg(jpeg, usecontainer=True))
    decoded = decode(packed)
    assert np.array_equal(decoded.pixels, decode(jpeg).pixels)
    assert decoded.format == "JPEG XL"
    assert decoded.height == 90


def test_a_heic_is_turned_once_and_tells_of_further_pictures() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    turned = decode(heic(COLOUR, exif=exif.tobytes()))
    assert turned.width in (60, 90)
    several = decode(heic(COLOUR, 255 - COLOUR))
    assert several.further_pages == 1
    assert "1 further picture not taken" in several.conversions


@pytest.mark.parametrize("format", ["AVIF", "WEBP", "HEIF"])
def test_an_exif_block_of_nonsense_costs_nothing(format: str) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    options = {"quality": 100} if format == "AVIF" else {"lossless": True}
    plain = heic(COLOUR) if format == "HEIF" else saved(COLOUR, format, **options)
    block = exif.tobytes()
    if format == "HEIF":
        data = heic(COLOUR, exif=block)
    else:
        data = saved(COLOUR, format, exif=exif, **options)
    place = data.index(b"MM\0*")
    data = data[:place] + b"XXXX" + data[place + 4 :]
    assert np.array_equal(decode(data).pixels, decode(plain).pixels)


@pytest.mark.parametrize("kind", READ)
def test_limits_are_checked_before_the_pixels_and_cut_off_files_are_refused(kind: str) -> None:
    data = READ[kind][0]
    with pytest.raises(TooLarge, match="claims 90 x 60"):
        decode(data, Limits(max_pixels=5000))
    with pytest.raises(UnsupportedImage):
        decode(data[: len(data) * 6 // 10])


def test_a_header_that_claims_too_much_is_refused() -> None:
    jp2 = bytearray(READ["jp2"][0])
    place = jp2.index(b"ihdr")
    jp2[place + 4 : place + 12] = struct.pack(">II", 100_000, 100_000)
    with pytest.raises(TooLarge, match="100,000"):
        decode(bytes(jp2))
    big = b"\xff\x0a" + (0 | 3 << 1 | (99_999 << 3)).to_bytes(5, "little") + bytes(40)
    with pytest.raises(TooLarge, match="100,000"):
        decode(big)


def test_what_a_decoder_says_in_lines_is_one_sentence() -> None:
    data = bytearray(heic(COLOUR))
    data[16 : data[3]] = b"x" * (data[3] - 16)  # none of the brands is known
    with pytest.raises(UnsupportedImage, match="of a kind that cannot be read here") as refused:
        decode(bytes(data))
    assert "\n" in str(refused.value.__cause__)
    assert "\n" not in str(refused.value)


@given(st.sampled_from(sorted(READ)), st.integers(0, 2**31))
def test_flipped_bytes_raise_nothing_but_our_errors(kind: str, seed: int) -> None:
    rng = np.random.default_rng(seed)
    data = np.frombuffer(READ[kind][0], np.uint8).copy()
    data[rng.integers(0, len(data), 4)] = rng.integers(0, 256, 4)
    with suppress(ArtsimError):
        assert decode(data.tobytes(), Limits(max_pixels=1_000_000)).pixels.ndim == 3


HTML = "<!DOCTYPE html><html><body>404</body></html>"
NAMED = {
    "a Photoshop document": b"8BPS\0\1" + bytes(60),
    "a PDF document": b"\n\n%PDF-1.7 ...",
    "an SVG drawing": b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"/>',
    "a web page": b"\n <!-- error -->" + HTML.encode(),
    "a web page (HTML)": HTML.encode("utf-16"),
    "a video": b"\0\0\0\x18ftypisom" + bytes(60),
    "a video (Matroska)": b"\x1a\x45\xdf\xa3" + bytes(60),
    "a camera's raw file (Canon CR3)": b"\0\0\0\x18ftypcrx " + bytes(60),
    "a camera's raw file (Canon CR2)": b"II*\0\x10\0\0\0CR\2\0" + bytes(60),
    "a camera's raw file (Olympus)": b"IIRO" + bytes(60),
    "a camera's raw file (Fujifilm)": b"FUJIFILMCCD-RAW 0201" + bytes(60),
    "an OpenEXR image": b"\x76\x2f\x31\x01" + bytes(60),
    "a relightable image (RTI)": b"#HSH1.2\n100 100 3",
    "a DICOM file": bytes(128) + b"DICM" + bytes(60),
    "a JPEG-LS image": b"\xff\xd8\xff\xf7" + bytes(60),
    "an Office document": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(60),
    "a PNM image": b"P6\n4 4\n255\n" + bytes(48),
    "filled with zeros": bytes(5000),
    "text": "Größe: 3 × 4 cm".encode("latin-1"),
    "of an unknown kind": bytes(range(256)),
}


@pytest.mark.parametrize("kind", NAMED)
def test_what_is_no_picture_is_refused_by_its_kind(kind: str) -> None:
    with pytest.raises(UnsupportedImage) as problem:
        decode(NAMED[kind], name="a.jpg")
    assert str(problem.value).startswith(f"The file is {kind.partition(' (Mat')[0]}")
    assert "damaged" not in str(problem.value)


def test_jpegs_that_no_browser_reads_are_named() -> None:
    deep = bytes(imagecodecs.jpeg8_encode((DEEP_GREY >> 4), bitspersample=12))
    with pytest.raises(UnsupportedImage, match="JPEG of 12 bits a channel"):
        decode(deep)
    lossless = bytes(imagecodecs.ljpeg_encode(DEEP_GREY))
    with pytest.raises(UnsupportedImage, match="lossless JPEG"):
        decode(lossless)
    near_lossless = bytes(imagecodecs.jpegls_encode(DEEP_GREY))
    with pytest.raises(UnsupportedImage, match="a JPEG-LS image"):
        decode(near_lossless[:2] + b"\xff\xfe\0\x04ab" + near_lossless[2:])


def test_every_read_format_has_its_extensions() -> None:
    assert {format_of(data) for data, _, _ in READ.values()} <= set(EXTENSIONS)
    assert {"jp2", "j2k", "jpx", "heic", "heif", "avif", "jxl"} <= {
        extension for found in EXTENSIONS.values() for extension in found
    }


@pytest.mark.parametrize("format", ["GIF", "WEBP", "PNG", "AVIF"])
def test_a_blank_first_frame_is_not_the_picture(format: str) -> None:
    blank = Image.new("RGB", (90, 60), "white")
    frames = [Image.new("RGB", (90, 60), "black"), Image.fromarray(COLOUR)]
    options = {"lossless": True} if format == "WEBP" else {}
    data = saved(blank, format, save_all=True, append_images=frames, duration=100, **options)
    decoded = decode(data)
    assert off(decoded.pixels, COLOUR) < 8
    assert any("frame 3 of an animation" in note for note in decoded.conversions)
    blank_only = saved(blank, format, save_all=True, append_images=frames[:1], duration=100)
    assert decode(blank_only).pixels.min() > 250
