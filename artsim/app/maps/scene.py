"""Everything that the Map page knows about the open map, computed once in each run."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import streamlit as st

from artsim.app.maps import legend as map_legend
from artsim.app.maps import view as map_view
from artsim.app.shell import resources, state
from artsim.core.errors import ArtsimError
from artsim.maps.alignment import Aligned
from artsim.maps.colouring import MATCH, UPLOAD, Colouring
from artsim.maps.model import Map, MapInfo
from artsim.search.neighbours import Floats, Rows

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Scene:
    """A map of N works as it is looked at.

    ``places`` intp [N]: the row of each work in the catalog, -1 if the work is gone. ``colours``
    are the possible colourings, ``colour`` the present one. ``passing`` bool [N]: a work passes the
    filters; ``shown`` bool [N]: it also belongs to the legend's entry, if one is shown alone.
    ``second`` is the map beside it, ``aligned`` its alignment to this one.
    """

    view: state.View
    look: map_view.Look
    info: MapInfo
    map: Map
    version: int
    places: Rows
    colours: list[str]
    colour: str
    colouring: Colouring
    passing: Mask
    shown: Mask
    second: MapInfo | None = None
    aligned: Aligned | None = None

    @property
    def second_points(self) -> Floats | None:
        """The second map laid over the first, float32 [N, 2], NaN where a work is not on it."""
        if self.aligned is None:
            return None
        points = np.full((len(self.map.ids), self.aligned.second_points.shape[1]), np.nan)
        points[self.aligned.first_rows] = self.aligned.second_points
        return points.astype(np.float32)

    @property
    def mosaic_points(self) -> Floats:
        """The middle of each work's cell as the browser draws it, the first row on top; [N, 2]."""
        middles = (np.asarray(self.map.mosaic, np.float32) + 0.5) * (1, -1)
        return middles.astype(np.float32)


def of(view: state.View, look: map_view.Look, info: MapInfo, second: MapInfo | None) -> Scene:
    """The scene of a map; raises NotFound where it is gone."""
    library, name = resources.library(), view.collection
    version = int(library.collection(name).version)
    kept = library.map(name, info.id)
    places = library.map_places(name, info.id)
    colours = list(library.map_choices(name, info.id))
    if view.query or view.upload:
        colours.append(MATCH)
    colour, colouring = _coloured(view, look, info, colours)
    passing = _passing(view, places)
    code = map_legend.code_of(colouring, look.only)
    shown = passing if code is None else passing & (np.asarray(colouring.codes) == code)
    aligned = None
    if second is not None:
        try:
            with st.spinner("Laying one map over the other"):
                aligned = library.aligned_maps(name, info.id, second.id)
        except ArtsimError:
            second = None
    return Scene(
        *(view, look, info, kept, version, places, colours, colour, colouring, passing, shown),
        *(second, aligned),
    )


def _coloured(
    view: state.View, look: map_view.Look, info: MapInfo, colours: list[str]
) -> tuple[str, Colouring]:
    """The colouring that the link names, else the default."""
    library = resources.library()
    colour = look.colour if look.colour in colours else colours[0]
    if colour == MATCH:
        asked = f"{UPLOAD}:{view.upload}" if view.upload else view.query
        try:
            by = f"{MATCH}:{asked}"
            return colour, library.map_colouring(view.collection, info.id, by)
        except ArtsimError:  # the query is gone; the panel says so
            colour = colours[0]
    return colour, library.map_colouring(view.collection, info.id, colour)


def _passing(view: state.View, places: Rows) -> Mask:
    """Which works of the map are still there and pass the filters."""
    there = places >= 0
    catalog = resources.library().catalog(view.collection)
    mask = view.filters().mask(catalog, lambda _: ())
    if mask is None:
        return there
    return there & mask[np.where(there, places, 0)]
