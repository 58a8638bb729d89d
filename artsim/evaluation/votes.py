"""Which of several lists a curator preferred, without knowing whose they were: stored in SQLite."""

import json
import math
import sqlite3
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import cache
from pathlib import Path

import pandas as pd
from pydantic import TypeAdapter

from artsim.collection.seen import check_is_seen
from artsim.core.csvfile import csv_bytes
from artsim.core.database import connected, set_aside
from artsim.core.errors import InvalidInput
from artsim.core.workspace import Workspace
from artsim.evaluation.comparison import MOST_LISTS
from artsim.people import policy
from artsim.people.roles import Action

MAX_NOTE = 1000
_MIGRATIONS = (
    """
CREATE TABLE IF NOT EXISTS votes (
    sequence INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    collection TEXT NOT NULL,
    query TEXT NOT NULL,
    upload TEXT NOT NULL,
    k INTEGER NOT NULL,
    lists TEXT NOT NULL,
    choice INTEGER,
    created REAL NOT NULL,
    note TEXT NOT NULL DEFAULT ''
);
CREATE INDEX IF NOT EXISTS votes_collection ON votes (collection);
""",
)
_COLUMNS = "id, collection, query, upload, k, lists, choice, created, note"


@dataclass(frozen=True)
class ShownList:
    """One list as the curator saw it: who made it, and the ids of its works, best first."""

    backbone: str
    digest: str
    metric: str
    works: tuple[str, ...]

    @property
    def contender(self) -> tuple[str, str, str]:
        """Backbone, digest and metric."""
        return self.backbone, self.digest, self.metric


@dataclass(frozen=True)
class Vote:
    """One decision. ``lists`` stand in the order shown; ``choice`` is the place of the better
    one, None for 'no difference'. ``query`` is an artwork id, or ``upload`` a picture's digest;
    ``created`` is in seconds since 1970. Raises InvalidInput where a value cannot be used.
    """

    id: str
    collection: str
    query: str
    upload: str
    k: int
    lists: tuple[ShownList, ...]
    choice: int | None
    created: float = field(default_factory=time.time)
    note: str = ""

    def __post_init__(self) -> None:
        if not self.id or not self.collection:
            raise InvalidInput("A vote needs an id and a collection.")
        if bool(self.query) == bool(self.upload):
            raise InvalidInput("A vote is about either an artwork or an uploaded picture.")
        if not 2 <= len(self.lists) <= MOST_LISTS:
            raise InvalidInput("A vote is between two to four lists.")
        if self.choice is not None and not 0 <= self.choice < len(self.lists):
            raise InvalidInput("The list voted for was not shown.")
        if len(self.note) > MAX_NOTE:
            raise InvalidInput(f"A note has at most {MAX_NOTE:,} characters: shorten it.")

    @property
    def chosen(self) -> ShownList | None:
        """The list found better."""
        return None if self.choice is None else self.lists[self.choice]


@dataclass(frozen=True)
class Wins:
    """How one contender fared: ``wins`` of ``decisive`` votes, with a 95 % Wilson interval.

    ``by_chance`` is the share it would win if all choices were made at random.
    """

    backbone: str
    digest: str
    metric: str
    wins: int
    decisive: int
    undecided: int
    low: float
    high: float
    by_chance: float

    @property
    def votes(self) -> int:
        """Votes that it took part in."""
        return self.decisive + self.undecided

    @property
    def share(self) -> float | None:
        """Wins among decisive votes; None where there is none yet."""
        return self.wins / self.decisive if self.decisive else None


def cast(workspace: Workspace, vote: Vote) -> bool:
    """Store a vote; False where one of the same id is stored already: a double click."""
    policy.ask(Action.VOTE, vote.collection)
    lists = json.dumps([asdict(shown) for shown in vote.lists], ensure_ascii=False)
    with _connection(workspace) as db:
        added = db.execute(
            f"INSERT OR IGNORE INTO votes ({_COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",  # noqa: S608
            (
                vote.id,
                vote.collection,
                vote.query,
                vote.upload,
                vote.k,
                lists,
                vote.choice,
                vote.created,
                vote.note,
            ),
        )
        return added.rowcount == 1


def withdraw(workspace: Workspace, vote_id: str) -> bool:
    """Delete a vote; False where there is none of that id."""
    _check(workspace, vote_id)
    with _connection(workspace) as db:
        return db.execute("DELETE FROM votes WHERE id = ?", (vote_id,)).rowcount == 1


def _check(workspace: Workspace, vote_id: str) -> None:
    """Raise NotAllowed where whoever asks may not vote on the collection of a vote."""
    for row in _rows(workspace, "id", vote_id):
        policy.ask(Action.VOTE, row["collection"])


def forget(workspace: Workspace, collection: str) -> None:
    """Delete every vote on a collection."""
    if _path(workspace).is_file():
        with _connection(workspace) as db:
            db.execute("DELETE FROM votes WHERE collection = ?", (collection,))


def rename_collection(workspace: Workspace, old: str, new: str) -> None:
    """Let the votes on a collection name it as it is called now."""
    with _connection(workspace) as db:
        db.execute("UPDATE votes SET collection = ? WHERE collection = ?", (new, old))


def rename_backbone(workspace: Workspace, old: str, new: str, digest: str) -> None:
    """Let the votes on lists of a backbone's weights ``digest`` name it as it is called now."""
    if not _path(workspace).is_file():
        return
    with _connection(workspace) as db:
        for row in db.execute("SELECT id, lists FROM votes").fetchall():
            try:
                lists = json.loads(row["lists"])
                of_it = [s for s in lists if (s["backbone"], s["digest"]) == (old, digest)]
            except (ValueError, KeyError, TypeError):  # one that cannot be read stays as it is
                continue
            for shown in of_it:
                shown["backbone"] = new
            if of_it:
                text = json.dumps(lists, ensure_ascii=False)
                db.execute("UPDATE votes SET lists = ? WHERE id = ?", (text, row["id"]))


def annotate(workspace: Workspace, vote_id: str, note: str) -> bool:
    """Replace the note of a vote; False where there is none of that id."""
    if len(note) > MAX_NOTE:
        raise InvalidInput(f"A note has at most {MAX_NOTE:,} characters: shorten it.")
    _check(workspace, vote_id)
    with _connection(workspace) as db:
        changed = db.execute("UPDATE votes SET note = ? WHERE id = ?", (note, vote_id))
        return changed.rowcount == 1


def get(workspace: Workspace, vote_id: str) -> Vote | None:
    """One vote, None where there is none of that id."""
    found = next(iter(_select(workspace, "id", vote_id)), None)
    return found if found and policy.allows(Action.SEE, found.collection) else None


def of_collection(workspace: Workspace, collection: str) -> list[Vote]:
    """Every vote on a collection that can be read, the oldest first."""
    check_is_seen(workspace, collection)
    return _select(workspace, "collection", collection)


def unreadable(workspace: Workspace, collection: str) -> list[str]:
    """Ids of the votes on a collection that cannot be read; ``withdraw`` deletes them."""
    return [row["id"] for row in _rows(workspace, "collection", collection) if _vote(row) is None]


def begin_anew(workspace: Workspace) -> Path:
    """Set votes that cannot be read aside as a file, and begin anew; raises NotFound."""
    policy.ask(Action.SETTINGS)
    return set_aside(_path(workspace))


def wins(votes: Iterable[Vote]) -> list[Wins]:
    """One line a contender, the one with the highest share of wins first.

    The share is wins / decisive votes; 'no difference' is counted beside it. Shares of two
    contenders compare only where they met the same opponents: see ``contest``.
    """
    won: Counter[tuple[str, str, str]] = Counter()
    decisive, undecided = won.copy(), won.copy()
    chance: dict[tuple[str, str, str], float] = {}
    for vote in votes:
        for shown in vote.lists:
            if vote.chosen is None:
                undecided[shown.contender] += 1
                continue
            decisive[shown.contender] += 1
            won[shown.contender] += shown is vote.chosen
            chance[shown.contender] = chance.get(shown.contender, 0.0) + 1 / len(vote.lists)
    table = [
        Wins(
            *contender,
            won[contender],
            decisive[contender],
            undecided[contender],
            *wilson(won[contender], decisive[contender]),
            chance[contender] / decisive[contender] if decisive[contender] else math.nan,
        )
        for contender in decisive.keys() | undecided.keys()
    ]
    return sorted(
        table, key=lambda w: (-(w.share or 0.0), -w.decisive, w.backbone, w.metric, w.digest)
    )


def contest(vote: Vote) -> frozenset[tuple[str, str, str]]:
    """Who met in a vote, whatever the order shown."""
    return frozenset(shown.contender for shown in vote.lists)


def wilson(successes: int, trials: int, z: float = 1.959964) -> tuple[float, float]:
    """Wilson score interval of a proportion (Wilson, 1927), 95 % by default; (0, 1) without data.

    Unlike value +- error it stays within [0, 1] and is sound for few trials.
    """
    if not 0 <= successes <= trials:
        raise InvalidInput("Successes lie between 0 and the number of trials.")
    if trials == 0:
        return 0.0, 1.0
    share, weight = successes / trials, z * z / trials
    centre = (share + weight / 2) / (1 + weight)
    half = z / (1 + weight) * math.sqrt(share * (1 - share) / trials + weight / (4 * trials))
    # A share of 0 or 1 is inside its interval, whatever the rounding.
    return max(0.0, min(centre - half, share)), min(1.0, max(centre + half, share))


def relevance(workspace: Workspace, collection: str) -> dict[str, set[str]]:
    """Votes as relevance: for each artwork voted about, the ids that count as relevant.

    A decisive vote speaks for every work of the preferred list, and against the works that only
    the other lists showed; 'no difference' says nothing. Over all votes on the same query a work
    is relevant if more votes speak for it than against. Votes on uploads name no artwork and are
    left out, and so are queries for which no work is left. Ids may have left the collection
    since.

    A preferred list is not a list of relevant works: this favours the backbones that were voted
    on. Compare by it only backbones that all took part.
    """
    found = balance(workspace, collection).items()
    relevant = {query: {w for w, n in tally.items() if n > 0} for query, tally in found}
    return {query: works for query, works in relevant.items() if works}


def balance(workspace: Workspace, collection: str) -> dict[str, Counter[str]]:
    """For each artwork voted about, how many votes more speak for a work than against it."""
    found: dict[str, Counter[str]] = {}
    for vote in of_collection(workspace, collection):
        if vote.chosen is None or not vote.query:
            continue
        tally = found.setdefault(vote.query, Counter())
        preferred = set(vote.chosen.works)
        tally.update(preferred)
        tally.subtract({work for shown in vote.lists for work in shown.works} - preferred)
    return found


def to_csv(votes: Sequence[Vote]) -> bytes:
    """One line a vote, safe to open in a spreadsheet; times are UTC."""
    whose = ["chosen", *"abcd"[:MOST_LISTS]]
    contenders = [f"{who}_{what}" for who in whose for what in ("backbone", "digest", "metric")]
    about = ["vote", "time", "collection", "query", "upload", "k", "choice"]
    columns = [*about, *contenders, "note"]
    return csv_bytes(pd.DataFrame(map(_cells, votes), columns=columns))


def _cells(vote: Vote) -> list[object]:
    when = datetime.fromtimestamp(vote.created, UTC).isoformat(timespec="seconds")
    choice = "no difference" if vote.choice is None else "ABCD"[vote.choice]
    places = [cell for shown in vote.lists for cell in shown.contender]
    padding = [""] * (3 * (MOST_LISTS - len(vote.lists)))
    return [
        *(vote.id, when, vote.collection, vote.query, vote.upload, vote.k, choice),
        *(vote.chosen.contender if vote.chosen else ("", "", "")),
        *places,
        *padding,
        vote.note,
    ]


def _select(workspace: Workspace, column: str, value: str) -> list[Vote]:
    found = (_vote(row) for row in _rows(workspace, column, value))
    return [vote for vote in found if vote is not None]


def _rows(workspace: Workspace, column: str, value: str) -> list[sqlite3.Row]:
    if not _path(workspace).exists():
        return []
    with _connection(workspace) as db:
        return db.execute(
            f"SELECT {_COLUMNS} FROM votes WHERE {column} = ? ORDER BY sequence",  # noqa: S608
            (value,),
        ).fetchall()


def _vote(row: sqlite3.Row) -> Vote | None:
    """The vote in a row, None where the row is damaged."""
    values = dict(row)
    try:
        return _votes().validate_python({**values, "lists": json.loads(values["lists"])})
    except (ValueError, TypeError, InvalidInput):
        return None


@cache
def _votes() -> TypeAdapter[Vote]:
    return TypeAdapter(Vote)


def _path(workspace: Workspace) -> Path:
    return workspace.root / "votes.sqlite"


def _connection(workspace: Workspace) -> AbstractContextManager[sqlite3.Connection]:
    return connected(_path(workspace), "The votes", _MIGRATIONS)
