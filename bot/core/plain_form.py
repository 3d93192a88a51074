"""Small forms of plain fields, said once for every platform: when to be reminded, hours, dates. Pure.

A platform lays the fields out in its own inputs; what was sent comes back as bot.core.sent.Held. The
names of fields in which several may be chosen end in ":options".
"""

from collections.abc import Sequence
from datetime import date, time
from typing import Literal

from bot.core import chasing, hours
from bot.core.errors import Misuse
from bot.core.hours import Hours
from bot.core.hours_said import UNKNOWN_ZONE
from bot.core.nudging import dated
from bot.core.words import several
from questions.model import Bank, Frozen
from storage.people import Settings
from storage.records import State
from storage.rhythm import Habits, Rhythm, Tone

# -- words ---------------------------------------------------------------------------------------

SNOOZE, AWAY, REDATE, HOURS = "Remind me again", "I'm away", "A new date", "My hours"
SNOOZE_UNTIL = "On which day?"
AWAY_SINCE, AWAY_UNTIL = "From (if it is not today)", "Until, that day included"
DUE, SO_FAR = "Due on", "So far: {day}."
DAYS, AT = "On which days?", "At what time?"
DAYS_ALL = "On which days are people nudged?"
AT_HINT = "In each member's own time zone."
MY_HINT = "In your own time zone, {zone}."
QUIET_FROM, QUIET_TO = "Quiet hours begin", "Quiet hours end"
QUIET_HINT, QUIET_MINE = (
    "Nobody is written to between the two. The same time twice means never.",
    "I don't write to you between the two. The same time twice means never.",
)
CAP, CAP_HINT, CAP_MINE = (
    "At most how many nudges a week?",
    "No member gets more than that, whatever is due.",
    "I send you no more than that, whatever is due.",
)  # fmt: skip
CAPS = "{count} a week"
NO_NUDGES = "None at all"
TONE = "How are nudges worded?"
TONES = {Tone.FRIENDLY: "Friendly, with a greeting", Tone.BRIEF: "Brief"}
HOLIDAYS = "Whose public holidays are kept?"
HOLIDAYS_HINT = (
    "A country's code, with a region's if you like, as in DE, DE-BY or GB-SCT. Empty for none."
)
DAYS_OFF, DAYS_ON = "Further days off", "Days on which you work all the same"
DATES_HINT = "Dates with commas between them, as in 2026-12-24, 2026-12-31."
REMIND = "How many days before a date comes the reminder?"
ON_THE_DAY, DAYS_BEFORE = "On the day itself only", "{count} before, and on the day"
PATIENCE = "After how many nudges without an answer do they stop?"
DIGEST_DAY, DIGEST_AT, NO_DIGEST = "The weekly digest comes on", "At", "No digest"
DIGEST_HINT = "In the committee's time zone."
MY_DIGEST, MY_MAIL = "A weekly digest of your own?", "Nudges by e-mail, too (where mail is set up)?"
KEEP, KEEP_HINT = (
    "How long are words kept that were replaced or withdrawn?",
    (
        "After that they fade for good, and so do old messages and lines of the log. What stands as an answer stays."
    ),
)
FOR_EVER = "For ever"
YES, NO = "Yes", "No"

KEEPS, YEAR = (0, 90, 180, 365, 730, 1825, 3650), 365
"""Days that are offered; 0 for ever."""
LONG_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()
NONE = "none"
OPEN = 4
"""So many options at most stand one below the other."""


class Field(Frozen):
    """One input, with what it holds."""

    name: str
    label: str
    kind: Literal["words", "date", "time", "one", "many"] = "words"
    said: str | tuple[str, ...] = ""
    options: tuple[tuple[str, str], ...] = ()
    """Values and words of a choice."""
    hint: str = ""
    needed: bool = False

    @property
    def long(self) -> bool:
        """Whether its options are better folded into a menu: a form has many fields, and a phone is small."""
        return self.kind == "one" and len(self.options) > OPEN


class PlainForm(Frozen):
    """A small form."""

    name: str
    """What bot.core.sent knows it by."""
    title: str
    text: str = ""
    """What it is about, above the fields."""
    fields: tuple[Field, ...]


NAMES = ("snooze", "away", "redate", "hours")
"""The forms that `form` makes."""


def form(name: str, state: State, bank: Bank, member: str, question: str = "") -> PlainForm:
    """One of `NAMES`. Raises Misuse for a question or a member that is not there."""
    person = state.members.get(member)
    if person is None:
        raise Misuse(f"no member {member}")
    habits = chasing.habits_of(state, member)
    if name == "snooze":
        until = Field(name="until", label=SNOOZE_UNTIL, kind="date", needed=True)
        return PlainForm(name=name, title=SNOOZE, fields=(until,))
    if name == "away":
        return PlainForm(name=name, title=AWAY, fields=_away(habits))
    if name == "redate":
        found, item = bank.questions.get(question), state.items.get(question)
        if found is None or item is None:
            raise Misuse(f"no question {question}")
        due = item.assignment.due if item.assignment else None
        # Not filled in: it is asked where the date has passed, and a day that has is refused.
        hint = SO_FAR.format(day=dated(due)) if due else ""
        field = Field(name="due", label=DUE, kind="date", hint=hint, needed=True)
        return PlainForm(name=name, title=REDATE, text=found.prompt, fields=(field,))
    if name == "hours":
        return PlainForm(name=name, title=HOURS, fields=_own(state, habits))
    raise Misuse(f"no form {name}")


def _iso(day: date | None) -> str:
    return day.isoformat() if day else ""


def _away(habits: Habits) -> tuple[Field, ...]:
    return (
        Field(name="since", label=AWAY_SINCE, kind="date", said=_iso(habits.away_from)),
        Field(
            name="until", label=AWAY_UNTIL, kind="date", said=_iso(habits.away_until), needed=True
        ),
    )


# -- hours ---------------------------------------------------------------------------------------


def _times(at: time, start: time, end: time, hint: str, quiet: str) -> tuple[Field, ...]:
    return (
        Field(name="at", label=AT, kind="time", said=f"{at:%H:%M}", hint=hint, needed=True),
        Field(
            name="quiet_from", label=QUIET_FROM, kind="time", said=f"{start:%H:%M}",
            hint=quiet, needed=True,
        ),
        Field(name="quiet_to", label=QUIET_TO, kind="time", said=f"{end:%H:%M}", needed=True),
    )  # fmt: skip


def _weekdays(days: Sequence[int], label: str) -> Field:
    return Field(
        name="days:options",
        label=label,
        kind="many",
        said=tuple(map(str, days)),
        options=tuple((str(n), name) for n, name in enumerate(LONG_DAYS)),
    )


def _caps(cap: int, hint: str, most: int = 7) -> Field:
    options = tuple((str(n), CAPS.format(count=n) if n else NO_NUDGES) for n in range(most + 1))
    return Field(
        name="cap", label=CAP, kind="one", said=str(min(cap, most)), options=options, hint=hint
    )


def _tones(tone: Tone) -> Field:
    options = tuple((each.value, words) for each, words in TONES.items())
    return Field(name="tone", label=TONE, kind="one", said=tone.value, options=options)


def _country(country: str, region: str) -> Field:
    said = "-".join(filter(None, (country, region)))
    return Field(name="holidays", label=HOLIDAYS, said=said, hint=HOLIDAYS_HINT)


def _yes_no(name: str, label: str, on: bool) -> Field:
    said = "yes" if on else "no"
    return Field(name=name, label=label, kind="one", said=said, options=(("yes", YES), ("no", NO)))


def _in_zone(theirs: Hours) -> str:
    """In which zone a member's times are read; that it is another than theirs, where theirs is unknown."""
    if hours.known_zone(theirs.zone) is None:
        return UNKNOWN_ZONE.format(zone=theirs.zone, other=theirs.otherwise)
    return MY_HINT.format(zone=theirs.zone)


def _own(state: State, habits: Habits) -> tuple[Field, ...]:
    theirs = hours.of_member(state, state.members[habits.member])
    most = state.committee.settings.rhythm.cap
    return (
        _weekdays(theirs.days, DAYS),
        *_times(theirs.at, theirs.quiet_from, theirs.quiet_to, _in_zone(theirs), QUIET_MINE),
        _caps(theirs.cap, CAP_MINE, most),
        _tones(theirs.tone),
        _country(theirs.country, theirs.region),
        *(field.model_copy(update={"needed": False}) for field in _away_own(habits)),
        _yes_no("digest", MY_DIGEST, habits.digest),
        *((_yes_no("mail", MY_MAIL, habits.mail),) if chasing.mails(state) else ()),
    )


def _away_own(habits: Habits) -> tuple[Field, ...]:
    since, until = _away(habits)
    return (
        since.model_copy(update={"label": f"{AWAY}: {AWAY_SINCE.lower()}"}),
        until.model_copy(update={"label": f"{AWAY}: {AWAY_UNTIL.lower()}"}),
    )


def rhythm_fields(rhythm: Rhythm) -> tuple[Field, ...]:
    """The committee's hours, for its settings' form."""
    days_before = sorted({*range(8), 14, rhythm.remind})
    return (
        _weekdays(rhythm.days, DAYS_ALL),
        *_times(rhythm.at, rhythm.quiet_from, rhythm.quiet_to, AT_HINT, QUIET_HINT),
        _caps(rhythm.cap, CAP_HINT),
        _tones(rhythm.tone),
        _country(rhythm.country, rhythm.region),
        Field(
            name="days_off", label=DAYS_OFF, said=_listed(rhythm.days_off), hint=DATES_HINT
        ),
        Field(name="days_on", label=DAYS_ON, said=_listed(rhythm.days_on)),
        Field(
            name="remind", label=REMIND, kind="one", said=str(rhythm.remind),
            options=tuple(
                (str(n), DAYS_BEFORE.format(count=several(n, "day")) if n else ON_THE_DAY)
                for n in days_before
            ),
        ),
        Field(
            name="patience", label=PATIENCE, kind="one", said=str(rhythm.patience),
            options=tuple((str(n), str(n)) for n in range(1, 11)),
        ),
        Field(
            name="digest_day", label=DIGEST_DAY, kind="one",
            said=str(rhythm.digest_day) if rhythm.digest else NONE,
            options=(*((str(n), name) for n, name in enumerate(LONG_DAYS)), (NONE, NO_DIGEST)),
            hint=DIGEST_HINT,
        ),
        Field(
            name="digest_at", label=DIGEST_AT, kind="time", said=f"{rhythm.digest_at:%H:%M}",
            needed=True,
        ),
    )  # fmt: skip


def settings_fields(settings: Settings) -> tuple[Field, ...]:
    """What a committee sets about being chased, and how long words are kept, for its settings' form."""
    keep = sorted({*KEEPS, settings.keep_days})
    kept = Field(
        name="keep_days",
        label=KEEP,
        kind="one",
        said=str(settings.keep_days),
        options=tuple((str(days), _span(days)) for days in keep),
        hint=KEEP_HINT,
    )
    return (*rhythm_fields(settings.rhythm), kept)


def _span(days: int) -> str:
    if not days:
        return FOR_EVER
    return several(days // YEAR, "year") if days % YEAR == 0 else several(days, "day")


def _listed(days: Sequence[date]) -> str:
    return ", ".join(day.isoformat() for day in days)
