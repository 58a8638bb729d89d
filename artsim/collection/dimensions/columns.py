"""Sizes of columns of their own, one a side: ``height_cm``, ``Breite (mm)``, ``meta_height``."""

import re
from collections.abc import Mapping
from typing import Any

from artsim.collection.dimensions.read import Size, parse_size
from artsim.collection.dimensions.words import HEIGHT, LABELS, UNITS, WIDTH

# Columns are in the letters of SQL: other ones were written as these, or taken out.
_NAME = re.compile(r"(?:meta_)?([a-z]+)(?:_(?:in_)?([a-z]+))?")
_NUMBER = re.compile(r"\d+(?:[.,]\d+)?")


def of_columns(row: Mapping[str, Any]) -> Size | None:
    """Height and width where each stands in one column, with its unit there or in its name.

    >>> of_columns({"height_cm": 81.0, "width_cm": 65.0, "width": 1200, "height": 1600})
    Size(height=81.0, width=65.0)
    >>> of_columns({"meta_height": "81", "meta_width": "65"}) is None
    True
    """
    found: dict[str, set[str]] = {HEIGHT: set(), WIDTH: set()}
    for column, value in row.items():
        named = _NAME.fullmatch(column)
        if not named or value in (None, "") or column in ("height", "width"):  # these are pixels
            continue
        side, unit = LABELS.get(named[1], ""), named[2] or ""
        if side not in found or (unit and unit not in UNITS):
            continue
        text = str(value).strip()
        found[side].add(f"{text} {unit}" if _NUMBER.fullmatch(text) else text)
    if not all(len(texts) == 1 for texts in found.values()):
        return None
    return parse_size("; ".join(f"{side} {texts.pop()}" for side, texts in found.items()))
