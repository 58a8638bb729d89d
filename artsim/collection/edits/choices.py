"""What a person chose of files, as a step of the history holds it: one document a file."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from artsim.collection.edits.history import History
from artsim.collection.quality import choices
from artsim.collection.quality.choices import Choices, pairs

if TYPE_CHECKING:
    from artsim.collection.store import Collection

KEEP, REJECT, MERGE, SPLIT, BEST = "keep", "reject", "merge", "split", "best"
KINDS = (KEEP, REJECT, MERGE, SPLIT, BEST)
State = dict[str, Any]
_FLAGS = ("keep", "reject", "best")


def state_of(chosen: Choices, file: str) -> State:
    """What was chosen of one file; empty where nothing was.

    ``keep``, ``reject`` and ``best`` are true or not there; ``apart`` are other files, and ``of``
    is the file whose work it is a picture of.

    >>> state_of(Choices(keep=frozenset({"a"}), together=frozenset({("b", "a")})), "a")
    {'keep': True, 'of': 'b'}
    """
    found: State = {name: True for name in _FLAGS if file in getattr(chosen, name)}
    apart = sorted(b if a == file else a for a, b in chosen.apart if file in (a, b))
    main = next((main for main, other in sorted(chosen.together) if other == file), None)
    return found | ({"apart": apart} if apart else {}) | ({"of": main} if main else {})


def with_states(chosen: Choices, states: Mapping[str, State]) -> Choices:
    """``chosen`` with what ``states`` say of their files in the place of what it says of them."""
    flags = {
        name: (getattr(chosen, name) - states.keys())
        | {f for f, s in states.items() if s.get(name)}
        for name in _FLAGS
    }
    apart = {pair for pair in chosen.apart if not states.keys() & set(pair)}
    apart |= {(file, other) for file, state in states.items() for other in state.get("apart", ())}
    together = {(main, other) for main, other in chosen.together if other not in states}
    together |= {(state["of"], file) for file, state in states.items() if state.get("of")}
    return replace(
        chosen,
        **{name: frozenset(files) for name, files in flags.items()},
        apart=pairs(apart),
        together=frozenset(together),
    )


def settle(collection: "Collection", history: History, files: Iterable[str]) -> None:
    """Make the choices for ``files`` what the history says: those of the latest step that holds."""
    states: dict[str, State] = {}
    for file in files:
        steps = [s for s in history.steps if s.what in KINDS and file in s.after]
        live = [s for s in steps if not s.undone]
        if steps:
            states[file] = live[-1].after[file] if live else steps[0].before[file]
    if states:
        choices.save(collection, with_states(choices.load(collection), states))
