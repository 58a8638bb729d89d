"""One reader a format: the header against the limits first, then the samples of the picture."""

from collections.abc import Callable
from typing import Any

import imagecodecs
import numpy as np

from artsim.core.counts import count
from artsim.core.limits import Limits
from artsim.images import jpeg2000, jpeg_xl, webp
from artsim.images.blank import is_blank
from artsim.images.checks import check_size
from artsim.images.colour import adobe_rgb, display_p3, needs_depth, to_srgb
from artsim.images.conversions import mode_notes
from artsim.images.depth import DEEP, said_of, used_bits
from artsim.images.exif import Exif, read_exif
from artsim.images.pillow_decode import bytes_a_pixel, read_header, samples_of
from artsim.images.png import check_all_rows, png_size, read_png
from artsim.images.samples import RawPicture, Samples, reduced, sixteen_bit
from artsim.images.scaling import fit
from artsim.images.tiff import tiff_picture

Reader = Callable[[bytes, int, Limits], RawPicture | bytes]
_MOST_FRAMES = 50
_MOST_FRAME_PIXELS = 400_000_000
_P3_PRIMARIES = 12
_LAST = 2  # rows: of an interlaced PNG one of them comes in the last pass
_BYTES_A_WAVELET = 4  # of a coefficient of JPEG 2000


def _by_pillow(format: str) -> Reader:
    def read(data: bytes, side: int, limits: Limits) -> RawPicture:
        image = read_header(data, format)
        check_size(*image.size, limits, bytes_a_pixel(image))
        return _picture(image, side, image.info.get("icc_profile"), image.info.get("exif"))

    return read


def _webp(data: bytes, side: int, limits: Limits) -> RawPicture | bytes:
    check_size(*webp.size_of(data), limits, webp.BYTES_A_PIXEL)
    return _by_pillow("WEBP")(data, side, limits)


def _png(data: bytes, side: int, limits: Limits) -> RawPicture:
    width, height = png_size(data)
    check_size(width, height, limits)
    png = read_png(data)
    image = read_header(png.picture, "PNG")
    check_size(width, height, limits, bytes_a_pixel(image) * (2 if png.depth == 16 else 1))
    if png.depth != 16:
        image.load()
        last = np.asarray(image.crop((0, max(0, height - _LAST), width, height)))
        _check_end(last, png.picture)
        return _picture(image, side, png.profile, png.exif)
    values = np.asarray(imagecodecs.png_decode(png.picture)).reshape(height, width, -1)
    _check_end(values[-_LAST:], png.picture)
    exif = read_exif(png.exif)
    profile = png.profile or _named_by(exif)
    notes = mode_notes(image)
    if not png.scaled and profile is None:
        values = _whole_range(values, notes)
    return _deep(values, profile, exif.orientation, side, notes)


def _check_end(last: np.ndarray, picture: bytes) -> None:
    """Raise EOFError where rows are missing; only a black one of the ``last`` may be."""
    if not last.reshape(len(last), -1).any(axis=1).all():
        check_all_rows(picture)


def _heif(data: bytes, side: int, limits: Limits) -> RawPicture:
    image: Any = read_header(data, "HEIF")
    width, height = image.size
    check_size(width, height, limits, bytes_a_pixel(image))
    about = image.info.get("nclx_profile") or {}
    named = display_p3() if about.get("color_primaries") == _P3_PRIMARIES else None
    further = image.n_frames - 1
    notes = mode_notes(image)
    if further:
        notes.append(f"{count(further, 'further picture')} not taken")
    exif = read_exif(image.info.get("exif"))
    samples = _with_profile(samples_of(image, side), named or _named_by(exif))
    return RawPicture(samples, width, height, exif.orientation, tuple(notes), further)


def _jpeg_2000(data: bytes, side: int, limits: Limits) -> RawPicture:
    image: Any = read_header(data, "JPEG 2000")
    width, height = image.size
    check_size(width, height, limits)
    profile, cmyk = jpeg2000.colours_of(data)
    notes = mode_notes(image)
    levels = 0
    while max(width, height) >> (levels + 1) >= side and levels < jpeg2000.levels_of(data):
        levels += 1
    check_size(width, height, limits, len(image.getbands()) * _BYTES_A_WAVELET / 4**levels)
    if needs_depth(profile) and jpeg2000.depth_of(data) > 8 and not cmyk:
        values = np.asarray(imagecodecs.jpeg2k_decode(jpeg2000.codestream_of(data)))
        if values.dtype == np.uint16 and values.shape[:2] == (height, width):
            values = values.reshape(height, width, -1)
            full = np.uint16((1 << 16) // (1 << jpeg2000.depth_of(data)))
            return _deep(values * full, profile, 1, side, notes)
    image.reduce = levels  # the wavelets of the larger sizes need not be read
    if cmyk and image.mode == "RGBA":  # Pillow knows of inks only where the header names them
        image._mode = "CMYK"
    samples = _with_profile(samples_of(image, side), profile)
    dark = int(samples.values.max()) <= np.iinfo(samples.values.dtype).max // 2
    if dark and jpeg2000.depth_of(data) == DEEP and samples.profile is None and not cmyk:
        values = np.asarray(imagecodecs.jpeg2k_decode(jpeg2000.codestream_of(data)))
        if values.dtype == np.uint16 and values.shape[:2] == (height, width):
            whole = _whole_range(values.reshape(height, width, -1), notes)
            return _deep(whole, None, 1, side, notes)
    return RawPicture(samples, width, height, 1, tuple(notes))


def _jpeg_xl(data: bytes, side: int, limits: Limits) -> RawPicture | bytes:
    check_size(*jpeg_xl.size_of(data), limits, jpeg_xl.BYTES_A_PIXEL)
    image = jpeg_xl.decoded(data)
    if isinstance(image, bytes):
        return image
    profile = image.info.get("icc_profile")
    if image.mode in ("RGB", "RGBA") and needs_depth(profile):
        values = np.asarray(imagecodecs.jpegxl_decode(data, numthreads=1))
        if values.dtype == np.uint16 and values.ndim == 3:
            return _deep(values, profile, 1, side, mode_notes(image))
    # libjxl has turned it already, whatever an EXIF block says.
    return _picture(image, side, profile, None)


def _whole_range(values: np.ndarray, notes: list[str]) -> np.ndarray:
    """uint16 [H, W, C] brought to 16 bits where its colours use fewer, which ``notes`` then tell.

    A second or fourth channel is the opacity, and is judged by itself.
    """
    count = values.shape[2]
    colours = count - 1 if count in (2, 4) else count
    bits = used_bits(values[:, :, :colours])
    if bits == DEEP:
        return values
    notes[:] = [note for note in notes if "16 bits" not in note]
    notes.insert(0, said_of(bits, values[:, :, :colours]))
    white = (1 << bits) - 1
    parts = [values[:, :, :colours], values[:, :, colours:]]
    fit = [p if p.max() > white else sixteen_bit(p, 0, white) for p in parts if p.size]
    return np.concatenate(fit, axis=2)


def _deep(
    values: np.ndarray, profile: bytes | None, orientation: int, side: int, notes: list[str]
) -> RawPicture:
    """A picture of uint16 [H, W, 1 to 4]; a second or fourth channel is its opacity."""
    height, width, channels = values.shape
    alpha = values[:, :, -1] if channels in (2, 4) else None
    colours, alpha = reduced(values[:, :, : 1 if channels < 3 else 3], alpha, side)
    space = "GRAY" if colours.shape[2] == 1 else "RGB"
    samples = Samples(colours, space, alpha, profile)
    if not any("bits" in note for note in notes):
        notes.insert(0, "16 bits a channel reduced to 8")
    return RawPicture(samples, width, height, orientation, tuple(notes))


def _picture(image: Any, side: int, profile: bytes | None, exif_block: bytes | None) -> RawPicture:
    """What Pillow opened; of an animation the first frame that is not blank."""
    width, height = image.size
    notes = mode_notes(image)
    frames = getattr(image, "n_frames", 1)
    if frames > 1:
        notes.insert(0, "first frame of an animation")
    exif = read_exif(exif_block)
    samples = _with_profile(samples_of(image, side), profile or _named_by(exif))
    most = min(frames, _MOST_FRAMES, max(2, _MOST_FRAME_PIXELS // max(1, width * height)))
    for frame in range(1, most):
        if frame == 1 and not _blank(samples):
            break
        image.seek(frame)
        later = _with_profile(samples_of(image, side), profile or _named_by(exif))
        if not _blank(later):
            samples, notes[0] = later, f"frame {frame + 1} of an animation: those before are blank"
            break
    return RawPicture(samples, width, height, exif.orientation, tuple(notes))


def _blank(samples: Samples) -> bool:
    return is_blank(fit(to_srgb(samples)[0], 128))


def _with_profile(samples: Samples, profile: bytes | None) -> Samples:
    """The samples in the colours of their own profile, or of another one where they have none."""
    own = samples.profile or profile
    return Samples(samples.values, samples.space, samples.alpha, own)


def _named_by(exif: Exif) -> bytes | None:
    return adobe_rgb() if exif.adobe_rgb else None


READERS: dict[str, Reader] = {
    "PNG": _png,
    "WEBP": _webp,
    "TIFF": tiff_picture,
    "HEIF": _heif,
    "JPEG 2000": _jpeg_2000,
    "JPEG XL": _jpeg_xl,
    **{format: _by_pillow(format) for format in ("GIF", "BMP", "AVIF")},
}
