"""What the commands share: opening the record, finding a committee by name, tables and JSON."""

import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from bot.cli.plain import safe

if TYPE_CHECKING:
    from bot.app import App
    from storage.people import Committee, Member
    from storage.port import Reader
    from storage.records import State

NO_COMMITTEES = (
    'There is no committee yet. `convenor committees add NAME --chair "NAME <EMAIL>"` starts one.'
)
NO_COMMITTEE = "There is no committee '{name}'. {known}"
DID_YOU_MEAN = "Did you mean '{name}'?"
KNOWN = "There are: {names}."
SEVERAL = "'{name}' could be several committees: {names}. Their ids tell them apart."
NO_MEMBER = "Nobody in {committee} has the address '{email}'. {known}"
EXISTS = "'{path}' is there already. Choose another name, or add --force to replace it."
CANT_WRITE = "'{path}' can't be written: {reason}."


class WrongUse(click.ClickException):
    """What was asked for can't be meant: one line that says what there is; exit 2."""

    exit_code = 2


F = TypeVar("F", bound=Callable[..., Any])


def format_option(function: F) -> F:
    """Add `--format text|json` as the parameter `form`."""
    choice = click.Choice(["text", "json"])
    option = click.option(
        "--format", "form", type=choice, default="text", show_default=True, help="How to print it."
    )
    return option(function)


@contextmanager
def opened() -> "Iterator[App]":
    """The application on the configured record; closed afterwards. Raises ConfigError, StoreError."""
    from bot.app import build
    from bot.config import Settings

    app = build(Settings())
    try:
        yield app
    finally:
        app.close()


def find_committee(reader: "Reader", name: str) -> "Committee":
    """The committee with this id, this name, or the only one whose name begins so, case aside.

    Raises WrongUse, which says what there is.
    """
    committees = reader.committees()
    for committee in committees:
        if committee.id == name:
            return committee
    wanted = " ".join(name.casefold().split())
    names = [(" ".join(committee.name.casefold().split()), committee) for committee in committees]
    exact = [committee for known, committee in names if known == wanted]
    found = exact or [
        committee for known, committee in names if wanted and known.startswith(wanted)
    ]
    if len(found) == 1:
        return found[0]
    if found:
        raise WrongUse(SEVERAL.format(name=name, names=_listed(found)))
    if not committees:
        raise WrongUse(NO_COMMITTEES)
    near = get_close_matches(wanted, [known for known, _ in names], n=1)
    if near:
        known = DID_YOU_MEAN.format(name=dict(names)[near[0]].name)
    else:
        known = KNOWN.format(names=_listed(committees))
    raise WrongUse(NO_COMMITTEE.format(name=name, known=known))


def _listed(committees: "Sequence[Committee]") -> str:
    shown = [f"{committee.name} ({committee.id})" for committee in committees[:10]]
    return ", ".join(shown) + (", …" if len(committees) > len(shown) else "")


def find_member(state: "State", email: str) -> "Member":
    """The active member with this e-mail address, case aside. Raises WrongUse."""
    active = [member for member in state.members.values() if member.active]
    for member in active:
        if member.email and member.email.casefold() == email.strip().casefold():
            return member
    addresses = {member.email.casefold(): member.email for member in active if member.email}
    near = get_close_matches(email.casefold(), addresses, n=1)
    if near:
        known = DID_YOU_MEAN.format(name=addresses[near[0]])
    else:
        known = KNOWN.format(names=", ".join(addresses.values())) if addresses else ""
    raise WrongUse(NO_MEMBER.format(committee=state.committee.name, email=email, known=known))


def print_json(value: object) -> None:
    """Print JSON for programs; before a person, with every foreign sign escaped."""
    click.echo(json.dumps(value, ensure_ascii=sys.stdout.isatty(), indent=2))


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Columns under a heading, as wide as they need to be; made safe for a terminal."""
    lines = [[safe(cell).replace("\n", " ") for cell in row] for row in (head, *rows)]
    widths = [max(len(cell) for cell in column) for column in zip(*lines, strict=True)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )


def write_file(path: Path, content: bytes, *, force: bool) -> None:
    """Write a file durably; an existing one is kept unless `force`. Raises ClickException."""
    try:
        # "x" keeps a file that came to be a moment ago, too.
        with path.open("wb" if force else "xb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
    except FileExistsError as error:
        raise click.ClickException(EXISTS.format(path=path)) from error
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise click.ClickException(CANT_WRITE.format(path=path, reason=reason)) from error
