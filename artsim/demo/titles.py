"""Titles and dates from patterns: ``{hour}``, ``{place}``, ``{season}`` and ``{number}``."""

from artsim.demo.canvas import Rng

WORDS = {
    "hour": ("Dusk", "Dawn", "Evening", "Noon", "Sunset", "First Light"),
    "place": (
        "Ostmar",
        "Belcour",
        "Saint-Orin",
        "Varn",
        "Lisse",
        "Kurose",
        "Port Meridian",
        "Halden",
        "Tresco Sound",
        "Monteluce",
    ),
    "season": ("Spring", "Summer", "Autumn", "Winter"),
    "flower": ("Tulips", "Roses", "Peonies", "Asters"),
    "saint": ("Saint Orsola", "Saint Fabian", "Saint Elmo", "Saint Lucilla", "Saint Bruno"),
}


def title(patterns: tuple[str, ...], rng: Rng) -> str:
    """One of the patterns with its blanks filled; now and then just Untitled."""
    pattern = patterns[int(rng.integers(len(patterns)))]
    words = {key: options[int(rng.integers(len(options)))] for key, options in WORDS.items()}
    untitled = rng.random() < 0.03
    number = int(rng.integers(2, 60))
    return "Untitled" if untitled else pattern.format(number=number, **words)


def date(years: tuple[int, int], rng: Rng) -> tuple[str, int, int]:
    """A date as a museum shows it, with the first and last year that it means."""
    year = int(rng.integers(years[0], years[1] + 1))
    style = rng.random()
    if style < 0.2:
        return f"c. {year}", year, year
    if style < 0.35:
        return f"{year}-{year + 2}", year, year + 2
    if style < 0.42:
        return f"c. {year}/{year + 5}", year, year + 5
    return str(year), year, year
