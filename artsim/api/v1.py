"""The API: collections, backbones and search over one library, and the list of all its routes."""

from dataclasses import asdict
from typing import Any

from starlette.routing import Router

from artsim.api import answers, requests
from artsim.api.answers import fields_of
from artsim.api.concepts import ConceptEndpoints
from artsim.api.evaluations import EvaluationEndpoints
from artsim.api.health import state
from artsim.api.maps import MapEndpoints
from artsim.api.openapi import document
from artsim.api.operation import Operation
from artsim.api.pictures import MEDIA_TYPE, Pictures
from artsim.api.searches import SearchEndpoints
from artsim.api.trays import TrayEndpoints
from artsim.backbones.recommended import recommended
from artsim.collection.edits.history import History
from artsim.collection.export import export_bytes
from artsim.collection.store import CollectionInfo
from artsim.core.errors import InvalidInput
from artsim.explain.difference import difference
from artsim.images.query_pictures import QueryPicture, query_picture
from artsim.library import Library
from artsim.people.roles import Action
from artsim.search.dials import Dials
from artsim.search.filters import Filters
from artsim.search.query import Query
from artsim.search.query_item import Item, region_of_text

_FORMS = ("multipart/form-data", "application/x-www-form-urlencoded")


class Endpoints:
    """What is done for each route; every method is called in a thread."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def health(self, asked: requests.Nothing) -> dict[str, str]:  # noqa: ARG002
        """Whether the server is up, and its version."""
        return state()

    def collections(self, asked: requests.Nothing) -> list[Any]:  # noqa: ARG002
        """Every collection; one that cannot be read says why."""
        broken = self._library.broken().items()
        return [*self._library.collections(), *({"name": n, "error": why} for n, why in broken)]

    def backbones(self, asked: requests.Nothing) -> list[dict[str, Any]]:  # noqa: ARG002
        """Every backbone that can be named."""
        return [fields_of(answers.Backbone, found) for found in self._library.backbones()]

    def recommended(self, asked: requests.Nothing) -> list[dict[str, Any]]:  # noqa: ARG002
        """A dozen backbones to begin with: what they cost and what is known of them."""
        return [asdict(found) for found in recommended(self._library.workspace)]

    def artworks(self, asked: requests.Artworks) -> dict[str, Any]:
        """The artworks of a collection, page by page."""
        filters = Filters(text=asked.text, where=asked.where)
        page = self._library.browse(asked.name, filters, asked.offset, asked.limit, asked.order)
        return {
            "collection": asked.name,
            "total": page.total,
            "offset": page.offset,
            "limit": page.limit,
            "note": page.note,
            "artworks": page.rows,
        }

    def artwork(self, asked: requests.OneArtwork) -> dict[str, Any]:
        """One artwork, its further pictures, and the artworks that show the same picture."""
        found = self._library.pictures(asked.name, asked.id)
        row = self._library.artwork(asked.name, asked.id)
        return row | {"pictures": found.pictures, "copies": found.copies}

    def export(self, asked: requests.Export) -> tuple[bytes, str]:
        """The metadata of every artwork as a table."""
        data = export_bytes(self._library.catalog(asked.name).listed(), asked.format)
        return data, "text/csv" if asked.format == "csv" else "application/octet-stream"

    def history(self, asked: requests.InCollection) -> list[dict[str, Any]]:
        """What people have changed in a collection, the first step first."""
        return [step.to_json() for step in History(self._library.collection(asked.name)).steps]

    def search(
        self, asked: requests.InCollection, sent: requests.Search | requests.SearchForm
    ) -> dict[str, Any]:
        """The works most like artworks of the collection, or like an image that is sent."""
        form = sent if isinstance(sent, requests.SearchForm) else None
        upload, other = (form.image, form.not_image) if form else (None, None)
        self._library.column(asked.name, sent.backbone)  # before a picture is decoded for nothing
        shown = query_picture(upload.data, upload.name) if upload else None
        regions = tuple(_region(text, shown) for text in sent.region)
        of_image = any(item.picture for item in regions)
        query = Query(
            backbone=sent.backbone,
            id=sent.id,
            picture=None if of_image else shown,
            metric=sent.metric,
            k=sent.k,
            filters=Filters(text=sent.text, where=sent.where),
            order=sent.order,
            index=sent.index,
            copies=sent.copies,
            like=(
                *(Item(id=one) for one in sent.like),
                *(Item(concept=one) for one in sent.concepts),
                *(Item(words=one) for one in sent.words),
                *regions,
            ),
            unlike=(
                *(Item(id=one) for one in sent.unlike),
                *(Item(concept=one) for one in sent.not_concepts),
                *(Item(words=one) for one in sent.not_words),
                *([Item(picture=query_picture(other.data, other.name))] if other else []),
            ),
            dials=Dials(sent.parts, sent.apart, sent.distinct, sent.surprise, sent.rerank),
        )
        return self._library.search(asked.name, query).to_json()

    def identify(self, asked: requests.InCollection, sent: requests.IdentifyForm) -> dict[str, Any]:
        """Which work of the collection a photograph shows, or none."""
        self._library.info(asked.name)  # before a picture is decoded for nothing
        photo = query_picture(sent.image.data, sent.image.name)
        return self._library.identify(asked.name, photo, sent.backbone).to_json()

    def why(
        self, asked: requests.InCollection, sent: requests.Compared | requests.ComparedForm
    ) -> dict[str, Any]:
        """Why an artwork and another one, or an image that is sent, are alike."""
        upload = sent.image if isinstance(sent, requests.ComparedForm) else None
        if (sent.b is None) == (upload is None):
            raise InvalidInput("Compare the artwork with either another one (b) or an image.")
        self._library.column(asked.name, sent.backbone)  # before a picture is decoded for nothing
        if upload is not None:
            second = Item(picture=query_picture(upload.data, upload.name))
        else:
            second = Item(id=sent.b)
        first = Item(id=sent.a)
        return self._library.why(asked.name, sent.backbone, first, second, sent.metric).to_json()

    def difference(self, asked: requests.Difference) -> bytes:
        """Where two artworks differ: grey is the same, orange lighter in the first, blue darker."""
        return difference(self._library, asked.name, asked.id, asked.other, asked.of)


def _region(text: str, shown: QueryPicture | None) -> Item:
    """The mark on a part of an artwork, or of the image that is sent where no id is named."""
    source, box = region_of_text(text)
    if source:
        return Item(id=source, box=box)
    if shown is None:
        raise InvalidInput("The region names no artwork: write ID@x,y,w,h, or send an image.")
    return Item(picture=shown, box=box)


def operations(library: Library) -> list[Operation]:
    """Every route below /api/v1 but the OpenAPI document's own."""
    ends = Endpoints(library)
    found = "/api/v1/collections/{name}"
    searched = {"application/json": requests.Search} | dict.fromkeys(_FORMS, requests.SearchForm)
    return [
        Operation("/api/v1/health", ends.health, answers.Health, action=Action.OPEN),
        Operation(
            "/api/v1/collections",
            ends.collections,
            list[CollectionInfo | answers.Unreadable],
            action=Action.SEE,
        ),
        Operation("/api/v1/backbones", ends.backbones, list[answers.Backbone], action=Action.SEE),
        Operation(
            "/api/v1/backbones/recommended",
            ends.recommended,
            list[answers.Recommended],
            action=Action.SEE,
        ),
        Operation(
            f"{found}/artworks",
            ends.artworks,
            answers.ArtworksPage,
            requests.Artworks,
            fails=(404,),
            action=Action.SEE,
        ),
        Operation(
            f"{found}/artworks/{{id}}",
            ends.artwork,
            answers.PicturedArtwork,
            requests.OneArtwork,
            fails=(404,),
            action=Action.SEE,
        ),
        Operation(
            f"{found}/search",
            ends.search,
            answers.SearchResult,
            requests.InCollection,
            searched,
            fails=(404, 409, 413, 415),
            action=Action.SEARCH,
        ),
        Operation(
            f"{found}/identify",
            ends.identify,
            answers.Identification,
            requests.InCollection,
            {"multipart/form-data": requests.IdentifyForm},
            fails=(404, 409, 413, 415),
            action=Action.SEARCH,
        ),
        Operation(
            f"{found}/why",
            ends.why,
            answers.Why,
            requests.InCollection,
            {"application/json": requests.Compared} | dict.fromkeys(_FORMS, requests.ComparedForm),
            fails=(404, 409, 413, 415),
            action=Action.SEARCH,
        ),
        Operation(
            f"{found}/artworks/{{id}}/difference",
            ends.difference,
            None,
            requests.Difference,
            kinds=("image/png",),
            fails=(404, 409),
            cached=True,
            action=Action.SEE,
        ),
        Operation(
            f"{found}/history",
            ends.history,
            list[answers.HistoryStep],
            requests.InCollection,
            fails=(404,),
            action=Action.REPORTS,
        ),
        Operation(
            f"{found}/export",
            ends.export,
            None,
            requests.Export,
            kinds=("text/csv", "application/octet-stream"),
            fails=(404,),
            action=Action.SEE,
        ),
        *ConceptEndpoints(library).operations(found),
        *EvaluationEndpoints(library).operations(found),
        *MapEndpoints(library).operations(f"{found}/maps"),
        *TrayEndpoints(library).operations(),
        *SearchEndpoints(library).operations(),
    ]


def router(library: Library) -> Router:
    """The routes of the API, and the document that describes them and the pictures' route."""
    ours = operations(library)
    pictures = Operation(
        Pictures.path,
        Pictures(library).picture,
        None,
        requests.PictureOf,
        kinds=(MEDIA_TYPE,),
        fails=(404,),
        cached=True,
        action=Action.SEE,
        of="collection",
    )

    def openapi(asked: requests.Nothing) -> dict[str, Any]:  # noqa: ARG001
        """This description of the API."""
        return document([*ours, own, pictures])

    own = Operation("/api/v1/openapi.json", openapi, dict[str, Any], action=Action.SEE)
    return Router([each.route() for each in (*ours, own)], redirect_slashes=False)
