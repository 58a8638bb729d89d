"""What artsim is installed from: a lock whose every file has a digest, and no release known bad."""

import csv
import json
import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib import metadata
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

from tests.conftest import REPOSITORY

ADVISORIES = REPOSITORY / "tests" / "fixtures" / "advisories.csv"


def locked() -> dict[str, tuple[Version, int]]:
    """Version and number of digests of each package of the lock."""
    text = (REPOSITORY / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"\n(?=\S)", re.sub(r"^#.*\n", "", text, flags=re.MULTILINE))
    found: dict[str, tuple[Version, int]] = {}
    for entry in filter(str.strip, entries):
        name, version = entry.split()[0].split("==")
        found[canonicalize_name(name.partition("[")[0])] = (
            Version(version),
            entry.count("--hash=sha256:"),
        )
    return found


def wanted() -> Iterator[Requirement]:
    for name in ("requirements.txt", "requirements-dev.txt"):
        for line in (REPOSITORY / name).read_text(encoding="utf-8").splitlines():
            text = line.partition("#")[0].strip()
            if text:
                yield Requirement(text)


def known_bad(packages: Mapping[str, Version]) -> list[str]:
    """What the offline list says of these releases; ``make audit`` asks the whole database."""
    with ADVISORIES.open(encoding="utf-8", newline="") as file:
        return [
            f"{row['package']} {packages[row['package']]}: {row['id']}"
            for row in csv.DictReader(file)
            if packages.get(row["package"], Version("99999")) < Version(row["fixed_in"])
        ]


def test_every_package_of_the_lock_has_a_digest() -> None:
    packages = locked()
    assert len(packages) > 200
    assert [name for name, (_, digests) in packages.items() if not digests] == []


def test_the_lock_holds_every_requirement_in_its_range() -> None:
    packages = locked()
    missing = [
        str(requirement)
        for requirement in wanted()
        if (requirement.marker is None or requirement.marker.evaluate())
        and packages.get(canonicalize_name(requirement.name), (Version("0"), 0))[0]
        not in requirement.specifier
    ]
    assert missing == [], "make lock writes requirements.lock anew"


def test_neither_the_lock_nor_what_is_installed_is_known_to_be_bad() -> None:
    installed: dict[str, Version] = {
        canonicalize_name(d.metadata["Name"]): Version(d.version) for d in metadata.distributions()
    }
    assert known_bad({name: version for name, (version, _) in locked().items()}) == []
    assert known_bad(installed) == []


@pytest.mark.parametrize(
    ("package", "version", "bad"), [("pillow", "11.2.1", 1), ("pillow", "11.3", 0)]
)
def test_a_bad_release_is_named(package: str, version: str, bad: int) -> None:
    assert len(known_bad({package: Version(version)})) == bad


def test_the_bill_of_materials_names_every_package_with_its_version(tmp_path: Path) -> None:
    out = tmp_path / "artsim.cdx.json"
    command = "-m cyclonedx_py environment --pyproject pyproject.toml --no-validate"
    subprocess.run(
        [sys.executable, *command.split(), "--output-file", str(out), sys.executable],
        cwd=REPOSITORY,
        check=True,
        capture_output=True,
    )
    told = json.loads(out.read_text(encoding="utf-8"))
    named: dict[str, str] = {canonicalize_name(c["name"]): c["version"] for c in told["components"]}
    assert named["streamlit"] == metadata.version("streamlit")
    assert {canonicalize_name(r.name) for r in wanted() if not r.marker} <= named.keys()
    assert told["metadata"]["component"]["name"] == "artsim"
