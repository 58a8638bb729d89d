"""Importing and embedding in one pass, beside both passes alone.

Generated JPEGs, larger than what is stored of a picture (the stored ones are made anew) and not
(they are stored as they are), are imported with the quality checks and embedded with
efficientnet_lite0. Each way is the command as a whole in a fresh workspace, in turn with the
others; the backbone was exported before. About 8 minutes for the default.
"""

import shutil
import sys
import tempfile
from functools import partial
from pathlib import Path

from benchmarks.embed import generated
from benchmarks.kit.command import Benchmark, Option, Options, command_line
from benchmarks.kit.machine import facts
from benchmarks.kit.processes import artsim_command
from benchmarks.kit.results import Results
from benchmarks.kit.timing import ratio, seconds_of

BACKBONE, NAME = "efficientnet_lite0", "works"
SIZES = ((1500, 1200), (1000, 800))
LIMIT = 1.15  # of the slower pass alone
COLUMNS = (
    *("set", "images", "way", "seconds", "images_per_second", "times_slower_pass", "limit"),
    *("runs", "backbone", "cpu", "cores", "load", "python", "openvino", "artsim", "date"),
)
FACTS = ("cpu", "cores", "load", "python", "openvino", "artsim", "date")


def timed(home: Path, pictures: Path, engines: Path) -> dict[str, float]:
    """Seconds of each way."""
    importing = ("collection", "import", "folder", str(pictures), "--name", NAME)
    ways = {
        "import": importing,
        "embed": ("embed", NAME, "--backbone", BACKBONE),
        "one pass": (*importing, "--embed", BACKBONE),
    }
    found = {}
    for way, command in ways.items():
        if way != "embed":  # it embeds what was imported before it
            shutil.rmtree(home, ignore_errors=True)
            shutil.copytree(engines, home / "cache" / "engines")
        found[way] = seconds_of(partial(artsim_command, home, *command))
    return found


def run(options: Options, results: Results) -> None:
    """Measure every set."""
    known = facts(*FACTS) | {"backbone": BACKBONE, "runs": options.repeat}
    with (
        tempfile.TemporaryDirectory(prefix="artsim-one-pass-") as folder,
        results.table("one_pass.csv", known) as table,
    ):
        home, pictures, engines = (Path(folder, name) for name in ("home", "pictures", "engines"))
        for size in SIZES:
            shutil.rmtree(pictures, ignore_errors=True)
            pictures.mkdir()
            for name, data in generated(options.works, size):
                (pictures / name).write_bytes(data)
            if not engines.exists():
                artsim_command(
                    home, "collection", "import", "folder", str(pictures), "--name", NAME
                )
                exporting = ("embed", NAME, "--backbone", BACKBONE, "--inference", "openvino")
                artsim_command(home, *exporting)
                shutil.copytree(home / "cache" / "engines", engines)
            runs = [timed(home, pictures, engines) for _ in range(options.repeat)]
            slower = [max(found["import"], found["embed"]) for found in runs]
            passes = [found["import"] + found["embed"] for found in runs]
            columns = {way: [found[way] for found in runs] for way in runs[0]}
            for way, seconds in (columns | {"one after the other": passes}).items():
                middle = sorted(seconds)[len(seconds) // 2]
                row = {
                    "set": f"generated {size[0]} x {size[1]}",
                    "images": options.works,
                    "way": way,
                    "seconds": f"{middle:.2f}",
                    "images_per_second": f"{options.works / middle:.1f}",
                    "times_slower_pass": ratio(seconds, slower),
                    "limit": LIMIT if way == "one pass" else "",
                }
                table.add(row)
                print(
                    "{set:<24}{way:<22}{seconds:>8} s  {images_per_second:>6} /s  "
                    "{times_slower_pass} of the slower pass".format(**row),
                    flush=True,
                )


BENCHMARK = Benchmark(
    run,
    {"one_pass.csv": COLUMNS},
    (
        Option("--works", "pictures of each set", int, 1_000),
        Option("--repeat", "runs of each way, of which the median counts", int, 3),
    ),
)

if __name__ == "__main__":
    sys.exit(command_line("one_pass"))
