"""The chat platforms that are configured, beside the workspace on one server.

A part of the composition root (see bot.app). A platform's code is imported only where its settings
are there.
"""

import os
import socket
from collections.abc import Awaitable, Callable, MutableMapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from bot.config import ConfigError, Settings, check_slack
from bot.core.service import Service

if TYPE_CHECKING:
    from bot.slack.adapter import Slack

NO_LIBRARIES = (
    "Slack is configured, but its libraries are not installed. `make setup` installs them."
)

Asgi = Callable[
    [
        MutableMapping[str, Any],
        Callable[[], Awaitable[MutableMapping[str, Any]]],
        Callable[[MutableMapping[str, Any]], Awaitable[None]],
    ],
    Awaitable[None],
]


class Platforms:
    """What is configured. `start` and `stop` run on the server's loop."""

    def __init__(self, slack: "Slack | None" = None) -> None:
        self.slack = slack

    async def start(self) -> None:
        """Begin to send and to listen."""
        if self.slack is not None:
            await self.slack.start()

    async def stop(self) -> None:
        """Finish what is in flight, and end."""
        if self.slack is not None:
            await self.slack.stop()

    def before(self, site: Asgi) -> Asgi:
        """The server's application: the platforms' own paths, and the workspace for all others."""
        if self.slack is None:
            return site
        from bot.slack.door import PATHS

        door = self.slack.door

        async def front(
            scope: MutableMapping[str, Any],
            receive: Callable[[], Awaitable[MutableMapping[str, Any]]],
            send: Callable[[MutableMapping[str, Any]], Awaitable[None]],
        ) -> None:
            if scope["type"] == "http" and scope["path"] in PATHS:
                await door(scope, receive, send)
            else:
                await site(scope, receive, send)

        return front


def platforms(
    settings: Settings, service: Service, clock: Callable[[], datetime], secret: str
) -> Platforms:
    """Put together what is configured. Raises ConfigError where a setting is missing."""
    if not settings.slack_set:
        return Platforms()
    check_slack(settings)
    try:
        from bot.slack.adapter import Setup, Slack
    except ImportError as error:
        raise ConfigError(NO_LIBRARIES) from error
    setup = Setup(
        bot_token=settings.slack_bot_token.get_secret_value(),
        app_token=settings.slack_app_token.get_secret_value(),
        signing_secret=settings.slack_signing_secret.get_secret_value(),
        client_id=settings.slack_client_id.get_secret_value(),
        client_secret=settings.slack_client_secret.get_secret_value(),
        api_url=settings.slack_api_url,
        public_url=settings.public_url,
        secret=secret,
    )
    return Platforms(Slack(service, clock, setup, owner()))


def owner() -> str:
    """This process's name in leases."""
    return f"{socket.gethostname()}:{os.getpid()}"
