"""What came on the way when a sample's clock was put forward, in a few sentences. Pure."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta

from bot.core import chasing, digest_lines, hours, standing
from bot.core.hours import ONE_DAY
from bot.core.nudging import dated
from bot.core.words import day as say_day
from bot.core.words import number, series
from storage.records import State

# -- words ---------------------------------------------------------------------------------------

ON_THE_WAY, NOTHING = "On the way came {what}.", "Nothing came on the way."
ONE_DIGEST, DIGESTS = "one digest", "{count} digests"
ONE_NUDGE, NUDGES = "one nudge (to {who})", "{count} nudges ({who})"
ONE_AWAY, AWAY = "{who} was away", "{who} were away"
ONE_OFF, OFF = "{days} was off", "{days} were off"
FORWARD, BACK = "the clocks went forward on {day}", "the clocks went back on {day}"
GIVEN_UP = "{who} did not answer, so I stopped nudging"
MOST_DAYS = 4
"""So many days off are named; of more, how many."""
DAYS = "{count} days"


def told(before: State, after: State, digests: int, start: datetime, until: datetime) -> str:
    """What came from `start` to `until` (UTC): `digests` of them, and what else the states say."""
    came = [*_digests(digests), *_nudges(after, start)]
    rest = [*_kept(after, start, until), *_silent(before, after, start, until)]
    sentence = ON_THE_WAY.format(what=series(came)) if came else NOTHING
    return " ".join([sentence, *(f"{part[:1].upper()}{part[1:]}." for part in rest)])


def _digests(count: int) -> Iterator[str]:
    if count:
        yield ONE_DIGEST if count == 1 else DIGESTS.format(count=number(count))


def _nudges(state: State, start: datetime) -> Iterator[str]:
    counts = Counter(
        {who: sum(n.at > start for n in habits.nudged) for who, habits in state.habits.items()}
    )
    found = digest_lines.ranked(state, +counts)
    if not found:
        return
    if (total := sum(n for _, n in found)) == 1:
        yield ONE_NUDGE.format(who=digest_lines.name(state, found[0][0]))
        return
    who = ", ".join(f"{digest_lines.name(state, member)} {n}" for member, n in found)
    yield NUDGES.format(count=number(total), who=who)


def _kept(state: State, start: datetime, until: datetime) -> Iterator[str]:
    """What kept people from being written to on the way."""
    ours = hours.of_committee(state)
    days = list(_days(ours.day(start), ours.day(until)))
    gone = [
        who
        for who in standing.voices(state)
        if any(chasing.away(chasing.habits_of(state, who), day) for day in days)
    ]
    if gone:
        yield (ONE_AWAY if len(gone) == 1 else AWAY).format(who=_names(state, gone))
    off = [day for day in days if day.weekday() in ours.days and ours.holiday(day)]
    if off:
        named = series([dated(day) for day in off])
        said = named if len(off) <= MOST_DAYS else DAYS.format(count=number(len(off)))
        yield (ONE_OFF if len(off) == 1 else OFF).format(days=said)
    for day in days:
        moved = _offset(state, day) - _offset(state, day - ONE_DAY)
        if moved:
            yield (FORWARD if moved > timedelta() else BACK).format(day=say_day(day))


def _silent(before: State, after: State, start: datetime, until: datetime) -> Iterator[str]:
    """Whom it has stopped nudging on the way."""
    ours = hours.of_committee(after)
    known = chasing.given_up(before, chasing.last_heard(before), ours.day(start))
    silent = chasing.given_up(after, chasing.last_heard(after), ours.day(until))
    if fresh := [who for who in silent if who not in known]:
        yield GIVEN_UP.format(who=_names(after, fresh))


def _names(state: State, members: Sequence[str]) -> str:
    return series(standing.names(state, tuple(members)))


def _days(first: date, last: date) -> Iterator[date]:
    """The days after the first, up to the last."""
    while first < last:
        first += ONE_DAY
        yield first


def _offset(state: State, day: date) -> timedelta:
    """What the committee's clocks are ahead of UTC at a day's noon."""
    noon = datetime.combine(day, time(12), hours.zone_of(state.committee.zone))
    return noon.utcoffset() or timedelta()
