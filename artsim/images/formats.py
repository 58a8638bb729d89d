"""Which bytes are which image format, told by their first bytes and never by a name."""

from artsim.core.errors import UnsupportedImage
from artsim.images.kinds import changed_start, kind_of

ACCEPTED = "JPEG, PNG, WebP, GIF, BMP, TIFF, AVIF, HEIF (HEIC), JPEG 2000 or JPEG XL"
EXTENSIONS = {
    "JPEG": ("jpg", "jpeg", "jpe", "jfif"),
    "PNG": ("png", "apng"),
    "WEBP": ("webp",),
    "GIF": ("gif",),
    "BMP": ("bmp", "dib"),
    "TIFF": ("tif", "tiff", "btf", "tf8"),
    "AVIF": ("avif", "avifs"),
    "HEIF": ("heic", "heif", "heics", "heifs", "hif"),
    "JPEG 2000": ("jp2", "j2k", "jpx", "jpf", "j2c", "jpc", "jpm"),
    "JPEG XL": ("jxl",),
}
_BMP_HEADERS = (b"\x0c", b"\x10", b"\x28", b"\x34", b"\x38", b"\x40", b"\x6c", b"\x7c")
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"mif2")


def format_of(data: bytes) -> str:
    """Name of the accepted format of ``data``; UnsupportedImage says what else it is."""
    if not data:
        raise UnsupportedImage("The file is empty (0 bytes): copy it again from its source.")
    head = bytes(data[:16])
    if head.startswith(b"\xff\xd8\xff") and head[3:4] != b"\xf7":  # JPEG-LS begins alike
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:2] == b"BM" and head[14:15] in _BMP_HEADERS:
        return "BMP"
    tiff = head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
    if tiff and head[8:11] != b"CR\x02":  # a raw file with a TIFF's directories
        return "TIFF"
    if head[4:8] == b"ftyp" and (container := _container(data)):
        return container
    if head.startswith((b"\x00\x00\x00\x0cjP  ", b"\xff\x4f\xff\x51")):
        return "JPEG 2000"
    if head.startswith((b"\xff\x0a", b"\x00\x00\x00\x0cJXL ")):
        return "JPEG XL"
    if what := changed_start(data):
        raise UnsupportedImage(
            f"The file is {what} whose first bytes were changed, as by a transfer as text: "
            "copy it again from its source."
        )
    raise UnsupportedImage(f"The file is {kind_of(data)}, not a {ACCEPTED} image.")


def wrong_extension(name: str, format: str) -> bool:
    """Whether ``name`` has an extension that stands for another thing than ``format``."""
    stem, dot, extension = name.rpartition(".")
    return bool(stem and dot and "/" not in extension) and (
        extension.lower() not in EXTENSIONS[format]
    )


def _container(data: bytes) -> str:
    """HEIF and AVIF are boxes of one kind, whose brands tell what is in them; "" for a video."""
    length = min(int.from_bytes(data[:4], "big"), 256)
    brands = [data[8:12], *(data[i : i + 4] for i in range(16, length, 4))]
    if b"avif" in brands or b"avis" in brands:
        return "AVIF"
    return "HEIF" if any(brand in _HEIF_BRANDS for brand in brands) else ""
