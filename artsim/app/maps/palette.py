"""The colours and forms of a map: the legend and the map itself share them.

The eight named colours were chosen so that every pair stays apart in sight without red, green or
blue cones (OKLab distance of 0.11 or more after Machado's simulation), each with a contrast of
3:1 or more against the theme's background.
"""

from typing import Any

_LIGHT = (
    "#3690e3",
    "#d57a16",
    "#427362",
    "#ad68a7",
    "#1b2093",
    "#b4481e",
    "#4861d5",
    "#63273c",
)
_DARK = (
    "#8da7f7",
    "#e69825",
    "#5dd3af",
    "#c26c96",
    "#b7edff",
    "#a26708",
    "#866be7",
    "#f7dc1f",
)
SYMBOLS = (
    "circle",
    "square",
    "diamond",
    "triangle-up",
    "cross",
    "pentagon",
    "triangle-down",
    "star",
)
# Plotly has fewer forms in space: the last one has its colour alone.
SOLID_SYMBOLS = (
    "circle",
    "square",
    "diamond",
    "diamond-open",
    "cross",
    "square-open",
    "circle-open",
    "circle",
)
PALETTES: dict[str, dict[str, Any]] = {
    "light": {
        "named": _LIGHT,
        "other": "#a19c93",
        "unknown": "#c9c4ba",
        "sequence": ("#7fbf4d", "#2f9e7e", "#2a788e", "#3b528b", "#440154"),
    },
    "dark": {
        "named": _DARK,
        "other": "#6b6862",
        "unknown": "#454239",
        "sequence": ("#5a63b0", "#3a8bb0", "#2fb28a", "#8fd744", "#fde725"),
    },
}
