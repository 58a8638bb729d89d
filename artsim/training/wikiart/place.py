"""Putting files where they belong, so that a kill or a full disk costs no finished file."""

import errno
import hashlib
import json
import os
import shutil
import uuid
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artsim.core import atomic
from artsim.core.errors import Conflict, InvalidInput, Unavailable
from artsim.core.progress import Progress
from artsim.training.wikiart.config import Link

MARK = ".prepare.json"
_ASIDE = ".unfinished"
_BATCH = 256
_WORKERS = 4


@dataclass(frozen=True)
class Placement:
    """``target`` is the path below the folder that is written, ``source`` the original."""

    target: str
    source: Path
    size: int


def claim(out: Path, plan: Sequence[Placement], told: dict[str, Any]) -> None:
    """Make ``out`` the folder of this plan; one that holds the same plan is gone on with.

    Raises Conflict where it holds anything else, InvalidInput where it cannot be made.
    """
    text = "\n".join(f"{p.target}\0{p.source}\0{p.size}" for p in plan)
    digest = hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()
    mark = out / MARK
    if out.exists() and not out.is_dir():
        raise InvalidInput(f"{out} is a file, not a folder: give another --out.")
    if not mark.exists() and out.exists() and any(p.name != _ASIDE for p in out.iterdir()):
        raise Conflict(f"{out} holds other files: give a new folder with --out.")
    if mark.exists():
        try:
            before = json.loads(mark.read_text(encoding="utf-8"))["plan"]
        except (ValueError, KeyError, TypeError):
            before = ""
        if before != digest:
            raise Conflict(
                f"{out} holds a preparation with other options or other pictures: give a new "
                "folder with --out, or delete that one."
            )
        return
    out.mkdir(parents=True, exist_ok=True)
    atomic.write(out / MARK, json.dumps({"plan": digest, **told}, indent=1))


def place(out: Path, plan: Sequence[Placement], link: Link, progress: Progress) -> None:
    """Copy or link what is not there yet; each file appears whole or not at all.

    Raises Unavailable where there is no room or the link is impossible, OSError where writing
    fails, and what ``progress`` raises.
    """
    missing = [p for p in plan if not _there(out / p.target, p, link)]
    needed, free = sum(p.size for p in missing), shutil.disk_usage(out).free
    if link == "copy" and needed > free:
        raise Unavailable(
            f"Copying needs {_gigabytes(needed)} and {_gigabytes(free)} are free: free some space, "
            "or use --link hard (the same disk) or --link sym, which need none."
        )
    for folder in sorted({(out / p.target).parent for p in plan}):
        folder.mkdir(parents=True, exist_ok=True)
    aside = out / _ASIDE
    aside.mkdir(exist_ok=True)
    progress.start(len(plan), "Placing pictures", "pictures")
    progress.advance(len(plan) - len(missing))
    with ThreadPoolExecutor(_WORKERS) as pool:
        for start in range(0, len(missing), _BATCH):
            batch = missing[start : start + _BATCH]
            list(pool.map(lambda p: _put(out / p.target, p, link, aside), batch))
            progress.advance(len(batch))
    shutil.rmtree(aside, ignore_errors=True)
    progress.finish()


def _there(target: Path, placement: Placement, link: Link) -> bool:
    try:
        if link == "sym":
            return os.readlink(target) == str(placement.source)
        if link == "hard":
            return target.samefile(placement.source)
        return not target.is_symlink() and target.stat().st_size == placement.size
    except OSError:
        return False


def _put(target: Path, placement: Placement, link: Link, folder: Path) -> None:
    aside = folder / uuid.uuid4().hex
    try:
        if link == "copy":
            shutil.copyfile(placement.source, aside)
        elif link == "hard":
            os.link(placement.source, aside)
        else:
            aside.symlink_to(placement.source)
        aside.replace(target)
    except OSError as error:
        aside.unlink(missing_ok=True)
        if link != "copy" and error.errno in (errno.EXDEV, errno.EPERM, errno.EMLINK):
            other = "--link copy or --link sym" if link == "hard" else "--link copy"
            raise Unavailable(
                f"{target.parent} cannot hold {link} links to the pictures "
                f"({error.strerror}): use {other}."
            ) from error
        raise


def _gigabytes(size: int) -> str:
    return f"{size / 1e9:,.1f} GB" if size >= 1e8 else f"{size / 1e6:,.1f} MB"
