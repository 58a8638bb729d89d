"""The house as docs/architecture.md draws it, compared with the imports of the code."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PACKAGE = REPOSITORY / "artsim"
PICTURE = REPOSITORY / "docs" / "architecture.md"
# The app serves the routes of the API, and commands start the app and the agents' server.
BESIDE = {("app", "api"), ("cli", "app"), ("cli", "mcp")}
OPTIONAL = "plugins"
# What may be imported elsewhere than at the top of a file, and why.
HIDDEN = {
    ("backbones/runtime/openvino.py", "openvino"): "its telemetry is switched off first",
    ("plugins/ray/cluster.py", "ray"): "reads the environment, which is set first",
    ("plugins/ray/cluster.py", "ray.data"): "reads the environment, which is set first",
}


def floors() -> dict[str, int]:
    """The floor of each room in the picture, 0 the ground floor."""
    drawn = re.search(r"```text\n(.*?)```", PICTURE.read_text(encoding="utf-8"), re.DOTALL)
    assert drawn, "docs/architecture.md has a picture"
    lines = [line.split()[1:] for line in drawn.group(1).strip().splitlines()]
    return {room: floor for floor, rooms in enumerate(reversed(lines)) for room in rooms}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    """Line and absolute name of what a file imports, wherever in it that stands."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def is_for_type_checkers(node: ast.AST) -> bool:
    return isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING"


def hidden_imports(path: Path) -> Iterator[str]:
    """What a file imports elsewhere than at its top, such as inside a function."""
    top = ast.parse(path.read_text(encoding="utf-8")).body
    shown = [*top, *(inside for node in top if is_for_type_checkers(node) for inside in node.body)]
    for node in ast.walk(ast.Module(top, [])):
        if isinstance(node, ast.Import | ast.ImportFrom) and node not in shown:
            yield node.module if isinstance(node, ast.ImportFrom) else node.names[0].name


def lazy_modules(path: Path) -> Iterator[tuple[str, str, str | None]]:
    """Name and module of each ``lazy("...")``, and the module that type checkers read for it."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if not is_for_type_checkers(node) or isinstance(node.body[0], ast.ClassDef):
            continue
        read = {
            alias.asname or alias.name: (
                f"{line.module}.{alias.name}" if isinstance(line, ast.ImportFrom) else alias.name
            )
            for line in node.body
            for alias in line.names
        }
        for line in node.orelse:
            assert isinstance(line, ast.Assign), f"{path}:{line.lineno}"
            name = line.targets[0].id
            yield name, ast.literal_eval(line.value.args[0]), read.get(name)


def room_of(path: Path) -> str:
    inside = path.relative_to(PACKAGE)
    return inside.parts[0] if len(inside.parts) > 1 else inside.stem


def test_the_picture_shows_every_room() -> None:
    rooms = {room_of(path) for path in PACKAGE.rglob("*.py")} - {"__init__", "__main__", OPTIONAL}
    assert set(floors()) == rooms


@pytest.mark.parametrize("room", sorted(floors()))
def test_a_room_imports_only_rooms_below_it(room: str) -> None:
    floor = floors()
    climbing = []
    for path in PACKAGE.rglob("*.py"):
        if room_of(path) != room:
            continue
        for line, name in imports(path):
            parts = name.split(".")
            other = parts[1] if parts[0] == "artsim" and len(parts) > 1 else room
            if other in (room, "__version__") or (room, other) in BESIDE:
                continue
            if other == OPTIONAL or floor[other] >= floor[room]:
                climbing.append(f"{path.relative_to(REPOSITORY)}:{line} imports {name}")
    assert climbing == []


def test_imports_stand_at_the_top_of_a_file() -> None:
    found = {
        (str(path.relative_to(PACKAGE)), name)
        for path in PACKAGE.rglob("*.py")
        for name in hidden_imports(path)
    }
    assert found == set(HIDDEN)


def test_what_is_lazy_is_the_module_that_type_checkers_read() -> None:
    pairs = [pair for path in PACKAGE.rglob("*.py") for pair in lazy_modules(path)]
    assert ("torch", "torch", "torch") in pairs
    assert [pair for pair in pairs if pair[1] != pair[2]] == []


def test_only_the_app_knows_streamlit() -> None:
    knowing = {
        str(path.relative_to(PACKAGE))
        for path in PACKAGE.rglob("*.py")
        if room_of(path) != "app"
        and any(name.split(".")[0] in ("streamlit", "pages") for _, name in imports(path))
    }
    assert knowing == set()


def test_files_are_small() -> None:
    lengths = sorted(len(p.read_text(encoding="utf-8").splitlines()) for p in PACKAGE.rglob("*.py"))
    assert lengths[-1] <= 400
    assert lengths[len(lengths) // 2] < 150
