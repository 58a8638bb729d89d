"""What likeness is to mean in one search: parts of the embedding, what to leave out, surprise."""

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from artsim.collection.columns import CENTURY, FACETS
from artsim.core.errors import InvalidInput

SHARED = (*FACETS, CENTURY)
EVERY = "*"  # in weights: all parts of the backbone that are not named
# A curator's words for weights of the parts that a published backbone has; what is not named
# stays as the model gives it.
PRESETS: dict[str, dict[str, float]] = {
    "anything": {},
    "the same hand": {"style": 0, "genre": 0},
    "the same subject": {"style": 0, "artist": 0, "general": 0.25},
    "the same style": {"genre": 0, "artist": 0},
    "the same colours": {EVERY: 0, "colour": 1},
    "the same composition": {EVERY: 0, "composition": 1},
}
_TELLS = {"the same hand": "artist", "the same subject": "genre", "the same style": "style"}
EXTRAS = ("colour", "composition")  # parts for every backbone, embedded by themselves
MAX_WEIGHT = 1000.0
MAX_PARTS = 32


@dataclass(frozen=True)
class Dials:
    """How to weigh and vary the results of a search; the default changes nothing.

    ``parts``: weight of each named part of the embedding in the score, pairs or a mapping; 1 is as
    the model gives it, and stays for parts that are not named (``*`` is all of these). EXTRAS count
    nothing unless they are named. ``apart`` excludes works that share one of these (SHARED) with a
    liked work. ``distinct`` allows at most one result for each value. ``surprise`` 0 to 1 trades
    likeness for results that differ from one another (maximal marginal relevance). ``rerank``
    compares works by what they and their neighbours have in common (see ``rerank``). Raises
    InvalidInput where a value cannot be used.

    >>> Dials(parts={"artist": 2}, apart="artist").apart
    ('artist',)
    """

    parts: Any = ()
    apart: Any = ()
    distinct: str | None = None
    surprise: float = 0.0
    rerank: bool = False

    def __post_init__(self) -> None:
        apart = (self.apart,) if isinstance(self.apart, str) else tuple(self.apart or ())
        object.__setattr__(self, "parts", _parts(self.parts))
        object.__setattr__(self, "apart", tuple(dict.fromkeys(apart)))
        for name in (*self.apart, *([] if self.distinct is None else [self.distinct])):
            if name not in SHARED:
                raise InvalidInput(
                    f"Results cannot be told apart by {str(name)[:40]!r}: use {', '.join(SHARED)}."
                )
        number = isinstance(self.surprise, int | float) and not isinstance(self.surprise, bool)
        if not number or not 0 <= self.surprise <= 1:
            raise InvalidInput("Surprise is a number from 0 (none) to 1.")
        if not isinstance(self.rerank, bool):
            raise InvalidInput("Re-ranking by neighbours is true or false.")

    @property
    def weights(self) -> dict[str, float]:
        """Weight of each named part."""
        return dict(self.parts)

    @property
    def extras(self) -> tuple[str, ...]:
        """Those of EXTRAS that count."""
        return tuple(name for name in EXTRAS if self.weights.get(name))

    def to_json(self) -> dict[str, Any]:
        """The dials as the contract's search document names them."""
        return {
            "parts": self.weights,
            "apart": list(self.apart),
            "distinct": self.distinct,
            "surprise": self.surprise,
            "rerank": self.rerank,
        }


def presets_for(layout: Iterable[str]) -> list[str]:
    """The presets that embeddings with parts of these names can answer.

    >>> presets_for(["colour"]), presets_for(["style", "genre", "artist"])[1:]
    (['anything', 'the same colours'], ['the same hand', 'the same style'])
    """
    known = {*layout, EVERY}
    return [n for n, w in PRESETS.items() if known.issuperset({*w, _TELLS.get(n, EVERY)})]


def text_of_parts(weights: Mapping[str, float]) -> str:
    """The words of the preset that ``weights`` are, else ``artist=1.5,style=0``; "" for none.

    What counts as it does unnamed is left out. ``parts_of_text`` reads it.

    >>> text_of_parts({"style": 0, "artist": 1}), text_of_parts(PRESETS["the same hand"])
    ('style=0', 'the same hand')
    """
    every = weights.get(EVERY, 1)
    unnamed = {name: 0 if name in EXTRAS else 1 if name == EVERY else every for name in weights}
    told = {n: float(weight) for n, weight in sorted(weights.items()) if weight != unnamed[n]}
    same = [name for name, preset in PRESETS.items() if preset == told]
    if same:
        return same[0] if told else ""
    return ",".join(f"{name}={weight:g}" for name, weight in told.items())


def parts_of_text(text: str) -> dict[str, float]:
    """Weights out of ``style=0,artist=1``, or the words of a preset; raises InvalidInput.

    >>> parts_of_text("style=0, artist=1.5"), parts_of_text("anything")
    ({'style': 0.0, 'artist': 1.5}, {})
    """
    if text.strip().lower() in PRESETS:
        return dict(PRESETS[text.strip().lower()])
    found: dict[str, float] = {}
    for piece in filter(None, (piece.strip() for piece in text.split(","))):
        name, _, number = piece.partition("=")
        try:
            found[name.strip()] = float(number)
        except ValueError:
            raise InvalidInput(
                f"{piece[:60]!r} is no weight of a part: write style=0,artist=1, or one of "
                f"{', '.join(PRESETS)}."
            ) from None
    return found


def _parts(given: Any) -> tuple[tuple[str, float], ...]:
    if isinstance(given, str):
        given = parts_of_text(given)
    try:
        pairs = [(n, w) for n, w in (given.items() if isinstance(given, Mapping) else given or ())]
    except (TypeError, ValueError):
        raise InvalidInput(
            'Weights of parts are named: write {"style": 0} or style=0,artist=1.'
        ) from None
    if len(pairs) > MAX_PARTS:
        raise InvalidInput(f"There are {len(pairs)} parts: no backbone has more than {MAX_PARTS}.")
    found: dict[str, float] = {}
    for name, weight in pairs:
        number = isinstance(weight, int | float) and not isinstance(weight, bool)
        if not number or not math.isfinite(weight) or not 0 <= weight <= MAX_WEIGHT:
            raise InvalidInput(
                f"The weight of part {str(name)[:40]!r} must be a number from 0 to "
                f"{MAX_WEIGHT:,.0f}."
            )
        found[str(name)] = float(weight)
    return tuple(sorted(found.items()))
