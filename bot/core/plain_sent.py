"""What a small form of plain fields held, read back: the committee's hours, a member's own. Pure."""

import re
from datetime import date, time
from typing import Any, TypeVar

from pydantic import ValidationError

from bot.core import hours
from bot.core.errors import Problem, Refused
from bot.core.plain_form import NONE
from storage.people import Settings, keeps
from storage.rhythm import Habits, Rhythm, Tone

# -- words ---------------------------------------------------------------------------------------

BAD_TIME = "Please give a time like 9:40."
BAD_COUNTRY = "I don't know the holidays of “{code}”. A code like DE or GB-SCT works."
BAD_DATES = "I can't read “{text}” as a date. Dates like 2026-12-24 work, with commas between them."
BAD_DAY = "Please pick a day from the calendar."
BAD_CHOICE = "Please choose one of the list."

TIME = re.compile(r"\s*([01]?[0-9]|2[0-3])(?:[:.]([0-5][0-9]))?\s*(am|pm)?\s*", re.IGNORECASE)
COUNTRY = re.compile(r"([A-Z]{2})(?:[-/ ]([A-Z0-9]{1,10}))?")

Held = dict[str, str | tuple[str, ...]]
"""What each input of a form held, by its name."""
Row = TypeVar("Row", Rhythm, Habits)


def rhythm_of(held: Held, old: Rhythm) -> Rhythm:
    """The committee's hours as a form has them; the old ones where it has none. Raises Refused."""
    if not {"at", "days:options", "cap", "digest_day"} & held.keys():
        return old
    country, region = _place(held)
    day = _word(held, "digest_day")
    return _checked(
        Rhythm,
        {
            **old.model_dump(),
            **_shared(held),
            "country": country,
            "region": region,
            "days_off": _dates(held, "days_off"),
            "days_on": _dates(held, "days_on"),
            "remind": _word(held, "remind") or old.remind,
            "patience": _word(held, "patience") or old.patience,
            "digest": day != NONE,
            "digest_day": old.digest_day if day in ("", NONE) else day,
            "digest_at": _time(held, "digest_at"),
        },
    )


def settings_of(held: Held, old: Settings) -> Settings:
    """The committee's hours, and how long words are kept, as a form has them. Raises Refused."""
    keep = _word(held, "keep_days") or str(old.keep_days)
    if not keep.isdecimal() or len(keep) > 5 or not keeps(int(keep)):
        raise Refused(BAD_CHOICE, (Problem(field="keep_days", sentence=BAD_CHOICE),))
    return old.evolve(rhythm=rhythm_of(held, old.rhythm), keep_days=int(keep))


def habits_of(held: Held) -> Habits:
    """A member's hours as their form has them. Raises Refused."""
    country, region = _place(held)
    return _checked(
        Habits,
        {
            "member": "",
            **_shared(held),
            "country": country,
            "region": region,
            "away_from": _day(held, "since"),
            "away_until": _day(held, "until"),
            "digest": _word(held, "digest") == "yes",
            "mail": _word(held, "mail") != "no",
        },
    )


def _shared(held: Held) -> dict[str, Any]:
    days = held.get("days:options", ())
    return {
        "days": tuple(days) if isinstance(days, tuple) else tuple(filter(None, days.split(","))),
        "at": _time(held, "at"),
        "quiet_from": _time(held, "quiet_from"),
        "quiet_to": _time(held, "quiet_to"),
        "cap": _word(held, "cap") or 0,
        "tone": _word(held, "tone") or Tone.FRIENDLY,
    }


def _checked(model: type[Row], fields: dict[str, Any]) -> Row:
    try:
        return model.model_validate(fields)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        raise Refused(BAD_CHOICE, (Problem(field=name, sentence=BAD_CHOICE),)) from None


def _word(held: Held, name: str) -> str:
    value = held.get(name, "")
    return value.strip() if isinstance(value, str) else ""


def _time(held: Held, name: str) -> time:
    found = TIME.fullmatch(_word(held, name))
    if found is None:
        raise Refused(BAD_TIME, (Problem(field=name, sentence=BAD_TIME),))
    hour, half = int(found[1]), (found[3] or "").casefold()
    if half and not 1 <= hour <= 12:
        raise Refused(BAD_TIME, (Problem(field=name, sentence=BAD_TIME),))
    if half:
        hour = hour % 12 + (12 if half == "pm" else 0)
    return time(hour, int(found[2] or 0))


def _day(held: Held, name: str) -> date | None:
    text = _word(held, name)
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise Refused(BAD_DAY, (Problem(field=name, sentence=BAD_DAY),)) from None


def _dates(held: Held, name: str) -> tuple[date, ...]:
    found = []
    for text in filter(None, re.split(r"[\s,;]+", _word(held, name))):
        try:
            found.append(date.fromisoformat(text))
        except ValueError:
            sentence = BAD_DATES.format(text=text[:30])
            raise Refused(sentence, (Problem(field=name, sentence=sentence),)) from None
    return tuple(sorted(set(found)))


def _place(held: Held) -> tuple[str, str]:
    text = _word(held, "holidays").upper()
    if not text:
        return "", ""
    found = COUNTRY.fullmatch(text)
    if found is None or not hours.holidays_known(found[1], found[2] or ""):
        sentence = BAD_COUNTRY.format(code=_word(held, "holidays")[:20])
        raise Refused(sentence, (Problem(field="holidays", sentence=sentence),))
    return found[1], found[2] or ""
