"""A connector that can be told more than others, and the calls to it, for the tests of what goes out."""

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.teams.adapter import App, Connector
from tests.fake_connector import FakeConnector
from tests.local_server import Reply, Request
from tests.teams_doctor import SECRET, TENANT
from tests.teams_issuer import APP_ID

CHANNEL = "19:room@thread.tacv2"
CHAIN = f"{CHANNEL};messageid=1"
CARD = {"type": "AdaptiveCard", "version": "1.5", "body": []}
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
