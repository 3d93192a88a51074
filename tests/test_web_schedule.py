"""The workspace's schedule, one's own hours, and the clock of a sample committee."""

from datetime import timedelta

import pytest

from bot.core import clocks
from bot.core.sample import make_sample
from storage.records import Person
from storage.rhythm import Habits
from tests.web_harness import WebHarness, house
from tests.web_rooms import Rooms, rooms

__all__ = ["house", "rooms"]


def test_the_schedule_shows_what_would_go_out_and_what_keeps_it(rooms: Rooms) -> None:
    """In the reader's own time; to whom, and why; nothing is sent by looking."""
    rooms.start()
    rooms.post(rooms.ben, "ask/away", since="", until="2026-05-12", question="", here="mine")
    shown = rooms.see(rooms.ana, "/schedule")
    assert "Digest" in shown
    assert "No nudge" in shown
    assert "away, until 12 May" in shown
    assert "9:40" in shown
    assert rooms.house.store.read().outbox_depth()[0] == 0


def test_ones_own_hours_are_kept_and_problems_stand_at_their_fields(rooms: Rooms) -> None:
    """What is typed stays; what equals the committee's follows it."""
    hours = {
        "at": "10:30", "quiet_from": "18:00", "quiet_to": "08:00", "cap": "1", "tone": "brief",
        "holidays": "DE-BY", "since": "", "until": "", "digest": "yes", "mail": "no", "days:options": "2",
    }  # fmt: skip
    rooms.post(rooms.ben, "hours", **hours)
    me = next(h for h in rooms.house.service.look(rooms.id).state.habits.values())
    assert (me.days, str(me.at), me.cap, me.digest, me.mail) == ((2,), "10:30:00", 1, True, False)
    assert (me.country, me.region, me.quiet_from) == ("DE", "BY", None)
    bad = rooms.ben.post(f"{rooms.base}/hours", **{**hours, "holidays": "Narnia"})
    assert bad.status_code == 422
    assert "I don’t know" in bad.text or "I don&#39;t know" in bad.text
    assert "Narnia" in bad.text


def test_the_chairs_settings_hold_the_rhythm(rooms: Rooms) -> None:
    """The form shows it, and takes it; what it has not keeps as it was."""
    page = rooms.see(rooms.ana, "/settings")
    assert "At most how many nudges a week?" in page
    committee = rooms.house.service.look(rooms.id).committee
    rooms.post(
        rooms.ana, "settings", name=committee.name, zone=committee.zone, pace="both",
        move_on="everyone", move_on_count="2", cap="1", at="08:15", quiet_from="20:00", quiet_to="07:00",
        tone="brief", holidays="", days_off="2026-12-24", days_on="", remind="3", patience="2",
        digest_day="none", digest_at="09:00", **{"days:options": "1"},
    )  # fmt: skip
    rhythm = rooms.house.service.look(rooms.id).committee.settings.rhythm
    assert (rhythm.cap, rhythm.remind, rhythm.patience, rhythm.digest) == (1, 3, 2, False)
    assert (str(rhythm.at), rhythm.days, len(rhythm.days_off)) == ("08:15:00", (1,), 1)


@pytest.fixture
def sample(house: WebHarness) -> tuple[WebHarness, str, Person]:
    """A sample committee, and the person who looks at it."""
    person = Person(id="viewer", name="Vera")
    house.store.write(lambda tx: tx.keep_person(person))
    return house, make_sample(house.service, person), person


def test_a_sample_runs_through_a_month_in_a_moment(sample: tuple[WebHarness, str, Person]) -> None:
    """Somebody away, a day off, an ignored nudge, a digest each week: all of it stands in the rooms."""
    house, committee, person = sample
    browser = house.client(person)
    state = house.service.look(committee).state
    voices = [m for m in state.members.values() if m.role != "observer"]
    away = voices[1]
    today = house.clock().date()
    habits = Habits(member=away.id, away_until=today + timedelta(days=20))
    rhythm = state.committee.settings.rhythm.model_copy(
        update={"days_off": (today + timedelta(days=2),)}
    )
    changed = state.committee.evolve(
        settings=state.committee.settings.evolve(rhythm=rhythm),
        revision=state.committee.revision + 1,
    )
    house.store.write(
        lambda tx: tx.save(state, state.with_habits(habits).evolve(committee=changed))
    )
    for span in ("day", "week", "month"):
        done = browser.post(f"/c/{committee}/clock", page=f"/c/{committee}", span=span, here="")
        assert done.status_code == 303
    after = house.service.look(committee).state
    there = clocks.at(after.committee, house.clock())
    assert there - house.clock() >= timedelta(days=37)
    posted = [
        m.ref
        for m in house.store.read().messages(after.committee.home[0], "")
        if m.ref.startswith("plan:")
    ]
    assert len(posted) >= 5
    days = {who: [n.day for n in h.nudged] for who, h in after.habits.items()}
    assert not [d for d in days.get(away.id, []) if d <= today + timedelta(days=20)]
    assert any(len(found) >= 2 for found in days.values())
    assert not [d for found in days.values() for d in found if d == today + timedelta(days=2)]
    assert house.store.read().outbox_depth()[0] == 0
    assert "What came on the way" in browser.get(f"/c/{committee}").text


def test_only_samples_have_a_clock(rooms: Rooms) -> None:
    """Anywhere else there is no such page."""
    assert rooms.ana.post(f"{rooms.base}/clock", span="month").status_code == 404
    assert rooms.house.service.look(rooms.id).committee.ahead == 0
