"""Small folders of pictures for tests, drawn by the demo source's own code."""

from pathlib import Path

from artsim.collection.sources.demo import DemoSource
from artsim.jobs.progress import NULL


def write_pictures(folder: Path, count: int) -> Path:
    """``count`` (8 or more) JPEG files p1.jpg, p2.jpg ... in ``folder``, which is made."""
    folder.mkdir(parents=True)
    for number, item in enumerate(DemoSource(size=count).items({}, NULL), start=1):
        assert item.data is not None
        (folder / f"p{number}.jpg").write_bytes(item.data)
    return folder
