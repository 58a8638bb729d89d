"""``artsim prepare wikiart``: pictures with styles as train, val and test folders."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from artsim.cli.options import Detach, Json, build, do, option
from artsim.cli.output import print_json, say, table
from artsim.core.counts import count
from artsim.core.lazy import lazy
from artsim.core.progress import TerminalProgress
from artsim.core.workspace import Workspace
from artsim.training.wikiart.config import GroupBy, Link, PrepareWikiartConfig

if TYPE_CHECKING:
    from artsim.training.wikiart import prepare, record
else:
    prepare = lazy("artsim.training.wikiart.prepare")
    record = lazy("artsim.training.wikiart.record")

app = typer.Typer(
    help="Make what 'artsim train' reads.",
    epilog="Example: artsim prepare wikiart --csv wikiart.csv --images wikiart --out prepared",
    rich_markup_mode=None,
)
_CONFIG = PrepareWikiartConfig
_SHOWN = 8


@app.callback()
def group() -> None:
    """Make what 'artsim train' reads."""


@app.command(
    epilog="Example: artsim prepare wikiart --csv wikiart.csv --images wikiart --out prepared"
)
def wikiart(
    out: Annotated[Path, option(_CONFIG, "out", metavar="DIR")],
    csv: Annotated[Path | None, option(_CONFIG, "csv", "--csv", metavar="FILE")] = None,
    images: Annotated[Path | None, option(_CONFIG, "images", "--images", metavar="DIR")] = None,
    kaggle: Annotated[bool, option(_CONFIG, "kaggle", "--kaggle")] = False,
    min_images: Annotated[int, option(_CONFIG, "min_images")] = 2000,
    max_images: Annotated[int, option(_CONFIG, "max_images")] = 5000,
    split: Annotated[str, option(_CONFIG, "split", metavar="TRAIN/VAL/TEST")] = "70/15/15",
    seed: Annotated[int, option(_CONFIG, "seed")] = 7,
    group_by: Annotated[GroupBy, option(_CONFIG, "group_by")] = "work",
    link: Annotated[Link, option(_CONFIG, "link")] = "copy",
    no_quality: Annotated[
        bool, typer.Option("--no-quality", help="Keep every picture that decodes, merge no copies.")
    ] = False,
    lists_only: Annotated[bool, option(_CONFIG, "lists_only", "--lists-only")] = False,
    detach: Detach = False,
    as_json: Json = False,
) -> None:
    """Choose styles by their number of pictures and split them into train, val and test.

    Run again after an interruption, it goes on; report.json in the folder is written last.
    """
    config = build(
        PrepareWikiartConfig,
        out=out,
        csv=csv,
        images=images,
        kaggle=kaggle,
        min_images=min_images,
        max_images=max_images,
        split=split,
        seed=seed,
        group_by=group_by,
        link=link,
        quality=not no_quality,
        lists_only=lists_only,
    )
    if lists_only:
        _show(_listed(config), as_json)
        return
    done = do("prepare_wikiart", config, detach, as_json)
    if done is None:
        return
    _show(json.loads((config.out / "report.json").read_text(encoding="utf-8")), as_json)
    if not as_json:
        say(done)
        say(f"Next: artsim train {out} --backbone efficientnet_lite0 --name mine")


def _listed(config: PrepareWikiartConfig) -> dict[str, Any]:
    return prepare.prepare_wikiart(Workspace.open(), config, TerminalProgress()).report


def _show(report: dict[str, Any], as_json: bool) -> None:
    if as_json:
        print_json(report)
        return
    kept = [style for style in report["styles"] if style["kept"]]
    columns = ("listed", "rejected", "copies", "pictures", "train", "val", "test")
    table(
        ("style", *columns), [[s["style"], *(s[c] for c in columns)] for s in kept], right=columns
    )
    splits = ", ".join(f"{n:,} {split}" for split, n in report["splits"].items())
    say(
        f"{report['styles_kept']:,} of {count(report['styles_listed'], 'style')} kept, with "
        f"{count(report['images'], 'picture')}: {splits}."
    )
    for text in report["notes"]:
        say(f"  {text}")
    reasons = record.summary(report["files_left_out"])
    if reasons:
        say(f"Left out: {count(report['left_out'], 'file')} (report.json says why, for each):")
        for reason, files in reasons[:_SHOWN]:
            say(f"  {files:,}  {reason}")
