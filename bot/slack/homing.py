"""App Home: each member's own page, shown when it is opened and kept true while they act."""

import logging
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from aiohttp import ClientError
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.core.service import Service
from bot.logs import whence
from bot.slack import reading
from bot.slack.people import seats

REMEMBERED = 2000
"""People whose page is kept up to date; those who opened it last."""

log = logging.getLogger(__name__)


class Homing:
    """Publishes people's pages."""

    def __init__(self, service: Service, client_of: Callable[[str], AsyncWebClient | None]) -> None:
        self._service, self._client_of = service, client_of
        self._open: OrderedDict[tuple[str, str], None] = OrderedDict()

    async def show(self, team: str, user: str) -> None:
        """Publish a person's page; where Slack refuses, the log says so."""
        client = self._client_of(team)
        if client is None:
            return
        self._open[team, user] = None
        self._open.move_to_end((team, user))
        if len(self._open) > REMEMBERED:
            self._open.popitem(last=False)
        view = reading.home(seats(self._service, team, user))
        try:
            await client.views_publish(user_id=user, view=view)
        except (SlackApiError, ClientError, TimeoutError) as error:
            log.warning("page not shown user=%s %s", user, whence(error))

    async def refresh(self, body: dict[str, Any]) -> None:
        """Publish the page anew after its owner did something, if they had opened it."""
        team, user = str(body["team"]["id"]), str(body["user"]["id"])
        if (team, user) in self._open:
            await self.show(team, user)
