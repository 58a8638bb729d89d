"""The container files hold what they promise, and artsim runs where only its volume is writable."""

import base64
import fnmatch
import json
import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from starlette.routing import Route
from typer.main import get_command

from artsim.api import routes
from artsim.cli.app import app
from artsim.core.lent_folders import lend_folders
from artsim.core.workspace import Workspace
from tests.conftest import REPOSITORY

VOLUME, PORT = "/data", "8501"
NOBODY = 54_321  # no account has this number
# Both of what a container's read-only root takes away: rights to write, and temporary folders.
READ_ONLY = """
for folder in /tmp /var/tmp; do
  mount --bind $folder $folder && mount -o remount,bind,ro $folder || exit 1
done
mount --bind "$0" "$0" && mount -o remount,bind,rw "$0" || exit 1
exec "$@"
"""

# Reads everything, since the environment that runs the tests may be root's own.
NO_RIGHTS = (
    *("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups"),
    *("--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search"),
)

# What a map needs: Numba's cache of functions, and a temporary file. A whole map compiles minutes.
USES_FOLDERS = """
import sys, tempfile
from artsim.core.workspace import Workspace
Workspace.open()
sys.path.insert(0, sys.argv[1])
import compiled
assert compiled.twice(21) == 42
tempfile.TemporaryFile().close()
"""
COMPILED = "import numba\n@numba.njit(cache=True)\ndef twice(x): return 2 * x\n"


def alone(home: Path) -> tuple[str, ...]:
    """What runs a command where temporary folders cannot be written, ``home`` can."""
    return ("unshare", "--mount", "sh", "-c", READ_ONLY, str(home))


def works(prefix: tuple[str, ...]) -> bool:
    """Whether this machine lets commands be run so."""
    if shutil.which(prefix[0]) is None:
        return False
    return subprocess.run([*prefix, "true"], capture_output=True, check=False).returncode == 0


def instructions() -> list[tuple[str, str]]:
    """Each instruction of the Dockerfile with its arguments, comments and line ends left out."""
    text = (REPOSITORY / "Dockerfile").read_text(encoding="utf-8")
    lines = re.sub(r"^#.*\n", "", text, flags=re.MULTILINE).replace("\\\n", " ").splitlines()
    return [
        (word, rest.strip()) for word, _, rest in (line.partition(" ") for line in lines if line)
    ]


def last(word: str) -> str:
    """The arguments of the last such instruction, which is the one that counts."""
    return [rest for name, rest in instructions() if name == word][-1]


def requirements(extras: str) -> str:
    """What the Dockerfile's shell gives pip to install, for these EXTRAS."""
    installs = next(rest for word, rest in instructions() if word == "RUN" and "--mount" in rest)
    asked = installs[installs.index('"') :].replace("/wheels/artsim-*.whl", "artsim.whl")
    shell = ["sh", "-c", f"printf %s {asked}"]
    return subprocess.run(
        shell, env={"EXTRAS": extras}, capture_output=True, text=True, check=True
    ).stdout


def compose() -> Any:
    return yaml.safe_load((REPOSITORY / "compose.yaml").read_text(encoding="utf-8"))


def command() -> list[str]:
    """What the container runs."""
    return list(json.loads(last("CMD")))


def ignored(path: str) -> bool:
    """Whether .dockerignore leaves a path out: the last line that fits decides."""
    found = False
    for line in (REPOSITORY / ".dockerignore").read_text(encoding="utf-8").splitlines():
        pattern = line.strip().removeprefix("!").removeprefix("**/")
        parts = [path, *path.split("/")]
        if pattern and not line.startswith("#") and any(fnmatch.fnmatch(p, pattern) for p in parts):
            found = not line.startswith("!")
    return found


def test_everything_that_is_copied_is_there_and_sent_to_the_builder() -> None:
    copied = [
        source for word, rest in instructions() if word == "COPY" for source in rest.split()[:-1]
    ]
    assert {"artsim", "models", "pyproject.toml"} <= set(copied)
    for source in copied:
        assert (REPOSITORY / source).exists(), source
        assert not ignored(source), source
    assert ignored(".git")
    assert ignored("data")
    assert ignored("artsim/core/__pycache__")


def test_the_container_runs_what_artsim_knows() -> None:
    program, name, *options = command()
    assert program == "artsim"
    found = get_command(app).commands[name]  # type: ignore[attr-defined]
    given = found.make_context(name, options).params  # raises for an option that it has not
    assert (given["host"], given["port"], given["open_to_network"]) == ("0.0.0.0", int(PORT), True)
    extras = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
    wanted = next(rest for word, rest in instructions() if word == "ARG").partition("=")[2]
    assert set(wanted.split(",")) <= set(extras["project"]["optional-dependencies"])
    assert any(
        f"127.0.0.1:{PORT}{route.path}" in last("HEALTHCHECK")
        for route in routes()
        if isinstance(route, Route)
    )


def test_the_container_runs_as_a_user_without_rights() -> None:
    user, _, group = last("USER").partition(":")
    assert int(user) > 0
    assert int(group) > 0
    assert re.search(rf"useradd .*--uid {user}\b.*/data", last("RUN")), "the volume is that user's"


def test_one_pip_command_installs_the_wheel_and_names_no_host() -> None:
    stage = "".join(f"{word} {rest}\n" for word, rest in instructions()).rpartition("FROM ")[2]
    assert stage.count("pip install") == 1
    assert re.search(r"pip install [^\n]*artsim-\*\.whl", stage)
    for name in ("Dockerfile", "compose.yaml", "Caddyfile", ".dockerignore"):
        text = (REPOSITORY / name).read_text(encoding="utf-8")
        hosts = set(re.findall(r"https?://([^/:'\"\s]+)", text))
        assert hosts <= {"127.0.0.1"}, name


@pytest.mark.parametrize(
    ("extras", "wanted"), [("", "artsim.whl"), ("training,fast", "artsim.whl[training,fast]")]
)
def test_extras_are_asked_for_where_there_are_any(extras: str, wanted: str) -> None:
    assert requirements(extras) == wanted


def test_commands_of_the_guide_mount_what_compose_has() -> None:
    guide = (REPOSITORY / "docs" / "operator.md").read_text(encoding="utf-8")
    mounted = re.findall(r"docker (?:compose run|run) .*?--volume (\S+)", guide)
    volumes = {f"{compose()['name']}_{name}" for name in compose()["volumes"]}
    sources = {mount.strip('"').partition(":")[0] for mount in mounted}
    assert {source for source in sources if not source.startswith(("/", "$PWD/"))} <= volumes
    assert len(sources) > 1


def test_artsim_needs_no_more_than_a_read_only_root_and_one_volume() -> None:
    service = compose()["services"]["artsim"]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert f"ARTSIM_HOME={VOLUME}" in last("ENV").split()
    assert [mount.split(":")[1] for mount in service["volumes"]] == [VOLUME] == [last("VOLUME")]
    assert service["volumes"][0].split(":")[0] in compose()["volumes"], "a volume that stays"


def test_only_the_proxy_is_reached_and_only_from_this_machine() -> None:
    services = compose()["services"]
    assert "ports" not in services["artsim"], "whoever reaches artsim may delete: it has no login"
    assert services["proxy"]["ports"]
    ports = [published.rsplit(":", 2) for published in services["proxy"]["ports"]]
    assert {address for address, _, _ in ports} == {"127.0.0.1"}
    caddyfile = (REPOSITORY / "Caddyfile").read_text(encoding="utf-8")
    assert {f":{inside}" for _, _, inside in ports} <= set(
        re.findall(r"^(:\d+) \{", caddyfile, re.M)
    )
    options = command()
    served = options[options.index("--port") + 1]
    assert re.findall(r"reverse_proxy (\S+)", caddyfile) == [f"artsim:{served}"]
    assert last("EXPOSE") == served
    mounted = services["proxy"]["volumes"][0].split(":")
    assert (REPOSITORY / mounted[0]).is_file()
    assert mounted[-1] == "ro"


def test_a_user_without_a_home_is_lent_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path / "nowhere"))
    monkeypatch.delenv("HF_HOME")
    lend_folders(tmp_path)
    assert os.access(Path.home(), os.W_OK)
    assert "HF_HOME" not in os.environ
    before = Path.home()
    lend_folders(tmp_path / "other")
    assert Path.home() == before, "who has a home keeps it"


@dataclass(frozen=True)
class Confined:
    """A place in which a process can write to ``home`` and to no other folder."""

    prefix: tuple[str, ...]
    home: Path
    folder: Path
    environment: dict[str, str]

    def words(self, command: list[str], port: str = PORT) -> list[str]:
        """A command of the container, as it runs here: with this Python, on another port."""
        first = {"artsim": [sys.executable, "-m", "artsim"], "python": [sys.executable]}
        words = [*first[command[0]], *command[1:]]
        return [*self.prefix, *(word.replace(PORT, port) for word in words)]

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            self.words(list(command)),
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=280,
        )


@pytest.fixture(scope="module")
def confined(demo_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Confined:
    """The demo, for a user without rights, home and temporary folder where root can have it so."""
    root = tmp_path_factory.mktemp("container")
    home = root / "home"
    shutil.copytree(demo_workspace.root, home)
    folder = root / "folder"
    folder.mkdir()
    (folder / "compiled.py").write_text(COMPILED, encoding="utf-8")
    prefix: tuple[str, ...] = ()
    if os.geteuid() == 0:
        for path in (home, *home.rglob("*")):
            os.chown(path, NOBODY, NOBODY)
        prefix = next(filter(works, (alone(home) + NO_RIGHTS, NO_RIGHTS)), ())
    folder.chmod(0o555)
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY)}
    environment |= {"ARTSIM_HOME": str(home), "HF_HUB_OFFLINE": "1"}
    environment["ARTSIM_HOST_NAMES"] = "museum.example"
    return Confined(prefix, home, folder, environment)


@pytest.mark.slow
def test_libraries_find_folders_where_only_the_workspace_is_writable(confined: Confined) -> None:
    elsewhere = confined.run("python", "-c", "open('x', 'w')")
    if elsewhere.returncode == 0:
        pytest.skip("this user may write anywhere, and nobody can be found who may not")
    assert "PermissionError" in elsewhere.stderr
    listed = confined.run("artsim", "collection", "list", "--json")
    assert listed.returncode == 0, listed.stderr
    assert [line["name"] for line in json.loads(listed.stdout)] == ["demo"]
    used = confined.run("python", "-c", USES_FOLDERS, str(confined.folder))
    assert used.returncode == 0, used.stderr


@pytest.fixture(scope="module")
def port(confined: Confined) -> Iterator[str]:
    """The port on which the container's own command serves."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        number = str(free.getsockname()[1])
    server = subprocess.Popen(
        confined.words(command(), number), cwd=confined.folder, env=confined.environment
    )
    yield number
    server.terminate()
    server.wait(timeout=30)


@pytest.fixture(scope="module")
def healthy(confined: Confined, port: str) -> str:
    """The port, once the container's own check of health is content."""
    check = json.loads(last("HEALTHCHECK").partition("CMD ")[2])
    end = time.monotonic() + 200
    while subprocess.run(confined.words(check, port), capture_output=True, check=False).returncode:
        assert time.monotonic() < end, shlex.join(check)
        time.sleep(0.5)
    return port


@pytest.mark.slow
@pytest.mark.parametrize(
    ("origin", "status"), [("http://museum.example", b"101"), ("http://elsewhere.example", b"403")]
)
def test_websockets_pass_a_proxy_under_the_name_that_people_use(
    healthy: str, origin: str, status: bytes
) -> None:
    key = base64.b64encode(os.urandom(16)).decode()
    asked = (
        f"GET /_stcore/stream HTTP/1.1\r\nHost: museum.example\r\nOrigin: {origin}\r\n"
        "Connection: Upgrade\r\nUpgrade: websocket\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {key}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", int(healthy)), timeout=30) as connection:
        connection.sendall(asked.encode())
        assert connection.recv(64).split()[1] == status
