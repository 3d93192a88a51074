"""`convenor run` is killed again and again while nudges and digests go out to a Slack that fails.

Two committees pass through some of the days of three weeks. On each the bot is started, killed while its
messages are on their way, and started again, until all that the day brings is out; then it is killed
once more, and the time goes on. Between it and Slack stands the proxy that answers with 429 and 500 and
loses replies. What a day brings is known from a copy of the record with nobody to disturb it.
"""

import random
from collections import Counter
from contextlib import closing
from datetime import datetime, time
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

from storage.people import Place
from storage.sqlite import open_store
from tests import local_slack
from tests.fault_proxy import FaultProxy, Rates, running
from tests.killed import warm
from tests.local_slack import CHANNEL, TEAM, Workspace, until
from tests.month import Shifted
from tests.planned_month import BEGAN, copied, found, noted, nudges, on, planned, said, undisturbed
from tests.slack_bot import Bot
from tests.slack_troubles import in_a_hurry, need_slack

PEOPLE = {CHANNEL: ("Ana", "Ben", "Chi"), "C0OTHER": ("Dev", "Eve", "Flo")}
NINE = time(9, 45)
ONE = {on(7, NINE): 2}
"""Kills by day: on a Monday with nudges, what is past its date, and digests."""
ALL = {on(day, NINE): 4 for day in range(1, 22) if day % 7 not in (5, 6)}
LONG_ENOUGH = 8.0
AIMS = (
    ("after", "chat.postMessage"), ("before", "files."), ("after", "files.completeUploadExternal"),
    ("before", "chat.postMessage"), ("after", "conversations.open"),
)  # fmt: skip

pytestmark = [pytest.mark.usefixtures("slack_there"), pytest.mark.xdist_group("slack")]


@pytest.fixture
def slack_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """local-slack is installed, and nobody waits long."""
    need_slack()
    in_a_hurry(monkeypatch)


@pytest.fixture(scope="module")
def nursery() -> ForkServerContext:
    """A server that has everything imported forks the bots."""
    return warm("tests.slack_child")


def founded(path: Path) -> None:
    """Two committees, each in a channel of its own and of people of its own."""
    with closing(open_store(f"sqlite:///{path}")) as store:
        for channel, names in PEOPLE.items():
            home = Place(platform="slack", tenant=TEAM, channel=channel)
            found(store, f"Fair of {names[0]}", dict.fromkeys(names, "UTC"), home)


def lives_through(
    folder: Path, nursery: ForkServerContext, seed: int, days: dict[datetime, int]
) -> None:
    """Kill so often on each of the days; look at what stands in the end."""
    steps = tuple(days)
    rng, proxy, clock = random.Random(seed), FaultProxy(seed), Shifted()
    bot = Bot(folder, proxy, nursery)
    founded(bot.path)
    calm = copied(bot.path, "calm.db")
    wanted = undisturbed(calm, "slack", steps)
    everyone = tuple(name for names in PEOPLE.values() for name in names)
    proxy.lanes = len(PEOPLE) + len(everyone)
    proxy.spared = ("files.",)  # else a picture is drawn in signs, as it may be
    with running(proxy):
        workspace = Workspace(folder, everyone)
        proxy.upstream = workspace.api_url
        proxy.rates = Rates()
        try:
            for before, now, due in zip((BEGAN, *steps), steps, wanted, strict=False):
                with closing(open_store(bot.url)) as store:
                    said(store, before, now)
                clock.at(now)
                for number in range(days[now]):
                    bot.start(clock.ahead)
                    within = rng.uniform(0.1, 2.5)
                    if not number:  # one is posted, and nobody hears of it
                        bot.aim("after", "chat.postMessage", rng.randint(1, 4))
                        within = LONG_ENOUGH
                    elif rng.random() < 0.8:
                        bot.aim(*rng.choice(AIMS), rng.randint(1, 4))
                    bot.die(within)
                bot.start(clock.ahead)
                until(lambda due=due: due.keys() <= planned(bot.path).keys(), "all is planned")  # type: ignore[misc]
                until(lambda: bot.left() == 0, "all is sent")
                bot.die(0)
            stands_once(bot, workspace, proxy, wanted)
        finally:
            bot.bury()
            workspace.close()
    assert noted(bot.path) == noted(calm)
    assert set(proxy.faults) == {"429", "500", "lost"}
    assert proxy.violations == []


def stands_once(
    bot: Bot, workspace: Workspace, proxy: FaultProxy, wanted: list[dict[str, Place]]
) -> None:
    """Each message that was to go out stands once in its channel, in order, and nothing else planned."""
    due = {key: place for step in wanted for key, place in step.items()}
    promised = planned(bot.path)
    assert {state for state, _ in promised.values()} == {"done"}
    assert {key for key, (_, ref) in promised.items() if ref} == due.keys()
    people = member_names(bot)
    for room in {place.channel for place in due.values()}:
        channel = workspace.direct(people[room[1:]]) if room.startswith("@") else room
        messages = workspace.messages(channel)
        by_key = {proxy.keys.get((channel, str(m["ts"])), ""): m for m in messages}
        keys = proxy.posted(channel, messages)
        assert Counter(keys).most_common(1)[0][1] == 1
        mine = [key for key in keys if key in promised]
        assert mine == [key for key, place in due.items() if place.channel == room]
        assert {key: by_key[key]["ts"] for key in mine} == {key: promised[key][1] for key in mine}
        for key in mine:
            if ":details@" in key:
                digest = by_key[key.partition(":details@")[0]]
                assert by_key[key]["thread_ts"] == digest["ts"]
                assert has_picture(digest)
    for member, days in noted(bot.path).items():
        assert sorted(nudges(due, member)) == days


def has_picture(message: dict[str, Any]) -> bool:
    """Whether a message shows a picture that was uploaded."""
    return any(b["type"] == "image" and b.get("slack_file") for b in message.get("blocks") or ())


def member_names(bot: Bot) -> dict[str, str]:
    """The members' names by their ids."""
    with closing(open_store(bot.url)) as store:
        reader = store.read()
        every = [reader.state(committee.id).members for committee in reader.committees()]
    return {member.id: member.name for members in every for member in members.values()}


def test_what_is_planned_is_sent_once_through_kill_9_and_a_slack_that_fails(
    tmp_path: Path, nursery: ForkServerContext
) -> None:
    """Each nudge and digest stands once, in its room and in order; the record has each as sent."""
    lives_through(tmp_path, nursery, 2, ONE)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 104))
def test_three_weeks_are_sent_once_through_many_kills(
    tmp_path: Path, nursery: ForkServerContext, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """Every working day of three weeks, with four kills on each."""
    monkeypatch.setattr(local_slack, "PATIENCE", 600.0)
    lives_through(tmp_path, nursery, seed, ALL)
