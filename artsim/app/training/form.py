"""What to train: the form, checked as it is filled in."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import streamlit as st
from pydantic import ValidationError

from artsim.app.shell import resources, sidebar, state
from artsim.app.shell.form_state import FormState
from artsim.app.training import check as train_check
from artsim.app.training import estimate as train_estimate
from artsim.app.training import shelf
from artsim.app.widgets.texts import markdown
from artsim.backbones.registry import has_weights
from artsim.core.counts import count
from artsim.tasks.configs import OFFLINE_BACKBONE
from artsim.training.config import LABELS, TrainConfig
from artsim.training.recipes import LOSSES

if TYPE_CHECKING:
    from artsim.app.training.labels import Source

_FORM = FormState("train")
Places = dict[str, Any]  # the place beside each field for its error
_NO_LOSS = "By the recipe"
FOLDER = "/"  # no name of a collection
_RECIPES = {
    "artsim": "Learns all labels at once, and to bring works of one label together. Use this.",
    "seed": "What earlier work did: first the head alone, then the upper half. For comparison.",
}
# Which layers learn: the number of a recipe that says so, its name and what it counts.
_LEARNING = {
    "last_blocks": ("Last blocks only", "How many blocks", 2),
    "lora": ("Adapters to attention (LoRA)", "Rank of the adapters", 8),
}
_ALL_LAYERS = "By the recipe"
_BESIDE = {"beside": 1.0, "covariances": 32.0}  # as artsim-lite0-wide has them
_NUMBERS = {
    "epochs": ("Epochs", 1, "Times through all works. Empty: as the recipe says."),
    "image_size": (
        "Image size",
        32,
        "Side of the pictures in pixels. Larger is slower and sees finer. Empty: as the recipe "
        "says.",
    ),
    "batch_size": (
        "Batch size",
        8,
        "Pictures a step. Smaller needs less memory. Empty: as the recipe says.",
    ),
    "patience": (
        "Stop early after",
        1,
        "Stop after so many epochs without a better one. Empty: as the recipe says.",
    ),
}


def show() -> TrainConfig | None:
    """Show the form; returns its config once the person starts the training."""
    places: Places = {}
    with st.container(border=True, key="train_form"):
        left, right = st.columns(2, gap="large")
        with left:
            source, found = _source(places)
            backbone = _backbone(places)
            name = _name(places, source, backbone)
        with right:
            values: dict[str, Any] = {"recipe": _recipe(), "labels": _labels(places, found)}
        values |= {"source": source, "backbone": backbone, "name": name}
        with st.expander("More", key="train_more", expanded=_wrong_inside()):
            values |= _more(places)
            if values["recipe"] == "artsim":  # the other recipe decides itself which layers learn
                values["options"] = _learning()
                if values["pretrained"]:
                    values["options"] |= _beside()
        return _button(places, values, found)


def started() -> None:
    """Note that this form's training was started: the next one needs another name."""
    _FORM.set("name", None)


def _wrong_inside() -> bool:
    """Whether a value below "More" is wrong: its sentence must then be visible."""
    return any(train_check.number_problem(name, _FORM.get(name, None)) for name in _NUMBERS)


def _source(places: Places) -> tuple[str, "Source | None"]:
    infos = sidebar.by_name()
    names = [*infos, FOLDER]
    last = state.remembered().collection or resources.workspace().first_collection
    kept = _FORM.get("from", last)
    chosen = _FORM.widget(
        "from",
        kept if kept in names else names[0],
        lambda **kw: st.selectbox(
            "Learn from",
            names,
            format_func=lambda n: "A folder on the server" if n == FOLDER else infos[n].heading,
            **kw,
        ),
    )
    if chosen != FOLDER:
        source = chosen
        found: Source | None = train_check.of_collection(infos[chosen])
        if infos[chosen].generated:
            st.caption(
                "Generated works: good for trying out, but what is learnt from them is of no use."
            )
    else:
        source = _FORM.widget(
            "folder",
            _FORM.get("folder", ""),
            lambda **kw: st.text_input(
                "Folder",
                placeholder="for example: /data/wikiart",
                max_chars=1000,
                help="One folder for each class, or as whoever runs the server prepared it.",
                **kw,
            ),
        ).strip()
        found = resources.folder_source(source) if source else None
        if found:  # so that a job, which has a working folder of its own, finds it too
            source = str(Path(source).expanduser().absolute())
    places["source"] = st.empty()
    return source, found


def _backbone(places: Places) -> str:
    known = resources.library().backbones()
    usable = [
        b
        for b in known
        if has_weights(b.name) and (b.offline or not b.note.startswith("The checkpoint"))
    ]
    remote = {b.name for b in usable if not b.offline}
    names = [
        b.name for b in sorted(usable, key=lambda b: (not b.offline, b.name != OFFLINE_BACKBONE))
    ]
    kept = str(_FORM.get("backbone", OFFLINE_BACKBONE))
    if kept not in names:
        names.append(kept)
    knows = {b.name: b.knows for b in usable}

    def label(name: str) -> str:
        told = [knows.get(name, ""), name, "needs the network" if name in remote else ""]
        return " · ".join(part for part in told if part)

    chosen = _FORM.widget(
        "backbone",
        kept,
        lambda **kw: st.selectbox(
            "Start from",
            names,
            format_func=label,
            accept_new_options=True,
            help="A backbone from the list, or type the name of any timm architecture.",
            **kw,
        ),
    )
    places["backbone"] = st.empty()
    shelf.show_recommended()
    return str(chosen or "").strip()


def _name(places: Places, source: str, backbone: str) -> str:
    name = _FORM.widget(
        "name",
        _FORM.get("name", train_check.free_name(source, backbone)),
        lambda **kw: st.text_input(
            "Name of the new backbone",
            max_chars=100,
            help="Lower-case letters, digits, '-' and '_'.",
            **kw,
        ),
    )
    places["name"] = st.empty()
    return str(name).strip()


def _recipe() -> str:
    return str(
        _FORM.widget(
            "recipe",
            _FORM.get("recipe", "artsim"),
            lambda **kw: st.radio("Recipe", list(_RECIPES), captions=list(_RECIPES.values()), **kw),
        )
    )


def _labels(places: Places, found: "Source | None") -> tuple[str, ...]:
    def title(label: str) -> str:
        if found is None:
            return label.capitalize()
        there = found.labels[label]
        classes = count(there.classes, "class", "classes")
        return f"{label.capitalize()} · {classes} · {count(there.labelled, 'work')}"

    good = [n for n in LABELS if found is None or not found.labels[n].problem]
    chosen = _FORM.widget(
        "labels",
        tuple(_FORM.get("labels", good or LABELS)),
        lambda **kw: st.pills(
            "Labels to learn", LABELS, selection_mode="multi", format_func=title, wrap=True, **kw
        ),
    )
    places["labels"] = st.empty()
    for label in chosen if found else ():
        problem = found.labels[label].problem if found else ""
        if problem:
            st.warning(f"{label.capitalize()}: {problem}.", icon=":material/warning:")
    return tuple(label for label in LABELS if label in chosen)


def _more(places: Places) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for column, (field, (label, step, about)) in zip(st.columns(4), _NUMBERS.items(), strict=True):
        with column:
            values[field] = _number(places, field, label, step, about)
    seed, rate, scratch = st.columns([1, 1, 2], vertical_alignment="bottom")
    with seed:
        values["seed"] = _number(
            places, "seed", "Seed", 1, "Another seed divides and shuffles the works differently.", 7
        )
    with rate:
        values["learning_rate"] = _number(
            places,
            "learning_rate",
            "Learning rate",
            1e-4,
            "Try a lower one if the loss becomes NaN. Empty: as the recipe says.",
        )
    with scratch:
        fresh = _FORM.widget(
            "scratch",
            _FORM.get("scratch", False),
            lambda **kw: st.toggle(
                "From scratch, no weights",
                help="Only where there are no weights: it needs far more works and time.",
                **kw,
            ),
        )
    values["loss"] = _loss()
    return {**values, "pretrained": not fresh}


def _learning() -> dict[str, float]:
    """Which layers learn, as numbers of the recipe that differ; {} for what the recipe says."""
    names = [_ALL_LAYERS, *_LEARNING]
    choice, amount = st.columns([3, 1], vertical_alignment="bottom")
    with choice:
        chosen = _FORM.widget(
            "learning",
            _FORM.get("learning", _ALL_LAYERS),
            lambda **kw: st.selectbox(
                "Layers that learn",
                names,
                format_func=lambda n: _LEARNING[n][0] if n in _LEARNING else n,
                help="With few works or a large network, fewer layers learn as well and faster. "
                "Adapters are for networks of attention (ViT, DINO, SigLIP, EVA).",
                **kw,
            ),
        )
    if chosen not in _LEARNING:
        return {}
    _, unit, usual = _LEARNING[chosen]
    with amount:
        number = _FORM.widget(
            chosen,
            _FORM.get(chosen, usual),
            lambda **kw: st.number_input(unit, min_value=1, max_value=256, step=1, **kw),
        )
    return {chosen: float(number)}


def _beside() -> dict[str, float]:
    """Whether the network stays as it was beside the trained one, as numbers of the recipe."""
    kept = _FORM.widget(
        "beside",
        _FORM.get("beside", False),
        lambda **kw: st.toggle(
            "Keep the untouched network beside it",
            help="Finds better, artists too that it has not learnt from; embedding takes twice as "
            "long.",
            **kw,
        ),
    )
    return _BESIDE if kept else {}


def _loss() -> str | None:
    """A metric loss beside that of the labels; the field is shown if there is a choice."""
    names = [_NO_LOSS, *LOSSES.usable()]
    if len(names) == 1 + len(LOSSES.own):
        return None
    kept = _FORM.get("loss", _NO_LOSS)
    chosen = _FORM.widget(
        "loss",
        kept if kept in names else _NO_LOSS,
        lambda **kw: st.selectbox("Loss between works", names, **kw),
    )
    return None if chosen == _NO_LOSS else chosen


def _number(
    places: Places, field: str, label: str, step: float, about: str, default: int | None = None
) -> float | None:
    """A number, whole where ``step`` is."""
    shown: Any = {} if isinstance(step, int) else {"format": "%g"}
    number = _FORM.widget(
        field,
        _FORM.get(field, default),
        lambda **kw: st.number_input(
            label, value=None, step=step, placeholder="By the recipe", help=about, **shown, **kw
        ),
    )
    places[field] = st.empty()
    return default if number is None else type(step)(number)


def _button(places: Places, values: dict[str, Any], found: "Source | None") -> TrainConfig | None:
    """The button with the expected time and the command; errors stand by their fields."""
    config, problems = None, {}
    try:
        config = TrainConfig(**values)
    except ValidationError as error:
        problems = train_check.by_field(error)
    problems |= train_check.problems(values, found)
    if problems:
        config = None
    with st.container(horizontal=True, vertical_alignment="center"):
        pressed = st.button(
            "Start training",
            key="train_start",
            type="primary",
            icon=":material/play_arrow:",
            disabled=config is None,
        )
        if config is not None:
            st.caption(markdown(train_estimate.sentence(config, found), 400))
        else:
            st.caption("Correct what is marked above, then it can start.")
    general = st.empty()
    for field, sentence in problems.items():
        places.get(field, general).html(train_check.problem_html(sentence))
    if config is not None:
        st.caption("The same on a command line:")
        st.code(train_check.command(config), language="bash", wrap_lines=True)
    return config if pressed else None
