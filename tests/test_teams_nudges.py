"""Nudges and digests in Teams: in one's own chat, answered right there; in the channel with its bars."""

from collections.abc import Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.core.events import Reviewed
from bot.core.nudging import dated
from storage.records import Treatment
from tests import teams_cards
from tests.conftest import NewPage
from tests.local_slack import until
from tests.long_week import DATED, SHOWN, TALK, long_week
from tests.month import Shifted, tick
from tests.playground import Playground
from tests.teams_doors import PERSONAL
from tests.teams_issuer import Issuer
from tests.teams_pressing import Dialog
from tests.teams_world import World, short_first, world

pytestmark = pytest.mark.xdist_group("teams")


@pytest.fixture
def ahead(
    running_playground: Playground, issuer: Issuer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[World, Shifted]]:
    """The bot in Teams, by a clock that can be put forward."""
    short_first(monkeypatch)
    clock = Shifted()
    monkeypatch.setattr("tests.teams_world.clock", clock)
    with world(running_playground, issuer) as made:
        yield made, clock


@pytest.fixture
def real(
    running_playground: Playground,
    tmp_path: Path,
    issuer: Issuer,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[tuple[World, Shifted]]:
    """The same, where committees begin on the real bank, in a playground of its own.

    Its page shows everything that was ever said there, and would take long with other tests' words.
    """
    clock = Shifted()
    monkeypatch.setattr("tests.teams_world.clock", clock)
    alone = Playground(tmp_path, running_playground.named, bot_url="")
    try:
        with world(alone, issuer) as made:
            yield made, clock
    finally:
        alone.close()


def test_a_nudge_is_answered_where_it_stands_and_the_digest_follows(
    ahead: tuple[World, Shifted],
) -> None:
    """The nudge comes once, into the member's own chat; a click records; the digest tells of it."""
    teams, clock = ahead
    teams.start(members=[teams.places.aad["Ana"], teams.places.aad["Ben"]])
    teams.say("Ben", "status", teams.direct("Ben"))
    teams.quiet()
    clock.to(1, time(9, 45))
    clock.to(2, time(9, 45))  # whatever day it is today, another one than the start's
    assert tick(teams.service) >= 2
    assert tick(teams.service) == 0
    teams.find("wait for you", teams.direct("Ben"))
    teams.click("Ben", "Yes", "Will there be cake?", teams.direct("Ben"))
    until(lambda: teams.said("plan.cake").keys() == {"Ben"}, "the click is recorded")
    teams.find("✔ Will there be cake?", teams.direct("Ben"))
    clock.to(0, time(9, 5))
    tick(teams.service)
    digest = teams.find("1 answered: Ben 1")
    teams.find("Planning 1 of 3", digest.conversation)
    teams.find("Answered since", digest.conversation)
    assert tick(teams.service) == 0


def test_a_long_digest_opens_in_the_page_of_whoever_reads_it(
    real: tuple[World, Shifted], new_page: NewPage
) -> None:
    """Three lines of each part in the channel; *Show more* shows the others, with nothing sent."""
    teams, clock = real
    teams.start(
        members=[teams.places.aad["Ana"], teams.places.aad["Ben"]], phase="Design and development"
    )
    teams.quiet()
    clock.to(6, time(12))
    clock.to(6, time(12))  # whatever day it is today, a later one than the start's
    for event in long_week(teams.service.look(teams.state.committee.id), clock().date()):
        teams.service.handle(event)
    page = new_page()
    page.goto(teams.playground.origin)
    page.get_by_text("planning").first.click()
    clock.to(0, time(9, 5))
    tick(teams.service)
    teams.find("1 answered: Ana 1")
    heard = len(teams.playground.wire.deliveries)
    dated = page.get_by_text("(Ben, ")
    more = page.get_by_role("button", name=f"Show more ({DATED - SHOWN})")
    more.wait_for()
    assert page.get_by_role("button", name=f"Show more ({TALK - SHOWN})").is_visible()
    assert [dated.nth(n).is_visible() for n in range(dated.count())].count(True) == SHOWN
    more.click()
    page.get_by_role("button", name="Show less").wait_for()
    assert [dated.nth(n).is_visible() for n in range(dated.count())].count(True) == DATED
    assert len(teams.playground.wire.deliveries) == heard


def test_what_is_pressed_below_a_nudge_is_said_by_the_nudge_itself(
    ahead: tuple[World, Shifted],
) -> None:
    """Snoozed, a question ticked off, away by a dialog, back again: one message through all of it."""
    teams, clock = ahead
    teams.start(members=[teams.places.aad["Ana"], teams.places.aad["Ben"]])
    own = teams.direct("Ben")
    teams.say("Ben", "status", own)
    teams.quiet()
    clock.to(1, time(9, 45))
    clock.to(2, time(9, 45))
    tick(teams.service)
    nudge = teams.find("wait for you", own)
    teams.click("Ben", "Snooze: tomorrow", "wait for you", own)
    snoozed = teams.find("I'll remind you again on Thu", own)
    teams.click("Ben", "Yes", "I'll remind you again on Thu", own)
    ticked = teams.find("✔ Will there be cake?", own)
    teams.find("I'll remind you again on Thu", own)
    until_day = {"until": (clock() + timedelta(days=3)).date().isoformat()}
    teams.fill("Ben", "I'm away…", "✔ Will there be cake?", until_day, own)
    away = teams.find("You are away until", own)
    teams.click("Ben", "I'm back", "You are away until", own)
    back = teams.find("Two questions wait for you.", own)
    assert {nudge.id} == {m.id for m in (snoozed, ticked, away, back)}
    teams.quiet()
    assert teams.find("", own).id == nudge.id


def test_an_action_is_done_from_the_record_and_open_again(ahead: tuple[World, Shifted]) -> None:
    """The page shows it at once, the nudge ticks itself off; who has no part in it finds no control."""
    teams, clock = ahead
    teams.say("Ben", "To meet", teams.start())
    teams.say("Ben", "status", teams.direct("Ben"))
    teams.quiet()
    due = clock.to(1, time(9, 0)).date() + timedelta(days=1)
    teams.service.handle(
        Reviewed(
            id="tests:act", committee=teams.state.committee.id, member=teams.member("Ana"),
            subject="plan.why", treatment=Treatment.ACT, action="print a leaflet",
            owner=teams.member("Ben"), due=due,
        )
    )  # fmt: skip
    clock.to(2, time(9, 45))
    tick(teams.service)
    page = teams.click("Ben", "Open", "print a leaflet", teams.direct("Ben"))
    assert "Act: print a leaflet (Ben)\nDone\nDue today" in teams_cards.words(page.card)
    before = len(teams.texts(teams.direct("Ben")))
    day = dated(due)
    shown = f"Done by Ben on {day} (due {day})"
    for _ in range(2):  # the second of two clicks finds it done
        answer = teams.playground.submit("Ben", page, "Done")
        done = Dialog(answer, page.sends, page.value, page.where)
        assert shown in teams_cards.words(done.card)
    entry = teams.state.mitigations["plan.why"]
    assert entry.done_by == teams.member("Ben")
    teams.find("✔ print a leaflet", teams.direct("Ben"))
    assert len(teams.texts(teams.direct("Ben"))) == before  # the page has said it

    record = read_record(teams, "Chi")
    assert shown in teams_cards.words(record.card)
    assert "Open again" not in titles(record)
    forged = Dialog(done.answer, record.sends, record.value, record.where)
    refused = teams.playground.submit("Chi", forged, "Open again")
    assert refused["task"]["value"].startswith("Only the chair can do that")
    assert teams.state.mitigations["plan.why"] == entry

    record = read_record(teams, "Ana")
    assert "Open again" in titles(record)
    answer = teams.playground.submit("Ana", record, "Open again")
    opened = Dialog(answer, record.sends, record.value, record.where)
    assert "Act: print a leaflet (Ben)\nDone\nDue today" in teams_cards.words(opened.card)
    assert "Will there be cake?" in teams_cards.words(opened.card)  # the page it stood on
    assert teams.state.mitigations["plan.why"].done_at is None


def read_record(teams: World, name: str) -> Dialog:
    """The record, from one's own page."""
    teams.playground.install(name, PERSONAL)
    dialog: Dialog = teams.click(name, "Open the record", "Your questions", teams.direct(name))
    return dialog


def titles(dialog: Dialog) -> list[str]:
    """What stands on a dialog's controls."""
    return [c.action["title"] for c in teams_cards.controls(dialog.card)]
