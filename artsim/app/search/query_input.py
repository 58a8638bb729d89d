"""Ways to ask: a picture from a file, the clipboard or the camera, or a work by chance."""

import base64
from collections.abc import Callable
from functools import partial
from typing import Any

import streamlit as st

from artsim.app.shell import resources, state
from artsim.app.widgets import gallery, paste
from artsim.app.widgets.texts import advice, markdown, markup, plain
from artsim.core.errors import ArtsimError, Unavailable
from artsim.core.limits import UPLOAD_LIMITS
from artsim.images.query_pictures import QueryPicture, query_picture

_REFUSED, _AGAIN = "upload_refused", "upload_again"


def surprise(view: state.View, label: str = "Start from a random work") -> None:
    """A work by chance, for people who do not know yet what to ask."""
    st.button(
        label,
        key="surprise",
        icon=":material/casino:",
        type="tertiary",
        on_click=random_work,
        args=(view,),
    )


def random_work(view: state.View) -> None:
    """Ask with another work by chance among those that pass the filters."""
    library = resources.library()
    artwork_id = library.random_artwork(view.collection, view.filters(), other_than=view.query)
    if artwork_id is not None:
        state.change(query=artwork_id, upload="")


def upload_menu() -> None:
    """``upload`` behind a button, which a style shows on phones, where room is scarce."""
    with st.container(key="upload_narrow", width="content"):
        menu = picture_menu("With a picture", ":material/photo_camera:", "upload", type="tertiary")
    if menu.open:
        with menu:
            upload("narrow_")


def picture_menu(label: str, icon: str, name: str, **options: Any) -> Any:
    """A popover for a picture, which closes once a picture was given."""
    key = f"{name}_menu_{st.session_state.get('upload_generation', 0)}"
    return st.popover(label, icon=icon, key=key, on_change="rerun", **options)


def upload(kind: str = "") -> None:
    """Ask with a picture: a file, the clipboard or the camera.

    ``kind`` tells a second form apart: a phone's file chooser offers the camera, so a picture from
    there is first identified.
    """
    generation = st.session_state.setdefault("upload_generation", 0)
    file, photo = f"{kind}upload_{generation}", f"camera_{generation}"
    st.file_uploader(
        "Search with a picture",
        key=file,
        max_upload_size=UPLOAD_LIMITS.max_bytes // 1_000_000,
        help="Drop a file here, or paste a picture anywhere on this page with Ctrl+V.",
        on_change=_given,
        args=(file, bool(kind)),
    )
    if not kind:
        menu = picture_menu("Use the camera", ":material/photo_camera:", "camera", type="tertiary")
        if menu.open:
            with menu:
                st.camera_input("Take a picture", key=photo, on_change=_given, args=(photo, True))
    _tell_refused(kind)


def _tell_refused(kind: str) -> None:
    """What is wrong with the last picture; if the server was only busy, a button tries again."""
    if refused := st.session_state.get(_REFUSED):
        st.error(markdown(refused, 500), icon=":material/broken_image:")
    if again := st.session_state.get(_AGAIN):
        st.button("Try again", key=f"{kind}again", icon=":material/refresh:", on_click=again)


def pasted() -> None:
    """Ask with a picture pasted anywhere on the page."""
    paste.listen(_ask_with)


def _given(key: str, recognise: bool = False) -> None:
    """A file was chosen, or taken away again; a photograph first asks which work it shows."""
    _forget_refused()
    given = st.session_state.get(key)
    if given is not None:
        _ask_with(given.getvalue(), given.name, recognise)


def further(use: Callable[[QueryPicture], None]) -> None:
    """Input for a further picture: ``use`` gets it, checked and stored."""
    generation = st.session_state.setdefault("upload_generation", 0)
    key = f"further_{generation}"

    def given() -> None:
        file = st.session_state.get(key)
        picture = _kept(file.getvalue(), file.name, given) if file is not None else None
        if picture is not None:
            use(picture)

    st.file_uploader(
        "Your picture",
        key=key,
        max_upload_size=UPLOAD_LIMITS.max_bytes // 1_000_000,
        on_change=given,
    )
    _tell_refused("further_")


def _ask_with(data: bytes, name: str, recognise: bool = False) -> None:
    """Search with a picture; ``recognise`` asks first which work it shows."""
    picture = _kept(data, name, partial(_ask_with, data, name, recognise))
    if picture is not None:
        state.change(upload=picture.digest, query="", recognise=recognise)


def _kept(data: bytes, name: str, again: Callable[[], None]) -> QueryPicture | None:
    """Store a picture from outside; None if something is wrong with it, which is remembered.

    ``again`` is the button's action if many others brought pictures at the same time.
    """
    _forget_refused()
    try:
        picture = query_picture(data, name)
    except ArtsimError as error:
        st.session_state[_REFUSED] = f"{plain(name, 80)}: {advice(error)}"
        if isinstance(error, Unavailable):
            st.session_state[_AGAIN] = again
        return None
    try:
        resources.library().keep_picture(picture)
    except ArtsimError as error:
        st.session_state[_REFUSED] = advice(error)
        return None
    # A new widget is empty and a new menu is closed: the next picture may be the same file.
    st.session_state["upload_generation"] = st.session_state.get("upload_generation", 0) + 1
    return picture


def _forget_refused() -> None:
    st.session_state.pop(_REFUSED, None)
    st.session_state.pop(_AGAIN, None)


def picture_of(view: state.View) -> QueryPicture | None:
    """The picture that a view searches with, None where it is a work; raises NotFound."""
    return resources.library().kept_picture(view.upload) if view.upload else None


def data_uri(picture: QueryPicture) -> str:
    """A small copy of a picture, to be shown inside a page."""
    small = resources.library().query_thumbnail(picture)
    return "data:image/webp;base64," + base64.b64encode(small).decode("ascii")


def show_query(view: state.View, version: str, picture: QueryPicture | None) -> None:
    """The query's picture or work, beside its facts."""
    if picture is not None:
        st.html(
            f"<img class='artsim-query' src='{data_uri(picture)}' "
            "alt='The picture that you searched with'>",
            width="content",
        )
        st.markdown("**Your picture**  \nWorks most like it")
        return
    row = resources.library().artwork(view.collection, view.query)
    thumb = gallery.media_url(view.collection, view.query, "thumb", version)
    st.html(
        f"<img class='artsim-query' src='{markup(thumb)}' "
        f"alt='{markup(row.get('title') or 'Untitled')}'>",
        width="content",
    )
    title, by = markdown(row.get("title") or "Untitled", 160), gallery.byline(row)
    st.markdown(f"Works most like  \n***{title}***  \n{markdown(by)}")
