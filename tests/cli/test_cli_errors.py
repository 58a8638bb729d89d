"""What a person reads when a command fails: one line, and the code that says whose fault it is."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from artsim.cli.run import run
from artsim.core.workspace import Workspace

SEARCH = "search demo --backbone efficientnet_lite0"
REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("serch", "Did you mean 'search'"),
        ("search demo", "--backbone"),
        (SEARCH, "--id, --image"),
        (f"{SEARCH} --id a --surprise 2", "--surprise"),
        (f"{SEARCH} --id a --distinct medium", "--distinct"),
        (f"{SEARCH} --id a -k 0", "-k"),
        (f"{SEARCH} --id a -k many", "-k"),
        (f"{SEARCH} --id a --metric taxicab", "--metric"),
        (f"{SEARCH} --image no-such-file.jpg", "no-such-file.jpg"),
        ("collection import folder . --name Bad/Name", "cannot name a collection"),
        ("collection import folder . --name a --threshold sharp", "name=number"),
        ("collection import folder . --name a --threshold nope=1", "no threshold"),
        ("collection import nga --name a --limit 0", "limit"),
        ("collection import nga --name a --allow-host http://x/", "no host"),
        ("embed demo --backbone b --engine cloud", "--engine"),
        ("embed demo --backbone b --batch-size 0", "batch_size"),
        ("demo --size 2", "size"),
        ("serve --port 99999", "--port"),
        ("jobs log", "ID"),
    ],
)
def test_usage_errors(command: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(command.split()) == 2
    captured = capsys.readouterr()
    assert message in captured.err
    assert "--help'" in captured.err
    assert len(captured.err.splitlines()) == 1
    assert captured.out == ""


@pytest.mark.parametrize(
    ("command", "message"),
    [
        ("collection show ../up", "cannot name a collection"),
        ("collection show nothing", "There is no collection 'nothing'"),
        ("collection show nothing --json", "There is no collection 'nothing'"),
        ("collection import folder /no/such/folder --name a", "There is no folder"),
        ("collection export demo --out /no/such/folder/x.csv", "There is no folder"),
        ("jobs show nope", "artsim jobs list"),
        ("embed demo --backbone no_such_net", "no_such_net"),
        ("search demo --backbone no_such_net --id demo-0001", "no_such_net"),
        ("search demo --backbone resnet50 --id demo-0001", "resnet50"),
        (f"{SEARCH} --id nobody", "There is no artwork 'nobody'"),
        (f"{SEARCH} --id demo-0001 --where colour='red'", "the columns are"),
        (f"{SEARCH} --id demo-0001 --where artist=", "cannot be used"),
        (f"{SEARCH} --image {__file__}", "not a"),
    ],
)
def test_other_failures(
    demo_workspace: Workspace,
    monkeypatch: pytest.MonkeyPatch,
    command: str,
    message: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("ARTSIM_HOME", str(demo_workspace.root))
    assert run(command.split()) == 1
    captured = capsys.readouterr()
    assert message in captured.err
    assert len(captured.err.splitlines()) == 1
    assert captured.out == ""


def test_a_workspace_that_cannot_be_used(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setenv("ARTSIM_HOME", str(tmp_path / "file"))
    assert run(["collection", "list"]) == 1
    assert "set ARTSIM_HOME" in capsys.readouterr().err


def test_the_unexpected_is_one_line_and_a_file(
    demo_copy: Workspace, capsys: pytest.CaptureFixture[str]
) -> None:
    about = demo_copy.collections / "demo" / "collection.json"
    about.write_text("[1, 2]", encoding="utf-8")
    assert run(["collection", "show", "demo"]) == 1
    captured = capsys.readouterr()
    assert len(captured.err.splitlines()) == 1
    assert "Traceback" not in captured.err


def test_a_taken_port_is_one_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert run(["serve", "--port", str(port)]) == 1
    assert f"Port {port} of 127.0.0.1 cannot be used" in capsys.readouterr().err
    assert run(["serve", "--host", "no such host"]) == 1


def artsim(*arguments: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "artsim", *arguments],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def test_the_module_is_the_command() -> None:
    with artsim("collection", "list", "--json") as process:
        out, err = process.communicate(timeout=240)
    assert (process.returncode, out, err) == (0, "[]\n", "")
    with artsim("collection", "show", "nothing") as process:
        out, err = process.communicate(timeout=240)
    assert process.returncode == 1
    assert out == ""
    assert len(err.splitlines()) == 1


def test_control_c_is_one_line_and_keeps_what_was_finished(home: Path) -> None:
    with artsim("demo", "--offline", "--size", "5000") as process:
        end = time.monotonic() + 240
        while time.monotonic() < end and not (home / "collections" / "demo").exists():
            time.sleep(0.1)
        time.sleep(0.5)
        os.kill(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=240)
    assert process.returncode == 1
    assert "what was finished is kept" in err.splitlines()[-1]
    assert "Traceback" not in err


def test_control_c_stops_the_work_where_a_library_swallowed_it() -> None:
    code = (
        "import os, signal\n"
        "from artsim.core import interrupt\n"
        "from artsim.core.progress import TerminalProgress\n"
        "class Swallows:\n"
        "    def __del__(self):\n"
        "        os.kill(os.getpid(), signal.SIGINT)\n"
        "        sum(range(1000))\n"
        "interrupt.watch()\n"
        "progress = TerminalProgress()\n"
        "progress.start(3, 'Working')\n"
        "Swallows()\n"
        "print('goes on', flush=True)\n"
        "progress.advance()\n"
        "print('never')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=240, cwd=REPOSITORY
    )
    assert done.stdout == "goes on\n"
    assert "KeyboardInterrupt" in done.stderr.splitlines()[-1]


def test_a_closed_pipe_is_no_error() -> None:
    with artsim("--help") as process:
        assert process.stdout is not None
        process.stdout.close()
        process.wait(timeout=240)
        assert process.stderr is not None
        assert "Traceback" not in process.stderr.read()


def test_control_c_that_the_process_was_told_to_ignore_stays_ignored() -> None:
    code = (
        "import os, signal; from artsim.core import interrupt; "
        "signal.signal(signal.SIGINT, signal.SIG_IGN); interrupt.watch(); "
        "os.kill(os.getpid(), signal.SIGINT); print('goes on')"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=240, cwd=REPOSITORY
    )
    assert done.stdout == "goes on\n"
