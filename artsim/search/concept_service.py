"""The concepts of the collections of a workspace: taught, listed, shared and deleted."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from artsim.core.errors import Conflict, InvalidInput
from artsim.core.lazy import lazy
from artsim.search.galleries import Galleries

if TYPE_CHECKING:
    from artsim.search import concept_store, concepts
    from artsim.search.concept_store import Concept
else:
    concept_store = lazy("artsim.search.concept_store")
    concepts = lazy("artsim.search.concepts")


class ConceptService(Galleries):
    """Galleries, and the concepts that people taught in them. Thread-safe."""

    def concepts(self, name: str) -> "list[Concept]":
        """The concepts that a collection was taught, by name."""
        self.info(name)
        return concept_store.concepts_of(self.workspace, name)

    def concept(self, name: str, concept: str, backbone: str) -> "Concept":
        """One concept for the embeddings of a backbone; raises NotFound or Conflict."""
        digest = self.column(name, backbone).digest
        return concept_store.concept_named(self.workspace, name, concept, digest, backbone)

    def concepts_named(self, name: str, concept: str, backbone: str = "") -> "list[Concept]":
        """The concepts of one name, for each backbone that it was taught for, or for one.

        Raises NotFound where there is none.
        """
        if backbone:
            return [self.concept(name, concept, backbone)]
        self.info(name)
        return concept_store.concepts_named(self.workspace, name, concept)

    def teach(
        self,
        name: str,
        concept: str,
        backbone: str,
        like: Iterable[str] = (),
        unlike: Iterable[str] = (),
        label: tuple[str, str] | None = None,
    ) -> "Concept":
        """Teach a concept by the ids of works that show it and, if known, of such as do not.

        ``label`` takes those that show it from a column instead: ("style", "Baroque"). One of the
        same name and backbone is replaced. Raises InvalidInput, NotFound and Conflict.
        """
        gallery = self.gallery(name, backbone)
        if label is None:
            examples = concepts.Examples(tuple(like), tuple(unlike))
        elif tuple(like) or tuple(unlike):
            raise InvalidInput("A concept is taught by works or from a column, one of the two.")
        else:
            examples = concepts.examples_of_label(gallery, *label)
        found = concepts.taught(gallery, concept, examples)
        concept_store.keep_concept(self.workspace, found)
        return found

    def delete_concept(self, name: str, concept: str, backbone: str = "") -> int:
        """Delete a concept, for one backbone or for all; how many there were; raises NotFound."""
        self.info(name)
        return concept_store.delete_concept(self.workspace, name, concept, backbone)

    def import_concept(self, name: str, text: str | bytes) -> "Concept":
        """Keep a concept that was exported elsewhere, for embeddings of the same weights.

        Raises InvalidInput, and Conflict where nothing here is embedded with those weights.
        """
        found = concept_store.parsed_concept(text, name)
        columns = [c for c in self.info(name).embeddings if c.digest == found.digest]
        if not columns or columns[0].dimension != len(found.direction):
            raise Conflict(
                f"The concept {found.name!r} is for {found.backbone!r} with the weights "
                f"{found.digest[:12]}, and no work of {name!r} is embedded with these."
            )
        concept_store.keep_concept(self.workspace, found)
        return found
