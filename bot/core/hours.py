"""Local time: which instant a local day's slot is, whose hours apply, and which days are off. Pure.

The rules are the tz database's, through `zoneinfo`: a time that a transition leaves out moves
forward, one that comes twice is the first of the two, so that every local day has exactly one slot
(https://docs.python.org/3/library/zoneinfo.html and PEP 495). A day that a zone leaves out whole has
none. A zone that the database no longer knows is read as the committee's, and that as UTC: nothing
stops, and the schedule says so.
"""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from questions.model import Frozen
from storage.people import Member
from storage.records import State
from storage.rhythm import Habits, Rhythm, Tone

STEP = timedelta(minutes=15)
"""How finely a day's last moments are searched where a time moves out of it."""
ONE_DAY = timedelta(days=1)

Off = Literal["", "weekday", "holiday"]
"""Why nobody is nudged on a day: not one of their days, or a holiday; "" where they are."""


@lru_cache(maxsize=1024)
def known_zone(name: str) -> ZoneInfo | None:
    """A zone of the tz database; None where it knows none of that name."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a name like ".." or a folder's
        return None


def zone_of(*names: str) -> tzinfo:
    """The first of these zones that the tz database knows, else UTC."""
    return next((zone for name in names if (zone := known_zone(name))), UTC)


def local(now: datetime, zone: tzinfo) -> datetime:
    """An instant as a zone's clocks show it."""
    return now.astimezone(zone)


def slot(day: date, at: time, zone: tzinfo) -> datetime | None:
    """The instant (UTC) of a time of day on a local day; None where the zone has no such day."""
    wall = datetime.combine(day, at)
    while wall.date() == day:
        found = wall.replace(tzinfo=zone).astimezone(UTC)
        if found.astimezone(zone).date() == day:
            return found
        wall -= STEP  # moved forward, out of the day
    return None


@lru_cache(maxsize=512)
def public_holidays(country: str, region: str, year: int) -> frozenset[date]:
    """A country's public holidays in a year, with a region's own; none where either is unknown."""
    if not country:
        return frozenset()
    import holidays  # it is large, and many committees keep no country's

    for subdivision in (region or None, None):
        try:
            return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=year))
        except NotImplementedError:
            continue
    return frozenset()


@lru_cache(maxsize=512)
def holidays_known(country: str, region: str) -> bool:
    """Whether the holidays of a country, and of a region in it, are known."""
    import holidays

    known = holidays.list_supported_countries(include_aliases=True).get(country)
    return known is not None and (not region or region in known)


class Hours(Frozen):
    """The hours that apply to one person, or to the committee itself."""

    zone: str
    otherwise: str = "UTC"
    """The zone that is read where the tz database does not know theirs."""
    days: tuple[int, ...]
    at: time
    quiet_from: time
    quiet_to: time
    cap: int
    tone: Tone
    country: str
    region: str
    days_off: frozenset[date] = frozenset()
    days_on: frozenset[date] = frozenset()

    @property
    def tz(self) -> tzinfo:
        """Their zone."""
        return zone_of(self.zone, self.otherwise)

    @property
    def moment(self) -> time:
        """Their time of day; the end of the quiet hours where it lies in them."""
        return self.quiet_to if self.quiet_at(self.at) else self.at

    def quiet_at(self, moment: time) -> bool:
        """Whether a local time of day lies in the quiet hours."""
        start, end = self.quiet_from, self.quiet_to
        if start <= end:
            return start <= moment < end
        return moment >= start or moment < end

    def day(self, now: datetime) -> date:
        """Their local date."""
        return now.astimezone(self.tz).date()

    def slot(self, day: date) -> datetime | None:
        """When they are nudged on a day, if they are."""
        return slot(day, self.moment, self.tz)

    def off(self, day: date) -> Off:
        """Why a day is none for nudges; "" where it is one."""
        if day in self.days_on:
            return ""
        if self.holiday(day):
            return "holiday"
        return "" if day.weekday() in self.days else "weekday"

    def holiday(self, day: date) -> bool:
        """Whether a day is off for everybody, whatever weekday it is."""
        if day in self.days_on:
            return False
        return day in self.days_off or day in public_holidays(self.country, self.region, day.year)

    def next_day(self, day: date, most: int = 60) -> date:
        """The next day after this one on which they are nudged; `most` days on where there is none."""
        for _ in range(most):
            day += ONE_DAY
            if not self.off(day):
                return day
        return day


def of_committee(state: State) -> Hours:
    """The committee's own hours, in its zone."""
    rhythm = state.committee.settings.rhythm
    return _hours(rhythm, Habits(member=""), state.committee.zone, "UTC")


def of_member(state: State, member: Member) -> Hours:
    """A member's hours: the committee's, and their own where they have any, in their zone."""
    habits = state.habits.get(member.id) or Habits(member=member.id)
    rhythm = state.committee.settings.rhythm
    return _hours(rhythm, habits, member.zone, state.committee.zone)


def _hours(rhythm: Rhythm, habits: Habits, zone: str, otherwise: str) -> Hours:
    country = rhythm.country if habits.country is None else habits.country
    here = rhythm.region if country == rhythm.country else ""
    return Hours(
        zone=zone,
        otherwise=otherwise,
        days=rhythm.days if habits.days is None else habits.days,
        at=rhythm.at if habits.at is None else habits.at,
        quiet_from=rhythm.quiet_from if habits.quiet_from is None else habits.quiet_from,
        quiet_to=rhythm.quiet_to if habits.quiet_to is None else habits.quiet_to,
        cap=rhythm.cap if habits.cap is None else min(habits.cap, rhythm.cap),
        tone=rhythm.tone if habits.tone is None else habits.tone,
        country=country,
        region=here if habits.region is None else habits.region,
        days_off=frozenset(rhythm.days_off),
        days_on=frozenset(rhythm.days_on),
    )
