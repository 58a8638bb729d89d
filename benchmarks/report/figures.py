"""The tables in docs/researcher.md and docs/cluster.md, from what the benchmarks left."""

from benchmarks.report.sizing import sizing
from benchmarks.report.tables import DOCS, Row, Tables, read

GUIDE = DOCS / "researcher.md"
CLUSTER = DOCS / "cluster.md"
OPENS, CLOSES = "<!-- figures -->", "<!-- /figures -->"
LABELS = ("artist", "style", "genre", "unseen_artist")


def main() -> None:
    """Put the tables into their pages."""
    tables = read()
    for path, made in ((GUIDE, training), (CLUSTER, milvus)):
        text = path.read_text(encoding="utf-8")
        path.write_text(with_figures(text, made(tables)), encoding="utf-8")


def milvus(tables: Tables) -> str:
    """What a Milvus of so many works needs, as a Markdown table."""
    return sizing(tables["milvus.csv"])


def with_figures(text: str, figures: str) -> str:
    """The text of a page with ``figures`` in the place that it keeps for them."""
    before, _, rest = text.partition(OPENS)
    _, _, after = rest.partition(CLOSES)
    return f"{before}{OPENS}\n{figures}\n{CLOSES}{after}"


def training(tables: Tables) -> str:
    """What fine-tuning is worth, way by way, as a Markdown table."""
    lines = [
        "| Backbone | Embedding | artist | style | genre | artists kept aside |",
        "|---|---|---|---|---|---|",
    ]
    ways: dict[tuple[str, str], dict[str, str]] = {}
    for row in tables["train_quality.csv"]:
        value, low, high = (float(row[name]) for name in ("map_at_10", "low", "high"))
        shown = f"{value:.3f} ({low:.3f} to {high:.3f})"
        ways.setdefault((row["who"], row["embedding"]), {})[row["label"]] = shown
    for (who, embedding), found in ways.items():
        cells = [who, embedding, *(found.get(label, "") for label in LABELS)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, *_ablation(tables.get("train_ablation.csv", []))])


def _ablation(rows: list[Row]) -> list[str]:
    """What one number of the recipe is worth: a sentence and a table."""
    if not rows:
        return []
    first = rows[0]
    lines = [
        "",
        f"**One thing changed** at a time, at a small scale ({first['works']} works, "
        f"{first['epochs']} epochs at {first['image_size']} px; `python -m "
        "benchmarks.train_ablation`). Figures compare within this table only, and differences "
        "under 0.01 are chance:",
        "",
        "| Recipe | artist | style | genre | artists kept aside | mean |",
        "|---|---|---|---|---|---|",
    ]
    for row in rows:
        options = f" (`{row['options']}`)" if row["options"] else ""
        figures = [*(row[f"map_at_10_{label}"] for label in LABELS), row["mean"]]
        shown = " | ".join(f"{float(value):.3f}" for value in figures)
        lines.append(f"| {row['variant']}{options} | {shown} |")
    return lines
