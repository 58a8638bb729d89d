"""Write the figures of the README and of the guide from the tables that the benchmarks left.

python -m docs.figures
"""

import csv
from collections.abc import Callable
from pathlib import Path

from docs.sizing import sizing

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "benchmarks" / "results"
README = ROOT / "README.md"
GUIDE = ROOT / "docs" / "researcher.md"
CLUSTER = ROOT / "docs" / "cluster.md"
OPENS, CLOSES = "<!-- figures -->", "<!-- /figures -->"
LABELS = ("artist", "style", "genre", "unseen_artist")
Rows = list[dict[str, str]]


def main() -> None:
    """Put the figures into the README and the guides."""
    for path, made in ((README, figures), (GUIDE, training), (CLUSTER, milvus)):
        text = path.read_text(encoding="utf-8")
        path.write_text(with_figures(text, made), encoding="utf-8")


def milvus() -> str:
    """What a Milvus of so many works needs, as a Markdown table."""
    with (RESULTS / "milvus.csv").open(encoding="utf-8", newline="") as file:
        return sizing(list(csv.DictReader(file)))


def with_figures(text: str, made: Callable[[], str]) -> str:
    """The text of a page with its figures as the tables say them now."""
    before, _, rest = text.partition(OPENS)
    _, _, after = rest.partition(CLOSES)
    return f"{before}{OPENS}\n{made()}\n{CLOSES}{after}"


def figures() -> str:
    """The headline figures as a Markdown table."""
    lines = ["| Measured | artsim | Beside it | Table |", "|---|---|---|---|"]
    sources: dict[str, Callable[[Rows], list[tuple[str, str, str]]]] = {
        "app.csv": _app,
        "load.csv": _load,
        "search.csv": _search,
        "approximate.csv": _approximate,
        "embed.csv": _embed,
        "quality.csv": _quality,
        "evaluate.csv": _evaluate,
        "predecessor.csv": _predecessor,
        "train_quality.csv": _train_quality,
        "train_speed.csv": _train_speed,
    }
    for name, read in sources.items():
        path = RESULTS / name
        if path.is_file():
            with path.open(encoding="utf-8", newline="") as file:
                found = read(list(csv.DictReader(file)))
            link = f"[{name}](benchmarks/results/{name})"
            lines += [f"| {what} | {value} | {beside} | {link} |" for what, value, beside in found]
    return "\n".join(lines)


def _search(rows: Rows) -> list[tuple[str, str, str]]:
    lines = []
    for what in ("single query", "1 % filter", "1 % filter, in a row"):
        p50 = {
            row["contender"]: f"{float(row['p50_ms']):.1f} ms"
            for row in rows
            if row["what"] == what and row["metric"] == "cosine"
        }
        row = next(row for row in rows if row["what"] == what)
        if what == "single query":
            size = int(row["rows"]) * int(row["dimension"]) * 4
            limit = size / float(row["limit_gb_s"]) / 1e6
            p50["reading the memory once"] = f"{limit:.1f} ms"
        title = f"Exact search of {int(row['rows']):,} x {row['dimension']}, top {row['k']}, {what}"
        ours = p50.pop("artsim exact")
        lines.append((f"{title}, median", ours, ", ".join(f"{n} {v}" for n, v in p50.items())))
    return lines


def _load(rows: Rows) -> list[tuple[str, str, str]]:
    known = {row["what"]: row for row in rows}
    people = f"{rows[0]['sessions']} people at once on {rows[0]['cores']} cores"
    return [
        (f"{people}: {what}", f"{float(known[what]['value']):.0f} {known[what]['unit']}", "")
        for what in ("search by work, p95", "search by picture, p95")
    ]


def _approximate(rows: Rows) -> list[tuple[str, str, str]]:
    asked = {row["contender"]: row for row in rows if row["what"] == "search"}
    told = {
        name: f"{float(row['p50_ms']):.1f} ms, recall@10 {float(row['recall_at_10']):.3f}"
        for name, row in asked.items()
    }
    row = asked["artsim approximate"]
    what = f"Approximate search of {int(row['rows']):,} x {row['dimension']}, top {row['k']}"
    ours = told.pop("artsim approximate")
    in_a_row = next(row for row in rows if row["what"] == "search in a row")
    return [
        (f"{what}, median", ours, "; ".join(f"{n} {v}" for n, v in told.items())),
        (f"{what}, one query after another, median", f"{float(in_a_row['p50_ms']):.1f} ms", ""),
    ]


def _embed(rows: Rows) -> list[tuple[str, str, str]]:
    sets: dict[tuple[str, str], dict[str, str]] = {}
    for row in rows:
        rates = sets.setdefault((row["set"], row["backbone"]), {})
        rates[row["way"]] = row["images_per_second"]
    lines = []
    for (name, backbone), rates in sets.items():
        ours = max(float(rate) for way, rate in rates.items() if way.endswith(": embedding"))
        title = f"Embedding of JPEGs, {name}, {backbone}"
        lines.append((title, f"{ours} images/s", f"naive loop {rates['naive loop']}"))
    return lines


def _app(rows: Rows) -> list[tuple[str, str, str]]:
    lines = []
    for row in rows:
        if row["collection"] == "demo":
            what = row["what"] if "browser" in row["what"] else f"in the browser: {row['what']}"
            size = f"{row['works']} works" if row["works"] else ""
            lines.append((f"{what[0].upper()}{what[1:]}, median", f"{row['p50_ms']} ms", size))
    return lines


def _quality(rows: Rows) -> list[tuple[str, str, str]]:
    shares = {row["measure"]: float(row["value"]) for row in rows if row["kind"] == "all works"}
    merged = [r for r in rows if r["data"] == "paintings" and r["measure"] == "merged"]
    files = sum(int(r["files"]) for r in merged)
    share = sum(float(r["value"]) * int(r["files"]) for r in merged) / files
    clean = next(int(row["files"]) for row in rows if row["kind"] == "all works")
    return [
        (f"Copies found among {files} altered pictures", f"{share:.1%}", ""),
        (
            f"Clean works rejected or merged, of {clean:,}",
            f"{shares['share rejected'] + shares['share merged']:.2%}",
            "",
        ),
    ]


def _evaluate(rows: Rows) -> list[tuple[str, str, str]]:
    seconds = {r["detail"]: float(r["value"]) for r in rows if r["what"] == "evaluation"}
    asked = {r["detail"]: int(r["value"]) for r in rows if r["what"] == "queries"}
    skipped = {r["detail"]: int(r["value"]) for r in rows if r["what"] == "skipped"}
    works = next(asked[name] + skipped[name] for name in asked)
    what = f"Evaluation with each of {works:,} works as a query, {len(asked)} relevances"
    again = f"{seconds['titles known from before']:.1f} s once titles are compared"
    return [(what, f"{seconds['titles compared']:.1f} s", again)]


def _predecessor(rows: Rows) -> list[tuple[str, str, str]]:
    row = next(row for row in rows if row["measure"] == "title precision" and row["ours"])
    works, backbone = int(row["works"]), row["backbone"]
    ours = f"{row['ours']} ({row['ours_low']} to {row['ours_high']})"
    five = f"5 random queries, {row['draws']} times: {row['five_min']} to {row['five_max']}"
    return [(f"Title precision@{row['k']} of {backbone} on {works:,} works", ours, five)]


def training() -> str:
    """What fine-tuning is worth, way by way, as a Markdown table."""
    lines = [
        "| Backbone | Embedding | artist | style | genre | artists kept aside |",
        "|---|---|---|---|---|---|",
    ]
    with (RESULTS / "train_quality.csv").open(encoding="utf-8", newline="") as file:
        ways: dict[tuple[str, str], dict[str, str]] = {}
        for row in csv.DictReader(file):
            value, low, high = (float(row[name]) for name in ("map_at_10", "low", "high"))
            shown = f"{value:.3f} ({low:.3f} to {high:.3f})"
            ways.setdefault((row["who"], row["embedding"]), {})[row["label"]] = shown
    for (who, embedding), found in ways.items():
        cells = [who, embedding, *(found.get(label, "") for label in LABELS)]
        lines.append(f"| {' | '.join(cells)} |")
    return "\n".join([*lines, *_ablation()])


def _ablation() -> list[str]:
    """What one number of the recipe is worth: a sentence and a table."""
    path = RESULTS / "train_ablation.csv"
    if not path.is_file():
        return []
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
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


def _train_quality(rows: Rows) -> list[tuple[str, str, str]]:
    def shown(who: str, embedding: str) -> str:
        found = {
            row["label"]: f"{float(row['map_at_10']):.3f}"
            for row in rows
            if (row["who"], row["embedding"]) == (who, embedding)
        }
        words = {label: label for label in LABELS} | {"unseen_artist": "artist kept aside"}
        return ", ".join(f"{words[label]} {found[label]}" for label in LABELS)

    frozen = rows[0]["who"], rows[0]["embedding"]
    trained = dict.fromkeys(row["who"] for row in rows if "recipe artsim" in row["who"])
    return [
        (f"mAP@10 on works kept aside, {who}", shown(who, "all parts"), f"frozen {shown(*frozen)}")
        for who in trained
    ]


def _train_speed(rows: Rows) -> list[tuple[str, str, str]]:
    return [
        (
            f"Training of {row['backbone']} at {row['image_size']} px on {row['device']}",
            f"{row['images_per_second']} images/s",
            f"{float(row['of_limit']):.2f} of a synthetic batch",
        )
        for row in rows
        if row["way"] == "training"
    ]


if __name__ == "__main__":
    main()
