"""People who join and leave: only those whom it concerns, at the cost of few calls, and never on a guess."""

import threading
from typing import Any

import pytest

from bot.core.service import NewMember
from storage.people import Address, Place, Role
from tests.fake_connector import FakeConnector
from tests.harness import short_bank
from tests.local_server import Reply, Request
from tests.local_slack import PATIENCE, until
from tests.teams_office import (
    BOT,
    CHANNEL,
    GROUP,
    ONE,
    TEAM,
    Json,
    Office,
    account,
    bot,
    chat,
    user,
)

__all__ = ["bot"]

LEGAL = "19:legal@thread.tacv2"
"""Another channel of the team, which has people of its own."""


def people(count: int) -> list[Json]:
    """So many people whom nobody knows."""
    return [{"id": f"29:p{n}", "aadObjectId": f"p{n}", "name": f"P{n}"} for n in range(count)]


def moved(bot: Office, event: str = "", channel: str = "", /, **who: Any) -> Json:
    """The activity of people who came or went, as Teams tells it: in the team's first channel."""
    sent = bot.activity("Ana", TEAM, type="conversationUpdate", **who)
    sent["channelData"] |= {"eventType": event, "channel": {"id": channel or TEAM}}
    return sent


def left(bot: Office, *names: str, event: str = "teamMemberRemoved", channel: str = "") -> None:
    """They leave the team, or a channel of it."""
    gone = [account(name) for name in names]
    assert bot.send(moved(bot, event, channel, membersRemoved=gone)).status == 200


def joined(bot: Office, *who: Json, event: str = "teamMemberAdded", channel: str = "") -> None:
    """They join the team, or a channel of it."""
    assert bot.send(moved(bot, event, channel, membersAdded=list(who))).status == 200


def active(bot: Office, committee: str) -> set[str]:
    """Who is in the committee."""
    return {m.name for m in bot.state(committee).members.values() if m.active}


def knocked(bot: Office, name: str) -> bool:
    """Whether the chair is told of somebody."""
    bot.quiet()
    return f"Let {name} in" in bot.words(chat("Ana"))


def roster(bot: Office, where: str, *names: str) -> None:
    """Who is in a room."""
    bot.connectors[ONE].rosters[where] = [account(name) for name in names]


@pytest.fixture
def fair(bot: Office) -> str:
    """Ana's committee of three in the planning channel."""
    committee = bot.found()
    bot.thread(committee)
    bot.quiet()
    return committee


@pytest.fixture
def legal(bot: Office) -> str:
    """Ana's and Ben's committee in a channel with people of its own."""
    roster(bot, LEGAL, "Ana", "Ben")
    committee = "Legal"
    members = [
        NewMember(
            name=name,
            role=Role.MEMBER if n else Role.CHAIR,
            addresses=(Address(platform="teams", tenant=ONE, user=user(name)),),
        )
        for n, name in enumerate(("Ana", "Ben"))
    ]
    home = Place(platform="teams", tenant=ONE, channel=LEGAL)
    made = bot.service.found(committee, short_bank(), members, home=home)
    for name in ("Ana", "Ben"):
        hello = bot.message(name, "Hello", LEGAL)
        hello["conversation"]["conversationType"] = "channel"
        hello["channelData"] |= {"team": {"id": TEAM}, "channel": {"id": LEGAL}}
        assert bot.send(hello).status == 200
    return made.committee.id


# -- whom it concerns ------------------------------------------------------------------------------


def test_another_channels_people_are_its_own(bot: Office, fair: str) -> None:
    """Who leaves a private or shared channel, or joins it, is where they were in every other one."""
    left(bot, "Ben", event="channelMemberRemoved", channel=LEGAL)
    assert active(bot, fair) == {"Ana", "Ben", "Chi"}
    roster(bot, TEAM, "Ana", "Ben", "Chi", "Dev")
    roster(bot, CHANNEL, "Ana", "Ben", "Chi", "Dev")
    joined(bot, account("Dev"), event="channelMemberAdded", channel=LEGAL)
    assert not knocked(bot, "Dev")
    left(bot, "Ben", event="channelmemberremoved", channel=CHANNEL)
    assert active(bot, fair) == {"Ana", "Chi"}
    joined(bot, account("Dev"), event="channelMemberAdded", channel=CHANNEL)
    assert knocked(bot, "Dev")


def test_who_leaves_the_team_may_stay_in_a_shared_channel(
    bot: Office, fair: str, legal: str
) -> None:
    """Its own roster has them still; where it has them no longer, they are gone there, too."""
    roster(bot, TEAM, "Ana", "Chi")
    roster(bot, CHANNEL, "Ana", "Chi")
    left(bot, "Ben")
    assert (active(bot, fair), active(bot, legal)) == ({"Ana", "Chi"}, {"Ana", "Ben"})
    roster(bot, LEGAL, "Ana")
    left(bot, "Ben")
    assert active(bot, legal) == {"Ana"}


def test_a_roster_that_is_late_keeps_nobody(bot: Office, fair: str) -> None:
    """It may still have whoever just left, and may be closed: Teams said that they left."""
    left(bot, "Ben")
    assert active(bot, fair) == {"Ana", "Chi"}
    bot.connectors[ONE].fail("member", status=403, times=9)
    left(bot, "Chi")
    assert active(bot, fair) == {"Ana"}


def test_who_joins_the_team_is_not_in_its_private_channels(
    bot: Office, fair: str, legal: str
) -> None:
    """Neither told of there, nor back; in a standard channel they are."""
    for name in ("Ben", "Dev"):
        roster(bot, TEAM, "Ana", "Chi")
        roster(bot, CHANNEL, "Ana", "Chi")
        roster(bot, LEGAL, "Ana")
        left(bot, name)
        roster(bot, TEAM, "Ana", "Chi", name)
        roster(bot, CHANNEL, "Ana", "Chi", name)
        joined(bot, account(name))
    assert active(bot, fair) == {"Ana", "Ben", "Chi"}
    assert active(bot, legal) == {"Ana"}
    assert knocked(bot, "Dev")
    assert "channel of Legal" not in bot.words(chat("Ana"))
    roster(bot, LEGAL, "Ana", "Ben")
    joined(bot, account("Ben"), event="channelMemberAdded", channel=LEGAL)
    assert active(bot, legal) == {"Ana", "Ben"}


def test_who_is_back_before_the_roster_has_them_is_back(bot: Office, fair: str) -> None:
    """Teams said so."""
    left(bot, "Ben")
    roster(bot, TEAM, "Ana", "Chi")
    roster(bot, CHANNEL, "Ana", "Chi")
    joined(bot, account("Ben"))
    assert active(bot, fair) == {"Ana", "Ben", "Chi"}


def test_a_move_without_a_time_counts(bot: Office, fair: str) -> None:
    """Nobody can say that it is an old one."""
    for how, at in (("membersRemoved", "2026-05-12T07:40:00.000Z"), ("membersAdded", "")):
        sent = bot.activity("Ana", TEAM, type="conversationUpdate", timestamp=at)
        assert bot.send(sent | {how: [account("Ben")]}).status == 200
    assert bot.state(fair).members[bot.member(fair, "Ben")].active


@pytest.mark.parametrize("last", ["came", "went"])
def test_who_comes_and_goes_at_once_is_told_in_any_order(bot: Office, fair: str, last: str) -> None:
    """What happened last counts, by Teams' own time, and not what was told last; also told again."""
    times = {"came": "2026-05-12T07:40:00.000Z", "went": "2026-05-12T07:40:00.000Z"}
    times[last] = "2026-05-12T07:40:03.000Z"
    kinds = {"came": "membersAdded", "went": "membersRemoved"}
    told = [last, *(how for how in kinds if how != last)]
    for how in (*told, *told[1:]):
        sent = bot.activity("Ana", TEAM, type="conversationUpdate", timestamp=times[how])
        assert bot.send(sent | {kinds[how]: [account("Ben")]}).status == 200
    ben = bot.state(fair).members[bot.member(fair, "Ben")]
    assert ben.active == (last == "came")


def test_people_who_come_and_go_with_the_app_are_seen(bot: Office) -> None:
    """Teams may tell both in one activity."""
    committee = bot.found(channel=GROUP)
    bot.quiet()
    roster(bot, GROUP, "Ana", "Ben", "Chi", "Dev")
    both: Json = {"type": "conversationUpdate", "membersAdded": [account("Dev"), BOT]}
    assert bot.send(bot.activity("Ana", GROUP, **both)).status == 200
    assert knocked(bot, "Dev")
    both = {"type": "conversationUpdate", "membersRemoved": [BOT, account("Chi")]}
    assert bot.send(bot.activity("Ana", GROUP, **both)).status == 200
    assert active(bot, committee) == {"Ana", "Ben"}
    assert getattr(bot.teams.rooms.room(ONE, GROUP), "ended", "") == "removed"


def test_activities_without_an_id_are_told_apart_by_their_time(bot: Office, fair: str) -> None:
    """Somebody can leave twice, and a channel can be deleted twice."""
    for minute in (1, 2):
        for second, key in enumerate(("membersRemoved", "membersAdded")):
            sent = moved(bot, "", "", **{key: [account("Ben")]})
            at = f"2026-05-12T07:{minute:02}:{second:02}.000Z"
            assert bot.send(sent | {"id": "", "timestamp": at}).status == 200
            assert ("Ben" in active(bot, fair)) is (key == "membersAdded")
    for minute in (3, 4):
        for event in ("channelDeleted", "channelRestored"):
            sent = moved(bot, event, CHANNEL)
            at = f"2026-05-12T07:{minute:02}:{len(event)}.000Z"
            assert bot.send(sent | {"id": None, "timestamp": at}).status == 200
    bot.quiet()
    assert sum("was deleted" in str(m.activity) for m in bot.messages(chat("Ana"))) == 2


# -- whom nobody can name --------------------------------------------------------------------------


def stranger_left(bot: Office) -> int:
    """Somebody leaves whom Teams names by an account that was never heard of; the answer's status."""
    gone = [{"id": "29:of-long-ago"}]
    return bot.send(moved(bot, "teamMemberRemoved", membersRemoved=gone)).status


def test_members_of_a_large_team_are_not_gone(bot: Office, fair: str) -> None:
    """However many people it has, each member is asked for, and nobody else."""
    for where in (TEAM, CHANNEL):
        bot.connectors[ONE].rosters[where] = [*people(12_000), account("Ana"), account("Ben")]
    calls = len(bot.connectors[ONE].calls)
    assert stranger_left(bot) == 200
    assert active(bot, fair) == {"Ana", "Ben"}
    assert len(bot.connectors[ONE].calls) == calls + 3


def test_without_a_committee_nobody_is_asked_for(bot: Office) -> None:
    """Not one call."""
    bot.say("Ana", "gaps", CHANNEL, mention=True)
    calls = bot.calls()
    assert stranger_left(bot) == 200
    assert bot.calls() == calls


@pytest.mark.parametrize("status", [400, 403])
def test_only_a_clear_no_is_believed(bot: Office, fair: str, status: int) -> None:
    """A roster that can't be read tells of nobody that they are gone."""
    bot.connectors[ONE].fail("member", status=status, times=3)
    assert stranger_left(bot) == 200
    assert active(bot, fair) == {"Ana", "Ben", "Chi"}


@pytest.mark.parametrize("status", [429, 502, 0])
def test_what_could_not_be_asked_is_asked_when_it_comes_again(
    bot: Office, fair: str, status: int
) -> None:
    """A 503, upon which Teams sends it once more."""
    roster(bot, CHANNEL, "Ana", "Ben")
    bot.connectors[ONE].fail("member", status=status)
    assert stranger_left(bot) == 503
    assert stranger_left(bot) == 200
    assert active(bot, fair) == {"Ana", "Ben"}


def test_a_channel_that_is_not_found_has_lost_nobody(bot: Office, fair: str) -> None:
    """Everybody at once is not found: it is the channel that is gone."""
    del bot.connectors[ONE].rosters[CHANNEL]
    assert stranger_left(bot) == 200
    assert active(bot, fair) == {"Ana", "Ben", "Chi"}


# -- many at once ----------------------------------------------------------------------------------


def test_a_hundred_people_cost_nothing_where_no_committee_is(bot: Office) -> None:
    """Not one call."""
    bot.say("Ana", "gaps", TEAM, mention=True)
    calls = bot.calls()
    joined(bot, *people(100))
    assert bot.calls() == calls


def test_only_people_without_a_seat_are_looked_up(bot: Office, fair: str) -> None:
    """One call for each."""
    bot.connectors[ONE].rosters[CHANNEL] += people(5)
    calls = len(bot.connectors[ONE].called("member"))
    joined(bot, *people(5), account("Ana"), account("Ben"))
    assert len(bot.connectors[ONE].called("member")) == calls + 5
    assert all(knocked(bot, f"P{n}") for n in range(5))


def test_many_are_looked_up_side_by_side(bot: Office, fair: str) -> None:
    """A few at a time: each waits for no more than its turn, and Teams is not flooded."""
    connector = bot.connectors[ONE]
    connector.rosters[CHANNEL] += people(20)
    far = Crowd(connector)
    sending = threading.Thread(target=lambda: joined(bot, *people(20)))
    sending.start()
    try:
        until(lambda: far.inside == 4, "four are asked for at once")
    finally:
        far.go.set()
        sending.join(PATIENCE)
    assert far.most == 4
    assert all(knocked(bot, f"P{n}") for n in range(20))


class Crowd:
    """Lets look-ups wait, and counts how many are there at once."""

    def __init__(self, connector: FakeConnector) -> None:
        self.go, self.inside, self.most = threading.Event(), 0, 0
        self._one, self._through = threading.Lock(), connector.answer
        connector.answer = self._answer  # type: ignore[method-assign]

    def _answer(self, request: Request) -> Reply:
        if "/members/" not in request.path:
            return self._through(request)
        with self._one:
            self.inside += 1
            self.most = max(self.most, self.inside)
        assert self.go.wait(PATIENCE)
        with self._one:
            self.inside -= 1
        return self._through(request)
