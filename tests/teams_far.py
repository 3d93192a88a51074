"""A connector that can be told more than others, and the calls to it, for the tests of what goes out."""

import asyncio
import random
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import pytest

from bot.teams.adapter import App, Connector
from tests import seen_cards
from tests.fake_connector import FakeConnector
from tests.killed import Strike
from tests.local_server import CUT, Reply, Request
from tests.local_slack import until
from tests.teams_doctor import SECRET, TENANT
from tests.teams_issuer import APP_ID

CHANNEL = "19:room@thread.tacv2"
CHAIN = f"{CHANNEL};messageid=1"
CARD = {"type": "AdaptiveCard", "version": "1.5", "body": [], seen_cards.MADE_UP: True}
PASS = -1

Call = Callable[[Connector, str], Awaitable[Any]]
CALLS: dict[str, Call] = {
    "send": lambda c, url: c.post(url, CHAIN, CARD, "words"),
    "update": lambda c, url: c.replace(url, CHAIN, "1", CARD, "words"),
    "create": lambda c, url: c.begin(url, TENANT, CHANNEL, CARD, "words"),
    "pagedmembers": lambda c, url: c.roster(url, CHANNEL, 10),
    "member": lambda c, url: c.person(url, CHANNEL, "29:ana"),
}
"""One of each kind."""


class Far(FakeConnector):
    """Answers as it is told, when it is told; its script may let calls through before others fail."""

    def __init__(self) -> None:
        self.instead: Reply | None = None
        self.hold: threading.Event | None = None
        """While it is set to something, calls about `held` wait for it."""
        self.held, self.came = "", 0
        super().__init__()

    def answer(self, request: Request) -> Reply:
        self.came += 1
        if self.hold is not None and self.held in request.path:
            assert self.hold.wait(60)
        return super().answer(request) if self.instead is None else self.instead

    def passes(self, what: str, times: int = 1, conversation: str = "") -> None:
        """The next calls of this kind are done as they should be; what was scripted after it comes then."""
        self.fail(what, status=PASS, times=times, conversation=conversation)

    def _scripted(self, what: str, where: str) -> Any:
        found = super()._scripted(what, where)
        return None if found is not None and found.status == PASS else found


class Trouble(NamedTuple):
    """What goes wrong with a call, and how often."""

    often: float
    how: dict[str, Any]


TROUBLES = (
    Trouble(0.12, {"status": 429, "retry_after": "1"}),
    Trouble(0.06, {"status": 502}),
    Trouble(0.04, {"status": 0}),
    Trouble(0.08, {"status": 502, "done": True}),
    Trouble(0.06, {"status": 0, "done": True}),
)


class Troubled(Far):
    """Fails now and then, by a seed; `strike` may kill who calls, before or after it is done.

    It is told what is called, and about which conversation.
    """

    def __init__(self, seed: int) -> None:
        self.strike: Strike | None = None
        self._rng = random.Random(seed)
        self._asked = self._answered = 0
        super().__init__()

    def answer(self, request: Request) -> Reply:
        self._asked += 1
        try:
            if len(request.body) < int(request.headers.get("content-length", 0)):
                return CUT  # it was killed in the middle of it
            return super().answer(request)
        finally:
            self._answered += 1

    def drained(self) -> None:
        """Wait until nothing is on its way any more of what a dead caller had sent."""
        until(lambda: self._answered == self._asked, "no call is on its way")

    def _call(self, what: str, request: Request, where: str = "", which: str = "") -> Reply:
        strike, stood, call = self.strike, len(self.standing), f"{what} {where}"
        if strike and strike("before", call):
            return CUT
        chance = self._rng.random()
        for trouble in TROUBLES:
            if 0 <= chance < trouble.often:
                self.fail(what, conversation=where, **trouble.how)
            chance -= trouble.often
        reply = super()._call(what, request, where, which)
        done = reply.status == 200 or len(self.standing) > stood
        return CUT if done and strike and strike("after", call) else reply


@pytest.fixture
def far() -> Iterator[Far]:
    """A connector that nobody has spoken to."""
    made = Far()
    yield made
    made.close()


def app(*connectors: FakeConnector, token: Callable[[], str] | None = lambda: "ours") -> App:
    """An app that may speak to these."""
    hosts = frozenset(urlsplit(each.url).netloc for each in connectors)
    return App(id=APP_ID, password=SECRET, tenant=TENANT, others=hosts, token=token)


def call(far: Far, what: str, connector: Connector | None = None) -> Any:
    """Make one kind of call."""

    async def test() -> Any:
        return await CALLS[what](connector or Connector(app(far)), far.service_url)

    return asyncio.run(test())
