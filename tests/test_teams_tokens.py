"""Who is let in at Teams' door: what Microsoft signed for this bot, here and now, and nobody else."""

import asyncio
import base64
import json
import uuid
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.teams.adapter import App, Gate
from bot.teams.tokens import LONGEST, claim
from tests.teams_issuer import APP_ID, SKEW, Issuer, Key
from tests.teams_knocks import Office, bot

__all__ = ["bot"]

SERVICE = "https://smba.trafficmanager.net/emea/"
HUGE = 1 << 20


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The hosts that were asked for anything, by whatever library that goes through requests."""
    hosts: list[str] = []
    send = requests.Session.send

    def noted(self: requests.Session, request: Any, **how: Any) -> requests.Response:
        hosts.append(urlsplit(request.url).netloc)
        return send(self, request, **how)

    monkeypatch.setattr(requests.Session, "send", noted)
    return hosts


# -- the table -------------------------------------------------------------------------------------


def test_the_right_token_is_let_in(bot: Office) -> None:
    """And what it brings is done: here, the set-up card is posted."""
    before = bot.did()
    assert asyncio.run(bot.knock(bot.issuer.header(bot.service))) == 200
    after = bot.did()
    assert after[0] > before[0]
    assert [call.what for call in bot.connector.calls] == ["pagedmembers", "create"]


def test_every_other_token_is_turned_away(bot: Office, asked: list[str]) -> None:
    """With 401; nothing is written, nothing is sent, and nobody but the issuer is asked anything."""
    table: dict[str, str | bytes | None] = {
        **bot.issuer.wrong_headers(bot.service),
        **_further(bot.issuer, bot.service),
    }
    before = bot.did()

    async def test() -> dict[str, int]:
        return {what: await bot.knock(header) for what, header in table.items()}

    assert asyncio.run(test()) == dict.fromkeys(table, 401)
    assert bot.did() == before
    assert set(asked) == {urlsplit(bot.issuer.url).netloc}
    assert len(asked) <= 2
    assert len(table) > 40


def _further(issuer: Issuer, service: str) -> dict[str, str | bytes | None]:
    """What else is not right, beside what every bot's tests know."""
    right, tenant = issuer.token(service), "d6d49420-f39b-4df7-a1dc-d59a935871db"
    unendorsed = Key(f"bare-{uuid.uuid4()}", issuer.current.private, ())
    issuer.keys |= {unendorsed.kid: unendorsed}
    v1, v2 = (
        f"https://sts.windows.net/{tenant}/",
        f"https://login.microsoftonline.com/{tenant}/v2.0",
    )
    tokens = {
        "a key without endorsements": issuer.token(service, key=unendorsed),
        "an emulator's, v1": issuer.token(service, iss=v1, ver="1.0", appid=APP_ID),
        "an emulator's, v2": issuer.token(service, iss=v2, ver="2.0", azp=APP_ID),
        "a skill's, v1": issuer.token(service, iss=v1, ver="1.0", appid=str(uuid.uuid4())),
        "a skill's, v2": issuer.token(service, iss=v2, ver="2.0", azp=str(uuid.uuid4())),
        "a skill's, of Teams' issuer": issuer.token(
            service, ver="2.0", azp=str(uuid.uuid4()), iss=v2, serviceurl=None
        ),
        "a government's": issuer.token(service, iss="https://api.botframework.us"),
        "the issuer with a slash": issuer.token(service, iss="https://api.botframework.com/"),
        "for several": issuer.token(service, aud=[APP_ID]),
        "ends with a word": issuer.token(service, exp="tomorrow"),
        "begins with a word": issuer.token(service, nbf="yesterday"),
        "begins with a list": issuer.token(service, nbf=[1]),
        "begins with nothing": _signed(issuer, {**issuer.claims(service), "nbf": None}),
        "made in the future": issuer.token(service, iat=issuer.claims(service)["exp"] + SKEW),
        "the service in capitals": issuer.token(service.upper()),
        "the service without its slash": issuer.token(service.rstrip("/")),
        "a kid that is a number": _signed(issuer, issuer.claims(service), kid=1),
        "a kid that is a list": _signed(issuer, issuer.claims(service), kid=[issuer.current.kid]),
        "parts that must be understood": _signed(issuer, issuer.claims(service), crit=["so"], so=1),
        "a kid that is empty": issuer.token(service, headers={"kid": ""}),
        "a list for claims": _signed(issuer, [1]),
        "one megabyte": issuer.token(service, more="x" * HUGE),
        "just too long": right + "A" * (LONGEST + 1 - len(right)),
        "five parts": f"{right}.a.b",
        "dots alone": "..",
        "nested deeply": f"{_encoded(b'[' * 5000)}.{_encoded(b'[' * 5000)}.AAAA",
        "not ASCII": f"{right}é",
        "twice in one": f"{right},Bearer {right}",
    }  # fmt: skip
    headers: dict[str, str | bytes | None] = {what: f"Bearer {t}" for what, t in tokens.items()}
    return headers | {
        "a small scheme": f"bearer {right}",
        "two blanks": f"Bearer  {right}",
        "a tab": f"Bearer\t{right}",
        "UTF-8": f"Bearer {right}é".encode(),
        "one megabyte of nothing": "Bearer " + "A" * HUGE,
    }


def _encoded(text: bytes) -> str:
    return base64.urlsafe_b64encode(text).rstrip(b"=").decode()


def _signed(issuer: Issuer, claims: Any, **head: Any) -> str:
    """A token of anything at all, signed with the right key; no library would make it."""
    key = issuer.current
    parts = ({"alg": "RS256", "typ": "JWT", "kid": key.kid} | head, claims)
    text = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
    end = key.private.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256())
    return f"{text}.{_encoded(end)}"


def test_a_header_that_is_there_twice_is_turned_away(bot: Office) -> None:
    """Even where both are right: nobody can say which one counts."""
    right = bot.issuer.header(bot.service)
    before = bot.did()
    assert asyncio.run(bot.knock(right, right)) == 401
    assert asyncio.run(bot.knock(right, "Bearer x")) == 401
    assert bot.did() == before


@pytest.mark.parametrize(
    "changed",
    [{"serviceUrl": ...}, {"serviceUrl": ""}, {"serviceUrl": None}, {"serviceUrl": 5}, {"serviceUrl": ["x"]},
     {"serviceUrl": {}}, {"channelId": "webchat"}, {"channelId": "emulator"}, {"channelId": "Msteams"},
     {"channelId": ""}, {"channelId": ...}, {"channelId": None}, {"channelId": ["msteams"]}],
)  # fmt: skip
def test_a_right_token_with_another_activity_is_turned_away(
    bot: Office, changed: dict[str, Any]
) -> None:
    """One that names no service, or another channel, whatever the token says of the service."""
    before = bot.did()
    activity = bot.typed(**changed)
    for service in (bot.service, "", None):
        for key in (bot.issuer.current, bot.issuer.elsewhere):
            header = bot.issuer.header(service, key=key)
            assert asyncio.run(bot.knock(header, activity=activity)) == 401
    assert bot.did() == before


@pytest.mark.parametrize(
    ("body", "status"),
    [(b"", 401), (b"hello", 401), (b"[]", 401), (b'[{"type":"message"}]', 401), (b'"x"', 401), (b"1", 401),
     (b"null", 401), (b"{", 401), (b"\xff\xfe{", 401), (b"[" * 200_000, 401), (b'{"a":' * 100_000, 401),
     (b"1" * 10_000, 401), (b" " * (HUGE + 1), 413)],
)  # fmt: skip
def test_a_body_that_is_no_activity_is_turned_away(bot: Office, body: bytes, status: int) -> None:
    """Whatever is in it, with the best of tokens."""
    before = bot.did()
    assert asyncio.run(bot.knock(bot.issuer.header(bot.service), body=body)) == status
    assert bot.did() == before


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH"])
def test_only_posts_are_taken(bot: Office, method: str) -> None:
    """Everything else is a 405, with or without a token."""
    before = bot.did()
    assert asyncio.run(bot.knock(bot.issuer.header(bot.service), method=method)) == 405
    assert asyncio.run(bot.knock(method=method)) == 405
    assert bot.did() == before


def test_an_activity_that_hides_another_service_is_judged_by_the_one_that_counts(
    bot: Office,
) -> None:
    """A name that stands there twice means the same to the gate and to what follows."""
    fine = json.dumps(bot.typed())[:-1]
    evil = f'{fine}, "serviceUrl": "https://smba.example.org/"}}'.encode()
    before = bot.did()
    assert asyncio.run(bot.knock(bot.issuer.header(bot.service), body=evil)) == 401
    assert bot.did() == before


# -- any mutation ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def gate(issuer: Issuer) -> Gate:
    """A gate that has the keys."""
    return Gate(App(id=APP_ID, keys_url=issuer.metadata_url))


def _admits(gate: Gate, header: str) -> bool:
    activity = {"channelId": "msteams", "serviceUrl": SERVICE}
    return asyncio.run(gate.admits(header, activity))


@given(data=st.data())
def test_a_token_with_one_other_byte_is_never_let_in(
    gate: Gate, issuer: Issuer, data: st.DataObject
) -> None:
    """Wherever it stands; only the last sign's spare bits mean nothing, as they stand for nothing."""
    right = issuer.header(SERVICE)
    at = data.draw(st.integers(0, len(right) - 1))
    other = chr(data.draw(st.integers(1, 255)))
    changed = right[:at] + other + right[at + 1 :]
    assume(changed != right)
    if at == len(right) - 1 and (other.isascii() and (other.isalnum() or other in "-_")):
        assume(_bits(changed) != _bits(right))
    assert _admits(gate, right)
    assert not _admits(gate, changed)


def _bits(header: str) -> bytes:
    end = header.rpartition(".")[2]
    return base64.urlsafe_b64decode(end + "=" * (-len(end) % 4))


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20) | st.just(APP_ID),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=4,
)  # fmt: skip


@given(name=st.sampled_from(["iss", "aud", "serviceurl", "exp", "nbf"]), value=anything)
def test_a_claim_that_says_anything_else_is_never_let_in(
    gate: Gate, issuer: Issuer, name: str, value: Any
) -> None:
    """Not even signed with the right key."""
    right = issuer.claims(SERVICE)
    good_time = type(value) is int and (
        value > right["nbf"] if name == "exp" else value < right["exp"]
    )
    assume(value != right[name] and not (name in ("exp", "nbf") and good_time))
    assert not _admits(gate, f"Bearer {_signed(issuer, right | {name: value})}")


@given(st.text(max_size=200), st.text(max_size=40))
def test_no_header_breaks_the_reader(header: str, service: str) -> None:
    """It claims nothing, and raises nothing."""
    assert claim(header, APP_ID, service) is None
    assert claim(f"Bearer {header}", APP_ID, service) is None
