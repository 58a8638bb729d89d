"""A search as a conversation, without a browser: marks, rounds, dials, undo, all in the address."""

from typing import Any

import pytest
from face_kit import make_demo
from page_kit import alerts, param, run, texts
from pictures_kit import jpeg
from streamlit.testing.v1 import AppTest

from artsim.app.search import filter_years
from artsim.app.shell import resources
from artsim.app.shell.state import from_params
from artsim.core.workspace import Workspace
from artsim.images.query_pictures import keep, query_picture

LINK = {"collection": "demo", "backbone": "tiny", "query": "w00", "k": "14"}


@pytest.fixture(autouse=True)
def _demo(workspace: Workspace) -> None:
    resources._workspace.clear()
    resources.jobs.clear()
    make_demo(workspace)


def shown(app: AppTest) -> str:
    return next(c.value for c in app.caption if "similarity" in c.value)


def params(app: AppTest) -> dict[str, list[str]]:
    return {k: v if isinstance(v, list) else [v] for k, v in app.query_params.items()}


def test_rounds_are_kept_gone_back_to_and_undone_and_are_in_the_address() -> None:
    app = run(**LINK, marks=["+w03", "-w01"])
    assert "2 marks not yet part of the search" in texts(app)
    app.button(key="apply_marks").click().run()
    assert params(app)["rounds"] == ["+w03,-w01"]
    assert "23 works" not in shown(app)
    assert "21" in shown(app)  # neither the marked works nor the one asked with are found
    link = params(app)
    again = run(**link)
    assert params(again) == link
    app.button_group(key="round").set_value(0).run()
    assert param(app, "round") == ""
    assert "14 works of 23" in shown(app)
    app.button(key="undo").click().run()
    assert params(app) == link


def test_a_link_of_the_former_release_is_its_first_round() -> None:
    view = from_params({"marks": ["+a", "-b", "+c"], "applied": ["2"]})
    assert (view.rounds, view.round, view.answered) == (("+a,-b",), 1, ("+a", "-b"))


@pytest.mark.parametrize(
    ("given", "name", "value"),
    [
        ({"parts": ["style=-1"]}, "parts", ""),
        ({"parts": ["the same hand"]}, "parts", "the same hand"),
        ({"parts": ["nonsense"]}, "parts", ""),
        ({"apart": ["artist", "<b>"]}, "apart", ("artist",)),
        ({"distinct": ["title"]}, "distinct", ""),
        ({"surprise": ["nan"]}, "surprise", 0.0),
        ({"surprise": ["-3"]}, "surprise", 0.0),
        ({"surprise": ["0.4"]}, "surprise", 0.4),
        ({"marks": ["+", "x", "+../etc", "-ok"]}, "marks", ("-ok",)),
        ({"round": ["7"], "rounds": ["+a"]}, "round", 1),
        ({"rounds": ["+a,?,-b"], "round": ["1"]}, "answered", ("+a", "-b")),
    ],
)
def test_what_cannot_be_read_in_a_link_counts_as_not_given(
    given: dict[str, list[str]], name: str, value: Any
) -> None:
    view = from_params(given)
    assert getattr(view, name) == value
    assert from_params({k: v if isinstance(v, list) else [v] for k, v in view.to_params().items()})
    view.dials()


def test_more_marks_than_a_search_takes_are_said_and_none_is_dropped_unsaid() -> None:
    marks = [f"+w03@0.1~0.1~0.2~{0.2 + i / 1000:.3f}" for i in range(210)]
    app = run(**LINK, marks=marks, applied="210")
    assert any("There are 211 marks, and a search takes at most 200" in a for a in alerts(app))
    assert len(params(app)["marks"]) == 210


@pytest.mark.parametrize(
    ("mark", "said"),
    [
        ("+w03@.2~.2~0~.5", "has no area"),
        ("+w03@.8~.2~.5~.5", "lies outside the picture"),
        ("+w03@-0.2~0~1.5~1", "lies outside the picture"),
        ("-w00", "marked both as like and as unlike"),
    ],
)
def test_a_mark_of_a_link_that_cannot_be_searched_with_is_one_sentence(
    mark: str, said: str
) -> None:
    app = run(**LINK, marks=[mark], rounds=[mark], round="1")
    assert [alert for alert in alerts(app) if said in alert] == alerts(app) != []


def test_colours_that_were_never_measured_are_one_click_away() -> None:
    app = run(**LINK, parts="the same colours")
    assert any("not compared by colour yet" in said for said in alerts(app))
    assert app.button(key="results_prepare").label == "Measure colour too"


def test_results_in_another_order_say_so() -> None:
    assert "listed by" not in shown(run(**LINK))
    assert "listed by date" in shown(run(**LINK, order="date"))


def test_dials_are_turned_shown_and_turned_back() -> None:
    app = run(**LINK, distinct="artist", surprise="0.3")
    assert "3 works of 23" in shown(app)  # there are three artists
    assert app.button(key="dialled_distinct").label == "One per artist"
    app.button(key="not_by_artist").click().run()
    assert params(app)["apart"] == ["artist"]
    assert "2 works of 16" in shown(app)
    app.button(key="dialled_distinct").click().run()
    assert "distinct" not in app.query_params
    app.button(key="undo").click().run()
    assert param(app, "distinct") == "artist"


def test_parts_that_the_backbone_has_not_are_one_sentence_and_a_way_on() -> None:
    app = run(**LINK, parts="the same hand")
    assert any("have no parts" in said for said in alerts(app))
    app.button(key="error_browse").click().run()
    assert not alerts(app)
    assert "query" not in app.query_params


def test_what_was_asked_with_can_be_taken_out_and_only_marks_asked_with() -> None:
    app = run(**LINK, marks=["=", "+w03"], rounds=["=,+w03"], round="1")
    assert "14 works of 23" in shown(app)  # w00 can be found again
    app = run(collection="demo", backbone="tiny", marks=["+w03", "+w06"])
    assert "Find more like these" in [b.label for b in app.button]
    app.button(key="apply_marks").click().run()
    assert "12 works of 22" in shown(app)


def test_an_uploaded_picture_is_a_mark_and_one_that_is_gone_is_said(workspace: Workspace) -> None:
    picture = query_picture(jpeg(5), "mine.jpg")
    keep(workspace, picture)
    mark = f"+picture:{picture.digest}"
    app = run(**LINK, marks=[mark], rounds=[mark], round="1")
    assert any("no longer here" in said or "weights" in said for said in alerts(app))
    gone = "+picture:" + "0" * 64
    app = run(**LINK, marks=[gone], rounds=[gone], round="1")
    assert any("no longer kept here" in said for said in alerts(app))
    assert not app.exception


def test_a_new_query_starts_without_the_words_that_led_to_it_and_keeps_the_filters(
    workspace: Workspace,
) -> None:
    app = run(collection="demo", backbone="tiny", text="work 1", artists=["Artist 1"])
    app.button(key="surprise").click().run()
    assert param(app, "query")
    assert "text" not in app.query_params
    assert params(app)["artists"] == ["Artist 1"]
    assert app.button(key="chip_artists-Artist 1").label == "Artist 1"


def test_filters_that_leave_nothing_are_cleared_in_one_click(workspace: Workspace) -> None:
    app = run(**LINK, year_from="1", year_to="2")
    app.button(key="results_unfiltered").click().run()
    assert "14 works of 23" in shown(app)


def test_years_that_were_typed_hold_though_the_slider_is_told_late(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(filter_years, "_HEARS", 60.0)
    app = run(collection="demo", backbone="tiny")
    app.session_state["filters_menu"] = True
    app.run()
    whole = app.slider(key="filter_years").value
    first = whole[0] + 2
    app.number_input(key="filter_from").set_value(first).run()
    assert app.slider(key="filter_years").value == (first, whole[1])
    # A browser that has not heard of the slider's new place sends the old one with the next click.
    app.slider(key="filter_years").set_range(*whole).run()
    assert param(app, "year_from") == str(first)
    assert app.slider(key="filter_years").value == (first, whole[1])
    app.slider(key="filter_years").set_range(first + 1, whole[1]).run()
    assert param(app, "year_from") == str(first + 1)
