"""Commands about being chased: snooze, away, here, fewer, more, pause and resume for people, digest. Pure."""

import re
from collections.abc import Callable
from datetime import date

from bot.core import dates
from bot.core.asked import Args, ids, named, told, which_member
from bot.core.chase_events import AskedFewer, DigestAsked, Hushed, Snoozed, WentAway
from bot.core.events import Event
from bot.core.words import short

# -- words ---------------------------------------------------------------------------------------

UNTIL_WHEN = "Until which day? As in: {command} until 12 June."
BAD_DATE = "I can't read “{text}” as a date. Friday, 12 June or 2026-06-12 work."
WHICH_DIGEST = "There is “digest preview”, “digest now”, “digest mine” and “digest off”."

ME = frozenset(("me", "my nudges", "nudges", "nudging", "reminders", "myself"))
ALL = frozenset(("all", "everyone", "everybody", "us", "the committee", "committee", "everything"))
UNTIL = re.compile(r"\s*\b(?:until|till|til|to|up to)\b\s*", re.IGNORECASE)
FROM = re.compile(r"^(?:from|since)\s+(.+?)\s+(?:until|till|til|to)\s+(.+)$", re.IGNORECASE)
DIGESTS = {
    "": "preview", "preview": "preview", "now": "now", "post": "now", "mine": "mine", "me": "mine",
    "off": "not_mine", "not mine": "not_mine", "mine off": "not_mine",
}  # fmt: skip


def _day(args: Args, text: str) -> date | None:
    event, state, _, now, _ = args
    return dates.date_in(text, now, state.members[event.member].zone)


def _snooze(args: Args) -> Event:
    event, rest = args[0], UNTIL.sub(" ", args[4]).strip().casefold()
    if rest in ("", "tomorrow", "a day", "one day"):
        return Snoozed(**ids(event), span="tomorrow", place=event.place)
    if rest in ("week", "a week", "next week", "one week"):
        return Snoozed(**ids(event), span="week", place=event.place)
    until = _day(args, rest)
    if until is None:
        return told(event, BAD_DATE.format(text=short(rest, 30)))
    return Snoozed(**ids(event), until=until, place=event.place)


def _away(args: Args) -> Event:
    event, rest = args[0], args[4].strip()
    if rest.casefold() in ("off", "over", "no", "no more"):
        return WentAway(**ids(event), back=True, place=event.place)
    both = FROM.match(rest)
    first, last = (both[1], both[2]) if both else ("", UNTIL.sub(" ", rest).strip())
    if not last:
        return told(event, UNTIL_WHEN.format(command="away"))
    until = _day(args, last)
    since = _day(args, first) if first else None
    if until is None or (first and since is None):
        return told(event, BAD_DATE.format(text=short(last if until is None else first, 30)))
    return WentAway(**ids(event), since=since, until=until, place=event.place)


def pause(args: Args, *, over: bool = False) -> Event:
    """Pause (or, `over`, resume) somebody's nudges, or the committee's: "pause all until 12 June"."""
    event, state, _, _, rest = args
    parts = UNTIL.split(rest, maxsplit=1)
    who, last = parts[0].strip().lstrip("@"), parts[1].strip() if len(parts) > 1 else ""
    until = _day(args, last) if last else None
    if last and until is None:
        return told(event, BAD_DATE.format(text=short(last, 30)))
    fields = {**ids(event), "until": until, "over": over, "place": event.place}
    if who.casefold() in ALL:
        return Hushed(**fields)
    if not who or who.casefold() in ME:
        return Hushed(**fields, who=event.member)
    people = named(event, state, who)
    if len(people) != 1:
        return told(event, which_member(state, who, people))
    return Hushed(**fields, who=people[0].id)


def _digest(args: Args) -> Event:
    event, how = args[0], DIGESTS.get(args[4].casefold())
    if how is None:
        return told(event, WHICH_DIGEST)
    return DigestAsked.model_validate({**ids(event), "how": how, "place": event.place})


READERS: dict[str, Callable[[Args], Event]] = {
    "snooze": _snooze,
    "away": _away,
    "here": lambda args: WentAway(**ids(args[0]), back=True, place=args[0].place),
    "fewer": lambda args: AskedFewer(**ids(args[0]), place=args[0].place),
    "more": lambda args: AskedFewer(**ids(args[0]), more=True, place=args[0].place),
    "digest": _digest,
}
