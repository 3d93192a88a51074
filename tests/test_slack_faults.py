"""Slack fails in every way, and every lane stands in the end as it was promised.

Between the bot and a real third-party Slack stands a proxy that answers 10% of the calls with 429,
10% with 500, and loses the reply to 15% of those that were done. Every number can be repeated by its
seed, but for what the machine's own timing adds. See tests/test_slack_kill.py for the killed bot.
"""

import random
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bot.slack.render import render
from tests import local_slack
from tests.fault_proxy import CALM, FaultProxy, Rates, running
from tests.local_slack import CHANNEL, TEAM, Workspace, until
from tests.slack_troubles import CHECK, PEOPLE, Lane, committee, in_a_hurry, need_slack, stands
from tests.slack_world import World, text_of, world

pytestmark = [pytest.mark.usefixtures("slack_there"), pytest.mark.xdist_group("slack")]


@pytest.fixture
def slack_there(monkeypatch: pytest.MonkeyPatch) -> None:
    """local-slack is installed, and nobody waits long."""
    need_slack()
    in_a_hurry(monkeypatch)


@contextmanager
def troubled(folder: Path, seed: int) -> Iterator[tuple[World, FaultProxy]]:
    """A bot whose every call goes through the proxy, which is calm yet."""
    proxy = FaultProxy(seed)

    def between(workspace: Workspace) -> None:
        proxy.upstream = workspace.api_url

    with running(proxy), world(folder, PEOPLE, api_url=proxy.url, alter=between) as made:
        yield made, proxy


def goes_through_every_fault(folder: Path, seed: int, count: int, rounds: int) -> None:
    """Promise so many effects to each of five lanes in each round; look at what stands in the end."""
    rng = random.Random(seed)
    with troubled(folder, seed) as (made, proxy):
        state = committee(made.service)
        ids = {m.name: m.id for m in state.members.values()}
        places = {"planning": CHANNEL, "other": "C0OTHER"} | {n: f"@{ids[n]}" for n in PEOPLE}
        lanes = [Lane(name, channel, state, rng) for name, channel in places.items()]
        theirs = {
            channel: tuple(made.workspace.say(n, "Hear, hear", channel=channel) for n in PEOPLE)
            for channel in (CHANNEL, "C0OTHER")
        }
        proxy.rates = Rates()
        for _ in range(rounds):
            for lane in lanes:
                for message in lane.some(count, theirs.get(lane.place.channel, ())):
                    assert made.store.write(lambda tx, message=message: tx.promise(message))  # type: ignore[misc]
            made.slack.dispatcher.nudge()
            until(
                lambda: sum(pending(made, lane) for lane in lanes) < len(lanes) * count // 2, "half"
            )
        until(lambda: not any(pending(made, lane) for lane in lanes), "all is sent")
        proxy.rates = CALM
        for lane in lanes:
            at = lane.place.channel
            channel = made.workspace.direct(lane.name) if at.startswith("@") else at
            as_promised(made, proxy, lane, channel)
        assert proxy.violations == []
        assert set(proxy.faults) == {"429", "500", "lost"}


def pending(made: World, lane: Lane) -> int:
    """What a lane still waits for."""
    return made.store.read().pending("slack", TEAM, lane.place.channel)


def as_promised(made: World, proxy: FaultProxy, lane: Lane, channel: str) -> None:
    """Hold a channel to what was promised to it."""
    messages = made.shown(channel)
    found = proxy.posted(channel, messages)
    assert [key for key in found if "#" not in key] == lane.keys
    assert Counter(found).most_common(1)[0][1] == 1
    by_key = {proxy.keys.get((channel, m["ts"])): m for m in messages}
    for key in found:
        message, main = by_key[key], key.partition("#")[0]
        assert stands(message, key, lane.newest[main], lane.state.committee.id), key
        assert made.store.read().delivered_ref(key) == message["ts"]
    for key, content in lane.newest.items():
        pieces = render(lane.state.committee.id, content)
        assert {f"{key}#{n}" for n in range(1, len(pieces))} <= set(found)
    assert lane.whispers <= {text_of(m) for m in messages if m.get("ephemeral_to")}
    for ref, on in lane.reacted.items():
        assert made.reactions(ref, channel) == ([CHECK] if on else [])


def test_every_lane_stands_as_promised_through_all_faults(tmp_path: Path) -> None:
    """Each key once and in order, cards as last updated, every ✅, and no call before its time."""
    goes_through_every_fault(tmp_path, seed=1, count=6, rounds=2)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 110))
def test_every_lane_stands_as_promised_through_many_faults(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """The same with more, ten times."""
    monkeypatch.setattr(local_slack, "PATIENCE", 600.0)
    goes_through_every_fault(tmp_path, seed, count=15, rounds=4)
