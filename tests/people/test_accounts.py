"""Accounts, sessions, tokens, quotas, paths and logs: what a person or an operator would notice."""

import io
import json
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor

import pytest
from people_kit import PASSWORD, ruled

from artsim.cli.run import run
from artsim.core.errors import Conflict, InvalidInput, NotAllowed, NotFound, TooMany
from artsim.jobs.table import JobTable
from artsim.people import access, accounts, audit, identity, paths, quotas, sessions, table
from artsim.people.person import Person
from artsim.people.present import House
from artsim.people.roles import Role
from artsim.tasks.queue import TaskQueue


def stored(workspace) -> bytes:
    with sqlite3.connect(table.path(workspace)) as db:
        return "\n".join(db.iterdump()).encode()


@pytest.fixture
def ann(workspace):
    return accounts.add(workspace, "Ann@Museum.example", Role.CURATOR, PASSWORD)


def test_a_password_is_right_or_wrong_and_not_stored(workspace, ann):
    assert ann.name == "ann@museum.example"
    assert accounts.verified(workspace, "ANN@museum.example", PASSWORD, "192.0.2.1") == ann
    for name, password in ((ann.name, PASSWORD + " "), (ann.name, ""), ("bo", PASSWORD)):
        assert accounts.verified(workspace, name, password, "192.0.2.1") is None
    assert PASSWORD.encode() not in stored(workspace)
    assert b"$argon2id$" in stored(workspace)
    assert table.path(workspace).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("name", ["", "a b", "../x", "a\nb", "-a", "a" * 129, "ä\x00"])
def test_names_and_passwords_are_checked(workspace, name):
    with pytest.raises(InvalidInput, match="cannot name an account"):
        accounts.add(workspace, name, Role.VIEWER, PASSWORD)
    for password in ("short", "x" * 2000):
        with pytest.raises(InvalidInput, match="10 to 1,024"):
            accounts.add(workspace, "bo", Role.VIEWER, password)


def test_a_later_account_of_the_name_is_not_let_in_where_the_removed_one_was(workspace, ann):
    access.set_rule(workspace, "secret", "named", [ann.name, "bo"])
    accounts.remove(workspace, ann.name)
    accounts.add(workspace, ann.name, Role.VIEWER, PASSWORD)
    time.sleep(1.1)  # how old an answer may be
    assert not access.lets_in(workspace, ann.name, "secret")
    assert access.lets_in(workspace, "bo", "secret")


def test_a_name_is_one_persons(workspace, ann):
    with pytest.raises(Conflict):
        accounts.add(workspace, ann.name.upper(), Role.ADMIN, PASSWORD)
    with pytest.raises(NotFound):
        accounts.remove(workspace, "bo")


def test_wrong_passwords_are_limited_by_pair_and_the_right_one_then_too(workspace, ann):
    for _ in range(5):
        assert accounts.verified(workspace, ann.name, "wrong password", "192.0.2.9") is None
    with pytest.raises(TooMany, match="wait five minutes"):
        accounts.verified(workspace, ann.name, PASSWORD, "192.0.2.9")
    assert accounts.verified(workspace, ann.name, PASSWORD, "192.0.2.1") == ann  # from elsewhere


def test_wrong_passwords_at_once_are_as_many_as_one_after_the_other(workspace, ann):
    def wrong(_):
        try:
            return accounts.verified(workspace, ann.name, "wrong password", "192.0.2.9")
        except TooMany:
            return "wait"

    with ThreadPoolExecutor(10) as threads:
        told = list(threads.map(wrong, range(10)))
    assert told.count(None) <= 6  # two are looked at at once


def test_a_session_ends(workspace, ann, monkeypatch):
    secret, expires = sessions.begin(workspace, ann.name)
    assert expires - time.time() == pytest.approx(12 * 3600, abs=60)
    assert sessions.of_session(workspace, secret) == ann
    assert sessions.of_session(workspace, secret[:-1]) is None
    assert secret.encode() not in stored(workspace)
    later = time.time() + 12 * 3600 + 1
    with monkeypatch.context() as patch:
        patch.setattr(time, "time", lambda: later)
        assert sessions.of_session(workspace, secret) is None
    accounts.set_password(workspace, ann.name, "another password")
    assert sessions.of_session(workspace, secret) is None


def test_a_token_has_its_accounts_role_until_it_is_revoked(workspace, ann):
    token, secret = sessions.make_token(workspace, ann.name, "nightly", days=1)
    assert sessions.of_token(workspace, secret) == ann
    accounts.set_role(workspace, ann.name, Role.VIEWER)
    assert sessions.of_token(workspace, secret).role is Role.VIEWER
    assert secret.encode() not in stored(workspace)
    sessions.revoke(workspace, token.id)
    assert sessions.of_token(workspace, secret) is None
    _, secret = sessions.make_token(workspace, ann.name, "nightly")
    accounts.remove(workspace, ann.name)
    assert sessions.of_token(workspace, secret) is None
    accounts.add(workspace, ann.name, Role.ADMIN, PASSWORD)  # another ann
    assert sessions.of_token(workspace, secret) is None


def test_claims_of_oidc_give_roles(workspace, monkeypatch):
    monkeypatch.setenv("ARTSIM_ROLES", "conservators=curator,boss@museum.example=admin,out=none")
    accounts.add(workspace, "listed@museum.example", Role.ADMIN, None)
    now = time.time()

    def role(**claims):
        told = {"is_logged_in": True, "iat": now, "sub": "s", **claims}
        house = House(workspace, "oidc", claims=lambda _: told)
        return identity.identify(house, [], {}, "192.0.2.1").role

    boss = {"email": "Boss@museum.example"}
    assert role() is Role.VIEWER
    assert role(groups=["Conservators", "x"]) is Role.CURATOR
    assert role(groups="conservators") is Role.CURATOR
    assert role(**boss, email_verified=True) is Role.ADMIN
    assert role(**boss) is role(**boss, email_verified="true") is Role.VIEWER
    assert role(email="listed@museum.example", email_verified=True) is Role.ADMIN
    assert role(groups=["out"]) is None
    assert role(iat=now - 13 * 3600) is role(iat=None) is role(is_logged_in=False) is None


def test_searches_a_minute_are_counted_by_person(workspace, monkeypatch):
    monkeypatch.setenv("ARTSIM_SEARCHES_A_MINUTE", "3")
    monkeypatch.setattr(quotas, "_searches", {})
    with ruled(workspace, "vera"):
        for _ in range(3):
            quotas.search()
        with pytest.raises(TooMany, match="search 3 times a minute"):
            quotas.search()
    with ruled(workspace, "carl"):
        quotas.search()
    for _ in range(9):  # one person on loopback
        quotas.search()


def test_uploads_a_day_are_counted_by_person(workspace, monkeypatch):
    monkeypatch.setenv("ARTSIM_UPLOAD_MB_A_DAY", "1")
    with ruled(workspace, "vera"):
        quotas.uploaded(600_000)
        quotas.check_upload(400_000)
        with pytest.raises(TooMany, match="1 MB a day"):
            quotas.check_upload(400_001)
    with ruled(workspace, "carl"):
        quotas.check_upload(1_000_000)


def test_jobs_at_once_are_counted_by_person(workspace, monkeypatch):
    monkeypatch.setenv("ARTSIM_JOBS_AT_ONCE", "2")
    jobs, queue = JobTable(workspace), TaskQueue(workspace)
    config = {"collection": "shown", "backbone": "x"}
    for n in range(2):
        job = jobs.add("embed", {**config, "batch_size": n + 1}, "carl")
    jobs.add("embed", {**config, "batch_size": 9}, "dora")
    with ruled(workspace, "carl"):
        monkeypatch.setattr(queue, "tend", lambda: None)  # no worker is started
        with pytest.raises(TooMany, match="You have 2 jobs"):
            queue.submit("embed", config)
        queue.cancel(job.id)
        assert queue.submit("embed", config).person == "carl"


def test_turns_go_round_among_people(workspace):
    jobs = JobTable(workspace)
    queued = [("ann", n) for n in range(3)] + [("bo", 3), ("ann", 4), ("bo", 5)]
    for who, n in queued:
        jobs.add("embed", {"n": n}, who)
    done = []
    while (job := jobs.claim_next("host")) is not None:
        done.append((job.person, job.config["n"]))
        jobs.finish(job, "succeeded")
        time.sleep(0.01)
    assert done == [("ann", 0), ("bo", 3), ("ann", 1), ("bo", 5), ("ann", 2), ("ann", 4)]


def test_jobs_of_others_are_not_stopped_or_read(workspace):
    jobs, queue = JobTable(workspace), TaskQueue(workspace)
    job = jobs.add("embed", {"collection": "shown", "backbone": "x"}, "dora")
    jobs.finish(jobs.claim_next("host"), "failed", "it was a test")
    with ruled(workspace, "carl"):
        assert [j.id for j in queue.list()] == [job.id]
        for change in (queue.cancel, queue.resume, queue.delete):
            with pytest.raises(NotAllowed):
                change(job.id)
    with ruled(workspace, "vera"):
        assert queue.list() == []
        with pytest.raises(NotFound):
            queue.log(job.id)
    with ruled(workspace, "ada"):
        queue.delete(job.id)


def test_paths_lie_below_the_folders_that_the_operator_named(workspace, tmp_path, monkeypatch):
    shelf, outside = tmp_path / "shelf", tmp_path / "shelf-2"
    for folder in (shelf / "in", outside, workspace.root / "uploads" / "x"):
        folder.mkdir(parents=True)
    (shelf / "link").symlink_to(outside)
    paths.check_path(workspace, "/etc")  # one person on loopback, who named nothing
    monkeypatch.setenv("ARTSIM_IMPORT_FOLDERS", str(shelf))
    for good in (shelf, shelf / "in", workspace.root / "uploads" / "x", shelf / "not-there"):
        paths.check_path(workspace, good)
    bad = [outside, shelf / ".." / "shelf-2", shelf / "link", "/etc/passwd", "~", workspace.root]
    for path in [*bad, shelf / "in" / "../../shelf-2/x", "/nowhere", "a\0b"]:
        with pytest.raises(NotAllowed, match="cannot be named here"):
            paths.check_path(workspace, path)
    queue = TaskQueue(workspace)
    told = {"directory": str(outside), "name": "new"}
    train = {"source": "/etc", "name": "new", "backbone": "efficientnet_lite0"}
    for kind, config in (("import_folder", told), ("train", train)):
        with pytest.raises(NotAllowed, match="cannot be named here"):
            queue.submit(kind, config)
    assert queue.list() == []


def test_the_audit_log_tells_who_did_what_and_is_rotated(workspace, monkeypatch):
    monkeypatch.setattr(audit, "MOST_BYTES", 2_000)
    monkeypatch.setitem(audit.KEPT, audit.AUDIT, 3)
    monkeypatch.setitem(audit.KEPT, audit.STRANGERS, 2)
    accounts.add(workspace, "ann", Role.ADMIN, None)
    first = json.loads((audit.folder(workspace) / audit.AUDIT).read_text().splitlines()[0])
    assert (first["what"], first["detail"], first["refused"]) == (
        "users add",
        "ann as admin",
        False,
    )
    assert first["who"].endswith("on this machine")
    for n in range(100):
        sessions.make_token(workspace, "ann", f"t{n}")
    stranger = Person("", None, "", "192.0.2.66")
    for n in range(100):
        audit.record(workspace, stranger, "delete", "demo", f"{n}", refused=True)
    assert len(list(audit.folder(workspace).glob("strangers*"))) == 3
    logs = sorted(path.name for path in audit.folder(workspace).glob("audit*"))
    assert logs == ["audit.jsonl", "audit.jsonl.1", "audit.jsonl.2", "audit.jsonl.3"]
    for name in logs:
        for line in (audit.folder(workspace) / name).read_text().splitlines():
            assert json.loads(line)["what"].startswith("users")


def test_one_who_is_refused_again_and_again_pushes_nothing_out_of_the_audit_log(
    workspace, monkeypatch
):
    monkeypatch.setattr(audit, "MOST_BYTES", 20_000)
    monkeypatch.setitem(audit.KEPT, audit.AUDIT, 2)
    vera, carl = Person("vera", Role.VIEWER, "local"), Person("carl", Role.CURATOR, "local")
    audit.record(workspace, carl, "clean", "demo", "what matters")
    for n in range(1_000):
        audit.record(workspace, vera, "delete", "demo", f"{n}", refused=True)
    audit.record(workspace, carl, "delete", "demo", "refused too", refused=True)
    logs = sorted(audit.folder(workspace).glob("audit*"), reverse=True)
    lines = [json.loads(one) for log in logs for one in log.read_text().splitlines()]
    told = [line["detail"] for line in lines]
    assert told[:2] == ["what matters", "0"]
    assert told[-2:] == ["(this hour's further refusals are not written) 59", "refused too"]
    assert len(lines) == 62


def test_what_one_does_without_end_pushes_nothing_out_of_the_audit_log(workspace, monkeypatch):
    monkeypatch.setattr(audit, "MOST_BYTES", 20_000)
    monkeypatch.setattr(audit, "MOST_ACTS", 20)
    monkeypatch.setitem(audit.KEPT, audit.OFTEN, 2)
    carl, cora = Person("carl", Role.CURATOR, "local"), Person("cora", Role.CURATOR, "local")
    audit.record(workspace, carl, "clean", "demo", "what was wrong")
    for n in range(1_000):
        audit.record(workspace, carl, "vote", "demo", f"{n}")
    audit.record(workspace, carl, "import", "demo", "what else")
    audit.record(workspace, cora, "vote", "demo", "another's")
    (log,) = audit.folder(workspace).glob("audit*")
    told = [json.loads(line)["detail"] for line in log.read_text().splitlines()]
    assert told[:2] == ["what was wrong", "0"]
    assert told[-3:] == [
        "(this day's further ones stand in often.jsonl) 19",
        "what else",
        "another's",
    ]
    assert len(told) == 23
    often = sorted(audit.folder(workspace).glob("often*"), reverse=True)
    lines = [json.loads(one) for log in often for one in log.read_text().splitlines()]
    assert len(often) == 3
    assert [lines[-1]["who"], lines[-1]["detail"]] == ["carl", "999"]


def test_the_commands(workspace, monkeypatch, capsys):
    def artsim(line, stdin=""):
        monkeypatch.setattr("sys.stdin", io.StringIO(stdin))
        code = run(line.split())
        out = capsys.readouterr()
        return code, out.out, out.err

    code, _, said = artsim("users list")
    assert code == 1
    assert "--sign-in local" in said
    monkeypatch.setenv("ARTSIM_SIGN_IN", "local")
    assert artsim("users add ann --role admin", f"{PASSWORD}\n")[0] == 0
    assert accounts.verified(workspace, "ann", PASSWORD, "") is not None
    assert artsim("users add bo --no-password")[0] == 0
    assert artsim("users add bo")[0] == 1
    assert artsim("users role bo curator")[0] == 0
    assert artsim("users role bo king")[0] == 2
    assert artsim("users password ann", "another password\n")[0] == 0
    assert accounts.verified(workspace, "ann", "another password", "") is not None
    made = json.loads(artsim("users token create bo --label x --json")[1])
    assert sessions.of_token(workspace, made["token"]).role is Role.CURATOR
    shown = json.loads(artsim("users token list --json")[1])
    assert shown == [{k: v for k, v in made.items() if k != "token"}]
    assert artsim(f"users token revoke {made['id']}")[0] == 0
    assert artsim("users access none public")[0] == 1
    found = json.loads(artsim("users list --json")[1])["users"]
    assert [(one["name"], one["role"], one["password"]) for one in found] == [
        ("ann", "admin", True),
        ("bo", "curator", False),
    ]
    assert artsim("users remove bo")[0] == 0
    assert [one.name for one in accounts.every(workspace)] == ["ann"]
