"""Who asks right now, in this thread or request; and whether anybody has to sign in at all."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from artsim.core.workspace import Workspace
from artsim.people.person import OPERATOR, Person
from artsim.people.roles import Role

Who = Callable[[], Person | None]


@dataclass(frozen=True)
class House:
    """A server where not everybody may do everything. ``mode`` is none, local, proxy or oidc.

    ``claims`` reads the identity that OIDC has left in a request's cookies, {} where there is none.
    """

    workspace: Workspace
    mode: str
    read_only: bool = False
    claims: Callable[[Mapping[str, str]], Mapping[str, Any]] = lambda _: {}


def _no_page() -> Person | None:
    return None


_house: House | None = None
_pages: Who = _no_page
_who: ContextVar[Who | None] = ContextVar("artsim_who", default=None)
_asked: ContextVar[set[str] | None] = ContextVar("artsim_asked", default=None)


def open_house(house: House | None, pages: Who = _no_page) -> None:
    """Let this process serve under rules, or without any where ``house`` is None.

    ``pages`` tells who looks at the page that the calling thread draws, None outside of pages.
    """
    global _house, _pages
    _house, _pages = house, pages


def house() -> House | None:
    """The rules of this process; None for commands, jobs, and one person on loopback."""
    return _house


def current() -> Person:
    """Who asks; where nobody is known, one who has not signed in."""
    if _house is None:
        return OPERATOR
    who = _who.get()
    found = who() if who else _pages()
    if found is not None:
        return found
    return Person("", Role.VIEWER if _house.mode == "none" else None)


@contextmanager
def acting(who: Who) -> Iterator[set[str]]:
    """Within the block ``who`` is the one who asks; yields the set of the policy's questions."""
    asked: set[str] = set()
    person, questions = _who.set(who), _asked.set(asked)
    try:
        yield asked
    finally:
        _who.reset(person)
        _asked.reset(questions)


def note(action: str) -> bool:
    """Remember that the policy was asked; whether it is the first time for this request."""
    asked = _asked.get()
    if asked is None:
        return True
    first = action not in asked
    asked.add(action)
    return first


@contextmanager
def as_operator() -> Iterator[None]:
    """Within the block the server itself acts, such as when it loads before anybody comes."""
    with acting(lambda: OPERATOR):
        yield
