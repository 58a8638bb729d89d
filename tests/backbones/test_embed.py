"""Embedding a collection: what is new, once, whatever happens on the way."""

import numpy as np
import pyarrow as pa
import pytest
from backbones_kit import picture

from artsim.backbones import embed, writing
from artsim.backbones.embed import embed_collection, embed_image, embedded
from artsim.backbones.runtime.load import load_runtime
from artsim.collection import lance_io
from artsim.collection.artwork import ARTWORK_SCHEMA
from artsim.collection.store import Collection
from artsim.core.errors import Cancelled, InvalidInput
from artsim.core.progress import NullProgress


def add(collection, seeds, image=picture):
    rows = [{"id": str(i), "has_image": True, "image": image(i)} for i in seeds]
    lance_io.append(collection.uri, pa.Table.from_pylist(rows, schema=ARTWORK_SCHEMA))


@pytest.fixture
def collection(workspace, tiny):
    made = Collection.create(workspace, "works", "folder")
    add(made, range(40))
    return made


class Counter(NullProgress):
    def __init__(self, stop_after=None):
        self.total, self.done, self.said, self.stop_after = None, 0, [], stop_after

    def start(self, total, what, unit="images"):
        self.total = total

    def advance(self, n=1):
        self.done += n
        if self.stop_after is not None and self.done >= self.stop_after:
            raise Cancelled("Stopped.")

    def say(self, text):
        self.said.append(text)


def test_every_work_gets_its_own_embedding(workspace, collection, tiny):
    progress = Counter()
    report = embed_collection(workspace, collection, "tiny", progress, batch_size=8)
    assert (report.embedded, report.skipped, report.failed) == (40, 0, 0)
    assert progress.total == progress.done == 40
    assert report.digest == tiny.digest
    ids, matrix = collection.embedding(report.column)
    runtime = load_runtime(tiny)
    for artwork_id, row in zip(ids, matrix, strict=True):
        expected = embed_image(runtime, picture(int(artwork_id)))
        np.testing.assert_allclose(row, expected, rtol=1e-3, atol=1e-4)


def test_a_second_run_loads_no_model(workspace, collection, tiny, monkeypatch):
    embed_collection(workspace, collection, "tiny")
    tiny.weights_file.write_bytes(b"")
    version = collection.version
    report = embed_collection(workspace, collection.pinned(), "tiny")
    assert (report.embedded, report.skipped) == (0, 40)
    assert collection.version == version


def test_only_new_works_are_embedded(workspace, collection):
    first = embed_collection(workspace, collection, "tiny")
    before = dict(zip(*collection.embedding(first.column), strict=True))
    add(collection, range(40, 45))
    report = embed_collection(workspace, collection, "tiny")
    assert (report.embedded, report.skipped) == (5, 40)
    after = dict(zip(*collection.embedding(first.column), strict=True))
    assert len(after) == 45
    assert all(np.array_equal(after[i], before[i]) for i in before)


def test_cancelling_keeps_what_is_finished(workspace, collection):
    with pytest.raises(Cancelled):
        embed_collection(workspace, collection, "tiny", Counter(stop_after=16), batch_size=8)
    report = embed_collection(workspace, collection, "tiny")
    assert (report.embedded, report.skipped) == (24, 16)


def test_commits_on_the_way(workspace, collection, monkeypatch):
    monkeypatch.setattr(writing, "COMMIT_ROWS", 16)
    before = collection.version
    embed_collection(workspace, collection, "tiny", batch_size=8)
    assert collection.version >= before + 3


def test_a_broken_image_is_named_and_not_fatal(workspace, collection):
    add(collection, [90, 91], image=lambda i: picture(i)[:200] if i == 90 else b"")
    progress = Counter()
    report = embed_collection(workspace, collection, "tiny", progress)
    assert (report.embedded, report.failed) == (40, 2)
    assert [f.split(":")[0] for f in report.failures] == ["90", "91"]
    assert progress.said == list(report.failures)
    assert len(collection.embedding(report.column)[0]) == 40


def test_embeddings_that_are_no_numbers_are_not_written(workspace, collection, tiny, tensors):
    from artsim.backbones.checkpoint import save_checkpoint

    bad = {k: v.clone() for k, v in tensors.items()}
    next(v for k, v in bad.items() if k.endswith("weight")).fill_(float("nan"))
    save_checkpoint(workspace.checkpoints / "broken", tiny, bad)
    report = embed_collection(workspace, collection, "broken")
    assert (report.embedded, report.failed) == (0, 40)
    assert "not finite" in report.failures[0]


def test_preparing_runs_ahead_but_not_without_bound():
    taken = []

    def batches():
        for i in range(100):
            taken.append(i)
            yield [i]

    results = embed.overlapped(batches(), lambda i: i * 2)
    assert next(results) == [(0, 0)]
    assert len(taken) <= 4
    results.close()


def test_only_expected_failures_stand_for_results(tiny):
    runtime = load_runtime(tiny)

    def prepare(i):
        if i == 2:
            raise KeyError("bug")
        if i == 1:
            raise InvalidInput("bad")
        return runtime.preprocess(picture(i)), f"beside {i}"

    [first] = embedded(runtime, [[0, 1, 3]], prepare)
    assert [item for item, _ in first] == [0, 1, 3]
    assert isinstance(first[1][1], InvalidInput)
    for item, (embedding, beside) in (first[0], first[2]):
        np.testing.assert_allclose(embedding, embed_image(runtime, picture(item)), atol=1e-4)
        assert beside == f"beside {item}"
    with pytest.raises(KeyError):
        next(embedded(runtime, [[2]], prepare))
