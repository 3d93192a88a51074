"""The calendar: which slots are due, and when to look again. Pure.

`plan` says what is due now, each under the one key of its slot, so that it can be asked again and by
several processes. Nothing is remembered of a slot that has passed: after an outage today's slots and
the newest digest are due, not the backlog.
"""

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from bot.core import chasing, hours
from bot.core.hours import ONE_DAY, Hours
from bot.core.planned import (
    BY_MAIL,
    HOSTED,
    MAIL,
    Digest,
    Nudge,
    OwnDigest,
    Planned,
    digest_key,
    key_of,
    nudge_key,
)
from bot.core.targets import AtPlace, InChannel, ToMember
from questions.model import Bank, Frozen
from storage.people import Member, Place
from storage.records import State

LOOK_AGAIN = timedelta(hours=36)
"""A committee is looked at this often at least, whatever its slots: zones and clocks may change."""
WEEK = timedelta(days=7)
MAIL_AGAIN = timedelta(days=28)
"""After so long an address that was refused is tried again, unless it is changed before."""


class Plan(Frozen):
    """What is due, and when the committee has to be looked at again (UTC)."""

    due: tuple[Planned, ...] = ()
    look_at: datetime


def plan(state: State, bank: Bank, now: datetime, *, mail: bool = False) -> Plan:
    """What is due by `now` (aware, UTC). `mail`: whether nudges go by e-mail, too."""
    due: list[Planned] = []
    looks = [now + LOOK_AGAIN]
    heard = chasing.last_heard(state)
    for member in people(state):
        theirs = hours.of_member(state, member)
        due.extend(_nudges(state, bank, member, theirs, now, heard, mail=mail))
        due.extend(_own_digests(state, member, theirs, now, mail=mail))
        looks.append(_next_look(theirs, now))
    due.extend(_digests(state, now))
    looks.append(_next_digest(state, now))
    return Plan(due=tuple(due), look_at=min(looks))


def people(state: State) -> list[Member]:
    """The members who may be written to."""
    return [member for member in state.members.values() if member.active]


# -- members -------------------------------------------------------------------------------------


def _nudges(
    state: State,
    bank: Bank,
    member: Member,
    theirs: Hours,
    now: datetime,
    heard: dict[str, datetime],
    *,
    mail: bool,
) -> Iterator[Nudge]:
    day = theirs.day(now)
    if not open_slot(theirs, day, now):
        return
    if chasing.weigh(state, bank, member, day, heard).reason is None:
        return
    key = nudge_key(state, member.id, day)
    for name, to in _ways(state, member, key, now, mail=mail):
        yield Nudge(key=name, to=to, member=member.id, day=day)


def open_slot(theirs: Hours, day: date, now: datetime) -> bool:
    """Whether a day's slot has come, and it is not quiet where they are."""
    at = theirs.slot(day)
    return at is not None and at <= now and not theirs.quiet_at(hours.local(now, theirs.tz).time())


def _ways(
    state: State, member: Member, key: str, now: datetime, *, mail: bool
) -> Iterator[tuple[str, ToMember | AtPlace]]:
    """Into their own messages; where those are the workspace's, by e-mail, too."""
    yield key, ToMember(member=member.id)
    home, habits = state.committee.home[0], chasing.habits_of(state, member.id)
    lost = habits.unreached
    refused = lost is not None and lost.by == "mail" and now - lost.at < MAIL_AGAIN
    wanted = mail and bool(member.email) and habits.mail and not refused
    if wanted and chasing.mails(state) and not state.committee.sample:
        place = Place(platform=MAIL, tenant=home.tenant, channel=f"@{member.id}")
        yield key + BY_MAIL, AtPlace(place=place)


def _own_digests(
    state: State, member: Member, theirs: Hours, now: datetime, *, mail: bool
) -> Iterator[OwnDigest]:
    habits = chasing.habits_of(state, member.id)
    day = theirs.day(now)
    week = week_day(state, day)
    if not habits.digest or habits.digested_on == week:
        return
    kept = chasing.paused(state, member.id, day) or chasing.away(habits, day)
    if kept or theirs.off(day) or not open_slot(theirs, day, now):
        return
    since = max(now - WEEK, state.committee.created_at)
    key = key_of(state, "own-digest", member.id, week)
    for name, to in _ways(state, member, key, now, mail=mail):
        yield OwnDigest(key=name, to=to, member=member.id, day=week, since=since)


def week_day(state: State, day: date) -> date:
    """The newest day of digests that is not after a day."""
    back = (day.weekday() - state.committee.settings.rhythm.digest_day) % 7
    return day - timedelta(days=back)


def _next_look(theirs: Hours, now: datetime) -> datetime:
    """The next instant at which a member's slot may open."""
    day = theirs.day(now)
    at = theirs.slot(day)
    end = hours.slot(day, theirs.quiet_to, theirs.tz)
    if at is not None and now < at and not theirs.off(day):
        return at
    if at is not None and end is not None and at <= now < end and not theirs.off(day):
        return end  # what an outage left is sent once it is no longer quiet
    for _ in range(int(LOOK_AGAIN / ONE_DAY) + 1):
        day += ONE_DAY
        at = theirs.slot(day)
        if at is not None and not theirs.off(day):
            return at
    return now + LOOK_AGAIN


# -- the channel ---------------------------------------------------------------------------------


def digest_slot(state: State, day: date) -> datetime | None:
    """When the digest of a week's day is due: on it, or on the first day after that is no holiday."""
    ours, rhythm = hours.of_committee(state), state.committee.settings.rhythm
    for later in range(7):
        at = day + later * ONE_DAY
        if not ours.holiday(at):
            return hours.slot(at, rhythm.digest_at, ours.tz)
    return None


def _digests(state: State, now: datetime) -> Iterator[Digest]:
    committee = state.committee
    ours = hours.of_committee(state)
    today = ours.day(now)
    day = newest_digest(state, now)
    if day is None or ours.quiet_at(hours.local(now, ours.tz).time()):
        return
    if _too_late(state, ours, day, now):
        return
    done = committee.digested_on
    if done is not None and day <= done <= today:
        return
    if chasing.committee_paused(state, today) or chasing.committee_paused(state, day):
        return
    if not state.walks:
        return  # nothing has begun: there is nothing to tell
    key = digest_key(state, day)
    since = committee.digested_at or committee.created_at
    since = since if since <= now else max(now - WEEK, committee.created_at)
    yield Digest(key=key, to=InChannel(), day=day, since=since)
    for place in committee.home:
        if place.platform != HOSTED:
            name = f"{key}:details@{place.platform}"
            there = AtPlace(place=place.evolve(thread=scoped(state, key, place)))
            yield Digest(key=name, to=there, day=day, since=since, details=True)


def scoped(state: State, key: str, place: Place) -> str:
    """The key of the digest in one of several homes; see bot.core.promises."""
    return key if place == state.committee.home[0] else f"{key}@{place.platform}"


def _too_late(state: State, ours: Hours, day: date, now: datetime) -> bool:
    """Whether a digest that an outage left waits: for a day that is none off, or for the next one."""
    at, following = digest_slot(state, day), digest_slot(state, day + WEEK)
    today = ours.day(now)
    if at is None or ours.day(at) == today:
        return False
    return bool(ours.off(today)) or (following is not None and following - now < ONE_DAY)


def newest_digest(state: State, now: datetime) -> date | None:
    """The week's day whose digest has come due last; None where none has since the founding."""
    committee = state.committee
    if not committee.settings.rhythm.digest:
        return None
    day = week_day(state, hours.of_committee(state).day(now))
    for _ in range(2):
        at = digest_slot(state, day)
        if at is not None and at <= now:
            return day if at > committee.created_at else None
        day -= WEEK
    return None


def _next_digest(state: State, now: datetime) -> datetime:
    """The next instant at which a digest may be due."""
    ours = hours.of_committee(state)
    if not state.committee.settings.rhythm.digest:
        return now + LOOK_AGAIN
    day = week_day(state, ours.day(now))
    slots = [digest_slot(state, day + n * WEEK) for n in range(2)]
    end = hours.slot(ours.day(now), ours.quiet_to, ours.tz)
    return min((at for at in (*slots, end) if at and at > now), default=now + LOOK_AGAIN)
