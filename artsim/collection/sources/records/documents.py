"""Documents of records: JSON that cannot recurse, XML without entities, files of a folder."""

import io
import json
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from artsim.collection.sources.nga.config import is_url
from artsim.collection.sources.records.source import Reading
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy

if TYPE_CHECKING:
    from lxml import etree
else:
    etree = lazy("lxml.etree")


def listed(value: Any) -> list[Any]:
    """A value that may be one or many as a list."""
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def as_json(data: bytes, place: str) -> Any:
    """The JSON in ``data``; raises InvalidInput."""
    try:
        return json.loads(data)
    except (ValueError, RecursionError) as error:
        raise InvalidInput(f"{place[:200]} is no valid JSON.") from error


def places(reading: Reading, endings: tuple[str, ...]) -> list[str]:
    """The place itself, or the files in it with one of ``endings`` where it is a folder."""
    if is_url(reading.place):
        return [reading.place]
    path = Path(reading.place).expanduser()
    if not path.is_dir():
        return [str(path)]
    found = sorted(p for p in path.rglob("*") if p.suffix.lower() in endings and p.is_file())
    if not found:
        raise InvalidInput(f"{path} holds no file that ends with {' or '.join(endings)}.")
    return [str(p) for p in found]


def parsed(data: bytes, place: str) -> Any:
    """The root of an XML document, read as ``elements`` reads it; raises InvalidInput."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise InvalidInput(f"{place[:200]} is no valid XML: {_why(error)}.") from error


def elements(data: bytes, place: str, name: str) -> Iterator[Any]:
    """The elements of a local name in an XML document, each freed after it was used.

    No entity is resolved, no DTD is loaded and nothing is fetched. Raises InvalidInput.
    """
    try:
        context = etree.iterparse(
            io.BytesIO(data),
            events=("end",),
            tag="{*}" + name,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            huge_tree=False,
        )
        for _, element in context:
            yield element
            element.clear()
            parent = element.getparent()
            while parent is not None and element.getprevious() is not None:
                del parent[0]
    except etree.XMLSyntaxError as error:
        raise InvalidInput(f"{place[:200]} is no valid XML: {_why(error)}.") from error


def all_of(element: Any, path: str) -> list[Any]:
    """The elements at ``path``, local names with slashes between them; ``//`` goes deeper."""
    steps = path.replace("//", "/*/").strip("/").split("/")
    found = [element]
    deep = False
    for step in steps:
        if step == "*":
            deep = True
            continue
        nodes = (n for f in found for n in (f.iter("{*}" + step) if deep else f))
        found = [n for n in nodes if _local(n) == step]
        deep = False
    return found


def text_of(element: Any) -> str:
    """All text within an element, in one line."""
    return " ".join("".join(element.itertext()).split())


def first_text(element: Any, *paths: str) -> str:
    """The first text that is not empty at one of ``paths``."""
    for path in paths:
        for found in all_of(element, path):
            text = text_of(found)
            if text:
                return text
    return ""


def _local(element: Any) -> str:
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def _why(error: Any) -> str:
    """What the parser found, without advice to its programmer and the name of no file."""
    return str(error).replace(", try XML_PARSE_HUGE", "").partition(" (<string>")[0][:120]
