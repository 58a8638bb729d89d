"""Concepts that people taught, kept in the workspace: a file for each name and backbone."""

import hashlib
import json
import shutil
import unicodedata
from contextlib import suppress
from dataclasses import asdict, dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Annotated, Any

import numpy as np
from pydantic import ConfigDict, Field, TypeAdapter, ValidationError

from artsim.collection.folding import fold
from artsim.collection.seen import check_is_seen
from artsim.core import atomic
from artsim.core.errors import Conflict, InvalidInput, NotFound, Unreadable
from artsim.core.formats import Document, Format, text_of
from artsim.core.workspace import Workspace, checked_name
from artsim.people import policy
from artsim.people.roles import Action
from artsim.search.neighbours import Doubles

MAX_NAME = 80
MAX_BYTES = 4 << 20  # of a file that is shared
MAX_EXAMPLES = 200
FORMAT = Format("concept", "delete it and teach it again")

Ids = tuple[Annotated[str, Field(min_length=1, max_length=128)], ...]
Number = Annotated[float, Field(allow_inf_nan=False)]
Numbers = Annotated[tuple[Number, ...], Field(min_length=1, max_length=65_536)]


@dataclass(frozen=True)
class Precision:
    """``value``: mean average precision over examples kept aside; ``ci95`` its interval."""

    value: float
    ci95: tuple[float, float]


@dataclass(frozen=True)
class Concept:
    """A direction among the embeddings of one backbone, taught by examples.

    ``direction`` [D] is what works are compared with by cosine, ``point`` [D] what they are near to
    by Euclidean distance. ``ap`` and ``chance`` say how well works of the concept that were kept
    aside are told from random ones; None where there were too few examples to measure it.
    """

    __pydantic_config__ = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=MAX_NAME)]
    collection: str
    backbone: Annotated[str, Field(min_length=1, max_length=128)]
    digest: Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
    like: Annotated[Ids, Field(max_length=MAX_EXAMPLES)]
    unlike: Annotated[Ids, Field(max_length=MAX_EXAMPLES)]
    ap: Precision | None
    chance: float | None
    direction: Numbers = field(repr=False)
    point: Numbers = field(repr=False)
    label: str = ""  # the column and the value that it was taught from, "style = Baroque"
    made: str = ""
    code_version: str = ""

    def vector(self, metric: str) -> Doubles:
        """What works are compared with, float64 [D]."""
        return np.array(self.direction if metric == "cosine" else self.point, np.float64)

    def to_json(self) -> dict[str, Any]:
        """What is known of it without its numbers, as the contract's concept document has it."""
        whole = asdict(self)
        del whole["direction"], whole["point"]
        return whole | {
            "like": list(self.like),
            "unlike": list(self.unlike),
            "ap": None if self.ap is None else {"value": self.ap.value, "ci95": [*self.ap.ci95]},
        }

    def exported(self) -> str:
        """The text of a file that ``import_concept`` reads in another collection or workspace."""
        return json.dumps(FORMAT.stamped(asdict(self)), ensure_ascii=False, indent=1) + "\n"


def checked_concept_name(name: str) -> str:
    """``name`` with single spaces; raises InvalidInput where it cannot be one."""
    plain = " ".join(unicodedata.normalize("NFC", name).split())
    odd = any(unicodedata.category(c) in ("Cc", "Cf", "Cs", "Co", "Cn") for c in plain)
    if not 0 < len(plain) <= MAX_NAME or odd or not any(c.isalnum() for c in plain):
        raise InvalidInput(
            f"{plain[:40]!r} cannot name a concept: use 1 to {MAX_NAME} characters, a letter or "
            "digit among them, all of them visible."
        )
    return plain


def concepts_of(workspace: Workspace, collection: str) -> list[Concept]:
    """The concepts of a collection that can be read, by name and backbone."""
    check_is_seen(workspace, collection)
    found = []
    for path in _folder(workspace, collection).glob("[!.]*.json"):
        with suppress(Unreadable, NotFound):  # what is damaged is said where it is asked for
            found.append(_read(path, path.stem))
    return sorted(found, key=lambda concept: (fold(concept.name), concept.backbone, concept.digest))


def unreadable_concepts(workspace: Workspace) -> dict[Path, str]:
    """The files of concepts that cannot be read, each with one sentence why."""
    found = {}
    for path in sorted((workspace.root / "concepts").glob("[!.]*/[!.]*.json")):
        try:
            _read(path, path.stem)
        except (Unreadable, InvalidInput) as error:
            found[path] = str(error)
        except OSError as error:
            found[path] = str(FORMAT.unreadable(path.stem, "", error))
    return found


def concept_named(
    workspace: Workspace, collection: str, name: str, digest: str, backbone: str
) -> Concept:
    """The concept of a name for the weights ``digest``; case and accents do not matter.

    Raises NotFound that names those there are, Conflict where it was taught for other weights
    only, and Unreadable where its file is damaged.
    """
    name = checked_concept_name(name)
    path = _path(workspace, collection, name, digest)
    with suppress(NotFound):
        return _read(path, name)
    for other in concepts_of(workspace, collection):
        if fold(other.name) != fold(name):
            continue
        if other.backbone == backbone:
            raise Conflict(
                f"The concept {name!r} was taught for other weights of {backbone!r}: teach it "
                "again with the same examples."
            )
        raise Conflict(
            f"The concept {name!r} was taught for {other.backbone!r}, and says nothing of the "
            f"embeddings of {backbone!r}: search with {other.backbone!r}, or teach it again."
        )
    raise _unknown(workspace, collection, name)


def concepts_named(workspace: Workspace, collection: str, name: str) -> list[Concept]:
    """The concepts of one name, one for each backbone; raises NotFound and Unreadable."""
    name = checked_concept_name(name)
    paths = sorted(_folder(workspace, collection).glob(f"{_key(name)}-*.json"))
    if not paths:
        raise _unknown(workspace, collection, name)
    return [_read(path, name) for path in paths]


def keep_concept(workspace: Workspace, concept: Concept) -> None:
    """Store a concept, in place of the one of its name and weights."""
    policy.ask(Action.TRAYS, concept.collection, f"concept {concept.name}")
    path = _path(workspace, concept.collection, concept.name, concept.digest)
    path.parent.mkdir(parents=True, exist_ok=True)
    atomic.write(path, concept.exported())


def delete_concept(workspace: Workspace, collection: str, name: str, backbone: str = "") -> int:
    """Delete a concept, for one backbone or for all; how many there were; raises NotFound."""
    name = checked_concept_name(name)
    policy.ask(Action.TRAYS, collection, f"delete concept {name}")
    folder = _folder(workspace, collection)
    count = 0
    for path in folder.glob(f"{_key(name)}-*.json"):
        if backbone:
            with suppress(Unreadable):
                if _read(path, name).backbone != backbone:
                    continue
        path.unlink(missing_ok=True)
        count += 1
    if not count:
        raise _unknown(workspace, collection, name)
    return count


def parsed_concept(text: str | bytes, collection: str) -> Concept:
    """A concept of ``collection`` out of the text of a shared file.

    Raises InvalidInput where it is none, and NewerFormat where a newer artsim made it.
    """
    if len(text) > MAX_BYTES:
        raise InvalidInput(f"A concept's file has at most {MAX_BYTES >> 20} MB.")
    try:
        whole = text.decode() if isinstance(text, bytes) else text
        document = FORMAT.parsed(whole, "file") | {"collection": collection}
        found = _valid(document)
    except UnicodeDecodeError as error:
        raise InvalidInput("The file is no concept: export one from artsim.") from error
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InvalidInput(
            f"The file is no concept ({where}: {first['msg']}): export one from artsim."
        ) from error
    checked_concept_name(found.name)
    return found


def forget_concepts(workspace: Workspace, collection: str) -> None:
    """Delete every concept of a collection."""
    shutil.rmtree(_folder(workspace, collection), ignore_errors=True)


def rename_collection(workspace: Workspace, old: str, new: str) -> None:
    """Let the concepts of a collection be those of the name that it has now."""
    folder = _folder(workspace, old)
    if folder.is_dir():
        forget_concepts(workspace, new)
        folder.rename(_folder(workspace, new))


def rename_backbone(workspace: Workspace, collection: str, old: str, new: str, digest: str) -> None:
    """Let the concepts that were taught for a backbone go by the name that it has now."""
    for path in _folder(workspace, collection).glob("[!.]*.json"):
        with suppress(Unreadable, NotFound):  # what is damaged is said where it is asked for
            concept = _read(path, path.stem)
            if (concept.backbone, concept.digest) == (old, digest):
                atomic.write(path, replace(concept, backbone=new).exported())


def _unknown(workspace: Workspace, collection: str, name: str) -> NotFound:
    names = dict.fromkeys(concept.name for concept in concepts_of(workspace, collection))
    here = ", ".join(names) or "none yet: teach one"
    return NotFound(f"There is no concept {name!r} in {collection!r} (there are: {here[:500]}).")


def _read(path: Path, name: str) -> Concept:
    text = text_of(path)
    if text is None:
        raise NotFound(f"There is no concept {name!r}.")
    document: Document = FORMAT.parsed(text, name) | {"collection": path.parent.name}
    try:
        return _valid(document)
    except ValidationError as error:
        raise FORMAT.unreadable(name, "fields are missing or of a wrong type") from error


def _valid(document: Document) -> Concept:
    found = _adapter().validate_python(document)
    if len(found.point) != len(found.direction):
        raise InvalidInput("The file is no concept (direction and point differ in length).")
    return found


@cache
def _adapter() -> TypeAdapter[Concept]:
    return TypeAdapter(Concept)


def _folder(workspace: Workspace, collection: str) -> Path:
    return workspace.root / "concepts" / checked_name(collection)


def _path(workspace: Workspace, collection: str, name: str, digest: str) -> Path:
    return _folder(workspace, collection) / f"{_key(name)}-{digest[:12]}.json"


def _key(name: str) -> str:
    """A safe part of a file's name for any text; one for all spellings of case and accents."""
    return hashlib.sha256(fold(name).encode()).hexdigest()[:24]
