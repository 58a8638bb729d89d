"""Questions to one Milvus collection: rows by id, counts, neighbours."""

import math
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from artsim.core.lazy import lazy
from artsim.plugins.milvus.recall import K
from artsim.plugins.milvus.shape import METADATA, RECORD, id_list, literal
from artsim.search.neighbours import Floats

if TYPE_CHECKING:
    import pymilvus
else:
    pymilvus = lazy("pymilvus")

SEARCH_SECONDS = 20.0
_LOAD_SECONDS = 120.0
FURTHEST = 16_384  # Milvus gives no more neighbours than this
SPARE = 32  # found beyond K, so that float64 and ties may reorder the last ones
_WIDTH = 4  # neighbours that the index looks at for each one it gives
_LEAST_WIDTH = 128
LISTS = (64, 128, 256, 512, 1024)  # of an IVF index, of the 1,024 in each segment
_OUTPUT = ["embedding", *METADATA]


class Asker:
    """Asks the Milvus collection ``name``, whose index is of ``kind``, through ``client``.

    ``lists`` is how many of its lists an IVF index looks through.
    """

    def __init__(self, client: Any, name: str, kind: str = "HNSW", lists: int = LISTS[0]) -> None:
        self.client, self.name, self.kind, self.lists = client, name, kind, lists

    def rows(self, ids: list[str]) -> list[dict[str, Any]]:
        """Rows by id, with metadata and embeddings; ids that are not there are left out."""
        if not ids:
            return []
        return list(
            self.client.query(
                self.name, filter=id_list(ids), output_fields=_OUTPUT, timeout=SEARCH_SECONDS
            )
        )

    def rows_if_there(self, ids: list[str]) -> list[dict[str, Any]]:
        """``rows``, none where there is no such Milvus collection; one at rest is loaded."""
        try:
            return self.rows(ids)
        except pymilvus.MilvusException:
            if not self.client.has_collection(self.name, timeout=SEARCH_SECONDS):
                return []
            self.client.load_collection(self.name, timeout=_LOAD_SECONDS)
            return self.rows(ids)

    def count(self, parts: Iterable[str]) -> int:
        """How many works all ``parts`` hold for."""
        counted = self.client.query(
            self.name,
            filter=" and ".join(parts),
            output_fields=["count(*)"],
            timeout=SEARCH_SECONDS,
        )
        return int(counted[0]["count(*)"])

    def nearest(
        self, vector: Floats, k: int, parts: Iterable[str], share: float = 1.0
    ) -> list[dict[str, Any]]:
        """The works nearest to ``vector`` for which ``parts`` hold, some more than ``k``.

        ``share`` of all works pass: the fewer, the more lists are looked through.
        """
        found = self._search(vector, min(k + SPARE, FURTHEST), parts, _OUTPUT, share)
        return [{"id": hit["id"], **hit["entity"]} for hit in found]

    def every(self, parts: Iterable[str]) -> list[dict[str, Any]]:
        """All works for which ``parts`` hold, FURTHEST at most, with embeddings."""
        return list(
            self.client.query(
                self.name,
                filter=" and ".join(parts),
                output_fields=_OUTPUT,
                limit=FURTHEST,
                timeout=SEARCH_SECONDS,
            )
        )

    def furthest(self, vector: Floats, parts: Iterable[str]) -> list[str]:
        """Ids of as many of the nearest works as Milvus can give, nearest first."""
        return [hit["id"] for hit in self._search(vector, FURTHEST, parts, [])]

    def others(self, row: dict[str, Any]) -> list[Any]:
        """Embeddings of the works that a search for K like the work of ``row`` is answered from."""
        parts = (f"id != {literal(RECORD)}", f"id != {literal(row['id'])}")
        return [hit["embedding"] for hit in self.nearest(row["embedding"], K, parts)]

    def _search(
        self,
        vector: Floats,
        limit: int,
        parts: Iterable[str],
        output: list[str],
        share: float = 1.0,
    ) -> list[Any]:
        width = max(_LEAST_WIDTH, min(_WIDTH * limit, 2 * FURTHEST))
        lists = min(LISTS[-1], math.ceil(self.lists / max(share, 1e-9)))
        found = self.client.search(
            self.name,
            [vector],
            filter=" and ".join(parts),
            limit=limit,
            output_fields=output,
            search_params={"params": {"ef": width} if self.kind == "HNSW" else {"nprobe": lists}},
            timeout=SEARCH_SECONDS,
        )
        return list(found[0])
