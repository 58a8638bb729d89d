"""Calibrations kept beside their collection: measured once a version, read afterwards."""

import json
from contextlib import suppress

from artsim.backbones.copies import read_copies
from artsim.collection.store import Collection
from artsim.core import atomic
from artsim.search.calibration import Calibration, CopyScores, calibrate
from artsim.search.gallery import Gallery

SEED = 0


def calibrated(collection: Collection, gallery: Gallery) -> Calibration:
    """The calibration of a gallery of ``collection``, measured now where none is stored yet.

    One file an embedding column; it is replaced when the collection's version, the copies that
    were measured or the meaning of the file change. A file that cannot be written is no failure.
    """
    column = gallery.column.column
    copies = read_copies(collection, column)
    path = collection.path / "calibration" / f"{column}.json"
    key = {
        "version": gallery.catalog.version,
        "created": str(collection.about().get("created", "")),
        "digest": gallery.column.digest,
        "copies": len(copies.ids),
        "seed": SEED,
    }
    try:
        stored = json.loads(path.read_text(encoding="utf-8"))
        if stored["key"] == key:
            return Calibration.from_json(stored["calibration"])
    except (OSError, ValueError, KeyError, TypeError):
        pass  # none, a damaged one or one of another format: measured again
    found = calibrate(gallery, SEED, CopyScores(copies.cosine, copies.euclidean))
    with suppress(OSError):  # a folder that cannot be written to costs a second, not the search
        path.parent.mkdir(exist_ok=True)
        document = {"key": key, "calibration": found.to_json()}
        atomic.write(path, json.dumps(document, separators=(",", ":")))
    return found
