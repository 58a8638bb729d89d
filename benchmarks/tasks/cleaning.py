"""Tasks of the page Collections and its cleaning desk, on 'prints' with its faults."""

from pictures_kit import jpeg
from playwright.sync_api import expect
from prints_kit import RIGHT, WRONG

from artsim.collection.store import Collection, list_collections
from benchmarks.tasks.walk import Task, Walk


def _artists(walk: Walk) -> list[str]:
    prints = Collection.open(walk.workspace, "prints")
    return list(prints.metadata(["artist"]).column("artist").to_pylist())


def _choose(walk: Walk, name: str) -> None:
    # The box itself is hidden: a person clicks its label.
    walk.hand.click(walk.page.locator("label").filter(has_text=name).first)


def bad_scans(walk: Walk) -> None:
    """What was left out, with its pictures."""
    walk.open("collections")
    walk.hand.click(walk.page.locator(".st-key-desk_prints button"))
    walk.click("Left out (1)", role="radio", exact=False)
    tiny = walk.page.locator(".artsim-desk").filter(has_text="Tiny: 40 x 30 pixels")
    expect(tiny.locator("img")).to_be_visible()


def wrong_merge(walk: Walk) -> None:
    """Two works that were made one are two again."""
    walk.open("collections")
    walk.hand.click(walk.page.locator(".st-key-desk_prints button"))
    walk.click("History", role="radio", exact=False)
    walk.click("Undo (step 1)")
    expect(walk.page.get_by_text("Undid step 1 (merge).")).to_be_visible()


def one_name(walk: Walk) -> None:
    """The artist of one work."""
    walk.open("desk", collection="prints")
    _choose(walk, "w00.jpg")
    walk.click("Edit")
    walk.page.get_by_label("New value").fill("Anna Ancher")
    walk.click("Save for 1 work")
    expect(walk.page.get_by_text("became 'Anna Ancher'.")).to_be_visible()
    assert "Anna Ancher" in _artists(walk)


def forty_names(walk: Walk) -> None:
    """The artist of forty works."""
    walk.open("desk", collection="prints")
    words = walk.page.get_by_label("Find")
    words.fill(WRONG)
    walk.hand.press(words, "Enter")
    walk.click("Choose all 40")
    walk.click("Edit")
    walk.page.get_by_label("New value").fill(RIGHT)
    walk.click("Save on 40 works")
    expect(walk.page.get_by_text("and 38 others: artist:", exact=False)).to_be_visible()
    assert _artists(walk).count(RIGHT) == 40


def import_table(walk: Walk) -> None:
    """Thirty pictures with a German table in Windows-1252."""
    lines = ["Inventarnummer;Titel;Künstler", *(f"b{i};Mädchen {i};Käthe" for i in range(30))]
    walk.open("collections")
    files = walk.page.locator("input[type=file]")
    pictures = [
        {"name": f"b{i}.jpg", "mimeType": "image/jpeg", "buffer": jpeg(200 + i)} for i in range(30)
    ]
    walk.hand.choose(files.first, pictures)
    table = {"name": "t.csv", "mimeType": "text/csv", "buffer": "\n".join(lines).encode("cp1252")}
    walk.hand.choose(files.nth(1), table)
    name = walk.page.get_by_role("textbox", name="Name of the collection")
    name.fill("Berlin")
    expect(walk.page.get_by_text("30 rows", exact=False).first).to_be_visible()
    walk.hand.press(name, "Enter")
    walk.click("Import")
    expect(walk.page.get_by_role("heading", name="Berlin")).to_be_visible(timeout=120_000)
    berlin = Collection.open(walk.workspace, "berlin").metadata(["title", "artist"]).to_pylist()
    assert sorted(row["title"] for row in berlin)[0] == "Mädchen 0", berlin[:3]
    assert {row["artist"] for row in berlin} == {"Käthe"}


def take_down(walk: Walk) -> None:
    """A work leaves for good."""
    walk.open("desk", collection="prints")
    _choose(walk, "w02.jpg")
    walk.click("Take down")
    walk.page.get_by_label("Why (for the record)").fill("claimed by the estate")
    walk.click("Take down for good")
    expect(walk.page.get_by_text("Took w02 down.")).to_be_visible()
    thumb = f"{walk.app.url}/media/prints/w02/thumb.webp"
    assert walk.page.request.get(thumb).status == 404


def rename(walk: Walk) -> None:
    """A collection has another name."""
    walk.open("collections")
    card = walk.page.locator(".st-key-collection_prints")
    walk.hand.click(card.get_by_role("button", name="More"))
    walk.click("Rename")
    walk.page.get_by_role("textbox", name="New name").fill("works-on-paper")
    walk.hand.click(walk.page.get_by_test_id("stDialog").get_by_role("button", name="Rename"))
    expect(walk.page.get_by_role("heading", name="Works on paper")).to_be_visible()
    assert "works-on-paper" in list_collections(walk.workspace)


_DESK = "tests/app/test_browser_desk.py"
TASKS = [
    Task("Bad scans, with their pictures", 2, _DESK, bad_scans),
    Task("Undo a wrong merge", 3, _DESK, wrong_merge),
    Task("Correct an artist's name on one work", 4, _DESK, one_name),
    Task("Correct an artist's name on forty", 4, _DESK, forty_names),
    Task("Add 30 pictures with Inventarnummer;Titel;Künstler in Windows-1252", 4, "", import_table),
    Task("Take a work down for good", 3, _DESK, take_down),
    Task("Rename a collection", 3, _DESK, rename),
]
