"""Colours are what a profile means: in every format, at every depth, whatever it is called."""

import io
import struct
import zlib

import numpy as np
import pytest
import tifffile
from colour_kit import (
    ADOBE,
    GREY_18,
    GREY_LINEAR,
    LINEAR,
    PROPHOTO,
    SRGB,
    grey_scene,
    linear,
    off,
    png16,
    saved,
    scene,
    stored_in,
)
from PIL import Image

from artsim.face.liked import picture_of
from artsim.images.canonical import decode_canonical
from artsim.images.colour import display_p3
from artsim.images.decode import decode
from artsim.images.query_pictures import query_picture

PROFILES = {"Adobe RGB": ADOBE, "ProPhoto": PROPHOTO}


def tiff(values: np.ndarray, profile: bytes | None = None, **options: object) -> bytes:
    out = io.BytesIO()
    tifffile.imwrite(out, values, iccprofile=profile, metadata=None, **options)
    return out.getvalue()


def png_with(data: bytes, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG with further chunks behind its header."""
    packed = b"".join(
        struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        for name, body in chunks
    )
    return data[:33] + packed + data[33:]


def iccp(profile: bytes) -> tuple[bytes, bytes]:
    return b"iCCP", b"x\0\0" + zlib.compress(profile)


def _opaque(values: np.ndarray) -> np.ndarray:
    full = np.full(values.shape[:2], np.iinfo(values.dtype).max, values.dtype)
    return np.dstack([values, full])


def _files(profile: bytes) -> dict[str, bytes]:
    eight, deep = stored_in(profile), stored_in(profile, 16)
    rgba = Image.fromarray(_opaque(eight))
    clear = _opaque(eight)
    clear[:5, :5, 3] = 254  # opacity that does not show and still takes the path of opacity
    palette = Image.fromarray(eight).quantize(256, dither=Image.Dither.NONE)
    return {
        "JPEG": saved(eight, "JPEG", quality=97, subsampling=0, icc_profile=profile),
        "PNG": saved(eight, "PNG", icc_profile=profile),
        "RGBA PNG": saved(rgba, "PNG", icc_profile=profile),
        "RGBA PNG, not all opaque": saved(clear, "PNG", icc_profile=profile),
        "palette PNG": saved(palette, "PNG", icc_profile=profile),
        "16-bit PNG": png_with(png16(deep), iccp(profile)),
        "16-bit RGBA PNG": png_with(png16(_opaque(deep)), iccp(profile)),
        "WebP": saved(eight, "WEBP", lossless=True, icc_profile=profile),
        "RGBA WebP": saved(clear, "WEBP", lossless=True, icc_profile=profile),
        "AVIF": saved(eight, "AVIF", quality=100, subsampling="4:4:4", icc_profile=profile),
        "TIFF": tiff(eight, profile, photometric="rgb"),
        "RGBA TIFF": tiff(_opaque(eight), profile, photometric="rgb", extrasamples=["unassalpha"]),
        "16-bit TIFF": tiff(deep, profile, photometric="rgb"),
        "planar 16-bit TIFF": tiff(
            np.moveaxis(deep, 2, 0), profile, photometric="rgb", planarconfig="separate"
        ),
    }


KINDS = list(_files(ADOBE))


@pytest.mark.parametrize("name", PROFILES)
@pytest.mark.parametrize("kind", KINDS)
def test_colours_are_those_of_the_painting_in_every_kind_of_file(kind: str, name: str) -> None:
    profile = PROFILES[name]
    data = _files(profile)[kind]
    decoded = decode(data)
    assert off(decoded.pixels, scene()) < (4 if "palette" in kind else 2)
    assert off(decoded.pixels, stored_in(profile)) > 6
    assert "colour profile converted to sRGB" in decoded.conversions
    asked = decode_canonical(query_picture(data).jpeg)
    assert off(asked, scene()) < 5


def _renamed(profile: bytes, name: bytes) -> bytes:
    """The profile with every description in it overwritten."""
    changed = bytearray(profile)
    count = int.from_bytes(profile[128:132], "big")
    for entry in range(132, 132 + 12 * count, 12):
        if profile[entry : entry + 4] == b"desc":
            start, size = struct.unpack(">II", profile[entry + 4 : entry + 12])
            wide = name.decode().encode("utf-16-be")[: size - 28]
            body = b"mluc" + struct.pack(">IIIHHII", 0, 1, 12, 0x656E, 0x5553, len(wide), 28) + wide
            changed[start : start + size] = body.ljust(size, b"\0")
    return bytes(changed)


def test_a_profile_is_judged_by_its_curves_and_never_by_its_name() -> None:
    called_srgb = _renamed(ADOBE, b"sRGB")
    assert b"s\0R\0G\0B" in called_srgb
    decoded = decode(saved(stored_in(ADOBE), "PNG", icc_profile=called_srgb))
    assert off(decoded.pixels, scene()) < 2
    called_adobe = _renamed(SRGB, b"Adobe RGB")
    jpeg = saved(scene(), "JPEG", icc_profile=called_adobe)
    decoded = decode(jpeg)
    assert np.array_equal(decoded.pixels, decode(saved(scene(), "JPEG")).pixels)
    assert decoded.conversions == ()
    assert decoded.canonical


GREYS = {"linear": (GREY_LINEAR, 1.0), "gamma 1.8": (GREY_18, 1.8)}


@pytest.mark.parametrize("name", GREYS)
@pytest.mark.parametrize("kind", ["JPEG", "PNG", "16-bit PNG", "16-bit TIFF", "WhiteIsZero", "LA"])
def test_a_grey_scan_is_as_bright_as_its_profile_says(kind: str, name: str) -> None:
    profile, gamma = GREYS[name]
    deep = linear(grey_scene(), gamma)
    eight = np.rint(deep / 257).astype(np.uint8)
    data = {
        "JPEG": lambda: saved(eight, "JPEG", quality=98, icc_profile=profile),
        "PNG": lambda: saved(eight, "PNG", icc_profile=profile),
        "16-bit PNG": lambda: png_with(png16(deep), iccp(profile)),
        "16-bit TIFF": lambda: tiff(deep, profile),
        "WhiteIsZero": lambda: tiff(65535 - deep, profile, photometric="miniswhite"),
        "LA": lambda: saved(
            Image.merge("LA", [Image.fromarray(eight), Image.new("L", (90, 60), 255)]),
            "PNG",
            icc_profile=profile,
        ),
    }[kind]()
    assert off(decode(data).pixels, grey_scene()) < 2.5
    assert off(decode(data).pixels, eight) > 6


@pytest.mark.parametrize("kind", ["TIFF", "PNG"])
def test_deep_samples_keep_the_dark_tones_of_a_linear_profile(kind: str) -> None:
    dark = np.tile(np.arange(2, 40, dtype=np.uint8), (38, 1))
    values = np.repeat(linear(dark, 1.0)[:, :, None], 3, axis=2)
    data = tiff(values, LINEAR) if kind == "TIFF" else png_with(png16(values), iccp(LINEAR))
    assert np.abs(decode(data).pixels[..., 0].astype(int) - dark).max() <= 1


def _exif(space: int | None, index: str | None) -> Image.Exif:
    exif = Image.Exif()
    exif[0x010F] = "A camera"
    if space is not None:
        exif.get_ifd(0x8769)[0xA001] = space
    if index is not None:
        exif.get_ifd(0x8769)[0xA005] = {1: index}
    return exif


@pytest.mark.parametrize("format", ["JPEG", "PNG", "WEBP", "AVIF"])
@pytest.mark.parametrize(("space", "index"), [(2, None), (65535, "R03"), (None, "R03")])
def test_adobe_rgb_that_only_exif_tells_of(format: str, space: int | None, index: str) -> None:
    options = {"quality": 97} if format in ("JPEG", "AVIF") else {}
    options |= {"lossless": True} if format == "WEBP" else {}
    data = saved(stored_in(ADOBE), format, exif=_exif(space, index), **options)
    assert off(decode(data).pixels, scene()) < 3


def test_adobe_rgb_that_a_tiff_tells_of() -> None:
    out = io.BytesIO()
    image = Image.fromarray(stored_in(ADOBE))
    exif = _exif(2, None)
    exif[0x8769] = 1  # Pillow writes the folder only where its place is taken
    image.save(out, "TIFF", exif=exif)
    assert off(decode(out.getvalue()).pixels, scene()) < 2


@pytest.mark.parametrize(("space", "index"), [(1, "R98"), (65535, "R98"), (1, "R03"), (None, None)])
def test_other_exif_colour_spaces_are_srgb(space: int | None, index: str | None) -> None:
    exif = _exif(space, index)
    decoded = decode(saved(scene(), "JPEG", quality=97, exif=exif))
    assert off(decoded.pixels, scene()) < 2
    assert decoded.canonical


def test_the_gamma_and_primaries_of_a_png_count_where_they_make_sense() -> None:
    primaries = struct.pack(">8I", 31270, 32900, 64000, 33000, 21000, 71000, 15000, 6000)
    adobe = png_with(
        saved(stored_in(ADOBE), "PNG"), (b"gAMA", struct.pack(">I", 45471)), (b"cHRM", primaries)
    )
    assert off(decode(adobe).pixels, scene()) < 8  # the curve is that of sRGB then
    srgb = struct.pack(">8I", 31270, 32900, 64000, 33000, 30000, 60000, 15000, 6000)
    plain = saved(scene(), "PNG")
    usual = png_with(plain, (b"gAMA", struct.pack(">I", 45455)), (b"cHRM", srgb))
    assert np.array_equal(decode(usual).pixels, scene())
    linear = (b"gAMA", struct.pack(">I", 100_000))
    bright = png_with(plain, linear)
    assert off(decode(bright).pixels, scene()) > 20
    # Numbers of colour spaces (cICP) come before what else is said: sRGB, and Display P3.
    named = png_with(plain, linear, (b"cICP", bytes([1, 13, 0, 1])))
    assert np.array_equal(decode(named).pixels, scene())
    wide = png_with(saved(stored_in(display_p3()), "PNG"), (b"cICP", bytes([12, 13, 0, 1])))
    assert off(decode(wide).pixels, scene()) < 2
    for gamma in (0, 1, 2**31, 2**32 - 1):
        odd = png_with(plain, (b"gAMA", struct.pack(">I", gamma)), (b"cHRM", bytes(32)))
        assert np.array_equal(decode(odd).pixels, scene())


def _lab(pixels: np.ndarray) -> np.ndarray:
    """float CIE L*, a*, b* (D50) of sRGB by its definition."""
    v = pixels / 255
    light = np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)
    to_xyz = [[0.4360747, 0.3850649, 0.1430804], [0.2225045, 0.7168786, 0.0606169]]
    to_xyz.append([0.0139322, 0.0971045, 0.7141733])
    t = light @ np.array(to_xyz).T / [0.96422, 1, 0.82521]
    f = np.where(t > (6 / 29) ** 3, np.cbrt(t), t / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = np.moveaxis(f, -1, 0)
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


@pytest.mark.parametrize("depth", [8, 16])
@pytest.mark.parametrize("photometric", ["cielab", "icclab"])
def test_lab_tiffs(photometric: str, depth: int) -> None:
    lab = _lab(scene().astype(float))
    one = 1 if depth == 8 else 256
    white = {("icclab", 16): 65280}.get((photometric, depth), 2**depth - 1)
    offset = 0 if photometric == "cielab" else 128 * one
    stored = np.dstack([lab[..., :1] * white / 100, lab[..., 1:] * one + offset])
    kind = np.uint8 if depth == 8 else np.uint16
    data = tiff(np.rint(stored).astype(np.int64).astype(kind), photometric=photometric)
    decoded = decode(data)
    assert off(decoded.pixels, scene()) < 3
    assert any("LAB" in note for note in decoded.conversions)


def _inks(pixels: np.ndarray) -> np.ndarray:
    """CMYK of 0 to 255 as the inks that multiply to these colours, black put apart."""
    light = pixels.astype(float)
    key = 255 - light.max(axis=2, keepdims=True)
    rest = 255 - 255 * light / np.maximum(255 - key, 1)
    return np.rint(np.concatenate([rest, key], axis=2)).astype(np.uint8)


def test_cmyk_with_alpha_of_8_and_16_bits() -> None:
    opacity = np.full((60, 90), 255, np.uint8)
    opacity[:, :30] = 0
    inks = np.dstack([_inks(scene()), opacity])
    right = scene()
    right[:, :30] = 255
    for values in (inks, inks.astype(np.uint16) * 257):
        data = tiff(values, photometric="separated", extrasamples=["unassalpha"])
        assert off(decode(data).pixels, right) < 3
    plain = tiff(inks[..., :4], photometric="separated")
    assert off(decode(plain).pixels, scene()) < 3
    spot = tiff(inks, photometric="separated", extrasamples=["unspecified"])
    assert off(decode(spot).pixels, scene()) < 3


def test_cmyk_jpegs_by_adobe_and_by_others() -> None:
    adobe = saved(Image.fromarray(_inks(scene()), "CMYK"), "JPEG", quality=97)
    assert b"Adobe" in adobe
    assert off(decode(adobe).pixels, scene()) < 4
    # Without the segment of Adobe the samples are ink, and not what ink leaves of the light.
    other = saved(Image.fromarray(255 - _inks(scene()), "CMYK"), "JPEG", quality=97)
    place = other.index(b"\xff\xee")
    length = int.from_bytes(other[place + 2 : place + 4], "big")
    other = other[:place] + other[place + 2 + length :]
    assert off(decode(other).pixels, scene()) < 4


def test_a_pillow_image_is_shown_by_its_profile_too() -> None:
    with Image.open(io.BytesIO(_files(PROPHOTO)["RGBA PNG"])) as image:
        assert off(decode_canonical(picture_of(image).jpeg), scene()) < 5


def test_a_profile_for_other_samples_is_left_alone() -> None:
    for image, profile in ((scene(), GREY_18), (scene(), b"nonsense" * 40), (scene(), ADOBE[:300])):
        assert np.array_equal(decode(saved(image, "PNG", icc_profile=profile)).pixels, scene())
    grey = saved(grey_scene(), "PNG", icc_profile=ADOBE)
    assert off(decode(grey).pixels, grey_scene()) < 4
