"""The top of the command line: loads commands when they are called, and is the one place where an
error becomes a line on stderr and an exit code.
"""

import importlib
import os
import sys
import traceback
from difflib import get_close_matches
from typing import Any, NoReturn

import click

from bot.cli.plain import say

FAULT = "convenor: {sentence}"
SEE_HELP = "See '{path} --help'."
NO_COMMAND = "There is no command '{name}'."
DID_YOU_MEAN = "Did you mean '{name}'?"
UNEXPECTED = "Something went wrong ({kind}). Run with CONVENOR_DEBUG=1 for details."

DONE, FAILED, WRONG_USE, INTERRUPTED = 0, 1, 2, 130


class Convenor(click.Group):
    """A group whose commands live at "module:name" and are imported on their first use."""

    def __init__(self, *args: Any, places: dict[str, str], **extra: Any) -> None:
        super().__init__(*args, **extra)
        self._places = places

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The commands, in the order of their table."""
        return list(self._places)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command; None if there is none of this name."""
        place = self._places.get(cmd_name)
        if place is None:
            return None
        module, name = place.split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say which one may have been meant."""
        if args and args[0] not in self._places and not args[0].startswith("-"):
            sentence = NO_COMMAND.format(name=args[0])
            if near := get_close_matches(args[0], self._places, n=1):
                sentence += f" {DID_YOU_MEAN.format(name=near[0])}"
            raise click.UsageError(sentence, ctx)
        return super().resolve_command(ctx, args)

    def main(self, *args: Any, **options: Any) -> NoReturn:
        """Run, and exit with the code that says how it went."""
        _tolerate_odd_characters()
        try:
            code = super().main(*args, **{**options, "standalone_mode": False})
            sys.stdout.flush()
        except BrokenPipeError:
            # Whoever read our output has had enough (`convenor export … | head`).
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            code = FAILED
        except (click.Abort, KeyboardInterrupt):
            click.echo(err=True)
            code = INTERRUPTED
        except Exception as error:  # noqa: BLE001  # the one place where every fault ends
            code = _say(error)
        sys.exit(code if isinstance(code, int) else DONE)


def _tolerate_odd_characters() -> None:
    # A terminal that can't show a sign gets a mark for it, and bytes that are no text reach the
    # core, which refuses them with a word.
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(errors="surrogateescape")


def _say(error: Exception) -> int:
    """Print one line for a fault; returns the exit code."""
    if isinstance(error, click.exceptions.NoArgsIsHelpError):
        click.echo(error.ctx.get_help(), err=True)  # a page to read, not a line
        return error.exit_code
    if os.environ.get("CONVENOR_DEBUG"):
        traceback.print_exception(error)
    sentence, code = _judge(error)
    line = " ".join(FAULT.format(sentence=sentence).split())
    say(line, err=True)
    return code


def _judge(error: Exception) -> tuple[str, int]:
    if isinstance(error, click.UsageError):
        path = error.ctx.command_path if error.ctx else "convenor"
        return f"{error.format_message()} {SEE_HELP.format(path=path)}", error.exit_code
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code

    from bot.config import ConfigError
    from bot.core.errors import Misuse, Refused
    from storage.port import StoreError

    if isinstance(error, ConfigError | Refused | Misuse | StoreError):
        return str(error), FAILED
    return UNEXPECTED.format(kind=type(error).__name__), FAILED
