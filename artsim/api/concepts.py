"""Concepts over HTTP: taught by examples, listed, shared, deleted."""

from typing import Any

from artsim.api import answers, requests
from artsim.api.operation import Operation
from artsim.library import Library
from artsim.people.roles import Action


class ConceptEndpoints:
    """What is done for each route; every method is called in a thread."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def operations(self, collection: str) -> list[Operation]:
        """The routes, below that of a collection."""
        path = f"{collection}/concepts"
        one = f"{path}/{{concept}}"
        return [
            Operation(
                path,
                self.concepts,
                list[answers.Concept],
                requests.InCollection,
                fails=(404,),
                action=Action.SEE,
            ),
            Operation(
                path,
                self.teach_concept,
                answers.Concept,
                requests.InCollection,
                {"application/json": requests.Teach},
                fails=(404, 409),
                action=Action.TRAYS,
            ),
            Operation(
                f"{path}/import",
                self.import_concept,
                answers.Concept,
                requests.InCollection,
                {"application/json": requests.SharedConcept},
                fails=(404, 409),
                action=Action.TRAYS,
            ),
            Operation(
                one,
                self.concept,
                list[answers.Concept],
                requests.OneConcept,
                fails=(404, 409),
                action=Action.SEE,
            ),
            Operation(
                f"{one}/export",
                self.export_concept,
                None,
                requests.OneConcept,
                fails=(404, 409),
                action=Action.SEE,
            ),
            Operation(
                one,
                self.delete_concept,
                answers.Deleted,
                requests.OneConcept,
                fails=(404,),
                action=Action.TRAYS,
                verb="DELETE",
            ),
        ]

    def concepts(self, asked: requests.InCollection) -> list[dict[str, Any]]:
        """The concepts that a collection was taught."""
        return [one.to_json() for one in self._library.concepts(asked.name)]

    def concept(self, asked: requests.OneConcept) -> list[dict[str, Any]]:
        """One concept, for each backbone that it was taught for, or for one."""
        found = self._library.concepts_named(asked.name, asked.concept, asked.backbone)
        return [one.to_json() for one in found]

    def export_concept(self, asked: requests.OneConcept) -> bytes:
        """One concept for one backbone, as a file to import elsewhere."""
        return self._library.concept(asked.name, asked.concept, asked.backbone).exported().encode()

    def teach_concept(self, asked: requests.InCollection, sent: requests.Teach) -> dict[str, Any]:
        """Teach a concept by examples, or by the works of a label; it replaces one of its name."""
        pair = (sent.column, sent.value) if sent.column else None
        return self._library.teach(
            asked.name, sent.concept, sent.backbone, sent.like, sent.unlike, pair
        ).to_json()

    def import_concept(
        self, asked: requests.InCollection, sent: requests.SharedConcept
    ) -> dict[str, Any]:
        """Keep a concept that was exported elsewhere, for embeddings of the same weights."""
        return self._library.import_concept(asked.name, sent.document).to_json()

    def delete_concept(self, asked: requests.OneConcept) -> dict[str, Any]:
        """Delete a concept, for one backbone or for all."""
        count = self._library.delete_concept(asked.name, asked.concept, asked.backbone)
        return {"collection": asked.name, "name": asked.concept, "deleted": count}
