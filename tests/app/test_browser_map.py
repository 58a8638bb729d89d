"""The Map page in a real browser: from no map to one, chosen works, clusters, and two maps."""

import csv
import re
import shutil
from dataclasses import replace

import browser_kit
import numpy as np
import pytest
from browser_kit import until
from collection_kit import add_works, embed_with
from map_page_kit import make_works
from pictures_kit import jpeg
from playwright.sync_api import expect

from artsim.backbones.embed import embed_collection
from artsim.collection.importer import import_collection
from artsim.collection.sources.folder import FolderSource
from artsim.collection.store import Collection
from artsim.core.workspace import Workspace
from artsim.library import Library
from artsim.maps.config import MapConfig
from artsim.maps.make import make_map
from artsim.maps.storage import delete_map, keep, list_maps, load_map

pytestmark = browser_kit.MARKS

LITE, OTHER = "efficientnet_lite0", "second"
PAINTINGS = 160  # of paintings_hires: enough for clusters, few enough to embed in a test


@pytest.fixture(scope="module")
def workspace(demo_workspace, tmp_path_factory):
    """The demo with two maps beside each other, and two collections without a map."""
    root = tmp_path_factory.mktemp("map") / "home"
    shutil.copytree(demo_workspace.root, root)
    workspace = Workspace.open(root)
    workspace.show_first("demo")
    with_a_second_backbone(workspace, "demo")
    make_map(Library(workspace), MapConfig(collection="demo", backbone=LITE, beside=OTHER))
    make_works(workspace, "unmapped")
    add_works(Collection.create(workspace, "raw", "folder", ""), [{"id": "r1", "title": "A"}])
    return workspace


def with_a_second_backbone(workspace, name):
    collection = Collection.open(workspace, name)
    ids, matrix = collection.embedding(collection.info().embeddings[0].column)
    noise = np.random.default_rng(0).standard_normal(matrix.shape) * matrix.std()
    embed_with(collection, OTHER, "e" * 64, dict(zip(ids, matrix + noise, strict=True)))


def maps_of(workspace, name="demo"):
    """The kept maps by backbone."""
    library = Library(workspace)
    return {i.config.backbone: load_map(library, name, i.id) for i in list_maps(library, name)}


def opened(app, page, name="demo", **look):
    """Go to a map and wait until its points are there."""
    page.goto(app.link("map", collection=name, **look))
    page.locator(".surface").first.wait_for()
    expect(page.get_by_text("Fetching the map")).to_have_count(0)  # of either map
    return page.locator(".surface")


def lasso(page, surface):
    """Draw an outline around the middle of a map."""
    page.get_by_role("button", name="Choose with a lasso").click()
    browser_kit.rested(page)  # what comes late moves the map
    box = surface.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    around = [
        (x + box["width"] * 0.38 * np.cos(angle), y + box["height"] * 0.38 * np.sin(angle))
        for angle in np.linspace(0, 2 * np.pi, 24)
    ]
    page.mouse.move(*around[0])
    page.mouse.down()
    for at in around[1:]:
        page.mouse.move(*at)
    page.mouse.up()


def cards(page, label):
    return page.locator(f".gallery[aria-label^='{label}'] .card")


def ids(page, label):
    return cards(page, label).evaluate_all("all => all.map(card => card.dataset.id)")


def number(text):
    return int(re.search(r"[\d,]+", text)[0].replace(",", ""))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_from_no_map_to_one(app, page, workspace):
    page.goto(app.link("map", collection="unmapped"))
    page.get_by_text("There is no map of this collection yet").wait_for()
    page.get_by_role("button", name="Draw the map").click()
    page.get_by_text("trustworthiness").wait_for(timeout=600_000)
    (info,) = list_maps(Library(workspace), "unmapped")
    expect(page).to_have_url(re.compile(f"map={info.id}"))
    page.locator(".surface").wait_for()


def test_a_lasso_fills_the_gallery_and_is_a_link(app, page, workspace):
    surface = opened(app, page)
    lasso(page, surface)
    heading = page.get_by_role("heading", name="in your outline")
    heading.wait_for()
    page.wait_for_url("**shape=lasso*")
    chosen, link = heading.inner_text(), page.url
    cards(page, "Chosen works").first.wait_for()
    first = ids(page, "Chosen works")
    assert 0 < len(first) <= number(chosen) < 48
    with page.expect_download() as found:
        page.get_by_role("button", name="CSV").click()
    with open(found.value.path(), encoding="utf-8-sig", newline="") as file:
        lines = list(csv.DictReader(file))
    assert len(lines) == number(chosen)
    assert set(first) <= {line["id"] for line in lines}
    page.goto(link)
    page.get_by_role("heading", name=chosen).wait_for()
    cards(page, "Chosen works").first.wait_for()
    until(page, lambda: ids(page, "Chosen works"), first)
    page.get_by_role("button", name="Clear", exact=True).click()
    heading.wait_for(state="detached")
    expect(page).not_to_have_url(re.compile("shape"))


def test_filters_and_a_selection_hold_together(app, page):
    surface = opened(app, page)
    lasso(page, surface)
    heading = page.get_by_role("heading", name="in your outline")
    before = number(heading.inner_text())
    page.get_by_role("button", name="Filter by one of these").click()
    page.get_by_role("button", name=re.compile("^Only ")).first.click()
    page.wait_for_url(re.compile("(styles|artists|genres|schools)="))
    until(page, lambda: number(heading.inner_text()) < before)
    expect(page).to_have_url(re.compile("shape=lasso"))


def test_an_entry_of_the_legend_stands_alone_and_back(app, page):
    opened(app, page, colour="style")
    entry = page.locator(".legend .entry").first
    works = entry.locator(".works").inner_text()
    name = entry.locator(".name").inner_text()
    entry.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name=f"{works} works: {name}").wait_for()
    expect(entry).to_have_attribute("aria-pressed", "true")
    page.go_back()
    page.get_by_role("heading", name="Look around").wait_for()
    expect(entry).to_have_attribute("aria-pressed", "false")


def test_a_cluster_is_chosen_in_its_table_by_keyboard(app, page, workspace):
    clusters = maps_of(workspace)[LITE].clusters.clusters
    if not clusters:
        pytest.skip("so few works make no cluster")
    opened(app, page)
    name = page.locator(".choose").first
    name.focus()
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="of the cluster").wait_for()
    page.wait_for_url("**cluster=*")
    expect(page.locator(".choose[aria-pressed=true]")).to_have_count(1)
    cards(page, "Chosen works").first.wait_for()


def test_a_picture_of_ones_own_is_placed_with_its_nearest(app, page):
    opened(app, page)
    page.locator("input[type=file]").set_input_files(
        {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": jpeg(5, 320, 240)}
    )
    page.wait_for_url("**upload=*")
    page.get_by_text("12 nearest works by cosine similarity").wait_for()
    expect(cards(page, "Nearest works")).to_have_count(12)
    page.get_by_role("button", name="Take it off the map").click()
    page.get_by_role("heading", name="Where would it belong?").wait_for()
    expect(page).not_to_have_url(re.compile("upload"))


def test_a_picture_of_ones_own_is_placed_on_both_maps(app, page, workspace):
    found = maps_of(workspace)[LITE]
    config = found.info.config.model_copy(update={"seed": 1, "beside": None})
    again = replace(found, info=replace(found.info, id="again", config=config))
    keep(Library(workspace), again)
    try:
        surfaces = opened(app, page, map=found.info.id, beside="again")
        surfaces.nth(1).wait_for()
        page.locator("input[type=file]").set_input_files(
            {"name": "mine.jpg", "mimeType": "image/jpeg", "buffer": jpeg(5, 320, 240)}
        )
        page.wait_for_url("**upload=*")
        for surface in surfaces.all():
            surface.locator(".overlay text", has_text="Your picture").wait_for()
            expect(surface.locator(".overlay line")).to_have_count(12)
    finally:
        delete_map(Library(workspace), "demo", "again")


def test_two_maps_share_what_is_chosen_and_list_what_moves(app, page, workspace):
    kept = maps_of(workspace)
    first, second = kept[LITE].info.id, kept[OTHER].info.id
    surfaces = opened(app, page, map=first, beside=second, tab="moved")
    surfaces.nth(1).wait_for()
    cards(page, "Works that move most").first.wait_for()
    lasso(page, surfaces.nth(1))
    page.get_by_role("heading", name="in your outline").wait_for()
    page.wait_for_url("**pane=1*")
    cards(page, "Chosen works").first.click()


def test_the_table_chooses_without_a_mouse(app, page):
    opened(app, page, tab="table")
    table = page.locator("[data-testid=stDataFrame]")
    table.wait_for()
    table.locator("canvas").first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Shift+Space")
    page.get_by_role("heading", name="1 work chosen in the table").wait_for()
    expect(page).to_have_url(re.compile("rows="))


def test_mosaic_and_years_are_in_the_link(app, page):
    opened(app, page)
    page.get_by_text("Mosaic", exact=True).click()
    page.wait_for_url("**mosaic=True*")
    page.get_by_role("link", name="Mosaic as PDF").wait_for()
    slider = page.get_by_role("slider", name="Years").first
    slider.focus()
    for _ in range(12):
        page.keyboard.press("ArrowRight")
    page.wait_for_url("**year_from=*")
    page.get_by_role("heading", name="the filters").wait_for()


def test_leaving_the_page_loses_nothing(app, page):
    opened(app, page, rows="1,2,3", colour="genre", tab="outliers")
    page.get_by_role("link", name="Search", exact=True).click()
    page.get_by_text("Search with a picture").wait_for()
    expect(page).not_to_have_url(re.compile("rows="))
    page.get_by_role("link", name="Map", exact=True).click()
    page.get_by_role("heading", name="3 works chosen in the table").wait_for()
    expect(page).to_have_url(re.compile("colour=genre"))
    expect(page).to_have_url(re.compile("tab=outliers"))


def test_a_work_is_opened_and_asked_with_from_the_gallery(app, page):
    opened(app, page, rows="1,2,3")
    cards(page, "Chosen works").first.locator(".frame").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_text("More like this").click()
    page.wait_for_url("**query=*")
    page.get_by_text("nearest works by cosine similarity").wait_for()
    expect(page).to_have_url(re.compile("/map"))


@pytest.fixture
def paintings(shared_data, tmp_path):
    """Real paintings with their labels, and their map."""
    folder = tmp_path / "paintings"
    folder.mkdir()
    with (shared_data / "paintings" / "artworks.csv").open(encoding="utf-8") as file:
        known = {line["id"]: line for line in csv.DictReader(file)}
    files = sorted((shared_data / "paintings_hires" / "images").glob("*.jpg"))[:PAINTINGS]
    with (tmp_path / "works.csv").open("w", encoding="utf-8", newline="") as file:
        lines = csv.DictWriter(file, next(iter(known.values())))
        lines.writeheader()
        for picture in files:
            shutil.copy(picture, folder)
            lines.writerow(known[picture.stem])
    workspace = Workspace.open(tmp_path / "home")
    source = FolderSource(folder, metadata=tmp_path / "works.csv")
    import_collection(workspace, "hires", source)
    embed_collection(workspace, Collection.open(workspace, "hires"), LITE)
    make_map(Library(workspace), MapConfig(collection="hires", backbone=LITE))
    return workspace


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_paintings_are_lassoed_and_clustered(paintings, page, tmp_path):
    kept = maps_of(paintings, "hires")
    with browser_kit.serving(paintings.root, tmp_path / "app.log") as app:
        surface = opened(app, page, "hires", map=kept[LITE].info.id)
        lasso(page, surface)
        heading = page.get_by_role("heading", name="in your outline")
        heading.wait_for()
        assert 0 < number(heading.inner_text()) < len(kept[LITE].ids)
        page.get_by_role("region", name="What the chosen works are made of").wait_for()

        cluster = kept[LITE].clusters.clusters[0]
        page.locator(f".choose[data-number='{cluster.number}']").click()
        page.get_by_role("heading", name=f"{cluster.works} works of the cluster").wait_for()
        cards(page, "Chosen works").first.wait_for()
        shown = [kept[LITE].ids[row] for row in cluster.examples]
        until(page, lambda: ids(page, "Chosen works")[: len(shown)], shown[:12])
        app.check()
