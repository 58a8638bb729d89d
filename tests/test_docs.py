"""The documentation is true: its commands and programs run, its links lead somewhere."""

import json
import re
import shlex
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from browser_kit import App, serving
from pictures_kit import jpeg

from artsim.cli.run import run
from artsim.core.workspace import Workspace
from benchmarks.report import performance
from benchmarks.report.figures import CLUSTER, GUIDE, milvus, training, with_figures
from benchmarks.report.tables import Tables, read
from tests.conftest import DEMO_SIZE, REPOSITORY

PAGES = [*sorted(REPOSITORY.glob("*.md")), *sorted((REPOSITORY / "docs").glob("*.md"))]
TEXTS = {page: page.read_text(encoding="utf-8") for page in PAGES}
BLOCK = re.compile(r"(<!-- not run: [^>]+ -->\n)?^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
ADDRESS = "http://127.0.0.1:8501"
OPTION = re.compile(r"(?<![\w-])(--[a-z][a-z-]*[a-z])")
Capture = pytest.CaptureFixture[str]


@dataclass(frozen=True)
class Block:
    """One fenced block of a page; ``skipped`` where the page says why it is not run."""

    language: str
    text: str
    skipped: bool

    @property
    def commands(self) -> list[list[str]]:
        """The words of each line, comments left out."""
        lines = self.text.replace("\\\n", " ").splitlines()
        return [words for line in lines if (words := shlex.split(line, comments=True))]


def blocks(page: Path) -> list[Block]:
    found = BLOCK.finditer(TEXTS[page])
    return [Block(m.group(2), m.group(3), m.group(1) is not None) for m in found]


def name_of(page: Path) -> str:
    return page.stem


@pytest.fixture
def example(demo_copy: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Workspace:
    """A workspace with the demo, in a folder with what the examples name."""
    folder = tmp_path / "example"
    (folder / "pictures").mkdir(parents=True)
    monkeypatch.chdir(folder)
    lines = ["id,title,artist,year,style"]
    for i in range(1, 9):
        (folder / "pictures" / f"w{i:02}.jpg").write_bytes(jpeg(i, 320, 240))
        lines.append(f"w{i:02},Garden {i},Claude Monet,{1870 + 2 * i},Realism")
    (folder / "works.csv").write_text("\n".join(lines), encoding="utf-8")
    (folder / "query.jpg").write_bytes(jpeg(99, 300, 300))
    return demo_copy


@pytest.fixture(scope="module")
def server(demo_workspace: Workspace, tmp_path_factory: pytest.TempPathFactory) -> Iterator[App]:
    """What 'artsim serve' serves, for the pages' HTTP examples."""
    log = tmp_path_factory.mktemp("docs") / "server.log"
    with serving(demo_workspace.root, log, through_artsim=True) as app:
        yield app


@pytest.mark.slow
@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_commands_and_programs_run(
    page: Path, example: Workspace, request: pytest.FixtureRequest, capsys: Capture
) -> None:
    for block in blocks(page):
        if block.skipped:
            continue
        if block.language == "python":
            exec(compile(block.text, str(page), "exec"), {"__name__": "example"})
        elif block.language == "bash":
            for words in block.commands:
                run_command(words, request)
    assert "Traceback" not in capsys.readouterr().err
    wait_for_jobs(example)


def run_command(words: list[str], request: pytest.FixtureRequest) -> None:
    """Run one command line of a page; it must succeed."""
    if words[0] == "make":
        assert words[1] in targets()
    elif words[0] == "curl":
        run_curl(words, request.getfixturevalue("server"))
    elif words[:2] == ["artsim", "serve"]:
        known = options_of(("serve",))
        assert {w for w in words if w.startswith("-")} <= known
        assert health(request.getfixturevalue("server").url)["status"] == "ok"
    else:
        assert words[0] == "artsim", f"nothing runs {words[0]!r}: say why it is not run"
        size = ["--size", str(DEMO_SIZE)] if words[1] == "demo" else []
        assert run([*words[1:], *size]) == 0, shlex.join(words)


def run_curl(words: list[str], server: App) -> None:
    command = [word.replace(ADDRESS, server.url) for word in words]
    done = subprocess.run(command, capture_output=True, timeout=240, check=True)
    if "-o" in words:
        assert Path(words[words.index("-o") + 1]).read_bytes()[8:12] == b"WEBP"
    else:
        answer = json.loads(done.stdout)
        assert answer
        assert "error" not in answer


def health(url: str) -> Any:
    with urllib.request.urlopen(f"{url}/api/v1/health", timeout=5) as answer:
        return json.load(answer)


def wait_for_jobs(workspace: Workspace) -> None:
    """What the examples left in the background ends well, before its folder goes."""
    from artsim.tasks.queue import TaskQueue

    end = time.monotonic() + 240
    while TaskQueue(workspace).active() and time.monotonic() < end:
        time.sleep(0.1)
    assert {job.state for job in TaskQueue(workspace).list()} <= {"succeeded"}


def targets() -> set[str]:
    makefile = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
    return set(re.findall(r"^([a-z]+):", makefile, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", TEXTS[page]):
        path, _, anchor = target.partition("#")
        if "://" in target:
            continue
        place = (page.parent / path).resolve() if path else page
        assert place.exists(), target
        if anchor:
            headings = re.findall(r"^#+ (.+)$", TEXTS[place], re.MULTILINE)
            assert anchor in {slug(h) for h in headings}, target


def slug(heading: str) -> str:
    return re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-")


def commands() -> dict[tuple[str, ...], Any]:
    """Every command by its words."""
    from typer.main import get_command

    from artsim.cli.app import app
    from artsim.tasks.sources import others

    found: dict[tuple[str, ...], Any] = {}
    waiting: list[tuple[tuple[str, ...], Any]] = [((), get_command(app))]
    while waiting:
        words, command = waiting.pop()
        inner = dict(getattr(command, "commands", {}))
        if words == ("collection", "import"):  # sources without a command of their own
            inner |= {name: command.get_command(None, name) for name in others()}
        waiting += [((*words, name), sub) for name, sub in inner.items()]
        if not inner:
            found[words] = command
    return found


def options_of(words: tuple[str, ...]) -> set[str]:
    options = (p for p in commands()[words].params if p.param_type_name == "option")
    return {name for option in options for name in option.opts}


@pytest.mark.parametrize("words", sorted(commands()), ids=" ".join)
def test_every_command_is_documented_with_its_options(words: tuple[str, ...]) -> None:
    row = next((r for r in reference() if words in r), None)
    assert row is not None, "docs/researcher.md lists every command"
    assert options_of(words) - {"--help"} <= reference()[row]


def reference() -> dict[tuple[tuple[str, ...], ...], set[str]]:
    """The table of commands in docs/researcher.md: the commands of each line, and its options."""
    found = {}
    page = TEXTS[REPOSITORY / "docs" / "researcher.md"]
    for first, second in re.findall(r"^\| (`artsim [^|]*) \| ([^|]*) \|$", page, re.MULTILINE):
        named = [quoted.split() for quoted in re.findall(r"`([^`]+)`", first)]
        words = [[w for w in command if w.islower()] for command in named]
        group = words[0][1:-1] if len(words) > 1 else []
        each = [words[0][1:], *([*group, *command] for command in words[1:])]
        found[tuple(tuple(command) for command in each)] = set(
            re.findall(r"`(--?[a-z-]+)`", second)
        )
    return found


def test_every_option_named_exists() -> None:
    from torch.distributed.run import get_args_parser

    known = {"--help", "--version"}.union(*(options_of(words) for words in commands()))
    known |= set(get_args_parser()._option_string_actions)  # of torchrun, which pages name too
    known |= {"--head", "--generate"}  # of 'ray'
    known |= {"--build-arg", "--init", "--publish", "--read-only", "--rm", "--volume"}  # of docker
    known |= {"--no-deps"}  # of pip
    for page, text in TEXTS.items():
        assert set(OPTION.findall(text)) <= known, page.name


def test_thresholds_and_their_defaults_are_documented() -> None:
    from artsim.collection.quality import Thresholds

    page = TEXTS[REPOSITORY / "docs" / "researcher.md"]
    told = dict(re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", page, re.MULTILINE))
    limits = Thresholds().model_dump()
    assert {name: float(value) for name, value in told.items() if name in limits} == {
        name: float(value) for name, value in limits.items()
    }


def test_every_function_of_a_filter_is_documented() -> None:
    from artsim.collection.where import FUNCTIONS

    page = TEXTS[REPOSITORY / "docs" / "researcher.md"]
    listed = page.partition("these functions may be used:")[2].partition(".")[0]
    assert set(re.findall(r"`(\w+)`", listed)) == FUNCTIONS


@pytest.mark.parametrize(("path", "made"), [(GUIDE, training), (CLUSTER, milvus)])
def test_figures_are_those_of_the_tables(path: Path, made: Callable[[Tables], str]) -> None:
    again = "run python -m benchmarks.report figures"
    assert TEXTS[path] == with_figures(TEXTS[path], made(read())), again


def test_performance_is_what_the_tables_say() -> None:
    tables, again = read(), "run python -m benchmarks.report performance"
    assert TEXTS[performance.PAGE] == performance.page(tables), again
    if "growth.csv" in tables:
        drawn = performance.PLOT.read_text(encoding="utf-8")
        assert drawn == performance.plot(tables["growth.csv"]), again


def test_every_picture_is_shown_and_small() -> None:
    everything = "".join(TEXTS.values())
    pictures = sorted((REPOSITORY / "docs" / "images").iterdir())
    assert pictures
    for picture in pictures:
        assert f"images/{picture.name})" in everything
        assert picture.stat().st_size < 400_000
