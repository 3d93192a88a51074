"""`convenor doctor` on mail: the settings, and what the mail server says of them. Nothing is sent."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from bot.cli.doctor import Check, State
from bot.config_mail import EXAMPLE_FROM, EXAMPLE_URL

if TYPE_CHECKING:
    from bot.config import Settings
    from bot.config_mail import MailSettings

# -- words ---------------------------------------------------------------------------------------

NOT_SET = "Mail is not set up, so Convenor sends none"
HOW_SET = f"CONVENOR_SMTP_URL={EXAMPLE_URL} and CONVENOR_MAIL_FROM={EXAMPLE_FROM} set it up."
TOGETHER = "What is set for mail goes together"
LINKS = "CONVENOR_PUBLIC_URL is not set, so the links in mail lead to this machine alone"
HOW_LINKS = "Set it to the address that people type, such as https://convenor.example.org."

LOGGED_IN = "{server} takes the name and password of CONVENOR_SMTP_URL, over a safe connection"
LOGGED_IN_HERE = "{server} takes the name and password of CONVENOR_SMTP_URL, on this machine"
OPEN = "{server} can be reached over a safe connection; no login is set"
OPEN_HERE = "{server} on this machine can be reached; no login is set"
NOT_SENT = "Whether it delivers mail from {address} shows only when some is sent."

NETWORK = (
    "Look at this machine's network and its firewall; many networks let out 587 or 465, and not 25."
)
COMPARE = "Compare host and port of CONVENOR_SMTP_URL with what your mail provider says."
WRONG = {
    "name": ("The name of {server} is not found", COMPARE),
    "closed": ("Nobody listens at {server}", COMPARE),
    "late": ("{server} does not answer in {seconds} seconds", NETWORK),
    "certificate": (
        "The certificate of {server} is not good for that name, or this machine trusts nobody who vouches for it",
        "Use the name that the certificate has. One of your own goes into the system's certificates.",
    ),
    "secure": (
        "No safe connection to {server} comes about",
        "smtps:// is for port 465, smtp:// for 587. Compare both with what your mail provider says.",
    ),
    "no_starttls": (
        "{server} offers no STARTTLS, so nothing is sent there: others could read it",
        "smtps:// with port 465 is the other safe way, if your mail provider has it.",
    ),
    "no_login": (
        "{server} offers no login with name and password",
        "Look at the port: 587 and 465 are for programs that log in, 25 is for other servers.",
    ),
    "login": (
        "{server} refuses the name or password of CONVENOR_SMTP_URL",
        "Many providers want a password made for programs. Signs such as @ and / are written as %40 and %2F.",
    ),
    "refused": (
        "{server} does not want to talk with this machine",
        "Your mail provider knows why; often this machine's address has to be let in first.",
    ),
    "broken": ("The connection to {server} broke", NETWORK),
}
BUSY, LATER = "{server} is busy, so it was not looked at further", "Try again in a minute."


def mail_checks(settings: "Settings") -> Iterator[Check]:
    """What there is to say of mail."""
    if not settings.mail_set:
        yield Check("mail", State.NOTE, NOT_SET, HOW_SET)
        return
    from bot.config import ConfigError
    from bot.config_mail import mail_settings

    try:
        found = mail_settings(settings)
    except ConfigError as error:
        yield from (Check("mail", State.WRONG, sentence) for sentence in error.sentences)
        return
    yield Check("mail", State.FINE, TOGETHER)
    if not settings.public_url:
        yield Check("mail links", State.NOTE, LINKS, HOW_LINKS)
    yield _server(found)


def _server(found: "MailSettings") -> Check:
    from bot.mail.checkup import PATIENCE, ask
    from bot.mail.server import Server

    name, there = "mail server", f"{found.host}:{found.port}"
    server = Server(found.host, found.port, found.security, found.user, found.password)
    trouble = ask(server, found.address.rpartition("@")[2])
    if trouble is None:
        here = found.security == "plain"
        if found.user:
            said = LOGGED_IN_HERE if here else LOGGED_IN
        else:
            said = OPEN_HERE if here else OPEN
        how = NOT_SENT.format(address=found.address)
        return Check(name, State.FINE, said.format(server=there), how)
    if trouble == "busy":
        return Check(name, State.NOTE, BUSY.format(server=there), LATER)
    said, how = WRONG[trouble]
    return Check(name, State.WRONG, said.format(server=there, seconds=PATIENCE), how)
