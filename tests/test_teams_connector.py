"""The calls to Teams, through the real SDK: what they ask for, and what each answer becomes."""

import asyncio
import threading
from contextlib import closing
from typing import Any

import pytest

from bot.teams import adapter, pieces
from bot.teams.adapter import SERVICES, App, Connector
from bot.teams.refusals import Declined, Unreached, Untrusted
from bot.teams.slots import OF_A_SERVICE
from tests.local_server import Reply
from tests.teams_doctor import TENANT
from tests.teams_far import CALLS, CARD, CHAIN, CHANNEL, Far, app, call, far
from tests.teams_issuer import APP_ID

__all__ = ["far"]

every_call = pytest.mark.parametrize("what", CALLS)


# -- what is asked ---------------------------------------------------------------------------------


def test_a_card_is_posted_and_replaced(far: Far) -> None:
    """With its words for notifications."""

    async def test() -> None:
        c, url = Connector(app(far)), far.service_url
        card = await c.post(url, CHAIN, CARD, "A question")
        assert [s.id for s in far.messages(CHAIN)] == [card]
        (stands,) = (s.activity for s in far.messages(CHAIN))
        assert stands["summary"] == "A question"
        (attached,) = stands["attachments"]
        assert attached == {"contentType": pieces.CARD, "content": CARD}
        await c.replace(url, CHAIN, card, CARD | {"body": [1]}, "Changed")
        changed = far.messages(CHAIN)[0]
        assert (changed.edits, changed.activity["summary"]) == (1, "Changed")
        assert changed.activity["attachments"][0]["content"]["body"] == [1]
        assert {made.authorization for made in far.calls} == {"Bearer ours"}

    asyncio.run(test())


def test_a_chain_is_begun_and_a_chat_opened(far: Far) -> None:
    """In the tenant that was named; the one gives its first message's id, the other the chat's."""

    async def test() -> None:
        c, url = Connector(app(far)), far.service_url
        first = await c.begin(url, TENANT, CHANNEL, CARD, "It starts")
        assert [s.id for s in far.messages(f"{CHANNEL};messageid={first}")] == [first]
        assert await c.open(url, TENANT, "29:ana") == "a:29:ana"
        assert len(far.messages()) == 1
        begun, opened = (made.body for made in far.called("create"))
        assert (begun["isGroup"], begun["tenantID"]) == (True, TENANT)
        assert begun["channelData"] == {"channel": {"id": CHANNEL}, "tenant": {"id": TENANT}}
        assert (opened["isGroup"], opened["tenantID"]) == (False, TENANT)
        assert opened["members"] == [{"id": "29:ana"}]
        assert opened["bot"]["id"] == f"28:{APP_ID}"

    asyncio.run(test())


@pytest.mark.parametrize("most", [1, 199, 200, 201, 450, 1000])
def test_a_roster_is_read_page_by_page(far: Far, most: int) -> None:
    """In its order, all of it, or as much as was asked for; fields that the SDK knows not included."""
    far.rosters[CHANNEL] = [
        {"id": f"29:{n}", "aadObjectId": f"u{n}", "name": f"N {n}", "email": f"{n}@example.org",
         "tenantId": TENANT, "userRole": "guest" if n else "user", "other": {"x": 1}}
        for n in range(450)
    ]  # fmt: skip

    async def test() -> list[dict[str, Any]]:
        return await Connector(app(far)).roster(far.service_url, CHANNEL, most)

    found = asyncio.run(test())
    assert [person["id"] for person in found] == [f"29:{n}" for n in range(min(most, 450))]
    assert found[0] == {"id": "29:0", "aadObjectId": "u0", "name": "N 0", "email": "0@example.org",
                        "tenantId": TENANT, "userRole": "user"}  # fmt: skip
    assert len(far.calls) == (most + 199) // 200 if most < 450 else len(far.calls) == 3


def test_one_person_is_found_by_any_id(far: Far) -> None:
    """Also where the answer calls it objectId; None where they are not there."""
    far.rosters[CHANNEL] = [
        {"id": "29:ana", "aadObjectId": "u-ana", "name": "Ana"},
        {"id": "29:ben", "objectId": "u-ben"},
    ]

    async def test() -> None:
        c, url = Connector(app(far)), far.service_url
        for ids in ("29:ana", "u-ana"):
            found = await c.person(url, CHANNEL, ids)
            assert found
            assert (found["id"], found["aadObjectId"], found["email"]) == ("29:ana", "u-ana", "")
        ben = await c.person(url, CHANNEL, "29:ben")
        assert ben
        assert ben["aadObjectId"] == "u-ben"
        assert await c.person(url, CHANNEL, "u-chi") is None

    asyncio.run(test())


# -- what is refused -------------------------------------------------------------------------------


@every_call
@pytest.mark.parametrize(
    "status", [400, 401, 403, 404, 408, 409, 412, 413, 429, 500, 502, 503, 504]
)
def test_a_refusal_says_how_and_why(far: Far, what: str, status: int) -> None:
    """By its status, the service's own word, and how long to wait; the call was made once."""
    far.fail(what, status=status, code="TheirWord", retry_after="17")
    if what == "member" and status == 404:
        assert call(far, what) is None
    else:
        with pytest.raises(Declined) as refused:
            call(far, what)
        assert (refused.value.status, refused.value.code, refused.value.after) == (
            status, "TheirWord", 17.0,
        )  # fmt: skip
    assert len(far.calls) == 1


ODD: list[tuple[Reply, str, float | None]] = [
    (Reply(403, b"<html>words</html>", {"Content-Type": "text/html"}), "", None),
    (Reply(403, b"not json", {"Content-Type": "application/json"}), "", None),
    (Reply(403, b""), "", None),
    (Reply(403, [1]), "", None),
    (Reply(403, "words"), "", None),
    (Reply(403, {"error": "words"}), "", None),
    (Reply(403, {"error": {"code": "several words: of people's"}}), "", None),
    (Reply(403, {"error": {"code": 5}}), "", None),
    (Reply(403, {"error": {"code": "x" * 500}}), "x" * 60, None),
    (Reply(403, {"error": {"code": "Known"}}, {"Retry-After": "soon"}), "Known", None),
    (Reply(403, {"error": {"code": "Known"}}, {"Retry-After": "-1"}), "Known", None),
    (Reply(403, {"error": {"code": "Known"}}, {"Retry-After": "1.5"}), "Known", None),
    (Reply(403, {"error": {"code": "Known"}}, {"Retry-After": "9" * 50}), "Known", 3600.0),
    (Reply(403, {"error": {"code": "Known"}}, {"retry-after": " 3 "}), "Known", 3.0),
]


@pytest.mark.parametrize("reply", range(len(ODD)))
def test_a_refusal_may_look_like_anything(far: Far, reply: int) -> None:
    """Its status counts; a code that is no word of theirs is none, and repeats nobody's words."""
    far.instead, code, after = ODD[reply]
    with pytest.raises(Declined) as refused:
        call(far, "send")
    assert (refused.value.status, refused.value.code, refused.value.after) == (403, code, after)
    assert far.came == 1


@every_call
@pytest.mark.parametrize("done", [False, True])
def test_a_connection_that_is_cut_is_no_answer(far: Far, what: str, *, done: bool) -> None:
    """Whether it was done or not nobody knows; it is not tried again by itself."""
    far.rosters[CHANNEL] = [{"id": "29:ana"}]
    far.fail(what, done=done)
    with pytest.raises(Unreached) as lost:
        call(far, what)
    assert str(lost.value).isidentifier()
    assert len(far.calls) == 1


@every_call
@pytest.mark.parametrize(
    "instead",
    [Reply(200, b"{not json", {"Content-Type": "application/json"}),
     Reply(201, b"\xff\xfe", {"Content-Type": "application/json"})],
)  # fmt: skip
def test_an_answer_that_nobody_can_read_is_none(far: Far, what: str, instead: Reply) -> None:
    """It may have been done all the same."""
    far.instead = instead
    with pytest.raises(Unreached):
        call(far, what)
    assert far.came == 1


def test_a_service_that_is_not_there_is_not_reached(far: Far) -> None:
    """Nobody listens."""
    with closing(Far()) as gone:
        connector, url = Connector(app(gone)), gone.service_url
    with pytest.raises(Unreached):
        asyncio.run(connector.post(url, CHAIN, CARD, "words"))


def test_a_service_that_says_nothing_is_given_up(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the time that one call may take."""
    monkeypatch.setattr(adapter, "CALL_PATIENCE", 0.1)
    far.hold = threading.Event()
    try:
        with pytest.raises(Unreached):
            call(far, "send")
    finally:
        far.hold.set()
    assert far.came == 1


@every_call
@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_service_sends_nobody_elsewhere(far: Far, what: str, status: int) -> None:
    """Our token and people's words go where the allow-list says, and on to no other address."""
    with closing(Far()) as elsewhere:
        place = elsewhere.service_url + "v3/conversations/x/activities"
        far.instead = Reply(status, headers={"Location": place})
        with pytest.raises(Declined) as refused:
            call(far, what)
        assert refused.value.status == status
        assert (far.came, elsewhere.came) == (1, 0)


@every_call
def test_a_foreign_service_is_never_called(far: Far, what: str) -> None:
    """Nor is a token asked for it."""

    def token() -> str:
        raise AssertionError("nobody is to ask for it")

    connector = Connector(app(token=token))
    with pytest.raises(Untrusted):
        call(far, what, connector)
    assert far.came == 0


def test_without_an_app_calls_go_unsigned_and_stay_here(far: Far) -> None:
    """As the Agents Playground takes them; no login service is asked."""
    call(far, "send", Connector(App()))
    assert [made.authorization for made in far.calls] == [""]
    with pytest.raises(Untrusted):
        asyncio.run(Connector(App()).post("https://smba.trafficmanager.net/", CHAIN, CARD, "words"))


# -- connections -----------------------------------------------------------------------------------


def test_a_service_has_one_connection(far: Far, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many calls; those spoken to last are kept, and no more than so many."""
    made: list[str] = []
    real = vars(adapter)["ConnectorClient"]

    def client(*args: Any, base_url: str, **how: Any) -> Any:
        made.append(base_url)
        return real(*args, base_url=base_url, **how)

    monkeypatch.setattr(adapter, "ConnectorClient", client)
    urls = [f"{far.service_url}{n}/" for n in range(SERVICES + 1)]

    async def test() -> None:
        connector = Connector(app(far))
        for _ in range(3):
            await connector.post(urls[0], CHAIN, CARD, "w")
            await connector.post(urls[1], CHAIN, CARD, "w")
        assert made == urls[:2]
        for url in [*urls[2:], urls[0], urls[1]]:
            await connector.post(url, CHAIN, CARD, "w")
        assert made == [*urls, urls[0], urls[1]]

    asyncio.run(test())


def test_calls_that_hang_take_no_one_elses_threads(far: Far) -> None:
    """Other calls go out, and the threads that the record is written on are free."""
    far.hold, far.held = threading.Event(), "held"

    async def test() -> None:
        connector, url = Connector(app(far)), far.service_url
        hanging = [
            asyncio.create_task(connector.post(url, "held", CARD, "w"))
            for _ in range(OF_A_SERVICE - 1)
        ]
        while far.came < len(hanging):  # noqa: ASYNC110  # nobody tells
            await asyncio.sleep(0)
        assert await asyncio.to_thread(lambda: "free") == "free"
        assert await connector.post(url, CHAIN, CARD, "w")
        assert not any(task.done() for task in hanging)
        assert far.hold is not None
        far.hold.set()
        assert all(await asyncio.gather(*hanging))

    asyncio.run(test())
