"""``artsim searches``: searches saved under a name, and what is new in them."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer

from artsim.cli.options import Json
from artsim.cli.output import print_json, say, table
from artsim.core.counts import count
from artsim.core.lazy import lazy
from artsim.core.workspace import Workspace
from artsim.desk.saved_search import view_of

if TYPE_CHECKING:
    from artsim import library as libraries
    from artsim.desk import searches
    from artsim.desk.saved_search import SavedSearch
    from artsim.desk.searches import SavedSearches
    from artsim.library import Library
else:
    libraries = lazy("artsim.library")
    searches = lazy("artsim.desk.searches")

app = typer.Typer(
    help="Searches saved under a name, and what is new in them since they were looked at.",
    epilog="Example: artsim searches run 'Snow'",
    rich_markup_mode=None,
)
F = TypeVar("F", bound=Callable[..., Any])
Called = Annotated[str, typer.Argument(metavar="S", help="Name of the saved search.")]
Person = Annotated[
    str,
    typer.Option(
        metavar="NAME", help="The person whose search it is, if people sign in at the server."
    ),
]


def _command(example: str, name: str | None = None) -> Callable[[F], F]:
    return app.command(name, epilog=f"Example: artsim searches {example}")


@_command("save 'Snow' '/search?collection=prints&query=w1'")
def save(
    called: Called,
    address: Annotated[
        str, typer.Argument(metavar="ADDRESS", help="Address of the Search page that shows it.")
    ],
    as_json: Json = False,
) -> None:
    """Save what an address of the Search page shows."""
    _tell(_library().save_search(called, view_of(address)), as_json)


@_command("list", "list")
def list_(person: Person = "", as_json: Json = False) -> None:
    """List the saved searches, by name."""
    found = _held(person).all()
    if as_json:
        print_json([one.to_json() for one in found])
        return
    if not found:
        say("No search is saved yet: the Search page and 'artsim searches save' do.")
        return
    rows = [(one.name, one.collection, one.to_json()["looked"], one.address) for one in found]
    table(["name", "collection", "looked", "address"], rows)


@_command("run 'Snow'")
def run(
    called: Called,
    peek: Annotated[
        bool, typer.Option("--peek", help="Do not count it as looked at: new works stay new.")
    ] = False,
    person: Person = "",
    as_json: Json = False,
) -> None:
    """Run a saved search, and show which works are new since it was last looked at."""
    answer = _library().run_search(called, look=not peek, owner=person or None)
    if as_json:
        print_json(answer.to_json())
        return
    say(f"{answer.search.name}: {len(answer.new):,} new of {count(answer.total, 'work')}.")
    table(
        ["", "id", "score", "title", "artist", "year"],
        [
            ("new" if r["new"] else "", r["id"], r["score"], r["title"], r["artist"], r["year"])
            for r in answer.rows
        ],
        right=["score", "year"],
    )


@_command("delete 'Snow'")
def delete(called: Called, person: Person = "", as_json: Json = False) -> None:
    """Forget a saved search; no work is touched."""
    gone = _held(person).delete(called)
    if as_json:
        print_json({"deleted": gone.name})
    else:
        say(f"The saved search {gone.name!r} is deleted.")


def _tell(search: "SavedSearch", as_json: bool) -> None:
    if as_json:
        print_json(search.to_json())
    else:
        say(f"{search.name}: {search.address}")


def _held(person: str) -> "SavedSearches":
    return searches.SavedSearches(Workspace.open(), person)


def _library() -> "Library":
    return libraries.open_library(Workspace.open())
