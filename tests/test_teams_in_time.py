"""Answers that somebody waits for, when Teams takes its time: none comes too late, and no call is for nothing."""

import time
from typing import Any

import pytest

from bot.core.admitting import NOT_IN
from bot.teams import reaching, rosters
from bot.teams.chairing import NO_ROSTER
from bot.teams.values import OURS
from bot.teams.voice import SORRY
from tests.fake_connector import FakeConnector
from tests.local_server import Reply, Request
from tests.teams_office import CHANNEL, GROUP, ONE, TEAM, Answered, Office, account, bot, chat, user

__all__ = ["bot"]

MANY = [f"P{n}" for n in range(120)]


@pytest.fixture
def teams(bot: Office) -> FakeConnector:
    """Teams' side, with many people in the team."""
    connector = bot.connectors[ONE]
    for room in (TEAM, CHANNEL):
        connector.rosters[room] += [account(name) for name in MANY]
    return connector


def submit(bot: Office, name: str, verb: str, about: dict[str, Any], **held: str) -> Answered:
    """Something sent in a dialog that was opened in the channel."""
    data = {"verb": verb, OURS: about, **held}
    return bot.send(
        bot.activity(name, CHANNEL, type="invoke", name="task/submit", value={"data": data})
    )


def names(bot: Office, committee: str) -> set[str]:
    """Who is in a committee."""
    return {m.name for m in bot.state(committee).members.values()}


def looks(teams: FakeConnector) -> tuple[int, int]:
    """How often the roster was read, and how often one person was asked for."""
    return len(teams.called("pagedmembers")), len(teams.called("member"))


def test_people_are_not_waited_for_any_longer_than_teams_waits(
    bot: Office, teams: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is half done, and whoever pressed is told to try again."""
    committee = bot.found("Ana", "Ben")
    bot.quiet()
    monkeypatch.setattr(rosters, "LIMIT", 0.0)
    about = {"committee": committee}
    people = ",".join(user(name) for name in ("Chi", *MANY[:9]))
    added = submit(bot, "Ana", "add", about, people=people)
    assert added.body == {"task": {"type": "message", "value": SORRY}}
    assert bot.press("Ana", "admit", committee=committee, value=user("Chi")).body["value"] == SORRY
    assert names(bot, committee) == {"Ana", "Ben"}
    held = {"name": "Bazaar", "members": people, "chair": user("Ana"), OURS: {}}
    sent = bot.send(bot.pressed("Ana", "found", held, GROUP))
    assert sent.body["value"] == SORRY
    assert len(bot.store.read().committees()) == 1


def test_all_that_one_click_looks_up_ends_together(
    bot: Office, teams: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two looks that each take nearly as long as there is: the second one is not waited for."""
    committee = bot.found("Ana", "Ben")
    bot.quiet()
    monkeypatch.setattr(rosters, "LIMIT", 1.0)
    real = teams.answer

    def slow(request: Request) -> Reply:
        if "members" in request.path:
            time.sleep(0.7)
        return real(request)

    monkeypatch.setattr(teams, "answer", slow)
    added = submit(bot, "Ana", "add", {"committee": committee}, people=user("Chi"))
    assert NO_ROSTER in str(added.body)
    assert names(bot, committee) == {"Ana", "Ben", "Chi"}


def test_the_list_of_members_comes_without_the_roster(
    bot: Office, teams: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What can be done without it can be done."""
    committee = bot.found()
    bot.quiet()
    monkeypatch.setattr(rosters, "LIMIT", 0.0)
    shown = bot.press("Ana", "members", committee=committee).body["value"]
    assert NO_ROSTER in str(shown)
    ben = bot.member(committee, "Ben")
    shown = bot.press("Ana", "role", committee=committee, question=ben, value="go:1").body["value"]
    assert NO_ROSTER in str(shown)
    assert not bot.state(committee).members[ben].active
    assert NO_ROSTER not in str(bot.press("Chi", "members", committee=committee).body)


def test_many_are_added_with_one_look_at_the_roster(bot: Office, teams: FakeConnector) -> None:
    """And the list that follows needs none."""
    committee = bot.found()
    bot.quiet()
    before = looks(teams)
    people = ",".join(map(user, MANY[:10]))
    submit(bot, "Ana", "add", {"committee": committee}, people=people)
    rosters_read, asked = (now - then for now, then in zip(looks(teams), before, strict=True))
    assert (rosters_read, asked) == (1, 0)
    assert names(bot, committee) == {"Ana", "Ben", "Chi", *MANY[:10]}


def test_pages_of_the_members_are_turned_without_reading_the_roster(
    bot: Office, teams: FakeConnector
) -> None:
    """Opened anew, it is read anew."""
    committee = bot.found()
    bot.quiet()
    bot.press("Ana", "members", committee=committee)
    before = looks(teams)
    for number in (2, 1):
        bot.press("Ana", "page", committee=committee, value=f"members {number}")
    assert looks(teams) == before
    bot.press("Ana", "members", committee=committee)
    assert looks(teams) == (before[0] + 1, before[1])


def test_whoever_is_not_in_the_roster_is_asked_for(
    bot: Office, teams: FakeConnector, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A large team's is read to a certain number of people only."""
    committee = bot.found()
    bot.quiet()
    monkeypatch.setattr(reaching, "MOST", 3)
    submit(bot, "Ana", "add", {"committee": committee}, people=",".join(map(user, MANY[:6])))
    assert names(bot, committee) == {"Ana", "Ben", "Chi", *MANY[:6]}


def test_who_knocked_today_is_not_looked_up_again(bot: Office, teams: FakeConnector) -> None:
    """However often they press; they are told each time."""
    committee = bot.found()
    bot.quiet()
    bot.press("P1", "park", committee=committee, walk=f"{committee}.plan", question="plan.why")
    before = looks(teams)
    for _ in range(3):
        answer = bot.press("P1", "park", committee=committee, question="plan.why")
        assert answer.body["value"] == NOT_IN.format(chairs="Ana")
    assert looks(teams) == before
    bot.quiet()
    assert sum("P1 is where Fair works" in str(m.activity) for m in bot.messages(chat("Ana"))) == 1


def test_who_can_not_be_looked_up_is_not_called_a_colleague(
    bot: Office, teams: FakeConnector
) -> None:
    """The chair hears that it is not known."""
    committee = bot.found()
    bot.quiet()
    teams.fail("member", status=403)
    bot.press("P1", "park", committee=committee, question="plan.why")
    bot.quiet()
    assert "I can't see whether they are of your organisation." in bot.words(chat("Ana"))
    assert "Let P1 in" in bot.words(chat("Ana"))
