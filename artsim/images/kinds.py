"""What a file is that cannot be shown as a picture, told by its first bytes, in words."""

_SIGNATURES = (
    (0, b"8BPS", "a Photoshop document (PSD)"),
    (0, b"%!PS", "a PostScript document"),
    (0, b"\xc5\xd0\xd3\xc6", "an EPS drawing"),
    (0, b"\x00\x05\x16\x07", "a macOS sidecar file"),
    (0, b"gimp xcf", "a GIMP document"),
    (0, b"IIRO", "a camera's raw file (Olympus)"),
    (0, b"IIRS", "a camera's raw file (Olympus)"),
    (0, b"MMOR", "a camera's raw file (Olympus)"),
    (0, b"IIU\x00", "a camera's raw file (Panasonic)"),
    (0, b"FUJIFILMCCD-RAW", "a camera's raw file (Fujifilm)"),
    (0, b"FOVb", "a camera's raw file (Sigma)"),
    (0, b"\x00MRM", "a camera's raw file (Minolta)"),
    (4, b"ftypcrx ", "a camera's raw file (Canon CR3)"),
    (8, b"CR\x02\x00", "a camera's raw file (Canon CR2)"),
    (0, b"II\xbc\x01", "a JPEG XR image"),
    (0, b"\xff\xd8\xff\xf7", "a JPEG-LS image"),
    (0, b"\x76\x2f\x31\x01", "an OpenEXR image of a high dynamic range"),
    (0, b"#?RADIANCE", "a Radiance image of a high dynamic range"),
    (0, b"#?RGBE", "a Radiance image of a high dynamic range"),
    (0, b"PTM_1.", "a relightable image (RTI)"),
    (0, b"#HSH", "a relightable image (RTI)"),
    (0, b"SIMPLE  =", "a FITS file of measurements"),
    (128, b"DICM", "a DICOM file"),
    (0, b"AT&TFORM", "a DjVu document"),
    (0, b"\x00\x00\x01\x00", "a Windows icon"),
    (0, b"icns", "a macOS icon"),
    (0, b"qoif", "a QOI image"),
    (0, b"DDS ", "a DirectDraw texture"),
    (0, b"\xd7\xcd\xc6\x9a", "a Windows metafile"),
    (0, b"{\\rtf", "a text document (RTF)"),
    (0, b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document"),
    (0, b"PK\x03\x04", "a ZIP archive"),
    (0, b"\x1f\x8b", "a gzip archive"),
    (0, b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (0, b"Rar!", "a RAR archive"),
    (257, b"ustar", "a TAR archive"),
    (0, b"SQLite format 3", "a database"),
    (0, b"\x7fELF", "a program"),
    (0, b"\x4c\x00\x00\x00\x01\x14\x02\x00", "a Windows shortcut"),
    (0, b"book\x00\x00\x00\x00mark", "a macOS alias"),
    (0, b"ID3", "a sound recording"),
    (0, b"OggS", "a sound recording or video"),
    (0, b"fLaC", "a sound recording"),
    (8, b"WAVE", "a sound recording"),
    (8, b"AVI ", "a video"),
    (0, b"\x1a\x45\xdf\xa3", "a video"),
    (0, b"\x00\x00\x01\xba", "a video"),
    (0, b"\x00\x00\x01\xb3", "a video"),
    (0, b"FLV\x01", "a video"),
    (0, b"\x30\x26\xb2\x75\x8e\x66\xcf\x11", "a video"),
    (4, b"moov", "a video"),
    (4, b"mdat", "a video"),
    (4, b"wide", "a video"),
    (4, b"ftyp", "a video"),
)
_LOOKED_AT = 4096
# What stands near the start of an image whose first bytes are not what they were.
_NEAR_START = (
    (b"\x89PNG", "a PNG"),
    (b"PNG\r\n\x1a\n", "a PNG"),
    (b"PNG\n\x1a\n", "a PNG"),
    (b"JFIF\0", "a JPEG"),
    (b"Exif\0", "a JPEG"),
    (b"WEBPVP8", "a WebP"),
)
_EXTENSIONS = {
    "a camera's raw file": (
        *("dng", "nef", "nrw", "cr2", "cr3", "crw", "arw", "srf", "sr2", "orf", "rw2", "raf"),
        *("pef", "raw", "rwl", "3fr", "fff", "iiq", "mef", "mos", "mrw", "x3f", "erf", "kdc"),
        *("dcr", "srw"),
    ),
    "a Photoshop document": ("psd", "psb"),
    "a GIMP document": ("xcf",),
    "a drawing": ("svg", "svgz", "ai", "eps", "ps", "cdr", "wmf", "emf", "dxf", "dwg"),
    "a document": ("pdf", "doc", "docx", "odt", "rtf", "ppt", "pptx", "djvu", "indd"),
    "a video": (
        *("mp4", "m4v", "mov", "avi", "mkv", "webm", "wmv", "flv", "mpg", "mpeg", "mts", "3gp"),
    ),
    "a sound recording": ("mp3", "wav", "flac", "m4a", "ogg", "aiff"),
    "an archive": ("zip", "7z", "rar", "tar", "gz", "tgz"),
    "an image of a high dynamic range": ("exr", "hdr"),
    "a relightable image (RTI)": ("rti", "ptm", "hsh"),
    "a file of measurements": ("fits", "fit", "dcm", "envi"),
}


def kind_of_extension(extension: str) -> str:
    """What a file of this name's end (with or without a dot) is; "" where that is not known."""
    wanted = extension.removeprefix(".").lower()
    return next((what for what, ends in _EXTENSIONS.items() if wanted in ends), "")


def changed_start(data: bytes) -> str:
    r"""Which image a file was before its first bytes were changed, "" where nothing tells.

    >>> changed_start(b"\xef\xbf\xbd\xef\xbf\xbd\0\x10JFIF\0")
    'a JPEG'
    """
    start = bytes(data[:24])
    return next((what for mark, what in _NEAR_START if mark in start), "")


def kind_of(data: bytes) -> str:
    """What a file is that is no accepted image, such as 'a PDF document'."""
    start = bytes(data[:_LOOKED_AT])
    if b"%PDF-" in start[:1024]:
        return "a PDF document"
    for place, signature, what in _SIGNATURES:
        if start.startswith(signature, place):
            return what
    if start[:2] in (b"P1", b"P2", b"P3", b"P4", b"P5", b"P6", b"P7") and start[2:3].isspace():
        return "a PNM image"
    text = _as_text(start).lstrip().lower()
    if text.startswith("<"):
        if "<svg" in text:
            return "an SVG drawing"
        return "a web page (HTML)" if "html" in text or "<body" in text else "an XML document"
    if not start.strip(b"\x00"):
        return "filled with zeros instead of a picture, as a copy that was broken off is"
    if text and all(letter.isprintable() or letter.isspace() for letter in text):
        return "text"
    return "of an unknown kind"


def _as_text(start: bytes) -> str:
    """The first bytes as text, "" where they are none."""
    if start.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start[: len(start) // 2 * 2].decode("utf-16", "ignore")
    if any(byte < 32 and byte not in b"\t\n\r\f" for byte in start):
        return ""
    try:
        return start.decode("utf-8-sig", "strict" if len(start) < _LOOKED_AT else "ignore")
    except UnicodeDecodeError:
        return start.decode("latin-1")
