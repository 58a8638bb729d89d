"""What to import of records, and which hosts may be asked for their pictures."""

from pathlib import Path
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, field_validator

from artsim.collection.sources.nga.config import NgaConfig, is_url
from artsim.core.web_address import web_address


class RecordOptions(BaseModel):
    """Options of an import of records; ``place`` is a file, a folder or a web address.

    A subclass says which records.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    place: str = Field(
        min_length=1,
        max_length=2_000,
        title="Web address, or a file or folder of the server",
        description="File, folder or web address of the records",
        json_schema_extra={"positional": True},
    )
    image_size: int = Field(
        800,
        ge=64,
        le=4096,
        title="Longest side of pictures, in pixels",
        description="Longest side of fetched images",
    )
    concurrency: int = Field(
        4,
        ge=1,
        le=32,
        title="Pictures fetched at once",
        description="Images fetched at the same time",
    )
    allow_hosts: tuple[str, ...] = Field(
        (),
        title="Further hosts that pictures come from",
        description=(
            "Hosts (host or host:port) that pictures may be fetched from, beside the one of a web "
            "address that is named"
        ),
        json_schema_extra={"option": "--allow-host"},
    )
    include_imageless: bool = Field(
        False,
        title="Works without a picture too",
        description="Bring works without an image too",
    )
    max_document_bytes: int = Field(
        256_000_000,
        ge=1_000,
        title="Largest document, in bytes",
        description="Refuse larger documents of records",
    )

    @field_validator("place")
    @classmethod
    def _whole(cls, place: str) -> str:
        if is_url(place) and web_address(place) is None:
            raise ValueError(f"{place[:80]!r} is a malformed web address")
        # A job runs in another folder than the command that started it.
        return place if is_url(place) else str(Path(place).expanduser().absolute())

    @field_validator("allow_hosts")
    @classmethod
    def _are_hosts(cls, hosts: tuple[str, ...]) -> tuple[str, ...]:
        return NgaConfig(allow_hosts=hosts).allow_hosts

    def hosts(self) -> tuple[str, ...]:
        """The hosts that may be asked: who names an address means its host."""
        named = urlsplit(self.place).netloc.lower() if is_url(self.place) else ""
        return (*self.allow_hosts, *([named] if named else ()))

    def fetching(self) -> NgaConfig:
        """How patiently images are fetched, and in which size."""
        return NgaConfig(
            image_size=self.image_size,
            concurrency=self.concurrency,
            allow_hosts=self.allow_hosts,
        )


class IiifOptions(RecordOptions):
    """Import works of IIIF manifests and collections (Presentation API 3 or 2)."""


class LidoOptions(RecordOptions):
    """Import works of LIDO records: a file of many, or a folder."""


class LinkedArtOptions(RecordOptions):
    """Import works of Linked Art: JSON, one object a line, a folder, or lists on the web."""


class DublinCoreOptions(RecordOptions):
    """Import works of Dublin Core or Europeana's EDM in XML, plain or harvested by OAI-PMH."""
