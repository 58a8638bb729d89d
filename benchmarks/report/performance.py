"""The page docs/performance.md, from the tables that the benchmarks left."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from benchmarks.report.growth import growth_section, plot
from benchmarks.report.headlines import headlines
from benchmarks.report.outcomes import by_case, by_interaction, by_kind
from benchmarks.report.tables import DOCS, Row, Tables, read

PAGE = DOCS / "performance.md"
PLOT = DOCS / "images" / "performance-growth.svg"

# What the machine and the code were: told once above a table, never a column of it.
_MACHINE = ("cpu", "cores", "device", "gpu", "accelerator")
_VERSIONS = (
    *("python", "torch", "timm", "openvino", "numpy", "faiss", "usearch", "lancedb"),
    *("ray", "pymilvus", "milvus", "chromium", "artsim", "code"),
)
_NOT_TOLD = ("commit", "load", "load_before", "date", "native_bf16", "digest", "seed")


@dataclass(frozen=True)
class Section:
    """A heading over one table of results; ``keep`` says which of its rows a reader needs.

    ``shown`` makes the lines of the page of those rows.
    """

    heading: str
    file: str
    about: str
    leave: tuple[str, ...] = ()
    keep: Callable[[Row], bool] = lambda row: True  # noqa: ARG005
    shown: Callable[[list[Row]], list[Row]] = list


SECTIONS = (
    Section(
        "Exact search",
        "search.csv",
        "One query against all embeddings, the best K. `times limit` counts from reading the "
        "float32 matrix once; the 8-bit copy that is read first has a limit of its own.",
        leave=("times_read",),
    ),
    Section(
        "Approximate search",
        "approximate.csv",
        "Recall is the share of the exact answer that was found.",
    ),
    Section(
        "Embedding",
        "embed.csv",
        "From JPEG files to embeddings. The naive loop decodes whole pictures with Pillow, one at "
        "a time, and runs the network in float32.",
    ),
    Section(
        "Import and embedding in one pass",
        "one_pass.csv",
        "Whole commands, the quality checks included, median of `runs`. Stored pictures of more "
        "than 1,024 pixels are made anew, and what is stored is what is embedded.",
    ),
    Section(
        "Inference in fewer bits",
        "int8.csv",
        "bfloat16 is used where at least 98 % of the ten nearest stay (`same neighbours`) and "
        "mAP@10 loses 0.002 at most, which each machine measures on works of its collection "
        "(`by sample`). 8-bit integers are not offered: no backbone keeps enough. Real paintings "
        "are the queries and the gallery, those trained on included. `core ms` is the time of one "
        "core, beside other work.",
        leave=("lowest_cosine",),
    ),
    Section(
        "Evaluation",
        "evaluate.csv",
        "Every work is a query.",
        keep=lambda row: row["unit"] in ("s", "MB"),
    ),
    Section(
        "Maps",
        "maps.csv",
        "The map as a whole, and other projections of the same works.",
        keep=lambda row: row["figure"] in ("time", "memory", "trustworthiness", "continuity"),
    ),
    Section("The app", "app.csv", "What a visitor waits for in a browser.", leave=("times",)),
    Section(
        "The app beside version 0.1",
        "app_before.csv",
        "The same visits to the demo with the code of version 0.1 and with this one, in turn.",
        leave=("times",),
    ),
    Section(
        "The app under load",
        "load.csv",
        "So many `sessions` ask, each thinking for five to ten seconds, beside `idle` pages that "
        "are only left open. A target in ms is one of the 95th percentile.",
        keep=lambda row: not row["what"].startswith("sent by"),
        shown=by_interaction,
    ),
    Section(
        "Hostile pictures",
        "hostile.csv",
        "Twenty at once, and what other visitors notice of them. An upload waits up to 10 s for "
        "its turn, else the answer asks to try again later (503); then decoding may take 10 s.",
    ),
    Section(
        "Curators' tasks",
        "tasks.csv",
        "Clicks and keystrokes beyond typing, in a browser of two widths.",
        leave=("test",),
    ),
    Section("The map page", "map_page.csv", "A map in the browser.", leave=("times",)),
    Section(
        "Training, speed",
        "train_speed.csv",
        "`of limit` counts from the same network on one batch that is already in memory.",
    ),
    Section(
        "Training, quality",
        "train_quality.csv",
        "mAP@10 with its 95 % interval, of works kept aside.",
        keep=lambda row: row["embedding"] in ("last layer", "all parts"),
    ),
    Section(
        "Quality checks",
        "quality.csv",
        "Shares of works or altered pictures.",
        keep=lambda row: row["data"] != "paintings_hires",
    ),
    Section(
        "Groups",
        "groups.csv",
        "Share of pairs of works that were grouped as one picture, of works that rows name: "
        "altered copies belong together, look-alikes apart. `lost` counts works that were left "
        "out or merged.",
        shown=by_kind,
    ),
    Section(
        "The field",
        "field.csv",
        "What museums bring, case by case: files and tables whose right outcome is known.",
        shown=by_case,
    ),
    Section(
        "Before works had pictures",
        "before_works.csv",
        "The same commands with the code before works had pictures and with this one, in turn, "
        "median of `runs`. Seconds are of a processor where nothing else is said.",
    ),
    Section("Object store", "object_store.csv", "The same tables on S3 and in a folder."),
    Section("Embedding on Ray", "ray_embed.csv", "The same works by both engines."),
    Section("Search on Milvus", "milvus.csv", "The same queries as exact search."),
)


def main() -> None:
    """Write the page and its plot."""
    tables = read()
    if "growth.csv" in tables:
        PLOT.write_text(plot(tables["growth.csv"]), encoding="utf-8")
    PAGE.write_text(page(tables), encoding="utf-8")


def page(tables: Tables) -> str:
    """The page as the tables say it; a section whose table is not there is left out."""
    parts = [
        "# Performance",
        "Written by `python -m benchmarks.report performance` from the tables in "
        "[benchmarks/results](../benchmarks/results), which `make bench` measures anew. Each table "
        "was measured in one run, its peers and limits included; figures of two tables may be of "
        "different days.",
        "## At a glance",
        headlines(tables),
    ]
    if "growth.csv" in tables:
        rows = tables["growth.csv"]
        parts += ["## Growth", measured(rows), *growth_section(rows, PLOT.name)]
        parts.append(link("growth.csv"))
    for section in SECTIONS:
        rows = [row for row in tables.get(section.file, []) if section.keep(row)]
        if rows:
            lines = section.shown(rows)
            parts += [f"## {section.heading}", section.about]
            parts += [part for part in (measured(rows), table(lines, section.leave)) if part]
            parts.append(link(section.file))
    return "\n\n".join(parts) + "\n"


def link(file: str) -> str:
    return f"[{file}](../benchmarks/results/{file})"


def measured(rows: list[Row]) -> str:
    """When, on what machine and with which versions, in one line."""
    days = sorted({row["date"][:10] for row in rows if row.get("date")})
    told = [f"Measured {' to '.join(dict.fromkeys((days[0], days[-1])))}"] if days else []
    for name in (*_MACHINE, *_VERSIONS):
        values = list(dict.fromkeys(row[name] for row in rows if row.get(name)))
        if name == "cores":
            values = [f"{value} cores" for value in values]
        elif name in _VERSIONS and values:
            values = [f"{'artsim' if name == 'code' else name} {' and '.join(values)}"]
        told += values
    return f"{', '.join(told)}." if told else ""


def table(rows: list[Row], leave: Iterable[str] = ()) -> str:
    """A Markdown table; columns that are empty or say the same in every row are not in it."""
    told = {*_MACHINE, *_VERSIONS, *_NOT_TOLD, *leave}
    names = [name for name in rows[0] if name not in told]
    values = {name: {row[name] or "" for row in rows} for name in names}
    same = {name for name in names if len(rows) > 1 and len(values[name]) == 1}
    shown = [name for name in names if name not in same and values[name] != {""}]
    heads = [name.replace("_", " ") for name in shown]
    lines = [heads, ["---"] * len(shown), *([cell(row[name]) for name in shown] for row in rows)]
    always = [
        f"{name.replace('_', ' ')} {cell(rows[0][name])}"
        for name in names
        if name in same and rows[0][name]
    ]
    grid = "\n".join(f"| {' | '.join(line)} |" for line in lines)
    return f"In all rows: {', '.join(always)}.\n\n{grid}" if always else grid


def cell(text: str) -> str:
    """A value as people read it: thousands apart, no bar that would end the cell."""
    if text.isdigit() and len(text) > 3:
        return f"{int(text):,}"
    return text.replace("|", "\\|")
