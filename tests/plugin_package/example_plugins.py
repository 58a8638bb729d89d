"""One plug-in of each kind."""

import io
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from PIL import Image
from pydantic import BaseModel, Field

from artsim.backbones.own import OwnBackbone
from artsim.collection.artwork import Artwork
from artsim.collection.sources.base import SourceItem, SourceKind
from artsim.core.progress import Progress
from artsim.evaluation.metric import Metric, Retrieved
from artsim.evaluation.relevances import same


class SquareOptions(BaseModel):
    """Squares of one colour each."""

    count: int = Field(description="How many squares to draw", ge=1)
    side: int = Field(64, description="Pixels of a square's side")
    shade: Literal["light", "dark"] = Field("light", description="How bright they are")


class Squares:
    """A source of artworks: see artsim.collection.sources.base.Source."""

    kind = "squares"
    generated = True

    def __init__(self, options: SquareOptions, cache: Path) -> None:
        self.options, self.identity = options, f"squares-{options.shade}"
        self.description = f"{options.count} {options.shade} squares"
        self.notes: list[str] = []

    def items(self, known: Mapping[str, str], progress: Progress) -> Iterator[SourceItem]:
        side, low = self.options.side, 120 if self.options.shade == "light" else 20
        for number in range(self.options.count):
            hue = np.random.default_rng(number).integers(low, low + 120, 3)
            noise = np.random.default_rng(number).integers(0, 16, (side, side, 3))
            out = io.BytesIO()
            Image.fromarray((hue + noise).astype(np.uint8)).save(out, "PNG")
            year = 1900 + number
            work = Artwork(f"s{number}", title=f"Square {number}", artist="Nobody", year=year)
            yield SourceItem(f"s{number}.png", work, f"v1-{side}", data=out.getvalue())


SQUARES = SourceKind("squares", "Coloured squares", SquareOptions, Squares)


def mean_colours(images: list[Image.Image]) -> Any:
    """float32 [n, 3]: mean red, green and blue."""
    return np.array([np.asarray(image, np.float32).mean((0, 1)) for image in images])


COLOURS = OwnBackbone("colours", 3, digest="mean-1", embed=mean_colours, licence="MIT")


def same_half(query: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Both works are of the same half of a decade."""
    return bool(query["year"] % 10 < 5) == bool(other["year"] % 10 < 5)


SAME_DECADE = same(lambda row: row["year"] // 10)

FIRST_HIT = Metric(
    "first_hit",
    "P@1",
    lambda found: found.relevant[:, 0],
    "Share of queries whose first work is a hit.",
    "the first work is a hit",
)


def first_rank(found: Retrieved) -> Any:
    """The rank of the first hit, K + 1 without one; float64 [Q]."""
    k = found.relevant.shape[1]
    return np.where(found.relevant.any(axis=1), found.relevant.argmax(axis=1) + 1.0, k + 1.0)


RANK_OF_HIT = Metric(
    "rank_of_hit", "First hit", first_rank, "Rank of the first hit.", higher_is_better=False
)


def write_jsonl(table: Any, file: Any) -> None:
    """One JSON document a work."""
    for row in table.to_pylist():
        file.write(json.dumps(row, default=str).encode() + b"\n")


class Pull:
    """Works of one class lie near their mean."""

    def __call__(self, embeddings: Any, codes: Any) -> Any:
        """A scalar of embeddings [N, D] and classes [N], -1 for none."""
        known = embeddings[codes >= 0]
        return ((known - known.mean(0)) ** 2).sum() if len(known) else embeddings.sum() * 0.0
