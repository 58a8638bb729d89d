"""Every variable that an operator can set: its default, what it takes, and what it refuses."""

import re
from dataclasses import fields

import pytest

from artsim.core.errors import InvalidInput
from artsim.core.settings import Settings, setting, settings, variable
from tests.conftest import REPOSITORY

NAMES = [field.name for field in fields(Settings)]


@pytest.fixture(autouse=True)
def _nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in NAMES:
        monkeypatch.delenv(variable(name), raising=False)


def test_defaults_hold_where_nothing_is_set() -> None:
    assert settings() == Settings()


@pytest.mark.parametrize(
    ("name", "stated", "value"),
    [
        ("tables", " s3://museum/artsim/ ", "s3://museum/artsim"),
        ("engine", "torch", "torch"),
        ("precision", "bfloat16", "bfloat16"),
        ("approximate_from", "1000", 1000),
        ("sessions", "8", 8),
        ("stall_seconds", "2.5", 2.5),
        ("milvus_uri", "http://host:19530", "http://host:19530"),
        (
            "iiif_sources",
            "https://Media.nga.gov/iiif, http://127.0.0.1:9000/",
            ("https://media.nga.gov", "http://127.0.0.1:9000"),
        ),
    ],
)
def test_what_is_set_counts(
    monkeypatch: pytest.MonkeyPatch, name: str, stated: str, value: object
) -> None:
    monkeypatch.setenv(variable(name), stated)
    assert setting(name) == value
    assert getattr(settings(), name) == value


@pytest.mark.parametrize(
    ("name", "stated", "message"),
    [
        ("tables", "http://museum", "ARTSIM_TABLES is 'http://museum': use an address"),
        ("engine", "tensorrt", "'tensorrt' (set by ARTSIM_ENGINE) is none of auto, torch"),
        ("precision", "half", "'half' (set by ARTSIM_PRECISION) is none of auto, float32"),
        ("approximate_from", "-1", "ARTSIM_APPROXIMATE_FROM is '-1': set it to a number of works"),
        ("iiif_sources", "*", "'*' (set by ARTSIM_IIIF_SOURCES) is no web address"),
        ("sessions", "many", "ARTSIM_SESSIONS is 'many': set it to a number of people"),
        ("stall_seconds", "0.5", "(set by ARTSIM_STALL_SECONDS) is no number of 1 to 86400"),
        ("stall_seconds", "nan", "(set by ARTSIM_STALL_SECONDS) is no number of 1 to 86400"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, name: str, stated: str, message: str
) -> None:
    monkeypatch.setenv(variable(name), stated)
    with pytest.raises(InvalidInput, match=re.escape(message)):
        settings()


def test_the_operators_guide_names_every_variable() -> None:
    guide = (REPOSITORY / "docs" / "operator.md").read_text(encoding="utf-8")
    assert [name for name in NAMES if f"`{variable(name)}`" not in guide] == []


def test_no_other_file_reads_such_a_variable() -> None:
    reading = [
        str(path.relative_to(REPOSITORY))
        for path in (REPOSITORY / "artsim").rglob("*.py")
        if re.search(r"environ(\.get\(|\[)\"ARTSIM_\w+\"(?!\] =)", path.read_text(encoding="utf-8"))
    ]
    assert reading == []
