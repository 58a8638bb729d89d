"""Files that are canonical already keep their samples and lose their metadata."""

import io

import numpy as np
import pytest
from pictures_kit import draw, jpeg
from PIL import Image

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
