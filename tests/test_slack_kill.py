"""`kill -9` again and again while Slack fails, too: nothing said is lost, nothing is sent twice.

The bot is `convenor run` in a process of its own; the proxy before Slack, and the relay that delivers
events until they are answered, live on. Most kills strike while a call is on its way, just before or
just after Slack has done it.
"""

import random
import sqlite3
from contextlib import closing
from multiprocessing.context import ForkServerContext
from pathlib import Path
from typing import Any

import pytest

from bot.app import clock
from bot.core.effects import EFFECT, Ask, Say, Update
from bot.core.events import Started
from bot.core.service import Service
from storage.sqlite import open_store
from tests import local_slack
from tests.fault_proxy import FaultProxy, Rates, Relay, running
from tests.killed import warm
from tests.local_slack import CHANNEL, TEAM, Workspace, until
from tests.slack_bot import Bot
from tests.slack_troubles import CHECK, PATIENCE, committee, in_a_hurry, need_slack, stands

ANA = "Ana"
ROOMS = (CHANNEL, "C0OTHER")

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


def lives_through(
    folder: Path, nursery: ForkServerContext, seed: int, kills: int, each: int
) -> None:
    """Kill so often, while Ana says so many words in each channel; look at what stands in the end."""
    rng = random.Random(seed)
    proxy, relay = FaultProxy(seed), Relay()
    bot = Bot(folder, proxy, nursery)
    with running(proxy, relay):
        workspace = Workspace(folder, (ANA,), request_url=relay.url)
        try:
            proxy.upstream = workspace.api_url
            relay.bot = f"http://127.0.0.1:{bot.port}/slack/events"
            walks = {room: began(bot.url, room, kills * each + 1) for room in ROOMS}
            bot.start()
            threads = {room: opened(proxy, walk) for room, walk in walks.items()}
            proxy.rates = Rates()
            said: dict[str, dict[str, str]] = {room: {} for room in ROOMS}
            for number in range(kills):
                within = rng.uniform(0.1, 2.5)
                if number % 3 == 0:  # a card is posted, and nobody hears of it
                    bot.aim("after", "chat.postMessage", 1)
                    within = PATIENCE
                elif number % 3 == 1:
                    bot.aim(rng.choice(("before", "after")), "", rng.randint(1, 20))
                for room in ROOMS * each:
                    text = f"Word {len(said[room])} of life {number}"
                    said[room][workspace.say(ANA, text, threads[room], room)] = text
                bot.die(within)
                bot.start()
            until(lambda: relay.undelivered == 0, "every event is answered")
            until(lambda: bot.left() == 0, "all is sent")
            bot.stop(PATIENCE)
            for room in ROOMS:
                kept(bot, room, workspace.messages(room), proxy, said[room])
        finally:
            bot.bury()
            workspace.close()
    assert relay.again, "no event was delivered again"
    assert set(proxy.faults) == {"429", "500", "lost"}
    assert proxy.violations == []


def began(url: str, room: str, questions: int) -> str:
    """Found a committee of one, whose every word brings the next card; returns its walk's id."""
    with closing(open_store(url)) as store:
        service = Service(store, clock)
        found = committee(service, (ANA,), questions, room).committee.id
        chair = next(iter(store.read().state(found).members))
        service.handle(Started(id=f"began:{room}", committee=found, member=chair, phase="plan"))
        return next(iter(store.read().state(found).walks))


def opened(proxy: FaultProxy, walk: str) -> str:
    """The ts of a walk's thread; waits for it."""
    return until(lambda: next((ts for (_, ts), key in proxy.keys.items() if key == walk), ""))


def kept(
    bot: Bot, room: str, messages: list[dict[str, Any]], proxy: FaultProxy, said: dict[str, str]
) -> None:
    """Hold the record to what was said in a channel, and Slack to what the record promised."""
    with closing(open_store(bot.url)) as store:
        found = store.read().at_home("slack", TEAM, room)[0]
        items = store.read().state(found).items.values()
    answers = [answer for item in items for answer in item.answers.values()]
    parts = [(part.ref, part.text) for answer in answers for part in answer.parts]
    assert sorted(parts) == sorted(said.items())
    with closing(sqlite3.connect(bot.path)) as rows:
        query = "SELECT state, payload FROM outbox WHERE channel = ? ORDER BY id"
        promised = rows.execute(query, (room,)).fetchall()
    assert {state for state, _ in promised} == {"done"}
    effects = [EFFECT.validate_json(payload) for _, payload in promised]
    assert proxy.posted(room, messages) == [e.key for e in effects if isinstance(e, Ask | Say)]
    newest = {e.key: e.content for e in effects if isinstance(e, Ask | Say | Update)}
    checked = set()
    for message in messages:
        key = proxy.keys.get((room, str(message["ts"])), "")
        assert not key or stands(message, key, newest[key], found), key
        if [reaction["name"] for reaction in message.get("reactions") or ()] == [CHECK]:
            checked.add(message["ts"])
    assert checked == said.keys()


def test_kill_9_again_and_again_loses_nothing_and_sends_nothing_twice(
    tmp_path: Path, nursery: ForkServerContext
) -> None:
    """Every word is in the record once and has its ✅; every promised message stands once, in order."""
    lives_through(tmp_path, nursery, seed=3, kills=7, each=1)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(100, 105))
def test_many_kills_lose_nothing_and_send_nothing_twice(
    tmp_path: Path, nursery: ForkServerContext, monkeypatch: pytest.MonkeyPatch, seed: int
) -> None:
    """The same with a hundred kills in all."""
    monkeypatch.setattr(local_slack, "PATIENCE", 600.0)
    lives_through(tmp_path, nursery, seed, kills=20, each=3)
