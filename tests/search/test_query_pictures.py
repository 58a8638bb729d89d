"""A picture to search with: decoded once, embedded once with each backbone, then only compared."""

import shutil
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Barrier

import pytest
from collection_kit import add_works
from pictures_kit import jpeg
from query_picture_kit import counting, save_backbone

from artsim.backbones.embed import embed_collection
from artsim.collection.store import Collection
from artsim.core.errors import Conflict, NotFound, UnsupportedImage
from artsim.core.workspace import Workspace
from artsim.evaluation.comparison import Contender, compare
from artsim.images import query_pictures
from artsim.images.query_pictures import QueryPicture, query_picture
from artsim.library import Library
from artsim.search.filters import Filters
from artsim.search.query import Query

FILE = jpeg(7, 300, 200)
SAME_WITH_A_COMMENT = FILE[:2] + b"\xff\xfe\x00\x07hello" + FILE[2:]


@pytest.fixture(scope="module")
def works(tmp_path_factory):
    """Twelve works, embedded with 'tiny' and with 'other', two small real networks."""
    workspace = Workspace.open(tmp_path_factory.mktemp("works"))
    collection = Collection.create(workspace, "works", "folder", "made for a test")
    add_works(collection, [{"id": str(i), "year": 1800 + i} for i in range(12)])
    for seed, name in enumerate(("tiny", "other")):
        save_backbone(workspace, name, seed)
        embed_collection(workspace, collection, name)
    return workspace


@pytest.fixture
def library(works):
    return Library(works)


def test_a_change_of_k_metric_filters_or_index_neither_decodes_nor_embeds(library):
    with counting() as count:
        picture = query_picture(FILE, "mine.jpg")
        assert count.taken() == (1, 0)
        first = library.search("works", Query("tiny", picture=picture, k=3))
        assert count.taken() == (1, 1)  # its canonical form, once for each backbone
        wider = library.search("works", Query("tiny", picture=picture, k=9))
        assert [hit.id for hit in wider.hits[:3]] == [hit.id for hit in first.hits]
        for change in (
            {"metric": "euclidean"},
            {"filters": Filters(year_from=1806)},
            {"index": "exact"},
            {"exclude_ids": ("3",)},
        ):
            assert library.search("works", Query("tiny", picture=picture, **change)).hits
        assert count.taken() == (0, 0)


def test_each_backbone_embeds_a_picture_once(library):
    columns = [Contender(b, m) for b in ("tiny", "other") for m in ("cosine", "euclidean")]
    with counting() as count:
        compared = compare(library, "works", columns, 5, picture=query_picture(FILE))
        assert [len(ranked.ids) for ranked in compared.lists] == [5] * 4
        assert count.taken() == (3, 2)


def test_another_file_of_the_same_picture_is_embedded_no_more(library):
    with counting() as count:
        first = query_picture(FILE, "one.jpg")
        again = query_picture(SAME_WITH_A_COMMENT, "two.jpg")
        assert (first, first.digest) == (again, again.digest)
        hits = [library.search("works", Query("tiny", picture=p)).hits for p in (first, again)]
        assert hits[0] == hits[1]
        assert count.embedded == 1


def test_threads_that_ask_at_once_share_one_embedding(library):
    picture, together = query_picture(FILE), Barrier(6)

    def ask(k):
        together.wait()
        return library.search("works", Query("tiny", picture=picture, k=k)).hits[0]

    with counting() as count, ThreadPoolExecutor(6) as pool:
        assert len(set(pool.map(ask, range(1, 7)))) == 1
        assert count.embedded == 1


def test_other_weights_of_the_same_name_embed_anew(works, home):
    shutil.copytree(works.root, home)
    workspace = Workspace.open(home)
    picture, library = query_picture(FILE), Library(workspace)
    before = library.search("works", Query("tiny", picture=picture))
    shutil.rmtree(workspace.checkpoints / "tiny")
    spec = save_backbone(workspace, "tiny", seed=5)
    embed_collection(workspace, Collection.open(workspace, "works"), "tiny")
    query, end = Query("tiny", picture=picture), time.monotonic() + 60
    with counting() as count:
        # A library looks twice a second for a new version: till then it answers with the former, or
        # says that its embeddings are of other weights.
        after = before
        while after.digest != spec.digest:
            assert time.monotonic() < end
            time.sleep(0.1)
            with suppress(Conflict):
                after = library.search("works", query)
        assert count.embedded == 1
    assert after.digest != before.digest
    assert [h.score for h in after.hits] != [h.score for h in before.hits]


def test_a_picture_with_which_nothing_can_be_done_fails_again(library):
    """A failure is not remembered as an embedding."""
    broken = QueryPicture("0" * 64, FILE[:100])
    for _ in range(2):
        with pytest.raises(UnsupportedImage, match="cannot be decoded"):
            library.search("works", Query("tiny", picture=broken))


def test_a_kept_picture_is_read_back_until_it_is_gone(workspace):
    picture = query_picture(FILE, "mine.jpg")
    query_pictures.keep(workspace, picture)
    found = query_pictures.read(workspace, picture.digest)
    assert found == picture
    assert found.jpeg == picture.jpeg
    for digest in ("0" * 64, "../secret", ""):
        with pytest.raises(NotFound, match="upload it again"):
            query_pictures.read(workspace, digest)


def test_its_small_copy_is_made_once(library):
    with counting() as count:
        picture = query_picture(FILE)
        small = [library.query_thumbnail(picture) for _ in range(3)]
        assert count.taken() == (2, 0)
    assert small[0][:4] == b"RIFF"
    assert len(set(small)) == 1
