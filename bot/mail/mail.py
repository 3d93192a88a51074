"""Mail, put together: the sender with its dispatcher, to start and to stop."""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from bot.core.dispatch import Dispatcher
from bot.core.service import Service
from bot.mail.letter import Mailbox
from bot.mail.relay import Relay
from bot.mail.sender import PLATFORM, MailSender
from bot.mail.server import Server


class Setup(NamedTuple):
    """What is configured for mail."""

    server: Server
    sender: Mailbox


class Mail:
    """One process's mail. `start` and `stop` run on the server's loop."""

    def __init__(
        self,
        service: Service,
        clock: Callable[[], datetime],
        setup: Setup,
        owner: str,
        public_url: Callable[[], str],
    ) -> None:
        """Take `public_url`, which says where the workspace is reached."""
        self._service = service
        hello = setup.sender.address.rpartition("@")[2]
        relay = Relay(setup.server, hello, clock)
        self._sender = MailSender(service.store, clock, relay, setup.sender, public_url)
        self.dispatcher = Dispatcher(
            service.store, clock, self._sender, PLATFORM, owner, service.watch
        )

    async def start(self) -> None:
        """Begin to send."""
        self._service.when_promised(self.dispatcher.nudge)
        self.dispatcher.start()

    async def stop(self) -> None:
        """Finish what is being sent, and end."""
        await self.dispatcher.stop()
        await self._sender.close()
