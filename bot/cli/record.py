"""`convenor status`, `gaps` and `export`: where things stand, and the record itself."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import EXISTS, find_committee, format_option, opened, print_json, write_file
from bot.cli.plain import safe, say

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.core.desk import Desk
    from storage.port import Reader
    from storage.records import Answer

SETTLED = "{name}: {done} of {total} questions are settled."
NOT_STARTED = "not started"
FINISHED = "complete"
TO_DISCUSS = "{count} to discuss"
WAITS = "Waits for"
NOBODY_WAITS = "Nothing waits for anybody."
NO_GAPS = "No gaps: nothing that was begun is open."
WHY = {
    "open": "open",
    "parked": "to discuss",
    "reconfirm": "to look at again",
    "overdue": "overdue",
}
BLOCKS = "holds up {count} more"
DUE = "due {day}"
READING = "Reading the record"
WRITTEN = "{path}: {size} characters."
EVERYTHING = sys.maxsize
"""As a limit of a read: all there is."""


@click.command()
@click.argument("committee")
@format_option
def status(committee: str, form: str) -> None:
    """Show how far COMMITTEE is, and what waits for whom.

    COMMITTEE is an id, a name, or the beginning of a name.

    \b
    Example:
      convenor status "Data Privacy"
      convenor status data --format json
    """
    with opened() as app:
        desk = app.service.look(find_committee(app.store.read(), committee).id)
    found = _status(desk)
    if form == "json":
        print_json(found)
        return
    from bot.cli.render import bar
    from bot.core.standing import LOOK
    from bot.core.words import several

    head = SETTLED.format(name=desk.committee.name, done=found["done"], total=found["total"])
    say(head)
    width = max(len(phase["title"]) for phase in found["phases"])
    for phase in found["phases"]:
        notes = []
        if phase["finished"]:
            notes.append(FINISHED)
        elif not phase["started"]:
            notes.append(NOT_STARTED)
        if phase["parked"]:
            notes.append(TO_DISCUSS.format(count=phase["parked"]))
        if phase["review"]:
            notes.append(LOOK)
        line = f"  {phase['title']:{width}}  {bar(phase['done'], phase['total'])}"
        line += f"  {phase['done']} of {phase['total']}"
        say(" · ".join((line, *notes)))
    waiting = [member for member in found["members"] if member["waiting"]]
    if not waiting:
        click.echo(NOBODY_WAITS)
        return
    click.echo(WAITS)
    for member in waiting:
        say(f"  {member['name']}: {several(len(member['waiting']), 'question')}")


def _status(desk: "Desk") -> dict[str, Any]:
    from bot.core import owing, standing

    state, bank = desk.state, desk.bank
    phases = standing.progress(state, bank)
    people = sorted(standing.voices(state).values(), key=lambda m: (m.name.casefold(), m.id))
    return {
        "id": desk.committee.id,
        "name": desk.committee.name,
        "bank": bank.name,
        "bank_version": bank.version,
        "revision": desk.committee.revision,
        "done": sum(phase.done for phase in phases),
        "total": sum(phase.total for phase in phases),
        "phases": [phase.model_dump(mode="json") for phase in phases],
        "members": [
            {
                "id": member.id,
                "name": member.name,
                "role": member.role.value,
                "waiting": list(owing.waiting_for(state, bank, member.id)),
            }
            for member in people
        ],
    }


@click.command()
@click.argument("committee")
@format_option
def gaps(committee: str, form: str) -> None:
    """List what COMMITTEE still owes.

    By phase, what holds up most first.

    \b
    Example:
      convenor gaps "Data Privacy"
      convenor gaps "Data Privacy" --format json
    """
    from bot.core.words import day, today

    with opened() as app:
        desk = app.service.look(find_committee(app.store.read(), committee).id)
        local = today(app.clock(), desk.committee.zone)
    found = _gaps(desk, local)
    if form == "json":
        print_json([gap | {"due": gap["due"] and gap["due"].isoformat()} for gap in found])
        return
    if not found:
        click.echo(NO_GAPS)
    phase = ""
    for gap in found:
        if gap["phase"] != phase:
            phase = gap["phase"]
            say(desk.bank.phase_by_id[phase].title)
        notes = [WHY[gap["why"]]]
        if gap["owners"]:
            notes.append(", ".join(owner["name"] for owner in gap["owners"]))
        if gap["due"]:
            notes.append(DUE.format(day=day(gap["due"])))
        if gap["blocks"]:
            notes.append(BLOCKS.format(count=gap["blocks"]))
        say(f"  {gap['prompt']} · {' · '.join(notes)}")


def _gaps(desk: "Desk", today: Any) -> list[dict[str, Any]]:
    from bot.core import owing

    state = desk.state
    return [
        {
            "question": gap.question,
            "phase": gap.phase,
            "prompt": desk.bank.questions[gap.question].prompt,
            "why": gap.why,
            "owners": [{"id": who, "name": state.members[who].name} for who in gap.owners],
            "blocks": gap.blocks,
            "since": gap.since and gap.since.isoformat().replace("+00:00", "Z"),
            "due": gap.due,
        }
        for gap in owing.gaps(state, desk.bank, today)
    ]


@click.command()
@click.argument("committee")
@click.option(
    "--format",
    "form",
    type=click.Choice(["json", "csv", "md"]),
    default="json",
    show_default=True,
    help="json has everything; csv is for spreadsheets; md is for reading.",
)
@click.option(
    "-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file."
)
@click.option("--force", is_flag=True, help="Replace the file if it is there.")
def export(committee: str, form: Any, output: Path | None, force: bool) -> None:
    """Write the record of COMMITTEE as JSON, CSV or Markdown.

    json has every revision, the register and the log; docs/export.md describes it.

    \b
    Example:
      convenor export "Data Privacy" --format md -o record.md
      convenor export "Data Privacy" | jq .committee
    """
    from bot.core.export import render

    if output and output.exists() and not force:
        raise click.ClickException(EXISTS.format(path=output))
    with opened() as app:
        reader = app.store.read()
        # First the state, then the history: what is said in between is younger and left out.
        desk = app.service.look(find_committee(reader, committee).id)
        history = _history(reader, desk) if form == "json" else ()
        audit = reader.audit(desk.committee.id, EVERYTHING) if form == "json" else ()
        text = render(desk, history, audit, form, at=app.clock())
    if output:
        write_file(output, text.encode(), force=force)
        say(WRITTEN.format(path=output, size=len(text)), err=True)
    elif sys.stdout.isatty():
        click.echo(safe(text), nl=False)
    else:
        # As bytes: the record is UTF-8 whatever the terminal speaks, and no line end is changed.
        sys.stdout.buffer.write(text.encode())


def _history(reader: "Reader", desk: "Desk") -> "Sequence[Answer]":
    questions = sorted(desk.state.items)
    found: list[Answer] = []
    with click.progressbar(
        questions, label=READING, file=sys.stderr, hidden=not sys.stderr.isatty()
    ) as steps:
        for question in steps:
            found += reader.history(desk.committee.id, question, limit=EVERYTHING)
    return found
