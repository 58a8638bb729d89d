"""A model of one's own as a backbone of this process."""

from artsim.backbones.own import OWN, Embed, OwnBackbone
from artsim.backbones.registry import comes_with_artsim
from artsim.core.errors import InvalidInput


def backbone(
    name: str,
    embed: Embed | None = None,
    *,
    dimension: int,
    digest: str,
    input_size: int | None = None,
    licence: str = "",
    origin: str = "",
) -> OwnBackbone:
    """Make a backbone of a function: it can embed, search, be evaluated and mapped like any other.

    ``embed`` gets a list of n Pillow images (RGB, upright, sRGB, of any size), or uint8
    [n, input_size, input_size, 3] where ``input_size`` is given in pixels: the shortest side
    scaled, the centre cut out. It gives numbers [n, dimension], as an array or a torch tensor. One
    call runs at a time.

    ``digest`` is its identity: the SHA-256 of the weights, or any text that changes whenever the
    embeddings do. Embeddings of another digest are never compared with these. Without ``embed`` it
    only names embeddings made elsewhere.

    The backbone is known to this process. A package makes it known to every one, commands and pages
    too, if its entry point ``artsim.backbones`` names what this function returns. Raises
    ``artsim.InvalidInput`` where a value cannot be used or artsim has a backbone of that name.

    >>> import numpy as np
    >>> def mean_colour(images):
    ...     return np.array([np.asarray(image).mean(axis=(0, 1)) for image in images])
    >>> made = artsim.backbone("mean-colour", embed=mean_colour, dimension=3, digest="1")
    >>> demo = artsim.open()["demo"]
    >>> demo.embed("mean-colour").matrix.shape
    (24, 3)
    >>> demo.search("mean-colour", like=[demo.picture("w03")], k=1).hits[0].id
    'w03'
    """
    if comes_with_artsim(name):
        raise InvalidInput(f"artsim has a backbone {name!r} of its own: choose another name.")
    own = OwnBackbone(
        name=name,
        dimension=dimension,
        digest=digest,
        embed=embed,
        input_size=input_size,
        licence=licence,
        origin=origin,
    )
    return OWN.add(name, own)
