"""Nudges and digests in Slack: in one's own messages, answered right there; in the channel with its picture."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, time, timedelta
from pathlib import Path

import pytest

from bot.core.events import Answered, Reviewed
from bot.core.nudging import dated
from bot.core.words import short
from storage.records import Status, Treatment
from tests.local_slack import until
from tests.long_week import DATED, SHOWN, TALK, answer, long_week
from tests.month import Shifted, tick
from tests.slack_world import World, control, short_first, text_of, world

pytestmark = pytest.mark.usefixtures("slack_there")


@pytest.fixture
def ahead(
    slack_there: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[World, Shifted]]:
    """The bot in Slack, by a clock that can be put forward."""
    short_first(monkeypatch)
    with _ahead(tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def real(
    slack_there: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[World, Shifted]]:
    """The same, where committees begin on the real bank."""
    with _ahead(tmp_path, monkeypatch) as made:
        yield made


@contextmanager
def _ahead(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[World, Shifted]]:
    clock = Shifted()
    monkeypatch.setattr("tests.slack_world.clock", clock)
    monkeypatch.setattr("bot.slack.signature.OLDEST", 10**8)  # Slack signs by the real time
    with world(folder) as made:
        yield made, clock


def test_a_nudge_is_answered_where_it_stands_and_the_digest_follows(
    ahead: tuple[World, Shifted],
) -> None:
    """The nudge comes once; a click on it records; it ticks itself off; the digest tells of it."""
    slack, clock = ahead
    ws = slack.workspace
    slack.start(members=[ws.ids["Ana"], ws.ids["Ben"]])
    slack.quiet()
    clock.to(1, time(9, 45))
    clock.to(2, time(9, 45))  # whatever day it is today, another one than the start's
    assert tick(slack.service) >= 2  # perhaps a Monday has passed, too
    assert tick(slack.service) == 0
    own = slack.direct("Ben")
    nudge = slack.find("wait for you", own)
    assert "Will there be cake?" in text_of(nudge)
    ws.press("Ben", control(nudge["blocks"], "Yes"), nudge["ts"], own)
    ticked = until(
        lambda: next((m for m in slack.shown(own) if "✔ Will there be cake?" in text_of(m)), None),
        "the nudge is ticked off",
    )
    assert ticked["ts"] == nudge["ts"]
    assert len([m for m in slack.shown(own) if "cake" in text_of(m)]) == 1
    ws.press("Ben", control(ticked["blocks"], "I'm away…"), ticked["ts"], own)
    assert ws.modal()["callback_id"] == "away"
    until_day = clock().date().isoformat()
    assert ws.submit("Ben", {"until": until_day}) == {}
    away = slack.find("You are away until", own)
    assert away["ts"] == nudge["ts"]
    assert "✔ Will there be cake?" in text_of(away)
    clock.to(0, time(9, 5))
    tick(slack.service)
    digest = slack.find("1 answered: Ben 1")
    picture = next(b for b in digest["blocks"] if b["type"] == "image")
    assert picture["alt_text"].startswith("Planning 1 of 3")
    assert picture["slack_file"]["id"]
    slack.find("Answered since", thread=str(digest["ts"]))
    assert tick(slack.service) == 0


def test_show_more_opens_a_long_digest_as_things_stand(real: tuple[World, Shifted]) -> None:
    """Three lines of each part in the channel, all of them behind the button, for members alone."""
    slack, clock = real
    ws = slack.workspace
    members = [ws.ids["Ana"], ws.ids["Ben"]]
    slack.start(members=members, phase="Design and development")
    clock.to(6, time(12))
    clock.to(6, time(12))  # whatever day it is today, a later one than the start's
    desk = slack.service.look(slack.state.committee.id)
    for event in long_week(desk, clock().date()):
        slack.service.handle(event)
    clock.to(0, time(9, 5))
    tick(slack.service)
    slack.quiet()
    digest = slack.find("1 answered: Ana 1")
    for count in (TALK, DATED):
        assert f"and {count - SHOWN} more" in text_of(digest)
    ws.press("Ben", control(digest["blocks"], "Show more"), digest["ts"])
    first = ws.modal()
    assert first["title"]["text"] == "As things stand now"
    lines = [b for b in first["blocks"] if b["type"] == "section"]
    assert sum("(Ben, " in text_of({"blocks": [line]}) for line in lines) == DATED
    assert "more" not in text_of(first)
    parked = next(i.question for i in slack.state.items.values() if i.status is Status.PARKED)
    prompt = short(slack.bank.questions[parked].prompt)
    assert prompt in text_of(first)
    said = {parked: answer(slack.service.look(slack.state.committee.id), parked)}
    slack.service.handle(
        Answered(id="t:1", committee=desk.committee.id, member=slack.member("Ben"), answers=said)
    )
    ws.press("Ana", control(digest["blocks"], "Show more"), digest["ts"])
    until(lambda: prompt not in text_of(ws.modal()), "what is answered stands there no more")
    ws.press("Chi", control(digest["blocks"], "Show more"), digest["ts"])
    slack.find("You are not in", to="Chi")


def test_what_is_pressed_below_a_nudge_is_said_by_the_nudge_itself(
    ahead: tuple[World, Shifted],
) -> None:
    """Snoozed, another day on a form, a question ticked off, taken back: one message through all of it."""
    slack, clock = ahead
    ws = slack.workspace
    slack.start(members=[ws.ids["Ana"], ws.ids["Ben"]])
    slack.quiet()
    clock.to(1, time(9, 45))
    clock.to(2, time(9, 45))
    tick(slack.service)
    own = slack.direct("Ben")
    nudge = slack.find("wait for you", own)
    known = len(slack.shown(own))
    slack.click("Ben", "Snooze: tomorrow", "wait for you", own)
    snoozed = slack.find("I'll remind you again on Thu", own)
    assert "Will there be cake?" in text_of(snoozed)
    slack.click("Ben", "Another day…", "I'll remind you again on Thu", own)
    assert ws.modal()["callback_id"] == "snooze"
    later = (clock() + timedelta(days=5)).date().isoformat()
    assert ws.submit("Ben", {"until": later}) == {}
    slack.find("I'll remind you again on Mon", own)
    slack.click("Ben", "Yes", "I'll remind you again on Mon", own)
    ticked = slack.find("✔ Will there be cake?", own)
    assert "I'll remind you again on Mon" in text_of(ticked)
    slack.click("Ben", "Remind me as usual", "✔ Will there be cake?", own)
    back = slack.find("Two questions wait for you.", own)
    control(back["blocks"], "Fewer, please")
    assert {nudge["ts"]} == {m["ts"] for m in (snoozed, ticked, back)}
    slack.quiet()
    assert len(slack.shown(own)) == known


def test_an_action_is_done_from_the_record_and_open_again(ahead: tuple[World, Shifted]) -> None:
    """The page shows it at once, the nudge ticks itself off; who has no part in it finds no control."""
    slack, clock = ahead
    ws = slack.workspace
    slack.checked(ws.say("Ben", "To meet", slack.start()))
    slack.quiet()
    act(slack, "Ben", clock.to(1, time(9, 0)).date() + timedelta(days=1))
    clock.to(2, time(9, 45))
    tick(slack.service)
    own = slack.direct("Ben")
    nudge = slack.find("print a leaflet", own)
    ws.press("Ben", control(nudge["blocks"], "Open"), nudge["ts"], own)
    page = ws.modal()
    assert "Act: print a leaflet (Ben)\nDue today" in text_of(page)
    before = len(slack.shown(own))
    done = control(page["blocks"], "Done")
    for _ in range(2):  # the second of two clicks finds it done
        assert slack.pressed_in_view("Ben", page, done).status_code == 200
    day = dated(clock().date())
    shown = f"Act: print a leaflet (Ben)\nDone by Ben on {day} (due {day})"
    until(lambda: shown in text_of(ws.modal()), "the page shows it")
    entry = slack.state.mitigations["plan.why"]
    assert (entry.done_by, control(ws.modal()["blocks"], "Open again")["text"]["text"]) == (
        slack.member("Ben"), "Open again",
    )  # fmt: skip
    slack.find("✔ print a leaflet", own)
    slack.quiet()
    assert len(slack.shown(own)) == before  # the page has said it

    open_record(slack, "Chi")
    until(lambda: shown in text_of(ws.modal()), "everybody reads it")
    with pytest.raises(AssertionError, match="nothing here is called"):
        control(ws.modal()["blocks"], "Open again")
    again = control(page["blocks"], "Done") | {"action_id": "undone:0"}
    again["value"] = again["value"].replace("done|", "undone|", 1)
    slack.pressed_in_view("Chi", ws.modal(), again)
    slack.find("Only the chair can do that", slack.direct("Chi"))
    assert slack.state.mitigations["plan.why"] == entry

    open_record(slack, "Ana")
    again = until(lambda: control(ws.modal()["blocks"], "Open again"), "the chair may")
    slack.pressed_in_view("Ana", ws.modal(), again)
    until(lambda: "Due today" in text_of(ws.modal()), "it is open again")
    assert slack.state.mitigations["plan.why"].done_at is None


def act(slack: World, owner: str, due: date) -> None:
    """Somebody is to print a leaflet by a day."""
    slack.service.handle(
        Reviewed(
            id="tests:act", committee=slack.state.committee.id, member=slack.member("Ana"),
            subject="plan.why", treatment=Treatment.ACT, action="print a leaflet",
            owner=slack.member(owner), due=due,
        )
    )  # fmt: skip


def open_record(slack: World, name: str) -> None:
    """Open the record of the committee from the app's own page."""
    ws = slack.workspace
    ws.open_home(name)
    button = control(ws.home(name)["blocks"], "Open the record")
    ws.press(name, button)


def test_my_hours_and_the_committees_are_set_on_forms(ahead: tuple[World, Shifted]) -> None:
    """`/convenor hours` for each; `/convenor settings` is the chair's, and for others their own."""
    slack, _ = ahead
    ws = slack.workspace
    slack.start(members=[ws.ids["Ana"], ws.ids["Ben"]])
    slack.quiet()
    ws.command("Ben", "settings")
    assert ws.modal()["callback_id"] == "hours"
    assert ws.submit("Ben", {"at": "10:30", "cap": "1"}) == {}
    slack.find("Your hours are kept.", slack.direct("Ben"))
    habits = next(iter(slack.state.habits.values()))
    assert (str(habits.at), habits.cap) == ("10:30:00", 1)
    ws.command("Ana", "settings")
    assert ws.modal()["callback_id"] == "settings"
    wrong = ws.submit("Ana", {"holidays": "Narnia"})
    assert "Narnia" in wrong["holidays"]
    assert ws.submit("Ana", {"holidays": "DE-BY", "digest_day": "4", "keep_days": "365"}) == {}
    slack.quiet()
    settings = slack.state.committee.settings
    rhythm = settings.rhythm
    assert settings.keep_days == 365
    assert (rhythm.country, rhythm.region, rhythm.digest_day) == ("DE", "BY", 4)
