"""A real mail server that can be told what to say, and the real dispatcher that hands it mail.

The server is aiosmtpd's, on the test's own loop; the store is SQLite, and the clock is told to move on.
"""

import asyncio
import ssl
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import asynccontextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult, Envelope, Session

from bot.core.dispatch import Dispatcher, Outcome
from bot.core.effects import Content, Notice, Say
from bot.core.targets import ToMember
from bot.mail.letter import Mailbox
from bot.mail.relay import Relay
from bot.mail.sender import PLATFORM, MailSender
from bot.mail.server import Security, Server
from storage.people import Member, Place
from storage.port import Store
from storage.sqlite import open_store
from storage.trail import OutboxMessage
from tests import builders as make
from tests.clock import FakeClock
from tests.far_side import until

USER, PASSWORD = "convenor@example.org", "p@ss w/rd"
BASE = "https://convenor.example.org"
FROM = Mailbox("convenor@example.org", "Convenor")
DROP, HANG = "drop", "hang"


class Office:
    """What the server does: takes all, or what its script says for the next of a command."""

    def __init__(self) -> None:
        self.script: dict[str, list[str]] = {}
        self.taken: list[Envelope] = []
        self.asked: list[str] = []
        self.logins: list[str] = []
        self.lines: list[SMTP] = []
        self.port = 0
        self.login = False
        self.free = asyncio.Event()
        """A command that hangs does so until this is set."""

    async def _says(self, server: SMTP, what: str, well: str) -> str:
        self.asked.append(what)
        found = self.script.get(what)
        said = found.pop(0) if found else well
        if said == HANG:
            await self.free.wait()
        elif said == DROP:
            _cut(server)
        return well if said in (HANG, DROP) else said

    async def handle_EHLO(  # noqa: N802  # aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope, name: str, said: list[str]
    ) -> list[str]:
        session.host_name = name
        line = await self._says(server, "EHLO", "")
        offered = said if self.login else [each for each in said if "AUTH" not in each]
        return [line] if line else offered

    async def handle_MAIL(  # noqa: N802  # aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await self._says(server, "MAIL", "250 OK")
        if said.startswith("250"):
            envelope.mail_from = address
        return said

    async def handle_RCPT(  # noqa: N802  # aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        said = await self._says(server, "RCPT", "250 OK")
        if said.startswith("250"):
            envelope.rcpt_tos.append(address)
        return said

    async def handle_DATA(  # noqa: N802  # aiosmtpd's own name
        self, server: SMTP, session: Session, envelope: Envelope
    ) -> str:
        said = await self._says(server, "DATA", "250 OK")
        if said.startswith("250"):
            self.taken.append(envelope)
        return said

    def authenticate(
        self, server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: Any
    ) -> AuthResult:
        self.logins.append(mechanism)
        good = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
        return AuthResult(success=good, handled=False)

    def mails(self) -> list[EmailMessage]:
        """What was taken, read as a mail program reads it."""
        return [message_from_bytes(each.content, policy=default) for each in self.taken]  # type: ignore[arg-type]


@asynccontextmanager
async def office(
    tls: ssl.SSLContext | None = None, *, login: bool = False, implicit: bool = False
) -> AsyncIterator[Office]:
    """A mail server on a port of this machine."""
    made, loop = Office(), asyncio.get_running_loop()
    made.login = login

    def line() -> SMTP:
        smtp = SMTP(
            made,
            enable_SMTPUTF8=True,
            hostname="mail.example.org",
            tls_context=None if implicit else tls,
            require_starttls=tls is not None and not implicit,
            auth_required=login,
            auth_require_tls=tls is not None and not implicit,
            authenticator=made.authenticate if login else None,
            loop=loop,
        )
        made.lines.append(smtp)
        return smtp

    listening = await loop.create_server(line, "127.0.0.1", 0, ssl=tls if implicit else None)
    made.port = listening.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        made.free.set()
        listening.close()
        for each in made.lines:
            _cut(each)
        await until(lambda: all(_done(each) for each in made.lines))


def _cut(line: SMTP) -> None:
    if isinstance(line.transport, asyncio.Transport):
        line.transport.abort()


def _done(line: SMTP) -> bool:
    return line._handler_coroutine is None or line._handler_coroutine.done()


class World:
    """A committee on a real store, and mail to its members."""

    def __init__(self, post: Office, people: tuple[Member, ...] = ()) -> None:
        self.office, self.clock = post, FakeClock()
        self.store: Store = open_store("sqlite://")
        state = make.state()
        people = people or tuple(state.members.values())
        state = state.evolve(members={each.id: each for each in people})
        self.store.write(lambda tx: tx.save(None, state))
        self.people = tuple(state.members)
        self.outcomes: list[Outcome] = []
        self.sender: MailSender | None = None
        self.dispatcher: Dispatcher | None = None

    def promise(self, member: str, key: str, content: Content | None = None) -> None:
        """Promise a member a mail."""
        say = Say(
            key=key, to=ToMember(member=member), content=content or Notice(text=f"For {key}.")
        )
        now = self.clock()
        message = make.promised(
            key,
            place=Place(platform=PLATFORM, tenant="local", channel=f"@{member}"),
            payload=say.model_dump_json(),
            due_at=now,
            created_at=now,
        )
        assert self.store.write(lambda tx: tx.promise(message))

    def change(self, member: str, **fields: Any) -> None:
        """Change a member."""
        before = self.store.read().state("c1")
        people = {**before.members, member: before.members[member].evolve(**fields)}
        after = make.bump(before, before.evolve(members=people))
        self.store.write(lambda tx: tx.save(before, after))

    def pending(self, *members: str) -> int:
        """How many mails members still wait for."""
        return sum(self.store.read().pending(PLATFORM, "local", f"@{m}") for m in members)

    def leased(self) -> int:
        """How many are on their way."""
        return self.pending(*self.people) - self.store.read().outbox_depth()[0]

    async def told(self, tries: int) -> list[Outcome]:
        """What became of so many tries, once all of it is noted."""
        if self.dispatcher is not None:
            self.dispatcher.nudge()
        await until(lambda: len(self.outcomes) >= tries and self.leased() == 0)
        assert len(self.outcomes) == tries
        return self.outcomes

    async def send(self, message: OutboxMessage) -> Outcome:
        """One try, by the real sender."""
        assert self.sender is not None
        outcome = await self.sender.send(message)
        self.outcomes.append(outcome)
        return outcome

    def server(
        self, security: Security = "plain", password: str = "", trust: ssl.SSLContext | None = None
    ) -> Server:
        """How the office is reached; a password alone means the right name."""
        port, user = self.office.port, USER if password else ""
        return Server("127.0.0.1", port, security, user, password, trust)

    @asynccontextmanager
    async def sending(self, server: Server | None = None) -> AsyncIterator[Dispatcher]:
        """The dispatcher, running."""
        relay = Relay(server or self.server(), "example.org", self.clock)
        self.sender = MailSender(self.store, self.clock, relay, FROM, lambda: BASE)
        found = self.dispatcher = Dispatcher(self.store, self.clock, self, PLATFORM, "one")
        found.start()
        yield found
        await found.stop()
        await self.sender.close()


def run(
    test: Callable[[World], Coroutine[Any, Any, None]],
) -> Callable[[], None]:
    """Run a test's coroutine with an open office, on a loop of its own."""

    async def inner() -> None:
        async with office() as post:
            world = World(post)
            try:
                await test(world)
            finally:
                world.store.close()

    def outer() -> None:
        asyncio.run(inner())

    outer.__name__, outer.__doc__ = test.__name__, test.__doc__
    return outer
