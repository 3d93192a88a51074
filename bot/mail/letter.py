"""A mail as it goes over the line: its headers and both its parts. Pure.

Its id is made of the promise that it keeps, so that a copy that came twice is known as the same. The
headers say that a machine wrote it, so that no holiday notice answers
(https://www.rfc-editor.org/rfc/rfc3834), and where one can change what is sent.
"""

import hashlib
import re
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import NamedTuple

from bot.core.words import short
from bot.mail.render import Rendered

NAME = 60
"""Characters of a name that stand in a header."""
LINE = 900
"""Bytes of a header's line: addresses are never broken (998 are allowed)."""
MAILBOX = re.compile(r"([^\s@<>()\[\]\\,;:\"\x00-\x1f\x7f-\x9f]{1,64})@([\w.-]{1,253})")


class Mailbox(NamedTuple):
    """Whom a mail is from or to."""

    address: str
    name: str = ""


class Letter(NamedTuple):
    """What the server is handed."""

    sender: str
    to: str
    ref: str
    """The Message-ID."""
    body: bytes
    utf8: bool
    """Whether an address in it needs SMTPUTF8."""


def readable(address: str) -> str:
    """The address as servers know it (its host in ASCII); "" where it is none."""
    found = MAILBOX.fullmatch(address.strip())
    if found is None or found[1].startswith(".") or found[1].endswith(".") or ".." in found[1]:
        return ""
    try:
        return f"{found[1]}@{found[2].encode('idna').decode('ascii').lower()}"
    except UnicodeError:
        return ""


def message_id(committee: str, key: str, sender: str) -> str:
    """The Message-ID of what was promised under a key."""
    named = hashlib.sha256(f"{committee}\n{key}".encode()).hexdigest()[:40]
    return f"<{named}@{sender.rpartition('@')[2]}>"


def letter(
    words: Rendered, sender: Mailbox, to: Mailbox, *, ref: str, now: datetime, settings: str
) -> Letter:
    """Put a mail together.

    The addresses are as `readable` gave them; `ref` is its Message-ID, `settings` the address of the
    page where its reader chooses what is sent.
    """
    made = EmailMessage(SMTPUTF8)
    made["From"] = _address(sender)
    made["To"] = _address(to)
    made["Subject"] = short(words.subject, 200)
    made["Date"] = now
    made["Message-ID"] = ref
    made["Auto-Submitted"] = "auto-generated"
    made["X-Auto-Response-Suppress"] = "All"
    made["List-Unsubscribe"] = f"<{settings}>"
    made.set_content(words.text, cte="quoted-printable")
    made.add_alternative(words.html, subtype="html", cte="quoted-printable")
    made["Content-Language"] = "en"  # last: until there are parts, it would become the first one's
    utf8 = not (sender.address + to.address).isascii()
    policy = SMTPUTF8 if utf8 else SMTP
    body = made.as_bytes(policy=policy.clone(max_line_length=LINE, cte_type="7bit"))
    return Letter(sender.address, to.address, ref, body, utf8)


def _address(box: Mailbox) -> Address:
    # In its parts: an address in one piece is refused where its name is not in ASCII.
    local, _, host = box.address.rpartition("@")
    return Address(display_name=short(box.name, NAME), username=local, domain=host)
