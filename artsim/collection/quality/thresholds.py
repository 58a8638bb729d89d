"""The limits by which files are kept, reviewed and merged; applying others reads no file."""

from pydantic import BaseModel, ConfigDict, Field


class Thresholds(BaseModel):
    """Limits on the measured properties of a file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    min_side: int = Field(
        64, ge=1, description="Review as tiny below this longest side, in pixels."
    )
    max_megapixels: float = Field(
        180.0, gt=0, description="Reject above this many megapixels (an import limit as well)."
    )
    max_aspect: float = Field(
        10.0, ge=1, description="Review shapes whose long side is more than this many short sides."
    )
    max_blankness: float = Field(
        0.92, gt=0, le=1, description="Review where more than this share has one single colour."
    )
    min_sharpness: float = Field(
        0.2, ge=0, description="Review as blurred below this ratio of fine to coarse detail."
    )
    max_noise: float = Field(
        16.0, gt=0, description="Review above this grain in the calmest parts, in grey levels."
    )
    merge_duplicates: bool = Field(True, description="Merge copies and keep the best one.")
    min_similarity: float = Field(
        0.83, gt=0, le=1, description="Merge pictures that agree at least this well once aligned."
    )
