"""The one policy: who may do what. Every room above asks it, no door decides for itself."""

from artsim.core.errors import ArtsimError, NotAllowed, NotSignedIn
from artsim.people import access, audit, present
from artsim.people.person import Person
from artsim.people.roles import PUBLIC, Action, Role


def may(person: Person, action: Action | None, collection: str = "") -> bool:
    """Whether ``person`` may do ``action``, to one collection where that is named.

    An action of None belongs to a route that names none: nobody may use it. Where no server with
    rules runs in this process (commands, jobs, one person on loopback) everybody may do everything.

    >>> may(Person("ann", Role.VIEWER), Action.SEARCH)
    True
    """
    house = present.house()
    if house is None:
        return True
    if action is None or (action.changes and house.read_only):
        return False
    if action.least is None:
        return True
    if person.role is None:
        return action in PUBLIC and access.is_public(house.workspace, collection)
    if person.role < action.least:
        return False
    return person.role is Role.ADMIN or access.lets_in(house.workspace, person.name, collection)


def allows(action: Action | None, collection: str = "") -> bool:
    """Whether whoever asks now may do it: for what is shown, and for lists."""
    return may(present.current(), action, collection)


def why_not(action: Action | None, collection: str = "") -> str:
    """The sentence that ``ask`` would refuse with now, "" where it would not: for what is shown."""
    house = present.house()
    if house is None or allows(action, collection):
        return ""
    return str(_refusal(house, present.current(), action, collection))


def ask(action: Action | None, collection: str = "", detail: str = "") -> None:
    """Raise NotSignedIn or NotAllowed, in one sentence, unless whoever asks now may do it.

    Changes and refusals are written into the audit log, with ``detail``.
    """
    house = present.house()
    if house is None:
        return
    name = action.name.lower() if action else "unnamed"
    first = present.note(f"{name} {collection} {detail}")
    person = present.current()
    if may(person, action, collection):
        if action is not None and action.changes and first:
            audit.record(house.workspace, person, name, collection, detail)
        return
    if first:
        audit.record(house.workspace, person, name, collection, detail, refused=True)
    raise _refusal(house, person, action, collection)


def ask_at_door(action: Action | None, collection: str = "") -> None:
    """``ask`` for a route, before anything is read.

    For people who have signed in only the role counts here. If a collection is not for them, the
    library says that it does not exist; what they do is logged where it is done.
    """
    if present.house() is None:
        return
    person = present.current()
    named = collection if person.role is None else ""
    if not may(person, action, named):
        ask(action, named)
    present.note("at the door")


def sees(collection: str) -> bool:
    """Whether whoever asks now may see a collection.

    Raises NotSignedIn if signing in might help, whether or not the collection exists.
    """
    if present.house() is None:
        return True
    if allows(Action.SEE, collection):
        present.note(f"see {collection}")
        return True
    if present.current().role is None:
        ask(Action.SEE, collection)
    return False


def _refusal(
    house: present.House, person: Person, action: Action | None, collection: str
) -> ArtsimError:
    if action is None:
        return NotAllowed("Nobody has said who may do this: tell whoever runs this server.")
    if action.changes and house.read_only:
        return NotAllowed("This server is read-only: nothing can be changed here.")
    if person.role is None:
        return NotSignedIn(f"Whoever has not signed in may not {action.words}: sign in first.")
    if action.least is not None and person.role < action.least:
        return NotAllowed(
            f"A {person.role.label} may not {action.words}, which needs the role "
            f"{action.least.label}: ask whoever runs this server."
        )
    return NotAllowed(f"You may not {action.words} here: {collection!r} is for named people only.")
