"""What a generated school is made of."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from artsim.demo.canvas import Array, Rng, rgb


@dataclass(frozen=True)
class Artist:
    """An invented painter: colours by role, motifs in the order they come back to, habits."""

    name: str
    years: tuple[int, int]
    palette: tuple[str, ...]
    motifs: tuple[str, ...]
    habit: Mapping[str, float] = field(default_factory=dict)

    def colours(self) -> list[Array]:
        """The palette as float32 [3] each."""
        return [rgb(code) for code in self.palette]


@dataclass(frozen=True)
class Motif:
    """A thing painted: its genre, title patterns and the shapes (width / height) it fits."""

    genre: str
    titles: tuple[str, ...]
    shapes: tuple[float, ...]


@dataclass(frozen=True)
class School:
    """A place, its manner, its painters, and the function that paints: uint8 RGB [h, w, 3]."""

    place: str
    style: str
    media: tuple[str, ...]
    artists: tuple[Artist, ...]
    motifs: Mapping[str, Motif]
    paint: Callable[[str, Artist, int, int, Rng], Array]
    theme: str = ""
