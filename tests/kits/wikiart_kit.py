"""Tables and trees shaped like WikiArt's, made for tests."""

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path

from pictures_kit import jpeg

HEADER = ("artist", "style", "genre", "movement", "tags", "url", "img", "file_name")
# Sizes that add up to WikiArt's 24,493 and, split by style, to its 17,145 / 3,675 / 3,673.
KEPT = {
    "Abstract Expressionism": 2790,
    "Academicism": 2425,
    "Cubism": 4307,
    "Minimalism": 3095,
    "Neoclassicism": 2182,
    "Northern Renaissance": 2338,
    "Pop Art": 2390,
    "Rococo": 4966,
}
ROWS, STYLES, ARTISTS = 176_436, 193, 3_209
_LARGE = (13_060, 11_520, 10_733, 9_800, 8_204, 7_019, 6_450, 5_622, 5_001, 5_000)


def write_table(path: Path, rows: Iterable[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    """A CSV of ``rows`` under ``header``."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(header)
        writer.writerows(rows)
    return path


def row(style: str, file: str, artist: str = "", slug: str = "") -> tuple[str, ...]:
    """A row of WikiArt's table."""
    who = artist.lower().replace(" ", "-")
    url = f"https://www.wikiart.org/en/{who}/{slug}" if slug else ""
    return (artist, style, "portrait", style, "", url, f"https://uploads.example/{file}", file)


def style_sizes() -> dict[str, int]:
    """193 styles, 176,436 rows: eight in range, ten too large (5,000 is), the rest too small."""
    sizes = KEPT | {f"Large {i}": n for i, n in enumerate(_LARGE)}
    small = STYLES - len(sizes) - 2
    sizes |= {"Exactly 2000": 2000, "Nearly 2000": 1999}
    rest = ROWS - sum(sizes.values())
    sizes |= {f"Small {i}": rest // small + (i < rest % small) for i in range(small)}
    return sizes


def write_real_shape(path: Path) -> Path:
    """A table of WikiArt's shape; one title in ten has a second version by its artist."""

    def rows() -> Iterable[Sequence[str]]:
        number = 0
        for s, (style, size) in enumerate(style_sizes().items()):
            for i in range(size):
                artist = f"Artist {(s * 41 + i % 120) % ARTISTS}"
                slug = f"view-{s}-{i // 120}-of-the-sea-{1800 + i % 90}"
                if i % 10 == 9:
                    slug = f"view-{s}-{(i - 120) // 120}-of-the-sea-{1700 + i % 90}"
                number += 1
                yield row(style, f"{number:06}.jpg", artist, slug)

    return write_table(path, rows())


def write_tree(folder: Path, sizes: dict[str, int], first_seed: int = 0) -> Path:
    """``folder``/<style>/<style>-<i>.jpg, all different and sound."""
    seed = first_seed
    for style, size in sizes.items():
        (folder / style).mkdir(parents=True)
        for i in range(size):
            seed += 1
            (folder / style / f"{style}-{i}.jpg").write_bytes(jpeg(seed))
    return folder


def files_below(folder: Path) -> dict[str, bytes]:
    """Every file below ``folder`` that is not hidden, with its bytes."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and not path.name.startswith(".")
    }
