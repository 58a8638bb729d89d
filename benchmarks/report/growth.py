"""How artsim grows: the table and the plot of benchmarks/results/growth.csv."""

import math
from itertools import pairwise

Row = dict[str, str]

NAMES = {
    "search": "search, a query",
    "command": "search, a command",
    "evaluate": "evaluate, 1,000 queries",
    "evaluate-all": "evaluate, every work",
    "map": "map",
    "import": "import",
    "embed": "embed",
}
# Why a step may take more than this, times linear.
SLACK = 1.2
EXPLAINED = {
    "search": "a small matrix stays in the processor's cache, a large one is read from memory, "
    "which sets the time",
    "evaluate": "at 1,000 works every work is a query; with more works the products of a query "
    "with all of them outweigh its fixed cost",
    "evaluate-all": "every work is compared with every work, and every title with every title of "
    "about its length: ten times the works are up to a hundred times the work",
    "map": "the nearest of every work are found among all works, which at 100,000 takes longer "
    "than drawing",
    "import": "the checks look for copies among all works",
}
COLOURS = ("#0072b2", "#d55e00", "#009e73", "#8a5a9e", "#c8821a", "#56a0c8", "#777777")
_WIDTH, _HEIGHT, _LEFT, _RIGHT, _TOP, _BOTTOM = 880, 520, 80, 200, 20, 50


def growth_section(rows: list[Row], picture: str) -> list[str]:
    """The plot, the table and what explains it, as parts of a Markdown page."""
    lines = [
        "| Step | Works | Time | Beside linear | Memory, MB | Disk, MB | Peer | Limit | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    why = []
    for step, found in by_step(rows).items():
        beside = growth(found)
        for row, times in zip(found, beside, strict=True):
            cells = [NAMES[step], f"{int(row['works']):,}", duration(row["seconds"])]
            cells += [f"{times:.2f}" if times else "", row["memory_mb"], row["disk_mb"]]
            cells += [duration(row["peer_seconds"]), duration(row["limit_seconds"])]
            lines.append(f"| {' | '.join([*cells, told(row)])} |")
        if any(times and times > SLACK for times in beside):
            why.append(f"- {NAMES[step]}: {EXPLAINED.get(step, 'not explained yet')}.")
    seen = "Time of each step against the number of works, both by powers of ten."
    text = (
        "Works are synthetic: drawn pictures for import and embedding, 512-dimensional embeddings "
        "with artists, styles and titles for the others. Each step had a process of its own. "
        "`Beside linear` is the time over what the size before it foretells: under 1 where what is "
        "done once weighs less. The peer of a search is NumPy, its limit reading the embeddings "
        "once; the limit of an evaluation is its products alone."
    )
    parts = [text, f"![{seen}](images/{picture})", "\n".join(lines)]
    if why:
        parts.append(f"More than {SLACK} times linear:\n\n" + "\n".join(why))
    return parts


def by_step(rows: list[Row]) -> dict[str, list[Row]]:
    """Rows of each step, in order of size."""
    found = {step: [row for row in rows if row["what"] == step] for step in NAMES}
    return {s: sorted(few, key=lambda r: int(r["works"])) for s, few in found.items() if few}


def growth(rows: list[Row]) -> list[float | None]:
    """For each row of a step, its time over linear growth from the one before; measured only."""
    found: list[float | None] = [None]
    for before, row in pairwise(rows):
        works = int(row["works"]) / int(before["works"])
        times = float(row["seconds"]) / float(before["seconds"])
        found.append(times / works if row["source"] == "measured" else None)
    return found


def told(row: Row) -> str:
    """What a row says besides figures."""
    source = "" if row["source"] == "measured" else row["source"]
    return "; ".join(text for text in (source, row["detail"]) if text)


def duration(seconds: str) -> str:
    """Seconds as people say them, two or three figures."""
    if not seconds:
        return ""
    value = float(seconds)
    for size, unit in ((3_600, "h"), (60, "min"), (1, "s")):
        if value >= (1.5 * size if size > 1 else 1):
            return f"{value / size:.3g} {unit}"
    return f"{value * 1000:.3g} ms"


def plot(rows: list[Row]) -> str:
    """An SVG picture: a line a step, hollow where it was not measured."""
    steps = by_step(rows)
    works = sorted({int(row["works"]) for row in rows})
    times = [float(row["seconds"]) for row in rows]
    low, high = math.floor(math.log10(min(times))), math.ceil(math.log10(max(times)))
    first, last = math.log10(works[0]), math.log10(works[-1])

    def x(value: float) -> float:
        share = (math.log10(value) - first) / max(1e-9, last - first)
        return round(_LEFT + share * (_WIDTH - _LEFT - _RIGHT), 1)

    def y(value: float) -> float:
        share = (math.log10(value) - low) / max(1, high - low)
        return round(_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" '
        'font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
    ]
    for power in range(low, high + 1):
        at = y(10.0**power)
        parts.append(f'<path d="M{_LEFT} {at}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(text_at(_LEFT - 8, at + 4, f"{10.0**power:,.{max(0, -power)}f} s", "end"))
    for size in works:
        parts.append(text_at(x(size), _HEIGHT - _BOTTOM + 20, f"{size:,}", "middle"))
    parts.append(text_at((_LEFT + _WIDTH - _RIGHT) / 2, _HEIGHT - 8, "works", "middle"))
    ends = apart([y(float(few[-1]["seconds"])) for few in steps.values()])
    for (step, few), colour, end in zip(steps.items(), COLOURS, ends, strict=False):
        points = [(x(int(r["works"])), y(float(r["seconds"])), r["source"]) for r in few]
        for (x1, y1, _), (x2, y2, source) in pairwise(points):
            dashed = "" if source == "measured" else ' stroke-dasharray="6 5"'
            parts.append(
                f'<path d="M{x1} {y1}L{x2} {y2}" stroke="{colour}" stroke-width="2"{dashed}/>'
            )
        for px, py, source in points:
            fill = colour if source == "measured" else "white"
            parts.append(
                f'<circle cx="{px}" cy="{py}" r="4" fill="{fill}" stroke="{colour}" '
                'stroke-width="2"/>'
            )
        parts.append(text_at(_WIDTH - _RIGHT + 12, end + 4, NAMES[step], "start", colour))
    return "\n".join([*parts, "</svg>"]) + "\n"


def apart(places: list[float], space: float = 17) -> list[float]:
    """The same places, moved down where two would lie closer than ``space``."""
    moved = dict(enumerate(places))
    order = sorted(moved, key=lambda i: places[i])
    for above, below in pairwise(order):
        moved[below] = max(moved[below], moved[above] + space)
    return [moved[i] for i in range(len(places))]


def text_at(x: float, y: float, text: str, anchor: str, colour: str = "#333") -> str:
    return f'<text x="{x}" y="{y}" text-anchor="{anchor}" fill="{colour}">{text}</text>'
