"""What to bring from the NGA, from where, and which hosts may be asked."""

import re
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from artsim.core.errors import InvalidInput
from artsim.core.web_address import web_address

OPEN_DATA = "https://raw.githubusercontent.com/NationalGalleryOfArt/opendata/main/data/"
IMAGE_HOSTS = frozenset({"api.nga.gov"})
TABLE_HOSTS = frozenset({"raw.githubusercontent.com", "media.githubusercontent.com", "github.com"})
TABLE_FILES = {
    "objects": "objects.csv",
    "images": "published_images.csv",
    "constituents": "constituents.csv",
    "objects_constituents": "objects_constituents.csv",
    "terms": "objects_terms.csv",
}
_HOST = re.compile(r"(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:]+\])(?::\d{1,5})?")


class NgaConfig(BaseModel):
    """Options of an NGA import; a table is a file or an http(s) URL, CSV, plain or gzipped."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    objects: str = Field(OPEN_DATA + TABLE_FILES["objects"], description="Table of the objects")
    images: str = Field(OPEN_DATA + TABLE_FILES["images"], description="Table of their images")
    constituents: str | None = Field(
        None, description="Table of people; the NGA's own where `objects` is the NGA's, else none"
    )
    objects_constituents: str | None = Field(
        None, description="Who made what; the NGA's own where `objects` is the NGA's, else none"
    )
    terms: str | None = Field(
        None, description="Themes, styles, schools; the NGA's own where `objects` is, else none"
    )
    limit: int | None = Field(None, ge=1, description="Bring so many works with an image at most")
    seed: int = Field(0, description="Which works a limit picks: a seeded order, not the first")
    classification: str = Field(
        "painting", description="Works whose classification contains this text; empty brings all"
    )
    image_size: int = Field(600, ge=64, le=4096, description="Longest side of the images in pixels")
    concurrency: int = Field(8, ge=1, le=32, description="Images fetched at the same time")
    allow_hosts: tuple[str, ...] = Field(
        (), description="Further hosts (host or host:port) that may be asked, also over http"
    )
    include_restricted: bool = Field(False, description="Bring works that are not open access too")
    include_imageless: bool = Field(False, description="Bring works without an image too")
    timeout: float = Field(30.0, gt=0, le=600, description="Seconds to wait for a host's answer")
    attempts: int = Field(5, ge=1, le=20, description="Times to try an image before giving it up")
    backoff: float = Field(0.5, ge=0, le=60, description="First wait in seconds between attempts")
    max_wait: float = Field(60.0, ge=0, le=3600, description="Longest wait between attempts")
    max_image_bytes: int = Field(32_000_000, ge=1_000, description="Refuse larger images")
    max_table_bytes: int = Field(4_000_000_000, ge=1_000, description="Refuse larger tables")

    @field_validator("allow_hosts")
    @classmethod
    def _are_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        plain = tuple(host.strip().lower() for host in hosts)
        for host in plain:
            if not _HOST.fullmatch(host):
                raise ValueError(f"{host!r} is no host: give --allow-host as host or host:port")
        return plain

    @field_validator("objects", "images", "constituents", "objects_constituents", "terms")
    @classmethod
    def _is_a_place(cls, location: str | None) -> str | None:
        if location and is_url(location) and web_address(location) is None:
            raise ValueError(f"{location[:80]!r} is a malformed web address")
        return location

    def tables(self) -> dict[str, str]:
        """Location of every table to read, by its role; optional ones only where there is one."""
        found = {"objects": self.objects, "images": self.images}
        ours = self.objects == OPEN_DATA + TABLE_FILES["objects"]
        for role in ("objects_constituents", "constituents", "terms"):
            location = getattr(self, role)
            if location or (location is None and ours):
                found[role] = location or OPEN_DATA + TABLE_FILES[role]
        return found

    def image_hosts(self) -> "Hosts":
        """Where images may come from."""
        return Hosts(IMAGE_HOSTS, self.allow_hosts)

    def table_hosts(self) -> "Hosts":
        """Where tables may come from: naming a table's URL allows its host for tables."""
        named = {urlsplit(url).netloc.lower() for url in self.tables().values() if is_url(url)}
        return Hosts(TABLE_HOSTS, (*self.allow_hosts, *sorted(named - TABLE_HOSTS)))

    @staticmethod
    def whole_urls(url: str) -> tuple[str, str]:
        """The addresses of the same image in its own size, by IIIF 3 and by IIIF 2."""
        base = url.rpartition("/full/")[0]
        return f"{base}/full/max/0/default.jpg", f"{base}/full/full/0/default.jpg"

    def image_url(self, iiif: str) -> str:
        """The IIIF address of an image that fits a square of ``image_size`` pixels."""
        return f"{iiif.rstrip('/')}/full/!{self.image_size},{self.image_size}/0/default.jpg"


class Hosts:
    """The hosts that may be asked: known ones over https, explicitly allowed ones over http too."""

    def __init__(self, known: frozenset[str], allowed: tuple[str, ...]) -> None:
        self._known, self._allowed = known, frozenset(allowed)

    def why_not(self, url: str) -> str:
        """Why ``url`` may not be asked, in words that follow "refused: "; "" where it may."""
        try:
            parts = urlsplit(url)
            host, port = (parts.hostname or "").lower(), parts.port
        except ValueError:
            return "the address is malformed"
        if parts.scheme not in ("http", "https") or not host:
            return f"{parts.scheme or 'the address'} is no web address"
        if parts.username is not None:
            return "the address holds a user name"
        shown = f"[{host}]" if ":" in host else host
        named = f"{shown}:{port}" if port is not None else shown
        if shown in self._allowed or named in self._allowed:
            return ""
        if host not in self._known or port not in (None, 443):
            name_it = f"name it as a further host (--allow-host {named})"
            return f"{named} is not allowed to be asked; {name_it}"
        return "" if parts.scheme == "https" else f"{host} must be asked over https"


def is_url(location: str) -> bool:
    """Whether a table's location is a web address rather than a file."""
    return location.lower().startswith(("http://", "https://"))


def table_path(location: str, what: str) -> Path:
    """The file of a table that is no URL. Raises InvalidInput where there is none."""
    path = Path(location).expanduser()
    if not path.is_file():
        raise InvalidInput(f"There is no {what} {location}: give a CSV file or an http(s) address.")
    return path
