"""Backbones without weights: what a picture's colours and its composition are, by arithmetic.

They are embedded, stored, searched and evaluated like every other backbone, and a search with
another backbone can weigh them as parts.
"""

from artsim.backbones.descriptors import colour, composition
from artsim.backbones.own import Embed, OwnBackbone

SIDE = 64


class Descriptor(OwnBackbone):
    """A backbone that is a function of the whole picture, squashed to a square of SIDE pixels."""

    resize = "squash"
    interpolation = "bilinear"


def _descriptor(name: str, dimension: int, version: str, embed: Embed, origin: str) -> Descriptor:
    return Descriptor(
        name,
        dimension,
        f"artsim {name} {version}",
        embed,
        input_size=SIDE,
        licence="that of artsim",
        origin=origin,
        family="Descriptor",
    )


COLOUR, COMPOSITION = "colour", "composition"
DESCRIPTORS: dict[str, Descriptor] = {
    COLOUR: _descriptor(
        COLOUR,
        colour.DIMENSION,
        colour.VERSION,
        colour.palettes,
        "Palette in CIE Lab, by arithmetic",
    ),
    COMPOSITION: _descriptor(
        COMPOSITION,
        composition.DIMENSION,
        composition.VERSION,
        composition.layouts,
        "Coarse layout of light, edges and saliency, by arithmetic",
    ),
}
