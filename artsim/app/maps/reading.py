"""How to read a map, in one sentence, with how far it can be trusted."""

import streamlit as st

from artsim.app.widgets import backbones
from artsim.app.widgets.texts import markdown, markup
from artsim.core.counts import count
from artsim.maps.model import MapInfo

_WORDS = ((0.97, "nearly always"), (0.9, "mostly"), (0.8, "often, but not always,"))
_LOW = "only sometimes"
_BEYOND = "How far apart two groups lie, and which way is up, says nothing."


def sentence(info: MapInfo) -> str:
    """What nearness on the map means and how often it holds; plain text."""
    trust, whole = info.trustworthiness, info.continuity
    if trust is None or whole is None:
        return (
            "Works that look alike should lie together; there are too few here to say how often "
            f"that holds. {_BEYOND}"
        )
    return (
        f"What lies together here {_word(trust)} looks alike to the backbone "
        f"(trustworthiness {trust:.2f}), and what looks alike {_word(whole)} lies together "
        f"(continuity {whole:.2f}). {_BEYOND}"
    )


def _word(value: float) -> str:
    return next((word for least, word in _WORDS if value >= least), _LOW)


def show(info: MapInfo) -> None:
    """The sentence, and the notes from the drawing of the map."""
    st.html(f"<p class='artsim-verdict artsim-reading'>{markup(sentence(info))}</p>")
    for note in info.notes:
        st.caption(f":material/info: {markdown(note, 300)}")


def record(info: MapInfo) -> str:
    """What the map is of and how it was made, for a caption."""
    config = info.config
    told = [
        count(info.works, "work"),
        f"{markdown(backbones.label(config.backbone))} {info.digest[:8]}",
        config.metric,
        count(config.neighbours, "neighbour"),
        f"least distance {config.min_distance:g}",
        f"{config.dimensions}-D",
        f"seed {config.seed}",
    ]
    if info.trustworthiness is not None:
        told.append(f"measured on {count(info.measured_on, 'work')}")
    told.append(f"drawn {info.created[:10]} in {info.seconds:,.0f} s")
    told.append(f"artsim {markdown(info.code_version, 40)}")
    return " · ".join(told)
