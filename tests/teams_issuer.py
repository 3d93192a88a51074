"""The issuer of the Bot Framework's tokens, for tests: a local one, with keys that can be rotated.

`Issuer` serves the OpenID metadata and the keys, and makes tokens: right ones, and by `wrong_headers`
every kind that has to be refused. `SigningProxy` stands between a client that signs nothing (the
Agents Playground) and the bot, and adds the token that Teams would have sent.

What a right token looks like:
https://learn.microsoft.com/azure/bot-service/rest-api/bot-framework-rest-connector-authentication
"""

import base64
import hashlib
import hmac
import json
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import httpx
import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from tests.local_server import LocalServer, Reply, Request
from tests.local_slack import PATIENCE

APP_ID = str(uuid.uuid5(uuid.NAMESPACE_DNS, "app.teams.example.org"))
ISSUER = "https://api.botframework.com"
METADATA = "/v1/.well-known/openidconfiguration"
KEYS = "/v1/.well-known/keys"
HOUR = 3600
SKEW = 2 * HOUR
"""Far beyond any tolerance for clocks that differ."""


@cache
def _private(number: int) -> RSAPrivateKey:
    """A key of this run; they are made once, because making one takes long."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Key:
    """One signing key, and for which channels its tokens may be used."""

    kid: str
    private: RSAPrivateKey
    endorsements: tuple[str, ...] = ("msteams",)

    def public(self) -> dict[str, Any]:
        """As it stands among the keys that are served."""
        made: dict[str, Any] = RSAAlgorithm.to_jwk(self.private.public_key(), as_dict=True)
        return made | {"use": "sig", "kid": self.kid, "x5t": self.kid,
                       "endorsements": list(self.endorsements)}  # fmt: skip


class Issuer(LocalServer):
    """Serves its keys from the start; `metadata_url` is what a bot is to be pointed at."""

    def __init__(self, app_id: str = APP_ID) -> None:
        self.app_id = app_id
        self.keys: dict[str, Key] = {}
        self.requests: Counter[str] = Counter()
        self.down = False
        """Set: everything is answered with 503."""
        self._made = 0
        self.rotate()
        super().__init__()
        self.metadata_url = self.url + METADATA

    # -- keys ---------------------------------------------------------------------------------------

    def add(self, *endorsements: str) -> Key:
        """Serve one more key, endorsed for these channels (Teams, where none is named)."""
        key = self.key(*endorsements)
        self.keys = self.keys | {key.kid: key}
        return key

    def rotate(self) -> Key:
        """Serve other keys instead of all that were there; tokens are signed with the new one.

        A second key, `elsewhere`, is served beside it, and endorsed for another channel only.
        """
        self.keys = {}
        self.current, self.elsewhere = self.add(), self.add("webchat")
        return self.current

    def key(self, *endorsements: str) -> Key:
        """A key that is not served."""
        self._made += 1
        return Key(f"key-{self._made}", _private(self._made), endorsements or ("msteams",))

    def answer(self, request: Request) -> Reply:
        """The metadata, or the keys."""
        self.requests[request.path] += 1
        if self.down:
            return Reply(503)
        if request.path == METADATA:
            return Reply(200, {
                "issuer": ISSUER,
                "jwks_uri": self.url + KEYS,
                "id_token_signing_alg_values_supported": ["RS256"],
                "token_endpoint_auth_methods_supported": ["private_key_jwt"],
            })  # fmt: skip
        if request.path == KEYS:
            return Reply(200, {"keys": [key.public() for key in self.keys.values()]})
        return Reply(404)

    # -- tokens -------------------------------------------------------------------------------------

    def claims(self, service_url: str | None, **changed: Any) -> dict[str, Any]:
        """What a token says; `changed` claims say something else, and those that are None nothing."""
        now = int(time.time())  # noqa: TID251 (a token is for the real clock)
        claims = {"iss": ISSUER, "aud": self.app_id, "serviceurl": service_url,
                  "nbf": now - 300, "exp": now + HOUR}  # fmt: skip
        return {name: value for name, value in (claims | changed).items() if value is not None}

    def token(
        self,
        service_url: str | None,
        *,
        key: Key | None = None,
        headers: dict[str, Any] | None = None,
        **changed: Any,
    ) -> str:
        """A token, signed with `key`; `headers` and claims say something else, or None for nothing."""
        key = key or self.current
        # PyJWT takes a header that is None away, though its types don't say so.
        shown: dict[str, Any] = {"kid": key.kid, "x5t": key.kid} | (headers or {})
        return jwt.encode(
            self.claims(service_url, **changed), key.private, algorithm="RS256",
            headers={name: value for name, value in shown.items() if value is not None},
        )  # fmt: skip

    def header(self, service_url: str | None, **how: Any) -> str:
        """`token`, as the header Authorization."""
        return f"Bearer {self.token(service_url, **how)}"

    def wrong_headers(self, service_url: str) -> dict[str, str | None]:
        """Every header Authorization that has to be refused, by what is wrong with it."""
        now = int(time.time())  # noqa: TID251
        key, right = self.current, self.token(service_url)
        start, body, end = right.split(".")
        tokens = {
            "garbage": "garbage",
            "garbage in three parts": "gar.ba.ge",
            "no signature": f"{start}.{body}.",
            "expired": self.token(service_url, nbf=now - 2 * SKEW, exp=now - SKEW),
            "not yet valid": self.token(service_url, nbf=now + SKEW, exp=now + 2 * SKEW),
            "without an end": self.token(service_url, exp=None),
            "forged under a known kid": self.token(
                service_url, key=self.key(), headers={"kid": key.kid, "x5t": key.kid}
            ),
            "changed after it was signed": f"{start}.{_part(self.claims(service_url, sub='x'))}.{end}",
            "an unknown kid": self.token(service_url, key=self.key()),
            "without a kid": self.token(service_url, headers={"kid": None, "x5t": None}),
            "HS256 with the public key": _hs256(key, self.claims(service_url)),
            "alg none": _unsigned(key, self.claims(service_url)),
            "another issuer": self.token(service_url, iss="https://sts.example.org"),
            "without an issuer": self.token(service_url, iss=None),
            "for another app": self.token(service_url, aud=str(uuid.uuid4())),
            "for nobody": self.token(service_url, aud=None),
            "for another service URL": self.token(service_url, serviceurl="https://smba.example.org/"),
            "without a service URL": self.token(None),
            "a key endorsed for another channel": self.token(service_url, key=self.elsewhere),
        }  # fmt: skip
        return {
            "none": None,
            "empty": "",
            "only the scheme": "Bearer",
            "without the scheme": right,
            "another scheme": f"Basic {right}",
            "something behind the token": f"Bearer {right} x",
        } | {what: f"Bearer {token}" for what, token in tokens.items()}


def _part(of: dict[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(of).encode()).rstrip(b"=").decode()


def _unsigned(key: Key, claims: dict[str, Any]) -> str:
    return f"{_part({'alg': 'none', 'typ': 'JWT', 'kid': key.kid})}.{_part(claims)}."


def _hs256(key: Key, claims: dict[str, Any]) -> str:
    """Signed with what everybody has, as if it were a secret; PyJWT would refuse to make it."""
    pem = key.private.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    signed = f"{_part({'alg': 'HS256', 'typ': 'JWT', 'kid': key.kid})}.{_part(claims)}"
    digest = hmac.new(pem, signed.encode(), hashlib.sha256).digest()
    return f"{signed}.{base64.urlsafe_b64encode(digest).rstrip(b'=').decode()}"


NOT_HANDED_ON = {"host", "content-length", "connection", "accept-encoding", "authorization"}


class SigningProxy(LocalServer):
    """Hands every POST on to the bot with a fresh token for its service URL, and the answer back.

    `sign` may be set to something else: a function from the activity to the header.
    """

    def __init__(self, issuer: Issuer, bot_url: str) -> None:
        self.bot_url = bot_url
        self.sign: Callable[[dict[str, Any]], str | None] = lambda activity: issuer.header(
            activity.get("serviceUrl")
        )
        self._http = httpx.Client(timeout=PATIENCE)
        super().__init__()
        self.endpoint = f"{self.url}/api/messages"

    def answer(self, request: Request) -> Reply:
        """Sign, and hand on."""
        if request.method != "POST":
            return Reply(405)
        headers = {k: v for k, v in request.headers.items() if k not in NOT_HANDED_ON}
        signed = self.sign(request.json())
        if signed is not None:
            headers["authorization"] = signed
        return handed_on(self._http, "POST", self.bot_url, headers, request.body)

    def close(self) -> None:
        """Stop."""
        super().close()
        self._http.close()


def handed_on(
    http: httpx.Client, method: str, url: str, headers: dict[str, str], body: bytes
) -> Reply:
    """The answer of whoever is behind a proxy, unchanged; 502 where nobody is."""
    try:
        got = http.request(method, url, headers=headers, content=body)
    except httpx.TransportError as lost:
        return Reply(502, {"error": f"nobody answers behind the proxy: {lost!r}"})
    kept = {k: v for k, v in got.headers.items() if k.lower() in ("content-type", "retry-after")}
    return Reply(got.status_code, got.content, kept)
