"""The `convenor` command: its table of commands, each loaded only when it is called."""

import click

from bot.cli.top import Convenor

COMMANDS = {
    "run": "bot.cli.serve:run",
    "link": "bot.cli.serve:link",
    "committees": "bot.cli.committees:committees",
    "chat": "bot.cli.chat:chat",
    "status": "bot.cli.record:status",
    "gaps": "bot.cli.record:gaps",
    "schedule": "bot.cli.schedule:schedule",
    "settings": "bot.cli.schedule:settings",
    "export": "bot.cli.record:export",
    "questions": "bot.cli.questions:questions",
    "teams": "bot.cli.teams:teams",
    "doctor": "bot.cli.doctor:doctor",
    "backup": "bot.cli.backup:backup",
    "restore": "bot.cli.restore:restore",
    "forget": "bot.cli.forget:forget",
}


@click.group(
    cls=Convenor, places=COMMANDS, context_settings={"help_option_names": ["-h", "--help"]}
)
@click.version_option(package_name="convenor", message="%(prog)s %(version)s")
def convenor() -> None:
    """Convenor walks a committee through its planning questions and keeps the record.

    Settings come from the environment or a .env file; `convenor doctor` says what is set.

    \b
    Example:
      convenor run
      convenor chat "Data Privacy" --as ana@example.org
    """


def main() -> None:
    """Run the command line and exit: 0 done, 1 failed, 2 used in a way that can't work."""
    convenor.main(prog_name="convenor")
