"""Which bytes are which image format, told by their first bytes and never by a name."""

from artsim.core.errors import UnsupportedImage

ACCEPTED = "JPEG, PNG, WebP, GIF, BMP, TIFF or AVIF"
EXTENSIONS = {
    "JPEG": ("jpg", "jpeg", "jpe", "jfif"),
    "PNG": ("png", "apng"),
    "WEBP": ("webp",),
    "GIF": ("gif",),
    "BMP": ("bmp", "dib"),
    "TIFF": ("tif", "tiff"),
    "AVIF": ("avif", "avifs"),
}
_KNOWN_ELSEWHERE = (
    (b"%PDF", "a PDF document"),
    (b"%!PS", "a PostScript document"),
    (b"\xc5\xd0\xd3\xc6", "an EPS drawing"),
    (b"8BPS", "a Photoshop document"),
    (b"\x00\x05\x16\x07", "a macOS sidecar file"),
    (b"\x00\x00\x00\x0cjP", "a JPEG 2000 image"),
    (b"\xff\x0a", "a JPEG XL image"),
    (b"\x00\x00\x00\x0cJXL", "a JPEG XL image"),
    (b"PK\x03\x04", "a ZIP archive"),
)


def format_of(data: bytes) -> str:
    """Name of the accepted format of ``data``; UnsupportedImage says what else it is."""
    if not data:
        raise UnsupportedImage("The file is empty (0 bytes): copy it again from its source.")
    head = bytes(data[:16])
    if head.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WEBP"
    if head[:6] in (b"GIF87a", b"GIF89a"):
        return "GIF"
    if head[:2] == b"BM":
        return "BMP"
    if head[:4] in (b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+"):
        return "TIFF"
    if head[4:8] == b"ftyp" and head[8:12] in (b"avif", b"avis"):
        return "AVIF"
    raise UnsupportedImage(f"The file is {_what_else(data)}, not a {ACCEPTED} image.")


def wrong_extension(name: str, format: str) -> bool:
    """Whether ``name`` has an extension that stands for another thing than ``format``."""
    stem, dot, extension = name.rpartition(".")
    return bool(stem and dot and "/" not in extension) and (
        extension.lower() not in EXTENSIONS[format]
    )


def _what_else(data: bytes) -> str:
    for magic, what in _KNOWN_ELSEWHERE:
        if data.startswith(magic):
            return what
    if data[4:8] == b"ftyp":
        heic = data[8:12] in (b"heic", b"heix", b"mif1", b"msf1")
        return "a HEIC photograph" if heic else "a video"
    start = bytes(data[:4096])
    text = start.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if text.startswith(b"<"):
        if b"<svg" in text:
            return "an SVG drawing"
        return "a web page (HTML)" if b"html" in text or b"<body" in text else "an XML document"
    printable = sum(byte >= 32 or byte in b"\t\n\r\f" for byte in start)
    if b"\x00" not in start and printable == len(start):
        return "text"
    return "of an unknown kind"
