"""Short tables of long results: the field case by case, groups and a crowd kind by kind."""

from benchmarks.report.tables import Row

CASES = {
    "02": "colour profiles",
    "05": "grey profiles",
    "08": "TIFFs of more than 8 bits",
    "10": "TIFFs of several pages",
    "13": "PNGs with unusual metadata",
    "16": "TIFFs with a palette",
    "18": "a folder from a network drive",
    "20": "ids that a spreadsheet damaged",
    "22": "encodings and separators of tables",
    "23": "rows that are too short or long",
    "39": "dates",
    "40": "works that look alike",
    "45": "artists, and values that mean nothing",
    "50": "a museum's image server",
}


def by_case(rows: list[Row]) -> list[Row]:
    """How many checks of each case there are, and how many came out right."""
    found: dict[str, list[bool]] = {}
    for row in rows:
        found.setdefault(row["case"], []).append(row["right"] == "True")
    return [
        {"case": CASES.get(case, case), "checks": str(len(right)), "right": str(sum(right))}
        for case, right in found.items()
    ]


def by_kind(rows: list[Row]) -> list[Row]:
    """The share of pairs of each kind that was grouped, in a column for each set of pictures."""
    found: dict[str, Row] = {}
    for row in rows:
        line = found.setdefault(row["kind"], {"kind": row["kind"], "expected": row["expected"]})
        line[row["data"]] = f"{float(row['share']):.2f}"
        line["lost"] = str(int(line.get("lost", "0")) + int(row["lost"]))
    sets = dict.fromkeys((row["data"] for row in rows), "")
    first = ("kind", "expected")
    return [{n: line[n] for n in first} | sets | line for line in found.values()]


def by_interaction(rows: list[Row]) -> list[Row]:
    """The median and the 95th percentile of each kind side by side, then the other figures.

    >>> rows = [{"what": "map, p50", "value": "80", "unit": "ms", "target": ""}]
    >>> rows += [{"what": "map, p95", "value": "300", "unit": "ms", "target": "500"}]
    >>> by_interaction(rows)
    [{'what': 'map', 'p50': '80 ms', 'p95': '300 ms', 'value': '', 'target': '500'}]
    """
    found: dict[str, Row] = {}
    for row in rows:
        kind, _, share = row["what"].rpartition(", ")
        name = share if share in ("p50", "p95") else "value"
        what = row["what"] if name == "value" else kind
        line = found.setdefault(what, {"what": what, "p50": "", "p95": "", "value": ""})
        line[name] = f"{float(row['value']):,.4g} {row['unit']}"
        line |= {key: row[key] for key in row if key not in ("what", "value", "unit")}
    return list(found.values())
