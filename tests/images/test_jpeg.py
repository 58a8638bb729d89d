"""Files that are canonical already keep their samples and lose their metadata."""

import io

import numpy as np
import pytest
from pictures_kit import draw, jpeg
from PIL import Image

from artsim.core.errors import UnsupportedImage
from artsim.images.canonical import canonical_jpeg, decode_canonical
from artsim.images.decode import decode
from artsim.images.jpeg import without_metadata


def _tagged(orientation: int = 1, progressive: bool = False) -> bytes:
    exif = Image.Exif()
    exif[0x010F] = "SecretCamera"
    exif[0x0112] = orientation
    out = io.BytesIO()
    Image.fromarray(draw(1, 320, 240)).save(
        out, "JPEG", quality=80, exif=exif, comment=b"SecretComment", progressive=progressive
    )
    return out.getvalue()


@pytest.mark.parametrize("progressive", [False, True])
def test_the_samples_stay_and_the_metadata_goes(progressive: bool) -> None:
    data = _tagged(progressive=progressive)
    stored = canonical_jpeg(decode(data))
    assert b"Secret" not in stored
    assert np.array_equal(decode_canonical(stored), np.asarray(Image.open(io.BytesIO(data))))
    assert canonical_jpeg(decode(stored)) == stored


def test_bytes_after_the_picture_are_dropped() -> None:
    assert without_metadata(jpeg(1) + b"hidden" + jpeg(2)) == without_metadata(jpeg(1))


def test_a_turned_picture_is_stored_upright() -> None:
    stored = canonical_jpeg(decode(_tagged(orientation=6)))
    assert Image.open(io.BytesIO(stored)).size == (240, 320)


def test_a_large_picture_is_stored_smaller() -> None:
    stored = canonical_jpeg(decode(jpeg(1, 2000, 1500)))
    assert Image.open(io.BytesIO(stored)).size == (1024, 768)


@pytest.mark.parametrize("data", [b"", b"\xff\xd8", b"\xff\xd8\xff\xe1\x00", jpeg(1)[:200]])
def test_what_is_no_jpeg_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match="sound JPEG"):
        without_metadata(data)


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("tail", [b"", bytes(40)])
def test_a_missing_end_marker_costs_nothing(progressive: bool, tail: bytes) -> None:
    data = _tagged(orientation=6, progressive=progressive)
    assert np.array_equal(decode(data[:-2] + tail).pixels, decode(data).pixels)
    assert canonical_jpeg(decode(data[:-2])) == canonical_jpeg(decode(data))
    inks = io.BytesIO()
    Image.fromarray(draw(1)).convert("CMYK").save(inks, "JPEG")
    cut = inks.getvalue()[:-2]
    assert np.array_equal(decode(cut).pixels, decode(inks.getvalue()).pixels)


def test_scans_that_are_missing_are_missed() -> None:
    data = _tagged(progressive=True)
    scans = [place for place in range(len(data) - 1) if data[place : place + 2] == b"\xff\xda"]
    assert len(scans) > 4
    for place in scans[1:]:
        # the tables of a scan stand before it
        tables = data.rfind(b"\xff\xc4", 0, place)
        for end in (place, tables):
            with pytest.raises(UnsupportedImage, match="incomplete"):
                decode(data[:end])


@pytest.mark.parametrize("cut", [10, 40, 70])
def test_a_truncated_exif_block_costs_nothing(cut: int) -> None:
    exif = Image.Exif()
    exif[0x010F] = "A camera of a long name" * 3
    exif.get_ifd(0x8769)[0xA001] = 1
    block = exif.tobytes()[:-cut]
    out = io.BytesIO()
    Image.fromarray(draw(1)).save(out, "JPEG", quality=90, exif=block)
    plain = io.BytesIO()
    Image.fromarray(draw(1)).save(plain, "JPEG", quality=90)
    assert np.array_equal(decode(out.getvalue()).pixels, decode(plain.getvalue()).pixels)


def test_two_megabytes_of_xmp_and_a_broken_preview_cost_nothing() -> None:
    plain = jpeg(1)
    piece = b"http://ns.adobe.com/xmp/extension/\0" + b"x" * 65000
    segments = b"".join(
        b"\xff" + bytes([marker]) + (len(body) + 2).to_bytes(2, "big") + body
        for marker, body in [
            *[(0xE1, piece)] * 32,
            (0xE1, b"Exif\0\0II*\0" + b"\xff" * 60),
            (0xE2, b"MPF\0nonsense"),
            (0xE2, b"ICC_PROFILE\0\3\1junk"),
            (0xED, b"Photoshop 3.0\x008BIM\4\4\0"),
        ]
    )
    data = plain[:2] + segments + plain[2:]
    assert np.array_equal(decode(data).pixels, decode(plain).pixels)
    assert canonical_jpeg(decode(data)) == canonical_jpeg(decode(plain))
