"""The roles of people, and every action with the least role that may do it."""

from dataclasses import dataclass
from enum import Enum, IntEnum


class Role(IntEnum):
    """Each role may do all that the roles before it may."""

    VIEWER = 1
    CURATOR = 2
    ADMIN = 3

    @property
    def label(self) -> str:
        """Its name as people and settings write it."""
        return self.name.lower()


def role_named(name: str) -> Role | None:
    """The role of that name, None for ``none``.

    >>> role_named("curator").label, role_named("none")
    ('curator', None)
    """
    return None if name == "none" else Role[name.upper()]


@dataclass(frozen=True)
class _About:
    words: str  # follows "may not"
    least: Role | None  # None: everybody, also without signing in
    changes: bool = False  # refused on a read-only server, written into the audit log


class Action(Enum):
    """What can be done. A new action is one line here, and the routes that need it name it."""

    OPEN = _About("open the app", None)
    SEE = _About("see collections", Role.VIEWER)
    SEARCH = _About("search", Role.VIEWER)
    REPORTS = _About("see evaluations, histories and jobs", Role.CURATOR)
    VOTE = _About("vote", Role.CURATOR, changes=True)
    TRAYS = _About("fill trays and teach concepts", Role.CURATOR, changes=True)
    CLEAN = _About("correct collections", Role.CURATOR, changes=True)
    IMPORT = _About("import works", Role.CURATOR, changes=True)
    PREPARE = _About("embed, index and map collections", Role.CURATOR, changes=True)
    EVALUATE = _About("evaluate backbones", Role.CURATOR, changes=True)
    DELETE = _About("delete anything for good", Role.ADMIN, changes=True)
    TRAIN = _About("train backbones", Role.ADMIN, changes=True)
    USERS = _About("manage people", Role.ADMIN, changes=True)
    SETTINGS = _About("change settings", Role.ADMIN, changes=True)
    WATCH = _About("watch the server", Role.ADMIN)

    @property
    def words(self) -> str:
        """What it is, as it follows "may not"."""
        return self.value.words

    @property
    def least(self) -> Role | None:
        """The least role that may do it, None where everybody may."""
        return self.value.least

    @property
    def changes(self) -> bool:
        """Whether it changes what is stored."""
        return self.value.changes


# What somebody who has not signed in may do with a collection that is public.
PUBLIC = frozenset({Action.SEE, Action.SEARCH})
