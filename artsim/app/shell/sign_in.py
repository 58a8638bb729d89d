"""Signing in and out, as a person sees it."""

from urllib.parse import urlencode

import streamlit as st

from artsim.api.sign_in import IN, OUT
from artsim.app.shell import people, places
from artsim.app.widgets.texts import markdown, markup
from artsim.people import policy, present
from artsim.people.roles import Action

_WRONG = {
    "1": "The name or the password is wrong.",
    "wait": "Too many wrong passwords were tried. Wait five minutes and try again.",
}


def show(instead_of: str | None = None) -> None:
    """The page for signing in, which then leads to the page that it is shown ``instead_of``."""
    house = present.house()
    person = present.current()
    st.title("Sign in", anchor=False)
    if person.name:
        st.write(f"You are signed in as **{markdown(person.name)}**.")
        if house is not None:
            people.show(house)
        return
    if house is None or house.mode == "none":
        st.write("Nobody needs to sign in here.")
    elif house.mode == "local":
        _form(instead_of)
    elif house.mode == "oidc":
        st.write("Use the account that you have at work.")
        st.button("Sign in", type="primary", key="sign_in", on_click=st.login)
    else:
        st.write(
            "This server is reached through a proxy that says who you are, and it did not. Open "
            "the address that you were given."
        )


def panel() -> None:
    """In the sidebar: who is signed in, and the way out; or the way in."""
    house = present.house()
    if house is None or house.mode == "none":
        return
    person = present.current()
    with st.sidebar, st.container(key="sign_in_panel"):
        if not person.name:
            st.page_link(places.SIGN_IN, label="Sign in", icon=":material/login:")
            return
        role = person.role.label if person.role else ""
        st.caption(f"Signed in as **{markdown(person.name)}** · {role}")
        if policy.allows(Action.USERS):
            st.page_link(places.SIGN_IN, label="People", icon=":material/group:")
        if house.mode == "local":
            st.html(
                f"<form class='artsim-sign-out' method='post' action='{OUT}'>"
                "<button type='submit'>Sign out</button></form>"
            )
        elif house.mode == "oidc":
            st.button("Sign out", key="sign_out", type="tertiary", on_click=st.logout)


def _form(instead_of: str | None) -> None:
    then = st.query_params.get("next", "/")
    if instead_of is not None and "next" not in st.query_params:
        asked = urlencode({k: st.query_params.get_all(k) for k in st.query_params}, doseq=True)
        then = f"/{instead_of}" + (f"?{asked}" if asked else "")
    wrong = _WRONG.get(st.query_params.get("wrong", ""))
    if wrong:
        st.error(wrong, icon=":material/error:")
    # A plain HTML form: the page's scripts may not see the cookie that the answer sets.
    st.html(
        f"<form class='artsim-sign-in' method='post' action='{IN}'>"
        f"<input type='hidden' name='next' value='{markup(then)}'>"
        "<label>Name<input name='username' autocomplete='username' autocapitalize='none' "
        "spellcheck='false' required maxlength='128'></label>"
        "<label>Password<input name='password' type='password' required maxlength='1024' "
        "autocomplete='current-password'></label>"
        "<button type='submit'>Sign in</button></form>"
    )
