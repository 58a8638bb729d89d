"""The config of each kind of job, which the CLI, the pages and the job store share."""

from typing import TYPE_CHECKING, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    field_validator,
    model_validator,
)

from artsim.collection.columns import folder_labels
from artsim.collection.sources.nga.config import NgaConfig
from artsim.core.errors import InvalidInput
from artsim.core.fields import CollectionName, CollectionTitle, LocalPath
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from artsim.collection import quality as checks
    from artsim.collection.sources import encodings
else:
    encodings = lazy("artsim.collection.sources.encodings")
    checks = lazy("artsim.collection.quality")

OFFLINE_BACKBONE = "efficientnet_lite0"
DEMO_NAME = "demo"
DEMO_SIZE = 360
NGA_NAME = "nga"
NGA_FIRST_LIMIT = 400


class _Config(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)


class ImportOptions(BaseModel):
    """What every import has: how files are checked, what is made of them, and for what name."""

    title: CollectionTitle = Field(
        "", description="What people call a new collection, in any letters; by default its name"
    )

    quality: bool = Field(
        True, description="Check the pictures and merge copies; otherwise keep all that decodes"
    )
    thresholds: dict[str, float] = Field(
        default_factory=dict, description="Thresholds of the quality checks that differ"
    )
    yes: bool = Field(
        False, description="Go on even if more than a tenth of the works would lose their file"
    )
    embed: str | None = Field(
        None, description="Backbone to embed the works with in the same pass over the pictures"
    )

    @field_validator("thresholds")
    @classmethod
    def _are_thresholds(cls, values: dict[str, float]) -> dict[str, float]:
        if not values:
            return values
        unknown = sorted(set(values) - set(checks.Thresholds.model_fields))
        if unknown:
            raise ValueError(
                f"{unknown[0]!r} is no threshold: use {', '.join(checks.Thresholds.model_fields)}"
            )
        checks.Thresholds.model_validate(values)
        return values


class FolderOptions(_Config):
    """A folder of pictures, with or without a table of metadata."""

    directory: LocalPath = Field(description="Folder of pictures, searched through all levels")
    metadata: LocalPath | None = Field(
        None, description="Table with one line a work: CSV or other text, .xlsx, .ods"
    )
    id_column: str = Field("id", description="Column of the table that identifies a work")
    include_imageless: bool = Field(False, description="Import works without a picture too")
    folders: str = Field(
        "",
        description="What sub-folders name, if the table does not say: style, artist, style/artist",
    )
    pages: Literal["first", "all"] = Field(
        "first", description="Pages of a TIFF: the first, or all as pictures of one work"
    )

    encoding: str = Field(
        "",
        description="Encoding of a text table, if artsim guesses wrong: Shift-JIS, KOI8-R ...",
    )

    @field_validator("encoding")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            if name:
                encodings.codec_named(name)
        except InvalidInput as error:
            raise ValueError(str(error).removesuffix(".")) from error
        return name

    @field_validator("folders")
    @classmethod
    def _are_labels(cls, levels: str) -> str:
        folder_labels(levels)
        return levels


class ImportFolderConfig(FolderOptions, ImportOptions):
    """Import a folder of pictures, with or without a table of metadata."""

    name: CollectionName = Field(description="Name of the collection; one that exists grows")


class ImportAndEmbedConfig(ImportFolderConfig):
    """Import a folder of pictures and embed them, so that they can be searched at once."""

    backbone: str = Field(OFFLINE_BACKBONE, description="Backbone to embed them with")


class NgaImportConfig(NgaConfig, ImportOptions):
    """Import works of the National Gallery of Art, Washington, from its open data."""

    name: CollectionName = Field(
        NGA_NAME, description="Name of the collection; one that exists grows"
    )


class NgaFirstConfig(NgaImportConfig):
    """Import NGA works, embed, map and evaluate them, and show that collection first."""

    limit: int | None = Field(NGA_FIRST_LIMIT, ge=1, description="Import so many works at most")
    backbone: str = Field(
        OFFLINE_BACKBONE, description="Backbone to embed them with, beside artsim's own best one"
    )
    show_first: bool = Field(True, description="Make it the collection that the app shows first")


class SyncConfig(_Config):
    """Read again what a collection came from: new, changed, moved, renamed and missing files."""

    collection: CollectionName = Field(description="Name of the collection")
    yes: bool = Field(
        False, description="Go on even if more than a tenth of the works would lose their file"
    )


class DemoOptions(_Config):
    """What the demo collection is drawn from."""

    size: int = Field(DEMO_SIZE, ge=8, le=5_000, description="How many works to draw")
    seed: int = Field(0, ge=0, description="Another seed draws other works")


class DemoConfig(DemoOptions):
    """Draw the demo collection, embed it, draw its map and evaluate two backbones on it."""

    name: CollectionName = Field(DEMO_NAME, description="Name of the collection")
    backbone: str = Field(
        OFFLINE_BACKBONE, description="Backbone to embed them with, beside artsim's own best one"
    )


class PatchesConfig(_Config):
    """Make patches: what a backbone sees at each position, by which regions are found."""

    collection: CollectionName = Field(description="Name of the collection")
    backbone: str = Field(description="Name of the backbone: 'artsim backbones' lists them")
    anew: bool = Field(False, description="Make them again for all pictures")


class EmbedConfig(_Config):
    """Embed the works of a collection that a backbone has not embedded yet."""

    collection: CollectionName = Field(description="Name of the collection")
    backbone: str = Field(description="Name of the backbone: 'artsim backbones' lists them")
    engine: Literal["local", "ray"] = Field(
        "local", description="Where the embedding runs: in this process, or on a Ray cluster"
    )
    address: str | None = Field(
        None,
        pattern=r"^(auto|[A-Za-z0-9_.-]+:[0-9]{1,5})$",
        description="Where the Ray cluster is: auto or HOST:PORT; else Ray runs on this machine",
    )
    inference: Literal["auto", "torch", "openvino"] | None = Field(
        None,
        description="What runs the network; by default what ARTSIM_ENGINE names, else the faster",
    )
    batch_size: int | None = Field(
        None, ge=1, le=1024, description="Pictures in one step of the model"
    )

    @model_validator(mode="after")
    def _only_ray_has_an_address(self) -> Self:
        if self.address and self.engine != "ray":
            raise ValueError("an address is for the engine ray")
        return self
