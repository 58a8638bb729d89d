"""Words as vectors, for searches of pictures by what they show."""

from collections.abc import Hashable
from typing import TYPE_CHECKING

from artsim.core.cache import LoadingCache
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy
from artsim.search.neighbours import Floats
from artsim.search.query import Query
from artsim.search.query_item import Item

if TYPE_CHECKING:
    from artsim.backbones import words
    from artsim.backbones.registry import Backbone
    from artsim.backbones.words import WordTower
else:
    words = lazy("artsim.backbones.words")

_VECTORS = 256  # texts whose vectors are kept: under a MB


class WordTowers:
    """The towers for words of backbones that have one; thread-safe, loaded when first asked."""

    def __init__(self) -> None:
        self._towers: LoadingCache[Hashable, WordTower] = LoadingCache(1)
        self._vectors: LoadingCache[Hashable, Floats] = LoadingCache(_VECTORS)

    def vectors(self, query: Query, backbone: "Backbone") -> dict[str, Floats]:
        """Float32 [D] of each text of ``query``, by the names of their marks; read-only.

        Raises InvalidInput for a backbone that knows no words, Unavailable where open_clip or a
        file of it is missing.
        """
        if not words.searches_by_words(backbone):
            raise InvalidInput(
                f"{backbone.name!r} knows pictures and no words: search with a backbone of "
                "pictures and words, such as siglip2_base, or search the metadata by text."
            )
        digest = backbone.digest

        def vector(text: str) -> Floats:
            tower = self._towers.get(digest, lambda: words.WordTower(backbone))
            found = tower.embed([text])[0]
            found.flags.writeable = False
            return found

        return {
            Item(words=text).name: self._vectors.get((digest, text), lambda text=text: vector(text))
            for text in query.words
        }
