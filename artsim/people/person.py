"""A person who asks for something."""

from dataclasses import dataclass

from artsim.people.roles import Role


@dataclass(frozen=True)
class Person:
    """``name`` is "" for somebody who has not signed in, and ``role`` then None.

    ``via`` says how they signed in: local, proxy, oidc or token. ``address`` is where from.
    """

    name: str
    role: Role | None
    via: str = ""
    address: str = ""

    @property
    def key(self) -> str:
        """Whose quotas count: the person's, or those of an address without one."""
        return self.name or f"address {self.address}"


# Whoever runs commands, jobs and programs on the machine itself owns the files anyway.
OPERATOR = Person("", Role.ADMIN)
