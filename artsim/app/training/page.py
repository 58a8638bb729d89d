"""Train: make a backbone that knows this art better, and watch its progress."""

import streamlit as st

from artsim.app.shell import jobs, resources, sidebar, title
from artsim.app.shell.places import ASSETS
from artsim.app.training import form as train_form
from artsim.app.training import judged as train_judged
from artsim.app.training import list as train_list
from artsim.app.training import run as train_run
from artsim.app.training import runs as train_runs
from artsim.app.training import shelf
from artsim.app.training import view as train_view
from artsim.app.widgets.texts import markdown
from artsim.core.errors import ArtsimError
from artsim.training.config import TrainConfig
from artsim.training.packages import installed


def main() -> None:
    for style in ("evaluation.css", "train.css"):
        st.html(ASSETS / style)
    name = train_view.run()
    title.show(name, "Train")
    if name:
        train_run.show(name)
        return
    st.title("Train", anchor=False)
    st.caption(
        "A backbone that has seen art like yours finds related works better: fine-tuning shows it "
        "labelled works until it brings those of one style, genre or artist together."
    )
    train_list.show()
    shelf.show_import()
    st.header("Train a backbone", anchor=False)
    if not installed():
        st.info(
            "Training is not installed on this server: ask whoever looks after it to add it.",
            icon=":material/info:",
        )
    elif not sidebar.by_name() and not resources.library().broken():
        st.info(
            "There is no collection to learn from yet: add one on the Collections page, or name a "
            "prepared folder below.",
            icon=":material/info:",
        )
    config = train_form.show() if installed() else None
    if config is not None:
        _start(config)
    train_judged.show()


def _start(config: TrainConfig) -> None:
    """Submit it, and watch it."""
    try:
        jobs.submit(train_runs.KIND, config)
    except ArtsimError as error:
        st.error(markdown(error, 500), icon=":material/error:")
        return
    train_form.started()
    train_view.open_run(config.name)
    st.rerun()


main()
