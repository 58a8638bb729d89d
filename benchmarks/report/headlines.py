"""The headline figures: one table of what the benchmarks found, as docs/performance.md begins."""

from collections.abc import Callable

from benchmarks.report.figures import LABELS
from benchmarks.report.tables import Row, Tables

Rows = list[Row]
Line = tuple[str, str, str]  # what was measured, artsim's figure, what stands beside it


def headlines(tables: Tables) -> str:
    """The headline figures of the tables that there are, by file name, as a Markdown table."""
    lines = ["| Measured | artsim | Beside it | Table |", "|---|---|---|---|"]
    sources: dict[str, Callable[[Rows], list[Line]]] = {
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
        if name in tables:
            link = f"[{name}](../benchmarks/results/{name})"
            lines += [
                f"| {what} | {value} | {beside} | {link} |"
                for what, value, beside in read(tables[name])
            ]
    return "\n".join(lines)


def _search(rows: Rows) -> list[Line]:
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


def _load(rows: Rows) -> list[Line]:
    known = {row["what"]: row for row in rows}
    idle = rows[0].get("idle")
    beside = f" beside {idle} idle pages" if idle else ""
    people = f"{rows[0]['sessions']} people at once{beside} on {rows[0]['cores']} cores"
    return [
        (f"{people}: {what}", f"{float(known[what]['value']):,.0f} {known[what]['unit']}", "")
        for what in (
            *("all interactions, p95", "search by work, p95", "search by picture, p95"),
            *("search by marks, p95", "search by region, p95", "memory, peak"),
        )
        if what in known
    ]


def _approximate(rows: Rows) -> list[Line]:
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


def _embed(rows: Rows) -> list[Line]:
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


def _app(rows: Rows) -> list[Line]:
    lines = []
    for row in rows:
        if row["collection"] == "demo":
            what = row["what"] if "browser" in row["what"] else f"in the browser: {row['what']}"
            size = f"{row['works']} works" if row["works"] else ""
            lines.append((f"{what[0].upper()}{what[1:]}, median", f"{row['p50_ms']} ms", size))
    return lines


def _quality(rows: Rows) -> list[Line]:
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


def _evaluate(rows: Rows) -> list[Line]:
    seconds = {r["detail"]: float(r["value"]) for r in rows if r["what"] == "evaluation"}
    asked = {r["detail"]: int(r["value"]) for r in rows if r["what"] == "queries"}
    skipped = {r["detail"]: int(r["value"]) for r in rows if r["what"] == "skipped"}
    works = next(asked[name] + skipped[name] for name in asked)
    what = f"Evaluation with each of {works:,} works as a query, {len(asked)} relevances"
    again = f"{seconds['titles known from before']:.1f} s once titles are compared"
    return [(what, f"{seconds['titles compared']:.1f} s", again)]


def _predecessor(rows: Rows) -> list[Line]:
    row = next(row for row in rows if row["measure"] == "title precision" and row["ours"])
    works, backbone = int(row["works"]), row["backbone"]
    ours = f"{row['ours']} ({row['ours_low']} to {row['ours_high']})"
    five = f"5 random queries, {row['draws']} times: {row['five_min']} to {row['five_max']}"
    return [(f"Title precision@{row['k']} of {backbone} on {works:,} works", ours, five)]


def _train_quality(rows: Rows) -> list[Line]:
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


def _train_speed(rows: Rows) -> list[Line]:
    return [
        (
            f"Training of {row['backbone']} at {row['image_size']} px on {row['device']}",
            f"{row['images_per_second']} images/s",
            f"{float(row['of_limit']):.2f} of a synthetic batch",
        )
        for row in rows
        if row["way"] == "training"
    ]
