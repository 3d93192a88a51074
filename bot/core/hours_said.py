"""A member's hours in words: when they may be written to, and what they asked for. Pure."""

from datetime import date, datetime, time

from bot.core import chasing, hours
from bot.core.effects import Button, Group, Line, Notice
from bot.core.hours import Hours
from bot.core.words import day as say_day
from bot.core.words import several
from storage.records import State

# -- words ---------------------------------------------------------------------------------------

TITLE = "When I may write to you"
DAYS = "{days} at {at}, {zone}"
UNKNOWN_ZONE = "{zone} is no zone that I know (any more); I read times as in {other}."
QUIET = "Never between {start} and {end}"
NO_QUIET = "At any hour"
CAP = "At most {count} a week, about every {days} days"
NEVER = "Nudges are switched off"
HOLIDAYS, NO_HOLIDAYS = "Not on public holidays ({country})", "Public holidays are not kept"
AWAY, AWAY_FROM = "You are away until {day}", "You are away from {since} until {day}"
PAUSED, PAUSED_UNTIL = "You are not nudged", "You are not nudged until {day}"
SNOOZED = "Put off until {day}"
DIGEST, NO_DIGEST = "You get a weekly digest of your own", "No digest of your own"
CHANGE = "Change…"
WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
EVERY_DAY = "Every day"


def clock(at: time) -> str:
    """A time of day as people say it: "9:40"."""
    return f"{at.hour}:{at.minute:02}"


def weekdays(days: tuple[int, ...]) -> str:
    """Weekdays in a row, runs of three and more as a span: "Mon to Fri", "Mon, Wed"."""
    if len(days) == len(WEEKDAYS):
        return EVERY_DAY
    runs: list[list[int]] = []
    for each in days:
        if runs and each == runs[-1][-1] + 1:
            runs[-1].append(each)
        else:
            runs.append([each])
    said = [
        f"{WEEKDAYS[run[0]]} to {WEEKDAYS[run[-1]]}"
        if len(run) > 2
        else ", ".join(WEEKDAYS[each] for each in run)
        for run in runs
    ]
    return ", ".join(said)


def told(state: State, member: str, now: datetime) -> Notice:
    """A member's hours, and the way to change them."""
    habits, theirs = chasing.habits_of(state, member), hours.of_member(state, state.members[member])
    lines = [*_hours(theirs, habits.fewer)]
    today = theirs.day(now)
    if habits.away_until is not None and habits.away_until >= today:
        lines.append(_away(habits.away_from, habits.away_until))
    if chasing.paused(state, member, today):
        until = habits.paused_until if habits.paused else state.committee.paused_until
        lines.append(PAUSED_UNTIL.format(day=say_day(until)) if until else PAUSED)
    if habits.snoozed_until is not None and habits.snoozed_until > today:
        lines.append(SNOOZED.format(day=say_day(habits.snoozed_until)))
    lines.append(DIGEST if habits.digest else NO_DIGEST)
    return Notice(
        text=TITLE,
        groups=(Group(heading="", lines=tuple(Line(text=line) for line in lines)),),
        buttons=(Button(action="hours", label=CHANGE),),
    )


def _hours(theirs: Hours, fewer: int) -> list[str]:
    known = hours.known_zone(theirs.zone)
    lines = [
        DAYS.format(days=weekdays(theirs.days), at=clock(theirs.moment), zone=theirs.zone),
        QUIET.format(start=clock(theirs.quiet_from), end=clock(theirs.quiet_to))
        if theirs.quiet_from != theirs.quiet_to
        else NO_QUIET,
        HOLIDAYS.format(country="-".join(filter(None, (theirs.country, theirs.region))))
        if theirs.country
        else NO_HOLIDAYS,
    ]
    if known is None:
        lines.insert(1, UNKNOWN_ZONE.format(zone=theirs.zone, other=theirs.otherwise))
    often = CAP.format(
        count=several(theirs.cap, "nudge"),
        days=chasing.between(theirs.cap, fewer) if theirs.cap else 0,
    )
    return [*lines, often if theirs.cap else NEVER]


def _away(since: date | None, until: date) -> str:
    if since is None:
        return AWAY.format(day=say_day(until))
    return AWAY_FROM.format(since=say_day(since), day=say_day(until))
