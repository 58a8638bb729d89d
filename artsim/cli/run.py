"""Running one command: exit codes, and one line on stderr for whatever goes wrong."""

import logging
import os
import sys
import traceback
import warnings
from datetime import UTC, datetime

from typer import TyperException

from artsim.cli.app import app
from artsim.cli.output import line, say_error, stdout_is_for_json
from artsim.core.error_log import log_files
from artsim.core.errors import ArtsimError, Cancelled
from artsim.core.trouble import trouble
from artsim.core.watchdog import watched

SUCCESS, FAILURE = 0, 1
_INTERRUPTED = 130
_STOPPED = "Stopped: what was finished is kept, and the same command goes on from there."


def run(arguments: list[str]) -> int:
    """Run the command that the arguments name; its exit code: 0, 2 (usage) or 1 (anything else)."""
    warnings.simplefilter("ignore")
    logging.basicConfig(level=logging.CRITICAL, stream=sys.stderr)
    with stdout_is_for_json("--json" in arguments):
        try:
            with watched(log_files()[0]):
                code = app(arguments, prog_name="artsim", standalone_mode=False)
        except TyperException as error:
            say_error(_usage(error))
            return error.exit_code
        except (Cancelled, KeyboardInterrupt):
            say_error(_STOPPED)
            return FAILURE
        except ArtsimError as error:
            say_error(str(error))
            return FAILURE
        except BrokenPipeError:
            # The reader of stdout has gone: without this Python complains again when it flushes on
            # exit.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            return FAILURE
        except Exception as error:
            say_error(_unexpected(error))
            return FAILURE
    if code == _INTERRUPTED:
        say_error(_STOPPED)
        return FAILURE
    return code if isinstance(code, int) else SUCCESS


def _usage(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    command = context.command_path if context is not None else "artsim"
    message = line(error.format_message()).rstrip(".?")
    return f"{message or 'Say what to do'}. Try '{command} --help'."


def _unexpected(error: Exception) -> str:
    """One line; the trace goes to a file in the workspace, or to a temporary one."""
    known = trouble(error)
    text = f"{datetime.now(UTC).isoformat()}\n{''.join(traceback.format_exception(error))}\n"
    for file in log_files():
        try:
            with open(file, "a", encoding="utf-8") as log:
                log.write(text)
        except OSError:
            continue
        if known is not None:
            return known
        what = line(f"{type(error).__name__}: {error}")[:300]
        return f"Unexpected error ({what}); the details are in {log.name}."
    return known or f"Unexpected error ({line(repr(error))[:300]})."
