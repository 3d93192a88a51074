"""Who may knock at Slack's door: what Slack signed is read, and nothing else is, nor runs anything."""

import asyncio
import hashlib
import hmac
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.app import clock
from bot.asgi import LARGEST
from bot.core.service import Service
from bot.slack.adapter import Setup, Slack
from bot.slack.door import EVENTS
from bot.slack.oauth import INSTALL, REDIRECT
from bot.slack.signature import OLDEST, signed
from storage.sqlite import open_store
from storage.trail import Installation
from tests.local_slack import SIGNING
from tests.slack_office import envelope, message
from tests.slack_world import SECRET

NOW = 1_800_000_000
JSON, FORM = "application/json", "application/x-www-form-urlencoded"
BODY = json.dumps(envelope("T1", message("U0BEN", "hello", "1.1"), "Ev1")).encode()
SSL_CHECK = b"ssl_check=1&token=xyz"

Headers = list[tuple[str, str | bytes]]


class Knocker:
    """A door, and whether anything happened behind it. There is no Slack to call."""

    def __init__(self, **setup: str) -> None:
        self.store = open_store("sqlite://")
        service = Service(self.store, clock)
        base = {"signing_secret": SIGNING, "secret": SECRET, "api_url": "http://127.0.0.1:9/"}
        self.slack = Slack(service, clock, Setup(**(base | setup)), "tests")
        known = Installation(platform="slack", tenant="T1", name="One", user="U0BOT", at=clock())
        self.slack.workspaces.keep(known)
        self.taken: list[Any] = []
        take = self.slack._take

        async def watched(body: Any) -> Any:
            self.taken.append(body)
            return await take(body)

        self.slack._take = watched  # type: ignore[method-assign]
        self.writes = 0
        write, submit = self.store.write, self.store.submit
        self.store.write = lambda work: self._count(write, work)  # type: ignore[method-assign]
        self.store.submit = lambda work: self._count(submit, work)  # type: ignore[method-assign]

    def _count(self, call: Any, work: Any) -> Any:
        self.writes += 1
        return call(work)

    def ask(
        self, body: bytes, headers: Headers, method: str = "POST", path: str = EVENTS
    ) -> httpx.Response:
        """One request, exactly as given."""

        async def asking() -> httpx.Response:
            transport = httpx.ASGITransport(self.slack.door)
            async with httpx.AsyncClient(transport=transport, base_url="http://bot") as client:
                pairs = [
                    (k.encode(), v if isinstance(v, bytes) else v.encode()) for k, v in headers
                ]
                return await client.request(method, path, content=body, headers=pairs)

        return asyncio.run(asking())

    @property
    def untouched(self) -> bool:
        """Whether nothing was run and nothing was written."""
        return not self.taken and not self.writes


@pytest.fixture
def door() -> Iterator[Knocker]:
    """The door as it stands where Slack speaks over HTTP."""
    made = Knocker()
    yield made
    made.store.close()


def signature(body: bytes, stamp: str, secret: str = SIGNING) -> str:
    """What Slack would put beside a body."""
    made = hmac.new(secret.encode(), b"v0:" + stamp.encode() + b":" + body, hashlib.sha256)
    return f"v0={made.hexdigest()}"


def now(late: int = 0) -> str:
    """The present time, or so many seconds before it."""
    return str(int(clock().timestamp()) - late)


def by_slack(body: bytes, kind: str = JSON) -> Headers:
    """The headers that Slack would send."""
    stamp = now()
    return [
        ("content-type", kind),
        ("x-slack-request-timestamp", stamp),
        ("x-slack-signature", signature(body, stamp)),
    ]


def test_what_slack_signed_is_read(door: Knocker) -> None:
    """The other tests of this file would mean nothing where this one fails."""
    assert door.ask(BODY, by_slack(BODY)).status_code == 200
    assert len(door.taken) == 1


def test_slack_may_ask_whose_door_it_is(door: Knocker) -> None:
    """A signed url_verification is answered with its challenge, and nothing is run."""
    body = json.dumps({"type": "url_verification", "challenge": "abc"}).encode()
    answer = door.ask(body, by_slack(body))
    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})
    assert door.untouched


def _strangers() -> dict[str, tuple[bytes, Headers]]:
    stamp = now()
    right = signature(BODY, stamp)

    def headers(stamp: str | bytes, made: str | bytes, kind: str = JSON) -> Headers:
        return [
            ("content-type", kind),
            ("x-slack-request-timestamp", stamp),
            ("x-slack-signature", made),
        ]

    bare: Headers = [("content-type", JSON)]
    times = ("abc", "", "-5", "1e9", "NaN", "0x1", " ", "9" * 15, "9" * 400, "1800000000.5", "+1")
    made = ("", "v0=", "v0", right[3:], f"v1={right[3:]}", right.upper(), right[:-1], right + "0")
    challenge = b'{"type":"url_verification","challenge":"abc"}'
    return {
        "nothing": (BODY, bare),
        "no signature": (BODY, headers(stamp, "")[:2]),
        "no timestamp": (BODY, [bare[0], ("x-slack-signature", right)]),
        "another secret": (BODY, headers(stamp, signature(BODY, stamp, "another"))),
        "another time's": (BODY, headers(now(1), signature(BODY, now(2)))),
        "a changed byte": (BODY.replace(b"hello", b"hellp"), headers(stamp, right)),
        "one byte more": (BODY + b" ", headers(stamp, right)),
        "stale": (BODY, headers(now(310), signature(BODY, now(310)))),
        "early": (BODY, headers(now(-310), signature(BODY, now(-310)))),
        **{f"time {t[:9]!r}": (BODY, headers(t, signature(BODY, t))) for t in times},
        "time in other digits": (BODY, headers("٣".encode(), right)),
        **{f"signature {n}": (BODY, headers(stamp, each)) for n, each in enumerate(made)},
        "signature not ascii": (BODY, headers(stamp, "v0=é".encode("latin-1"))),
        "malformed": (b'{"type":', bare),
        "no body": (b"", bare),
        "ssl_check": (SSL_CHECK, [("content-type", FORM)]),
        "challenge": (challenge, bare),
        "command": (b"command=%2Fconvenor&team_id=T1", [("content-type", FORM)]),
        "two signatures": (BODY, [*headers(stamp, right), ("x-slack-signature", "v0=0")]),
        "two signatures, the right one last": (
            BODY,
            [*headers(stamp, "v0=0"), ("x-slack-signature", right)],
        ),
        "two times": (BODY, [*headers(stamp, right), ("x-slack-request-timestamp", now(9))]),
    }


@pytest.mark.parametrize("who", _strangers())
def test_everything_else_is_turned_away(door: Knocker, who: str) -> None:
    """401 without a word, and nothing is run, written or sent."""
    body, headers = _strangers()[who]
    answer = door.ask(body, headers)
    assert (answer.status_code, answer.content) == (401, b"")
    assert answer.headers["cache-control"] == "no-store"
    assert door.untouched


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'{"type":', JSON),
        (b"[1]", JSON),
        (b'"words"', JSON),
        (b"", JSON),
        (b"\xff\xfe", JSON),
        (b"[" * 100_000, JSON),
        (b"payload=%7Bbroken", FORM),
        (b"payload=[1]", FORM),
        (b"\xff", FORM),
        (b"", FORM),
        (b'{"type":', FORM),
        (BODY, "text/plain"),
        (BODY, ""),
        (BODY, "multipart/form-data; boundary=x"),
    ],
)
def test_what_is_signed_but_can_not_be_read_is_said_so(
    door: Knocker, body: bytes, kind: str
) -> None:
    """400: Slack need not send it again, and it is none of our faults."""
    assert door.ask(body, by_slack(body, kind)).status_code == 400
    assert door.untouched


def test_two_kinds_of_content_are_none(door: Knocker) -> None:
    """Where nobody can say how a body is to be read, it is not read."""
    headers: Headers = [*by_slack(BODY), ("content-type", FORM)]
    assert door.ask(BODY, headers).status_code == 400
    assert door.untouched


def test_a_signed_ssl_check_runs_nothing(door: Knocker) -> None:
    """It is for no workspace of ours."""
    assert door.ask(SSL_CHECK, by_slack(SSL_CHECK, FORM)).status_code == 200
    assert not door.writes


@pytest.mark.parametrize("sound", [True, False])
def test_too_much_is_not_taken_in(door: Knocker, sound: bool) -> None:
    """413, signed or not; one byte less is read."""
    body = urlencode({"payload": json.dumps({"x": "x" * LARGEST})}).encode()
    headers: Headers = by_slack(body, FORM) if sound else []
    assert door.ask(body, headers).status_code == 413
    assert door.untouched
    if sound:
        body = body[:LARGEST].replace(b"payload", b"packing")
        assert door.ask(body, by_slack(body, FORM)).status_code == 200


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE", "OPTIONS"])
def test_only_posts_come_in(door: Knocker, method: str) -> None:
    """Even with a good signature."""
    assert door.ask(BODY, by_slack(BODY), method).status_code == 404
    assert door.untouched


@pytest.mark.parametrize("path", [INSTALL, REDIRECT, REDIRECT + "?code=x&state=y"])
@pytest.mark.parametrize("method", ["GET", "POST", "HEAD"])
def test_nothing_is_installed_without_a_client_id(door: Knocker, path: str, method: str) -> None:
    """The install page is not there."""
    assert door.ask(b"", [], method, path).status_code == 404
    assert door.untouched


def test_without_a_signing_secret_there_is_no_door() -> None:
    """Over Socket Mode nothing comes in by HTTP, whatever an empty secret would sign."""
    door = Knocker(signing_secret="")
    stamp = now()
    headers: Headers = [
        ("content-type", JSON),
        ("x-slack-request-timestamp", stamp),
        ("x-slack-signature", signature(BODY, stamp, "")),
    ]
    assert door.ask(BODY, headers).status_code == 404
    assert door.untouched
    door.store.close()


# -- the signature itself --------------------------------------------------------------------------


def test_a_signature_is_good_for_five_minutes() -> None:
    """To the second, in both directions, and never without a secret."""
    for late, good in ((0, True), (OLDEST, True), (OLDEST + 1, False)):
        for stamp in (str(NOW - late), str(NOW + late)):
            assert signed(SIGNING, BODY, stamp, signature(BODY, stamp), NOW) is good
    assert not signed("", BODY, str(NOW), signature(BODY, str(NOW), ""), NOW)


@given(body=st.binary(min_size=1), data=st.data())
def test_any_flipped_bit_of_the_body_is_seen(body: bytes, data: st.DataObject) -> None:
    """The very bytes count, not what they mean."""
    made = signature(body, str(NOW))
    assert signed(SIGNING, body, str(NOW), made, NOW)
    at = data.draw(st.integers(0, len(body) - 1))
    other = bytes(
        b ^ (1 << data.draw(st.integers(0, 7)) if n == at else 0) for n, b in enumerate(body)
    )
    assert not signed(SIGNING, other, str(NOW), made, NOW)


@given(at=st.integers(0, 66), sign=st.characters())
def test_any_other_sign_in_the_signature_is_seen(at: int, sign: str) -> None:
    """Whatever stands in its place, any character there is."""
    made = signature(BODY, str(NOW))
    other = made[:at] + sign + made[at + 1 :]
    assert signed(SIGNING, BODY, str(NOW), other, NOW) is (other == made)


@given(body=st.binary(), stamp=st.text(), made=st.text(), now=st.floats(0, 4e9))
def test_a_signature_is_never_stumbled_over(body: bytes, stamp: str, made: str, now: float) -> None:
    """Nothing that comes in raises, and nothing made up is good."""
    assert signed(SIGNING, body, stamp, made, now) is False


@given(stamp=st.text(st.sampled_from("0123456789-+. _e٣²\x00\ud800"), max_size=400))
def test_a_time_is_never_stumbled_over(stamp: str) -> None:
    """Not even one that looks much like a number, with what would be its signature."""
    made = signature(BODY, stamp.encode("ascii", "replace").decode())
    assert signed(SIGNING, BODY, stamp, made, 5.0) is (
        stamp.isascii() and stamp.isdecimal() and int(stamp) <= 5 + OLDEST and len(stamp) < 16
    )
