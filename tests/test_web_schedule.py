"""The workspace's schedule, one's own hours, and the clock of a sample committee."""

import html
import re
from datetime import UTC, date, datetime, timedelta

from bot.core.outbox import deliver_hosted
from bot.core.planner import plan_due
from bot.core.sample import make_sample
from storage.doors import Person
from tests.conftest import NewPage
from tests.web_harness import WebHarness, house
from tests.web_rooms import Rooms, rooms
from tests.web_site import Site, live, site

__all__ = ["house", "rooms", "site"]


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


def test_what_is_pressed_below_a_nudge_is_said_by_the_nudge_itself(
    site: Site, new_page: NewPage
) -> None:
    """On the page: snoozed, away by a form, answered, back; one message through all of it."""
    site.start()
    clock = site.house.clock
    clock.now = (clock.now + timedelta(days=1)).replace(hour=9, minute=40)
    assert plan_due(site.house.store, clock()) == 2
    deliver_hosted(site.house.store, clock(), "test")
    ben = live(site.as_ben(new_page(), "/mine"))
    nudge = ben.locator("#messages > .msg")
    nudge.get_by_role("button", name="Snooze: tomorrow").click()
    nudge.get_by_text("I'll remind you again on Wed 6 May.").wait_for()
    nudge.get_by_role("link", name="I'm away…").click()
    ben.get_by_label("Until, that day included").fill("2026-05-12")
    ben.get_by_role("button", name="Save").click()
    nudge.get_by_text("You are away until Tue 12 May").wait_for()
    nudge.get_by_role("link", name="Answer…").first.click()
    ben.get_by_role("radio", name="Other", exact=True).check()
    ben.get_by_label("Other: in your own words").fill("A maze")
    ben.get_by_role("button", name="Save").click()
    nudge.get_by_text("✔ Which model will the programme follow?").wait_for()
    nudge.get_by_text("You are away until Tue 12 May").wait_for()
    nudge.get_by_role("button", name="I'm back").click()
    nudge.get_by_role("button", name="Fewer, please").wait_for()
    assert nudge.count() == 1
    assert "away" not in nudge.inner_text().replace("I'm away…", "")


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
    assert "How long are words kept that were replaced or withdrawn?" in page
    committee = rooms.house.service.look(rooms.id).committee
    rooms.post(
        rooms.ana, "settings", name=committee.name, zone=committee.zone, pace="both",
        move_on="everyone", move_on_count="2", cap="1", at="08:15", quiet_from="20:00", quiet_to="07:00",
        tone="brief", holidays="", days_off="2026-12-24", days_on="", remind="3", patience="2",
        digest_day="none", digest_at="09:00", keep_days="365", **{"days:options": "1"},
    )  # fmt: skip
    assert rooms.house.service.look(rooms.id).committee.settings.keep_days == 365
    rhythm = rooms.house.service.look(rooms.id).committee.settings.rhythm
    assert (rhythm.cap, rhythm.remind, rhythm.patience, rhythm.digest) == (1, 3, 2, False)
    assert (str(rhythm.at), rhythm.days, len(rhythm.days_off)) == ("08:15:00", (1,), 1)


def test_a_sample_runs_through_a_month_in_a_moment(house: WebHarness) -> None:
    """Somebody away, days off, the clocks, ignored nudges, a digest each week: all of it is to be seen."""
    house.clock.now = datetime(2026, 3, 12, 9, tzinfo=UTC)
    person = Person(id="viewer", name="Vera")
    house.store.write(lambda tx: tx.keep_person(person))
    base = f"/c/{make_sample(house.service, person)}"
    browser = house.client(person)
    ahead = words(browser.get(f"{base}/schedule").text)
    assert "away, until 25 Mar" in ahead
    assert "a holiday" in ahead
    told = []
    for span in ("week", "month"):
        done = browser.post(f"{base}/clock", page=base, span=span, here="")
        assert done.status_code == 303
        told.append(words(browser.get(base).text))
    week, month = told
    assert "Dev Patel was away. Thu 19 Mar was off." in week
    assert "On the way came four digests and eight nudges" in month
    assert "Fri 3 Apr and Mon 6 Apr were off. The clocks went forward on 29 Mar." in month
    assert "Dev Patel did not answer, so I stopped nudging." in month
    digests = ("16 Mar, 9:00", "23 Mar, 9:00", "30 Mar, 9:00", "7 Apr, 9:00", "Mon 9:00")
    assert all(f"Convenor {at} Nothing moved" in month for at in digests)
    state = house.service.look(base.removeprefix("/c/")).state
    names = {m.id: m.name.split()[0] for m in state.members.values()}
    nudged = {names[who]: [n.at for n in habits.nudged] for who, habits in state.habits.items()}
    away = [at for at in nudged["Dev"] if date(2026, 3, 17) <= at.date() <= date(2026, 3, 25)]
    assert nudged["Dev"]
    assert not away
    assert date(2026, 3, 19) not in {at.date() for days in nudged.values() for at in days}
    assert [at.hour for at in nudged["Chi"]] == [0] * len(nudged["Chi"])  # 9:40 in Tokyo
    assert {at.hour for at in nudged["Ben"]} == {9, 8}  # 9:40 in London, before and after
    assert house.store.read().outbox_depth()[0] == 0


def words(page: str) -> str:
    """What a page says, without the markup."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_only_samples_have_a_clock(rooms: Rooms) -> None:
    """Anywhere else there is no such page."""
    assert rooms.ana.post(f"{rooms.base}/clock", span="month").status_code == 404
    assert rooms.house.service.look(rooms.id).committee.ahead == 0
