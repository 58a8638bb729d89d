"""Trays over HTTP."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from artsim.api import requests
from artsim.api.operation import JSON, Operation
from artsim.core.errors import InvalidInput
from artsim.core.fields import invalid
from artsim.desk.exports.formats import BINARY, FORMATS, format_named
from artsim.desk.exports.options import CAPTION, MAX_COLUMNS, ExportOptions
from artsim.desk.tray import Tray
from artsim.library import Library
from artsim.people.roles import Action

MOST_IDS = 500


def _listed(value: Any) -> Any:
    return value.split(",", MOST_IDS) if isinstance(value, str) else value


Ids = Annotated[list[requests.Text], Field(max_length=MOST_IDS)]


class _Sent(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Trays(BaseModel):
    """Which trays are listed."""

    archived: bool = Field(False, description="The archived ones, instead of those in use")


class OfTray(BaseModel):
    """Something of a tray."""

    tray: requests.Text = Field(description="Its id, or its name")


class SharedTray(BaseModel):
    """The tray that a link shows."""

    token: requests.Text = Field(description="The end of the link by which it is shared")


class TakenOut(OfTray):
    """Works that leave a tray."""

    collection: requests.Text = Field(description="Name of the collection")
    ids: Annotated[Ids, BeforeValidator(_listed)] = Field(
        description="Artwork ids with commas between"
    )


class TrayExport(OfTray):
    """A tray as a file."""

    format: requests.Text = Field(
        "pdf", description="pdf, xlsx, html, zip, csv, json or a plug-in's"
    )
    layout: requests.Text = Field("sheet", description="sheet or plates, of a PDF")
    page: requests.Text = Field("A4", description="A4, A3 or Letter, of a PDF")
    landscape: bool = Field(False, description="Pages of a PDF are wider than high")
    columns: requests.Whole = Field(
        3, ge=1, le=MAX_COLUMNS, description="Pictures beside one another on a contact sheet"
    )
    caption: Annotated[list[requests.Text], BeforeValidator(_listed)] = Field(
        list(CAPTION), max_length=20, description="What stands under a picture"
    )
    credit: requests.Text = Field("", description="Credit line at the foot of each page")
    found: bool = Field(True, description="Name the search that each work was found with")


class NewTray(_Sent):
    """A tray to be made."""

    name: requests.Text = Field(description="What it is called")
    note: requests.Text = Field("", description="A note on it")


class TrayKey(_Sent):
    """Which work of a tray."""

    collection: requests.Text
    id: requests.Text


class TrayChange(_Sent):
    """What changes of a tray; what is not sent stays."""

    name: requests.Text | None = Field(None, description="Another name")
    note: requests.Text | None = Field(None, description="Another note on it")
    archived: bool | None = Field(
        None, description="true archives it, false takes it back into use"
    )
    shared: bool | None = Field(None, description="true gives it a link, false withdraws the link")
    order: Annotated[list[TrayKey], Field(max_length=MOST_IDS)] | None = Field(
        None, description="The works that come first, in this order"
    )


class PutIn(_Sent):
    """Works that are put at the end of a tray."""

    collection: requests.Text = Field(description="Name of the collection")
    ids: Ids = Field(description="Artwork ids")
    note: requests.Text = Field("", description="A note on each of them")
    found: requests.Text = Field("", description="The search that they were found with")


class ItemChange(_Sent):
    """What changes of a work in a tray; what is not sent stays."""

    collection: requests.Text = Field(description="Name of the collection")
    id: requests.Text = Field(description="Artwork id")
    note: requests.Text | None = Field(None, description="Another note on it")
    to: requests.Whole | None = Field(None, description="Another place, counted from 1")


class AnsweredItem(BaseModel):
    """A work in a tray."""

    collection: str
    id: str
    note: str
    order: int = Field(description="Counted from 1")
    title: str = Field(description="As it was when it was added")
    artist: str
    found: str = Field(description="The search that it was found with")


class AnsweredTray(BaseModel):
    """A tray."""

    id: str = Field(description="Stays when the name changes")
    name: str
    note: str
    items: list[AnsweredItem]
    created: str = Field(description="UTC")
    changed: str = Field(description="UTC")
    archived: bool
    shared: bool
    owner: str = Field("", description="Whose it is where people sign in; empty for everybody's")
    token: str = Field("", description="The end of its link, where it is shared")


class DeletedTray(BaseModel):
    """That a tray is gone."""

    deleted: Literal[True]


class TrayEndpoints:
    """What is done for each route; every method is called in a thread."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._trays = library.trays  # they ask whose they are at each call

    def trays(self, asked: Trays) -> list[dict[str, Any]]:
        """Every tray, the last changed first."""
        return [_told(tray) for tray in self._trays.all(asked.archived)]

    def tray(self, asked: OfTray) -> dict[str, Any]:
        """One tray with its works."""
        return _told(self._trays.get(asked.tray))

    def shared_tray(self, asked: SharedTray) -> dict[str, Any]:
        """The tray that a link shows while it is shared."""
        return _told(self._trays.shared(asked.token))

    def create_tray(self, asked: requests.Nothing, sent: NewTray) -> dict[str, Any]:  # noqa: ARG002
        """Make an empty tray."""
        return _told(self._trays.create(sent.name, sent.note))

    def change_tray(self, asked: OfTray, sent: TrayChange) -> dict[str, Any]:
        """Rename a tray, change its note, order it, share it, or archive it."""
        tray = self._trays.get(asked.tray).id
        if sent.name is not None:
            self._trays.rename(tray, sent.name)
        if sent.note is not None:
            self._trays.describe(tray, sent.note)
        if sent.order is not None:
            self._trays.order(tray, [(key.collection, key.id) for key in sent.order])
        if sent.archived is not None:
            self._trays.archive(tray, sent.archived)
        if sent.shared is not None:
            self._trays.share(tray, sent.shared)
        return _told(self._trays.get(tray))

    def delete_tray(self, asked: OfTray) -> dict[str, Any]:
        """Delete a tray for good; no work is touched."""
        self._trays.delete(asked.tray)
        return {"deleted": True}

    def put_in(self, asked: OfTray, sent: PutIn) -> dict[str, Any]:
        """Put works at the end of a tray; those that lie in it stay where they are."""
        self._library.add_to_tray(asked.tray, sent.collection, sent.ids, sent.note, sent.found)
        return _told(self._trays.get(asked.tray))

    def change_item(self, asked: OfTray, sent: ItemChange) -> dict[str, Any]:
        """Change the note on a work of a tray, or move the work."""
        key = (sent.collection, sent.id)
        if sent.note is None and sent.to is None:
            raise InvalidInput("Nothing changes: send a note, or to, a place counted from 1.")
        if sent.note is not None:
            self._trays.annotate(asked.tray, key, sent.note)
        if sent.to is not None:
            self._trays.move(asked.tray, key, sent.to)
        return _told(self._trays.get(asked.tray))

    def take_out(self, asked: TakenOut) -> dict[str, Any]:
        """Take works out of a tray; those that are not in it do no harm."""
        self._trays.remove(asked.tray, [(asked.collection, one) for one in asked.ids])
        return _told(self._trays.get(asked.tray))

    def copy_tray(self, asked: OfTray, sent: NewTray) -> dict[str, Any]:
        """Make another tray of the same works, notes and order."""
        made = self._trays.copy(asked.tray, sent.name)
        return _told(self._trays.describe(made.id, sent.note) if sent.note else made)

    def export_tray(self, asked: TrayExport) -> tuple[bytes, str]:
        """A tray as PDF, workbook, page, archive of pictures, table or document."""
        chosen = asked.model_dump(exclude={"tray", "format"})
        try:
            options = ExportOptions(**{**chosen, "caption": tuple(asked.caption)})
        except ValidationError as error:
            raise invalid(error) from error
        tray = self._trays.get(asked.tray)
        kind = format_named(asked.format)
        return self._library.export_tray(tray, kind.name, options), kind.media_type

    def operations(self) -> list[Operation]:
        """The routes."""
        every, one = "/api/v1/trays", "/api/v1/trays/{tray}"
        found = (404,)
        see, fill = Action.REPORTS, Action.TRAYS
        return [
            Operation(every, self.trays, list[AnsweredTray], Trays, action=see),
            Operation(
                every,
                self.create_tray,
                AnsweredTray,
                sends={JSON: NewTray},
                fails=(409,),
                action=fill,
            ),
            Operation(one, self.tray, AnsweredTray, OfTray, fails=found, action=see),
            Operation(
                one,
                self.change_tray,
                AnsweredTray,
                OfTray,
                {JSON: TrayChange},
                fails=(404, 409),
                verb="PATCH",
                action=fill,
            ),
            Operation(
                one, self.delete_tray, DeletedTray, OfTray, fails=found, verb="DELETE", action=fill
            ),
            Operation(
                f"{one}/items",
                self.put_in,
                AnsweredTray,
                OfTray,
                {JSON: PutIn},
                fails=found,
                action=fill,
            ),
            Operation(
                f"{one}/items",
                self.change_item,
                AnsweredTray,
                OfTray,
                {JSON: ItemChange},
                fails=found,
                verb="PATCH",
                action=fill,
            ),
            Operation(
                f"{one}/items",
                self.take_out,
                AnsweredTray,
                TakenOut,
                fails=found,
                verb="DELETE",
                action=fill,
            ),
            Operation(
                f"{one}/copy",
                self.copy_tray,
                AnsweredTray,
                OfTray,
                {JSON: NewTray},
                fails=(404, 409),
                action=fill,
            ),
            Operation(
                f"{one}/export",
                self.export_tray,
                None,
                TrayExport,
                kinds=_KINDS,
                fails=found,
                action=see,
            ),
            Operation(
                "/api/v1/shared/{token}",
                self.shared_tray,
                AnsweredTray,
                SharedTray,
                fails=found,
                action=Action.SEE,
            ),
        ]


_KINDS = (*(one.media_type for one in FORMATS.values()), BINARY)


def _told(tray: Tray) -> dict[str, Any]:
    return {**tray.to_json(), "token": tray.token}
