"""What is set for mail, looked at before anything is built on it.

CONVENOR_SMTP_URL says where mail is handed in. To another machine nothing is ever sent in the clear:
`smtp://` stands for STARTTLS there, and without it nothing is said; only to this machine itself it is plain.
"""

import re
from dataclasses import dataclass, field
from email.errors import MessageError
from email.headerregistry import Address
from email.utils import getaddresses
from typing import Literal
from urllib.parse import unquote, urlsplit

from bot.config import ConfigError, Settings, is_loopback

# -- words ---------------------------------------------------------------------------------------

EXAMPLE_URL = "smtp://name:password@mail.example.org:587"
EXAMPLE_FROM = "Convenor <convenor@example.org>"
NO_URL = (
    "CONVENOR_MAIL_FROM is set, but CONVENOR_SMTP_URL is not. It says where mail is handed in, such as "
    f"{EXAMPLE_URL}."
)
NO_FROM = (
    "CONVENOR_SMTP_URL is set, but CONVENOR_MAIL_FROM is not. It says whom mail is from, such as "
    f"{EXAMPLE_FROM}."
)
BAD_SMTP_URL = (
    f"CONVENOR_SMTP_URL has to be an address such as {EXAMPLE_URL}, or with smtps:// and port 465. "
    "Signs in the name or password that an address uses itself are written as in one: @ is %40, "
    "/ is %2F, # is %23, % is %25."
)
HALF_LOGIN = (
    "CONVENOR_SMTP_URL has a name or a password without the other. A server that asks for neither has "
    "an address such as smtp://mail.example.org:587."
)
BAD_FROM = f"CONVENOR_MAIL_FROM has to be one e-mail address, such as {EXAMPLE_FROM}."

STARTTLS_PORT, TLS_PORT, LOCAL_PORT = 587, 465, 25
HOST = re.compile(r"[\w.:-]{1,253}")
LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")


@dataclass(frozen=True)
class MailSettings:
    """What is set for mail, read."""

    host: str
    port: int
    security: Literal["tls", "starttls", "plain"]
    user: str
    password: str = field(repr=False)
    address: str
    """Whom mail is from; its host in ASCII."""
    name: str
    """And that one's name; "" for none."""


def mail_settings(settings: Settings) -> MailSettings:
    """Read what is set for mail. Raises ConfigError where it does not do."""
    url, sender = settings.smtp_url.get_secret_value(), settings.mail_from
    way = _way(url) if url else NO_URL
    box = _mailbox(sender) if sender else NO_FROM
    wrong = [each for each in (way, box) if isinstance(each, str)]
    if isinstance(way, str) or isinstance(box, str):
        raise ConfigError(*wrong)
    return MailSettings(*way, *box)


Way = tuple[str, int, Literal["tls", "starttls", "plain"], str, str]


def _way(url: str) -> Way | str:
    """Host, port, security, user and password; or what is wrong."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return BAD_SMTP_URL
    if parts.scheme not in ("smtp", "smtps") or not HOST.fullmatch(host) or port == 0:
        return BAD_SMTP_URL
    if parts.path not in ("", "/") or parts.query or parts.fragment:
        return BAD_SMTP_URL
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    if bool(user) != bool(password):
        return HALF_LOGIN
    if parts.scheme == "smtps":
        return host, port or TLS_PORT, "tls", user, password
    if is_loopback(host):
        return host, port or LOCAL_PORT, "plain", user, password
    return host, port or STARTTLS_PORT, "starttls", user, password


def _mailbox(text: str) -> tuple[str, str] | str:
    """Address and name; or what is wrong."""
    boxes = getaddresses([text]) if text.isprintable() else []
    if len(boxes) != 1:
        return BAD_FROM
    ((name, found),) = boxes
    local, _, host = found.rpartition("@")
    try:
        address = f"{local}@{host.encode('idna').decode('ascii').lower()}"
        Address(display_name=name, addr_spec=address)
    except (MessageError, ValueError, IndexError):
        return BAD_FROM
    if not LOCAL.fullmatch(local) or not HOST.fullmatch(host) or ":" in host:
        return BAD_FROM
    return address, name
