"""Who may do what, asked of the policy itself and of everything below the doors that changes."""

import ast
import json
from urllib.parse import urlsplit

import pytest
from collection_kit import make_collection
from people_kit import ROLES, ruled

from artsim.collection import uploads
from artsim.core.errors import ArtsimError, NotAllowed, NotFound, NotSignedIn
from artsim.evaluation import runs, votes
from artsim.evaluation.config import EvaluateConfig
from artsim.evaluation.judgements import judged_pairs
from artsim.evaluation.votes import ShownList, Vote
from artsim.images.query_pictures import QueryPicture
from artsim.jobs.table import JobTable
from artsim.library import Library
from artsim.maps.storage import delete_map
from artsim.people import access, present
from artsim.people.addresses import check_addresses
from artsim.people.person import Person
from artsim.people.policy import may
from artsim.people.roles import Action, Role
from artsim.tasks.kinds import KINDS
from artsim.tasks.queue import TaskQueue
from artsim.training import published, record
from tests.conftest import REPOSITORY

ALL, VIEWER, CURATOR, ADMIN = None, Role.VIEWER, Role.CURATOR, Role.ADMIN
LEAST = {
    Action.OPEN: ALL,
    Action.SEE: VIEWER,
    Action.SEARCH: VIEWER,
    Action.REPORTS: CURATOR,
    Action.VOTE: CURATOR,
    Action.TRAYS: CURATOR,
    Action.CLEAN: CURATOR,
    Action.IMPORT: CURATOR,
    Action.PREPARE: CURATOR,
    Action.EVALUATE: CURATOR,
    Action.DELETE: ADMIN,
    Action.TRAIN: ADMIN,
    Action.USERS: ADMIN,
    Action.SETTINGS: ADMIN,
    Action.WATCH: ADMIN,
}
READING = {Action.OPEN, Action.SEE, Action.SEARCH, Action.REPORTS, Action.WATCH}
KIND_LEAST = {
    "import_folder": CURATOR,
    "import_nga": CURATOR,
    "import_and_embed": CURATOR,
    "import_folder_and_embed": CURATOR,
    "sync": CURATOR,
    "demo": CURATOR,
    "embed": CURATOR,
    "evaluate": CURATOR,
    "map": CURATOR,
    "index": CURATOR,
    "patches": CURATOR,
    "train": ADMIN,
    "prepare_wikiart": ADMIN,
}
REFUSED = (NotSignedIn, NotAllowed)
LISTS = (ShownList("a", "d", "cosine", ("w1",)), ShownList("b", "d", "cosine", ("w2",)))
# Everything below the doors that changes what is stored, and the least role that may.
CHANGES = {
    "delete a collection": (ADMIN, lambda lib: lib.delete_collection("none")),
    "show first": (ADMIN, lambda lib: lib.show_first("")),
    "edit": (CURATOR, lambda lib: lib.desk("shown", "x").edit(["w1"], {"title": "New"})),
    "keep": (CURATOR, lambda lib: lib.desk("shown", "x").keep(["none"])),
    "reject": (CURATOR, lambda lib: lib.desk("shown", "x").reject(["none"])),
    "merge": (CURATOR, lambda lib: lib.desk("shown", "x").merge("w1", ["none"])),
    "split": (CURATOR, lambda lib: lib.desk("shown", "x").split("w1", "none")),
    "best": (CURATOR, lambda lib: lib.desk("shown", "x").best("none")),
    "take down": (ADMIN, lambda lib: lib.desk("shown", "x").remove([])),
    "let come back": (ADMIN, lambda lib: lib.desk("shown", "x").restore(["none"])),
    "undo": (CURATOR, lambda lib: lib.undo("shown", 99, "x")),
    "rename": (CURATOR, lambda lib: lib.rename("shown", "shown", "x")),
    "vote": (
        CURATOR,
        lambda lib: votes.cast(lib.workspace, Vote("v", "shown", "w1", "", 2, LISTS, 0)),
    ),
    "begin votes anew": (ADMIN, lambda lib: votes.begin_anew(lib.workspace)),
    "evaluate": (
        CURATOR,
        lambda lib: runs.evaluate_and_keep(
            lib, EvaluateConfig(collection="shown", backbones=("none",))
        ),
    ),
    "delete an evaluation": (ADMIN, lambda lib: runs.delete_run(lib.workspace, "none")),
    "delete a map": (ADMIN, lambda lib: delete_map(lib, "shown", "none")),
    "forget a training": (ADMIN, lambda lib: record.delete_training(lib.workspace, "none")),
    "delete a backbone": (ADMIN, lambda lib: published.delete_backbone(lib.workspace, "none")),
    "upload": (CURATOR, lambda lib: uploads.receive(lib.workspace, "new", [("a.jpg", b"")])),
    "begin jobs anew": (ADMIN, lambda lib: TaskQueue(lib.workspace).begin_anew()),
}


def person(name: str) -> Person:
    return Person(name if ROLES[name] else "", ROLES[name])


def test_every_action_is_in_the_table():
    assert set(LEAST) == set(Action)


@pytest.mark.parametrize("action", Action)
def test_an_action_is_for_roles_from_its_least_on(action, workspace):
    with ruled(workspace):
        for name, role in ROLES.items():
            least = LEAST[action]
            wanted = least is None or (role is not None and role >= least)
            assert may(person(name), action, "shown") == wanted, name
        assert not may(person("ada"), None)
    with ruled(workspace, read_only=True):
        assert may(person("ada"), action) == (action in READING)
    assert may(person("nobody"), action)  # no server with rules: one person's own machine


@pytest.mark.parametrize(
    ("kind", "named", "seen_by"),
    [
        ("public", [], ["nobody", "vera", "carl", "ada"]),
        ("signed-in", [], ["vera", "carl", "ada"]),
        ("named", ["vera"], ["vera", "ada"]),
        ("named", ["CARL"], ["carl", "ada"]),
        ("named", [], ["ada"]),
    ],
)
def test_a_collection_is_for_those_that_its_rule_names(kind, named, seen_by, workspace):
    access.set_rule(workspace, "drawings", kind, named)
    with ruled(workspace):
        for action in (Action.SEE, Action.SEARCH):
            seen = [name for name in ROLES if may(person(name), action, "drawings")]
            assert seen == seen_by
        assert not may(person("nobody"), Action.VOTE, "drawings")
        assert may(person("carl"), Action.CLEAN, "drawings") == ("carl" in seen_by)


@pytest.mark.parametrize("what", CHANGES)
def test_what_changes_is_refused_below_its_role(what, workspace):
    make_collection(workspace, "shown", [{"id": f"w{i}", "artist": "M"} for i in range(1, 4)])
    least, change = CHANGES[what]
    library = Library(workspace)
    for name, role in ROLES.items():
        allowed = role is not None and role >= least
        with ruled(workspace, name):
            try:
                change(library)
            except REFUSED:
                assert not allowed, name
            except ArtsimError:  # it was let in, and there was nothing to do it to
                assert allowed, name
            else:
                assert allowed, name
    with ruled(workspace, "ada", read_only=True), pytest.raises(NotAllowed, match="read-only"):
        change(library)


def test_every_kind_of_job_is_in_the_table():
    assert set(KIND_LEAST) == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_a_job_is_refused_below_its_role(kind, workspace):
    for name, role in ROLES.items():
        with ruled(workspace, name):
            allowed = role is not None and role >= KIND_LEAST[kind]
            assert may(present.current(), KINDS[kind].action) == allowed


def test_the_queue_asks_for_the_job_and_its_collection(workspace):
    access.set_rule(workspace, "secret", "named", ["ada"])
    queue = TaskQueue(workspace)
    with ruled(workspace, "vera"), pytest.raises(NotAllowed, match="needs the role curator"):
        queue.submit("embed", {"collection": "shown", "backbone": "x"})
    with ruled(workspace, "carl"):
        with pytest.raises(NotAllowed, match="named people"):
            queue.submit("embed", {"collection": "secret", "backbone": "x"})
        with pytest.raises(NotAllowed, match="named people"):
            queue.submit("import_nga", {"name": "secret"})
        with pytest.raises(NotAllowed, match="named people"):
            queue.submit(
                "evaluate", {"collection": "shown", "queries": "secret", "backbones": ["x"]}
            )
    assert queue.list() == []


def test_what_reads_a_collection_for_named_people_is_seen_by_those_alone(workspace):
    works = [{"id": f"w{n}", "artist": "AB"[n % 2]} for n in range(6)]
    for name in ("shown", "secret"):
        make_collection(workspace, name, works)
    access.set_rule(workspace, "secret", "named", ["carl"])
    library, queue = Library(workspace), TaskQueue(workspace)
    config = EvaluateConfig(
        collection="shown", queries="secret", backbones=("tiny",), relevances=("artist",)
    )
    runs.evaluate_and_keep(library, config)
    jobs = JobTable(workspace)
    job = jobs.add("evaluate", config.model_dump(mode="json"))
    train = {"source": "secret", "name": "style", "backbone": "tiny"}
    jobs.add("train", train)
    folder = record.running_folder(workspace, "style")
    folder.mkdir(parents=True)
    (folder / record.CONFIG).write_text(json.dumps(record.FORMAT.stamped(train)))
    with ruled(workspace, "carl"):
        run = library.evaluations()[0].id
        assert library.evaluation(run).queries_collection == "secret"
        assert {one.kind for one in queue.list()} == {"evaluate", "train"}
        assert record.load_training(workspace, "style").config["source"] == "secret"
    access.set_rule(workspace, "secret", "named", ["cora"])
    with ruled(workspace, "carl"):
        assert (library.evaluations(), queue.list(), record.list_trainings(workspace)) == ([],) * 3
        for look in (
            lambda: library.evaluation(run),
            lambda: queue.get(job.id),
            lambda: record.load_training(workspace, "style"),
            lambda: votes.of_collection(workspace, "secret"),
            lambda: judged_pairs(workspace, "secret"),
        ):
            with pytest.raises(NotFound):
                look()


INSIDE = [
    *("http://127.0.0.1:8501/m.json", "http://localhost/m.json", "http://[::1]/m.json"),
    *("http://169.254.169.254/latest/", "https://10.0.0.7/m.json", "http://0.0.0.0/m.json"),
    *("http://2130706433/m.json", "http://0x7f.1/m.json", "HTTP://[::ffff:127.0.0.1]/m.json"),
]


@pytest.mark.parametrize("place", INSIDE)
def test_nobody_lets_the_server_ask_its_own_network(workspace, monkeypatch, place):
    queue = TaskQueue(workspace)
    config = {"place": "https://192.0.1.1/m.json", "allow_hosts": [urlsplit(place).netloc.lower()]}
    with ruled(workspace, "carl"):
        with pytest.raises(NotAllowed, match="within this server's own network"):
            queue.submit("import_iiif", {"name": "new", "place": place})
        with pytest.raises(NotAllowed, match="within this server's own network"):
            check_addresses(config)
    check_addresses(config)  # one person on loopback
    monkeypatch.setenv("ARTSIM_IMPORT_HOSTS", "localhost, 10.0.0.7")
    with ruled(workspace, "carl"):
        check_addresses({"place": "https://10.0.0.7/m.json", "allow_hosts": ["localhost:80"]})
        check_addresses({"place": "https://192.0.1.1/m.json"})  # the world's
    assert queue.list() == []


def test_a_picture_to_search_with_is_for_whoever_brought_it(workspace):
    library, picture = Library(workspace), QueryPicture("a" * 64, b"jpeg", "a.jpg")
    with ruled(workspace, "vera"):
        library.keep_picture(picture)
        assert library.kept_picture(picture.digest) == picture
    for name in ("carl", "ada"):
        with ruled(workspace, name), pytest.raises(ArtsimError, match="no longer kept"):
            library.kept_picture(picture.digest)
    with ruled(workspace, "nobody"), pytest.raises(NotSignedIn):
        library.kept_picture(picture.digest)


def test_a_subject_of_a_provider_with_capital_letters_can_be_named(workspace):
    access.set_rule(workspace, "secret", "named", ["AbC-9x"])
    with ruled(workspace):
        assert may(Person("AbC-9x", VIEWER, "oidc"), Action.SEE, "secret")
        assert not may(Person("AbC-9y", VIEWER, "oidc"), Action.SEE, "secret")
        assert not may(Person("", VIEWER, "oidc"), Action.SEE, "secret")


def test_a_rule_follows_its_collection(workspace):
    make_collection(workspace, "old", [{"id": "w1"}, {"id": "w2"}])
    access.set_rule(workspace, "old", "named", ["carl"])
    with ruled(workspace, "carl"):
        Library(workspace).rename("old", "new", "carl")
        assert not may(person("vera"), Action.SEE, "new")
    with ruled(workspace, "ada"):
        Library(workspace).delete_collection("new")
        assert may(person("vera"), Action.SEE, "new")  # another one that is called so


def test_doors_decide_nothing_themselves():
    """No door compares roles: all of them ask ``people``."""
    deciding = [
        path.name
        for door in ("app", "api", "cli", "face")
        for path in (REPOSITORY / "artsim" / door).rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Compare) and ".role" in ast.unparse(node)
    ]
    assert deciding == []
