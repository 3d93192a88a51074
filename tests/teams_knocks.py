"""A bot that answers at its door, and what knocks there: for the tests of who is let in.

Everything behind the door is real, with a record in memory and a connector of the tests' own, so that
whatever is done on a wrong token's word is seen.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from bot.app import clock
from bot.core.service import Service
from bot.teams.adapter import App
from bot.teams.bot import Setup, Teams
from bot.teams.needs import MESSAGES
from bot.teams.pacing import Pace
from storage.sqlite import open_store
from tests.fake_connector import FakeConnector
from tests.teams_issuer import APP_ID, Issuer

TENANT = "0a5e0b7e-0000-4000-8000-000000000001"
CHANNEL = "19:planning@thread.tacv2"
ANA = {"id": "29:ana", "name": "Ana", "aadObjectId": "00000000-0000-4000-8000-00000000000a"}


class Office:
    """The bot, and the connector that it would speak to."""

    def __init__(self, issuer: Issuer, connector: FakeConnector, app: App) -> None:
        self.issuer, self.connector = issuer, connector
        self.store = open_store("sqlite://")
        self.teams = Teams(Service(self.store, clock), clock, Setup(app), "tests", Pace(limits=()))

    @property
    def service(self) -> str:
        """The service address that activities name."""
        return self.connector.service_url

    def typed(self, **changed: Any) -> dict[str, Any]:
        """What comes when somebody types `@Convenor start`; `changed` fields are others, or gone."""
        bot = {"id": f"28:{APP_ID}", "name": "Convenor"}
        written = {
            "type": "message",
            "id": "1700000000001",
            "timestamp": "2026-05-12T07:40:00.123Z",
            "channelId": "msteams",
            "serviceUrl": self.service,
            "from": ANA,
            "recipient": bot,
            "conversation": {"id": f"{CHANNEL};messageid=1700000000001", "tenantId": TENANT,
                             "conversationType": "channel", "isGroup": True},
            "text": "<at>Convenor</at> start",
            "entities": [{"type": "mention", "text": "<at>Convenor</at>", "mentioned": bot}],
            "channelData": {"tenant": {"id": TENANT}, "team": {"id": CHANNEL},
                            "channel": {"id": CHANNEL}},
        }  # fmt: skip
        return {name: value for name, value in (written | changed).items() if value is not ...}

    async def knock(
        self,
        *headers: str | bytes | None,
        activity: Any = None,
        body: bytes | None = None,
        method: str = "POST",
    ) -> int:
        """Bring an activity with these headers Authorization; returns the answer's status."""
        if body is None:
            body = json.dumps(self.typed() if activity is None else activity).encode()
        signed = [
            (b"authorization", h if isinstance(h, bytes) else h.encode("latin-1"))
            for h in headers
            if h is not None
        ]
        transport = httpx.ASGITransport(app=self.teams.door)
        async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
            answer = await client.request(method, MESSAGES, content=body, headers=signed)
        return answer.status_code

    def did(self) -> tuple[int, int]:
        """How often something was written, and how often something was asked of the connector."""
        return self.store.change(), len(self.connector.calls)


@contextmanager
def office(issuer: Issuer, app_id: str = APP_ID, *, foreign: bool = False) -> Iterator[Office]:
    """A bot; `foreign`: the connector's address is none that it may speak to."""
    connector = FakeConnector()
    connector.rosters[CHANNEL] = [ANA]
    app = App(
        id=app_id,
        keys_url=issuer.metadata_url,
        others=frozenset() if foreign else frozenset({urlsplit(connector.url).netloc}),
        token=lambda: "of-the-tests",
    )
    made = Office(issuer, connector, app)
    try:
        yield made
    finally:
        made.store.close()
        connector.close()


@pytest.fixture
def bot(issuer: Issuer) -> Iterator[Office]:
    """A bot that nobody has spoken to."""
    with office(issuer) as made:
        yield made
