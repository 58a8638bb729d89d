"""What a person chooses about a file that is made of a tray."""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

Page = Literal["A4", "A3", "Letter"]
Layout = Literal["sheet", "plates"]
CAPTION = ("title", "artist", "date", "medium", "dimensions", "credit", "note")
MAX_COLUMNS = 8


def _listed(value: Any) -> Any:
    """A query string sends a list as one text with commas between."""
    if not isinstance(value, str):
        return value
    return [part.strip() for part in value.split(",") if part.strip()]


class ExportOptions(BaseModel):
    """How pages are laid out, and what stands under a picture."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    layout: Layout = Field("sheet", description="sheet: pictures in columns; plates: one a page")
    page: Page = Field("A4", description="Size of a page: A4, A3 or Letter")
    landscape: bool = Field(False, description="Pages are wider than high")
    columns: int = Field(
        3, ge=1, le=MAX_COLUMNS, description="Pictures beside one another on a contact sheet"
    )
    caption: Annotated[tuple[str, ...], BeforeValidator(_listed)] = Field(
        CAPTION, max_length=20, description="What stands under a picture: columns, or note"
    )
    credit: str = Field("", max_length=300, description="Credit line at the foot of each page")
    found: bool = Field(True, description="Say what each work was found with: query, backbone")
