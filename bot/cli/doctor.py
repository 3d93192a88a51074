"""`convenor doctor`: what is configured, what is missing and how to get it. Changes nothing."""

import sys
from collections.abc import Generator, Iterator
from enum import StrEnum
from http.client import HTTPConnection, HTTPException
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from bot.cli.common import format_option, print_json
from bot.cli.plain import safe

if TYPE_CHECKING:
    from bot.config import Settings
    from storage.checkup import Checkup

PYTHON_NEEDED = (3, 11)

PYTHON = "Python {version}"
OLD_PYTHON = "Convenor needs Python {needed} or newer. Install it, then run make setup."
CONVENOR = "Convenor {version}"
BANKS = "These come with Convenor: {names}"
SETTINGS_FINE = "What is set can be read"
MEMORY = "It lives in memory and is gone when Convenor stops"
KEEP_IT = "CONVENOR_DATABASE_URL=sqlite:///convenor.db keeps it in a file."
NOT_THERE = "{path} is not there yet; the first start makes it"
NO_FOLDER = "The folder of {path} is missing"
MAKE_FOLDER = "Create it, or change CONVENOR_DATABASE_URL."
DATABASE = "{path}, {size:,} bytes"
PENDING = "{path} is of an older version; the next start brings it up to date"
BACK_UP = "`convenor backup FILE` keeps a copy from before."
NEWER = "A newer Convenor wrote {path} (it has {step})"
RUN_NEWER = "Start that version again, or restore the backup from before the upgrade."
DURABLE = "A commit waits for the disk (WAL, synchronous=FULL)"
NOT_WAL = "{path} is not in WAL mode"
START_ONCE = "Another program changed that. Start Convenor once; it sets it again."
SOUND = "SQLite's own check finds no fault"
FAULTS = "SQLite's own check finds faults: {first}"
RESTORE = "Stop Convenor, keep the file, and restore your newest backup."
OWN_KEY = "CONVENOR_SECRET_KEY is set"
MADE_KEY = "CONVENOR_SECRET_KEY is not set; a key made at the first start is used"
PUBLIC = "CONVENOR_PUBLIC_URL is {url}"
NOT_PUBLIC = "CONVENOR_PUBLIC_URL is not set; the workspace is for this machine alone"
BINDING = "Convenor may listen on {host}"
FREE = "Port {port} is free"
RUNNING = "Convenor is running on port {port}"
SLACK_SET = "Set for Slack: {names}"
TEAMS_SET = "Set for Teams: {names}"
NO_PLATFORM = "Neither Slack nor Teams is set up; there are the web workspace and the terminal"
HOW_PLATFORM = "docs/slack.md and docs/teams.md lead from nothing to the first answered question."
ALL_WELL, SOME_WRONG = "All is well.", "Something is wrong; see above."

HEALTH, HEALTHY, HEALTH_SECONDS = "/healthz", b"ok", 1.0


class State(StrEnum):
    """How a check went. A note is nothing to mend."""

    FINE = "fine"
    NOTE = "note"
    WRONG = "wrong"


class Check(NamedTuple):
    """One thing that was looked at; `how` says what would mend it."""

    name: str
    state: State
    said: str
    how: str = ""


SIGNS = {State.FINE: "✓", State.NOTE: "·", State.WRONG: "✗"}


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="Where it would listen.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="And its port."
)
@format_option
def doctor(host: str, port: int, form: str) -> None:
    """Say what is configured, what is missing and how to get it.

    Exit 1 where something is wrong. It changes nothing; where Slack or Teams is set up, it asks Slack
    or Microsoft whether the tokens are good, and for Teams what answers at the public address. Where
    mail is set up, it logs in at the mail server, and sends nothing.

    \b
    Example:
      convenor doctor
      convenor doctor --host 0.0.0.0 --format json
    """
    checks = list(_checks(host, port))
    well = all(check.state is not State.WRONG for check in checks)
    if form == "json":
        print_json({"ok": well, "checks": [check._asdict() for check in checks]})
    else:
        from bot.cli.render import stdout_style

        style = stdout_style()
        colours = {State.FINE: "green", State.WRONG: "red"}
        width = max(len(check.name) for check in checks)
        for check in checks:
            sign = SIGNS[check.state]
            if check.state in colours:
                sign = style.paint(sign, fg=colours[check.state])
            click.echo(f"{sign} {check.name:{width}}  {safe(check.said)}")
            if check.how:
                click.echo(f"  {'':{width}}  {safe(check.how)}")
        click.echo(ALL_WELL if well else SOME_WRONG)
    if not well:
        raise click.exceptions.Exit(1)


def _checks(host: str, port: int) -> Iterator[Check]:
    yield _python()
    yield Check("convenor", State.FINE, CONVENOR.format(version=version("convenor")))
    yield _banks()

    from bot.config import ConfigError, Settings

    try:
        settings = Settings()
    except ConfigError as error:
        yield from (Check("settings", State.WRONG, sentence) for sentence in error.sentences)
        return
    yield Check("settings", State.FINE, SETTINGS_FINE)
    found = yield from _database(settings.database_url)
    running = yield from _web(settings, host, port)
    yield _platforms(settings)
    if settings.slack_set:
        from bot.cli.doctor_slack import slack_checks

        yield from slack_checks(settings, found)
    if settings.teams_set:
        from bot.cli.doctor_teams import teams_checks

        yield from teams_checks(settings, port, running=running)
    from bot.cli.doctor_mail import mail_checks

    yield from mail_checks(settings)


def _python() -> Check:
    found = PYTHON.format(version=sys.version.split()[0])
    if sys.version_info >= PYTHON_NEEDED:
        return Check("python", State.FINE, found)
    needed = ".".join(map(str, PYTHON_NEEDED))
    return Check("python", State.WRONG, found, OLD_PYTHON.format(needed=needed))


def _banks() -> Check:
    from questions.loader import BankErrors, bundled_banks

    try:
        names = ", ".join(f"{bank.name} {bank.version}" for bank in bundled_banks().values())
    except BankErrors as error:
        return Check("questions", State.WRONG, str(error.errors[0]))
    return Check("questions", State.FINE, BANKS.format(names=names))


def _database(url: str) -> "Generator[Check, None, Checkup | None]":
    """The database's checks; returns what was found, None where it can't be read."""
    from storage.checkup import check_up
    from storage.port import StoreError

    try:
        found = check_up(url)
    except StoreError as error:
        yield Check("database", State.WRONG, str(error))
        return None
    if not found.path:
        yield Check("database", State.NOTE, MEMORY, KEEP_IT)
    elif not found.there and Path(found.path).parent.is_dir():
        yield Check("database", State.NOTE, NOT_THERE.format(path=found.path))
    elif not found.there:
        yield Check("database", State.WRONG, NO_FOLDER.format(path=found.path), MAKE_FOLDER)
    else:
        yield from _file(found)
    return found


def _file(found: "Checkup") -> Iterator[Check]:
    path = found.path
    if found.unknown:
        said = NEWER.format(path=path, step=found.unknown[-1])
        yield Check("database", State.WRONG, said, RUN_NEWER)
    elif found.pending:
        yield Check("database", State.NOTE, PENDING.format(path=path), BACK_UP)
    else:
        yield Check("database", State.FINE, DATABASE.format(path=path, size=found.size))
    if found.faults:
        said = FAULTS.format(first=found.faults[0])
        yield Check("integrity", State.WRONG, said, RESTORE)
    else:
        yield Check("integrity", State.FINE, SOUND)
    if found.steps and not (found.wal and found.full):
        yield Check("durability", State.WRONG, NOT_WAL.format(path=path), START_ONCE)
    elif found.steps:
        yield Check("durability", State.FINE, DURABLE)


def _web(settings: "Settings", host: str, port: int) -> Generator[Check, None, bool]:
    """The workspace's checks; returns whether Convenor is running there."""
    from bot.config import ConfigError, check_binding

    has_key = bool(settings.secret_key.get_secret_value())
    yield Check("secret", State.FINE if has_key else State.NOTE, OWN_KEY if has_key else MADE_KEY)
    if settings.public_url:
        yield Check("address", State.FINE, PUBLIC.format(url=settings.public_url))
    else:
        yield Check("address", State.NOTE, NOT_PUBLIC)
    try:
        check_binding(settings, host)
        yield Check("listening", State.FINE, BINDING.format(host=host))
    except ConfigError as error:
        yield Check("listening", State.WRONG, str(error))
    return (yield from _port(host, port))


def _port(host: str, port: int) -> Generator[Check, None, bool]:
    from bot.app import listen
    from bot.config import ConfigError

    try:
        listen(host, port).close()
    except ConfigError as error:
        running = _is_running(host, port)
        if running:
            yield Check("port", State.FINE, RUNNING.format(port=port))
        else:
            yield Check("port", State.WRONG, str(error))
        return running
    yield Check("port", State.FINE, FREE.format(port=port))
    return False


def _is_running(host: str, port: int) -> bool:
    """Whether what holds the port is Convenor."""
    connection = HTTPConnection(host, port, timeout=HEALTH_SECONDS)
    try:
        connection.request("GET", HEALTH)
        answer = connection.getresponse()
        return answer.status == 200 and answer.read(100).strip() == HEALTHY
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _platforms(settings: "Settings") -> Check:
    found = ((SLACK_SET, settings.slack_set), (TEAMS_SET, settings.teams_set))
    said = [words.format(names=", ".join(names)) for words, names in found if names]
    if said:
        return Check("platforms", State.FINE, ". ".join(said))
    return Check("platforms", State.NOTE, NO_PLATFORM, HOW_PLATFORM)
