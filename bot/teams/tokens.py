"""What has to hold of a request before the SDK looks at its token's signature. Pure.

Microsoft's rules for a bot that is called by a channel
(https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication):
the token is RS256 by a known key, of the right issuer, for this bot, not expired, and names the very
service address of the activity. The SDK lets a missing address, a missing expiry and other issuers'
tokens through, so all of it is asked for here first.
"""

import ipaddress
import re
from collections.abc import Container
from typing import Any, NamedTuple
from urllib.parse import SplitResult, urlsplit

import jwt

CHANNEL = "msteams"
ISSUER = "https://api.botframework.com"
HOSTS = re.compile(r"smba\.trafficmanager\.net|([a-z0-9-]+\.)+botframework\.com")
"""Where Microsoft's connector services are, for all of public Teams."""
LONGEST = 16_384
"""Characters of a header; a real token has about 1,500."""


class Claim(NamedTuple):
    """A token that may be good, once its signature is."""

    key: str
    """The id of the key that it says it is signed with."""


def trusted(url: object, others: Container[str] = ()) -> bool:
    """Whether a service address is one of Microsoft's, over HTTPS; `others` are hosts of tests."""
    parts = _plain(url)
    if parts is None:
        return False
    if parts.netloc in others:
        return True
    ours = HOSTS.fullmatch(parts.hostname or "") is not None
    return ours and parts.scheme == "https" and parts.port in (None, 443)


def on_this_machine(url: object) -> bool:
    """Whether a service address is on this machine: the only one that is spoken to without an app id."""
    parts = _plain(url)
    host = (parts.hostname or "") if parts else ""
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _plain(url: object) -> SplitResult | None:
    """The parts of a web address; None where it is none, or not every program would call the same host."""
    if not isinstance(url, str) or not (url.isascii() and url.isprintable()):
        return None
    if any(sign in url for sign in " \\@?#"):
        return None
    try:
        parts = urlsplit(url)
        found = parts.scheme in ("http", "https") and parts.port != 0
    except ValueError:  # a port that is no number, half an IPv6 address
        return None
    return parts if found else None


def claim(header: str, app: str, service: str) -> Claim | None:
    """What a header claims, where its token can be right at all; None where it can't.

    Nothing of it is proved: that is the signature's part.
    """
    scheme, _, token = header.partition(" ")
    if scheme != "Bearer" or not token or len(token) > LONGEST or not token.isascii():
        return None
    try:
        head: dict[str, Any] = jwt.get_unverified_header(token)
        said: dict[str, Any] = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, ValueError, RecursionError):
        return None
    key = head.get("kid")
    good = (
        head.get("alg") == "RS256"
        and isinstance(key, str)
        and bool(key)
        and said.get("iss") == ISSUER
        and said.get("aud") == app
        and said.get("serviceurl") == service
        and type(said.get("exp")) is int
        and all(type(said.get(name, 0)) is int for name in ("nbf", "iat"))
    )
    return Claim(key) if good and isinstance(key, str) else None
