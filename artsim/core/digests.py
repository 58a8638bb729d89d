"""Digests by which a changed file is noticed."""

import hashlib
from pathlib import Path


def file_sha256(path: Path) -> str:
    """SHA-256 hex of a file's bytes; raises OSError."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
