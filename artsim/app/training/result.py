"""The result of a training: using it, its confusions, its model card, and deleting it."""

from typing import TYPE_CHECKING

import streamlit as st

from artsim.app.shell import jobs, resources, sidebar, state
from artsim.app.shell.places import SEARCH
from artsim.app.training import card as train_card
from artsim.app.training import charts as train_charts
from artsim.app.training import facts as train_facts
from artsim.app.training import tables as train_tables
from artsim.app.training import view as train_view
from artsim.app.training.runs import Training
from artsim.app.widgets.texts import markdown, markup
from artsim.core.counts import count
from artsim.core.errors import ArtsimError
from artsim.tasks.configs import EmbedConfig
from artsim.training import published, record

if TYPE_CHECKING:
    from artsim.training.record import TrainingRun

_STOPPED = {
    "finished": "It went through all its epochs.",
    "early": "It stopped early: the figures did not get better any more.",
    "cancelled": "It was cancelled; the best epoch until then is kept.",
    "nan": "Its loss became NaN, so it stopped; the last good epoch is kept.",
}


def show(training: Training) -> None:
    """How it ended, and the ways to use it."""
    record = training.record
    if record is None:
        return
    summary = record.summary or {}
    told = _STOPPED.get(str(summary.get("stopped")), "")
    best = summary.get("best_epoch")
    if best:
        told += f" Epoch {best} of {summary.get('epochs', best)} was the best and is kept."
    images = summary.get("images")
    if isinstance(images, dict) and images.get("train"):
        aside = sum(int(images.get(part) or 0) for part in ("validation", "unseen"))
        told += f" {count(int(images['train']), 'work')} trained on, {aside:,} kept aside."
    if told:
        st.html(f"<p class='artsim-verdict'>{markup(told.strip())}</p>")
    for note in summary.get("notes") or ():
        st.caption(f":material/info: {markdown(note, 1000)}")
    _use(training)


def _use(training: Training) -> None:
    """Search with it, or embed a collection with it first."""
    infos = sidebar.by_name()
    if not infos:
        st.caption("There is no collection to search with it yet.")
        return
    names = list(infos)
    last = state.remembered().collection
    first = next((name for name in (training.source, last) if name in infos), names[0])
    with st.container(horizontal=True, vertical_alignment="bottom", key="train_use"):
        chosen = st.selectbox(
            "Use it on",
            names,
            index=names.index(first),
            key="train_use_on",
            format_func=lambda name: infos[name].heading,
            width=320,
        )
        info = infos[chosen or first]
        column = sidebar.embedded_with(info).get(training.name)
        done = column.count if column else 0
        view = state.View(info.name, backbone=training.name)
        embed = EmbedConfig(collection=info.name, backbone=training.name)
        under_way = jobs.is_active("embed", embed)
        if done < info.with_image and st.button(
            "Embed the rest with it" if done else "Embed it with this backbone",
            key="train_embed",
            type="secondary" if done else "primary",
            icon=":material/play_arrow:",
            disabled=under_way,
        ):
            jobs.submit("embed", embed)
            st.rerun()
        if st.button(
            "Search with it",
            key="train_search",
            type="primary" if done else "secondary",
            icon=":material/image_search:",
        ):
            state.show(view)
            st.switch_page(SEARCH, query_params=view.to_params())
    if under_way:
        st.caption("Embedding is under way: see the jobs in the sidebar.")
    elif done:
        st.caption(f"{done:,} of {count(info.with_image, 'picture')} are embedded with it.")
    else:
        st.caption("Not embedded with it yet: embed the collection before you search.")


def show_details(record: "TrainingRun") -> None:
    """Confusions, settings and the model card."""
    _confusion(record)
    card = _card(record)
    if card:
        with st.expander("Model card", key="train_card"):
            st.html(card)
    with st.expander("Settings of this training", key="train_config"):
        st.html(_settings(record))


def _confusion(record: "TrainingRun") -> None:
    found = {
        str(label): table
        for label, table in record.confusion.items()
        if isinstance(table, dict) and table.get("names") and table.get("counts")
    }
    if not found:
        return
    st.subheader("What is taken for what", anchor=False)
    names = list(found)
    asked = train_view.label()
    label = asked if asked in found else names[0]
    if len(names) > 1:
        st.session_state["train_label"] = label
        label = (
            st.segmented_control(
                "Label",
                names,
                key="train_label",
                format_func=str.capitalize,
                label_visibility="collapsed",
                on_change=lambda: train_view.choose_label(st.session_state["train_label"] or label),
            )
            or label
        )
    classes, counts = [str(name) for name in found[label]["names"]], found[label]["counts"]
    with st.container(key="train_confusion"):
        if len(classes) <= train_charts.FEW_CLASSES:
            left, right = st.columns([3, 2], gap="large")
        else:
            left, right = st.container(), st.container()
    with left:
        train_charts.confusion(classes, counts, label)
    with right:
        st.markdown("**Most confused**")
        train_tables.confusions(train_facts.confused(counts, classes), label)


def _card(record: "TrainingRun") -> str:
    if not record.published:
        return ""
    try:
        with (record.folder.parent / "README.md").open(encoding="utf-8", errors="replace") as file:
            return train_card.html_of(file.read(train_card.MAX_CHARACTERS))
    except OSError:
        return ""


def _settings(record: "TrainingRun") -> str:
    lines = "".join(
        f"<dt>{markup(str(name).replace('_', ' ').capitalize())}</dt>"
        f"<dd dir='auto'>{markup(_said(value))}</dd>"
        for name, value in record.config.items()
        if value is not None
    )
    return f"<div class='artsim-record'><dl>{lines}</dl></div>"


def _said(value: object) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)


def show_delete(training: Training) -> None:
    """The way to remove what a training wrote."""
    if training.record is None:
        return
    what = "backbone" if training.state == "done" else "training"
    if st.button(
        f"Delete this {what}", key="train_delete", type="tertiary", icon=":material/delete:"
    ):
        _confirm_delete(training.name, what)


@st.dialog("Delete it?")
def _confirm_delete(name: str, what: str) -> None:
    st.write(
        f"The {what} {markdown(name)}, its weights and the record of its training are removed "
        "from this server. Collections keep what was embedded with it, but no new picture can "
        "be searched with it."
    )
    keep, delete = st.columns(2)
    if keep.button("Keep it", key="train_delete_no", width="stretch"):
        st.rerun()
    if delete.button("Delete it", key="train_delete_yes", type="primary", width="stretch"):
        forget = record.delete_training if what == "training" else published.delete_backbone
        try:
            forget(resources.workspace(), name)
        except ArtsimError as error:
            st.error(markdown(error, 400), icon=":material/error:")
            return
        train_view.open_run("")
        st.rerun()
