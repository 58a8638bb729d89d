"""Judging files: measured once (``inspect``), decided as often as wanted."""

from artsim.collection.quality.decide import Decision, decide
from artsim.collection.quality.record import RECORD_SCHEMA, FileRecord, from_table, to_table
from artsim.collection.quality.thresholds import Thresholds

__all__ = [
    "RECORD_SCHEMA",
    "Decision",
    "FileRecord",
    "Thresholds",
    "decide",
    "from_table",
    "to_table",
]
