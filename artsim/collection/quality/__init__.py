"""Judging files: measured once, decided as often as wanted."""

from artsim.collection.quality.decide import Decision, decide
from artsim.collection.quality.inspect import Inspection, inspect_file
from artsim.collection.quality.record import RECORD_SCHEMA, FileRecord, from_table, to_table
from artsim.collection.quality.thresholds import Thresholds

__all__ = [
    "RECORD_SCHEMA",
    "Decision",
    "FileRecord",
    "Inspection",
    "Thresholds",
    "decide",
    "from_table",
    "inspect_file",
    "to_table",
]
