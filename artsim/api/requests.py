"""The requests of the API: the models that check them and that OpenAPI describes."""

from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field
from pydantic.json_schema import WithJsonSchema

from artsim.core.limits import MAX_K
from artsim.search.dials import SHARED
from artsim.search.order import LIKENESS, ORDERS
from artsim.search.query import COLLAPSED, DEFAULT_K
from artsim.search.service import MAX_PAGE

MAX_TEXT = 4_000
MAX_ROWS = 500
_PARTS = {
    "anyOf": [
        {"type": "string"},
        {"type": "object", "additionalProperties": {"type": "number", "minimum": 0}},
    ]
}
_TEXT = "Words of the metadata, best matches first; a phrase stands in quotes"
_SURPRISE = {"type": "number", "minimum": 0, "maximum": 1}
_IMAGE = {"type": "string", "contentMediaType": "application/octet-stream"}
_FILE = {"type": ["string", "null"], "contentMediaType": "application/octet-stream"}


@dataclass(frozen=True)
class Upload:
    """A file of a form."""

    data: bytes
    name: str


def _no_truth(value: Any) -> Any:
    return str(value) if isinstance(value, bool) else value  # else True would count as 1


def _id(value: Any) -> Any:
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _listed(value: Any) -> Any:
    return value.split(",", MAX_ROWS) if value else []


def _several(value: Any) -> Any:
    """A form sends one value of a list as a text."""
    return [_id(one) for one in (value if isinstance(value, list) else [value])]


def _number(value: Any) -> Any:
    """A form sends a number as a text; the search reports a text that is not a number."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


Text = Annotated[str, Field(max_length=MAX_TEXT)]
Whole = Annotated[int, BeforeValidator(_no_truth)]


class Nothing(BaseModel):
    """No parameters."""


class InCollection(BaseModel):
    """Something of a collection."""

    name: Text = Field(description="Name of the collection")


class Artworks(InCollection):
    """One page of artworks, as people count their ids, or by how well they fit a text."""

    offset: Whole = Field(0, ge=0, description="How many artworks to pass over")
    limit: Whole = Field(50, ge=1, le=MAX_PAGE, description="How many artworks to give at most")
    where: Text = Field("", description="SQL expression over the metadata: year < 1900")
    text: Text = Field("", description=_TEXT)
    order: Text = Field(LIKENESS, description=f"{', '.join(ORDERS)}: likeness is that to the text")


class OneArtwork(InCollection):
    """One artwork."""

    id: Text = Field(description="Artwork id")


class Export(InCollection):
    """A collection's metadata as a file."""

    format: Text = Field("csv", description="csv, parquet, or the name of a plug-in's export")


class Search(BaseModel):
    """A query by artworks, or by an image in a form, and by what results should not be like."""

    model_config = ConfigDict(extra="forbid")

    id: Annotated[Text | None, BeforeValidator(_id)] = Field(
        None, description="Artwork to search with; not together with an image"
    )
    backbone: Text = Field(description="Name of the backbone whose embeddings are compared")
    metric: Text = Field("cosine", description="cosine or euclidean")
    k: Whole = Field(DEFAULT_K, ge=1, le=MAX_K, description="How many results to give at most")
    where: Text = Field("", description="SQL expression over the metadata: year < 1900")
    text: Text = Field("", description="Words that the metadata of every result has")
    order: Text = Field(LIKENESS, description=f"Order of the k best: {', '.join(ORDERS)}")
    index: Text = Field("auto", description="auto, exact, approximate or milvus")
    copies: Text = Field(
        COLLAPSED,
        description="Works that show the same picture: collapsed (one result with the ids of the "
        "others), none (one without them), all (a result each)",
    )
    like: Annotated[list[Text], BeforeValidator(_several)] = Field(
        [], description="Ids of artworks to search with, beside id and image"
    )
    unlike: Annotated[list[Text], BeforeValidator(_several)] = Field(
        [], description="Ids of artworks that results should not be like"
    )
    concepts: Annotated[list[Text], BeforeValidator(_several)] = Field(
        [], description="Names of concepts to search with, beside id and image"
    )
    not_concepts: Annotated[list[Text], BeforeValidator(_several)] = Field(
        [], description="Names of concepts that results should not be like"
    )
    words: Annotated[list[Text], BeforeValidator(_several)] = Field(
        [], description="What pictures show, in words, for backbones that know words"
    )
    not_words: Annotated[list[Text], BeforeValidator(_several)] = Field(
        [], description="What pictures should not show, in words"
    )
    region: Annotated[list[Text], BeforeValidator(_several)] = Field(
        [],
        description="Parts of artworks to find elsewhere: ID@x,y,w,h in fractions of the picture; "
        "in a form @x,y,w,h is a part of the image",
    )
    parts: Annotated[Any, WithJsonSchema(_PARTS)] = Field(
        "",
        description="Weight of each part of the embedding, 1 where not named: {'style': 0}, "
        "style=0,artist=1, or a preset such as 'the same hand'",
    )
    apart: Annotated[list[Text], BeforeValidator(_several)] = Field(
        [], description=f"Nothing that shares it with a liked artwork: {', '.join(SHARED)}"
    )
    distinct: Text | None = Field(
        None, description=f"At most one result of each: {', '.join(SHARED)}"
    )
    surprise: Annotated[Any, BeforeValidator(_number), WithJsonSchema(_SURPRISE)] = Field(
        0, description="Results that differ from one another, 0 to 1"
    )
    rerank: bool = Field(
        False, description="Rank the best again by their neighbours; the note says what it costs"
    )


class SearchForm(Search):
    """A query by an artwork's id, or by an image: a form can hold both kinds."""

    image: Annotated[Upload | None, WithJsonSchema(_FILE)] = Field(
        None, description="Picture file to search with; not together with an id"
    )
    not_image: Annotated[Upload | None, WithJsonSchema(_FILE)] = Field(
        None, description="Picture file that results should not be like"
    )


class OneConcept(InCollection):
    """One concept."""

    concept: Text = Field(description="Name of the concept")
    backbone: Text = Field("", description="Backbone that it was taught for; empty for all")


class Teach(BaseModel):
    """Examples of a concept: works, or those that have a value in a label column."""

    model_config = ConfigDict(extra="forbid")

    concept: Text = Field(description="Name of the concept")
    backbone: Text = Field(description="Name of the backbone whose embeddings learn it")
    like: list[Text] = Field([], description="Ids of artworks that show it: 3 or more")
    unlike: list[Text] = Field([], description="Ids of artworks that do not")
    column: Text = Field("", description="Label column to take the artworks from, such as style")
    value: Text = Field("", description="Value that they have in this column")


class SharedConcept(BaseModel):
    """A concept that was exported."""

    model_config = ConfigDict(extra="forbid")

    document: str = Field(description="The text of the exported file")


class IdentifyForm(BaseModel):
    """A photograph in which a work is to be recognised."""

    model_config = ConfigDict(extra="forbid")

    image: Annotated[Upload, WithJsonSchema(_IMAGE)] = Field(
        description="Photograph, print or postcard as a picture file"
    )
    backbone: Text | None = Field(None, description="Backbone that finds likely works")


class Compared(BaseModel):
    """Two pictures to compare: an artwork, and another artwork or an image in a form."""

    model_config = ConfigDict(extra="forbid")

    backbone: Text = Field(description="Name of the backbone whose embeddings are compared")
    a: Annotated[Text, BeforeValidator(_id)] = Field(description="Id of an artwork")
    b: Annotated[Text | None, BeforeValidator(_id)] = Field(
        None, description="Id of another artwork; not together with an image"
    )
    metric: Text = Field("cosine", description="cosine or euclidean")


class ComparedForm(Compared):
    """The same with an image: a form can hold it."""

    image: Annotated[Upload | None, WithJsonSchema(_FILE)] = Field(
        None, description="Picture file to compare the artwork with; not together with b"
    )


class Versioned(BaseModel):
    """An answer that may be cached."""

    v: Text = Field("", description="Any version: the answer may then be cached for good")


class Difference(InCollection, Versioned):
    """Where two artworks differ."""

    id: Text = Field(description="Id of the artwork that the other one is laid over")
    other: Text = Field(description="Id of the other artwork")
    of: Text = Field("", description="Collection of the other artwork, where it is another one")


class PictureOf(Versioned):
    """A picture of an artwork."""

    collection: Text = Field(description="Name of the collection")
    id: Text = Field(description="Artwork id")
    size: Text = Field(description="thumb or preview")
    ending: Text = Field(description="webp", json_schema_extra={"enum": ["webp"]})
    picture: Text = Field("", description="File of one of its pictures, as search results name it")


class OfMap(InCollection, Versioned):
    """Something of a map."""

    id: Text = Field(description="Id of the map")


class Points(OfMap):
    """The points of a map."""

    onto: Text = Field("", description="Id of a map to lay this one over, in that one's rows")


class Colours(OfMap):
    """The colours of a map."""

    by: Text = Field("", description="Column, century, cluster, none, or match: and an artwork id")


class Works(OfMap):
    """Some works of a map."""

    rows: Annotated[list[Annotated[Whole, Field(ge=0)]], BeforeValidator(_listed)] = Field(
        [], max_length=MAX_ROWS, description="Rows of the map with commas between: 0,7"
    )


class Mosaic(OfMap):
    """The mosaic of a map as a picture."""

    ending: Text = Field(
        description="Kind of picture", json_schema_extra={"enum": ["webp", "png", "pdf"]}
    )
    side: Whole = Field(48, description="Pixels of a work's side, 4 to 256")
