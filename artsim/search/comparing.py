"""Which embeddings of a collection to compare a picture with, where nobody names a backbone."""

from contextlib import suppress

from artsim.collection.embedding_column import EmbeddingColumn
from artsim.core.errors import ArtsimError
from artsim.search.dials import EXTRAS
from artsim.search.service import SearchService

_OWN = "artsim"


def comparable(service: SearchService, name: str) -> EmbeddingColumn | None:
    """The embeddings of most works whose backbone is here, artsim's own first; None without any.

    Colour and composition do not count: they are parts beside a backbone.
    """
    columns = [
        column
        for column in service.info(name).embeddings
        if column.count and not column.elsewhere and column.backbone not in EXTRAS
    ]
    for column in sorted(columns, key=lambda c: (-c.count, not c.backbone.startswith(_OWN))):
        with suppress(ArtsimError):  # not here, or of other weights than the embeddings
            spec = service.resolve(column.backbone)
            return service.column(name, column.backbone, spec.digest)
    return None
