"""Why two pictures are alike to a backbone: parts, places, colours, composition."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from artsim.backbones.own import OwnBackbone
from artsim.collection import patch_store
from artsim.collection.patch_column import POSITIONS
from artsim.core.errors import ArtsimError, InvalidInput, Unreadable
from artsim.core.lazy import lazy
from artsim.explain.appearance import Appearance, appearance
from artsim.explain.heat import drops, heat_of
from artsim.explain.matches import Match, matches
from artsim.explain.parts import Share, shares
from artsim.explain.sentence import sentence
from artsim.images.canonical import decode_canonical
from artsim.search.neighbours import Floats, checked_metric
from artsim.search.query_item import Item
from artsim.search.question import row_of_work
from artsim.search.service import SearchService

if TYPE_CHECKING:
    from artsim.backbones import patches
    from artsim.backbones.registry import Backbone
else:
    patches = lazy("artsim.backbones.patches")


@dataclass(frozen=True, eq=False)
class Why:
    """What makes two pictures alike; ``a`` and ``b`` are ids, or names of pictures.

    The shares of ``parts`` add up to ``score``. ``heat_a`` and ``heat_b`` are float64 [rows,
    columns] from 0 to 1: how far the score falls where that place of the picture is hidden, 1 for
    the place that it depends on most; empty where the backbone embeds no pictures here. ``matches``
    are places that correspond, none where the network gives no positions.
    """

    a: str
    b: str
    backbone: str
    digest: str
    metric: str
    score: float
    parts: tuple[Share, ...]
    heat_a: np.ndarray
    heat_b: np.ndarray
    matches: tuple[Match, ...]
    appearance: Appearance
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """The document of the contract, with colours, composition and the sentence."""
        return {
            "a": self.a,
            "b": self.b,
            "backbone": self.backbone,
            "digest": self.digest,
            "metric": self.metric,
            "score": self.score,
            "parts": [asdict(one) for one in self.parts],
            "heat_a": self.heat_a.round(4).tolist(),
            "heat_b": self.heat_b.round(4).tolist(),
            "matches": [
                {"a": list(one.a), "b": list(one.b), "score": one.score} for one in self.matches
            ],
            "colours": self.appearance.colours,
            "shared_colours": list(self.appearance.shared),
            "composition": self.appearance.composition,
            "sentence": self.sentence,
        }


def why(
    service: SearchService, name: str, backbone: str, a: Item, b: Item, metric: str = "cosine"
) -> Why:
    """Why ``a`` and ``b``, works of a collection or pictures, are alike to ``backbone``.

    Of regions the whole pictures are compared. Costs about eighty passes of the network, some
    tenths of a second to seconds. Raises NotFound, Conflict and InvalidInput, as a search with them
    does, and InvalidInput where one is compared with itself, and for words and concepts.
    """
    checked_metric(metric)
    if any(item.id is None and item.picture is None for item in (a, b)):
        raise InvalidInput(
            "Only the likeness of works and pictures can be explained: words and concepts have no "
            "places."
        )
    a, b = replace(a, box=None), replace(b, box=None)
    if a.key == b.key:
        raise InvalidInput(f"{a.name[:80]!r} is compared with itself: name another work.")
    spec = _resolved(service, name, backbone, a, b)
    gallery = service.gallery(name, backbone, spec.digest if spec else None)
    vectors = tuple(_vector(service, name, backbone, item) for item in (a, b))
    pixels = [pixels_of(service, name, item) for item in (a, b)]
    layout = service.parts(backbone)
    parts = shares(vectors[0], vectors[1], layout, metric)
    score = sum(one.share for one in parts)
    heat_a = heat_b = np.zeros((0, 0))
    found: tuple[Match, ...] | None = None
    if spec is not None:
        runtime = service.runtime(spec)

        def embed(some: Sequence[np.ndarray]) -> np.ndarray:
            return runtime.embed([runtime.prepare(one) for one in some])

        heat_a = heat_of(drops(pixels[0], vectors[1], embed, metric))
        heat_b = heat_of(drops(pixels[1], vectors[0], embed, metric))
        found = _matches(service, name, spec, pixels, (heat_a, heat_b))
    seen = appearance(*pixels)
    places = None if found is None else len(found)
    return Why(
        a=a.name,
        b=b.name,
        backbone=backbone,
        digest=gallery.column.digest,
        metric=metric,
        score=score,
        parts=parts,
        heat_a=heat_a,
        heat_b=heat_b,
        matches=found or (),
        appearance=seen,
        sentence=sentence(score, metric, parts, seen, places),
    )


def _resolved(
    service: SearchService, name: str, backbone: str, a: Item, b: Item
) -> "Backbone | None":
    """The backbone where it embeds pictures here; None where works alone can be compared."""
    service.column(name, backbone)
    try:
        spec = service.resolve(backbone)
    except ArtsimError:
        if a.picture is not None or b.picture is not None:
            raise
        return None
    return None if isinstance(spec, OwnBackbone) and spec.embed is None else spec


def _vector(service: SearchService, name: str, backbone: str, item: Item) -> Floats:
    if item.picture is not None:
        return service.embedding(name, backbone, item.picture)
    gallery = service.gallery(name, backbone)
    found: Floats = gallery.matrix[row_of_work(gallery, item.id or "")]
    return found


def pixels_of(service: SearchService, name: str, item: Item) -> np.ndarray:
    """The picture that an item is compared by, uint8 [H, W, 3]; raises NotFound, InvalidInput."""
    jpeg = item.picture.jpeg if item.picture else service.collection(name).image(item.id or "")
    if jpeg is None:
        raise InvalidInput(f"Artwork {item.id!r} has no image to compare: choose another.")
    return decode_canonical(jpeg)


def _matches(
    service: SearchService,
    name: str,
    spec: "Backbone",
    pixels: list[np.ndarray],
    heats: tuple[np.ndarray, np.ndarray],
) -> tuple[Match, ...] | None:
    """Places that correspond; None where the network gives no positions."""
    if isinstance(spec, OwnBackbone):
        return None
    try:
        with service.patches.networks.looking(spec) as network:
            maps = [patches.stacked_maps(network, one, POSITIONS) for one in pixels]
    except InvalidInput:
        return None
    basis = _basis(service, name, spec.name, spec.digest)
    if basis is None:  # no patches are built: a basis of these two pictures alone serves
        both = np.concatenate([one.reshape(-1, one.shape[-1]) for one in maps])
        basis = patches.Basis.fitted(both, network.widths)
    return matches(basis.reduced(maps[0]), basis.reduced(maps[1]), *heats)


def _basis(service: SearchService, name: str, backbone: str, digest: str) -> "patches.Basis | None":
    collection = service.collection(name)
    column = patch_store.patch_column(collection, backbone, digest)
    try:
        if column is None:
            return None
        return patches.Basis(**patch_store.read_basis(collection, column))
    except (Unreadable, TypeError):
        return None
