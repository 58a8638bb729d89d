"""What the API answers, as OpenAPI describes it, where the library has no type for it."""

from typing import TYPE_CHECKING, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from artsim.collection.columns import LABELS
from artsim.search.query import Hit


class Problem(BaseModel):
    """Why a request failed."""

    error: str = Field(description="One sentence: what is wrong, and what to do")


class Health(BaseModel):
    """That the server is up."""

    status: Literal["ok"]
    version: str


class Unreadable(BaseModel):
    """A collection that cannot be read."""

    name: str
    error: str = Field(description="One sentence why")


class UnreadableMap(BaseModel):
    """A map that cannot be read."""

    id: str
    error: str = Field(description="One sentence why")


class HistoryStep(BaseModel):
    """What a person changed in a collection."""

    step: int
    when: str = Field(description="UTC")
    who: str
    what: str = Field(description="edit, remove, restore, keep, reject, merge, split, best ...")
    before: dict[str, Any] = Field(description="By artwork id, or by file")
    after: dict[str, Any]
    undone: bool


class Backbone(BaseModel):
    """A model that makes embeddings."""

    name: str
    family: str
    origin: str
    offline: bool = Field(description="Whether it works without a network")
    dimension: int | None
    input_size: int | None
    licence: str
    digest: str | None = Field(description="Identity of its weights and preprocessing")
    words: bool = Field(description="Whether words search its pictures")


class Recommended(BaseModel):
    """A backbone to begin with."""

    name: str
    family: str
    licence: str
    dimension: int
    input_size: int = Field(description="Height and width of the input in pixels")
    parameters: float = Field(description="Millions")
    megabytes: int = Field(description="Size of its weights")
    multiplications: float = Field(
        description="Multiplications with additions for a picture, in thousand millions"
    )
    cost: str = Field(description="Arithmetic for a picture relative to efficientnet_lite0")
    available: str = Field(description="offline, here, or needs the network once")
    art: str = Field(description="What is known of it for art")


if TYPE_CHECKING:

    class Labels(BaseModel):
        """The label columns of an artwork."""

else:
    Labels = create_model("Labels", **dict.fromkeys(LABELS, (str | None, ...)))


class Artwork(Labels):
    """The metadata of one artwork; every other column of the collection is there as well."""

    model_config = ConfigDict(extra="allow")

    id: str
    title: str | None
    date: str | None = Field(description="As displayed: c. 1650/1660")
    year: int | None = Field(description="Negative BC")
    year_end: int | None
    dimensions: str | None
    credit: str | None
    licence: str | None
    url: str | None
    accession: str | None
    file: str | None
    width: int | None
    height: int | None
    quality: float | None
    duplicate_group: str | None = Field(description="The same for copies of one picture")
    has_image: bool | None


class FurtherPicture(BaseModel):
    """A picture of an artwork that is not the one that it is shown by."""

    file: str = Field(description="The value of the parameter picture of /media/{collection}/{id}")
    id: str | None = Field(description="The artwork that it would be by itself")
    work: str
    role: Literal["recto", "verso", "detail", "other"]
    state: Literal["kept", "converted", "copy"]
    of: str | None = Field(description="The file that it repeats")
    reason: str | None
    width: int | None
    height: int | None


class PicturedArtwork(Artwork):
    """One artwork with all its pictures."""

    pictures: list[FurtherPicture]
    copies: list[str] = Field(description="Ids of artworks that show the same picture")


class ArtworksPage(BaseModel):
    """Artworks offset to offset + limit of those that pass the filter."""

    collection: str
    total: int
    offset: int
    limit: int
    note: str = Field(description="Words that were searched instead of words that no work has")
    artworks: list[Artwork]


class Asked(BaseModel):
    """The query: ids of artworks, names of pictures, concept:name, and the dials."""

    like: list[str]
    unlike: list[str]
    parts: dict[str, float]
    apart: list[str]
    distinct: str | None
    surprise: float
    rerank: bool


class Precision(BaseModel):
    """Mean average precision of the examples kept aside, among random artworks."""

    value: float
    ci95: tuple[float, float]


class Concept(BaseModel):
    """A concept that a collection was taught."""

    name: str
    collection: str
    backbone: str
    digest: str
    like: list[str] = Field(description="Ids of artworks that show it")
    unlike: list[str]
    ap: Precision | None = Field(description="Null for fewer than 6 examples")
    chance: float | None = Field(description="The same figure for a random order")
    label: str = Field(description="Column and value that it was taught from, if any")
    made: str = Field(description="UTC")
    code_version: str


class Retrained(BaseModel):
    """A backbone with new weights of its parts: their shares in a cosine, before and after.

    ``agreement`` is the share of the judgements kept aside that agree with the new and the old.
    """

    name: str
    pairs: int
    queries: int
    before: dict[str, float]
    after: dict[str, float]
    agreement: dict[str, float]


class Deleted(BaseModel):
    """How many concepts were deleted."""

    collection: str
    name: str
    deleted: int


class SearchResult(BaseModel):
    """Results, best first."""

    collection: str
    backbone: str
    digest: str
    metric: str
    index: str = Field(description="The index that answered")
    k: int
    took_ms: float
    note: str = Field("", description="A remark on the search, such as why another index was used")
    query: Asked
    results: list[Hit]


class IdentifyCandidate(BaseModel):
    """A work that a photograph may show."""

    id: str
    score: float = Field(description="Best cosine of a part of the photograph")
    inliers: int | None = Field(description="Matching places; null where it was not looked at")


class Identification(BaseModel):
    """The work that a photograph shows, or none."""

    found: bool
    id: str | None
    title: str | None
    artist: str | None
    confidence: float | None = Field(
        description="How often such claims were right on simulated photographs; null where that "
        "was not measured"
    )
    inliers: int = Field(description="Matching places")
    outline: list[list[float]] | None = Field(
        description="Corners of the work in fractions of the photograph, clockwise; beyond 0 and 1 "
        "where it is cut off"
    )
    candidates: list[IdentifyCandidate]
    took_ms: float
    image: str | None = Field(description="File of the picture that matched, null for the primary")
    backbone: str


class PartShare(BaseModel):
    """What a part of the embedding gives to the score."""

    name: str
    share: float


class PlaceMatch(BaseModel):
    """Places of two pictures that correspond."""

    a: tuple[float, float, float, float] = Field(description="Left, top, width, height: fractions")
    b: tuple[float, float, float, float]
    score: float


class Why(BaseModel):
    """Why two pictures are alike."""

    a: str
    b: str
    backbone: str
    digest: str
    metric: str
    score: float
    parts: list[PartShare] = Field(description="Their shares add up to the score")
    heat_a: list[list[float]] = Field(description="Rows of places, 0 to 1")
    heat_b: list[list[float]]
    matches: list[PlaceMatch]
    colours: float = Field(description="Share of the areas in colours that both have")
    shared_colours: list[str]
    composition: float | None = Field(description="Correlation of light and dark")
    sentence: str


class MapColours(BaseModel):
    """What the works of a map are coloured by."""

    by: str
    kind: Literal["category", "sequence", "none"]
    names: list[str]
    counts: list[int]
    codes: str = Field(description="Base64 of a byte a work: 254 another value, 255 not known")
    values: str | None = Field(description="Base64 of a little-endian float32 a work")
    low: float | None
    high: float | None
    note: str


class MapWork(BaseModel):
    """What a map shows of a work."""

    row: int
    id: str
    title: str | None
    artist: str | None
    date: str | None
    year: int | None
    has_image: bool
    thumb: str = Field(description="Address of its thumbnail, empty where it has no picture")


def fields_of(model: type[BaseModel], thing: Any) -> dict[str, Any]:
    """The fields of ``model`` that are attributes of ``thing``."""
    return {name: getattr(thing, name) for name in model.model_fields}
