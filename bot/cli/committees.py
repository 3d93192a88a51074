"""`convenor committees`: list them, start one, move one to another version of its bank."""

import sys
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import WrongUse, find_committee, format_option, opened, print_json, table
from bot.cli.params import MoveOnRule, Person, Zone
from bot.cli.plain import safe, say

if TYPE_CHECKING:
    from bot.app import App
    from bot.core.desk import Desk
    from bot.core.service import NewMember
    from questions.diff import BankChanges
    from questions.model import Bank
    from storage.port import Reader

NONE_YET = (
    'No committee yet. convenor committees add "Data Privacy" --chair "Ana <ana@example.org>"'
)
HEAD = ("ID", "NAME", "BANK", "MEMBERS", "SETTLED")
STARTED = "{name} is there ({id}), with {members}. Next: convenor chat {id} --as {email}"
BANK_FAULTS = "{first} In all {count} faults; `convenor questions check` lists them."
NEWEST = "{name} already follows {bank} {version}, the newest version there is."
SAME_BANK_ONLY = "{name} follows the bank {old}; it can't move to the bank {new}."
MOVE = "{name} would move from {bank} {old} to {new}:"
ADDED, CHANGED, REMOVED = "added", "changed", "removed"
NO_CHANGES = "  no question differs"
KEPT = "Every answer is kept."
SURE = "Move it now?"
ADD_YES = "Nothing was changed. Add --yes to move it."
STAYS = "Nothing was changed."
MOVED = "{name} now follows {bank} {version}."
NO_CHAIR = "{name} has no active chair, and only the chair can move it."


@click.group(invoke_without_command=True)
@format_option
@click.pass_context
def committees(ctx: click.Context, form: str) -> None:
    """List the committees, start one, or move one to a newer bank.

    \b
    Example:
      convenor committees
      convenor committees --format json
    """
    if ctx.invoked_subcommand is None:
        _print_list(form)


@committees.command("list")
@format_option
def list_(form: str) -> None:
    """List the committees.

    \b
    Example:
      convenor committees list --format json
    """
    _print_list(form)


def _print_list(form: str) -> None:
    with opened() as app:
        desks = [app.service.look(committee.id) for committee in app.store.read().committees()]
    rows = [_summary(desk) for desk in desks]
    if form == "json":
        print_json(rows)
    elif not rows:
        click.echo(NONE_YET)
    else:
        click.echo(
            table(
                HEAD,
                [
                    (
                        row["id"],
                        row["name"],
                        f"{row['bank']} {row['bank_version']}",
                        str(len(row["members"])),
                        f"{row['done']} of {row['total']}",
                    )
                    for row in rows
                ],
            )
        )


def _summary(desk: "Desk") -> dict[str, Any]:
    from bot.core import standing

    committee, state = desk.committee, desk.state
    phases = standing.progress(state, desk.bank)
    people = sorted(state.members.values(), key=lambda member: (member.name.casefold(), member.id))
    return {
        "id": committee.id,
        "name": committee.name,
        "bank": committee.bank,
        "bank_version": committee.bank_version,
        "zone": committee.zone,
        "sample": committee.sample,
        "created_at": committee.created_at.isoformat().replace("+00:00", "Z"),
        "members": [
            member.model_dump(mode="json", include={"id", "name", "email", "role", "active"})
            for member in people
        ],
        "done": sum(phase.done for phase in phases),
        "total": sum(phase.total for phase in phases),
    }


@committees.command()
@click.argument("name")
@click.option(
    "--bank",
    default="microcredential",
    show_default=True,
    help="The questions: a bank that comes with Convenor, or a bank's file.",
)
@click.option("--chair", type=Person(), multiple=True, required=True, help="Who leads.")
@click.option("--member", type=Person(), multiple=True, help="Who answers; as often as needed.")
@click.option("--observer", type=Person(), multiple=True, help="Who may read along.")
@click.option("--zone", type=Zone(), default="UTC", show_default=True, help="Its time zone.")
@click.option(
    "--move-on",
    type=MoveOnRule(),
    default="everyone",
    show_default=True,
    help="When the shared walk goes on: everyone answered, the chair says so, or N answered.",
)
@click.option(
    "--pace",
    type=click.Choice(["together", "own", "both"], case_sensitive=False),
    default="both",
    show_default=True,
    help="How a phase is gone through: in one thread, each at their own pace, or both.",
)
@format_option
def add(
    name: str,
    bank: str,
    chair: tuple[tuple[str, str], ...],
    member: tuple[tuple[str, str], ...],
    observer: tuple[tuple[str, str], ...],
    zone: str,
    move_on: str,
    pace: str,
    form: str,
) -> None:
    """Start a committee called NAME.

    \b
    Example:
      convenor committees add "Data Privacy" --chair "Ana Silva <ana@example.org>" \\
        --member "Ben <ben@example.org>" --member "Chi <chi@example.org>" --zone Europe/Berlin
    """
    from bot.core.service import NewMember
    from storage.people import MoveOn, Pace, Role, Settings

    read = _read_bank(bank)
    roles = ((Role.CHAIR, chair), (Role.MEMBER, member), (Role.OBSERVER, observer))
    people = [
        NewMember(name=who, email=email, role=role, zone=zone)
        for role, named in roles
        for who, email in named
    ]
    counted = move_on.isdecimal()
    settings = Settings(
        move_on=MoveOn.COUNT if counted else MoveOn(move_on),
        move_on_count=int(move_on) if counted else Settings().move_on_count,
        pace=Pace(pace),
    )
    with opened() as app:
        people = _with_owner(app, people)
        state = app.service.found(name, read, people, zone=zone, settings=settings)
        if form == "json":
            print_json(_summary(app.service.look(state.committee.id)))
            return
    from bot.core.words import several

    say(
        STARTED.format(
            name=state.committee.name,
            id=state.committee.id,
            members=several(len(people), "member"),
            email=chair[0][1],
        )
    )


def _with_owner(app: "App", people: "list[NewMember]") -> "list[NewMember]":
    """Let the workspace's owner in as one of these: who has their address, else the first chair.

    An owner that nobody has claimed yet becomes that chair; so the link of `convenor run` leads
    the chair to their committee.
    """
    from bot.core.service import HOSTED, LOCAL
    from bot.web.links import ensure_owner
    from storage.people import Address

    owner = ensure_owner(app.store)
    email = owner.email or people[0].email
    if not owner.email:
        claimed = owner.evolve(name=owner.name or people[0].name, email=email)
        app.store.write(lambda tx: tx.keep_person(claimed))
    door = (Address(platform=HOSTED, tenant=LOCAL, user=owner.id),)
    return [
        person.model_copy(update={"addresses": door})
        if person.email.casefold() == email.casefold()
        else person
        for person in people
    ]


@committees.command()
@click.argument("committee")
@click.option("--bank", default="", help="The new version: a bank's name or file.")
@click.option("--yes", is_flag=True, help="Move without asking.")
def move(committee: str, bank: str, yes: bool) -> None:
    """Move COMMITTEE to a newer version of its bank, as its chair.

    It shows which questions are added, changed and removed, and asks first. Answers stay with
    their questions.

    \b
    Example:
      convenor committees move "Data Privacy"
      convenor committees move "Data Privacy" --bank bank.yaml --yes
    """
    from bot.core.events import BankMoved
    from questions.diff import compare
    from storage.people import Role

    with opened() as app:
        reader = app.store.read()
        desk = app.service.look(find_committee(reader, committee).id)
        name, old = desk.committee.name, desk.bank
        new = _newest(reader, old, bank)
        if new.name != old.name:
            message = SAME_BANK_ONLY.format(name=name, old=old.name, new=new.name)
            raise WrongUse(message)
        if new.version == old.version:
            say(NEWEST.format(name=name, bank=old.name, version=old.version))
            return
        chair = next(
            (m for m in desk.state.members.values() if m.active and m.role is Role.CHAIR), None
        )
        if chair is None:
            raise click.ClickException(NO_CHAIR.format(name=name))
        say(MOVE.format(name=name, bank=old.name, old=old.version, new=new.version))
        _print_changes(old, new, compare(old, new))
        if not yes:
            if not sys.stdin.isatty():
                raise WrongUse(ADD_YES)
            if not click.confirm(SURE):
                click.echo(STAYS)
                return
        now = app.clock()
        app.store.write(lambda tx: tx.add_bank(new, now))
        app.service.handle(
            BankMoved(
                id=f"cli:{app.service.new_id()}",
                committee=desk.committee.id,
                member=chair.id,
                bank=new,
            )
        )
        say(MOVED.format(name=name, bank=new.name, version=new.version))


def _read_bank(name: str) -> "Bank":
    from questions.loader import BankErrors, read_bank

    try:
        return read_bank(name)
    except BankErrors as error:
        first, count = str(error.errors[0]), len(error.errors)
        raise click.ClickException(
            first if count == 1 else BANK_FAULTS.format(first=f"{first}.", count=count)
        ) from error


def _newest(reader: "Reader", old: "Bank", named: str) -> "Bank":
    from questions.loader import bundled_files

    if named:
        return _read_bank(named)
    if old.name in bundled_files():
        return _read_bank(old.name)
    name, version = reader.bank_versions(old.name)[-1]
    return reader.bank(name, version)


def _print_changes(old: "Bank", new: "Bank", changes: "BankChanges") -> None:
    for question in changes.added:
        click.echo(f"  {ADDED:8} {question}: {safe(new.questions[question].prompt)}")
    for change in changes.changed:
        prompt = safe(new.questions[change.id].prompt)
        click.echo(f"  {CHANGED:8} {change.id} ({', '.join(change.fields)}): {prompt}")
    for question in changes.removed:
        click.echo(f"  {REMOVED:8} {question}: {safe(old.questions[question].prompt)}")
    click.echo(KEPT if changes else NO_CHANGES)
