"""ZIP archives whose bytes depend on what is in them alone."""

import io
import zipfile
from collections.abc import Iterable

_DATE = (1980, 1, 1, 0, 0, 0)  # the first that the format knows


def zipped(files: Iterable[tuple[str, bytes]]) -> bytes:
    """An archive of files by name, in this order; pictures are stored as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files:
            info = zipfile.ZipInfo(name, _DATE)
            info.external_attr = 0o644 << 16
            info.create_system = 3
            packed = name.endswith((".jpg", ".jpeg", ".png", ".webp"))
            info.compress_type = zipfile.ZIP_STORED if packed else zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()
