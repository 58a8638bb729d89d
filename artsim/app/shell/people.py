"""Managing people, for admins alone: accounts, roles, and tokens."""

from collections.abc import Callable
from functools import partial

import streamlit as st

from artsim.app.widgets.texts import markdown
from artsim.core.errors import ArtsimError
from artsim.core.workspace import Workspace
from artsim.people import accounts, policy, present, sessions
from artsim.people.accounts import Account
from artsim.people.present import House
from artsim.people.roles import Action, Role, role_named
from artsim.upkeep.people import remove_account

_ROLES = [role.label for role in Role]


def show(house: House) -> None:
    """All accounts and tokens with what can be done to them; nothing for who may not."""
    if not policy.allows(Action.USERS):
        return
    workspace, local = house.workspace, house.mode == "local"
    if said := st.session_state.pop("people_said", ""):
        st.success(said, icon=":material/check:")
    if wrong := st.session_state.pop("people_wrong", ""):
        st.error(wrong, icon=":material/error:")
    st.header("People", anchor=False)
    found = accounts.every(workspace)
    st.table(
        {
            "Name": [markdown(one.name) for one in found],
            "Role": [one.role.label for one in found],
            "Signs in with": ["password" if one.password else "proxy or OIDC" for one in found],
        }
    )
    _add(workspace, local)
    # An admin cannot change their own account, so there is always one.
    others = {one.name: one for one in found if one.name != accounts.folded(present.current().name)}
    if others:
        _change(workspace, others, local)
    _tokens(workspace)


def _add(workspace: Workspace, local: bool) -> None:
    with st.form("people_add", clear_on_submit=True):
        st.subheader("Add somebody", anchor=False)
        name = st.text_input("Name", max_chars=128, key="people_name")
        role = st.selectbox("Role", _ROLES, key="people_role")
        password = None
        if local:
            password = st.text_input("Password", type="password", key="people_password")
        pressed = st.form_submit_button("Add", icon=":material/person_add:")
    if pressed:
        given = role_named(role) or Role.VIEWER
        by = present.current()
        _do(
            lambda: accounts.add(workspace, name.strip(), given, password, by),
            f"{markdown(name.strip())} was added as {given.label}.",
        )


def _change(workspace: Workspace, others: dict[str, Account], local: bool) -> None:
    st.subheader("Change somebody", anchor=False)
    name = st.selectbox("Person", list(others), key="people_person")
    by, shown = present.current(), markdown(name)
    now = others[name].role.label
    role = st.selectbox("Their role", _ROLES, _ROLES.index(now), key=f"people_role_of_{name}_{now}")
    given = role_named(role) or Role.VIEWER
    if st.button("Give this role", key="people_give", disabled=role == now):
        _do(
            lambda: accounts.set_role(workspace, name, given, by),
            f"{shown} is {given.label} now.",
        )
    if local:
        with st.form("people_new_password", clear_on_submit=True):
            password = st.text_input("New password", type="password", key="people_other_password")
            if st.form_submit_button("Set password"):
                _do(
                    lambda: accounts.set_password(workspace, name, password, by),
                    f"{shown} has another password, and has to sign in again.",
                )
    with st.popover("Remove", icon=":material/person_remove:"):
        st.write(
            f"{shown} can no longer sign in, and the tokens of {shown} end. Their trays and saved "
            "searches stay for whoever runs this server, not for a later account of that name."
        )
        if st.button(f"Remove {shown}", key=f"people_remove_{name}"):
            _do(lambda: remove_account(workspace, name, by), f"{shown} was removed.")


def _tokens(workspace: Workspace) -> None:
    found = sessions.tokens(workspace)
    if not found:
        return
    st.subheader("Tokens of scripts", anchor=False)
    by = present.current()
    for token in found:
        text, revoke = st.columns([4, 1], vertical_alignment="center")
        text.write(f"**{markdown(token.name)}** · {markdown(token.label)}")
        if revoke.button("Revoke", key=f"people_revoke_{token.id}"):
            _do(
                partial(sessions.revoke, workspace, token.id, by),
                f"The token of {markdown(token.name)} was revoked.",
            )


def _do(work: Callable[[], object], said: str) -> None:
    """Do what an admin asked for, and draw the page again with the result."""
    try:
        policy.ask(Action.USERS)
        work()
    except ArtsimError as error:
        st.session_state["people_wrong"] = markdown(str(error))
    else:
        st.session_state["people_said"] = said
    st.rerun()
