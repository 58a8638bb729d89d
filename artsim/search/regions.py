"""From the regions of a query to the directions that are looked for, and the patches asked."""

from collections.abc import Hashable
from typing import TYPE_CHECKING

import numpy as np

from artsim.collection import patch_store
from artsim.collection.patch_column import POSITIONS, PatchColumn
from artsim.core.cache import LoadingCache
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy
from artsim.core.newest_cache import NewestCache
from artsim.core.per_object import PerObject
from artsim.search.galleries import Galleries
from artsim.search.patch_gallery import Found, NoPatches, PatchGallery, RegionView
from artsim.search.query import Query
from artsim.search.query_item import Box, Item
from artsim.search.region_networks import RegionNetworks
from artsim.search.region_search import AskedRegions

if TYPE_CHECKING:
    from artsim.backbones import patches, registry
    from artsim.backbones.patch_network import PatchNetwork
    from artsim.backbones.spec import BackboneSpec
    from artsim.images import canonical
else:
    canonical = lazy("artsim.images.canonical")
    patches = lazy("artsim.backbones.patches")
    registry = lazy("artsim.backbones.registry")

# Sides of a motif that are looked for, as shares of a picture's side.
SIZES = (0.28, 0.36, 0.5)
_SMALLEST_SIDE = 12  # pixels of a region, below which there is nothing to see
_VIEWS = 256
_FOUND: PerObject[Found] = PerObject(64)  # beside the patches that were compared


class Patches:
    """The patches that a process has loaded, and ``networks`` that look at regions. Thread-safe."""

    def __init__(self, galleries: Galleries) -> None:
        self._galleries = galleries
        limit = galleries.gallery_bytes // 2
        self._loaded: NewestCache[PatchGallery] = NewestCache(4, limit, lambda p: p.nbytes)
        self._columns: LoadingCache[Hashable, PatchColumn | None] = LoadingCache(64)
        self.networks = RegionNetworks()
        self._views: LoadingCache[Hashable, tuple[RegionView, ...]] = LoadingCache(_VIEWS)

    def of(self, name: str, backbone: str, digest: str) -> PatchGallery:
        """The patches of a collection; raises NoPatches with what builds them."""
        collection = self._galleries.collection(name)
        known = (collection.uri, collection.stamp, backbone, digest)
        column = self._columns.get(
            known, lambda: patch_store.patch_column(collection, backbone, digest)
        )
        if column is None or not column.count:
            raise NoPatches(
                f"{name!r} has no patches from {backbone!r}, which regions are found with: run "
                f"'artsim patches {name} --backbone {backbone}'."
            )
        family = (collection.uri, column.column, column.basis)
        key = (*family, collection.stamp)
        return self._loaded.newest(family, key, lambda: PatchGallery.load(collection, column))

    def asked(self, name: str, query: Query) -> AskedRegions:
        """What the regions of ``query`` look for, and what they find; raises ArtsimError.

        Pixels are embedded once, and compared once with the patches of each version.
        """
        if self._galleries.column(name, query.backbone).elsewhere:
            raise InvalidInput(
                f"The embeddings {query.backbone!r} of {name!r} were made elsewhere, and regions "
                "need the network: choose a backbone that embeds pictures here."
            )
        spec = registry.network_of(self._galleries.resolve(query.backbone))
        gallery = self.of(name, query.backbone, spec.digest)
        collection = self._galleries.collection(name)
        views, found = {}, {}
        for item in query.regions:
            source = item.picture.digest if item.picture else (collection.stamp, item.id)
            key = (spec.digest, gallery.column.basis, source, item.box)
            seen = self._views.get(key, lambda i=item: self._views_of(name, i, spec, gallery))  # type: ignore[misc]
            views[item.key] = seen
            found[item.key] = _FOUND.get(gallery, key, lambda v=seen: gallery.find(v))  # type: ignore[misc]
        return AskedRegions(gallery, views, found)

    def _views_of(
        self, name: str, item: Item, spec: "BackboneSpec", gallery: PatchGallery
    ) -> tuple[RegionView, ...]:
        jpeg = self._galleries.collection(name).image(item.id) if item.id else None
        if item.picture is not None:
            jpeg = item.picture.jpeg
        if jpeg is None:
            raise InvalidInput(
                f"Artwork {item.id!r} has no image to draw a region on: choose another."
            )
        crop = cropped(canonical.decode_canonical(jpeg), item.box or (0, 0, 1, 1))
        basis = patches.Basis(**gallery.basis)
        with self.networks.looking(spec) as network:
            return region_views(network, basis, crop)


def region_views(
    network: "PatchNetwork", basis: "patches.Basis", crop: np.ndarray
) -> tuple[RegionView, ...]:
    """The directions of a region's pixels uint8 [h, w, 3], as large as each of SIZES."""
    found = []
    for size in SIZES:
        positions = POSITIONS * size * size
        maps = patches.stacked_maps(network, crop, positions)
        directions = basis.reduced(maps)
        found.append(RegionView(directions, *(float(n) for n in directions.shape[:2])))
    return tuple(found)


def cropped(pixels: np.ndarray, box: Box) -> np.ndarray:
    """The pixels of a region of a picture uint8 [H, W, 3]; raises InvalidInput for too few."""
    height, width = pixels.shape[:2]
    left, top = int(np.floor(box[0] * width)), int(np.floor(box[1] * height))
    right = min(width, max(left + 1, round((box[0] + box[2]) * width)))
    bottom = min(height, max(top + 1, round((box[1] + box[3]) * height)))
    if min(right - left, bottom - top) < _SMALLEST_SIDE:
        raise InvalidInput(
            f"The region is {right - left} x {bottom - top} pixels of its picture, too few to "
            f"tell a motif by: draw one of {_SMALLEST_SIDE} or more."
        )
    return np.ascontiguousarray(pixels[top:bottom, left:right])
