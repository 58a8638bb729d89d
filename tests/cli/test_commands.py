"""The list of commands says what the commands themselves say, though it imports none of them."""

from typer.main import get_command

from artsim.cli.app import app
from artsim.cli.commands import MODULES


def test_the_list_says_of_each_command_what_its_own_help_says_first() -> None:
    commands = get_command(app).commands  # type: ignore[attr-defined]
    told = {name: (commands[name].help or "").partition("\n\n")[0] for name in MODULES}
    assert {name: " ".join(text.split()) for name, text in told.items()} == {
        name: sentence for name, (_, sentence) in MODULES.items()
    }
