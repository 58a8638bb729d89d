"""PNGs whole and damaged: a byte that was changed is noticed, an unusual file is not refused."""

import io
import struct
import zlib
from collections.abc import Iterator
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageFile, PngImagePlugin

from artsim.core.errors import UnsupportedImage
from artsim.images.decode import decode

SIGNATURE = b"\x89PNG\r\n\x1a\n"
WIDTH, HEIGHT = 46, 34
ADAM7 = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2)]
ADAM7.append((0, 1, 1, 2))


def chunk(name: bytes, body: bytes = b"") -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def picture(channels: int, kind: type = np.uint8) -> np.ndarray:
    rng = np.random.default_rng(channels)
    high = np.iinfo(kind).max
    return rng.integers(0, high, (HEIGHT, WIDTH, channels), dtype=kind, endpoint=True)


def png(
    samples: np.ndarray,
    colour: int,
    interlaced: bool = False,
    before: bytes = b"",
    cut: int = 700,
    missing: int = 0,
) -> bytes:
    """A PNG of [H, W, C] samples, its pixels in IDAT chunks of ``cut`` bytes, one of them empty.

    Of the rows as they are written, ``missing`` are left out at the end.
    """
    depth = samples.dtype.itemsize * 8
    rows: list[bytes] = []
    for x, y, dx, dy in ADAM7 if interlaced else [(0, 0, 1, 1)]:
        part = samples[y::dy, x::dx]
        rows += [b"\0" + row.astype(f">u{depth // 8}").tobytes() for row in part]
    packed = zlib.compress(b"".join(rows[: len(rows) - missing]))
    head = struct.pack(">IIBBBBB", WIDTH, HEIGHT, depth, colour, 0, 0, int(interlaced))
    places = [*range(0, len(packed), cut), len(packed)]
    pixels = [chunk(b"IDAT", packed[a:b]) for a, b in pairwise(places)]
    pixels.insert(1, chunk(b"IDAT"))
    return SIGNATURE + chunk(b"IHDR", head) + before + b"".join(pixels) + chunk(b"IEND")


def by_pillow(mode: str) -> bytes:
    out = io.BytesIO()
    image = Image.fromarray(picture(3))
    (image.quantize(200) if mode == "P" else image.convert(mode)).save(out, "PNG")
    return out.getvalue()


PALETTE = chunk(b"PLTE", bytes(range(256)) * 3) + chunk(b"tRNS", bytes(range(0, 200, 2)))
PNGS = {
    **{mode: by_pillow(mode) for mode in ("1", "L", "LA", "P", "RGB", "RGBA", "I;16")},
    "palette with transparency": png(picture(1), 3, before=PALETTE),
    "16-bit grey": png(picture(1, np.uint16), 0),
    "16-bit RGB": png(picture(3, np.uint16), 2),
    "16-bit RGBA": png(picture(4, np.uint16), 6),
    "interlaced RGB": png(picture(3), 2, interlaced=True),
    "interlaced 16-bit grey": png(picture(1, np.uint16), 0, interlaced=True),
    "transparent colour": png(picture(3), 2, before=chunk(b"tRNS", bytes(6))),
}


def chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Name, start and end of each chunk."""
    place = len(SIGNATURE)
    while place < len(data):
        end = place + 12 + int.from_bytes(data[place : place + 4], "big")
        yield data[place + 4 : place + 8], place, end
        place = end


def pillow_refuses(data: bytes) -> bool:
    try:
        PngImagePlugin.PngImageFile(io.BytesIO(data)).load()
    except Exception:
        return True
    return False


def flipped(data: bytes, place: int, bit: int) -> bytes:
    changed = bytearray(data)
    changed[place] ^= 1 << bit
    return bytes(changed)


@pytest.mark.parametrize("kind", PNGS)
def test_a_sound_png_of_every_kind_is_read(kind: str) -> None:
    decoded = decode(PNGS[kind])
    assert (decoded.width, decoded.height) == (WIDTH, HEIGHT)
    with Image.open(io.BytesIO(PNGS[kind])) as image:
        if not image.mode.startswith("I"):
            on_white = Image.new("RGBA", image.size, "white")
            on_white.alpha_composite(image.convert("RGBA"))
            expected = np.asarray(on_white.convert("RGB")).astype(int)
            # Pillow cuts off the lower bits, of colours and of opacity.
            assert np.abs(decoded.pixels - expected).max() <= (2 if "16-bit" in kind else 0)


@pytest.mark.parametrize("kind", PNGS)
def test_one_flipped_byte_in_the_pixels_is_refused_wherever_it_is(kind: str) -> None:
    data = PNGS[kind]
    places = [p for name, a, b in chunks(data) if name == b"IDAT" for p in range(a + 8, b)]
    told = set()
    for place in np.random.default_rng(7).permutation(places)[:60]:
        with pytest.raises(UnsupportedImage) as problem:
            decode(flipped(data, int(place), 3))
        told.add(str(problem.value))
    assert told <= {
        "The PNG file is damaged and cannot be decoded whole: copy it again from its source.",
        "The PNG file is incomplete (cut off before its end): copy it again from its source.",
    }


@given(st.sampled_from(sorted(PNGS)), st.integers(0, 2**31), st.integers(0, 7))
def test_no_flipped_bit_gives_other_pixels(kind: str, place: int, bit: int) -> None:
    changed = flipped(PNGS[kind], place % len(PNGS[kind]), bit)
    try:
        pixels = decode(changed).pixels
    except UnsupportedImage:
        return
    assert not pillow_refuses(changed)
    assert np.array_equal(pixels, decode(PNGS[kind]).pixels)


@given(st.sampled_from(sorted(PNGS)), st.integers(1, 2**31))
def test_a_png_cut_off_anywhere_is_refused_or_whole(kind: str, short: int) -> None:
    try:
        pixels = decode(PNGS[kind][: -(short % len(PNGS[kind]) or 1)]).pixels
    except UnsupportedImage:
        return
    assert np.array_equal(pixels, decode(PNGS[kind]).pixels)


def test_rows_that_are_not_there_are_refused_though_every_checksum_is_right() -> None:
    start, *_, end = [chunk_ for chunk_ in chunks(PNGS["16-bit RGB"]) if chunk_[0] == b"IDAT"]
    data = PNGS["16-bit RGB"]
    with pytest.raises(UnsupportedImage, match=r"incomplete|damaged"):
        decode(data[: start[2]] + data[end[2] :])


@pytest.mark.parametrize(("kind", "colour"), [(np.uint8, 2), (np.uint8, 0), (np.uint16, 0)])
@pytest.mark.parametrize("interlaced", [False, True])
def test_pixels_that_are_packed_whole_and_too_few_are_refused(
    kind: type, colour: int, interlaced: bool
) -> None:
    samples = picture(3 if colour == 2 else 1, kind)
    for missing in (1, HEIGHT // 2):
        with pytest.raises(UnsupportedImage, match=r"incomplete|damaged"):
            decode(png(samples, colour, interlaced, missing=missing))
    samples[-2:] = 0
    assert decode(png(samples, colour, interlaced)).pixels.shape[:2] == (HEIGHT, WIDTH)


def with_chunks(before: bytes = b"", after: bytes = b"", behind: bytes = b"") -> bytes:
    data = PNGS["RGB"]
    found = list(chunks(data))
    first = next(a for name, a, _ in found if name == b"IDAT")
    end = found[-1][1]
    return data[:first] + before + data[first:end] + after + data[end:] + behind


def _exif(orientation: int) -> bytes:
    exif = Image.Exif()
    exif[0x0112] = orientation
    return exif.tobytes().removeprefix(b"Exif\0\0")


def bad_checksum(name: bytes, body: bytes) -> bytes:
    return chunk(name, body)[:-4] + b"\1\2\3\4"


LONG = zlib.compress(b"<history/>" * 300_000)
ODD = {
    "private": chunk(b"prVt", b"\0\1\2"),
    "unknown and empty": chunk(b"abCd"),
    "text": chunk(b"tEXt", b"Title\0caf\xe9"),
    "text without a keyword": chunk(b"tEXt", b"\0"),
    "damaged EXIF": chunk(b"eXIf", b"II*\0nonsense" * 9),
    "empty EXIF": chunk(b"eXIf"),
    "time": chunk(b"tIME", bytes(7)),
    "profile that is none": chunk(b"iCCP", b"x\0\0" + zlib.compress(b"nonsense" * 40)),
    "three megabytes of history": chunk(b"zTXt", b"Raw profile type xmp\0\0" + LONG),
    "text that is not UTF-8": chunk(b"iTXt", b"XML:com.adobe.xmp\0\0\0\0\0\xff\xfe"),
    "two megabytes of XMP": chunk(b"iTXt", b"XML:com.adobe.xmp\0\1\0\0\0" + LONG),
    "a hundred megabytes of text": chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(100_000_000), 1)),
    "profile of three megabytes": chunk(b"iCCP", b"x\0\0" + zlib.compress(bytes(3_000_000))),
    "profile that is not packed": chunk(b"iCCP", b"bad\0\0notzlib"),
    "profile without a body": chunk(b"iCCP", b"bad"),
    "gamma beyond all measure": chunk(b"gAMA", b"\xff" * 4),
    "gamma of three bytes": chunk(b"gAMA", b"\0" * 3),
    "primaries that are none": chunk(b"gAMA", b"\0\0\xb1\x8f") + chunk(b"cHRM", b"\xff" * 32),
    "density of nothing": chunk(b"pHYs", b"\0"),
    "wrong checksum of text": bad_checksum(b"tEXt", b"Comment\0hello"),
    "wrong checksum of EXIF": bad_checksum(b"eXIf", _exif(6)),
    "wrong checksum of a profile": bad_checksum(b"iCCP", b"x\0\0" + zlib.compress(b"abc")),
    "wrong checksum of a gamma": bad_checksum(b"gAMA", b"\0\1\x86\xa0"),
    "wrong checksum of a private chunk": bad_checksum(b"prVt", b"\0\1\2"),
}


@pytest.mark.parametrize("where", ["before", "after"])
@pytest.mark.parametrize("kind", ODD)
def test_odd_chunks_cost_no_picture(kind: str, where: str) -> None:
    pixels = decode(with_chunks(**{where: ODD[kind]})).pixels
    assert np.array_equal(pixels, decode(PNGS["RGB"]).pixels)


@pytest.mark.parametrize("name", [b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"])
def test_a_wrong_checksum_of_what_makes_the_picture_is_refused(name: bytes) -> None:
    data = PNGS["palette with transparency"]
    place = next(end for found, _, end in chunks(data) if found == name) - 1
    with pytest.raises(UnsupportedImage, match=r"damaged|incomplete"):
        decode(flipped(data, place, 2))


def test_a_transparent_colour_of_16_bits_is_white() -> None:
    samples = picture(3, np.uint16)
    samples[:4] = (1, 2, 3)
    key = chunk(b"tRNS", struct.pack(">3H", 1, 2, 3))
    decoded = decode(png(samples, 2, before=key)).pixels
    assert decoded[:4].min() == 255
    assert np.abs(decoded[4:] - samples[4:] / 257).max() <= 0.51
    grey = picture(1, np.uint16)
    grey[:4] = 7
    decoded = decode(png(grey, 0, before=chunk(b"tRNS", struct.pack(">H", 7)))).pixels
    assert decoded[:4].min() == 255


def test_deep_grey_with_opacity_is_put_on_white() -> None:
    samples = np.full((HEIGHT, WIDTH, 2), 65535, np.uint16)
    samples[..., 0] = 20_000
    samples[:9, :, 1] = 0
    decoded = decode(png(samples, 4)).pixels
    assert decoded[:9].min() == 255
    assert decoded[9:].max() == round(20_000 / 257)


def test_bytes_behind_the_end_are_not_part_of_the_picture() -> None:
    pixels = decode(with_chunks(behind=b"anything" * 50)).pixels
    assert np.array_equal(pixels, decode(PNGS["RGB"]).pixels)


@pytest.mark.parametrize("where", ["before", "after"])
def test_an_orientation_on_either_side_of_the_pixels_is_applied(where: str) -> None:
    decoded = decode(with_chunks(**{where: chunk(b"eXIf", _exif(6))}))
    assert (decoded.width, decoded.height) == (HEIGHT, WIDTH)
    assert np.array_equal(decoded.pixels, np.rot90(decode(PNGS["RGB"]).pixels, -1))


def test_an_animation_gives_its_first_frame_and_a_damaged_one_is_refused() -> None:
    frames = [Image.fromarray(picture(3)), Image.fromarray(255 - picture(3))]
    out = io.BytesIO()
    frames[0].save(out, "PNG", save_all=True, append_images=frames[1:])
    assert np.array_equal(decode(out.getvalue()).pixels, picture(3))
    for name, start, end in chunks(out.getvalue()):
        if name in (b"IDAT", b"fdAT"):
            with pytest.raises(UnsupportedImage):
                decode(flipped(out.getvalue(), (start + end) // 2, 5))


@pytest.mark.parametrize("format", ["PNG", "BMP", "GIF"])
def test_a_library_that_asks_pillow_for_leniency_changes_nothing(
    format: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = io.BytesIO()
    Image.fromarray(picture(3)).save(out, format)
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(UnsupportedImage):
        decode(out.getvalue()[: len(out.getvalue()) * 2 // 3])


@pytest.mark.parametrize("kind", ["RGB", "P", "I;16"])
def test_a_missing_end_costs_no_picture_and_a_missing_pixel_does(kind: str) -> None:
    data = PNGS[kind]
    whole = decode(data).pixels
    for lost in (1, 11, 12):
        assert np.array_equal(decode(data[:-lost]).pixels, whole)
    for lost in (13, 40, len(data) // 2):
        with pytest.raises(UnsupportedImage, match="incomplete"):
            decode(data[:-lost])
