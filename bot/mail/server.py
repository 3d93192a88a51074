"""The mail server: a connection to it, safe and logged in, or the reason why there is none.

Each step is taken by itself, so that the reason is known: whoever runs Convenor reads it from the
doctor (bot.cli.doctor_mail), and what waits for the server from the log.
"""

import asyncio
import socket
import ssl
from dataclasses import dataclass, field
from typing import Literal

from aiosmtplib import (
    SMTP,
    SMTPAuthenticationError,
    SMTPException,
    SMTPResponseException,
    SMTPTimeoutError,
)

# All that one letter can take stays below what the dispatcher gives a sending (bot.core.dispatch).
OPENING = 15.0
"""Seconds until a connection stands, with all its steps."""
STEP = 10.0
"""Seconds for one answer of the server."""
LEAVING = 2.0
"""Seconds for a goodbye, or for an answer that is not worth waiting for."""

Security = Literal[
    "tls",  # from the first byte
    "starttls",  # before anything is said; without it nothing is
    "plain",  # on this machine alone
]
Kind = Literal[
    "name",  # its name is not found
    "closed",  # nobody listens there
    "late",
    "certificate",  # it is not who it should be, or nobody vouches for it
    "secure",  # no safe connection for another reason
    "no_starttls",  # it offers none
    "no_login",  # it offers none that we know
    "login",  # it refuses the name or password
    "busy",  # not just now
    "refused",  # it does not want to talk
    "broken",  # any other fault of the connection
]
MISSET = frozenset({"name", "certificate", "no_starttls", "no_login", "login", "refused", "sender"})
"""Somebody has to act before it gets better."""


@dataclass(frozen=True)
class Server:
    """Where mail is handed in, and as whom; without a user nobody logs in."""

    host: str
    port: int
    security: Security = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    trust: ssl.SSLContext | None = field(default=None, repr=False)
    """Whom to believe; None for those that this machine's system believes."""


class Unopened(Exception):
    """There is no connection; `code` is what the server said, 0 where it said nothing."""

    def __init__(self, kind: Kind, code: int = 0) -> None:
        super().__init__(kind)
        self.kind: Kind = kind
        self.code = code


async def opened(server: Server, hello: str) -> SMTP:
    """A connection over which mail can be sent; `hello` is the name that we give. Raises Unopened."""
    smtp = SMTP(
        hostname=server.host,
        port=server.port,
        use_tls=server.security == "tls",
        start_tls=False,  # a step of its own, below
        local_hostname=hello,
        timeout=STEP,
        tls_context=server.trust,
    )
    try:
        async with asyncio.timeout(OPENING):
            await _steps(smtp, server)
    except Unopened:
        smtp.close()
        raise
    except (SMTPException, OSError, ValueError, UnicodeError) as error:
        smtp.close()
        raise _why(error) from error
    except BaseException:
        smtp.close()
        raise
    return smtp


async def _steps(smtp: SMTP, server: Server) -> None:
    await smtp.connect()
    await smtp.ehlo()
    if server.security == "starttls":
        if not smtp.supports_extension("starttls"):
            raise Unopened("no_starttls")
        await smtp.starttls()
        await smtp.ehlo()
    if server.user:
        if not smtp.supported_auth_methods:
            raise Unopened("no_login")
        await smtp.login(server.user, server.password)


def _why(error: BaseException) -> Unopened:
    causes: list[BaseException] = []
    at: BaseException | None = error
    while at is not None and at not in causes:
        causes.append(at)
        at = at.__cause__
    for kind, types in _KINDS:
        if any(isinstance(each, types) for each in causes):
            return Unopened(kind)
    code = next((each.code for each in causes if isinstance(each, SMTPResponseException)), 0)
    if 400 <= code < 500:
        return Unopened("busy", code)
    if isinstance(error, SMTPAuthenticationError):
        return Unopened("login", code)
    return Unopened("refused" if code >= 500 else "broken", code)


_KINDS: tuple[tuple[Kind, tuple[type[BaseException], ...]], ...] = (
    ("certificate", (ssl.SSLCertVerificationError,)),
    ("secure", (ssl.SSLError,)),
    ("name", (socket.gaierror, UnicodeError)),
    ("closed", (ConnectionRefusedError,)),
    ("late", (TimeoutError, SMTPTimeoutError)),
)


async def leave(smtp: SMTP) -> None:
    """Say goodbye, if the server still listens, and close."""
    try:
        async with asyncio.timeout(LEAVING):
            await smtp.quit()
    except (SMTPException, OSError):
        pass  # it is gone already
    finally:
        smtp.close()
