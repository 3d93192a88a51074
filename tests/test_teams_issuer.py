"""The tests' own issuer of tokens: what it calls right is right, and what it calls wrong is wrong."""

from collections.abc import Iterator
from typing import Any

import httpx
import jwt
import pytest

from tests.local_server import LocalServer, Reply, Request
from tests.teams_issuer import APP_ID, ISSUER, KEYS, Issuer, SigningProxy


@pytest.fixture
def issuer() -> Iterator[Issuer]:
    """A local issuer."""
    made = Issuer()
    yield made
    made.close()


SERVICE = "https://smba.example.org/teams/"


def accepted(issuer: Issuer, header: str | None) -> bool:
    """What a careful bot does, with the keys that are served right now."""
    parts = (header or "").split(" ")
    if len(parts) != 2 or parts[0] != "Bearer":
        return False
    keys = httpx.get(httpx.get(issuer.metadata_url).json()["jwks_uri"]).json()["keys"]
    try:
        kid = jwt.get_unverified_header(parts[1]).get("kid")
        key = next((k for k in keys if k["kid"] == kid and "msteams" in k["endorsements"]), None)
        if key is None:
            return False
        claims = jwt.decode(
            parts[1], jwt.PyJWK(key, "RS256").key, ["RS256"], audience=APP_ID, issuer=ISSUER,
            options={"require": ["exp"]},
        )  # fmt: skip
    except jwt.InvalidTokenError:
        return False
    return bool(claims.get("serviceurl") == SERVICE)


def test_only_right_tokens_are_right(issuer: Issuer) -> None:
    """The right one is accepted, and each of the wrong ones is refused by a careful reader."""
    assert accepted(issuer, issuer.header(SERVICE))
    wrong = issuer.wrong_headers(SERVICE)
    assert [what for what, header in wrong.items() if accepted(issuer, header)] == []
    assert len(wrong) == len(set(wrong.values()))


def test_keys_are_rotated(issuer: Issuer) -> None:
    """Old tokens end with their key, new ones are right at once; the asking is counted."""
    old = issuer.header(SERVICE)
    issuer.rotate()
    assert not accepted(issuer, old)
    assert accepted(issuer, issuer.header(SERVICE))
    assert issuer.requests[KEYS] == 2
    issuer.down = True
    assert httpx.get(issuer.metadata_url).status_code == 503


class Bot(LocalServer):
    """Answers each activity in the same strange way."""

    def __init__(self) -> None:
        self.came: list[Any] = []
        self.authorizations: list[str | None] = []
        super().__init__()

    def answer(self, request: Request) -> Reply:
        self.came.append(request.json())
        self.authorizations.append(request.headers.get("authorization"))
        return Reply(418, {"statusCode": 418, "value": "ü"})


def test_the_proxy_signs_and_hands_back(issuer: Issuer) -> None:
    """The token is for the activity's service URL; the bot's answer comes back as it was."""
    bot = Bot()
    proxy = SigningProxy(issuer, bot.url)
    activity = {"type": "invoke", "name": "task/fetch", "serviceUrl": SERVICE, "text": "ä"}
    answer = httpx.post(proxy.endpoint, json=activity)
    assert (answer.status_code, answer.json()) == (418, {"statusCode": 418, "value": "ü"})
    assert bot.came == [activity]
    assert accepted(issuer, bot.authorizations[0])
    proxy.sign = lambda _: None
    httpx.post(proxy.endpoint, json=activity)
    assert bot.authorizations[1] is None
    proxy.close()
    bot.close()
