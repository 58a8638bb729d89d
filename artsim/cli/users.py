"""``artsim users``: who may sign in at the server, as what, and who may see which collection."""

import getpass
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from artsim.cli.options import Json
from artsim.cli.output import note, print_json, say, table
from artsim.core.errors import InvalidInput
from artsim.core.lazy import lazy
from artsim.core.settings import Access
from artsim.core.workspace import Workspace

if TYPE_CHECKING:
    from artsim.collection import seen
    from artsim.people import access as rules
    from artsim.people import accounts, opening, roles, sessions
    from artsim.upkeep import people
else:
    accounts = lazy("artsim.people.accounts")
    opening = lazy("artsim.people.opening")
    people = lazy("artsim.upkeep.people")
    roles = lazy("artsim.people.roles")
    rules = lazy("artsim.people.access")
    seen = lazy("artsim.collection.seen")
    sessions = lazy("artsim.people.sessions")

app = typer.Typer(
    help="Who may sign in at the server, and what they may do there.",
    epilog="Example: artsim users add ann --role curator",
    no_args_is_help=True,
)
tokens = typer.Typer(
    help="Tokens of scripts, which are sent as 'Authorization: Bearer TOKEN'.",
    epilog="Example: artsim users token create ann --label nightly",
    no_args_is_help=True,
)
app.add_typer(tokens, name="token")

Who = Annotated[str, typer.Argument(metavar="NAME", help="Name of the account.")]
RoleName = Literal["viewer", "curator", "admin"]


@app.command(epilog="Example: artsim users add ann --role curator < password.txt")
def add(
    name: Who,
    role: Annotated[RoleName, typer.Option(help="What they may do.")] = "viewer",
    no_password: Annotated[
        bool,
        typer.Option(
            "--no-password", help="The person signs in by a proxy or OIDC, under this name."
        ),
    ] = False,
    as_json: Json = False,
) -> None:
    """Add an account; its password is asked for, or read from stdin, one line."""
    workspace = _workspace()
    accounts.checked(name)
    password = None if no_password else _password()
    made = accounts.add(workspace, name, roles.Role[role.upper()], password)
    _tell(made, "was added", as_json)


@app.command("list", epilog="Example: artsim users list --json")
def list_users(as_json: Json = False) -> None:
    """List the accounts, and who may see which collection."""
    workspace = _workspace()
    found = accounts.every(workspace)
    ruled = rules.rules(workspace)
    if as_json:
        print_json(
            {
                "users": [account.to_json() for account in found],
                "access": {name: rule.to_json() for name, rule in sorted(ruled.items())},
            }
        )
        return
    table(
        ["Name", "Role", "Signs in with"],
        [(a.name, a.role.label, "password" if a.password else "proxy or OIDC") for a in found],
    )
    for name, rule in sorted(ruled.items()):
        say(f"{name}: {', '.join([rule.access, *sorted(rule.people)])}")


@app.command(epilog="Example: artsim users remove ann")
def remove(name: Who, as_json: Json = False) -> None:
    """Remove an account, its sessions and tokens; its trays stay, for the operator."""
    workspace = _workspace()
    account = accounts.get(workspace, name)
    former = people.remove_account(workspace, name)
    if as_json:
        print_json({**account.to_json(), "former": former})
        return
    say(f"{account.name} was removed: trays, saved searches and jobs are those of '{former}' now.")


@app.command(epilog="Example: artsim users role ann admin")
def role(
    name: Who,
    role: Annotated[RoleName, typer.Argument(metavar="ROLE", help="viewer, curator or admin.")],
    as_json: Json = False,
) -> None:
    """Give an account another role, at once."""
    made = accounts.set_role(_workspace(), name, roles.Role[role.upper()])
    _tell(made, f"is {made.role.label} now", as_json)


@app.command(epilog="Example: artsim users password ann")
def password(name: Who, as_json: Json = False) -> None:
    """Give an account another password, which ends its sessions."""
    workspace = _workspace()
    accounts.get(workspace, name)
    accounts.set_password(workspace, name, _password())
    _tell(accounts.get(workspace, name), "has another password", as_json)


@app.command(epilog="Example: artsim users access drawings named --person ann --person bo")
def access(
    collection: Annotated[str, typer.Argument(metavar="COLLECTION", help="Its name.")],
    who: Annotated[Access, typer.Argument(metavar="WHO", help="public, signed-in or named.")],
    person: Annotated[
        list[str] | None, typer.Option(help="Who may see it, with named; repeat for several.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Say who may see a collection: everybody, whoever signs in, or the people that are named."""
    workspace = _workspace()
    seen.check_is_listed(workspace, collection)
    made = rules.set_rule(workspace, collection, who, person or ())
    if as_json:
        print_json({"collection": collection, **made.to_json()})
        return
    say(f"{collection}: {', '.join([made.access, *sorted(made.people)])}")


@tokens.command("create", epilog="Example: artsim users token create ann --label nightly --days 90")
def create(
    name: Who,
    label: Annotated[str, typer.Option(help="What the token is for.")],
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="After how many days it ends.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make a token with the role of its account; it is shown this once."""
    token, secret = sessions.make_token(_workspace(), name, label, days)
    if as_json:
        print_json({**token.to_json(), "token": secret})
        return
    say(secret)
    note(f"Token {token.id} of {token.name}: nobody can show it again.")


@tokens.command("list", epilog="Example: artsim users token list --json")
def list_tokens(as_json: Json = False) -> None:
    """List the tokens, without their secrets."""
    found = sessions.tokens(_workspace())
    if as_json:
        print_json([token.to_json() for token in found])
        return
    table(
        ["Id", "Account", "For", "Made", "Ends"],
        [(t.id, t.name, t.label, _day(t.created), _day(t.expires)) for t in found],
    )


@tokens.command("revoke", epilog="Example: artsim users token revoke 1f2e3d4c")
def revoke(
    token_id: Annotated[str, typer.Argument(metavar="ID", help="Its id, as list shows it.")],
    as_json: Json = False,
) -> None:
    """Revoke a token."""
    sessions.revoke(_workspace(), token_id)
    if as_json:
        print_json({"revoked": token_id})
        return
    say(f"Token {token_id} was revoked.")


def _workspace() -> Workspace:
    workspace = Workspace.open()
    if not opening.is_on(workspace):
        raise InvalidInput(
            "Nobody signs in at the server of this workspace: start it with 'artsim serve "
            "--sign-in local' (proxy, oidc), or set ARTSIM_SIGN_IN, first."
        )
    return workspace


def _password() -> str:
    """A password, typed twice where somebody sits at a terminal, else the first line of stdin."""
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\r\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("The same again: ") != first:
        raise InvalidInput("The two passwords differ: nothing was changed.")
    return first


def _tell(account: "accounts.Account", what: str, as_json: bool) -> None:
    if as_json:
        print_json(account.to_json())
        return
    say(f"{account.name} {what}.")


def _day(seconds: float | None) -> str:
    return "" if seconds is None else datetime.fromtimestamp(seconds, UTC).date().isoformat()
