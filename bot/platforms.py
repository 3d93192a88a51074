"""The chat platforms that are configured, beside the workspace on one server, and mail.

A part of the composition root (see bot.app). A platform's code is imported only where its settings
are there.
"""

import os
import socket
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from bot.asgi import Asgi, Receive, Scope, Send, timed
from bot.config import ConfigError, Settings, check_slack
from bot.config_mail import mail_settings
from bot.config_teams import check_teams
from bot.core.service import HOSTED, Service
from bot.core.watching import UNWATCHED, Watch

if TYPE_CHECKING:
    from bot.core.dispatch import Dispatcher
    from bot.mail.mail import Mail
    from bot.slack.adapter import Slack
    from bot.teams.bot import Teams

NO_LIBRARIES = (
    "{platform} is configured, but its libraries are not installed. `make setup` installs them."
)


class Platforms:
    """What is configured. `start` and `stop` run on the server's loop."""

    def __init__(
        self,
        slack: "Slack | None" = None,
        teams: "Teams | None" = None,
        mail: "Mail | None" = None,
        watch: Watch = UNWATCHED,
    ) -> None:
        self.slack, self.teams, self.mail, self._watch = slack, teams, mail, watch
        self._all = tuple(each for each in (slack, teams, mail) if each is not None)

    async def start(self) -> None:
        """Begin to send and to listen."""
        for each in self._all:
            await each.start()

    async def stop(self) -> None:
        """Finish what is in flight, and end."""
        for each in self._all:
            await each.stop()

    def dispatchers(self) -> "dict[str, Dispatcher]":
        """What carries messages out, by platform."""
        found = {"slack": self.slack, "teams": self.teams, "mail": self.mail}
        return {name: each.dispatcher for name, each in found.items() if each is not None}

    def _doors(self) -> dict[str, Asgi]:
        """The platforms' own paths."""
        found: dict[str, Asgi] = {}
        if self.slack is not None:
            from bot.slack.door import PATHS as OF_SLACK

            found |= dict.fromkeys(OF_SLACK, self._timed(self.slack.door, "slack"))
        if self.teams is not None:
            from bot.teams.door import PATHS as OF_TEAMS

            found |= dict.fromkeys(OF_TEAMS, self._timed(self.teams.door, "teams"))
        return found

    def _timed(self, app: Asgi, platform: str) -> Asgi:
        return timed(app, lambda seconds: self._watch.acknowledged(platform, seconds))

    def before(self, site: Asgi) -> Asgi:
        """The server's application: the platforms' own paths, and the workspace for all others."""
        doors = self._doors()
        web = self._timed(site, HOSTED)
        if not doors:
            return web

        async def front(
            scope: Scope,
            receive: Receive,
            send: Send,
        ) -> None:
            door = doors.get(scope["path"], web) if scope["type"] == "http" else web
            await door(scope, receive, send)

        return front


def platforms(
    settings: Settings, service: Service, clock: Callable[[], datetime], secret: str
) -> Platforms:
    """Put together what is configured. Raises ConfigError where a setting is missing."""
    slack = _slack(settings, service, clock, secret) if settings.slack_set else None
    teams = _teams(settings, service, clock) if settings.teams_set else None
    mail = _mail(settings, service, clock) if settings.mail_set else None
    return Platforms(slack, teams, mail, service.watch)


def _slack(
    settings: Settings, service: Service, clock: Callable[[], datetime], secret: str
) -> "Slack":
    check_slack(settings)
    try:
        from bot.slack.adapter import Setup, Slack
    except ImportError as error:
        raise ConfigError(NO_LIBRARIES.format(platform="Slack")) from error
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
    return Slack(service, clock, setup, owner())


def _teams(settings: Settings, service: Service, clock: Callable[[], datetime]) -> "Teams":
    check_teams(settings)
    try:
        from bot.teams.bot import App, Setup, Teams
    except ImportError as error:
        raise ConfigError(NO_LIBRARIES.format(platform="Microsoft Teams")) from error
    app = App(
        id=settings.microsoft_app_id,
        password=settings.microsoft_app_password.get_secret_value(),
        tenant=settings.teams_tenant,
    )
    return Teams(service, clock, Setup(app, bool(app.id), app.tenant), owner())


def _mail(settings: Settings, service: Service, clock: Callable[[], datetime]) -> "Mail":
    found = mail_settings(settings)
    from bot.mail.letter import Mailbox
    from bot.mail.mail import Mail, Setup
    from bot.mail.server import Server

    def public_url() -> str:
        return settings.public_url or service.store.read().secret("local_url")

    server = Server(found.host, found.port, found.security, found.user, found.password)
    setup = Setup(server, Mailbox(found.address, found.name))
    return Mail(service, clock, setup, owner(), public_url)


def owner() -> str:
    """This process's name in leases."""
    return f"{socket.gethostname()}:{os.getpid()}"
