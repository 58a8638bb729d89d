"""What a Milvus of 1, 10 and 100 million works needs, from the figures of benchmarks.milvus."""

import math

Row = dict[str, str]

WORKS = (1_000_000, 10_000_000, 100_000_000)
HEADROOM = 1.3  # for segments that are being written, merged and loaded
NODE_GB, NODE_USABLE = 128, 0.8
AROUND_GB = 64  # coordinators, proxy, data and index nodes, etcd, log broker of a cluster
# Assumptions, to be replaced with one's own: US dollars.
GB_HOUR, GB_MONTH, HOURS = 0.008, 0.025, 730
INDEXES = ("HNSW", "IVF_SQ8")
# Where fewer than two sizes are measured: what 50,000 works took as files, index and rows.
_BESIDE, _STORED = 1_120, 16_000


def sizing(rows: list[Row]) -> str:
    """A Markdown table; what an index adds for each work is measured, the rest is arithmetic."""
    lines = [
        "| Works | Index | Bytes a work in memory | Memory | Machines | On disk | A month |",
        "|---|---|---|---|---|---|---|",
    ]
    dimension = int(rows[0]["dimension"])
    hnsw = _slope(rows, "memory", "Milvus HNSW")
    sq8 = _slope(rows, "memory", "Milvus IVF_SQ8")
    disk = _slope(rows, "disk", "Milvus HNSW") or _STORED
    taken = hnsw or 4 * dimension + _BESIDE
    # Three bytes of the four of each number are saved.
    each = {"HNSW": taken, "IVF_SQ8": sq8 or taken - 3 * dimension}
    known = {"HNSW": hnsw, "IVF_SQ8": sq8}
    for works in WORKS:
        for index in INDEXES if works > WORKS[0] else INDEXES[:1]:
            memory = works * each[index] * HEADROOM / 1e9
            machines = math.ceil(memory / (NODE_GB * NODE_USABLE))
            alone = machines == 1
            size = max(16, 2 ** math.ceil(math.log2(memory / NODE_USABLE))) if alone else NODE_GB
            paid = machines * size + (0 if alone else AROUND_GB)
            stored = works * disk / 1e9
            month = paid * GB_HOUR * HOURS + stored * GB_MONTH
            measured = "" if known[index] else " (arithmetic)"
            lines.append(
                f"| {works:,} | {index} | {each[index]:,.0f}{measured} | {memory:,.0f} GB | "
                f"{machines} of {size} GB{', standalone' if alone else ''} | {stored:,.0f} GB | "
                f"${month:,.0f} |"
            )
    return "\n".join(lines)


def _slope(rows: list[Row], what: str, by: str) -> float | None:
    """Bytes that one more work adds, between the smallest and the largest size measured."""
    found = {
        int(row["works"]): int(row["works"]) * float(row["bytes_a_work"])
        for row in rows
        if row["what"] == what and row["by"] == by
    }
    if len(found) < 2:
        return None
    few, many = min(found), max(found)
    return (found[many] - found[few]) / (many - few)
