"""The options of preparing WikiArt; the CLI and the job share them. Imports nothing heavy."""

import re
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from artsim.core.fields import LocalPath

GroupBy = Literal["none", "work", "artist"]
Link = Literal["copy", "hard", "sym"]
SPLITS = ("train", "val", "test")


def _are_shares(text: str) -> str:
    if not re.fullmatch(r"\d{1,4}(\.\d+)?(/\d{1,4}(\.\d+)?){2}", text):
        raise ValueError(f"{text!r} is no split: write train/val/test as in 70/15/15")
    if not float(text.partition("/")[0]):
        raise ValueError(f"{text!r} leaves nothing to train on: the first part must be above 0")
    return text


class PrepareWikiartConfig(BaseModel):
    """Choose styles by their number of pictures and split them for training."""

    model_config = ConfigDict(frozen=True, extra="forbid", defer_build=True)

    out: LocalPath = Field(description="Folder to write; a new one, or one to go on with")
    csv: LocalPath | None = Field(
        None, description="Table with one line a picture; else subfolders are the styles"
    )
    images: LocalPath | None = Field(None, description="Folder of pictures")
    kaggle: bool = Field(False, description="Fetch WikiArt from Kaggle (about 30 GB)")
    min_images: int = Field(2000, ge=0, description="Keep styles with more pictures than this")
    max_images: int = Field(5000, ge=1, description="Keep styles with fewer pictures than this")
    split: Annotated[str, AfterValidator(_are_shares)] = Field(
        "70/15/15", description="Shares of train, val and test"
    )
    seed: int = Field(7, ge=0, description="Another seed draws other files")
    group_by: GroupBy = Field("work", description="What must never be in two splits")
    link: Link = Field("copy", description="How files get there: copy, hard or sym link")
    quality: bool = Field(
        True, description="Check the pictures and merge copies; otherwise keep all that decodes"
    )
    lists_only: bool = Field(
        False, description="Only tell what would be kept, from the lists; read no picture"
    )

    @model_validator(mode="after")
    def _can_be_done(self) -> Self:
        if self.kaggle and (self.csv or self.images):
            raise ValueError("--kaggle brings its own table and pictures: leave --csv and --images")
        if not self.kaggle and self.images is None and not (self.csv and self.lists_only):
            raise ValueError("Say where the pictures are: --images DIR (with --csv FILE), --kaggle")
        if self.max_images <= self.min_images + 1:
            raise ValueError(
                f"No style has more than {self.min_images} and fewer than {self.max_images} "
                "pictures: raise --max-images or lower --min-images"
            )
        return self

    @property
    def shares(self) -> tuple[float, float, float]:
        """Shares of train, val and test; they add up to 1."""
        train, val, test = (float(part) for part in self.split.split("/"))
        total = train + val + test
        return train / total, val / total, test / total
