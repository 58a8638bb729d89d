"""What is found comes as DataFrames and as the documents that the commands print."""

import json

import numpy as np
import pandas as pd
import pytest

import artsim
from artsim.cli.run import run

pytestmark = pytest.mark.xdist_group("maps")  # one worker compiles UMAP, for 15 seconds


def near_in_time(query, other) -> bool:
    return abs((query["year"] or 0) - (other["year"] or 0)) <= 2


def graded(query, other) -> float:
    return 2.0 if query["artist"] == other["artist"] else 0.5 * near_in_time(query, other)


def test_an_evaluation_has_a_line_for_each_backbone_and_relevance(demo) -> None:
    rng = np.random.default_rng(1)
    works = demo.embeddings("tiny").ids
    demo.add_embeddings("chance", works, rng.normal(size=(len(works), 6)))
    relevance = ["style", artsim.same("century"), near_in_time, graded]
    found = demo.evaluate(["tiny", "chance"], relevance=relevance, k=5)
    lines = found.to_pandas().set_index(["backbone", "relevance"])
    names = ["style", "same:century", "near_in_time", "graded"]
    assert list(lines.index) == [(b, name) for b in ("tiny", "chance") for name in names]
    assert lines.loc[("tiny", "style"), "map_at_k"] == 1
    assert lines.loc[("chance", "style"), "map_at_k"] < 0.8
    low, value, high = lines.loc[
        ("chance", "near_in_time"), ["map_at_k_low", "map_at_k", "map_at_k_high"]
    ]
    assert low < value < high
    table = found.per_query
    assert {"backbone", "relevance", "query", "ap_at_k", "precision_at_k"} <= set(table.columns)
    assert set(table["query"]) <= set(works)
    means = table.groupby(["backbone", "relevance"])[["ap_at_k", "precision_at_k"]].mean()
    for key in lines.index:
        assert means.loc[key, "ap_at_k"] == pytest.approx(lines.loc[key, "map_at_k"])
        assert means.loc[key, "precision_at_k"] == pytest.approx(lines.loc[key, "precision_at_k"])


def test_a_relevance_of_two_rows_is_asked_about_their_metadata(demo) -> None:
    found = demo.evaluate("tiny", relevance=near_in_time, k=4).per_query.set_index("query")
    years = demo.to_pandas()["year"]
    for query, retrieved in found["retrieved"].items():
        close = [abs(int(years.fillna(0)[query]) - int(years.fillna(0)[i])) <= 2 for i in retrieved]
        assert found.loc[query, "relevant"].tolist() == close


def test_an_evaluation_of_judged_pairs_writes_what_trec_eval_reads(demo, tmp_path) -> None:
    pairs = {"w00": {"w01": 2, "w02": 1}}
    demo.evaluate("tiny", artsim.judged(pairs), k=5, trec_out=tmp_path / "trec")
    written = {path.name: path.read_text() for path in (tmp_path / "trec").iterdir()}
    assert set(written) == {"run.tiny.qrels.txt", "qrels.qrels.txt"}
    assert artsim.judged(written["qrels.qrels.txt"]).grades == pairs
    assert {line.split()[0] for line in written["run.tiny.qrels.txt"].splitlines()} == {"w00"}


def test_an_evaluation_is_kept_and_printed_again(demo, capsys) -> None:
    found = demo.evaluate("tiny", relevance="style", k=5)
    assert run(["evaluate", "--run", found.id, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["runs"] == json.loads(
        json.dumps(found.to_json()["runs"])
    )


def test_works_of_another_collection_ask(demo, other) -> None:
    for queries in (other, "other"):
        found = demo.evaluate("tiny", relevance="artist", k=3, queries=queries)
        assert found.to_pandas()["queries"].tolist() == [6]
        assert found.to_json()["queries_collection"] == "other"


def test_a_map_places_every_work_that_is_embedded(demo) -> None:
    drawn = demo.map("tiny", seed=1)
    places = drawn.to_pandas()
    assert places.index.tolist() == demo.embeddings("tiny").ids
    assert places["x"].dtype == np.float32
    assert np.isfinite(places[["x", "y"]]).all(axis=None)
    assert pd.api.types.is_integer_dtype(places["cluster"])
    assert demo.map("tiny", seed=1).id == drawn.id
    assert list(demo.map("tiny", dimensions=3).to_pandas().columns[:3]) == ["x", "y", "z"]
    assert drawn.to_json()["works"] == 24


def test_metadata_comes_with_types_of_pandas(demo) -> None:
    works = demo.to_pandas()
    assert works.index.name == "id"
    assert len(works) == len(demo) == 25
    assert str(works["year"].dtype) == "Int32"
    assert works["year"].isna().sum() == 2
    assert works["has_image"].dtype == bool
    assert "image" not in works
    assert works.groupby("artist").size().tolist() == [8, 8, 8]


def test_metadata_is_exported(demo, tmp_path) -> None:
    assert demo.export(tmp_path / "works.csv") == 25
    again = pd.read_csv(tmp_path / "works.csv", index_col="id")
    assert again["title"].dropna().tolist() == demo.to_pandas()["title"].dropna().tolist()
    with pytest.raises(artsim.InvalidInput, match=r"csv or \.parquet"):
        demo.export(tmp_path / "works.txt")


BAD = [
    (lambda c: c.embeddings("none"), artsim.NotFound, "no backbone 'none'"),
    (lambda c: c.embeddings("efficientnet_lite0"), artsim.Conflict, "is not embedded with"),
    (lambda c: c.embed("none"), artsim.NotFound, "no backbone 'none'"),
    (lambda c: c.embed("tiny", batch_size=0), artsim.InvalidInput, "batch_size: "),
    (lambda c: c.evaluate([]), artsim.InvalidInput, "backbones: "),
    (lambda c: c.evaluate("tiny", k=0), artsim.InvalidInput, "k: "),
    (lambda c: c.evaluate("tiny", k=10_001), artsim.InvalidInput, "k: "),
    (lambda c: c.evaluate("tiny", "colour"), artsim.NotFound, "'colour' is no relevance"),
    (lambda c: c.evaluate("tiny", 7), artsim.InvalidInput, "int is no relevance"),
    (lambda c: c.evaluate("tiny", lambda row: True), artsim.InvalidInput, "takes two rows"),
    (
        lambda c: c.evaluate("tiny", lambda a, b: a["colour"]),
        artsim.InvalidInput,
        "fails for 'w00' and 'w00' .KeyError: 'colour'.",
    ),
    (lambda c: c.evaluate("tiny", lambda a, b: -1), artsim.InvalidInput, "gives '-1'"),
    (lambda c: c.evaluate("tiny", queries="none"), artsim.NotFound, "no collection 'none'"),
    (lambda c: c.evaluate("tiny", colour=1), artsim.InvalidInput, "colour: "),
    (lambda c: c.map("tiny", neighbours=1), artsim.InvalidInput, "neighbours: "),
    (lambda c: c.map("none"), artsim.NotFound, "no backbone 'none'"),
]


@pytest.mark.parametrize(("ask", "error", "message"), BAD)
def test_what_cannot_be_done_gets_one_sentence(demo, ask, error, message) -> None:
    with pytest.raises(error, match=message) as caught:
        ask(demo)
    assert "\n" not in str(caught.value)
