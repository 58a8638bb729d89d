"""The pictures of the documentation, taken anew from generated works only.

Builds a workspace with the demo collection and a small folder of sound and damaged pictures, serves
it, and photographs its pages in a headless Chromium. With --home the workspace is kept and used
again the next time.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from browser_kit import PATIENCE, App, browsing, serving
from PIL import Image, ImageOps

from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import list_collections
from artsim.core.progress import NULL, TerminalProgress
from artsim.core.workspace import Workspace
from artsim.demo import DemoSource
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.runs import evaluate_and_keep
from artsim.library import Library
from artsim.maps.config import MapConfig
from artsim.maps.make import make_map
from artsim.tasks.configs import DEMO_SIZE, OFFLINE_BACKBONE, DemoConfig
from artsim.tasks.kinds import kind_named
from benchmarks.report.tables import DOCS

IMAGES = DOCS / "images"
SIZE = {"width": 1440, "height": 900}
MAX_BYTES = 400_000
QUERY, LIKED, UNLIKED = "demo-0001", "demo-0181", "demo-0343"
EXAMPLE = "estate-1900"
CARD = ".card img"
_SETTLED = """() => !document.querySelector(
  '[data-stale=true], [data-testid=stStatusWidget], [data-testid=stSkeleton]')"""
_IN_SIGHT_LOADED = """images => Promise.all(images
  .filter(image => image.getBoundingClientRect().top < innerHeight)
  .map(image => image.decode().catch(() => {})))"""  # some are replaced meanwhile
# Whether the NGA can be reached from where the pictures are taken is nobody's concern.
_WITHOUT_NOTICE = """() => document.querySelector('.st-key-nga_notice')
  ?.closest('[data-testid=stLayoutWrapper]')?.remove()"""


def main(home: Path | None = None) -> None:
    """Take every picture; the workspace ``home`` is kept and used again."""
    with tempfile.TemporaryDirectory(prefix="artsim-screenshots-") as folder:
        workspace = Workspace.open(home or Path(folder) / "home")
        build(workspace, Path(folder) / "estate")
        config = EvaluateConfig(collection="demo", backbones=(OFFLINE_BACKBONE,))
        run = evaluate_and_keep(Library(workspace), config).id
        make_map(Library(workspace), MapConfig(collection="demo", backbone=OFFLINE_BACKBONE))
        with serving(workspace.root, Path(folder) / "server.log") as app, browsing() as browser:
            context = browser.new_context(viewport=SIZE, color_scheme="light")
            context.set_default_timeout(PATIENCE)
            for name, page in shots(app, context.new_page(), run):
                save(page.screenshot(), IMAGES / f"{name}.png")


def build(workspace: Workspace, folder: Path) -> None:
    """The demo collection, and one with something to report."""
    kind_named("demo").run(workspace, DemoConfig(size=DEMO_SIZE), TerminalProgress())
    if EXAMPLE not in list_collections(workspace):
        write_estate(folder)
        import_collection(workspace, EXAMPLE, FolderSource(folder))


def write_estate(folder: Path) -> None:
    """Generated pictures as scans arrive: most are sound, some are copies, some are damaged."""
    folder.mkdir()
    items = DemoSource(size=24, seed=7).items({}, NULL)
    scans = [item.data or b"" for item in items]
    for number, data in enumerate(scans, start=1):
        (folder / f"scan-{number:03}.jpg").write_bytes(data)
    first, second, third = (Image.open(io.BytesIO(data)) for data in scans[:3])
    first.save(folder / "scan-001 for the web.jpg", quality=35)
    ImageOps.mirror(second).save(folder / "scan-002 reversed.jpg", quality=90)
    ImageOps.grayscale(third).save(folder / "scan-003 for print.jpg", quality=90)
    with Image.open(io.BytesIO(scans[3])) as fourth:
        fourth.convert("CMYK").save(folder / "scan-004.jpg", quality=95)
    (folder / "scan-025.jpg").write_bytes(scans[4][: len(scans[4]) // 2])
    (folder / "scan-026.jpg").write_bytes(b"<html>Page not found</html>")
    Image.new("RGB", (900, 700), (244, 243, 240)).save(folder / "scan-027.jpg")
    first.resize((40, 30)).save(folder / "scan-028.png")


def shots(app: App, page: Any, run: str) -> Iterator[tuple[str, Any]]:
    """Each picture's name, with the page as it is to be photographed; ``run`` is an evaluation."""
    view = {"collection": "demo", "backbone": OFFLINE_BACKBONE}
    for _ in range(2):  # the first search loads, and would show the time that this takes
        page.goto(app.link(**view, query=QUERY, k=24))
        settle(page, CARD)
    yield "search", page

    page.goto(app.link(**view, query=QUERY, marks=[f"+{LIKED}", f"-{UNLIKED}"], applied=2, k=24))
    settle(page, CARD)
    yield "marks", page

    page.goto(app.link(**view, query=QUERY, k=24))
    settle(page, CARD)
    page.locator(".card .frame").first.click()
    settle(page, ".artsim-preview")
    yield "work", page

    page.goto(app.link(**view, genres="still life", year_from=1850))
    settle(page, CARD)
    page.get_by_role("button", name="Filters").click()
    settle(page, CARD)
    yield "browse", page

    page.goto(app.link("compare", collection="demo", query=QUERY))
    settle(page, "table img")
    yield "compare", page

    page.goto(app.link("map", collection="demo", colour="style", cluster=0))
    page.locator(".surface .layer").wait_for(state="attached")
    page.get_by_text("Fetching the map").wait_for(state="hidden")
    settle(page, CARD)
    yield "map", page

    page.goto(app.link("evaluate", collection="demo", run=run, relevance="style"))
    settle(page, ".js-plotly-plot")
    yield "evaluate", page

    page.goto(app.link("collections"))
    report = page.get_by_text("What became of each file").nth(1)
    report.click()
    settle(page, "[data-testid=stDataFrame]")
    report.scroll_into_view_if_needed()
    yield "quality", page

    page.goto(app.link("collections"))
    page.get_by_role("button", name="Cleaning desk").first.click()
    settle(page, ".artsim-desk")
    yield "desk", page


def settle(page: Any, wanted: str) -> None:
    """Wait until what is wanted is there, nothing moves, and every picture in sight is loaded."""
    page.locator(wanted).first.wait_for()
    page.get_by_text("Asking whether").wait_for(state="detached")
    page.wait_for_load_state("networkidle")
    page.wait_for_function(_SETTLED)
    page.evaluate(_WITHOUT_NOTICE)
    page.wait_for_timeout(500)
    page.locator("img").evaluate_all(_IN_SIGHT_LOADED)
    page.wait_for_timeout(500)


def save(png: bytes, path: Path) -> None:
    """Write a screenshot with so many colours that it stays below MAX_BYTES."""
    path.parent.mkdir(exist_ok=True)
    image = Image.open(io.BytesIO(png)).convert("RGB")
    for colours in (256, 192, 128, 96, 64):
        out = io.BytesIO()
        image.quantize(colours, kmeans=2).save(out, "PNG", optimize=True)
        if out.tell() < MAX_BYTES:
            break
    path.write_bytes(out.getvalue())
    sys.stderr.write(f"{path.name}: {out.tell():,} bytes, {colours} colours\n")
