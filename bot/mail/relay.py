"""Hands letters to the mail server, one after another over one connection, and says what became of each.

SMTP has no look-up: once the letter itself is on its way, a connection that breaks before the server's
last word leaves it open whether it arrived. A server that can't be reached, or turns all of us away, is
left alone for a while: every letter then waits without asking it again.
"""

import asyncio
import logging
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from aiosmtplib import (
    SMTP,
    SMTPDataError,
    SMTPException,
    SMTPRecipientRefused,
    SMTPResponseException,
    SMTPSenderRefused,
)

from bot.core.dispatch import Delivered, Hopeless, Later, Outcome
from bot.mail.letter import Letter
from bot.mail.server import LEAVING, MISSET, STEP, Server, Unopened, leave, opened

TURN = 5.0
"""Seconds that a letter stands in line; after that it comes back later, so that none is broken off by
the dispatcher, which would have to take it for sent."""
PACE = 0.3
"""Seconds that each letter before it makes one come back later."""
HANDING = 30.0
"""Seconds for the letter itself, with the server's last word."""
IDLE = 10.0
"""Seconds that a connection is kept for the next letter."""
AWAY, FOR_PEOPLE = timedelta(minutes=1), timedelta(minutes=15)
"""How long a server is left alone: one that can't be reached, and one where somebody has to act."""
SAY_AGAIN = timedelta(hours=1)
"""How often the log says that nothing goes out for the same reason."""
CLOSING, NEEDS_LOGIN, DONE = 421, 530, 250
NO_SUCH = (550, 551, 553)
"""What is said of addresses that are none (RFC 5321, section 4.2.3), and at times of much else."""
ENHANCED = re.compile(r"\s*5\.([0-9]{1,3})\.[0-9]{1,3}\b")
OUR_OWN = re.compile(r"relay|denied|authenti|log ?in|blocked|blacklist|spam|policy", re.IGNORECASE)

log = logging.getLogger(__name__)


def _of_the_address(error: SMTPResponseException) -> bool:
    """Whether a refusal is about the address or its mailbox, and not the server's or our own doing.

    An enhanced code says so by its second number, 1 or 2 (RFC 3463, section 3). Without one, a relay
    that does not know us answers with the same codes as one that does not know the address.
    """
    if enhanced := ENHANCED.match(error.message):
        return enhanced[1] in ("1", "2")
    return error.code in NO_SUCH and not OUR_OWN.search(error.message)


class _Lost(Exception):
    """The connection broke before the letter itself was on its way."""


class Relay:
    """One process's way to the mail server."""

    def __init__(self, server: Server, hello: str, clock: Callable[[], datetime]) -> None:
        """Take `hello`, the name that we give ourselves."""
        self._server, self._hello, self._clock = server, hello, clock
        self._turn = asyncio.Lock()
        self._waiting = 0
        self._smtp: SMTP | None = None
        self._alone: tuple[datetime, str] | None = None
        """Until when the server is left alone, and why."""
        self._said: tuple[datetime, str] | None = None
        self._rest: asyncio.TimerHandle | None = None
        self._ending: asyncio.Task[None] | None = None

    async def send(self, letter: Letter) -> Outcome:
        """Hand one letter over."""
        self._waiting += 1
        try:
            async with asyncio.timeout(TURN):
                await self._turn.acquire()
        except TimeoutError:
            return Later(after=TURN + PACE * self._waiting, keep=True, reason="turn")
        finally:
            self._waiting -= 1
        try:
            return self._left_alone() or await self._carry(letter)
        finally:
            self._keep_for_a_while()
            self._turn.release()

    async def close(self) -> None:
        """End the connection, if there is one."""
        async with self._turn:
            await self._end()
        if self._ending is not None:
            await self._ending

    # -- one letter -----------------------------------------------------------------------------

    async def _carry(self, letter: Letter) -> Outcome:
        used = self._smtp is not None and self._smtp.is_connected
        try:
            return await self._try(letter)
        except _Lost:
            if not used:
                return Later(reason="lost")
        try:
            return await self._try(letter)  # the server had closed a connection that was idle
        except _Lost:
            return Later(reason="lost")

    async def _try(self, letter: Letter) -> Outcome:
        try:
            smtp = await self._connected()
        except Unopened as error:
            return self._leave_alone(error.kind, error.code)
        clean = False
        try:
            outcome = await self._address(smtp, letter) or await self._hand_over(smtp, letter)
            if isinstance(outcome, Delivered):
                clean = True
                self._well()
            else:
                clean = await self._begun_anew(smtp)
        finally:
            if not clean:  # broken off, or nobody knows what the server would say next
                self._drop()
        return outcome

    async def _connected(self) -> SMTP:
        if self._smtp is None or not self._smtp.is_connected:
            self._smtp = await opened(self._server, self._hello)
        return self._smtp

    async def _address(self, smtp: SMTP, letter: Letter) -> Outcome | None:
        """Say whom it is from and to; None where the server takes both. Raises _Lost."""
        if letter.utf8 and not smtp.supports_extension("smtputf8"):
            return Hopeless(reason="no_smtputf8", unreachable=True)
        options = ("SMTPUTF8",) if letter.utf8 else ()
        encoding = "utf-8" if letter.utf8 else "ascii"
        try:
            async with asyncio.timeout(STEP):
                await smtp.mail(letter.sender, options=options, encoding=encoding)
                await smtp.rcpt(letter.to, encoding=encoding)
        except SMTPResponseException as error:
            return self._turned_away(error)
        except (SMTPException, OSError) as error:
            raise _Lost from error
        return None

    def _turned_away(self, error: SMTPResponseException) -> Outcome:
        code = error.code
        if code == CLOSING:
            raise _Lost from error
        if code == NEEDS_LOGIN:
            return self._leave_alone("no_login", code)
        if isinstance(error, SMTPSenderRefused) and code >= 500:
            return self._leave_alone("sender", code)
        if isinstance(error, SMTPRecipientRefused) and code >= 500:
            return Hopeless(reason=f"rcpt_{code}", unreachable=_of_the_address(error))
        return Later(reason=f"server_{code}")

    async def _hand_over(self, smtp: SMTP, letter: Letter) -> Outcome:
        """The letter itself: whatever breaks from here on may have come too late to stop it."""
        try:
            async with asyncio.timeout(HANDING):
                await smtp.data(letter.body, timeout=HANDING)
        except SMTPDataError as error:
            if 400 <= error.code < 500:
                return Later(reason=f"data_{error.code}")
            if error.code >= 500:
                return Hopeless(reason=f"data_{error.code}")
            return Later(unsure=True, reason="odd")
        except (SMTPException, OSError) as error:
            return Later(unsure=True, reason=type(error).__name__)
        return Delivered(ref=letter.ref)

    async def _begun_anew(self, smtp: SMTP) -> bool:
        """Whether the connection can be used again after a letter that was not taken."""
        if not smtp.is_connected:
            return False
        try:
            async with asyncio.timeout(LEAVING):
                await smtp.rset()
        except (SMTPException, OSError):
            return False
        return True

    # -- leaving the server alone ---------------------------------------------------------------

    def _leave_alone(self, why: str, code: int) -> Later:
        now = self._clock()
        wait = FOR_PEOPLE if why in MISSET else AWAY
        self._alone = (now + wait, why)
        if self._said is None or self._said[1] != why or now - self._said[0] >= SAY_AGAIN:
            self._said = (now, why)
            log.error("no mail goes out reason=%s code=%d", why, code)
        return Later(after=wait.total_seconds(), reason=why)

    def _well(self) -> None:
        if self._said is not None:
            log.info("mail goes out again")
            self._said = None

    def _left_alone(self) -> Later | None:
        if self._alone is None:
            return None
        left = (self._alone[0] - self._clock()).total_seconds()
        return Later(after=left, reason=self._alone[1]) if left > 0 else None

    # -- the connection -------------------------------------------------------------------------

    def _keep_for_a_while(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        self._rest = None
        if self._smtp is not None:
            self._rest = asyncio.get_running_loop().call_later(IDLE, self._rested)

    def _rested(self) -> None:
        self._ending = asyncio.ensure_future(self._end_if_idle())

    async def _end_if_idle(self) -> None:
        if not self._turn.locked():
            async with self._turn:
                await self._end()

    async def _end(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        smtp, self._smtp = self._smtp, None
        if smtp is not None and smtp.is_connected:
            await leave(smtp)

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
        self._smtp = None
