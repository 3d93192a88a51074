"""Local time: one slot a local day in every zone, whatever its clocks do, and whose hours apply."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.core import hours
from bot.core.hours import Hours, slot, zone_of
from storage.rhythm import Tone
from tests import builders

ZONES = sorted(available_timezones() - {"localtime", "Factory", "posixrules"})
YEAR = [date(2026, 1, 1) + timedelta(days=n) for n in range(366)]
TIMES = (time(0), time(0, 30), time(1, 59, 59), time(2, 30), time(9), time(23, 30))


def _transitions(zone: ZoneInfo, year: int = 2026) -> set[date]:
    """The local days of a year around which a zone's clocks are set."""
    noon = [datetime(year, 1, 1, 12, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    offsets = [at.astimezone(zone).utcoffset() for at in noon]
    changed = [n for n in range(1, len(noon)) if offsets[n] != offsets[n - 1]]
    return {
        noon[n].astimezone(zone).date() + timedelta(days=d) for n in changed for d in (-2, -1, 0, 1)
    }


@pytest.mark.parametrize("at", TIMES, ids=str)
def test_every_local_day_has_one_slot_in_every_zone(at: time) -> None:
    """Over a year, in all zones: on its own local day, one after another, none left out."""
    for name in ZONES:
        zone = ZoneInfo(name)
        days = sorted(_transitions(zone)) or YEAR[:3]
        found = [slot(day, at, zone) for day in days]
        assert [at and at.astimezone(zone).date() for at in found] == days, name
        times = [at.timestamp() for at in found if at]
        assert times == sorted(set(times)), name


@given(st.sampled_from(ZONES), st.sampled_from(YEAR), st.times())
def test_a_slot_is_the_time_of_day_wherever_that_exists(zone: str, day: date, at: time) -> None:
    """A time that a transition leaves out moves; one that comes twice is the first; all others hold."""
    tz = ZoneInfo(zone)
    found = slot(day, at, tz)
    assert found is not None
    local = found.astimezone(tz)
    assert local.date() == day
    if local.time() != at:
        wall = datetime.combine(day, at, tz)
        assert wall.astimezone(UTC).astimezone(tz).time() != at  # no clock ever showed it
    assert local.fold == 0


def test_a_day_that_a_zone_leaves_out_has_no_slot() -> None:
    """Samoa went to bed on Thursday and got up on Saturday."""
    apia = ZoneInfo("Pacific/Apia")
    assert slot(date(2011, 12, 30), time(9), apia) is None
    assert slot(date(2011, 12, 29), time(9), apia) != slot(date(2011, 12, 31), time(9), apia)


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "..", "Europe", "US/Pacific-New", "\0"])
def test_a_zone_that_is_not_known_is_read_as_the_committees(name: str) -> None:
    """Dropped or renamed: nothing stops; the last resort is UTC."""
    assert zone_of(name, "Europe/Berlin") == ZoneInfo("Europe/Berlin")
    assert zone_of(name, "Nowhere/Else") is UTC


def of(**changes: object) -> Hours:
    """Some hours, Monday to Friday at 9:40, quiet from 18 to 8."""
    state = builders.state()
    return hours.of_member(state, state.members["ana"]).model_copy(update=changes)


@pytest.mark.parametrize(
    ("start", "end", "at", "quiet"),
    [
        (time(18), time(8), time(17, 59), False),
        (time(18), time(8), time(18), True),
        (time(18), time(8), time(3), True),
        (time(18), time(8), time(8), False),
        (time(12), time(14), time(13), True),
        (time(12), time(14), time(15), False),
        (time(0), time(0), time(0), False),
    ],
)
def test_quiet_hours_may_go_over_midnight(start: time, end: time, at: time, quiet: bool) -> None:
    """From the one up to the other; the same twice is never quiet."""
    assert of(quiet_from=start, quiet_to=end).quiet_at(at) is quiet


def test_a_nudge_that_would_come_in_quiet_hours_waits_for_their_end() -> None:
    """So that a member's own quiet hours hold, whatever the committee's time is."""
    assert of(at=time(7)).moment == time(8)
    assert of(at=time(20)).moment == time(8)
    assert of(at=time(9)).moment == time(9)


def test_holidays_are_the_countrys_with_the_regions_and_the_committees_own() -> None:
    """Bavaria keeps Epiphany, Berlin does not; the committee adds and takes away."""
    bavaria, berlin = of(country="DE", region="BY"), of(country="DE", region="BE")
    epiphany = date(2026, 1, 6)
    assert bavaria.off(epiphany) == "holiday"
    assert berlin.off(epiphany) == ""
    assert of(country="DE", region="BY", days_on=frozenset({epiphany})).off(epiphany) == ""
    assert of(days_off=frozenset({date(2026, 5, 5)})).off(date(2026, 5, 5)) == "holiday"
    assert of().off(date(2026, 5, 9)) == "weekday"
    assert of(days_on=frozenset({date(2026, 5, 9)})).off(date(2026, 5, 9)) == ""


def test_an_unknown_country_or_region_keeps_no_days_of_its_own() -> None:
    """Nothing stops; an unknown region has at least its country's holidays."""
    assert hours.public_holidays("XX", "", 2026) == frozenset()
    assert hours.public_holidays("", "", 2026) == frozenset()
    assert hours.public_holidays("DE", "NOWHERE", 2026) == hours.public_holidays("DE", "", 2026)


def test_a_member_may_want_less_than_the_committee_never_more() -> None:
    """Their own cap counts where it is the lower one; a country of their own has its own region."""
    from storage.rhythm import Habits, Rhythm

    state = builders.state()
    rhythm = Rhythm(cap=2, country="DE", region="BY")
    settings = state.committee.settings.evolve(rhythm=rhythm)
    state = state.evolve(committee=state.committee.evolve(settings=settings))
    ana = state.members["ana"]
    for own, cap in ((5, 2), (1, 1), (0, 0)):
        theirs = hours.of_member(state.with_habits(Habits(member="ana", cap=own)), ana)
        assert theirs.cap == cap
    abroad = hours.of_member(state.with_habits(Habits(member="ana", country="FR")), ana)
    assert (abroad.country, abroad.region) == ("FR", "")
    brief = hours.of_member(state.with_habits(Habits(member="ana", tone=Tone.BRIEF)), ana)
    assert (brief.tone, brief.region) == (Tone.BRIEF, "BY")
