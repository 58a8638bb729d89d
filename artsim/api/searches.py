"""Saved searches over HTTP."""

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from artsim.api import requests
from artsim.api.operation import JSON, Operation
from artsim.desk.saved_search import view_of
from artsim.library import Library
from artsim.people.roles import Action


class OfSearch(BaseModel):
    """One saved search."""

    search: requests.Text = Field(description="Its id, or its name")


class NewSearch(BaseModel):
    """A search to be saved."""

    model_config = ConfigDict(extra="forbid")

    name: requests.Text = Field(description="What it is called")
    address: requests.Text = Field(description="Address of the Search page that shows it")


class AnsweredSearch(BaseModel):
    """A saved search."""

    id: str = Field(description="Stays when the name changes")
    name: str
    collection: str
    address: str = Field(description="The page that shows it, without the host")
    created: str = Field(description="UTC")
    looked: str = Field(description="When its results were last looked at, UTC")


class FoundWork(BaseModel):
    """A work that a saved search shows."""

    rank: int
    id: str
    title: str | None
    artist: str | None
    year: int | None
    score: float | None = Field(description="None where words and filters alone found it")
    new: bool = Field(description="Not there when the search was last looked at")


class SearchAnswer(AnsweredSearch):
    """What a saved search shows today."""

    total: int = Field(description="How many works were compared, or match")
    new: list[str] = Field(description="Ids of the works that are new among the results")
    results: list[FoundWork]


class DeletedSearch(BaseModel):
    """That a saved search is gone."""

    deleted: Literal[True]


class SearchEndpoints:
    """What is done for each route; every method is called in a thread."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def searches(self, asked: requests.Nothing) -> list[dict[str, Any]]:  # noqa: ARG002
        """The saved searches of whoever asks, by name."""
        return [search.to_json() for search in self._library.searches.all()]

    def save_search(self, asked: requests.Nothing, sent: NewSearch) -> dict[str, Any]:  # noqa: ARG002
        """Save what an address of the Search page shows."""
        return self._library.save_search(sent.name, view_of(sent.address)).to_json()

    def saved_search(self, asked: OfSearch) -> dict[str, Any]:
        """What a saved search shows today; it does not count as looked at."""
        return self._library.run_search(asked.search).to_json()

    def look(self, asked: OfSearch) -> dict[str, Any]:
        """What a saved search shows today; nothing in it is new from now on."""
        return self._library.run_search(asked.search, look=True).to_json()

    def delete_search(self, asked: OfSearch) -> dict[str, Any]:
        """Forget a saved search; no work is touched."""
        self._library.searches.delete(asked.search)
        return {"deleted": True}

    def operations(self) -> list[Operation]:
        """The routes."""
        every, one = "/api/v1/searches", "/api/v1/searches/{search}"
        see, keep, fails = Action.REPORTS, Action.TRAYS, (404, 409)
        new = {JSON: NewSearch}
        return [
            Operation(every, self.searches, list[AnsweredSearch], action=see),
            Operation(every, self.save_search, AnsweredSearch, sends=new, fails=fails, action=keep),
            Operation(one, self.saved_search, SearchAnswer, OfSearch, fails=fails, action=see),
            Operation(
                one,
                self.delete_search,
                DeletedSearch,
                OfSearch,
                fails=(404,),
                verb="DELETE",
                action=keep,
            ),
            Operation(
                f"{one}/look",
                self.look,
                SearchAnswer,
                OfSearch,
                fails=fails,
                verb="POST",
                action=see,
            ),
        ]
