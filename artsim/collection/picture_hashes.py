"""The hash of the picture that each work of a collection is shown by, out of its log of files."""

import numpy as np

from artsim.collection import lance_io
from artsim.collection.pictures import PRIMARY
from artsim.collection.quality.picture_hash import WIDTH, Hashes, hashes_of
from artsim.collection.quality.signature import SIDE
from artsim.collection.store import Collection

_BATCH = 4096  # signatures of 1 KB are hashed a batch at a time
_BYTES = SIDE * SIDE
_PRIMARY = f"role IS NULL OR role = '{PRIMARY}'"


def picture_hashes(collection: Collection, ids: list[str]) -> Hashes:
    """uint8 [N, WIDTH] of the works ``ids``; all 0 where a work's picture was never measured."""
    found = np.zeros((len(ids), WIDTH), np.uint8)
    log = lance_io.opened_or_none(collection.folder.table("files"))
    if log is None or not {"signature", "artwork_id"} <= set(log.schema.names):
        return found
    places = {artwork_id: row for row, artwork_id in enumerate(ids)}
    scanner = log.scanner(
        columns=["artwork_id", "signature"],
        filter=_PRIMARY if "role" in log.schema.names else None,  # a log of before knew no others
        batch_size=_BATCH,
    )
    for batch in scanner.to_batches():
        names, measured = (batch.column(n).to_pylist() for n in ("artwork_id", "signature"))
        rows = {
            places[name]: signature
            for name, signature in zip(names, measured, strict=True)
            if name in places and signature is not None and len(signature) == _BYTES
        }
        if rows:
            grey = np.frombuffer(b"".join(rows.values()), np.uint8).reshape(-1, SIDE, SIDE)
            found[list(rows)] = hashes_of(grey)
    return found
