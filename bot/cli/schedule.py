"""`convenor schedule` and `convenor settings`: what would go out when, and a committee's hours."""

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click

from bot.cli.common import WrongUse, find_committee, opened, print_json, table
from bot.cli.plain import say

if TYPE_CHECKING:
    from bot.core.forecast import Entry
    from storage.people import Settings
    from storage.records import State

# -- words ---------------------------------------------------------------------------------------

HEAD = ("Local time", "UTC", "To", "What", "Why")
NOTHING = "Nothing would go out in {days} days. “convenor status” says where the committee stands."
NO_SUCH = "There is no setting “{name}”. There are: {names}."
NOT_A_PAIR = "Please give a setting as NAME=VALUE, as in cap=1."
BAD_VALUE = "“{value}” does not work for {name}. {hint}"
KEPT = "Kept. The schedule follows from now on."
CHANNEL = "the channel"
HINTS = {
    "days": "Weekdays from 0 (Monday) to 6, with commas between them.",
    "days_off": "Dates like 2026-12-24, with commas between them.",
    "days_on": "Dates like 2026-12-24, with commas between them.",
    "at": "A time like 9:40.",
    "quiet_from": "A time like 18:00.",
    "quiet_to": "A time like 8:00.",
    "digest_at": "A time like 9:00.",
    "tone": "friendly or brief.",
    "country": "A country's code, as in DE.",
    "keep_days": "Days from 30 to 3650, or 0 for ever.",
}

WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()


@click.command()
@click.argument("committee")
@click.option(
    "--days", default=30, show_default=True, type=click.IntRange(1, 366), help="How far to look."
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    help="For people or for programs.",
)
def schedule(committee: str, days: int, form: str) -> None:
    """Show what would go out to COMMITTEE when.

    That is if nobody answered; nothing is sent.

    Every nudge, reminder and digest with its time, local to whom it is for and in UTC, and what
    keeps others from going: away, a holiday, the week's cap.

    \b
    Example:
      convenor schedule "Data Privacy"
      convenor schedule "Data Privacy" --days 60 --format json
    """
    from bot.core import clocks, forecast
    from bot.core.schedule_said import what, whom, why

    with opened() as app:
        desk = app.service.look(find_committee(app.store.read(), committee).id)
        now = clocks.at(desk.committee, app.clock())
        found = forecast.forecast(desk.state, desk.bank, now, days)
        if form == "json":
            print_json(
                [_as_json(desk.state, each, why(desk.state, desk.bank, each)) for each in found]
            )
            return
        if not found:
            say(NOTHING.format(days=days))
            return
        rows = [
            (
                _local(each),
                f"{each.at:%Y-%m-%d %H:%M}",
                whom(desk.state, each) if each.member else CHANNEL,
                what(each),
                why(desk.state, desk.bank, each),
            )
            for each in found
        ]
    click.echo(table(HEAD, rows))


def _local(entry: "Entry") -> str:
    from bot.core.hours import zone_of

    there = entry.at.astimezone(zone_of(entry.zone))
    return f"{WEEKDAYS[there.weekday()]} {there:%Y-%m-%d %H:%M} {entry.zone}"


def _as_json(state: "State", entry: "Entry", why: str) -> dict[str, Any]:
    from bot.core.hours import zone_of

    member = state.members.get(entry.member)
    return {
        "at": _utc(entry.at),
        "local": entry.at.astimezone(zone_of(entry.zone)).isoformat(),
        "zone": entry.zone,
        "kind": entry.kind,
        "member": entry.member,
        "name": member.name if member else "",
        "kept": entry.kept,
        "until": entry.until.isoformat() if entry.until else None,
        "waiting": entry.waiting,
        "question": entry.question,
        "why": why,
    }


def _utc(at: datetime) -> str:
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


@click.command()
@click.argument("committee")
@click.argument("pairs", nargs=-1, metavar="[NAME=VALUE]...")
def settings(committee: str, pairs: tuple[str, ...]) -> None:
    """Show or change when COMMITTEE is nudged.

    And for how many days words are kept that were replaced or withdrawn (keep_days). It is changed as its chair.

    \b
    Example:
      convenor settings "Data Privacy"
      convenor settings "Data Privacy" cap=1 at=10:00 days=0,1,2,3 country=DE region=BY
      convenor settings "Data Privacy" zone=Europe/Berlin digest_day=4 digest_at=15:00
      convenor settings "Data Privacy" keep_days=365
    """
    from bot.core.access import leading
    from bot.core.events import SettingsKept

    with opened() as app:
        desk = app.service.look(find_committee(app.store.read(), committee).id)
        known = {
            "zone": desk.committee.zone,
            **desk.committee.settings.rhythm.model_dump(mode="json"),
            "keep_days": desk.committee.settings.keep_days,
        }
        if not pairs:
            rows = [(name, _shown(value)) for name, value in known.items()]
            click.echo(table(("Setting", "Value"), rows))
            return
        changed = dict(_pair(pair, known) for pair in pairs)
        zone = str(changed.pop("zone", desk.committee.zone))
        chosen = _settings(desk.committee.settings, changed)
        chair = leading(desk.state)[0]
        app.service.handle(
            SettingsKept(
                id=f"cli:{app.service.new_id()}",
                committee=desk.committee.id,
                member=chair.id,
                name=desk.committee.name,
                zone=zone,
                settings=chosen,
            )
        )
    say(KEPT)


def _shown(value: object) -> str:
    return ", ".join(map(str, value)) if isinstance(value, list) else str(value)


def _pair(pair: str, known: dict[str, Any]) -> tuple[str, Any]:
    name, sign, value = pair.partition("=")
    if not sign:
        raise WrongUse(NOT_A_PAIR)
    if name not in known:
        raise WrongUse(NO_SUCH.format(name=name, names=", ".join(known)))
    if isinstance(known[name], list):
        return name, [part.strip() for part in value.split(",") if part.strip()]
    return name, value.strip()


def _settings(old: "Settings", changed: dict[str, Any]) -> "Settings":
    from pydantic import ValidationError

    from storage.people import Settings
    from storage.rhythm import Rhythm

    padded = {
        name: f"0{value}"
        if name in HINTS and isinstance(value, str) and value[1:2] == ":"
        else value
        for name, value in changed.items()
    }
    keep = padded.pop("keep_days", old.keep_days)
    try:
        rhythm = Rhythm.model_validate({**old.rhythm.model_dump(), **padded})
        return Settings.model_validate({**old.model_dump(), "rhythm": rhythm, "keep_days": keep})
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        hint = HINTS.get(name, "")
        raise WrongUse(
            BAD_VALUE.format(value=_shown(changed[name]), name=name, hint=hint)
        ) from None
