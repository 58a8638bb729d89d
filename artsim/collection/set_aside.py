"""From collections of format 2, where works that look alike were set aside, to format 3."""

from typing import Any

import pyarrow as pa

from artsim.collection import lance_io, moves
from artsim.collection.folders import ARTWORKS, Folder
from artsim.collection.pictures import (
    CONVERTED,
    COPY,
    KEPT,
    OTHER,
    PICTURE_SCHEMA,
    PRIMARY,
    REJECTED,
    Pictures,
)

_ASIDE, _FILES, _DECISIONS = "set_aside", "files", "decisions"
_KEPT = "a row names it, though "
Row = dict[str, Any]


def migrate(folder: Folder, name: str) -> None:
    """Make the table of pictures; works with a row of their own become works again.

    Interrupted, a second call finishes the work. The table of what was set aside stays as it is.
    """
    aside = lance_io.opened_or_none(folder.table(_ASIDE))
    logged = lance_io.opened_or_none(folder.table(_FILES))
    if aside is None or logged is None:
        return
    columns = ["file", "artwork_id", "has_metadata", "conversions", "sequence"]
    files = {row["file"]: row for row in logged.to_table(columns=columns).to_pylist()}
    decided = lance_io.opened_or_none(folder.table(_DECISIONS))
    decisions: dict[str, Row] = {}
    if decided is not None:
        decisions = {row["file"]: row for row in decided.to_table().to_pylist()}
    keys = {row["artwork_id"]: key for key, row in files.items() if row["artwork_id"]}
    rows = [
        _picture(row, keys.get(row["id"]) or row["file"], files, decisions)
        for row in aside.to_table().to_pylist()
    ]
    pictures = Pictures(folder, name)
    lance_io.replace(pictures.uri, pa.Table.from_pylist(rows, schema=PICTURE_SCHEMA))
    own = [row for row in rows if files.get(row["file"], {}).get("has_metadata")]
    uri = folder.table(ARTWORKS)
    moves.to_artworks(uri, pictures, [(row["file"], row["id"]) for row in own])
    _write_groups(uri, own, decisions)
    _write_decisions(folder, files, decisions, own)


def _picture(row: Row, key: str, files: dict[str, Row], decisions: dict[str, Row]) -> Row:
    decision = decisions.get(key, {})
    copy = decision.get("action") == "duplicate"
    of = decision.get("of") if copy else None
    return {
        **{n: row.get(n) for n in ("id", "width", "height", "thumb", "image")},
        "file": key,
        "sequence": files.get(key, {}).get("sequence"),
        "work": files.get(of or "", {}).get("artwork_id"),
        "role": OTHER,
        "state": COPY if copy else REJECTED,
        "of": of,
        "reason": decision.get("reason", ""),
        "quality": decision.get("score"),
        "metadata": moves.metadata_of(row),
    }


def _write_groups(uri: str, own: list[Row], decisions: dict[str, Row]) -> None:
    groups = {row["id"]: decisions.get(row["file"], {}).get("duplicate_group") for row in own}
    ids = [artwork_id for artwork_id, group in groups.items() if group]
    named = pa.array([groups[i] for i in ids], pa.string())
    table = pa.table({"id": pa.array(ids, pa.string()), "duplicate_group": named})
    lance_io.update_columns(uri, table, "id")


def _write_decisions(
    folder: Folder, files: dict[str, Row], decisions: dict[str, Row], own: list[Row]
) -> None:
    """What was left out before the files had a say is kept now, with what speaks against it."""
    works = {key: row["artwork_id"] for key, row in files.items()}
    back = {row["file"] for row in own}
    rows = []
    for key, row in decisions.items():
        new = row | {"doubt": "", "role": PRIMARY, "work": works.get(key)}
        if key in back:
            doubt = row["reason"] if row["action"] == "reject" else ""
            kept = CONVERTED if files[key]["conversions"] else KEPT
            new |= {
                "action": {KEPT: "keep", CONVERTED: "convert"}[kept],
                "reason": _KEPT + doubt if doubt else row["reason"],
                "of": None,
                "doubt": doubt,
            }
        elif row["action"] == "duplicate":
            new |= {"role": OTHER, "work": works.get(row["of"])}
        elif row["action"] == "reject":
            new |= {"role": OTHER, "work": None}
        rows.append(new)
    if rows:
        lance_io.replace(folder.table(_DECISIONS), pa.Table.from_pylist(rows))
